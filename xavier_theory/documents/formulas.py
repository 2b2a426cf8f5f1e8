"""Terms of the theory as LaTeX that Markdown viewers render.

Display formulas go into fenced blocks, which no Markdown rule touches. Inline ones stand between
dollar signs, where a viewer may read backslashes and underscores as Markdown first; ``inline``
writes around that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import sympy
from sympy.core.basic import Basic
from sympy.printing.latex import LatexPrinter

from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.notation import scalar_latex
from xavier_theory.symbolic.terms import Binder, Entry, entries, is_random

SHORT = 46
"""A formula of at most so many visible characters stands in the line."""

WIDE = 80
"""A formula of more visible characters than this is broken into lines."""

_RELATIONS = {"=": "=", "<=": r"\leq"}


class _Printer(LatexPrinter):  # type: ignore[misc]  # sympy is not typed
    """LaTeX in the order of a textbook: constants first, weights before activations."""

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        terms = sorted(expr.args, key=term_key)
        text = ""
        for place, term in enumerate(terms, 1):
            printed = self._print(term)
            if isinstance(term, Binder) and place < len(terms):
                printed = rf"\left({printed}\right)"
            negative = printed.startswith("-")
            if text:
                text += " - " if negative else " + "
                printed = printed.lstrip("- ") if negative else printed
            text += printed
        return text

    def _print_Mul(self, expr: Any) -> str:
        if not expr.is_Mul:  # sympy sends 1/x here as well
            return str(super()._print_Mul(expr))
        factors = sorted(expr.args, key=factor_key)
        return super()._print_Mul(sympy.Mul(*factors, evaluate=False))

    def _print_Pow(self, expr: Any) -> str:
        base, exponent = expr.args
        if isinstance(base, Entry) and exponent.is_Integer and exponent > 1:
            name = self._print(base)
            if "^" in name:  # a layer stands there already: one superscript more would be an error
                return rf"\left({name}\right)^{{{exponent}}}"
        return str(super()._print_Pow(expr))

    def _print_polygamma(self, expr: Any, exp: str | None = None) -> str:
        order, argument = expr.args
        name = r"\psi" if order == 0 else rf"\psi^{{({self._print(order)})}}"
        text = rf"{name}\left({self._print(argument)}\right)"
        return text if exp is None else rf"{{{text}}}^{{{exp}}}"

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        return scalar_latex(expr.name)


def term_key(term: Any) -> tuple[int, int, int, Any]:
    """Positive terms first; then what is random before what is left over; a sum stands last."""
    negative = int(bool(term.could_extract_minus_sign()))
    importance = int(term.has(Binder)) + int(is_random(term)) + int(not term.is_number)
    return (negative, int(isinstance(term, Binder)), -importance, sympy.default_sort_key(term))


def factor_key(factor: Any) -> tuple[int, int, Any]:
    """Numbers, scalars, widths, weights, activations, expectations, sums: in this order."""
    if factor.is_Number:
        return (0, 0, sympy.default_sort_key(factor))
    base = factor.base if factor.is_Pow else factor
    if isinstance(base, Entry):
        rank = (
            (3, -base.family.arity) if base.family.random else (2, int(base.family.name != "width"))
        )
        return (*rank, sympy.default_sort_key(factor))
    if isinstance(base, Binder):
        return (5, 0, sympy.default_sort_key(factor))
    arities = [entry.family.arity for entry in entries(base)]
    return (1 if base.is_Symbol else 4, -max(arities, default=0), sympy.default_sort_key(factor))


@lru_cache(maxsize=2**14, typed=True)  # a page shows most terms several times
def latex(term: Any) -> str:
    """LaTeX of a term, in the commands that KaTeX and every MathJax configuration know."""
    printer = _Printer({"order": "none", "ln_notation": False})
    text: str = printer.doprint(
        term if isinstance(term, Basic) else sympy.sympify(term, strict=True)
    )
    return portable(text)


def portable(text: str) -> str:
    r"""Rewrite what some viewers refuse (``\operatorname``) and what breaks tables (bars)."""
    text = re.sub(r"\\operatorname\{(\w+)\}", r"\\mathrm{\1}", text)
    text = text.replace(r"\left|", r"\left\lvert ").replace(r"\right|", r"\right\rvert ")
    return text.replace(r"\,", r"\thinspace ")


def relation_latex(relation: str, left: Any, right: Any) -> str:
    """``left = right`` or ``left <= right`` on one line."""
    return f"{latex(left)} {_RELATIONS[relation]} {latex(right)}"


def step_latex(step: Step) -> str:
    """A step's judgement on one line."""
    return relation_latex(step.relation, step.left, step.right)


def inline(text: str) -> str:
    """``text`` between dollar signs, safe from Markdown's emphasis and escapes."""
    text = text.replace("_{", "_ {").replace(r"\{", r"\lbrace ").replace(r"\}", r"\rbrace ")
    text = text.replace(r"\#", r"\text{no. }").replace("<", r"\lt ").replace(">", r"\gt ")
    return "$" + re.sub(r"\s+", " ", text).strip() + "$"


def display(text: str) -> str:
    """``text`` as a display formula."""
    return f"```math\n{text.strip()}\n```"


def step_display(step: Step) -> str:
    """A step's judgement as a display formula, broken into lines where it is long."""
    return relation_display(step.relation, step.left, step.right)


def relation_display(relation: str, left: Any, right: Any) -> str:
    """A relation as a display formula, broken into lines where it is long."""
    sides, sign = (latex(left), latex(right)), _RELATIONS[relation]
    if visible_length(" ".join(sides)) <= WIDE:
        return display(f"{sides[0]} {sign} {sides[1]}")
    length = visible_length(sides[0])
    alone = length > WIDE // 3
    opening = rf"& {sides[0]} \\" if alone else f"{sides[0]} "
    rest = " \\\\\n&\\quad ".join(_lines(right, WIDE - 8 if alone else WIDE - length))
    return display(f"\\begin{{aligned}}\n{opening}\n&{sign} {rest}\n\\end{{aligned}}")


def _lines(term: Any, room: int) -> list[str]:
    """The terms of a long sum, gathered into lines of at most ``room`` visible characters."""
    if not isinstance(term, sympy.Add):
        return [latex(term)]
    parts = re.split(r"(?<=\}|\]|\)|\w) (?=[+-] )", latex(term))
    lines: list[str] = []
    for part in _balanced(parts):
        if lines and visible_length(lines[-1] + part) <= room:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return lines


def _balanced(parts: list[str]) -> list[str]:
    """Join pieces that were cut inside brackets or braces."""
    whole: list[str] = []
    for part in parts:
        if whole and not _is_balanced(whole[-1]):
            whole[-1] += f" {part}"
        else:
            whole.append(part)
    return whole


def _is_balanced(text: str) -> bool:
    return text.count("{") == text.count("}") and text.count(r"\left") == text.count(r"\right")


def visible_length(text: str) -> int:
    """Roughly how many characters ``text`` takes on the page."""
    text = re.sub(r"\\substack\{.*?\}\}?|\\(?:left|right|mathrm|mathbb|text|begin|end)", "", text)
    text = re.sub(r"\\[a-zA-Z]+", "m", text)
    return len(re.sub(r"[{}\s^_\\]", "", text))


def is_short(text: str) -> bool:
    """Whether ``text`` may stand in the line."""
    return visible_length(text) <= SHORT and r"\sum" not in text and r"\prod" not in text
