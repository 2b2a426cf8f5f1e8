"""Gains: which Var(W) keeps the size of a signal from layer to layer.

Var(W) = g²/fan. Three conventions, for pre-activations Z ~ N(0, q) (q = 1 unless said otherwise):

- ``second-moment`` (He et al. 2015): g² = q/E[φ(Z)²], so that the second moment q is a fixed point;
- ``standard-deviation``: g² = q/Var φ(Z), for activations that are centred afterwards;
- ``backward``: g² = 1/E[φ'(Z)²], so that the gradient's second moment stays.

A fixed point is not always a stable one: ``length_map_slope`` is V'(q) for V(q) = g²·E[φ(√q·Z)²],
and errors grow with depth where it is above 1. ``backward_factor`` is χ₁ = g²·E[φ'(Z)²], by which
the gradient's second moment changes per layer. (Xavier's rule for tanh is the *linear* gain:
``variance("linear", ...)``.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from flint import ctx

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.budget import GAIN, within_budget
from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.estimated_moments import EstimatedMoments
from xavier_theory.activations.estimates import Estimate
from xavier_theory.activations.gaussian_integrals import Gaussian
from xavier_theory.activations.mean_field.shapes import homogeneous_slopes
from xavier_theory.activations.moments import Moments, checked_digits, gaussian
from xavier_theory.activations.plain_numbers import positive_integer, rounded
from xavier_theory.activations.units import UnitMoments, unit_of
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.shown import Shown

if TYPE_CHECKING:
    import sympy

FORMULAS = {
    "second-moment": "g^2 = q/E[phi(Z)^2], Z ~ N(0, q)",
    "standard-deviation": "g^2 = q/Var phi(Z), Z ~ N(0, q)",
    "backward": "g^2 = 1/E[phi'(Z)^2], Z ~ N(0, q)",
}
CONVENTIONS = tuple(FORMULAS)
_SMALL_DIGITS = 140  # for moments as small as 1e-120

Reading = Enclosure | Infinity | Estimate
AnyMoments = Moments | EstimatedMoments | UnitMoments


class Decimals(NamedTuple):
    """A gain in decimal digits: the enclosure's centre, rounded, and its ends, rounded outward."""

    value: str
    lower: str
    upper: str


