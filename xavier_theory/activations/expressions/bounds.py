"""How fast an expression can grow on a tail, proven from its structure.

On a half line |z| = t ≥ W the bound is |φ| ≤ C·(1 + t)^k·e^(a·t + b·t²). The four numbers follow
the tree: sums take the greater of each, products add, an exponential turns a bound on its argument
into a and b. What no rule covers has no bound, and the reason is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx, fmpq

from xavier_theory.activations.enclosures import exact_end
from xavier_theory.activations.expressions.elementary import FUNCTIONS
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Constant,
    Extremum,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Variable,
    Where,
    postorder,
)
from xavier_theory.activations.expressions.polynomials import coefficients
from xavier_theory.activations.expressions.printing import to_text
from xavier_theory.activations.expressions.ranges import range_of
from xavier_theory.activations.expressions.tails import half_line

_ZERO, _ONE = Fraction(0), Fraction(1)
_LEAST = Fraction(1, 2**1024)  # numbers nearer to 0 are rounded up to it
_SUBLINEAR = frozenset({"arcsinh", "log1p", "log", "softplus", "arccosh"})


class NoBoundError(Exception):
    """No rule bounds this expression; the text says which part."""


@dataclass(frozen=True)
class TailBound:
    """|φ| ≤ e^log_constant · (1 + t)^power · e^(rate·t + curvature·t²) for t ≥ W."""

    log_constant: Fraction
    power: Fraction = _ZERO
    rate: Fraction = _ZERO
    curvature: Fraction = _ZERO

    def __mul__(self, other: TailBound) -> TailBound:
        return TailBound(
            self.log_constant + other.log_constant,
            self.power + other.power,
            self.rate + other.rate,
            self.curvature + other.curvature,
        )

    def __or__(self, other: TailBound) -> TailBound:
        """A bound on either of two, and on half of their sum."""
        return TailBound(
            max(self.log_constant, other.log_constant),
            max(self.power, other.power),
            max(self.rate, other.rate),
            max(self.curvature, other.curvature),
        )

    def raised(self, exponent: Fraction) -> TailBound:
        """A bound on the power, for a positive exponent."""
        return TailBound(
            self.log_constant * exponent,
            self.power * exponent,
            self.rate * exponent,
            self.curvature * exponent,
        )

    def scaled(self, log_factor: Fraction) -> TailBound:
        """The bound times e^log_factor."""
        return TailBound(self.log_constant + log_factor, self.power, self.rate, self.curvature)


def tail_bound(root: Node, side: int, start: Fraction) -> TailBound:
    """A proven bound on the tail; raises ``NoBoundError`` naming the part without one."""
    with ctx.workprec(128):
        known: dict[Node, TailBound | None] = {}
        for node in postorder(root):
            known[node] = _rule(node, known, side, start)
        found = known[root]
        if found is not None:
            return found
        culprit = next(node for node in postorder(root) if _fails(node, known))
        raise NoBoundError(f"no bound is known for {to_text(culprit, 80)} as z grows")


def _fails(node: Node, known: dict[Node, TailBound | None]) -> bool:
    return known[node] is None and all(known[child] is not None for child in _values(node))


def _values(node: Node) -> tuple[Node, ...]:
    """The operands that matter for the size: a condition does not."""
    return (node.then, node.otherwise) if isinstance(node, Where) else node.children


def _rule(
    node: Node, known: dict[Node, TailBound | None], side: int, start: Fraction
) -> TailBound | None:
    if isinstance(node, Apply) and node.function in ("exp", "sinh", "cosh", "expm1"):
        return _exponential(node, side, start)
    parts = [found for child in _values(node) if (found := known.get(child)) is not None]
    if len(parts) < len(_values(node)):
        return _by_range(node, side, start)
    match node:
        case Number():
            return _constant(abs(node.value)) if node.value else TailBound(Fraction(-(2**20)))
        case Constant():
            return _by_range(node, side, start)
        case Variable():
            return TailBound(_ZERO, _ONE)
        case Sum():
            result = parts[0]
            for part in parts[1:]:
                result = result | part
            return result.scaled(_log_upper(Fraction(len(parts))))
        case Product():
            result = parts[0]
            for part in parts[1:]:
                result = result * part
            return result
        case Power():
            if node.exponent > 0:
                return parts[0].raised(node.exponent)
            return _by_range(node, side, start)
        case Extremum() | Where():
            return parts[0] | parts[1]
        case Apply():
            return _applied(node, parts[0], side, start)
    return None


def _applied(node: Apply, argument: TailBound, side: int, start: Fraction) -> TailBound | None:
    if node.function == "abs":
        return argument
    if node.function == "sign":
        return TailBound(_ZERO)
    if node.function == "floor":  # |⌊u⌋| ≤ |u| + 1
        return (argument | TailBound(_ZERO)).scaled(_log_upper(Fraction(2)))
    size = FUNCTIONS[node.function].size
    if size is not None:
        return _constant(size)
    if node.function in _SUBLINEAR:
        return _logarithmic(node, argument, side, start)
    return _by_range(node, side, start)


def _logarithmic(node: Apply, argument: TailBound, side: int, start: Fraction) -> TailBound | None:
    """softplus(u) ≤ log 2 + |u|; the others grow like log |u|, if u stays away from a zero."""
    if node.function == "softplus":
        return (argument | TailBound(_ZERO)).scaled(_log_upper(Fraction(2)))
    lower = _ZERO
    if node.function in ("log", "log1p"):
        values = range_of(node, half_line(side, start))
        if values.lower is None:
            return None
        lower = abs(_upper(abs(values.lower)))
    # |log u| ≤ lower + log⁺ |u| and arsinh u, arcosh u ≤ log(1 + 2|u|) ≤ log 3 + log⁺ |u|.
    flat = lower + max(argument.log_constant, _ZERO) + 2
    slope = max(argument.power, _ZERO) + max(argument.rate, _ZERO)
    if argument.curvature > 0:
        return TailBound(_log_upper(flat + slope + argument.curvature), Fraction(2))
    return TailBound(_log_upper(flat + slope), _ONE if slope else _ZERO)


def _by_range(node: Node, side: int, start: Fraction) -> TailBound | None:
    values = range_of(node, half_line(side, start))
    if values.lower is None or values.upper is None:
        return None
    return _constant(max(_upper(abs(values.lower)), _upper(abs(values.upper)), Fraction(1, 2**64)))


def _constant(size: Fraction) -> TailBound:
    return TailBound(_log_upper(size))


def _exponential(node: Apply, side: int, start: Fraction) -> TailBound | None:
    """e^u from an upper bound on u; sinh, cosh and expm1 from those on u and −u, or on u and 0."""
    upper = _upper_quadratic(node.argument, side, start, 1)
    if upper is None:
        return None
    found = TailBound(upper[0], _ZERO, upper[1], upper[2])
    if node.function == "exp":
        return found
    if node.function == "expm1":
        return (found | TailBound(_ZERO)).scaled(_log_upper(Fraction(2)))
    lower = _upper_quadratic(node.argument, side, start, -1)
    return None if lower is None else found | TailBound(lower[0], _ZERO, lower[1], lower[2])


Quadratic = tuple[Fraction, Fraction, Fraction]


def _upper_quadratic(u: Node, side: int, start: Fraction, sign: int) -> Quadratic | None:
    """(c, a, b) with sign·u ≤ c + a·t + b·t² on the tail, t = |z|."""
    exact = coefficients(u)
    if exact is not None:
        return _polynomial_bound([sign * c * side**k for k, c in enumerate(exact)])
    terms = u.terms if isinstance(u, Sum) else (u,)
    total: Quadratic = (_ZERO, _ZERO, _ZERO)
    for term in terms:
        part = _term_bound(term, side, start, sign)
        if part is None:
            return None
        total = (total[0] + part[0], total[1] + part[1], total[2] + part[2])
    return total


def _term_bound(term: Node, side: int, start: Fraction, sign: int) -> Quadratic | None:
    exact = coefficients(term)
    if exact is not None:
        return _polynomial_bound([sign * c * side**k for k, c in enumerate(exact)])
    values = range_of(term, half_line(side, start))
    end = values.upper if sign > 0 else (None if values.lower is None else -values.lower)
    if end is not None:
        return _upper(end), _ZERO, _ZERO
    return _product_bound(term, side, start)


def _product_bound(term: Node, side: int, start: Fraction) -> Quadratic | None:
    """|term| ≤ C·t^k of degree at most 2: a product of powers of z and of bounded factors."""
    degree, size = _ZERO, _ONE
    for factor in term.factors if isinstance(term, Product) else (term,):
        if isinstance(factor, Variable):
            degree += 1
        elif (
            isinstance(factor, Power) and isinstance(factor.base, Variable) and factor.exponent > 0
        ):
            degree += factor.exponent
        else:
            values = range_of(factor, half_line(side, start))
            if values.lower is None or values.upper is None:
                return _growth_as_quadratic(term, side, start)
            size *= max(_upper(abs(values.lower)), _upper(abs(values.upper)))
    if degree <= 1:
        return size, size, _ZERO
    return (_ZERO, _ZERO, size) if degree == 2 else None


def _growth_as_quadratic(term: Node, side: int, start: Fraction) -> Quadratic | None:
    """|term| ≤ C·(1 + t)^k, k ≤ 2, from its own growth."""
    try:
        found = tail_bound(term, side, start)
    except NoBoundError:
        return None
    if found.rate > 0 or found.curvature > 0 or found.power > 2:
        return None
    size = _upper(_ball(found.log_constant).exp())
    return (size, size, _ZERO) if found.power <= 1 else (size, 2 * size, size)


def _polynomial_bound(polynomial: list[Fraction]) -> Quadratic | None:
    """For t ≥ 0; a leading term of degree 3 or more must be negative, and then outweighs."""
    while polynomial and polynomial[-1] == 0:
        polynomial = polynomial[:-1]
    padded = [*polynomial, _ZERO, _ZERO, _ZERO]
    if len(polynomial) <= 3:
        return padded[0], padded[1], padded[2]
    if polynomial[-1] > 0:
        return None
    # Beyond R = 1 + Σ|c|/|leading| the leading term wins; up to there every term is bounded.
    reach = 1 + sum((abs(c) for c in polynomial[:-1]), _ZERO) / -polynomial[-1]
    return sum((max(c, _ZERO) * reach**k for k, c in enumerate(polynomial)), _ZERO), _ZERO, _ZERO


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _upper(end: arb) -> Fraction:
    """A rational that is at least ``end``; next to 0 it is rounded up, to spare a million bits."""
    exact = exact_end(end.upper(), 1)
    if -_LEAST < exact < _LEAST:
        return _LEAST if exact > 0 else _ZERO
    return exact


def _log_upper(size: Fraction) -> Fraction:
    return _upper(_ball(size).log())
