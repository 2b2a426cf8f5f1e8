"""Closed forms, derived: E[φ(Z)], E[φ(Z)²] and E[φ'(Z)²] for Z ~ N(0, q) as sympy expressions.

A piece of φ that is a sum of terms c·z^n·e^(az + bz²)·(sin, cos, erf factors) is expanded, and each
term is integrated exactly (``truncated_moments``). Everything else has no closed form here, and the
answer is None. A form is never shown unless its value lies in the certified enclosure.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy
from sympy import I, Integer, Rational

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.expressions.building import (
    add,
    apply,
    multiply,
    negate,
    number,
    power,
    subtract,
)
from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.dissection import dissect, jump_at
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Extremum,
    Node,
    Positive,
    Power,
    Product,
    Sum,
    Variable,
    Where,
    depends_on_z,
    parameters_of,
    postorder,
)
from xavier_theory.activations.expressions.polynomials import coefficients
from xavier_theory.activations.expressions.rewriting import rebuilt
from xavier_theory.activations.expressions.sympy_bridge import to_sympy
from xavier_theory.activations.named_constants import without_named_constants
from xavier_theory.activations.truncated_moments import NoClosedFormError, Term, term_moment
from xavier_theory.errors import XavierTheoryError

_MOST_TERMS = 400
_DIGITS = 30


class ClosedFormError(XavierTheoryError):
    """A derived closed form disagrees with the certified enclosure: one of the two is wrong."""


def mean(root: Node, q: Any = Fraction(1)) -> Any | None:
    """E[φ(Z)] in closed form, or None. ``q`` may be a positive sympy symbol."""
    return _moment(root, 1, q)


def second_moment(root: Node, q: Any = Fraction(1)) -> Any | None:
    """E[φ(Z)²] in closed form, or None. Parameters of the tree stay symbols."""
    return _moment(root, 2, q)


def derivative_second_moment(root: Node, q: Any = Fraction(1)) -> Any | None:
    """E[φ'(Z)²] in closed form, ∞ where φ jumps, or None."""
    if not parameters_of(root):
        jump, undecided = jump_at(root, dissect(root))
        if jump is not None:
            return sympy.oo
        if undecided is not None:
            return None
    return _moment(derivative(root), 2, q)


def gain_form(root: Node, convention: str, q: Fraction, enclosure: Enclosure | None) -> Any | None:
    """The gain in closed form, or None; checked against its enclosure.

    Raises ``ClosedFormError`` where the two disagree, which would be a mistake in this package.
    """
    found = _gain_form(root, convention, q)
    if found is not None and enclosure is not None:
        require_agreement(found, enclosure)
    return found


def require_agreement(form: Any, enclosure: Enclosure) -> None:
    """The form's value to 30 digits must lie in the enclosure, up to those digits."""
    value = Fraction(str(sympy.N(form, _DIGITS + 10)))
    slack = abs(value) / 10**_DIGITS
    if not enclosure.lower - slack <= value <= enclosure.upper + slack:
        raise ClosedFormError(f"the closed form {form} = {float(value)} contradicts {enclosure}")


@lru_cache(maxsize=256)
def _gain_form(root: Node, convention: str, q: Fraction) -> Any | None:
    exact = Rational(q.numerator, q.denominator)
    if convention == "backward":
        moment, scale = derivative_second_moment(root, q), Integer(1)
    else:
        moment, scale = second_moment(root, q), exact
        if convention == "standard-deviation" and moment is not None:
            centre = mean(root, q)
            moment = None if centre is None else sympy.expand(moment - centre**2)
    if moment is None or moment == 0 or moment == sympy.oo:
        return None
    return sympy.sqrt(scale / moment)


@lru_cache(maxsize=512)
def _moment(root: Node, exponent: int, q: Any) -> Any | None:
    variance = Rational(q.numerator, q.denominator) if isinstance(q, Fraction) else q
    try:
        total = Integer(0)
        for lower, upper, node in _pieces(root):
            terms = terms_of(node)
            if exponent == 2:
                terms = _gathered([a * b for a in terms for b in terms])
            total += sum((term_moment(term, variance, lower, upper) for term in terms), Integer(0))
    except (NoClosedFormError, NotCertifiedError):
        return None
    if total.has(I):
        total = sympy.re(sympy.expand_complex(total))
    return without_named_constants(tidy(total))


def tidy(value: Any) -> Any:
    """The form with like terms gathered, in a stable order."""
    expanded = sympy.expand(value)
    shorter = sympy.powsimp(sympy.factor_terms(expanded))
    return shorter if sympy.count_ops(shorter) < sympy.count_ops(expanded) else expanded


def _pieces(root: Node) -> list[tuple[Any, Any, Node]]:
    """(lower, upper, smooth tree) from −∞ to ∞, with exact ends."""
    if parameters_of(root):
        return _symbolic_pieces(root)
    found = dissect(root)
    if any(tail != cell.node for tail, cell in
           ((found.left_tail, found.cells[0]), (found.right_tail, found.cells[-1]))):  # fmt: skip
        raise NoClosedFormError("the tails are not settled")
    ends = [-sympy.oo, *(_exact_end(root, zone) for zone in found.zones), sympy.oo]
    return [
        (low, high, cell.node) for low, high, cell in zip(ends, ends[1:], found.cells, strict=False)
    ]


def _exact_end(root: Node, zone: tuple[Fraction, Fraction]) -> Any:
    if zone[0] == zone[1]:
        return Rational(zone[0].numerator, zone[0].denominator)
    raise NoClosedFormError("a kink that is no rational number")


def _symbolic_pieces(root: Node) -> list[tuple[Any, Any, Node]]:
    """A tree with parameters whose only kinks are at z = 0, whatever the parameters' values."""
    sides: list[Node] = []
    for side in (-1, 1):
        sides.append(_on_side(root, side))
    zero = Integer(0)
    return [(-sympy.oo, zero, sides[0]), (zero, sympy.oo, sides[1])]


def _on_side(root: Node, side: int) -> Node:

    def settled(node: Node) -> Node | None:
        if isinstance(node, Where) and isinstance(node.condition, Positive):
            sign = _sign_of_monomial(node.condition.difference, side)
            return rebuilt(node.then if sign > 0 else node.otherwise, settled)
        if isinstance(node, Extremum):
            sign = _sign_of_monomial(subtract(node.left, node.right), side)
            return rebuilt(node.left if (sign > 0) == node.greatest else node.right, settled)
        if isinstance(node, Apply) and node.function in ("abs", "sign"):
            sign = _sign_of_monomial(node.argument, side)
            if node.function == "sign":
                return number(sign)
            return node.argument if sign > 0 else negate(node.argument)
        return None

    return rebuilt(root, settled)


def _sign_of_monomial(node: Node, side: int) -> int:
    exact = coefficients(node)
    if not exact or any(exact[:-1]):
        raise NoClosedFormError("a kink that depends on a parameter")
    return (1 if exact[-1] > 0 else -1) * side ** (len(exact) - 1)


def terms_of(node: Node) -> list[Term]:
    """The tree as a sum of terms."""
    known: dict[Node, list[Term]] = {}
    inner: set[Node] = set()
    for part in reversed(postorder(node)):  # below a function only its own rule looks
        if isinstance(part, Apply):
            inner.update(postorder(part.argument))
    for part in postorder(node):
        try:
            known[part] = _gathered(_term_rule(part, known))
        except (NoClosedFormError, KeyError):
            if part not in inner or part == node:
                raise NoClosedFormError("a part without a rule") from None
    return known[node]


def _term_rule(node: Node, known: dict[Node, list[Term]]) -> list[Term]:
    if not depends_on_z(node):
        return [Term(to_sympy(node))]
    match node:
        case Variable():
            return [Term(Integer(1), 1)]
        case Sum():
            return [term for part in node.terms for term in known[part]]
        case Product():
            return _multiplied([known[part] for part in node.factors])
        case Power() if node.exponent.denominator == 1 and 0 < node.exponent <= 40:
            return _multiplied([known[node.base]] * int(node.exponent))
        case Apply():
            return _function_terms(node.function, node.argument)
    raise NoClosedFormError(f"no rule for {type(node).__name__}")


def _function_terms(function: str, argument: Node) -> list[Term]:
    rewritten = _REWRITTEN.get(function)
    if rewritten is not None:
        return terms_of(rewritten(argument))
    shift, rate, curvature = _quadratic(argument)
    if function == "exp":
        return [Term(sympy.exp(shift), 0, rate, curvature)]
    if curvature != 0:
        raise NoClosedFormError(f"{function} of a square")
    if function in ("sin", "cos"):
        return _waves(function, shift, rate)
    if function == "erf":
        return [Term(Integer(1), errors=((rate, shift),))]
    raise NoClosedFormError(f"no rule for {function}")


def _waves(function: str, shift: Any, rate: Any) -> list[Term]:
    """sin and cos as exponentials with imaginary rates."""
    sign = 1 if function == "cos" else -1
    scale = Rational(1, 2) if function == "cos" else 1 / (2 * I)
    return [
        Term(scale * sympy.exp(I * shift), 0, I * rate),
        Term(sign * scale * sympy.exp(-I * shift), 0, -I * rate),
    ]


def _half_sum(function: str, sign: int) -> Any:
    def rule(u: Node) -> Node:

        other = apply("exp", negate(u))
        both = add(apply("exp", u), other if sign > 0 else negate(other))
        return multiply(number(Fraction(1, 2)), both)

    return rule


def _affine_of(function: str) -> Any:

    root_half = power(number(2), Fraction(-1, 2))
    rules = {
        "expm1": lambda u: add(apply("exp", u), number(-1)),
        "erfc": lambda u: add(number(1), negate(apply("erf", u))),
        "Phi": lambda u: multiply(
            number(Fraction(1, 2)), add(number(1), apply("erf", multiply(root_half, u)))
        ),
    }
    return rules[function]


_REWRITTEN = {name: _affine_of(name) for name in ("expm1", "erfc", "Phi")}
_REWRITTEN |= {"sinh": _half_sum("sinh", -1), "cosh": _half_sum("cosh", 1)}


def _quadratic(argument: Node) -> tuple[Any, Any, Any]:
    """The coefficients of an argument of degree at most 2."""
    found = [Integer(0)] * 3
    for term in terms_of(argument):
        if term.power > 2 or term.rate != 0 or term.curvature != 0 or term.errors:
            raise NoClosedFormError("an argument beyond degree 2")
        found[term.power] += term.coefficient
    return found[0], found[1], found[2]


def _multiplied(factors: list[list[Term]]) -> list[Term]:
    result = [Term(Integer(1))]
    for factor in factors:
        result = _gathered([a * b for a in result for b in factor])
    return result


def _gathered(terms: list[Term]) -> list[Term]:
    """Terms that differ only in their coefficient, added."""
    if len(terms) > _MOST_TERMS:
        raise NoClosedFormError("too many terms")
    gathered: dict[Any, Any] = {}
    for term in terms:
        key = (term.power, term.rate, term.curvature, term.errors)
        gathered[key] = gathered.get(key, Integer(0)) + term.coefficient
    return [Term(value, *key) for key, value in gathered.items() if value != 0]
