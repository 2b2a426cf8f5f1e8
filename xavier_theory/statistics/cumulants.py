"""Cumulant generating functions of pivots whose logarithmic moments are known in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xavier_theory.errors import InvalidInputError

__all__ = [
    "CumulantFunction",
    "log_chi_square",
    "rectified_chi_square",
    "weighted_chi_square",
]


@dataclass(frozen=True)
class CumulantFunction:
    """K(t) = log E exp(tY) of one scalar Y, finite for `lower` < t < `upper` (0 inside).

    `value`: K on that interval. `mean`, `variance`: E Y and Var Y. `sample(generator, size)`
    draws Y, shape `(size,)`. `name`: what Y is.
    """

    name: str
    value: Callable[[float], float]
    mean: float
    variance: float
    lower: float
    upper: float
    sample: Callable[[np.random.Generator, int], NDArray[np.float64]]

    def __post_init__(self) -> None:
        if not self.lower < 0.0 < self.upper:
            raise InvalidInputError(
                f"the cumulant function of {self.name} must be finite around 0, got "
                f"({self.lower}, {self.upper})"
            )


def log_chi_square(degrees: int) -> CumulantFunction:
    """Return that of Y = log χ²_n: K(t) = t log 2 + log Γ(n/2 + t) − log Γ(n/2), t > −n/2.

    E Y = ψ(n/2) + log 2 and Var Y = ψ'(n/2) (Johnson, Kotz & Balakrishnan 1994, §18.5). For a
    layer given its input, log ‖z‖² = log(v‖a‖²) + Y with n = fan_out: a location family.
    """
    if isinstance(degrees, bool) or not isinstance(degrees, (int, np.integer)) or degrees < 1:
        raise InvalidInputError(f"degrees of freedom must be a positive integer, got {degrees!r}")
    n = int(degrees)
    half = n / 2.0
    return CumulantFunction(
        name=f"log chi-square({n})",
        value=lambda t: t * math.log(2.0) + _log_gamma_ratio(half, t),
        mean=float(special.digamma(half)) + math.log(2.0),
        variance=float(special.polygamma(1, half)),
        lower=-half,
        upper=math.inf,
        sample=lambda generator, size: np.log(generator.chisquare(n, size)),
    )


def _log_gamma_ratio(a: float, t: float) -> float:
    """Return log Γ(a + t) − log Γ(a)."""
    return math.lgamma(a + t) - math.lgamma(a)


def weighted_chi_square(eigenvalues: ArrayLike) -> CumulantFunction:
    """Return that of Y = Σ_k λ_k χ²_1: K(t) = −½ Σ log(1 − 2λ_k t), t < 1/(2 max λ).

    `eigenvalues`: shape `(m,)`, nonnegative, not all zero. Y is zᵀz for z ~ N(0, Σ) where Σ has
    these eigenvalues: a scale family in Σ.
    """
    values = np.asarray(eigenvalues, dtype=np.float64).ravel()
    if values.size == 0 or not np.isfinite(values).all() or (values < 0).any():
        raise InvalidInputError("eigenvalues must be finite and not negative")
    largest = float(values.max())
    if largest == 0.0:
        raise InvalidInputError("the eigenvalues are all 0; a variance needs one that is positive")
    return CumulantFunction(
        name=f"chi-squares weighted by {values.size} eigenvalues",
        value=lambda t: -0.5 * float(np.log1p(-2.0 * t * values).sum()),
        mean=float(values.sum()),
        variance=2.0 * float(np.square(values).sum()),
        lower=-math.inf,
        upper=0.5 / largest,
        sample=lambda generator, size: generator.chisquare(1, (size, values.size)) @ values,
    )


def rectified_chi_square() -> CumulantFunction:
    """Return that of Y = max(Z, 0)², Z ~ N(0, 1): K(t) = log(½ + ½(1 − 2t)^(−1/2)), t < ½."""
    return CumulantFunction(
        name="square of a rectified standard normal",
        value=lambda t: math.log1p(0.5 * math.expm1(-0.5 * math.log1p(-2.0 * t))),
        mean=0.5,
        variance=1.25,
        lower=-math.inf,
        upper=0.5,
        sample=lambda generator, size: np.square(np.maximum(generator.standard_normal(size), 0.0)),
    )
