"""The core's language as text: every term has one canonical encoding, and nothing else is a term.

``encode`` walks an expression and refuses whatever the language does not have (a float, an
infinity, a sympy ``Sum``, …); ``decode`` builds the expression back through the ordinary
constructors. Encodings are nested lists of strings and integers (JSON). Two terms are equal for the
kernel when their encodings are: that looks at the content of the expression itself, so a cached
sympy object that was altered from outside is noticed (``judgements.py``).
"""

from __future__ import annotations

import json
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.symbolic.binding import LARGEST_NUMBER_BITS, build, is_closed
from xavier_theory.symbolic.errors import IllFormedTermError
from xavier_theory.symbolic.names import require_name
from xavier_theory.symbolic.signs import is_natural, is_real
from xavier_theory.symbolic.terms import (
    DOMAINS,
    Binder,
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
    is_random,
    relu,
    scalar,
    sigmoid,
    unit_step,
)

Code = list[Any]

_HEADS: dict[str, Any] = {
    "add": sympy.Add,
    "mul": sympy.Mul,
    "pow": sympy.Pow,
    "E": E,
    "Var": Var,
    "Cov": Cov,
    "sum": SumOver,
    "sum-except": SumExcept,
    "product": ProductOver,
    "relu": relu,
    "unit-step": unit_step,
    "sigmoid": sigmoid,
    "abs": sympy.Abs,
    "exp": sympy.exp,
    "log": sympy.log,
    "tanh": sympy.tanh,
    "erf": sympy.erf,
    "polygamma": sympy.polygamma,
}
_NAMES = {head: name for name, head in _HEADS.items()}
_CONSTANTS: dict[str, Expr] = {"pi": sympy.pi, "euler-gamma": sympy.EulerGamma, "e": sympy.E}
_ARITIES = {
    **dict.fromkeys(("pow", "Cov", "sum", "product", "polygamma"), 2),
    **dict.fromkeys(("E", "Var", "relu", "unit-step", "sigmoid", "abs"), 1),
    **dict.fromkeys(("exp", "log", "tanh", "erf"), 1),
    "sum-except": 3,
}


def encode(term: Basic) -> Code:
    """The canonical encoding of ``term``; ``IllFormedTermError`` if it is none."""
    if isinstance(term, Rational):
        return ["rational", int(term.p), int(term.q)]
    if isinstance(term, Symbol):
        domain = domain_of(term)
        if domain is None:
            raise IllFormedTermError(
                f"the symbol {term} has no declared domain: make it with scalar()"
            )
        return ["scalar", require_name(term.name), domain]
    if isinstance(term, Entry):
        return ["entry", *encode_family(term.family), [encode(index) for index in term.indices]]
    if isinstance(term, Bound):
        return ["bound", term.depth]
    if isinstance(term, AppliedUndef):
        name = require_name(term.func.__name__)
        if term.func != sympy.Function(name, real=True):
            raise IllFormedTermError(f"the function {name} must be Function({name!r}, real=True)")
        return ["apply", name, [encode(arg) for arg in term.args]]
    for name, constant in _CONSTANTS.items():
        if term is constant:
            return ["constant", name]
    name = _NAMES.get(getattr(term, "func", None), "")
    if not name:
        raise IllFormedTermError(f"{type(term).__name__} {term} is not in the language of terms")
    children = [encode(arg) for arg in term.args]
    return [name, sorted(children, key=to_text) if name in ("add", "mul") else children]


def encode_family(family: Family) -> Code:
    """The encoding of a family: its name, arity, kind and domain."""
    if family.random and family.domain != "real":
        raise IllFormedTermError(f"{family} is random: only constants have a narrower domain")
    kind = "random" if family.random else "fixed"
    return [require_name(family.name), family.arity, kind, family.domain]


def decode_family(code: Any) -> Family:
    """The family that ``encode_family`` wrote."""
    match code:
        case [str(name), int(arity), "random" | "fixed" as kind, str(domain)] if domain in DOMAINS:
            return Family(require_name(name), int(arity), kind == "random", domain)
    raise IllFormedTermError(f"{code!r} is no family")


def decode(code: Any) -> Basic:
    """The closed term that ``encode`` wrote; ``IllFormedTermError`` on anything else."""
    term = decode_open(code)
    if not is_closed(term):
        raise IllFormedTermError(f"{term} has a bound index without its binder")
    return term


def decode_open(code: Any) -> Basic:
    """Like ``decode``, for the body of a binder or an assumption: loose bound indices may occur."""
    match code:
        case ["rational", int(p), int(q)] if q > 0 and _is_moderate(p) and _is_moderate(q):
            return Rational(p, q)
        case ["scalar", str(name), str(domain)] if domain in DOMAINS:
            return scalar(require_name(name), domain)
        case ["entry", str(name), int(arity), str(kind), str(domain), list(indices)]:
            family = decode_family([name, arity, kind, domain])
            if len(indices) == arity:
                return Entry(family, *map(decode_open, indices))
        case ["bound", int(depth)] if depth >= 0:
            return Bound(int(depth))  # True is an int as well
        case ["apply", str(name), list(arguments)] if arguments:
            return sympy.Function(require_name(name), real=True)(*map(decode_open, arguments))
        case ["constant", str(name)] if name in _CONSTANTS:
            return _CONSTANTS[name]
        case [str(name), list(children)] if name in _HEADS:
            if len(children) == _ARITIES.get(name, len(children)):
                terms = [decode_open(child) for child in children]
                return build(_HEADS[name], *terms)
    raise IllFormedTermError(f"{str(code)[:80]} is not the encoding of a term")


def _is_moderate(number: int) -> bool:
    return number.bit_length() <= LARGEST_NUMBER_BITS


def to_text(code: Any) -> str:
    """The JSON text of an encoding: what the kernel compares and stores."""
    return json.dumps(code, separators=(",", ":"), ensure_ascii=True)


def text_of(term: Basic) -> str:
    """The canonical text of a term."""
    return to_text(encode(term))


def same(left: Basic, right: Basic) -> bool:
    """Whether two terms are the same up to the names of bound indices."""
    return text_of(left) == text_of(right)


def well_formed(term: Any) -> Basic:
    """``term`` as a closed term of the language.

    Whole numbers are converted; raises ``IllFormedTermError`` on a float or anything else.
    """
    if isinstance(term, int) and not isinstance(term, bool):
        return Integer(term)
    if not isinstance(term, Basic):
        raise IllFormedTermError(f"{term!r} is no term: use sympy expressions and exact numbers")
    encode(term)
    if not is_closed(term):
        raise IllFormedTermError(f"{term} has a bound index without its binder")
    for node in sympy.preorder_traversal(term):
        if isinstance(node, Entry) and any(map(is_random, node.indices)):
            raise IllFormedTermError(f"{node} has an index that is random")
        at = node.indices if isinstance(node, Entry) else node.args
        if isinstance(node, Entry | AppliedUndef) and not all(map(is_real, at)):
            raise IllFormedTermError(f"{node} is not taken at what are plainly real numbers")
        if isinstance(node, Binder) and not is_natural(node.upper):
            raise IllFormedTermError(f"{node.upper}, the end of a range, is no natural number")
    return term


def require_free_names(*terms: Basic) -> None:
    """Refuse a free scalar whose name the kernel keeps for indices that it makes itself."""
    for symbol in {symbol for term in terms for symbol in term.free_symbols}:
        if symbol.name.startswith("_"):
            raise IllFormedTermError(f"{symbol} is no name for a scalar: it begins with _")
