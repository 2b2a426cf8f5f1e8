"""The log of a relu layer's norm, given that a unit is alive: a mixture of log χ² laws."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import CumulantFunction

__all__ = ["log_alive_chi_square"]


def log_alive_chi_square(width: int) -> CumulantFunction:
    """Return that of Y = log χ²_K given K > 0, K ~ Binomial(n, ½): a relu layer that is alive.

    E exp(tY) = Σ_{k≥1} P(K = k | K > 0) 2^t Γ(k/2 + t)/Γ(k/2), finite for t > −½ (k = 1). All n
    terms are summed.
    """
    if isinstance(width, bool) or not isinstance(width, (int, np.integer)) or width < 1:
        raise InvalidInputError(f"width must be a positive integer, got {width!r}")
    n = int(width)
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
