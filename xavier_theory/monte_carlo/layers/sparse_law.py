"""A law of sparse weights: each is zero, but for a stated share of them.

w = √(v/p)·B·Z with B ~ Bernoulli(p) and Z ~ N(0, 1) independent: E w² = v and κ = 3/p.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.exact_numbers import decimal_fraction
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import Law

__all__ = ["sparse_law"]


def sparse_law(density: float | Fraction) -> Law:
    """Normal weights of which only the share ``density`` in (0, 1] is not zero.

    Raises ``InvalidInputError`` for another density. The variance is that of all weights together.
    """
    share = decimal_fraction(density, "the density")
    if not 0 < share <= 1:
        raise InvalidInputError(f"the density of weights must be in (0, 1], got {density!r}")
    scale = math.sqrt(1 / share)

    def standard(
        generator: np.random.Generator, shape: int | tuple[int, ...]
    ) -> NDArray[np.float64]:
        weights = generator.standard_normal(shape) * scale
        weights[generator.random(shape) >= float(share)] = 0.0
        return weights

    source = "E B = p, so E w² = v and E w⁴ = 3 v²/p"
    return Law(f"sparse-{float(share):g}", 3 / share, math.inf, 1.0, True, source, standard)
