"""Terms of the theory as one line of plain text, with the names that ``predict`` takes."""

from __future__ import annotations

import re
from typing import Any

import sympy
from sympy.printing.str import StrPrinter

from xavier_theory.documents.formulas import factor_key, term_key
from xavier_theory.symbolic.judgements import Step

_SIGNS = (
    (r"\bSum\(", "Σ("),
    (r"\bProduct\(", "Π("),
    (r"\bsqrt\(", "√("),
    (r"\bpolygamma\(0, ", "ψ("),
    (r"\bpolygamma\(1, ", "ψ′("),
    (r"\bAbs\(", "abs("),
    (r"\*\*2(?![\d.])", "²"),
    (r"\*\*3(?![\d.])", "³"),
    (r"\*\*", "^"),
    (r"\*", "·"),
    ("!=", "≠"),
    ("<=", "≤"),
    (">=", "≥"),
    (r"\bevery\b", "·"),
)


class _Printer(StrPrinter):  # type: ignore[misc]  # sympy is not typed
    """sympy's text with terms and factors in the order of the pages."""

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        text = ""
        for term in sorted(expr.args, key=term_key):
            printed = self._print(term)
            if text:
                text += " - " if printed.startswith("-") else " + "
                printed = printed.removeprefix("-")
            text += printed
        return text

    def _print_Mul(self, expr: Any) -> str:
        return str(
            super()._print_Mul(sympy.Mul(*sorted(expr.args, key=factor_key), evaluate=False))
        )


def plain(term: Any) -> str:
    """``term`` on one line: ``fan_in·weight_variance``, ``Σ(E(a[j]²), j = 1..fan_in)``."""
    text: str = _Printer({"order": "none"}).doprint(term)
    for pattern, sign in _SIGNS:
        text = re.sub(pattern, sign, text)
    return text


def plain_relation(relation: str, left: Any, right: Any) -> str:
    """``left = right`` or ``left ≤ right``."""
    return f"{plain(left)} {'=' if relation == '=' else '≤'} {plain(right)}"


def plain_step(step: Step) -> str:
    """A step's judgement as text."""
    return plain_relation(step.relation, step.left, step.right)