@dataclass(frozen=True, eq=False, repr=False)
class Gain(
    Shown,
    float,
    text="xavier_theory.activations.gain_text:gain_text",
    markdown="xavier_theory.activations.gain_text:gain_markdown",
):
    """The gain of an activation: a float that knows where it comes from.

    It goes wherever a number goes, such as ``torch.nn.init.xavier_normal_(w, gain=g)``, compares
    and formats as one, and prints what ``xavier-theory gain`` prints. ``value`` is the nearest
    float to the enclosure's centre; ``lower`` ≤ g ≤ ``upper`` are floats
    rounded outward, and None where ``certified`` is false, which ``reason`` then explains; then
    ``error`` estimates how far ``value`` may be off, but for features of φ narrower than 1e-4
    standard deviations, which sampling may miss. The
    exact rational ends are in ``enclosure``. ``q`` is the pre-activations' second moment,
    ``convention`` one of ``CONVENTIONS``, ``moments`` the moments used; those not used yet are
    computed when asked for.
    """

    activation: str
    convention: str
    q: Fraction
    enclosure: Enclosure | None
    moments: AnyMoments
    certified: bool = True
    reason: str | None = None
    estimate: float | None = None
    error: float | None = None

    def __new__(cls, *given: Any, **named: Any) -> Gain:
        """The float at the enclosure's centre, or the estimate."""
        told = dict(zip((part.name for part in fields(cls)), given, strict=False)) | named
        enclosure, estimate = told.get("enclosure"), told.get("estimate")
        if enclosure is not None:
            return super().__new__(cls, enclosure.value)
        return super().__new__(cls, float("nan") if estimate is None else estimate)

    def __reduce__(self) -> tuple[Any, ...]:
        return Gain, tuple(getattr(self, part.name) for part in fields(self))

    def __repr__(self) -> str:
        word = "certified" if self.certified else "an estimate"
        return f"Gain({self.activation!r}, {self.convention!r}, {self.value!r}, {word})"

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    @property
    def value(self) -> float:
        """The gain g as a plain float."""
        return float(self)

    @property
    def lower(self) -> float | None:
        """A float that is at most g; None where that is not certified."""
        return self.enclosure.lower_float if self.enclosure is not None else None

    @property
    def upper(self) -> float | None:
        """A float that is at least g; None where that is not certified."""
        return self.enclosure.upper_float if self.enclosure is not None else None

    def decimals(self, digits: int) -> Decimals:
        """The gain to ``digits`` significant digits; only where it is certified."""
        if self.enclosure is None:
            raise NotCertifiedError(f"the gain of {self.activation} is an estimate: {self.reason}")
        places = self.enclosure.places(positive_integer(digits, "digits"))
        return Decimals(self.enclosure.decimal(places), *self.enclosure.decimals(places))

    @property
    def square(self) -> Fraction:
        """g² = fan·Var(W): exact where it is known to be rational, else rounded to 120 bits."""
        activation = self.moments.activation
        if activation.expression is not None and activation.undecided is None:
            lines = homogeneous_slopes(activation.expression)
            if lines is not None and self.convention != "standard-deviation":
                return 2 / (lines[0] ** 2 + lines[1] ** 2)
        form = self.closed_form
        if form is not None and (form**2).is_Rational:
            exact = form**2
            return Fraction(int(exact.p), int(exact.q))
        if self.enclosure is None:
            return Fraction(self.value) ** 2
        return rounded(self.enclosure.midpoint**2)

    @property
    def formula(self) -> str:
        """The convention as a formula."""
        found = FORMULAS[self.convention]
        if not isinstance(self.moments, UnitMoments):
            return found
        found = found.replace("phi'(Z)", "grad a").replace("phi(Z)", "a").partition(",")[0]
        return f"{found}, a = {self.moments.unit.formula} of independent N(0, q)"

    @property
    def second_moment(self) -> Reading:
        """E[φ(Z)²]."""
        return self.moments.second_moment

    @property
    def derivative_second_moment(self) -> Reading:
        """E[φ'(Z)²]; ``Infinity`` where φ jumps."""
        return self.moments.derivative_second_moment

    @property
    def backward_factor(self) -> Reading:
        """χ₁ = g²·E[φ'(Z)²]; ``Infinity`` where φ jumps."""
        return self._times_square(self.moments.derivative_second_moment)

    @property
    def length_map_slope(self) -> Reading:
        """V'(q) = g²·E[φφ'Z]/q for V(q) = g²·E[φ(√q·Z)²]."""
        return self._times_square(self.moments.cross_moment, self.q)

    @property
    def closed_form(self) -> sympy.Expr | None:
        """The gain as a sympy expression, where the moment used has a closed form; else None."""
        activation = self.moments.activation
        if not self.certified:
            return None
        if activation.expression is None:
            form = activation.second_moment_form
            found = form() if form and self.convention == "second-moment" and self.q == 1 else None
            return None if found is None else found ** _minus_half()
        from xavier_theory.activations.closed_forms import gain_form

        return gain_form(activation.expression, self.convention, self.q, self.enclosure)

    def _times_square(self, moment: Reading, divisor: Fraction = Fraction(1)) -> Reading:
        if isinstance(moment, Infinity):
            return moment
        if self.enclosure is None or isinstance(moment, Estimate):
            scale = self.value**2 / float(divisor)
            off = getattr(moment, "error", 0.0) + 2 * abs(moment.value) * (self.error or 0.0)
            return Estimate(moment.value * scale, off * scale)
        with ctx.workprec(8 * self.moments.digits + 64):
            ball = self.enclosure.to_arb()
            return Enclosure.from_arb(moment.to_arb() * ball * ball * _inverse(divisor))


def gain(
    activation: Any,
    *,
    q: Any = 1,
    digits: int | None = None,
    convention: str = "second-moment",
    budget: int | None = None,
    **parameters: Any,
) -> Gain:
    """The gain of a name, a text in ``z``, a sympy expression, a callable or an ``Activation``.

    Also of the units of ``units``: gates by name (``"swiglu"``) or as text (``"erf(u)*v"``), and
    ``"maxout"`` with its ``pieces``.

    ``q`` is the variance of the pre-activations, ``digits`` the significant digits (more than a
    float's by default), ``convention`` one of ``CONVENTIONS``, ``budget`` the work allowed, in
    evaluations of a part of φ (300,000 where it is not given). A callable, and an expression about
    which something cannot be settled, get an estimate that is not certified, with the reason.
    Raises ``UnknownNameError`` for an unknown name or convention, ``InvalidInputError`` (its kind
    ``InfiniteMomentError``) for an activation without a gain, and ``NotCertifiedError`` where not
    even an estimate can be made.
    """
    if convention not in FORMULAS:
        raise UnknownNameError("convention", str(convention), CONVENTIONS)
    with within_budget(budget, GAIN):
        unit = unit_of(activation, parameters)
        if unit is not None:
            moments = UnitMoments(unit, gaussian(q), checked_digits(digits))
            enclosure = _enclosed(moments, convention)
            _require_a_float(unit.name, enclosure)
            return Gain(unit.name, convention, moments.law.variance, enclosure, moments)
        known = as_activation(activation, **parameters)
        return _gain(known, gaussian(q), checked_digits(digits), convention, budget)


