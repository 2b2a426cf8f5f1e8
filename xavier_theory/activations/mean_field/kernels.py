"""The dual kernel κ(c) = E[φ(√q·Z₁)·φ(√q·Z₂)], E[Z₁Z₂] = c: in closed form, and enclosed.

Two families have closed forms, derived here:

- φ(z) = a·|z|^k below 0 and b·z^k above: κ(c) = q^k·((a² + b²)·J(c) + 2ab·J(−c)), where J is
  E[Z₁₊^k·Z₂₊^k] = (−1)^k·sin^(2k+1)θ·((1/sin θ)·d/dθ)^k((π − θ)/sin θ)/2π with c = cos θ
  (Cho & Saul 2009, equations 3 and 4, the arc-cosine kernels);
- sums of z^n·e^(az + bz²), with sin, cos or one erf(αz): by completing the square, by Stein's
  identity, which lowers n, and by E[erf(αX)·erf(βY)] (Williams 1997, equation 10) at its end.

The enclosure is that of ``hermite``, for any φ.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import sympy
from sympy import Integer, Rational, acos, asin, exp, pi, sin, sqrt

from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.closed_forms import require_agreement, terms_of
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.activations.expressions.building import multiply, negate
from xavier_theory.activations.expressions.dissection import dissect
from xavier_theory.activations.expressions.nodes import Node, Z
from xavier_theory.activations.expressions.polynomials import coefficients
from xavier_theory.activations.expressions.rewriting import replace_variable
from xavier_theory.activations.gaussian_integrals import expectation
from xavier_theory.activations.mean_field.hermite import KernelSeries, kernel_series
from xavier_theory.activations.mean_field.length import LengthMap
from xavier_theory.activations.moments import gaussian
from xavier_theory.activations.named_constants import without_named_constants
from xavier_theory.activations.truncated_moments import NoClosedFormError, Term
from xavier_theory.activations.units import unit_of

C = sympy.Symbol("c", real=True)
_PROBE = Fraction(1, 3)
_TERMS, _DIGITS = 32, 12
_END_DIGITS = 20
_MOST_DEGREE, _MOST_PAIRS = 6, 100


@dataclass(frozen=True)
class DualKernel:
    """κ of one activation at one q; ``closed_form`` is a sympy expression in ``c``, or None."""

    activation: str
    root: Node
    q: Fraction

    def at(self, c: int | float | Fraction) -> Enclosure:
        """κ(c) for −1 ≤ c ≤ 1, proven; wider near ±1, not at ±1, where φ has kinks or jumps."""
        exact = exact_fraction(c, "the correlation")
        if abs(exact) == 1:  # one Gaussian, not two: E φ(z)·φ(±z)
            other = self.root if exact > 0 else replace_variable(self.root, negate(Z))
            try:
                return expectation(multiply(self.root, other), gaussian(self.q), _END_DIGITS)
            except NotCertifiedError:
                pass  # the series may still enclose it
        return self._series.at(exact)

    @cached_property
    def closed_form(self) -> sympy.Expr | None:
        """κ as an expression in ``c``, checked against the enclosure at c = 1/3.

        Raises ``ClosedFormError`` where the two disagree: then this package is wrong.
        """
        try:
            found = without_named_constants(sympy.expand(_closed_form(self.root, self.q)))
        except (NoClosedFormError, NotCertifiedError):
            return None
        probe = found.subs(C, Rational(_PROBE.numerator, _PROBE.denominator))
        require_agreement(probe, self.at(_PROBE))
        return found

    @cached_property
    def _series(self) -> KernelSeries:
        return kernel_series(self.root, self.q, _TERMS, _DIGITS)


@dataclass(frozen=True)
class GateKernel(DualKernel):
    """κ of a gate φ(u)·v, q·c times that of φ; ``root`` is φ."""

    def at(self, c: int | float | Fraction) -> Enclosure:
        """κ(c) for −1 ≤ c ≤ 1, proven."""
        factor = self.q * exact_fraction(c, "the correlation")
        found = super().at(c)
        ends = factor * found.lower, factor * found.upper
        return Enclosure(min(ends), max(ends))

    @cached_property
    def closed_form(self) -> sympy.Expr | None:
        """κ as an expression in ``c``, where that of φ has one."""
        found = DualKernel(self.activation, self.root, self.q).closed_form
        return None if found is None else sympy.expand(_rational(self.q) * C * found)


def dual_kernel(
    activation: object, q: int | float | Fraction = 1, **parameters: float | Fraction
) -> DualKernel:
    """The dual kernel of a name, a text in ``z``, a sympy expression or an object, at ``q`` > 0.

    Raises what ``as_activation`` raises, ``InvalidInputError`` for a bad q, and
    ``NotCertifiedError`` for a callable. A gate, such as ``"swiglu"``, has one too.
    """
    unit = unit_of(activation, dict(parameters))
    if unit is not None and unit.gate is not None:
        tree = LengthMap(unit.gate, Fraction(1), Fraction(0)).root
        return GateKernel(unit.name, tree, gaussian(q).variance)
    known = as_activation(activation, **parameters)
    root = LengthMap(known, Fraction(1), Fraction(0)).root
    return DualKernel(known.name, root, gaussian(q).variance)


def _rational(q: Fraction) -> Any:
    return Rational(q.numerator, q.denominator)


def _closed_form(root: Node, q: Fraction) -> Any:
    exact = _rational(q)
    sides = _monomial_sides(root)
    if sides is not None:
        degree, below, above = sides
        kernel = _arc_cosine(degree)
        mixed = kernel.subs(C, -C)
        return exact**degree * ((below**2 + above**2) * kernel + 2 * below * above * mixed)
    found = dissect(root)
    if found.zones or len(found.cells) != 1 or found.left_tail != found.cells[0].node:
        raise NoClosedFormError("φ has kinks")
    terms = terms_of(root)
    if len(terms) ** 2 > _MOST_PAIRS:
        raise NoClosedFormError("too many terms")
    total = sum((_pair(a, b, exact) for a, b in product(terms, terms)), Integer(0))
    if total.has(sympy.I):
        total = sympy.simplify(sympy.expand(sympy.expand_complex(total)))
    return total


def _monomial_sides(root: Node) -> tuple[int, Any, Any] | None:
    """(k, a, b) where φ is a·|z|^k below 0 and b·z^k above, with a kink or a jump at 0."""
    found = dissect(root)
    if len(found.zones) != 1 or any(end != 0 for end in found.zones[0]):
        return None
    sides = []
    for tail, cell in (
        (found.left_tail, found.cells[0].node), (found.right_tail, found.cells[-1].node)
    ):  # fmt: skip
        exact = coefficients(cell)
        if tail != cell or exact is None or any(exact[:-1]):
            return None
        sides.append(exact)
    degrees = {len(side) - 1 for side in sides if side}
    if len(degrees) != 1 or max(degrees) > _MOST_DEGREE:
        return None
    degree = degrees.pop()
    low, high = (side[-1] if side else Fraction(0) for side in sides)
    low *= (-1) ** degree
    return (
        degree,
        Rational(low.numerator, low.denominator),
        Rational(high.numerator, high.denominator),
    )


def _arc_cosine(degree: int) -> Any:
    theta = sympy.Symbol("theta", positive=True)
    inner = (pi - theta) / sin(theta)
    for _ in range(degree):
        inner = sympy.diff(inner, theta) / sin(theta)
    whole = sympy.expand((-1) ** degree * sin(theta) ** (2 * degree + 1) * inner / (2 * pi))
    root = sqrt(1 - C**2)
    return sympy.expand(whole.subs(sympy.cos(theta), C).subs(sin(theta), root).subs(theta, acos(C)))


@dataclass(frozen=True)
class _Normal:
    """A bivariate normal law: means and covariances."""

    x: Any
    y: Any
    xx: Any
    xy: Any
    yy: Any

    def swapped(self) -> _Normal:
        return _Normal(self.y, self.x, self.yy, self.xy, self.xx)

    def tilted(self, rates: tuple[Any, Any], curvatures: tuple[Any, Any]) -> tuple[Any, _Normal]:
        """The law times e^(a₁x + b₁x² + a₂y + b₂y²), and its mass; for a law of mean 0."""
        covariance = sympy.Matrix([[self.xx, self.xy], [self.xy, self.yy]])
        bend = sympy.diag(*curvatures)
        rest = sympy.eye(2) - 2 * covariance * bend
        determinant = sympy.factor(rest.det())
        changed = (rest.inv() * covariance).applyfunc(sympy.factor)
        slope = sympy.Matrix(rates)
        mean = (changed * slope).applyfunc(sympy.expand)
        mass = exp(sympy.expand((slope.T * changed * slope)[0, 0] / 2)) / sqrt(determinant)
        return mass, _Normal(mean[0], mean[1], changed[0, 0], changed[0, 1], changed[1, 1])


def _pair(left: Term, right: Term, q: Any) -> Any:
    """E[left(√q·Z₁)·right(√q·Z₂)]."""
    if max(left.power, right.power) > _MOST_DEGREE or len(left.errors) + len(right.errors) > 2:
        raise NoClosedFormError("too many factors")
    if len(left.errors) > 1 or len(right.errors) > 1:
        raise NoClosedFormError("a product of error functions of one variable")
    for term in (left, right):
        # The mean square must be finite for every c, so that the determinant is positive.
        if not (1 - 4 * q * sympy.re(term.curvature)).is_positive:
            raise NoClosedFormError("the exponent is not known to leave a Gaussian")
    law = _Normal(Integer(0), Integer(0), q, q * C, q)
    mass, law = law.tilted((left.rate, right.rate), (left.curvature, right.curvature))
    slopes = [_slope(term) for term in (left, right)]
    value = _moment(left.power, right.power, slopes[0], slopes[1], law)
    return left.coefficient * right.coefficient * mass * value


def _slope(term: Term) -> Any | None:
    if not term.errors:
        return None
    slope, shift = term.errors[0]
    if shift != 0 or term.rate != 0:
        raise NoClosedFormError("an error function off centre")
    return slope


def _moment(m: int, n: int, alpha: Any, beta: Any, law: _Normal) -> Any:
    """E[X^m·Y^n·erf(αX)·erf(βY)]; a slope that is None stands for the factor 1."""
    if m == 0 and n == 0:
        return _without_powers(alpha, beta, law)
    if m == 0:
        return _moment(n, m, beta, alpha, law.swapped())
    if (alpha is not None or beta is not None) and (law.x != 0 or law.y != 0):
        raise NoClosedFormError("an error function off centre")
    value = law.x * _moment(m - 1, n, alpha, beta, law) if law.x != 0 else Integer(0)
    if m > 1:
        value += law.xx * (m - 1) * _moment(m - 2, n, alpha, beta, law)
    if n > 0:
        value += law.xy * n * _moment(m - 1, n - 1, alpha, beta, law)
    if alpha is not None:  # erf(αx)' = (2α/√π)·e^(−α²x²)
        mass, changed = law.tilted((Integer(0), Integer(0)), (-(alpha**2), Integer(0)))
        value += law.xx * 2 * alpha / sqrt(pi) * mass * _moment(m - 1, n, None, beta, changed)
    if beta is not None:
        mass, changed = law.tilted((Integer(0), Integer(0)), (Integer(0), -(beta**2)))
        value += law.xy * 2 * beta / sqrt(pi) * mass * _moment(m - 1, n, alpha, None, changed)
    return value


def _without_powers(alpha: Any, beta: Any, law: _Normal) -> Any:
    if alpha is None and beta is None:
        return Integer(1)
    if law.x != 0 or law.y != 0:
        raise NoClosedFormError("an error function off centre")
    if alpha is None or beta is None:
        return Integer(0)  # erf is odd
    spread = sqrt((1 + 2 * alpha**2 * law.xx) * (1 + 2 * beta**2 * law.yy))
    return 2 / pi * asin(sympy.factor(2 * alpha * beta * law.xy) / spread)
