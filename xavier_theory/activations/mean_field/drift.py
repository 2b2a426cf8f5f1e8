"""How long a net at its gain stays there: the depth at which its length has drifted by e.

Notation: Q_l is the variance of the pre-activations of layer l given the layer before, n the width,
λ = V'(q), κ = E[φ⁴]/E[φ²]² − 1. Given Q_l, Q_{l+1} = g²·(mean of n values φ(√Q_l·Z)²), so that one
layer adds a relative variance κ/n, and what is there already is multiplied by λ². To first order in
1/n therefore Var log Q_L ≈ (κ/n)·(λ^(2L) − 1)/(λ² − 1); the drift depth is where that is 1. It is
an approximation for deviations up to about that size, no bound; the tests hold it against sampled
chains.
"""

from __future__ import annotations

import math

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.gains import Gain
from xavier_theory.activations.gaussian_integrals import expectation
from xavier_theory.activations.mean_field.fixed_points import MARGINAL, STABLE, UNSTABLE, stability
from xavier_theory.activations.mean_field.shapes import homogeneous_slopes
from xavier_theory.activations.moments import gaussian
from xavier_theory.activations.plain_numbers import positive_integer
from xavier_theory.activations.units import UnitMoments
from xavier_theory.errors import InvalidInputError

__all__ = ["MARGINAL", "STABLE", "UNSTABLE", "drift_depth", "gain_stability", "log_variance"]


def gain_stability(gain: Gain) -> str | None:
    """Whether the fixed point of a second-moment gain is stable; None where that is not proven.

    ``marginal`` is proven for homogeneous activations, whose length map is a line.
    """
    _require_second_moment(gain)
    moments, slope = gain.moments, gain.length_map_slope
    if isinstance(moments, UnitMoments) and isinstance(slope, Enclosure):
        return MARGINAL if moments.homogeneous else stability(slope)
    root = moments.activation.expression
    if not isinstance(slope, Enclosure) or root is None:
        return None
    return MARGINAL if homogeneous_slopes(root) is not None else stability(slope)


def log_variance(gain: Gain, width: int, depth: int) -> float:
    """Var log Q after ``depth`` layers of ``width`` units, to first order in 1/width."""
    n, layers = positive_integer(width, "the width"), positive_integer(depth, "the depth")
    growth, noise = _growth_and_noise(gain)
    log_growth = 2 * math.log(growth) if growth > 0 else -math.inf
    if abs(log_growth) < 1e-9:
        return noise / n * layers
    exponent = layers * log_growth
    if exponent > 700:
        return math.inf
    return noise / n * math.expm1(exponent) / math.expm1(log_growth)


def drift_depth(gain: Gain, width: int) -> float:
    """The depth at which log Q has standard deviation 1, for layers of ``width`` units.

    Infinite where it never has, which is so for a stable fixed point and enough width.
    """
    n = positive_integer(width, "the width")
    growth, noise = _growth_and_noise(gain)
    if noise == 0:
        return math.inf
    rate = growth * growth - 1
    if abs(rate) < 1e-9:
        return n / noise
    reached = 1 + n * rate / noise
    if reached <= 0:
        return math.inf
    return max(1.0, math.log(reached) / (2 * math.log(growth))) if growth > 0 else math.inf


def _growth_and_noise(gain: Gain) -> tuple[float, float]:
    """(|λ|, κ)."""
    _require_second_moment(gain)
    if isinstance(gain.moments, UnitMoments):
        fourth = gain.moments.fourth_moment
    else:
        fourth = _fourth_moment(gain)
    noise = fourth.value / gain.second_moment.value**2 - 1
    return abs(gain.length_map_slope.value), max(noise, 0.0)


def _fourth_moment(gain: Gain) -> Enclosure:
    activation = gain.moments.activation
    if activation.expression is None:
        raise InvalidInputError(f"the drift of {activation.name} needs an expression")
    if activation.undecided is not None:
        raise NotCertifiedError(
            f"the drift of {activation.name} is not certified: {activation.undecided}"
        )
    return expectation(activation.expression, gaussian(gain.q), 10, power_of=4)


def _require_second_moment(gain: Gain) -> None:
    if gain.convention != "second-moment":
        raise InvalidInputError("stability and drift are those of a second-moment gain")
