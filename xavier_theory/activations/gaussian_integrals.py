"""Certified E[f(Z)], Z ~ N(μ, q): cells by quadrature, zones by their range, tails by a bound.

The integrand is a product of an expression's powers and of a polynomial in z. Nothing is taken on a
caller's word: the cells come from ``dissection``, the tails from ``bounds``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq

from xavier_theory.activations.certified import (
    MOST_EVALUATIONS,
    NotCertifiedError,
    integrate_branch,
    narrow_enough,
)
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.expressions.asymptotics import Leading, leading
from xavier_theory.activations.expressions.bounds import NoBoundError, TailBound, tail_bound
from xavier_theory.activations.expressions.building import add, apply, multiply, power
from xavier_theory.activations.expressions.building import number as rational
from xavier_theory.activations.expressions.dissection import WINDOW, Dissection, dissect
from xavier_theory.activations.expressions.nodes import Node, Z
from xavier_theory.activations.expressions.printing import to_text
from xavier_theory.activations.expressions.ranges import range_of, span
from xavier_theory.activations.expressions.tapes import ball_function
from xavier_theory.activations.waves import fast_waves, waves_expectation
from xavier_theory.errors import InvalidInputError

Weight = Callable[[acb], acb]
_MOST_WINDOW = Fraction(2**30)
_QUICK_EVALUATIONS = 4000


class InfiniteMomentError(InvalidInputError):
    """A moment of the activation is infinite at the given variance."""


@dataclass(frozen=True)
class Weighting:
    """A polynomial ``function`` with |function(z)| ≤ size·(1 + |z|)^degree for every real z."""

    function: Weight
    degree: int
    size: Fraction


@dataclass(frozen=True)
class Gaussian:
    """N(mean, variance), exactly."""

    mean: Fraction
    variance: Fraction

    def bell(self) -> Node:
        """exp(−(z − mean)²/(2·variance)) as a tree, its square multiplied out."""
        mean, twice = self.mean, 2 * self.variance
        square = multiply(rational(-1 / twice), power(Z, 2))
        return apply(
            "exp",
            add(square, multiply(rational(2 * mean / twice), Z), rational(-mean * mean / twice)),
        )

    def height(self) -> arb:
        """What the bell is multiplied by to be the density."""
        return 1 / (2 * number(self.variance) * arb.pi()).sqrt()

    def density(self, z: acb) -> acb:
        """The density at a complex box."""
        shifted = z - number(self.mean)
        twice = 2 * number(self.variance)
        return (-shifted * shifted / twice).exp() / (twice * arb.pi()).sqrt()


def number(value: Fraction) -> arb:
    """A ball around a rational."""
    return arb(fmpq(value.numerator, value.denominator))


def expectation(
    root: Node,
    law: Gaussian,
    digits: int,
    *,
    power_of: int = 1,
    weight: Weighting | None = None,
    quick: bool = False,
) -> Enclosure:
    """An enclosure of E[φ(Z)^power_of · weight(Z)] with ``digits`` significant digits.

    ``quick`` gives up early, for callers who ask hundreds of times.
    Raises ``InfiniteMomentError`` where the expectation is certainly infinite
    and ``NotCertifiedError`` where that, or the value, cannot be settled.
    """
    what = f"the moment of {to_text(root, 60)}"
    waves = fast_waves(root, law.variance, power_of)
    if waves is not None:
        polynomial: Any = None if weight is None else weight.function
        return narrow_enough(
            lambda: waves_expectation(
                waves, number(law.mean), number(law.variance), polynomial
            ),
            digits, what,
        )  # fmt: skip
    window = [WINDOW]
    while window[0] < abs(law.mean) + 64:
        window[0] *= 2

    def attempt() -> arb:
        found, cut, tail = _cut(root, law, power_of, weight, window)
        effort = _QUICK_EVALUATIONS if quick else MOST_EVALUATIONS
        return _body(found, root, law, power_of, weight, cut, effort) + arb(0, 1) * tail

    return (
        narrow_enough(attempt, digits, what, 2) if quick else narrow_enough(attempt, digits, what)
    )


def _body(
    found: Dissection,
    root: Node,
    law: Gaussian,
    power_of: int,
    weight: Weighting | None,
    cut: Fraction,
    effort: int,
) -> arb:
    """The integral over ``[-cut, cut]``, cells and zones."""
    total = arb(0)
    density, height = law.density, law.height()
    for cell in found.cells:
        left, right = max(cell.lower, -cut), min(cell.upper, cut)
        if left >= right:
            continue
        # In one tree the exponents of φ and of the density cancel before either overflows.
        function = ball_function(multiply(power(cell.node, power_of), law.bell()))
        total += integrate_branch(_integrand(function, height, weight), left, right, effort)
    for left, right in found.zones:
        if left < right and -cut < right and left < cut:
            values = range_of(root, span(left, right))
            if values.lower is None or values.upper is None:
                raise NotCertifiedError(
                    f"{to_text(root, 60)} is not shown bounded near z = {float(left):.6g}"
                )
            ball = acb(number(left).union(number(right)))
            value = acb(values.lower.union(values.upper)) ** power_of * density(ball)
            total += ((value * weight.function(ball)) if weight else value).real * number(
                right - left
            )
    return total


def _integrand(
    function: Callable[[acb, bool], acb], height: arb, weight: Weighting | None
) -> Callable[[acb, bool], acb]:
    if weight is None:
        return lambda z, analytic: function(z, analytic) * height
    return lambda z, analytic: function(z, analytic) * weight.function(z) * height


def _cut(
    root: Node, law: Gaussian, power_of: int, weight: Weighting | None, window: list[Fraction]
) -> tuple[Dissection, Fraction, arb]:
    """A dissection, a cut inside its window, and the bound on what lies beyond the cut."""
    bits = ctx.prec
    while True:
        found = dissect(root, window[0], bits)
        window[0] = found.window
        bounds = [_bound(root, found, side, law, power_of, weight) for side in (-1, 1)]
        cut = _first_guess(law, bits)
        while cut <= found.window:
            tails = [beyond(bound, law, cut) for bound in bounds]
            known = [tail for tail in tails if tail is not None and tail < arb(2) ** -bits]
            if len(known) == 2 and not _inside_a_zone(found, cut):
                return found, cut, known[0] + known[1]
            cut *= Fraction(9, 8)
        window[0] *= 2
        if window[0] > _MOST_WINDOW:
            raise NotCertifiedError(
                f"the tails of {to_text(root, 60)} at this mean and variance reach too far"
            )


def _inside_a_zone(found: Dissection, cut: Fraction) -> bool:
    return any(lower <= end <= upper for lower, upper in found.zones for end in (-cut, cut))


def _first_guess(law: Gaussian, bits: int) -> Fraction:
    """A little before where the density alone falls to 2^-bits."""
    reach = (number(law.variance) * bits).sqrt() + abs(number(law.mean))
    return Enclosure.from_arb(reach).upper.limit_denominator(2**20) + Fraction(1, 2**20)


def _bound(
    root: Node, found: Dissection, side: int, law: Gaussian, power_of: int, weight: Weighting | None
) -> TailBound:
    """The bound on φ^power_of·weight on a tail; it leaves a finite expectation, or this raises."""
    tree = found.tail(side)
    limit = 1 / (2 * law.variance)
    try:
        one = tail_bound(tree, side, found.window)
    except NoBoundError as error:
        _refuse_divergence(root, tree, side, law, power_of)
        raise NotCertifiedError(f"{error}, so the moment is not shown finite") from None
    bound = one.raised(Fraction(power_of))
    if weight is not None:
        with ctx.workprec(64):
            size = Enclosure.from_arb(number(weight.size).log()).upper
        bound = bound * TailBound(size, Fraction(weight.degree))
    if bound.curvature >= limit:
        _refuse_divergence(root, tree, side, law, power_of)
        raise NotCertifiedError(
            f"{to_text(root, 60)} is not shown to have a finite moment at variance {law.variance}"
        )
    return bound


def beyond(bound: TailBound, law: Gaussian, cut: Fraction) -> arb | None:
    """A bound on the integral of bound·density over t ≥ cut, or None where the cut is too near.

    The logarithm of the integrand is concave for t ≥ cut where its slope there is negative, so that
    the integrand lies under the exponential with that value and slope.
    """
    q, mean = number(law.variance), number(abs(law.mean))
    t = number(cut)
    rate, curvature = number(bound.rate), number(bound.curvature)
    exponent = number(max(bound.power, Fraction(0)))
    slope = exponent / (1 + t) + rate + 2 * curvature * t - (t - mean) / q
    if not slope < 0:
        return None
    height = (
        number(bound.log_constant)
        + exponent * (1 + t).log()
        + rate * t
        + curvature * t * t
        - (t - mean) ** 2 / (2 * q)
    )
    return (height.exp() / (2 * arb.pi() * q).sqrt() / -slope).upper()


def _refuse_divergence(root: Node, tree: Node, side: int, law: Gaussian, power_of: int) -> None:
    """Raise ``InfiniteMomentError`` where the leading behaviour proves that it is infinite."""
    found = leading(tree, side)
    if found is None:
        return
    if diverges(found, law, side, power_of):
        raise InfiniteMomentError(_explained(root, found, law, power_of))


def diverges(found: Leading, law: Gaussian, side: int, power_of: int) -> bool:
    """Whether ∫ |φ|^power_of · density is infinite on a tail where φ behaves like ``found``."""
    exponents = [power_of * found.exponent(d) for d in range(1, max(3, len(found.exponents) + 1))]
    exponents[1] -= 1 / (2 * law.variance)
    exponents[0] += side * law.mean / law.variance
    for coefficient in reversed(exponents):
        if coefficient != 0:
            return coefficient > 0
    return power_of * found.power >= -1


def _explained(root: Node, found: Leading, law: Gaussian, power_of: int) -> str:
    what = {1: "mean", 2: "second moment"}.get(power_of, f"moment of order {power_of}")
    start = f"the {what} of {to_text(root, 80)} is infinite"
    if len(found.exponents) > 2:
        return f"{start} at every variance: it outgrows every Gaussian"
    limit = 1 / (2 * power_of * found.exponent(2))
    # At the limit itself powers of z decide: enough of them below keep the integral finite.
    order = "≤" if power_of * found.power < -1 and found.exponent(1) == 0 else "<"
    return f"{start} at variance q = {law.variance}; it is finite only for q {order} {limit}"
