"""Counterexamples to `forget-gate` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

SIGNS = (-1, 1)


def _size(
    text: str,
    cells: Sequence[Any],
    left: str,
    *,
    steps: int = 1,
    rho: str = "0",
    s: int = 0,
    q: int = 1,
) -> Continuous:
    """E[c_t²] over equally likely values of c_t, and ρ^t q + s (1 − ρ^t)/(1 − ρ)."""
    keeps = sympy.Rational(rho)
    right = keeps**steps * q + s * (1 - keeps**steps) / (1 - keeps)
    start = (
        f"steps = {steps}\ngate_second_moment = {rho}\nadded_second_moment = {s}\n"
        f"start_second_moment = {q}\n"
    )

    def check() -> tuple[mpmath.mpf, mpmath.mpf]:
        squares = [mpmath.mpmathify(c) ** 2 for c in cells]
        return mpmath.fsum(squares) / len(squares), mpmath.mpmathify(right)

    return Continuous(start + text, sympy.Rational(left), right, check)


def _a_closed_gate() -> tuple[mpmath.mpf, mpmath.mpf]:
    """1/e, and E[c_0 c_1] = 1/(1 + e)."""
    return mpmath.exp(-1), 1 / (1 + mpmath.e)


CONTINUOUS = {
    "gates_share_one_second_moment": _size("c[0] = 1, f[0] = 1, u[0] = 0", [1], "1"),
    "gates_are_independent_of_the_cell": _size(
        "f[0] is 0 or 1, with probability 1/2 each, c[0] = sqrt(2) f[0], u[0] = 0",
        [f * mpmath.sqrt(2) * f for f in (0, 1)],
        "1",
        rho="1/2",
    ),
    "additions_have_zero_mean": _size(
        "c[0] = 1, f[0] = 1/2, u[0] = 1", [mpmath.mpf("1.5")], "9/4", rho="1/4", s=1
    ),
    "additions_share_one_second_moment": _size("c[0] = 0, f[0] = 0, u[0] = 0", [0], "0", s=1, q=0),
    "additions_are_independent_of_gate_and_cell": _size(
        "c[0] = u[0] is 1 or -1, with probability 1/2 each, f[0] = 1/2",
        [c * mpmath.mpf("1.5") for c in SIGNS],
        "9/4",
        rho="1/4",
        s=1,
    ),
    "the_cell_starts_with_a_second_moment": _size("c[0] = 0", [0], "0", steps=0),
    "gates_share_one_mean": Continuous(
        "steps = 1\ngate_mean = 0\nstart_second_moment = 1\nc[0] = 1, f[0] = 1, u[0] = 0",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: (mpmath.mpf(1 * 1), mpmath.mpf(0)),
    ),
    "gates_start_at_their_bias": Continuous(
        "steps = 1\nforget_bias = 0\ngate_mean = 1\nstart_second_moment = 1\n"
        "c[0] = 1, f[0] = 1, u[0] = 0",
        sympy.Integer(1),
        sympy.Rational(1, 2),
        lambda: (mpmath.mpf(1 * 1), 1 / (1 + mpmath.exp(0))),
    ),
    "the_bias_is_the_logarithm_of_the_span": Continuous(
        "span = 1\nforget_bias = -1\ngate_mean = 1/(1 + e)\nstart_second_moment = 1\n"
        "c[0] = 1, f[0] = 1/(1 + e), u[0] = 0",
        sympy.exp(-1),
        1 / (1 + sympy.E),
        _a_closed_gate,
    ),
}
