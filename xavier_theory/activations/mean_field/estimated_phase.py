"""A phase in floating point, where none can be certified: for Python callables, above all.

The same definition as in ``phases``, by adaptive quadrature: from the start, lengths go to the
first q at which V(q) − q changes its sign in the direction in which V moves; there χ decides. A
callable's slopes and jumps are those of the polynomials that follow it (``sampled_functions``).
Nothing of it is proven: two roots between two places that were tried go unnoticed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from xavier_theory.activations.budget import estimating
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.estimated_moments import EstimatedMoments
from xavier_theory.activations.gaussian_integrals import Gaussian
from xavier_theory.activations.mean_field.length import LengthMap

_STRIDE, _WIDEST = 1.25, 4.0  # between the places that are tried: each is wider than the last
_REACH = 2.0**30
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

    Raises ``InvalidInputError`` where the activation is no finite real number, and ``BudgetError``
    after the work of ``budget.ESTIMATE``.
    """
    with estimating():
        return _estimated(length_map, start)


def _estimated(length_map: LengthMap, start: Fraction) -> PhaseEstimate:
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
        stride = math.copysign(min(1.5 * abs(stride), math.log(_WIDEST)), stride)
    return math.inf if gap > 0 else 0.0


def _factor(length_map: LengthMap, q: float) -> float:
    """χ(q): infinite where an expression is known to jump."""
    try:
        found = EstimatedMoments(length_map.activation, _law(q)).derivative_second_moment
    except NotCertifiedError:
        raise NotCertifiedError(
            "φ is too steep somewhere to estimate E[φ'²], or it is infinite"
        ) from None
    return float(length_map.weight_variance) * found.value


def _law(q: float) -> Gaussian:
    return Gaussian(Fraction(0), Fraction(q))
