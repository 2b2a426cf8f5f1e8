"""The exact mean and variance of log(‖a^[l]‖²/(v‖a^[l-1]‖²)), n units, by digamma and trigamma.

Linear: log χ²_n has mean log 2 + ψ(n/2) and variance ψ'(n/2). abs is the same. relu: it is log χ²_K
with K ~ Binomial(n, ½), minus infinity with probability 2^(-n); given K ≥ 1, by the laws of total
mean and variance,

    mean = log 2 + E ψ(K/2),    variance = E ψ'(K/2) + Var ψ(K/2),

which for large n are near −5/(2n) + log(n/2) and 5/n.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import polygamma, psi

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.layers.norm_chain import slopes

__all__ = ["LogFactorMoments", "log_factor_moments", "log_moments_are_known"]

_WINDOW = 12.0  # deviations of K, outside of which lies less than 1e-31 of its law
_LARGEST = 10**9


@dataclass(frozen=True)
class LogFactorMoments:
    """``mean`` and ``variance`` given that a unit is alive; ``death`` is the probability of none.

    ``death`` may underflow to 0: it is 2^(-n) for relu.
    """

    mean: float
    variance: float
    death: float


def log_moments_are_known(activation: str | Activation, width: int) -> bool:
    """Whether ``log_factor_moments`` knows them: slopes of one size, or one of them 0."""
    known = get_activation(activation)
    if not known.homogeneous or width > _LARGEST:
        return False
    left, right = slopes(known)
    return abs(left) == abs(right) != 0.0 or (left == 0.0) != (right == 0.0)


def log_factor_moments(activation: str | Activation, width: int) -> LogFactorMoments:
    """The moments for linear, abs and relu (at any slope), and widths from 1 to 10^9.

    Raises ``InvalidInputError`` for other activations and widths.
    """
    n = integer_at_least(1, width, "the width")
    if n > _LARGEST:
        raise InvalidInputError(f"the width must be at most 10^9, got {n}")
    if not log_moments_are_known(activation, n):
        name = get_activation(activation).name
        raise InvalidInputError(
            f"exact moments of the logarithm are known for linear, relu and abs, not for {name}"
        )
    left, right = slopes(activation)
    scale = 2 * math.log(max(abs(left), abs(right)))
    if abs(left) == abs(right):
        half = n / 2
        return LogFactorMoments(
            scale + math.log(2.0) + float(psi(half)), float(polygamma(1, half)), 0.0
        )
    spread = _WINDOW * math.sqrt(n) / 2
    units = np.arange(max(1, math.floor(n / 2 - spread)), min(n, math.ceil(n / 2 + spread)) + 1.0)
    ratios = np.log((n - units[:-1]) / (units[:-1] + 1))  # of neighbouring binomial chances
    logs = np.concatenate([[0.0], np.cumsum(ratios)])
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    means = psi(units / 2)
    mean = float(chances @ means)
    variance = float(chances @ (polygamma(1, units / 2) + np.square(means - mean)))
    return LogFactorMoments(scale + math.log(2.0) + mean, variance, 2.0**-n if n < 1075 else 0.0)