@lru_cache(maxsize=512)
def _gain(
    activation: Activation, law: Gaussian, digits: int, convention: str, budget: int | None
) -> Gain:
    """The gain; ``budget`` is here for the cache, which must not keep what a smaller one gave."""
    try:
        moments, enclosure = _resolved(activation, law, digits, convention)
    except NotCertifiedError as error:
        if not _can_be_estimated(activation):
            raise
        return _estimated(activation, law, convention, str(error))
    _require_a_float(activation.name, enclosure)
    return Gain(activation.name, convention, law.variance, enclosure, moments)


def _resolved(
    activation: Activation, law: Gaussian, digits: int, convention: str
) -> tuple[Moments, Enclosure]:
    """The moments and the gain; with more digits where a moment is too small to show otherwise."""
    moments = Moments(activation, law, digits)
    try:
        return moments, _enclosed(moments, convention)
    except NotCertifiedError:
        moment = moment_of(convention)(moments)
        if not isinstance(moment, Enclosure) or 0 not in moment or digits > _SMALL_DIGITS:
            raise
    more = Moments(activation, law, _SMALL_DIGITS)
    return more, _enclosed(more, convention)


def _enclosed(moments: Moments | UnitMoments, convention: str) -> Enclosure:
    name = moments.activation.name
    moment = moment_of(convention)(moments)
    if isinstance(moment, Estimate):
        raise NotCertifiedError(f"the moment of {name} is an estimate")
    if isinstance(moment, Infinity):
        raise _no_backward_gain(name, moment)
    if moment.lower <= 0:
        what = _NAMES[convention]
        if moment.upper == 0 or _vanishes(moments, convention):
            raise InvalidInputError(f"{name} has no {convention} gain: {what} is 0")
        raise NotCertifiedError(f"{name} has no gain: {what} is not shown positive")
    with ctx.workprec(8 * moments.digits + 64):
        scale = scale_of(moments.law.variance, convention)
        return Enclosure.from_arb((_inverse(scale) * moment.to_arb()).rsqrt())


def _no_backward_gain(name: str, moment: Infinity) -> InvalidInputError:
    return InvalidInputError(
        f"{name[:80]} has no backward gain: E[φ'²] is infinite, {moment.reason}"
    )


def moment_of(convention: str) -> Callable[[AnyMoments], Reading]:
    """Which moment a convention's gain is made of."""
    return {
        "second-moment": lambda m: m.second_moment,
        "standard-deviation": lambda m: m.variance,
        "backward": lambda m: m.derivative_second_moment,
    }[convention]


def scale_of(q: Fraction, convention: str) -> Fraction:
    """g² times the convention's moment."""
    return Fraction(1) if convention == "backward" else q


_NAMES = {
    "second-moment": "E[φ(Z)²]",
    "standard-deviation": "Var φ(Z)",
    "backward": "E[φ'(Z)²]",
}


def _vanishes(moments: Moments | UnitMoments, convention: str) -> bool:
    """Whether the tree is a constant on every cell, and so the moment exactly 0."""
    from xavier_theory.activations.constants import is_constant, is_zero

    tree = moments.activation.expression
    if tree is None:
        return False
    return is_zero(tree) if convention == "second-moment" else is_constant(tree)


def _can_be_estimated(activation: Activation) -> bool:
    return activation.expression is not None or activation.undecided is not None


def _estimated(activation: Activation, law: Gaussian, convention: str, reason: str) -> Gain:
    found = EstimatedMoments(activation, law)
    try:
        known = moment_of(convention)(found)
    except (NotCertifiedError, InvalidInputError) as error:
        if (
            activation.expression is None
        ):  # a callable: what is wrong with it is all there is to say
            raise
        raise NotCertifiedError(
            f"{activation.name[:60]} has no certified gain ({reason}) and no estimate: {error}"
        ) from None
    if isinstance(known, Infinity):
        raise _no_backward_gain(activation.name, known)
    moment = known.value
    if not moment > 1e-300:
        raise NotCertifiedError(
            f"{activation.name[:60]} has no gain: {_NAMES[convention]} looks like 0, or is "
            "beyond the range of floats"
        )
    value = (float(scale_of(law.variance, convention)) / moment) ** 0.5
    if not 1e-75 < value < 1e75:
        raise InvalidInputError(f"the gain of {activation.name} is beyond the range of floats")
    off = None if isinstance(known, Enclosure) else 0.5 * value * known.error / moment
    return Gain(activation.name, convention, law.variance, None, found, False, reason, value, off)


def _require_a_float(name: str, enclosure: Enclosure) -> None:
    # the moments up to E[φ⁴] must be floats as well
    if not Fraction(1, 10**75) < enclosure.lower <= enclosure.upper < 10**75:
        raise InvalidInputError(f"the gain of {name} is beyond the range of floats")


def _inverse(value: Fraction) -> Any:
    from flint import arb, fmpq

    return arb(fmpq(value.denominator, value.numerator))


def _minus_half() -> Any:
    import sympy

    return sympy.Rational(-1, 2)
