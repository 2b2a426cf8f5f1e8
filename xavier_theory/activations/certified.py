"""Certified integrals: every number is an interval that provably contains the integral.

The integrals are done by Arb's adaptive complex quadrature (Johansson, "Numerical integration in
arbitrary-precision ball arithmetic", 2018) through python-flint. It proves its error only for an
integrand that says truthfully where it is analytic; that is the contract of ``Branch``. Around it:
the cut at kinks, a proven bound for both Gaussian tails, and a refusal instead of a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import acb, arb, ctx, fmpq

from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.growth import Growth
from xavier_theory.activations.interruptions import interruptions_noted
from xavier_theory.activations.piecewise import Branch, PiecewiseAnalytic
from xavier_theory.activations.plain_numbers import exact_number, positive_integer
from xavier_theory.errors import InvalidInputError, XavierTheoryError

_ATTEMPTS = 4
_MOST_DIGITS = 200
MOST_EVALUATIONS = 30_000  # smooth integrands take hundreds; a pole would take for ever


class NotCertifiedError(XavierTheoryError):
    """An integral could not be enclosed as narrowly as was asked, or a stated bound is false."""


def gaussian_expectation(
    f: Branch | PiecewiseAnalytic,
    q: int | float | Fraction = 1,
    *,
    growth: Growth,
    kinks: Sequence[int | float | Fraction] = (),
    digits: int = 15,
) -> Enclosure:
    """An enclosure of E[f(Z)], Z ~ N(0, q), for a real ``f`` that obeys ``growth``.

    ``q`` is taken exactly and must be positive. The width is at most 10^-digits of the value, or
    10^-digits outright when the interval contains zero. ``growth`` bounds |f| on the whole line and
    pays for the tails: it is the caller's word. It is tried at points of many sizes, and a
    violation there raises ``NotCertifiedError``; agreement there proves nothing. So does an
    integrand that is not finite or not real, or too hard for four rounds of rising precision.
    """
    variance = exact_number(q, "the variance q")
    if variance <= 0:
        raise InvalidInputError(f"the variance q must be positive, got {q!r}")
    function = _as_piecewise(f, kinks)

    def attempt() -> arb:
        cut = _cut(variance, ctx.prec)
        _try_growth(function, growth, cut)
        body = _integrate(_weighted(function, variance), -cut, cut)
        return body + arb(0, 1) * growth.tail(cut, variance).abs_upper()

    return narrow_enough(attempt, digits, "the Gaussian expectation")


def certified_integral(
    f: Branch | PiecewiseAnalytic,
    lower: int | float | Fraction,
    upper: int | float | Fraction,
    *,
    kinks: Sequence[int | float | Fraction] = (),
    digits: int = 15,
) -> Enclosure:
    """An enclosure of the integral of a real ``f`` over the finite interval ``[lower, upper]``.

    The ends are taken exactly; ``lower > upper`` or an end that is not finite raises
    ``InvalidInputError``. Accuracy and refusals are those of ``gaussian_expectation``.
    """
    left, right = exact_number(lower, "the lower limit"), exact_number(upper, "the upper limit")
    if left > right:
        raise InvalidInputError(f"the lower limit {lower!r} is above the upper limit {upper!r}")
    function = _as_piecewise(f, kinks)
    return narrow_enough(lambda: _integrate(function, left, right), digits, "the integral")


def _as_piecewise(f: Branch | PiecewiseAnalytic, kinks: Sequence[object]) -> PiecewiseAnalytic:
    if isinstance(f, PiecewiseAnalytic):
        if kinks:
            raise InvalidInputError("a PiecewiseAnalytic carries its own kinks; give no others")
        return f
    if not callable(f):
        raise InvalidInputError(f"the integrand must be callable, got {f!r}")
    cuts = tuple(sorted({exact_number(kink, "a kink") for kink in kinks}))
    return PiecewiseAnalytic(cuts, (f,) * (len(cuts) + 1))


def _cut(variance: Fraction, bits: int) -> Fraction:
    """A dyadic T with e^(-T²/2q) well under 2^-bits: T ≈ √(2q·bits·log 2), rounded up."""
    bound = (arb(fmpq(variance.numerator, variance.denominator)) * 2 * bits).sqrt()
    return Enclosure.from_arb(bound).upper


def _weighted(function: PiecewiseAnalytic, variance: Fraction) -> PiecewiseAnalytic:
    twice = arb(fmpq(2 * variance.numerator, variance.denominator))
    norm = (twice * arb.pi()).sqrt()
    return function.map(lambda z, value: value * (-z * z / twice).exp() / norm)


def integrate_branch(
    branch: Branch, left: Fraction, right: Fraction, effort: int = MOST_EVALUATIONS
) -> arb:
    """A ball around the integral of one real analytic branch; not finite where Arb gives up.

    It does after ``effort`` evaluations.
    """
    return _call_arb(branch, left, right, effort).real


def _integrate(function: PiecewiseAnalytic, lower: Fraction, upper: Fraction) -> arb:
    total = arb(0)
    for left, right, branch in function.pieces(lower, upper):
        _require_real(branch, left, right)
        total += _call_arb(branch, left, right).real
    return total


def _require_real(branch: Branch, left: Fraction, right: Fraction) -> None:
    """At a few points; an imaginary part that is odd would vanish from the integral unseen."""
    for k in (1, 3, 6):
        point = left + (right - left) * Fraction(k, 7)
        value = _as_ball(branch(_point(point), False))
        if value.is_finite() and not value.imag.contains(0):
            raise NotCertifiedError(f"the integrand is not real at z = {float(point):.6g}")


def _call_arb(
    branch: Branch, left: Fraction, right: Fraction, effort: int = MOST_EVALUATIONS
) -> acb:
    """Arb's quadrature; an exception of the integrand arrives as itself, not as SystemError.

    So does an interruption: it waits until Arb has returned, which it then does soon.
    """
    raised: list[Exception] = []

    def guarded(z: acb, analytic: bool) -> acb:
        if raised or interruptions:
            return acb("nan")
        try:
            return _as_ball(branch(z, analytic))
        except Exception as error:  # noqa: BLE001 (kept, and raised below; C code lies between)
            raised.append(error)
            return acb("nan")

    goal = arb(2) ** (20 - 5 * ctx.prec // 6)  # the digits asked for, and some (``narrow_enough``)
    with interruptions_noted() as interruptions:
        value = acb.integral(guarded, _point(left), _point(right), rel_tol=goal, eval_limit=effort)
    if raised:
        raise raised[0]
    return value


def _as_ball(value: object) -> acb:
    if isinstance(value, acb):
        return value
    if isinstance(value, arb | int | float | complex | fmpq):
        return acb(value)
    raise TypeError(f"the integrand must return an acb, got {value!r}")  # acb(None) would be 0


def _point(number: Fraction) -> acb:
    return acb(arb(fmpq(number.numerator, number.denominator)))


def _try_growth(function: PiecewiseAnalytic, growth: Growth, cut: Fraction) -> None:
    sizes = [cut * Fraction(k, 16) for k in range(17)] + [cut * 2**k for k in range(1, 24)]
    for size in sizes:
        for point in (size, -size):
            value = _as_ball(function.branch_at(point)(_point(point), False))
            bound = growth.at(_point(abs(point)).real)
            if value.abs_lower() > bound.abs_upper():
                raise NotCertifiedError(
                    f"the stated bound {growth} is false at z = {float(point):.6g}"
                )


def narrow_enough(
    attempt: Callable[[], arb], digits: int, what: str, attempts: int = _ATTEMPTS
) -> Enclosure:
    """Attempts at rising precision until the ball has ``digits`` digits, relative to its size.

    Raises ``NotCertifiedError`` after ``attempts`` of them, or as soon as twice the precision left
    the ball as wide as it was; and ``InvalidInputError`` for digits outside 1..200.
    """
    if positive_integer(digits, "digits") > _MOST_DIGITS:
        raise InvalidInputError(f"digits must be at most {_MOST_DIGITS}, got {digits}")
    best, width = None, None
    for doubling in range(attempts):
        with ctx.workprec((4 * digits + 40) * 2**doubling):
            best = attempt()
            if best.is_finite():
                enclosure = Enclosure.from_arb(best)
                scale = 1 if 0 in enclosure else min(abs(enclosure.lower), abs(enclosure.upper))
                if enclosure.width <= Fraction(scale) / 10**digits:
                    return enclosure
                if width is not None and enclosure.width >= width:
                    break  # it is the effort that was not enough
                width = enclosure.width
    found = (
        f"best: {best}" if best is not None and best.is_finite() else "no finite bound was found"
    )
    raise NotCertifiedError(f"{what} is not certified to {digits} digits; {found}")
