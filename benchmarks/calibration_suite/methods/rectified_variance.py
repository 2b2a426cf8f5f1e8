"""The second moment of rectified Gaussians, by its exact law: a binomial mixture of χ² laws.

Law. Let z_i | past ~ N(0, θ s_i²) with s_i² > 0 known from the past, and a_i = max(z_i, 0). The
signs of the z_i are independent fair coins, independent of the z_i², so with K ~ Binomial(n, ½)
active units Σ a_i²/s_i² = θ S, S | K ~ χ²_K (0 when K = 0). As E S = n/2, T = (2/n) Σ a_i²/s_i²
= θ Q is a scale pivot with Q = 2S/n of mean 1 and variance 5/n.

Exactness. P(S ≤ x) = Σ_k C(n, k) 2^{-n} P(χ²_k ≤ x). The sum is taken over |k − n/2| ≤ w; by
Hoeffding's inequality (1963, Theorem 2) what is left out has probability at most
2 exp(−2w²/n), here chosen as 1e-6 of the tail asked for, and *added* to it: the quantiles err
outwards, so the promises hold as proven in `pivot`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.hypothesis import Hypothesis
from xavier_theory.statistics.outcome import Guarantee
from xavier_theory.statistics.pivot import Design
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.squares import SquaresTest, normal_guess

__all__ = ["RectifiedVarianceTest", "rectified_cdf", "rectified_sf"]

_OMITTED_SHARE = 1e-6
_MOST_SCALARS = 10**7


class RectifiedVarianceTest(SquaresTest):
    """Test θ from activations a_i = max(z_i, 0), z_i | past ~ N(0, θ s_i²)."""

    law = "rectified Gaussian second moment (binomial mixture of chi-squares)"
    guarantee: Guarantee = "exact"
    _weight = 2.0  # E Σ a²/s² = nθ/2

    def simulate(
        self, generator: np.random.Generator, n: int, truth: float, runs: int
    ) -> NDArray[np.float64]:
        """Draw the estimates of `runs` samples of n scalars directly, shape `(runs,)`."""
        active = generator.binomial(n, 0.5, runs)
        # χ²_0 is the constant 0; NumPy's gamma law with shape 0 is that.
        return truth * 2.0 * 2.0 * generator.standard_gamma(active / 2) / n

    def _check_block(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if (values < 0.0).any():
            raise InvalidInputError("a rectified sample has no negative value; give max(z, 0)")
        return values

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        guess = normal_guess(rates, 5.0)
        _require_affordable(guess)
        return guess

    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        _require_affordable(n)
        return _quantiles(tail, n)


def _require_affordable(n: int) -> None:
    """Refuse an n at which the mixture's quantiles would take minutes."""
    if n > _MOST_SCALARS:
        raise InvalidInputError(
            f"the exact law of {n:,} rectified scalars takes too long, at most {_MOST_SCALARS:,}; "
            "give ChernoffMeanTest(rectified_chi_square(), 'scale') their squares"
        )


def rectified_cdf(x: float, n: int, omitted: float = 1e-18) -> tuple[float, float]:
    """Return lower and upper bounds of P(S ≤ x), x > 0; they differ by at most `omitted`."""
    kept = float(_mixture(n, omitted)(x, special.gammainc))
    return kept, min(1.0, kept + omitted)


def rectified_sf(x: float, n: int, omitted: float = 1e-18) -> tuple[float, float]:
    """Return lower and upper bounds of P(S > x), x > 0; they differ by at most `omitted`."""
    kept = float(_mixture(n, omitted)(x, special.gammaincc))
    return kept, min(1.0, kept + omitted)


@lru_cache(maxsize=4)
def _mixture(n: int, omitted: float) -> Callable[[float, np.ufunc], float]:
    """Return (x, f) ↦ Σ_k P(K = k) f(k/2, x/2) over all k but an `omitted` probability."""
    width = math.ceil(math.sqrt(n * math.log(2.0 / omitted) / 2.0))
    active = np.arange(max(0, n // 2 - width), min(n, (n + 1) // 2 + width) + 1)
    weights = stats.binom.pmf(active, n, 0.5)
    # float64 sums of the weights are good to about 1e-12; more would be a wrong law.
    if abs(math.fsum(weights) - 1.0) > omitted + 1e-9:
        raise ArithmeticError(f"binomial weights for n = {n} sum to {math.fsum(weights)!r}")

    def mix(x: float, component: np.ufunc) -> float:
        return float(weights @ component(active / 2.0, x / 2.0))

    return mix


@lru_cache(maxsize=64)
def _quantiles(tail: float, n: int) -> tuple[float, float]:
    """Return (l, u) of Q with P(Q ≤ l) ≤ tail and P(Q ≥ u) ≤ tail, errors outwards."""
    omitted = tail * _OMITTED_SHARE
    mix = _mixture(n, omitted)
    spread = math.sqrt(5.0 * n) / 2.0  # Var S = 5n/4
    normal = float(special.ndtri(tail))
    # Cornish–Fisher's first correction, (z² − 1)/6 times the skewness 5.5/(1.25^1.5 √n) of S.
    skew = spread * (normal**2 - 1.0) / 6.0 * 5.5 / 1.25**1.5 / math.sqrt(n)
    step = spread * min(0.05, 200.0 / n)
    low = 0.0
    # P(S ≤ 0) = 2^{-n}: no positive l exists when the tail is not above it.
    if tail - omitted > 2.0**-n * (1 + 1e-9):
        low = _solve(
            lambda x: mix(x, special.gammainc),
            tail - omitted,
            n / 2 + normal * spread + skew,
            step,
            +1,
        )
    high = _solve(
        lambda x: mix(x, special.gammaincc),
        tail - omitted,
        n / 2 - normal * spread + skew,
        step,
        -1,
    )
    # S has an atom at 0, P(S ≥ 0) = 1: where P(S > 0) is below the tail, u is tiny but not 0.
    return 2.0 * low / n, 2.0 * max(high, 1e-290) / n


def _solve(
    probability: Callable[[float], float], target: float, start: float, step: float, sign: int
) -> float:
    """Return x > 0 with probability(x) = target, for a function of monotony `sign`."""

    def excess(x: float) -> float:
        return math.log(max(probability(x), 5e-324)) - math.log(target)

    low = high = max(start, 1e-3 * step)
    while sign * excess(low) > 0.0:
        low = low - step if low > 2 * step else low / 2
        step *= 2
        if low < 1e-290:
            return 0.0
    while sign * excess(high) < 0.0:
        high += step
        step *= 2
    if low == high:
        return low
    return float(optimize.brentq(excess, low, high, xtol=1e-12 * high, rtol=1e-13))
