"""Trees that are polynomials in z: their coefficients, and all their real roots, exactly."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TypeGuard

from flint import ctx, fmpq, fmpq_poly

from xavier_theory.activations.expressions.building import add, multiply, number, power
from xavier_theory.activations.expressions.nodes import (
    Node,
    Number,
    Power,
    Product,
    Sum,
    Variable,
    Z,
    postorder,
)

Coefficients = tuple[Fraction, ...]
MOST_DEGREE = 64
_WHOLE = frozenset(Fraction(-k) for k in range(1, 9))


@lru_cache(maxsize=4096)
def coefficients(root: Node) -> Coefficients | None:
    """The rational coefficients from the constant term on, or None for anything else.

    ``()`` is the polynomial 0. Degrees above 64 count as anything else.
    """
    known: dict[Node, fmpq_poly] = {}
    for node in postorder(root):
        value = _rule(node, known)
        if value is None or value.degree() > MOST_DEGREE:
            return None
        known[node] = value
    return tuple(Fraction(int(c.p), int(c.q)) for c in known[root].coeffs())


def _rule(node: Node, known: dict[Node, fmpq_poly]) -> fmpq_poly | None:
    match node:
        case Number():
            return fmpq_poly([fmpq(node.value.numerator, node.value.denominator)])
        case Variable():
            return fmpq_poly([0, 1])
        case Sum():
            return sum((known[term] for term in node.terms), fmpq_poly([]))
        case Product():
            result = fmpq_poly([1])
            for factor in node.factors:
                result *= known[factor]
                if result.degree() > MOST_DEGREE:
                    return None
            return result
        case Power() if node.exponent.denominator == 1 and node.exponent > 0:
            if known[node.base].degree() * node.exponent > MOST_DEGREE:
                return None
            return known[node.base] ** int(node.exponent)
    return None


def in_lowest_terms(root: Node) -> Node:
    """A quotient of polynomials with what is common to both cancelled; any other tree as it is.

    The value is the same wherever the tree is defined. (1 + z)⁻¹ − z·(1 + z)⁻² becomes (1 + z)⁻²,
    whose range interval arithmetic can tell.
    """
    known: dict[Node, tuple[fmpq_poly, fmpq_poly]] = {}
    for node in postorder(root):
        value = _quotient(node, known)
        if value is None or max(value[0].degree(), value[1].degree()) > MOST_DEGREE:
            return root
        known[node] = value
    over, under = known[root]
    common = over.gcd(under)
    over, under = over // common, under // common
    # a power of one polynomial is kept as one: that is what makes its range narrow
    lead, factors = under.numer().factor()
    scale = fmpq(lead) / fmpq(under.denom())
    quotient = [_tree(over / scale)]
    quotient += [power(_tree(fmpq_poly(factor)), -int(exponent)) for factor, exponent in factors]
    return multiply(*quotient)


def _quotient(
    node: Node, known: dict[Node, tuple[fmpq_poly, fmpq_poly]]
) -> tuple[fmpq_poly, fmpq_poly] | None:
    match node:
        case Number():
            return fmpq_poly([fmpq(node.value.numerator, node.value.denominator)]), fmpq_poly([1])
        case Variable():
            return fmpq_poly([0, 1]), fmpq_poly([1])
        case Sum():
            over, under = fmpq_poly([]), fmpq_poly([1])
            for term in node.terms:
                a, b = known[term]
                over, under = over * b + a * under, under * b
                common = over.gcd(under)
                over, under = over // common, under // common
            return over, under
        case Product():
            over, under = fmpq_poly([1]), fmpq_poly([1])
            for factor in node.factors:
                over, under = over * known[factor][0], under * known[factor][1]
            return over, under
        case Power() if node.exponent.denominator == 1 and abs(node.exponent) <= MOST_DEGREE:
            over, under = known[node.base]
            size = abs(int(node.exponent))
            if max(over.degree(), under.degree()) * size > MOST_DEGREE:
                return None
            pair = over**size, under**size
            return pair if node.exponent > 0 else (pair[1], pair[0])
    return None


def over_one_denominator(node: Sum | Product) -> tuple[Node, Node]:
    """Numerator and denominator of a product, or of a sum of products."""
    split = []
    most: dict[Node, int] = {}
    for term in node.terms if isinstance(node, Sum) else (node,):
        factors = term.factors if isinstance(term, Product) else (term,)
        under = {f.base: int(-f.exponent) for f in factors if _divides(f)}
        split.append((multiply(*(f for f in factors if not _divides(f))), under))
        for base, times in under.items():
            most[base] = max(most.get(base, 0), times)
    terms = []
    for over, under in split:
        missing = [power(b, k - under.get(b, 0)) for b, k in most.items() if k > under.get(b, 0)]
        terms.append(multiply(over, *missing))
    return add(*terms), multiply(*(power(base, times) for base, times in most.items()))


def _divides(factor: Node) -> TypeGuard[Power]:
    return isinstance(factor, Power) and factor.exponent in _WHOLE


def _tree(polynomial: fmpq_poly) -> Node:
    exact = [Fraction(int(c.p), int(c.q)) for c in polynomial.coeffs()]
    return add(*(multiply(number(c), power(Z, k)) for k, c in enumerate(exact)))


def real_roots(polynomial: Coefficients, bits: int) -> list[tuple[Fraction, Fraction]]:
    """Every real root in increasing order as an enclosing pair; rational ones have equal ends."""
    whole = fmpq_poly([fmpq(c.numerator, c.denominator) for c in polynomial])
    found: list[tuple[Fraction, Fraction]] = []
    _, factors = whole.numer().factor()
    for factor, _ in factors:
        if factor.degree() == 1:
            root = Fraction(-int(factor[0]), int(factor[1]))
            found.append((root, root))
        elif factor.degree() > 1:
            with ctx.workprec(bits + 32):
                found += [
                    (_exact(root.real.lower()), _exact(root.real.upper()))
                    for root, _ in factor.complex_roots()
                    if root.imag.is_zero()
                ]
    return sorted(found)


def _exact(point: object) -> Fraction:
    mantissa, exponent = point.man_exp()  # type: ignore[attr-defined]  # an exact arb
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
