"""A Gaussian matrix that is drawn only as far as it is asked: the deferred decisions.

W has shape ``(m, n)`` and independent entries N(0, s²). Let Q (n × k) and P (m × j) have
orthonormal columns, and let Y = W Q and X = Wᵀ P be known.

Lemma (conditional law). Given Y and X,

    W = Y Qᵀ + P Xᵀ − P (Pᵀ Y) Qᵀ + (I − P Pᵀ) G (I − Q Qᵀ)

in law, where G has independent entries N(0, s²) and is independent of Y and X.

Proof. With the projections A = I − P Pᵀ and B = I − Q Qᵀ, split W = (W − A W B) + A W B. As
A W B = W − P Pᵀ W − W Q Qᵀ + P Pᵀ W Q Qᵀ, the first part is Y Qᵀ + P Xᵀ − P (Pᵀ Y) Qᵀ: a function
of Y and X. The map W ↦ A W B is an orthogonal projection of the Euclidean space of m × n matrices,
and A W B is uncorrelated with Y = W Q (since B Q = 0) and with X = Wᵀ P (since A P = 0). All are
jointly Gaussian, so A W B is independent of (Y, X), and has the law of A G B. ∎

Hence, for a unit vector q ⊥ Q: Qᵀ q = 0 and B q = q, so

    W q = P (Xᵀ q) + (I − P Pᵀ) g,    g = G q ~ N(0, s² I_m), independent of the past,

and for v = Q c + r q, W v = Y c + r·W q. Wᵀ u is the same with the roles of (Q, Y) and (P, X)
exchanged. Queries may depend on all earlier answers: given those, the query is fixed and the lemma
applies, with q joined to Q and W q to Y. By induction the law of all answers, asked adaptively from
either side, is that of a matrix drawn beforehand. One query costs O((m + n)(k + j)) and as much
memory; k ≤ n and j ≤ m.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from xavier_theory.monte_carlo.layers.interface import (
    Array,
    SampledLayer,
    checked_variance,
)
from xavier_theory.monte_carlo.layers.subspaces import GrowingRows, project_out, split

__all__ = ["DeferredGaussianLayer"]


@dataclass(frozen=True, eq=False)
class _Side:
    """Orthonormal queries from one side, as rows, and W's answers to them, as rows."""

    queries: GrowingRows
    answers: GrowingRows

    @property
    def is_whole(self) -> bool:
        """Whether the queries span their space, so that nothing of W is left to draw."""
        return self.queries.count == self.queries.rows.shape[1]


class DeferredGaussianLayer(SampledLayer):
    """W with independent entries N(0, ``variance``), of shape ``(fan_out, fan_in)``, deferred.

    Fresh normals come from ``generator``, in the order of the queries: fan_out for every W v and
    fan_in for every Wᵀ u that leaves the span of the earlier queries from the same side. A query
    in that span (the zero vector too) consumes none, and none are drawn once the queries from
    either side span their whole space.
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
        self._generator = generator
        self._right = self._new_side(*self.shape)
        self._left = self._new_side(*self.shape[::-1])

    @property
    def queries(self) -> tuple[int, int]:
        """How many independent directions were asked: of W v, and of Wᵀ u."""
        return self._right.queries.count, self._left.queries.count

    def _new_side(self, answer: int, query: int) -> _Side:
        return _Side(GrowingRows(query, self.dtype), GrowingRows(answer, self.dtype))

    def _matmat(self, columns: Array) -> Array:
        return self._answers(columns, self._right, self._left)

    def _rmatmat(self, columns: Array) -> Array:
        return self._answers(columns, self._left, self._right)

    def _answers(self, columns: Array, known: _Side, other: _Side) -> Array:
        length = other.queries.rows.shape[1]
        answers = np.empty((length, columns.shape[1]), self.dtype)
        for index in range(columns.shape[1]):
            answers[:, index] = self._answer(columns[:, index], known, other)
        return answers

    def _answer(self, vector: Array, known: _Side, other: _Side) -> Array:
        """The answer to one query, in the notation of the module with W v for either side."""
        parts = split(np.ascontiguousarray(vector), known.queries.rows)
        coefficients = parts.along
        if parts.direction is not None:
            image = self._image(parts.direction, other)
            known.queries.append(parts.direction)
            known.answers.append(image)
            coefficients = np.append(coefficients, np.asarray(parts.rest, self.dtype))
        answer = coefficients @ known.answers.rows
        answer *= np.asarray(parts.norm, self.dtype)
        return answer

    def _image(self, direction: Array, other: _Side) -> Array:
        """W q = P (Xᵀ q) + (I − P Pᵀ) g for a unit vector q orthogonal to all queries so far."""
        basis = other.queries.rows
        known = (other.answers.rows @ direction) @ basis
        if other.is_whole:
            return known
        fresh: Array = np.empty(basis.shape[1], self.dtype)
        self._generator.standard_normal(out=fresh, dtype=self.dtype.type)
        fresh *= np.asarray(np.sqrt(self.variance), self.dtype)
        project_out(fresh, basis)
        fresh += known
        return fresh

    def _release(self) -> None:
        self._right, self._left = self._new_side(*self.shape), self._new_side(*self.shape[::-1])
