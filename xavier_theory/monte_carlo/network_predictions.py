"""What infinite width predicts for a network, layer by layer, and the spread at finite width.

The notation and the formulas are those of ``sample_networks``. Where a moment has no finite value,
or none that can be computed, the prediction ends there and says why; nothing is refused for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.budget import estimating
from xavier_theory.activations.estimated_moments import EstimatedMoments
from xavier_theory.activations.estimates import estimate
from xavier_theory.activations.gaussian_integrals import Gaussian, expectation
from xavier_theory.activations.length_map import (
    activation_elasticity,
    activation_moment,
    backward_factor,
)
from xavier_theory.activations.moments import Moments
from xavier_theory.activations.quadrature import QuadratureError
from xavier_theory.errors import InvalidInputError, XavierTheoryError

__all__ = ["NetworkPrediction", "is_flat", "predict_network"]

_BAND = 1.959963984540054  # 95 % of a normal law lie within so many deviations
_DIGITS = 12


@dataclass(frozen=True)
class NetworkPrediction:
    """For l = 0..L, in logarithms: m^[l], E (m^[l])²/(E m^[l])², and the gradient's factor.

    None where it is not known; ``missing`` says why, at the first layer where one is not.
    """

    signal: tuple[float | None, ...]
    growth: tuple[float | None, ...]
    gradient: tuple[float | None, ...]
    missing: str | None = None

    def band(self, layer: int) -> tuple[float, float] | None:
        """The ends between which log m^[l] lies with 95 %, if m^[l] is log-normal."""
        centre, variance = self.signal[layer], self.growth[layer]
        if centre is None or variance is None:
            return None
        reach = _BAND * math.sqrt(variance)
        return centre - variance / 2 - reach, centre - variance / 2 + reach


def predict_network(
    activation: Activation, scale: float, width: int, depth: int, *, backward: bool
) -> NetworkPrediction:
    """The prediction for ``depth`` layers with n·Var(W) = ``scale`` and ‖x‖²/n = 1.

    Raises ``InvalidInputError`` where the lengths leave the range of floats on the way.
    """
    if activation.homogeneous:
        return _of_a_line(activation, scale, width, depth)
    signal: list[float | None] = [0.0]
    spread: list[float | None] = [0.0]
    factors: list[float | None] = []
    reasons: list[str] = []
    for layer in range(1, depth + 1):
        moment, variance, chi = None, None, None
        if signal[-1] is not None:
            q = scale * math.exp(min(signal[-1], 700.0))
            moment = _told(reasons, layer, _power, activation, q, 2)
            if moment is not None and not (math.isfinite(moment) and moment > 0):
                raise InvalidInputError(
                    f"the length map leaves the range of floats at layer {layer}"
                )
            if moment is not None and spread[-1] is not None:
                before = spread[-1]
                variance = _told(reasons, layer, _spread, activation, q, moment, width, before)
            if backward:
                chi = _told(reasons, layer, _slope, activation, q)
        signal.append(None if moment is None else math.log(moment))
        spread.append(variance)
        factors.append(None if not chi else math.log(scale * chi))
    return NetworkPrediction(
        tuple(signal),
        tuple(None if s is None else math.log1p(s) for s in spread),
        _from_the_end(factors),
        reasons[0] if reasons else None,
    )


def _from_the_end(factors: list[float | None]) -> tuple[float | None, ...]:
    """Sums of the last factors: none of them for the last layer, all for the input."""
    found: list[float | None] = [0.0]
    for factor in reversed(factors):
        last = found[-1]
        found.append(None if factor is None or last is None else last + factor)
    return tuple(reversed(found))


def is_flat(activation: Activation) -> bool:
    """Whether the slopes are 0 at every place that is tried: nothing comes back through."""
    places = np.linspace(-3.0, 3.0, 1001) * np.sqrt(2.0)
    with np.errstate(all="ignore"):
        return not np.any(np.nan_to_num(np.asarray(activation.derivative(places))))


def _of_a_line(activation: Activation, scale: float, width: int, depth: int) -> NetworkPrediction:
    moment = float(activation_moment(activation, 1.0))
    kurtosis = float(activation_moment(activation, 1.0, power=4)) / moment**2
    step, chi = math.log(scale * moment), math.log(float(backward_factor(activation, 1.0, scale)))
    one = math.log1p((kurtosis - 1) / width)
    layers = range(depth + 1)
    return NetworkPrediction(
        tuple(k * step for k in layers),
        tuple(k * one for k in layers),
        tuple((depth - k) * chi for k in layers),
    )


def _told(
    reasons: list[str], layer: int, compute: Callable[..., float], *arguments: Any
) -> float | None:
    """The number, or None with the reason kept; each has a budget of its own."""
    try:
        with estimating():
            return compute(*arguments)
    except XavierTheoryError as error:
        reasons.append(f"at layer {layer}, {error}")
        return None


def _spread(activation: Activation, q: float, moment: float, width: int, before: float) -> float:
    """Var m^[l]/(E m^[l])²: what the layer adds, and what is left of the layer's before."""
    own = (_power(activation, q, 4) / moment**2 - 1) / width
    return own + (_elasticity(activation, q) / moment) ** 2 * before


def _elasticity(activation: Activation, q: float) -> float:
    """E[φφ'Z] for Z ~ N(0, q)."""
    law = Gaussian(Fraction(0), Fraction(q))
    if activation.expression is None or activation.undecided is not None:
        return EstimatedMoments(activation, law).cross_moment.value
    try:
        return float(activation_elasticity(activation, q))
    except QuadratureError:
        return Moments(activation, law, _DIGITS).cross_moment.value


def _power(activation: Activation, q: float, power: int) -> float:
    """E φ(√q·Z)^power: quickly, or else certified, or else estimated."""
    law = Gaussian(Fraction(0), Fraction(q))
    if activation.expression is None or activation.undecided is not None:
        sampled = EstimatedMoments(activation, law).sampled
        with np.errstate(over="ignore"):  # what is infinite is told by the estimate
            return estimate(sampled, sampled.values**power).value
    try:
        return float(activation_moment(activation, q, power))
    except QuadratureError:
        return expectation(activation.expression, law, _DIGITS, power_of=power, quick=True).value


def _slope(activation: Activation, q: float) -> float:
    """E φ'(√q·Z)² of the slopes almost everywhere, which are those that gradients meet."""
    law = Gaussian(Fraction(0), Fraction(q))
    if activation.expression is None or activation.undecided is not None:
        sampled = EstimatedMoments(activation, law).sampled
        return estimate(sampled, sampled.slopes**2).value
    try:
        return float(backward_factor(activation, q, 1.0))
    except QuadratureError:
        return Moments(activation, law, _DIGITS).derivative_second_moment.value
