"""Models at correlations near each other, and of activations whose slope vanishes far from 0.

At correlations far apart a slope that is somewhat too large still leaves the tangent below; and
where φ is nearly flat at most pre-activations its mean slope bounds little.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from sympy import Lambda, Rational, Symbol
from sympy.core.basic import Basic

from xavier_theory.continuous_models import Model, StandardNormal, model_of
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.judgements import Context
from xavier_theory.theorems.correlation_limit.proof import s
from xavier_theory.theorems.correlation_map.proof import A, M, N, h, q
from xavier_theory.theorems.length_map.proof import weight_scale

__all__ = ["models"]

_x = Symbol("x", real=True)
# The last has means of either sign where one argument has more than its variance of 4.
_FUNCTIONS = (_x**3 + _x, _x**2 - 6 * _x, _x**2 - Rational(11, 2))
_NEAR = (Rational(9, 40) ** 2, Rational(7, 24) ** 2)  # correlations of 0.952 and 0.922
_DISTANCES = (_NEAR, _NEAR[::-1], (Rational(4), Rational(9, 4)))
_LENGTHS = (Rational(1, 4), Rational(4))
# So small that the biases' variance, which the equation gives, is > 0.
_WEIGHTS = Rational(1, 10**5)


def models(
    context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic]
) -> list[Model]:
    """At rest at each length, for either correlation first."""
    laws = dict.fromkeys((A, N, M), StandardNormal())
    return [
        model_of(
            context.assumptions,
            laws,
            {q: length, weight_scale: _WEIGHTS, h: one, s: other},
            {"phi": Lambda(_x, function)},
        )
        for length, (one, other), function in product(_LENGTHS, _DISTANCES, _FUNCTIONS)
    ]
