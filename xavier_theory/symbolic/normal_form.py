"""Equality of rational functions by a normal form: the whole of what "pure algebra" may do.

A term is read as a quotient of polynomials with rational coefficients in its *atoms*, the maximal
parts that are not sums, products or whole powers. Two terms are equal when the cross difference is
the zero polynomial and no denominator can vanish. Atoms are compared as canonical text; nothing is
evaluated numerically. What needs more than that (a logarithm's laws, a sum over units) is not
algebra and has its own rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import sympy
from sympy import Integer, Rational
from sympy.core.basic import Basic
from sympy.polys.domains import QQ
from sympy.polys.rings import ring

from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.language import text_of
from xavier_theory.symbolic.signs import is_natural, sign_level
from xavier_theory.symbolic.terms import Binder, scalar

LARGEST_POWER = 64
MOST_PRODUCTS = 100_000


class Quotient(NamedTuple):
    """A quotient of two polynomials in the atoms of a term."""

    numerator: Any
    denominator: Any


def is_zero_function(term: Basic) -> bool:
    """Whether ``term`` is the zero rational function: 0 where no ``denominators(term)`` vanish."""
    atoms = sorted({text_of(atom): atom for atom in _atoms(term)}.items())
    polynomials, *generators = ring([f"x{number}" for number in range(len(atoms))] or ["x"], QQ)
    place = {text: generator for (text, _), generator in zip(atoms, generators, strict=False)}
    result = _read(term, polynomials, place)
    numerator = _with_roots_reduced(result.numerator, polynomials, dict(atoms), place)
    return bool(numerator == 0)


def denominators(term: Basic, nesting: int = 0) -> tuple[Basic, ...]:
    """What ``term`` divides by, wherever in it; under a binder, with a fresh name for its index."""
    found: list[Basic] = []
    if isinstance(term, sympy.Pow):
        factors = _split_power(term) or []
        found += [base for base, exponent in factors if exponent < 0]
        if (
            not isinstance(term.exp, Integer)
            and sign_level(term.exp) == 0
            and not is_natural(term.exp)
        ):
            found.append(term.base)
    children = term.args
    if isinstance(term, Binder):
        name = scalar(f"_d{nesting}", "width")  # no scalar of a user's begins with _
        children = [*term.args[:-1], instantiate(term.body, name)]
    for child in children:
        found += denominators(child, nesting + 1)
    return tuple(found)


def _split_power(term: sympy.Pow) -> list[tuple[Basic, int]] | None:
    """A power as factors (atom or base, whole exponent); None if it is an atom itself.

    ``b**(2*l + 3)`` is ``(b**l)**2 * b**3``: true for every real b when l is natural, and a minus
    sign in front of a whole number makes b a denominator. A root ``b**(p/q)`` is ``(b**(1/q))**p``.
    """
    base, exponent = term.args
    if isinstance(exponent, Integer):
        return [(base, int(exponent))]
    if isinstance(exponent, Rational):
        return (
            [(sympy.Pow(base, Rational(1, exponent.q)), int(exponent.p))]
            if exponent.p != 1
            else None
        )
    if is_natural(exponent) and any(part.is_negative for part in sympy.Add.make_args(exponent)):
        return None  # b**(n - 1) with n >= 1 is meaningful at b = 0, and b**n / b is not
    factors: list[tuple[Basic, int]] = []
    for part in sympy.Add.make_args(sympy.expand(exponent)):
        number, symbols = part.as_coeff_Mul()
        if part.is_Integer:
            factors.append((base, int(part)))
        elif number.is_Integer and is_natural(symbols):
            factors.append((sympy.Pow(base, symbols), int(number)))
        else:
            return None
    return factors if factors != [(term, 1)] else None


def _children(term: Basic) -> list[Basic] | None:
    """The parts that the normal form looks into, or None if ``term`` is an atom (or a number)."""
    if isinstance(term, sympy.Add | sympy.Mul):
        return list(term.args)
    if isinstance(term, sympy.Pow):
        factors = _split_power(term)
        return None if factors is None else [base for base, _ in factors]
    return None


def _atoms(term: Basic) -> Iterable[Basic]:
    if isinstance(term, Rational):
        return
    children = _children(term)
    if children is None:
        yield term
        if isinstance(term, sympy.Pow) and isinstance(term.exp, Rational):
            yield from _atoms(term.base)
        return
    for child in children:
        yield from _atoms(child)


def _read(term: Basic, polynomials: Any, place: dict[str, Any]) -> Quotient:
    one = polynomials.one
    if isinstance(term, Rational):
        return Quotient(one * QQ(int(term.p), int(term.q)), one)
    if isinstance(term, sympy.Add):
        total = Quotient(polynomials.zero, one)
        for part in term.args:
            total = _added(total, _read(part, polynomials, place))
        return total
    if isinstance(term, sympy.Mul):
        total = Quotient(one, one)
        for part in term.args:
            total = _multiplied(total, _read(part, polynomials, place))
        return total
    factors = _split_power(term) if isinstance(term, sympy.Pow) else None
    if factors is None:
        return Quotient(place[text_of(term)], one)
    total = Quotient(one, one)
    for base, exponent in factors:
        total = _multiplied(total, _raised(_read(base, polynomials, place), exponent))
    return total


def _added(left: Quotient, right: Quotient) -> Quotient:
    return Quotient(
        _product(left.numerator, right.denominator) + _product(right.numerator, left.denominator),
        _product(left.denominator, right.denominator),
    )


def _multiplied(left: Quotient, right: Quotient) -> Quotient:
    return Quotient(
        _product(left.numerator, right.numerator),
        _product(left.denominator, right.denominator),
    )


def _raised(quotient: Quotient, exponent: int) -> Quotient:
    if abs(exponent) > LARGEST_POWER:
        raise RuleRefusedError(
            "algebra", f"the power {exponent} is beyond the normal form's limit {LARGEST_POWER}"
        )
    if exponent < 0:
        quotient = Quotient(quotient.denominator, quotient.numerator)
    one = quotient.numerator.ring.one
    total = Quotient(one, one)
    for _ in range(abs(exponent)):
        total = _multiplied(total, quotient)
    return total


def _product(left: Any, right: Any) -> Any:
    """The product of two polynomials; refuses one that would take too long."""
    if len(left) * len(right) > MOST_PRODUCTS:
        raise RuleRefusedError("algebra", "the polynomials are too long to be multiplied out")
    return left * right


def _with_roots_reduced(
    numerator: Any, polynomials: Any, atoms: dict[str, Basic], place: dict[str, Any]
) -> Any:
    """``numerator`` modulo r**q - b, for each atom r = b**(1/q) where b is a polynomial."""
    relations = []
    for text, atom in atoms.items():
        if isinstance(atom, sympy.Pow) and isinstance(atom.exp, Rational) and atom.exp.p == 1:
            base = _read(atom.base, polynomials, place)
            if base.denominator == 1:
                relations.append(place[text] ** int(atom.exp.q) - base.numerator)
    return numerator.rem(relations) if relations and numerator != 0 else numerator
