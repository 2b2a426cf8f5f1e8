"""What a test promises: the error it detects, and how often it may be wrong either way.

Many checks in one run. Union bound: P(any of N wrong claims) ≤ Σ α_i, whatever the checks have in
common; so each gets its share of the run's α (`split_alpha`).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from fractions import Fraction

from xavier_theory.errors import InvalidInputError

__all__ = ["ErrorRates", "probability", "split_alpha"]

SMALLEST_PROBABILITY = 1e-100
"""Quantiles at a share of it are still ordinary floats, in every law of the package."""


def probability(name: str, value: float) -> float:
    """Return `value` as a float in [1e-100, 1), or raise `InvalidInputError`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidInputError(f"{name} must be a number in (0, 1), got {value!r}")
    if not 0.0 < value < 1.0:  # also refuses NaN
        raise InvalidInputError(f"{name} must lie strictly between 0 and 1, got {value!r}")
    if value < SMALLEST_PROBABILITY:
        raise InvalidInputError(f"{name} must be at least {SMALLEST_PROBABILITY}, got {value!r}")
    return float(value)


@dataclass(frozen=True)
class ErrorRates:
    """The three numbers that a test states before it samples.

    `delta`: the error that must not slip through, in the units of the test's `Tolerance`.
    `alpha`: largest probability of each wrong claim: "refuted" for a formula that is exactly
    true, "consistent" for one that is off by `delta` or more.
    `beta`: largest probability, at the planned sample size, of missing: a true formula is not
    called consistent, or one off by `delta` or more is not called refuted.
    All lie in (0, 1); anything else raises `InvalidInputError`.
    """

    delta: float
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        for name in ("delta", "alpha", "beta"):
            object.__setattr__(self, name, probability(name, getattr(self, name)))

    @property
    def refutation_level(self) -> float:
        """Probability with which a true formula may be refuted: min(α, β).

        A true formula that is refuted is also not called consistent, so the promise made by β
        binds here as well as the one made by α.
        """
        return min(self.alpha, self.beta)

    def halved(self) -> ErrorRates:
        """Return the same δ with half of each rate: for one of two stages."""
        return ErrorRates(self.delta, self.alpha / 2, self.beta / 2)

    def to_dict(self) -> dict[str, float]:
        """Return the three numbers by name."""
        return asdict(self)


def split_alpha(total: float, n: int) -> float:
    """Return the α of each of n checks that keeps the run's false-alarm probability ≤ `total`.

    The union bound total/n, rounded down so that n of them never exceed `total`.
    """
    total = probability("total", total)
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise InvalidInputError(f"the number of checks must be a positive integer, got {n!r}")
    share = total / n
    while Fraction(share) * n > Fraction(total):
        share = math.nextafter(share, 0.0)
    return share
