"""sympy expressions as kernel terms, and back.

With ``notation.py`` this is what must be right to *read* a result: the kernel knows only tuples.
A test goes back and forth over all theorems.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.kernel.terms import EVERY as EVERY_INDEX
from xavier_theory.kernel.terms import Term, parts
from xavier_theory.symbolic.errors import IllFormedTermError
from xavier_theory.symbolic.terms import (
    EVERY,
    Bound,
    Cov,
    E,
    Entry,
    Family,
    ProductOver,
    SumExcept,
    SumOver,
    Var,
    domain_of,
    function,
    relu,
    scalar,
    sigmoid,
    unit_step,
)

HEADS: dict[str, Any] = {
    "+": sympy.Add,
    "*": sympy.Mul,
    "^": sympy.Pow,
    "E": E,
    "Var": Var,
    "Cov": Cov,
    "sum": SumOver,
    "sum-except": SumExcept,
    "product": ProductOver,
    "relu": relu,
    "step": unit_step,
    "sigmoid": sigmoid,
    "abs": sympy.Abs,
    "exp": sympy.exp,
    "log": sympy.log,
    "tanh": sympy.tanh,
    "erf": sympy.erf,
    "polygamma": sympy.polygamma,
    "max": sympy.Max,
    "min": sympy.Min,
}
_NAMES = {head: name for name, head in HEADS.items()}
_CONSTANTS: dict[str, Expr] = {"pi": sympy.pi, "euler-gamma": sympy.EulerGamma, "e": sympy.E}


@lru_cache(maxsize=1 << 16)
def encode(term: Basic) -> Term:
    """The kernel's term; ``IllFormedTermError`` if its language does not have it."""
    if isinstance(term, Rational):
        return ("number", int(term.p), int(term.q))
    if isinstance(term, Symbol):
        if term == EVERY:
            return EVERY_INDEX
        domain = domain_of(term)
        if domain is None:
            raise IllFormedTermError(
                f"the symbol {term} has no declared domain: make it with scalar()"
            )
        return ("scalar", _name(term.name), domain)
    if isinstance(term, Entry):
        family = term.family
        if family.random and family.domain != "real":
            raise IllFormedTermError(f"{family} is random: only constants have a narrower domain")
        start = ("member", _name(family.name), family.random, family.domain)
        return (*start, *map(encode, term.indices))
    if isinstance(term, Bound):
        return ("bound", term.depth)
    if isinstance(term, AppliedUndef):
        name = _name(term.func.__name__)
        if term.func != function(name):
            raise IllFormedTermError(f"the function {name} is not real: make it with function()")
        return ("apply", name, *map(encode, term.args))
    for name, constant in _CONSTANTS.items():
        if term is constant:
            return ("constant", name)
    head = _NAMES.get(getattr(term, "func", None))
    if head is None:
        raise IllFormedTermError(f"{type(term).__name__} {term} is not in the language of terms")
    inner = [encode(part) for part in term.args]
    if head in ("max", "min"):
        while len(inner) > 2:
            inner[:2] = [(head, *inner[:2])]
    return (head, *(sorted(inner, key=repr) if head in ("+", "*", "max", "min") else inner))


def _name(name: str) -> str:
    if not (name.isascii() and name.isidentifier()):
        raise IllFormedTermError(f"{name!r} is no name: it is made of letters, digits and _")
    return name


def one_line(name: str) -> str:
    """The name of an assumption or definition, as the kernel takes it; ``IllFormedTermError``."""
    if not (name.isprintable() and name.strip()):
        raise IllFormedTermError(f"{name!r} is no name: it is a text on one line")
    return name


@lru_cache(maxsize=1 << 16)
def decode(term: Term) -> Basic:
    """The expression that ``encode`` takes to ``term``, up to what sympy simplifies by itself."""
    head = term[0]
    if head == "number":
        return Rational(term[1], term[2])
    if head == "scalar":
        return scalar(term[1], term[2])
    if head == "bound":
        return Bound(term[1])
    if head == "every":
        return EVERY
    if head == "constant":
        return _CONSTANTS[term[1]]
    inner = [decode(part) for part in parts(term)]
    if head == "member":
        return Entry(Family(term[1], len(inner), term[2], term[3]), *inner)
    if head == "apply":
        return function(term[1])(*inner)
    return HEADS[head](*inner)


def same(left: Basic, right: Basic) -> bool:
    """Whether two terms are the same up to the names of bound indices."""
    return left == right or encode(left) == encode(right)


def well_formed(term: Any) -> Basic:
    """``term`` as an expression of the language; whole numbers are converted.

    Raises ``IllFormedTermError`` on a float or anything else, and on a loose bound index.
    """
    from xavier_theory.kernel.terms import loose

    if isinstance(term, int) and not isinstance(term, bool):
        return Integer(term)
    if not isinstance(term, Basic):
        raise IllFormedTermError(f"{term!r} is no term: use sympy expressions and exact numbers")
    if loose(encode(term)):
        raise IllFormedTermError(f"{term} has a bound index without its binder")
    return term
