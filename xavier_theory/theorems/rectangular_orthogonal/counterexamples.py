"""Counterexamples to `rectangular-orthogonal` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

SIGNS = (-1, 1)


def _model(
    text: str,
    outputs: Sequence[Any],
    left: int,
    *,
    n: int = 1,
    m: int = 1,
    right: int | None = None,
) -> Continuous:
    """E[z_1²] over equally likely values of z_1, and n/m for inputs of mean square 1."""
    said = sympy.Rational(n, m) if right is None else sympy.Integer(right)

    def check() -> tuple[mpmath.mpf, mpmath.mpf]:
        squares = [mpmath.mpmathify(value) ** 2 for value in outputs]
        return mpmath.fsum(squares) / len(squares), mpmath.mpmathify(said)

    start = f"fan_in = {n}\nfan_out = {m}\nsecond_moment = 1\n"
    return Continuous(start + text, sympy.Integer(left), said, check)


_SIGN = "W[1, 1] is 1 or -1, with probability 1/2 each"
_ROOT = mpmath.sqrt(2)

CONTINUOUS = {
    "weights_have_zero_mean": _model(
        "weight_variance = 0\nW[1, 1] = W[1, 2] = 1, a[1] = a[2] = 1", [1 + 1], 4, n=2
    ),
    "weights_share_one_variance": _model(
        f"weight_variance = 1/2\n{_SIGN}, W[2, 1] = 0, a[1] = 1", [w * 1 for w in SIGNS], 1, m=2
    ),
    "weights_of_a_unit_are_uncorrelated": _model(
        "weight_variance = 1\na[1] = a[2] = 1\n"
        "W[1, 1] = W[1, 2] is 1 or -1, with probability 1/2 each",
        [w + w for w in SIGNS],
        4,
        n=2,
    ),
    "weights_are_independent_of_the_inputs": _model(
        "weight_variance = 1\n"
        "W[1, 1] = a[1] is 0 with probability 1/2, sqrt(2) and -sqrt(2) with 1/4 each",
        [w * w for w in (0, 0, _ROOT, -_ROOT)],
        2,
    ),
    "columns_have_length_one_on_average": _model(
        "weight_variance = 0\nW[1, 1] = 0, a[1] = 1", [0], 0
    ),
    "rows_have_length_one_on_average": _model(
        "weight_variance = 0\nW[1, 1] = 0, a[1] = 1", [0], 0, right=1
    ),
    "inputs_share_one_second_moment": _model(
        f"weight_variance = 1\na[1] = 2\n{_SIGN}", [2 * w for w in SIGNS], 4
    ),
}
