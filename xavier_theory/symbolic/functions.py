"""Real functions of real numbers: three heads of ours, and opaque ones that stand for any function.

``terms`` offers them with everything else that terms are made of.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Function
from sympy.core.function import AppliedUndef, UndefinedFunction

from xavier_theory.symbolic.notation import function_latex, remember


class _Opaque(AppliedUndef):  # type: ignore[misc]
    """The value of an opaque function; with the look that was said where the function was made."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        look = function_latex(self.func.__name__)
        if look is None:
            return str(printer._print_Function(self, exp))
        if exp is not None and "^" in look:
            look = rf"{{{look}}}"
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"{look}{power}{{\left({','.join(map(printer._print, self.args))} \right)}}"


def function(name: str, *, latex: str | None = None) -> Any:
    """An opaque real function of real numbers, such as φ; ``latex`` is its look."""
    remember(latex, "function", name)
    return UndefinedFunction(name, bases=(_Opaque,), real=True)


class _OfOneNumber(Function):  # type: ignore[misc]
    """Base of our real functions of one real number; prints as its name."""

    latex_name = ""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"{self.latex_name}{power}\left({printer._print(self.args[0])}\right)"


class relu(_OfOneNumber):
    """The rectifier, max(x, 0); a head of ours because sympy rewrites ``Max`` on its own."""

    nargs = 1
    latex_name = r"\operatorname{relu}"

    def _eval_rewrite_as_Max(self, x: Expr, **hints: Any) -> Expr:
        return sympy.Max(x, 0)


class unit_step(_OfOneNumber):
    """1 for x > 0 and 0 for x <= 0: the derivative of ``relu``, but at 0, where it has none."""

    nargs = 1
    latex_name = r"\operatorname{step}"


class sigmoid(_OfOneNumber):
    """The logistic function 1/(1 + exp(-x)), with values in (0, 1)."""

    nargs = 1
    latex_name = r"\sigma"

    def _eval_rewrite_as_exp(self, x: Expr, **hints: Any) -> Expr:
        return 1 / (1 + sympy.exp(-x))
