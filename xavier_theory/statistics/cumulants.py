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
    "log_alive_chi_square",
    "log_chi_square",
    "rectified_chi_square",
    "weighted_chi_square",
]

Sampler = Callable[[np.random.Generator, int], NDArray[np.float64]]


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
    sample: Sampler

    def __post_init__(self) -> None:
        if not self.lower < 0.0 < self.upper:
            raise InvalidInputError(
                f"the cumulant function of {self.name} must be finite around 0, got "
                f"({self.lower}, {self.upper})"
            )


def _degrees(name: str, n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise InvalidInputError(f"{name} must be a positive integer, got {n!r}")
    return int(n)


def log_chi_square(degrees: int) -> CumulantFunction:
    """Return that of Y = log χ²_n: K(t) = t log 2 + log Γ(n/2 + t) − log Γ(n/2), t > −n/2.

    E Y = ψ(n/2) + log 2 and Var Y = ψ'(n/2) (Johnson, Kotz & Balakrishnan 1994, §18.5). For a
    layer given its input, log ‖z‖² = log(v‖a‖²) + Y with n = fan_out: a location family.
    """
    n = _degrees("degrees of freedom", degrees)
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


def log_alive_chi_square(width: int) -> CumulantFunction:
    """Return that of Y = log χ²_K given K > 0, K ~ Binomial(n, ½): a relu layer that is alive.

    E exp(tY) = Σ_{k≥1} P(K = k | K > 0) 2^t Γ(k/2 + t)/Γ(k/2), finite for t > −½ (k = 1). All n
    terms are summed.
    """
    n = _degrees("width", width)
    k = np.arange(1, n + 1)
    half = k / 2.0
    log_choose = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    log_weights = log_choose - special.logsumexp(log_choose)
    weights = np.exp(log_weights)
    means = special.digamma(half) + math.log(2.0)
    mean = float(weights @ means)

    def value(t: float) -> float:
        ratios = special.gammaln(half + t) - special.gammaln(half)
        return float(special.logsumexp(log_weights + ratios)) + t * math.log(2.0)

    def sample(generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        active = generator.choice(k, size=size, p=weights / weights.sum())
        return np.log(generator.chisquare(active))

    return CumulantFunction(
        name=f"log chi-square of {n} rectified units, given that one is active",
        value=value,
        mean=mean,
        variance=float(weights @ (special.polygamma(1, half) + np.square(means - mean))),
        lower=-0.5,
        upper=math.inf,
        sample=sample,
    )


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
