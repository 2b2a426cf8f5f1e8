"""A phase in floating point, where none can be certified: for Python callables, above all.

The same definition as in ``phases``, by adaptive quadrature: from the start, lengths go to the
first q at which V(q) − q changes its sign in the direction in which V moves; there χ decides. A
callable's slopes are differences of values, and its jumps are looked for by halving the steps where
its values change most. Nothing of it is proven: two roots between two places that were tried, or a
jump too small or too far out, go unnoticed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from xavier_theory.activations.activation import Activation, ArrayFunction
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Infinity
from xavier_theory.activations.estimated_moments import EstimatedMoments
from xavier_theory.activations.estimates import checked_values
from xavier_theory.activations.gaussian_integrals import Gaussian
from xavier_theory.activations.mean_field.length import LengthMap, mean_square_slope
from xavier_theory.errors import XavierTheoryError

_STRIDE = 1.25  # between the places that are tried
_REACH = 2.0**30
_STEP = 1e-5  # of the differences, relative to max(1, |z|)
_SPREAD, _POINTS = 8.0, 100_001  # of a grid, in standard deviations
_AGREEMENT = 0.01
_STEEPEST, _HALVINGS = 64, 50
_LOW = 1e-9  # a jump's height relative to all of φ that is left to rounding
_CLOSE = 1e-6  # a χ₁ this near to 1 is not told apart from it


@dataclass(frozen=True)
class PhaseEstimate:
    """A phase that is not proven: ``ordered``, ``chaotic``, ``unbounded`` or None.

    ``q`` is the fixed point (∞ where lengths grow without bound) and ``gradient_factor`` χ₁ there,
    ∞ where φ jumps, None where lengths grow; the name is None where χ₁ is within 1e-6 of 1.
    """

    name: str | None
    q: float
    gradient_factor: float | None


def estimated_phase(length_map: LengthMap, start: Fraction) -> PhaseEstimate:
    """The estimate; raises ``NotCertifiedError`` where the quadrature does not converge.

    Raises ``InvalidInputError`` where the activation is no finite real number.
    """
    place = _next_root(length_map, float(start))
    if place == math.inf:
        return PhaseEstimate("unbounded", place, None)
    factor = _factor(length_map, max(place, 1 / _REACH))
    if place == 0 and factor == math.inf:
        raise NotCertifiedError("lengths fall to 0, but χ is infinite at every q > 0")
    if abs(factor - 1) <= _CLOSE:
        return PhaseEstimate(None, place, factor)
    return PhaseEstimate("ordered" if factor < 1 else "chaotic", place, factor)


def _next_root(length_map: LengthMap, start: float) -> float:
    from scipy.optimize import brentq

    weight, bias = float(length_map.weight_variance), float(length_map.bias_variance)

    def excess(log_q: float) -> float:
        q = math.exp(log_q)
        moments = EstimatedMoments(length_map.activation, _law(q))
        return (weight * moments.second_moment.value + bias) / q - 1

    here = math.log(start)
    gap = excess(here)
    if abs(gap) <= 1e-12:
        return start
    stride = math.copysign(math.log(_STRIDE), gap)
    while 1 / _REACH < math.exp(here) < _REACH:
        following = here + stride
        after = excess(following)
        if after == 0 or (after > 0) != (gap > 0):
            return math.exp(brentq(excess, *sorted((here, following)), xtol=1e-13))
        here = following
    return math.inf if gap > 0 else 0.0


def _factor(length_map: LengthMap, q: float) -> float:
    """χ(q): infinite where an expression is known to jump."""
    known = length_map.activation
    if known.expression is not None:
        try:
            if isinstance(mean_square_slope(known, Fraction(q), length_map.digits), Infinity):
                return math.inf
        except XavierTheoryError:
            pass  # it is not known, as so much here
    else:
        if _jumps(known, _SPREAD * math.sqrt(q)):
            return math.inf
        known = replace(known, derivative=_differences(known))
    found = EstimatedMoments(known, _law(q)).derivative_second_moment.value
    if not math.isclose(found, _mean_square_of_steps(known, q), rel_tol=_AGREEMENT, abs_tol=1e-300):
        raise NotCertifiedError("φ is too steep somewhere to estimate E[φ'²], or it is infinite")
    return float(length_map.weight_variance) * found


def _differences(known: Activation) -> ArrayFunction:
    def slope(z: np.ndarray) -> np.ndarray:
        step = _STEP * np.maximum(1.0, np.abs(z))
        return (known.function(z + step) - known.function(z - step)) / (2 * step)

    return slope


def _mean_square_of_steps(known: Activation, q: float) -> float:
    """E[(Δφ/Δz)²] on a fine grid: what a quadrature that saw no steep place is held against."""
    grid = np.linspace(-_SPREAD, _SPREAD, _POINTS) * math.sqrt(q)
    slopes = np.diff(checked_values(known.function, grid)) / np.diff(grid)
    middles = 0.5 * (grid[1:] + grid[:-1])
    density = np.exp(-0.5 * middles**2 / q) / math.sqrt(2 * math.pi * q)
    return float(np.sum(slopes**2 * density * np.diff(grid)))


def _jumps(known: Activation, reach: float) -> bool:
    """Whether a step on a fine grid stays as high as it is while it is halved to the last bit."""
    grid = np.linspace(-reach, reach, _POINTS)
    values = checked_values(known.function, grid)
    steepest = np.argsort(np.abs(np.diff(values)))[-_STEEPEST:]
    left, right = grid[steepest], grid[steepest + 1]
    low, high = values[steepest], values[steepest + 1]
    first = np.abs(high - low)
    for _ in range(_HALVINGS):
        middle = 0.5 * (left + right)
        value = checked_values(known.function, middle)
        in_left = np.abs(value - low) >= np.abs(high - value)
        left, right = np.where(in_left, left, middle), np.where(in_left, middle, right)
        low, high = np.where(in_left, low, value), np.where(in_left, value, high)
    height = float(np.ptp(values))
    return bool(np.any((np.abs(high - low) > 0.01 * first) & (first > _LOW * height)))


def _law(q: float) -> Gaussian:
    return Gaussian(Fraction(0), Fraction(q))
