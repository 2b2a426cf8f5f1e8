"""Names: each is the name of one thing, and can be shown as it is.

Two scalars that differ only in their domain, or a scalar and a member of a family, are different
terms that print alike. Where both occur, a true judgement could read as a false one: x = x + 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.symbolic.errors import IllFormedTermError
from xavier_theory.symbolic.terms import Family, domain_of

Vocabulary = Mapping[tuple[str, object], tuple[object, ...]]
"""What a name, with so many indices, or with arguments, stands for."""


def require_name(name: str) -> str:
    """``name``, if it is made of plain letters, digits and _: no two of those look alike."""
    if not (name.isascii() and name.isidentifier()):
        raise IllFormedTermError(f"{name!r} is no name: it is made of letters, digits and _")
    return name


def require_shown(name: str) -> None:
    """Refuse what cannot be shown on one line, such as a command to a terminal."""
    if not name.isprintable() or not name.strip():
        raise IllFormedTermError(f"{name!r} cannot be shown on one line")


def vocabulary(terms: Iterable[Basic], known: Vocabulary | None = None) -> Vocabulary:
    """What each name in ``terms`` stands for, besides those ``known``.

    ``IllFormedTermError`` if one stands for two things.
    """
    found = dict(known or {})
    for term in terms:
        for part in term.atoms(Symbol, Family, AppliedUndef):
            shown, thing = _named(part)
            if found.setdefault(shown, thing) != thing:
                raise IllFormedTermError(f"{shown[0]} names two things: choose another name")
    return found


def _named(part: Basic) -> tuple[tuple[str, object], tuple[object, ...]]:
    """How a part is shown, and what it is: width and width[l] differ to the eye."""
    if isinstance(part, Family):
        return (part.name, part.arity), ("family", part.random, part.domain)
    if isinstance(part, Symbol):
        return (part.name, 0), ("scalar", domain_of(part))
    return (part.func.__name__, "arguments"), ("function",)
