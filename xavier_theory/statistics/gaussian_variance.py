"""The variance of Gaussian scalars, by their exact χ² law.

Law. Let z_1, z_2, … be such that, given the past, z_i ~ N(0, θ s_i²), where s_i² > 0 is known from
the past (for a layer: z = W a with W ~ N(0, v) has s² = v‖a‖² given a). Then the z_i/s_i are
independent N(0, θ), so Σ z_i²/s_i² = θ χ²_n exactly, and T = (1/n) Σ z_i²/s_i² = θ Q is a scale
pivot with Q ~ χ²_n/n. The prediction is about θ: 1 when the s_i² are the predicted variances.

Which promise costs what (δ = 1 %, α = β = 1e-6): the four promises of `decision` together take
1,879,080 scalars, set by (a) = (c) on the side of a variance that is too large, with equal tails
for "refuted".
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from xavier_theory.statistics.hypothesis import Hypothesis
from xavier_theory.statistics.outcome import Guarantee
from xavier_theory.statistics.pivot import Design
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.squares import SquaresTest, normal_guess

__all__ = ["GaussianVarianceTest", "chi_square_low"]

_SERIES_FAILS = 10**5
"""SciPy sums 2,000 terms for tails beyond 4.5 deviations, too few from about 10^6 degrees on."""


def chi_square_low(n: int, tail: float) -> float:
    """Return x with P(χ²_n ≤ x) = tail.

    For large n by Temme's uniform expansion (DLMF §8.12(i)), a = n/2: with x/2 = a λ and
    ½η² = λ − 1 − log λ, P = Φ(η√a) − exp(−½aη²)/√(2πa) (c₀(η) + c₁(η)/a + …). What is left out
    is below 1e-9 of P for n above 10^5 and |η| up to 0.1.
    """
    if n <= _SERIES_FAILS:
        return 2.0 * float(special.gammaincinv(n / 2, tail))
    a = n / 2.0
    start = float(special.ndtri(tail)) / math.sqrt(a)

    def excess(eta: float) -> float:
        c0 = -1 / 3 + eta * (1 / 12 + eta * (-2 / 135 + eta * (1 / 864 + eta / 2835)))
        correction = (c0 + (-1 / 540 - eta / 288) / a) / math.sqrt(2.0 * math.pi * a)
        log_normal = float(special.log_ndtr(eta * math.sqrt(a)))
        share = correction * math.exp(-0.5 * a * eta * eta - log_normal)
        return log_normal + math.log1p(-share) - math.log(tail)

    step = 1.0 / a  # the root lies within about 1/(3a) of the start
    eta = float(optimize.brentq(excess, start - step, start + step, xtol=1e-18, rtol=1e-14))
    growth = 1 / 36 + eta * (-1 / 270 + eta * (1 / 4320 + eta / 17010))
    return n * (1.0 + eta * (1.0 + eta * (1 / 3 + eta * growth)))


class GaussianVarianceTest(SquaresTest):
    """Test θ in z_i | past ~ N(0, θ s_i²) by the exact χ² law of Σ z_i²/s_i²."""

    law = "Gaussian variance (chi-square)"
    guarantee: Guarantee = "exact"

    def simulate(
        self, generator: np.random.Generator, n: int, truth: float, runs: int
    ) -> NDArray[np.float64]:
        """Draw the estimates of `runs` samples of n scalars directly: θ χ²_n/n, shape `(runs,)`."""
        return truth * generator.chisquare(n, runs) / n

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        return normal_guess(rates, 2.0)

    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        low = chi_square_low(n, tail) / n
        high = 2.0 * special.gammainccinv(n / 2, tail) / n
        return float(low), float(high)
