"""Models at two correlations that are near each other, where a tangent is nearly the curve.

At correlations far apart a slope that is somewhat too large still leaves the tangent below.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Lambda, Rational, Symbol
from sympy.core.basic import Basic

from xavier_theory.continuous_models import Model, StandardNormal, model_of
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.judgements import Context
from xavier_theory.theorems.correlation_limit.proof import s
from xavier_theory.theorems.correlation_map.proof import A, M, N, h, q
from xavier_theory.theorems.length_map.proof import bias_variance, weight_scale

__all__ = ["models"]

_x = Symbol("x", real=True)
_NEAR = (Rational(9, 40) ** 2, Rational(7, 24) ** 2)  # correlations of 0.952 and 0.922
_WEIGHTS, _BIASES = Rational(1, 32), Rational(5, 16)  # at rest at q = 1: E φ² = 22


def models(
    context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic]
) -> list[Model]:
    """φ(x) = x³ + x at q = 1, either correlation first."""
    laws = dict.fromkeys((A, N, M), StandardNormal())
    shared = {q: Rational(1), weight_scale: _WEIGHTS, bias_variance: _BIASES}
    return [
        model_of(
            context.assumptions, laws, {**shared, h: one, s: other}, {"phi": Lambda(_x, _x**3 + _x)}
        )
        for one, other in (_NEAR, _NEAR[::-1])
    ]
