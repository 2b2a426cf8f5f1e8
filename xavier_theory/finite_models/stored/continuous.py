"""Counterexamples that need a continuous law, so that no finite model can be one.

Each is written out by hand in its theorem's folder, with a check of its arithmetic that uses
neither the kernel nor the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import sympy

DIGITS = 20


@dataclass(frozen=True)
class Continuous:
    """A counterexample in words.

    Attributes
    ----------
    text: the model. left, right, difference: the sides of the result there.
    check: computes both sides from the model by quadrature: (left, right).
    """

    text: str
    left: sympy.Expr
    right: sympy.Expr
    check: Callable[[], tuple[mpmath.mpf, mpmath.mpf]]

    @property
    def sides(self) -> tuple[str, str, str, str]:
        """Text, left, right and difference, as ``NecessityResult`` takes them."""
        gap = sympy.simplify(self.left - self.right)
        return self.text, str(self.left), str(self.right), str(gap)

    def verify(self) -> bool:
        """Whether the sides are what quadrature says, and differ."""
        with mpmath.workdps(DIGITS):
            pairs = zip(self.check(), (self.left, self.right), strict=True)
            near = [
                abs(x - mpmath.mpf(sympy.N(y, DIGITS))) < mpmath.mpf(10) ** -12 for x, y in pairs
            ]
        return all(near) and bool(sympy.simplify(self.left - self.right) != 0)
