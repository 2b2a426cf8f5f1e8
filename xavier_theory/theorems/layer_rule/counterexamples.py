"""Counterexamples to `layer-rule`, of one unit, made of a standard normal variable g."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def mean_square(
    text: str, z: Callable[[mpmath.mpf], mpmath.mpf], left: int, right: int | sympy.Rational
) -> Continuous:
    """E[z²] for z(g), which is ``left``, where the theorem says ``right``."""

    def check() -> tuple[mpmath.mpf, mpmath.mpf]:
        square = mpmath.quad(lambda g: z(g) ** 2 * mpmath.npdf(g), [-14, -5, 0, 5, 14])
        return square, mpmath.mpf(sympy.Rational(right).p) / sympy.Rational(right).q

    model = f"{text}\ng is a standard normal variable, and e is 1 or -1, each with probability 1/2"
    return Continuous(model, sympy.Integer(left), sympy.Rational(right), check)


_ALONE = "fan_in = 1\nweight_mean = 0\nbias_mean = 0\nbias_variance = 0\nB[1] = 0\n"
_BIAS = "fan_in = 1\nweight_mean = 0\nbias_mean = 0\nweight_variance = 0\nW[1, 1] = 0\n"

CONTINUOUS = {
    "weights_have_zero_mean": mean_square(
        _ALONE + "weight_variance = 0\nsecond_moment = 1\nW[1, 1] = 1\na[1] = e",
        lambda g: mpmath.mpf(1),
        left=1,
        right=0,
    ),
    "weights_share_one_variance": mean_square(
        _ALONE + "weight_variance = 2\nsecond_moment = 1\nW[1, 1] = g\na[1] = 1",
        lambda g: g,
        left=1,
        right=2,
    ),
    "weights_of_a_unit_are_uncorrelated": mean_square(
        "fan_in = 2\nweight_mean = 0\nbias_mean = 0\nbias_variance = 0\nB[1] = 0\n"
        "weight_variance = 1\nsecond_moment = 1\nW[1, 1] = W[1, 2] = g\na[1] = a[2] = 1",
        lambda g: 2 * g,
        left=4,
        right=2,
    ),
    "weights_are_independent_of_the_inputs": mean_square(
        _ALONE + "weight_variance = 1\nsecond_moment = 1\nW[1, 1] = a[1] = g",
        lambda g: g**2,
        left=3,
        right=1,
    ),
    "inputs_share_one_second_moment": mean_square(
        _ALONE + "weight_variance = 1\nsecond_moment = 2\nW[1, 1] = g\na[1] = 1",
        lambda g: g,
        left=1,
        right=2,
    ),
    "biases_share_one_mean": mean_square(
        _BIAS + "bias_variance = 0\nB[1] = 1", lambda g: mpmath.mpf(1), left=1, right=0
    ),
    "biases_share_one_variance": mean_square(
        _BIAS + "bias_variance = 2\nB[1] = g", lambda g: g, left=1, right=2
    ),
    "biases_are_independent_of_all_else": mean_square(
        "fan_in = 1\nweight_mean = 0\nbias_mean = 0\nbias_variance = 1\nweight_variance = 1\n"
        "second_moment = 1\nW[1, 1] = B[1] = g\na[1] = 1",
        lambda g: 2 * g,
        left=4,
        right=2,
    ),
}
