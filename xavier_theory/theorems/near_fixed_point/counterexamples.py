"""Counterexamples to `near-fixed-point` that are beyond finite models."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _left_out(
    curve: Callable[[mpmath.mpf], mpmath.mpf], slope: int, fixed: int, bend: int
) -> tuple[mpmath.mpf, mpmath.mpf]:
    """|V(1) − q* − slope (1 − q*)| and bend (1 − q*)²/2, for a slope at q* called so."""
    apart = mpmath.mpf(1 - fixed)
    return abs(curve(mpmath.mpf(1)) - fixed - slope * apart), bend * apart**2 / 2


CONTINUOUS = {
    "the_point_is_fixed": Continuous(
        "V(t) = 0\ndV(t) = 0\nfixed_point = 1\nbend = 0\nx = 1",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: _left_out(lambda t: 0 * t, 0, fixed=1, bend=0),
    ),
    "the_map_has_the_slope": Continuous(
        "V(t) = t\ndV(t) = 0\nfixed_point = 0\nbend = 0\nx = 1",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: _left_out(lambda t: t, 0, fixed=0, bend=0),
    ),
    "the_slope_changes_slowly": Continuous(
        "V(t) = t**2\ndV(t) = 2*t\nfixed_point = 0\nbend = 0\nx = 1",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: _left_out(lambda t: t**2, 0, fixed=0, bend=0),
    ),
}
