"""A scaled Haar-orthogonal matrix that is drawn only as far as it is asked.

O is uniform (Haar) on the orthogonal N × N matrices. What one side answers, the other knows:
O q = y says Oᵀ y = q as well. So one list of pairs (q_i, y_i) holds all that is known, with
orthonormal q_1..q_k and orthonormal y_1..y_k = O q_1..O q_k.

Lemma (conditional law). Given O q_i = y_i for i ≤ k, O maps the orthogonal complement of the q_i
onto that of the y_i, and that map is uniform among all isometries between the two.

Proof. Let S be orthogonal with S y_i = y_i for all i. S O has the law of O, and satisfies the
condition if and only if O does; so the conditional law does not change under S. The isometries
between the complements are one orbit of these S, which act freely, and a law on such an orbit that
none of them changes is the uniform one. ∎

Hence, for a unit vector q ⊥ q_1..q_k, O q is uniform on the unit sphere of the complement of
y_1..y_k: a normal vector, projected and normalized. Oᵀ u is the same with q_i and y_i exchanged: u
is split along the y_i. Queries may depend on earlier answers, as in ``deferred_gaussian``.

A layer of shape ``(m, n)`` is σ times the block of the first m rows and n columns of O with
N = max(m, n): rows of O when m ≤ n, columns when m > n. W v takes the first m entries of O (v, 0),
Wᵀ u the first n of Oᵀ (u, 0). The rest of an answer stays inside: what a larger matrix says can be
sampled and not told.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from xavier_theory.monte_carlo.layers.interface import (
    Array,
    SampledLayer,
    checked_variance,
)
from xavier_theory.monte_carlo.layers.subspaces import GrowingRows, split

__all__ = ["DeferredOrthogonalLayer"]


class DeferredOrthogonalLayer(SampledLayer):
    """σ times a block of a Haar-orthogonal matrix, of shape ``(fan_out, fan_in)``, deferred.

    ``variance`` is that of one entry: σ² = N·variance with N = max(fan_out, fan_in). W Wᵀ = σ² I
    when fan_out ≤ fan_in, and Wᵀ W = σ² I when fan_out ≥ fan_in. A query in the span of what is
    known from both sides consumes no randomness; another consumes N normals.
    """

    def __init__(
        self,
        generator: np.random.Generator,
        shape: tuple[int, int],
        variance: float,
        dtype: DTypeLike = np.float64,
    ) -> None:
        super().__init__(shape, dtype)
        self.variance = checked_variance(variance)
        self.size = max(self.shape)
        self.scale = math.sqrt(self.size * self.variance)
        self._generator = generator
        self._inputs = GrowingRows(self.size, self.dtype)
        self._outputs = GrowingRows(self.size, self.dtype)

    @property
    def queries(self) -> int:
        """How many independent directions of O are known, asked from either side."""
        return self._inputs.count

    def _matmat(self, columns: Array) -> Array:
        return self._answers(columns, self._inputs, self._outputs, self.shape[0])

    def _rmatmat(self, columns: Array) -> Array:
        return self._answers(columns, self._outputs, self._inputs, self.shape[1])

    def _answers(
        self, columns: Array, known: GrowingRows, images: GrowingRows, length: int
    ) -> Array:
        answers = np.empty((length, columns.shape[1]), self.dtype)
        for index in range(columns.shape[1]):
            query = np.zeros(self.size, self.dtype)
            query[: len(columns)] = columns[:, index]
            answers[:, index] = self._answer(query, known, images)[:length]
        return answers

    def _answer(self, query: Array, known: GrowingRows, images: GrowingRows) -> Array:
        parts = split(query, known.rows)
        coefficients = parts.along
        if parts.direction is not None:
            image = self._fresh_direction(images.rows)
            known.append(parts.direction)
            images.append(image)
            coefficients = np.append(coefficients, np.asarray(parts.rest, self.dtype))
        answer = coefficients @ images.rows
        answer *= np.asarray(parts.norm * self.scale, self.dtype)
        return answer

    def _fresh_direction(self, basis: Array) -> Array:
        """Uniform on the unit sphere orthogonal to the rows of ``basis``, fewer than N of them."""
        while True:
            fresh: Array = np.empty(self.size, self.dtype)
            self._generator.standard_normal(out=fresh, dtype=self.dtype.type)
            direction = split(fresh, basis).direction
            if direction is not None:  # a normal vector in the span has probability zero
                return direction

    def _release(self) -> None:
        self._inputs = GrowingRows(self.size, self.dtype)
        self._outputs = GrowingRows(self.size, self.dtype)
