"""The phase of a point (σ_w², σ_b²): ordered, critical or chaotic, with its depth scales.

Lengths start at ``start`` and go to the fixed point q* that lies next in the direction in which the
length map moves them. There χ₁ = χ(q*) decides (Schoenholz et al. 2017, section 3): below 1
nearby inputs merge and gradients vanish (ordered), above 1 they part and gradients explode
(chaotic). An interval can prove either; that χ₁ = 1 takes exact arithmetic, and is proven for
homogeneous φ, and at q* = 0 where the slopes of φ at 0 are rational.

Depth scales, in layers: deviations of the length fall like e^(−l/ξ_q), ξ_q = −1/log |V'(q*)|, and
those of the correlation like e^(−l/ξ_c), ξ_c = −1/log χ₁ in the ordered phase and −1/log C'(c*) in
the chaotic one. At a critical point the fall is no exponential, and ξ_c = ∞.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import ctx

from xavier_theory.activations.budget import PHASE, within_budget
from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.activations.mean_field.correlation import (
    CorrelationFixedPoint,
    stable_correlation,
)
from xavier_theory.activations.mean_field.estimated_phase import (
    PhaseEstimate,
    estimated_phase,
)
from xavier_theory.activations.mean_field.fixed_points import (
    UNSTABLE,
    FixedPoint,
    FixedPoints,
    fixed_points,
)
from xavier_theory.activations.mean_field.length import LengthMap, length_map_of
from xavier_theory.activations.mean_field.origin import origin
from xavier_theory.activations.mean_field.search import LARGEST, grows_on
from xavier_theory.activations.mean_field.shapes import homogeneous_slopes
from xavier_theory.activations.plain_numbers import readable, shown
from xavier_theory.errors import InvalidInputError
from xavier_theory.shown import Shown

ORDERED, CRITICAL, CHAOTIC, UNBOUNDED = "ordered", "critical", "chaotic", "unbounded"
UNDECIDED = "not distinguishable from critical at this precision"
UNKNOWN = "not certified"
PHASES = (ORDERED, CRITICAL, CHAOTIC, UNBOUNDED, UNDECIDED, UNKNOWN)

Factor = Enclosure | Infinity
_ROUNDED = Fraction(1, 10**12)  # from 1: who writes so many digits has them from a float


@dataclass(frozen=True, repr=False)
class Phase(
    Shown,
    text="xavier_theory.activations.mean_field.phase_text:phase_text",
    markdown="xavier_theory.activations.mean_field.phase_text:phase_markdown",
):
    """The phase of one activation at one (σ_w², σ_b²); ``name`` is one of ``PHASES``.

    ``fixed_points`` are those on the way from ``start``, and 0; ``fixed_point`` is the one that
    lengths go to, None where they grow without bound, where every q is fixed, or where it is not
    settled; ``gradient_factor`` is χ₁ there.
    ``correlation`` is the fixed point below 1 in the chaotic phase; elsewhere inputs of positive
    correlation end at 1, and ``why_no_correlation`` says why there is none in the chaotic one.
    ``reason`` says what decided, or what could not be.
    """

    length_map: LengthMap
    start: Fraction
    name: str
    fixed_points: FixedPoints | None
    fixed_point: FixedPoint | None
    gradient_factor: Factor | None
    correlation: CorrelationFixedPoint | None
    reason: str
    why_no_correlation: str | None = None

    def __repr__(self) -> str:
        return f"Phase({self.length_map.told}, {self.name!r})"

    @property
    def certified(self) -> bool:
        """Whether the phase is proven."""
        return self.name not in (UNDECIDED, UNKNOWN)

    @property
    def length_scale(self) -> Factor | None:
        """ξ_q; ``Infinity`` where V' = 1, None where there is no fixed point or |V'| ≥ 1 may be."""
        return None if self.fixed_point is None else depth_scale(self.fixed_point.slope)

    @property
    def correlation_scale(self) -> Factor | None:
        """ξ_c; ``Infinity`` at a critical point, None where it is not known."""
        if self.name == CRITICAL:
            return Infinity("at a critical point correlations change by powers of the depth")
        if self.name == ORDERED and isinstance(self.gradient_factor, Enclosure):
            return depth_scale(self.gradient_factor)
        if self.name == CHAOTIC and self.correlation is not None:
            return depth_scale(self.correlation.slope)
        return None

    @property
    def estimate(self) -> PhaseEstimate | None:
        """What floating point says where the phase is not certified; None where that fails too."""
        return self._estimate if isinstance(self._estimate, PhaseEstimate) else None

    @property
    def why_no_estimate(self) -> str | None:
        """The reason, where the phase is not certified and there is no estimate either."""
        return self._estimate if isinstance(self._estimate, str) else None

    @cached_property
    def _estimate(self) -> PhaseEstimate | str | None:
        if self.certified:
            return None
        try:
            return estimated_phase(self.length_map, self.start)
        except (NotCertifiedError, InvalidInputError) as error:
            if (
                isinstance(error, InvalidInputError)
                and self.length_map.activation.expression is None
            ):
                raise  # the user's callable is no activation
            return str(error)

    @property
    def unsettled(self) -> tuple[str, ...]:
        """A sentence for each number that the phase has, but that could not be enclosed."""
        found = []
        point = self.fixed_point
        if point is not None and point.stability is None and self.length_scale is None:
            found.append(f"ξ_q: |V'(q*)| is only known to lie in {_shown(point.slope)}")
        if self.name == CHAOTIC and self.correlation is None:
            found.append(f"c* and ξ_c: {self.why_no_correlation}")
        elif self.name == CHAOTIC and self.correlation and self.correlation_scale is None:
            found.append(f"ξ_c: C'(c*) is only known to lie in {_shown(self.correlation.slope)}")
        return tuple(found)


def phase(
    activation: object,
    weight_variance: Any,
    bias_variance: Any = 0,
    *,
    start: Any = 1,
    digits: int | None = None,
    budget: int | None = None,
    **parameters: Any,
) -> Phase:
    """The phase of an activation at σ_w² = ``weight_variance``, σ_b² = ``bias_variance``.

    The activation is a name, a text in ``z``, a sympy expression or an object. σ_w² is a number, a
    ``Gain``, or a name such as ``"gain"`` or ``"he"``; those, and numbers as text (``"2/1.04"``),
    are exact. A float that is within its own rounding of a critical σ_w² is not told apart from it,
    and ``reason`` says so. ``budget`` is the work allowed, in evaluations of a part of φ (1,000,000
    where it is not given). Raises ``InvalidInputError`` for bad numbers and what ``as_activation``
    raises. What cannot be settled gives the phase "not certified", with the reason, and an
    ``estimate`` where there can be one; that of a Python callable always does.
    """
    with within_budget(budget, PHASE):
        known = as_activation(activation, **parameters)
        law = length_map_of(known, weight_variance, bias_variance, digits=digits)
        return _checked_phase(law, start)


def _checked_phase(length_map: LengthMap, start: Any) -> Phase:
    first = exact_fraction(start, "the start q")
    if not Fraction(1, 2**20) <= first <= 2**20:
        raise InvalidInputError(f"the start q must be between 2^-20 and 2^20, got {shown(start)}")
    try:
        return _phase(length_map, first)
    except NotCertifiedError as error:
        found = Phase(length_map, first, UNKNOWN, None, None, None, None, str(error))
    if length_map.activation.expression is None:
        _ = found.estimate  # a callable that is no activation is refused here, not when asked
    return found


def depth_scale(slope: Enclosure) -> Factor | None:
    """−1/log |slope|, rounded outward; ``Infinity`` for the slope 1, None beyond or undecided."""
    if slope.lower == slope.upper == 1:
        return Infinity("the slope is 1")
    size = [abs(slope.lower), abs(slope.upper)]
    if max(size) >= 1:
        return None
    with ctx.workprec(128):
        slow = -1 / Enclosure(max(size), max(size)).to_arb().log() if max(size) else None
        fast = None
        if 0 not in slope:
            fast = -1 / Enclosure(min(size), min(size)).to_arb().log()
        upper = Fraction(0) if slow is None else Enclosure.from_arb(slow).upper
        return Enclosure(Fraction(0) if fast is None else Enclosure.from_arb(fast).lower, upper)


def _phase(length_map: LengthMap, start: Fraction) -> Phase:
    found = fixed_points(length_map, near=start, whole=False)
    slopes = homogeneous_slopes(length_map.root)
    nearly = _nearly_critical(length_map)
    if nearly is not None:
        return Phase(length_map, start, UNDECIDED, found, None, None, None, nearly)
    if slopes is not None:
        return _of_a_line(length_map, start, found, slopes)
    point, reason = _next_point(found, start)
    if point is None:
        name = UNBOUNDED if reason is None else UNKNOWN
        end = found.searched_to
        if reason is None and end is not None:
            reason = f"V(q) > q from q = {float(start):g} to {float(end):g}"
            if not grows_on(length_map, end):
                name, reason = UNKNOWN, f"{reason}, and beyond that V could not be enclosed"
            elif end >= LARGEST:
                reason = f"{reason}, and at 2^40"
        return Phase(
            length_map, start, name, found, None, None, None, reason or "V(q) > q at every q"
        )
    factor = _factor(length_map, point)
    name, why = _name(length_map, point, factor)
    if point.stability == UNSTABLE:
        why += f"; it is unstable: lengths that do not start at q = {float(start):g} leave it"
    correlation, why_not = None, None
    if name == CHAOTIC:
        try:
            correlation = stable_correlation(length_map, point.q)
        except NotCertifiedError as error:
            why_not = str(error)
    return Phase(length_map, start, name, found, point, factor, correlation, why, why_not)


def _nearly_critical(length_map: LengthMap) -> str | None:
    """A sentence where a float σ_w² is within its own rounding of 1/(mean square slope at 0)."""
    if not length_map.rounding or length_map.bias_variance:
        return None
    try:
        slopes = origin(length_map.root)
    except NotCertifiedError:
        return None
    square = slopes.square_slope if slopes.passes_through_zero else None
    if not isinstance(square, Fraction) or square == 0:
        return None
    weight = length_map.weight_variance
    if weight * square == 1 or abs(weight * square - 1) > length_map.rounding:
        return None
    return (
        f"the float {float(weight)!r} is within its own rounding of the critical "
        f"σ_w² = {readable(1 / square)}; write that, as a fraction or a text, to have it exactly"
    )


def _of_a_line(
    length_map: LengthMap,
    start: Fraction,
    found: FixedPoints,
    slopes: tuple[Fraction, Fraction],
) -> Phase:
    """For φ(z) = a·z below 0 and b·z above: V(q) = s·q + σ_b² and χ = s at every q."""
    s = length_map.weight_variance * (slopes[0] ** 2 + slopes[1] ** 2) / 2
    factor = Enclosure(s, s)
    point = found.points[0] if found.points and s < 1 else None
    if s < 1:
        name = ORDERED
    elif found.every:
        name = CRITICAL
    else:
        name = UNBOUNDED
    bias = length_map.bias_variance
    line = f"V(q) = {_factor_shown(s)}q" + (f" + {readable(bias)}" if bias else "")
    why = f"φ is homogeneous: {line}, and χ₁ = {readable(s)} at every q"
    if 0 < abs(s - 1) < _ROUNDED:
        why += "; if that is a rounded number, write gain, or the exact one such as sqrt(2)"
    return Phase(length_map, start, name, found, point, factor, None, why)


def _next_point(found: FixedPoints, start: Fraction) -> tuple[FixedPoint | None, str | None]:
    """The fixed point that lengths go to, or None with the reason; no reason where they grow."""
    at_start = [point for point in found.points if start in point.q]
    if at_start:
        return at_start[0], None
    direction = found.length_map.moves(start)
    if direction is None:
        return None, f"V(q) - q has no certain sign at q = {float(start):g}"
    if direction > 0:
        ahead = [point for point in found.points if point.q.lower > start]
        between = [u for u in found.unsettled if u.upper > start]
    else:
        ahead = [point for point in reversed(found.points) if point.q.upper < start]
        between = [u for u in found.unsettled if u.lower < start]
    if not ahead:
        if between:
            return None, f"whether there is a fixed point in {_shown(between[0])} is not settled"
        return None, None if direction > 0 else "no fixed point was found below"
    point = ahead[0]
    if direction > 0:
        between = [u for u in between if u.lower < point.q.lower]
    else:
        between = [u for u in between if u.upper > point.q.upper]
    if between:
        return None, f"whether there is a fixed point in {_shown(between[0])} is not settled"
    if point.stability == "unstable":
        return None, f"lengths swing around the fixed point at q = {point.q.value:.6g}"
    return point, None


def _factor_shown(value: Fraction) -> str:
    text = readable(value)
    return "" if value == 1 else (f"({text})·" if " " in text else f"{text}·")


def _shown(where: Enclosure) -> str:
    return f"[{float(where.lower):.6g}, {float(where.upper):.6g}]"


def _factor(length_map: LengthMap, point: FixedPoint) -> Factor:
    if not point.is_zero:
        return length_map.gradient_factor_between(point.q.lower, point.q.upper)
    somewhere = length_map.gradient_factor(Fraction(1))
    # Without a jump χ and V' have the same limit at q = 0.
    return somewhere if isinstance(somewhere, Infinity) else point.slope


def _name(length_map: LengthMap, point: FixedPoint, factor: Factor) -> tuple[str, str]:
    if isinstance(factor, Infinity) and point.is_zero:
        return UNKNOWN, f"lengths fall to 0, but χ is infinite at every q > 0: {factor.reason}"
    if isinstance(factor, Infinity):
        return CHAOTIC, f"χ₁ is infinite: {factor.reason}"
    exact = point.is_zero and factor.lower == factor.upper == 1
    near = 0 if exact else 16 * length_map.rounding
    if near and 1 - near < factor.lower and factor.upper < 1 + near:
        return UNDECIDED, "σ_w² is a float, and χ₁ is within its own rounding of the critical 1"
    if factor.upper < 1:
        return ORDERED, "χ₁ < 1 at the fixed point"
    if factor.lower > 1:
        return CHAOTIC, "χ₁ > 1 at the fixed point"
    if point.is_zero and factor.lower == factor.upper == 1:
        return CRITICAL, "lengths fall to 0, and the slopes of φ there make χ₁ = 1 exactly"
    return UNDECIDED, "the enclosure of χ₁ contains 1, and no exact argument is known"
