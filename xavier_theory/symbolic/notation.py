"""How symbols look in LaTeX: one table for the whole theory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

if TYPE_CHECKING:
    from xavier_theory.symbolic.terms import Entry

SCALARS = {
    "fan_in": r"n^{[l-1]}",
    "fan_out": r"n^{[l]}",
    "weight_variance": r"\sigma_W^2",
    "weight_scale": r"\sigma_w^2",
    "bias_variance": r"\sigma_b^2",
    "activation_second_moment": r"m_\phi",
    "input_variance": r"\sigma_a^2",
    "input_second_moment": r"q_a",
    "gradient_variance": r"\sigma_\delta^2",
    "variance_of_x": r"\sigma_x^2",
    "factor": "c",
    "depth": "L",
    "width": "n",
    "step_size": r"\eta",
    "limit": "u",
    "scale": "s",
    "cut": "c",
    "outer_scale": r"\lambda",
    "steepness": r"\alpha",
    "left_slope": r"\alpha",
    "right_slope": r"\beta",
    "fourth_moment": "m_4",
    "excess": "e",
    "output_variance": r"\sigma_V^2",
    "share": "c",
    "slope": "c",
}
"""LaTeX of scalars whose name is not already their symbol."""

FAMILIES = {
    "delta": r"\delta",
    "variance": r"\sigma_W^{2}",
    "width": "n",
    "alpha": r"\alpha",
    "gamma": r"\gamma",
    "Lambda": r"\Lambda",
    "mu": r"\mu",
    "dz": r"\Delta z",
}
"""LaTeX of families whose name is not already their symbol."""

LAYERED = {
    *(("W", arity) for arity in (3, 4)),
    *(("b", arity) for arity in (2, 3)),
    *((name, arity) for name in ("z", "a", "delta") for arity in (2, 3, 4)),
    *((name, 1) for name in ("width", "variance", "R", "Q", "mu", "Lambda", "C")),
    ("h", 2),
}
"""Families whose first index is a layer, written as a superscript in brackets: (name, arity)."""


def entry_latex(entry: Entry, printer: Any) -> str:
    """``W[l, i, j]`` as ``W^{[l]}_{i j}``."""
    name = FAMILIES.get(entry.family.name, entry.family.name)
    if len(name) > 1 and "\\" not in name:
        name = rf"\mathrm{{{name}}}"
    indices = [printer._print(index) for index in entry.indices]
    layer = ""
    if (entry.family.name, entry.family.arity) in LAYERED:
        layer = rf"^{{[{indices.pop(0)}]}}"
        name = name.replace("^{2}", "") if layer else name
        if entry.family.name == "variance":
            return rf"\sigma_W^{{2\,{layer[2:-1]}}}"
    below = rf"_{{{' '.join(indices)}}}" if indices else ""
    return f"{name}{layer}{below}"


def latex(term: Any) -> str:
    """LaTeX of a term of the core or of any sympy expression."""
    names = {symbol: SCALARS[symbol.name] for symbol in term.free_symbols if symbol.name in SCALARS}
    return str(sympy.latex(term, symbol_names=names, ln_notation=False))
