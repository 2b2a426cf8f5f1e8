"""How symbols look in LaTeX: as was said where they were made, or else after their names.

A look belongs to what makes symbols the same one (name, domain, number of indices), since the
kernel knows no more of them; so the same symbol looks the same wherever it is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy
from sympy.printing.latex import greek_letters_set

from xavier_theory.symbolic.errors import IllFormedTermError

if TYPE_CHECKING:
    from xavier_theory.symbolic.terms import Entry, Family

_LOOKS: dict[tuple[Any, ...], str] = {}
_BY_LAYER: set[tuple[Any, ...]] = set()


def remember(latex: str | None, *identity: Any) -> None:
    """Write what has this ``identity`` as ``latex``, from now on; None says nothing about it.

    ``IllFormedTermError`` for what is no LaTeX, and if the same symbol is written otherwise.
    """
    if latex is None:
        return
    if not (latex.strip() and _balanced(latex) and "$" not in latex):
        raise IllFormedTermError(
            f"{latex!r} is no LaTeX of a symbol: it has balanced braces and no dollar sign"
        )
    known = _LOOKS.setdefault(identity, latex)
    if known != latex:
        raise IllFormedTermError(
            f"{identity[1]} is written {known} already; take another name for what is {latex}"
        )


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def remember_family(family: Family, latex: str | None, by_layer: bool) -> None:
    """Write members of ``family`` so; with ``by_layer`` the first index as a superscript."""
    remember(latex, *_of_family(family))
    if by_layer:
        _BY_LAYER.add(_of_family(family))


def _of_family(family: Family) -> tuple[Any, ...]:
    return ("family", family.name, family.arity, family.random, family.domain)


def scalar_latex(name: str, domain: str | None = None) -> str:
    """A scalar's look; of a name that is not its symbol, the name upright."""
    if ("scalar", name, domain) in _LOOKS:
        return _LOOKS["scalar", name, domain]
    if len(name) > 1 and name.isalpha() and name not in greek_letters_set:
        return rf"\mathrm{{{name}}}"
    if "_" in name and len(name) > 4:
        return r"\text{" + name.replace("_", " ") + "}"
    return str(sympy.latex(sympy.Symbol(name)))  # with subscripts, and Greek letters


def function_latex(name: str) -> str | None:
    """The look of an opaque function, if something was said about it."""
    return _LOOKS.get(("function", name))


def entry_latex(entry: Entry, printer: Any) -> str:
    """``W[l, i, j]`` as ``W^{[l]}_{i j}``, if its family goes by layers."""
    family = entry.family
    name = _LOOKS.get(_of_family(family)) or _upright(family.name)
    indices = [printer._print(index) for index in entry.indices]
    if _of_family(family) in _BY_LAYER:
        layer = f"[{indices.pop(0)}]"
        squared = name.endswith("^{2}")  # one superscript more would be an error
        name = rf"{name[:-1]}\,{layer}}}" if squared else f"{name}^{{{layer}}}"
    below = rf"_{{{' '.join(indices)}}}" if indices else ""
    return f"{name}{below}"


def _upright(name: str) -> str:
    if name in greek_letters_set or name in ("Lambda", "Gamma", "Delta", "Phi", "Psi"):
        return rf"\{name}"
    return name if len(name) == 1 else rf"\mathrm{{{name}}}"


def latex(term: Any) -> str:
    """LaTeX of a term of the core or of any sympy expression."""
    return str(sympy.latex(term, ln_notation=False))
