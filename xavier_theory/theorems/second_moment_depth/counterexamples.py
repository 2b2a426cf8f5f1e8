"""Counterexamples to `second-moment-depth`, of one unit, made of a standard normal variable g."""

from __future__ import annotations

import sympy

from xavier_theory.theorems.layer_rule.counterexamples import mean_square

_LINEAR = "right_slope = left_slope = 1\n"
_ALONE = _LINEAR + "fan_in = 1\nweight_scale = 1\nbias_variance = 0\nB[1] = 0\n"

CONTINUOUS = {
    "weights_of_a_unit_are_uncorrelated": mean_square(
        _LINEAR + "fan_in = 2\nweight_scale = 2\nbias_variance = 0\nB[1] = 0\nsecond_moment = 1\n"
        "W[1, 1] = W[1, 2] = g\ny[1] = y[2] = e, independent of g",
        lambda g: 2 * g,
        left=4,
        right=2,
    ),
    "weights_are_independent_of_the_layer_below": mean_square(
        _ALONE + "second_moment = 1\nW[1, 1] = g\ny[1] = e*g, e independent of g",
        lambda g: g**2,
        left=3,
        right=1,
    ),
    "biases_have_zero_mean": mean_square(
        _LINEAR + "fan_in = 1\nweight_scale = 0\nbias_variance = 1\nW[1, 1] = 0\nB[1] = 1 + g",
        lambda g: 1 + g,
        left=2,
        right=1,
    ),
    "biases_share_one_variance": mean_square(
        _LINEAR + "fan_in = 1\nweight_scale = 0\nbias_variance = 2\nW[1, 1] = 0\nB[1] = g",
        lambda g: g,
        left=1,
        right=2,
    ),
    "biases_are_independent_of_all_else": mean_square(
        _LINEAR + "fan_in = 1\nweight_scale = 1\nbias_variance = 1\nsecond_moment = 1\n"
        "W[1, 1] = g\ny[1] = e, independent of g\nB[1] = e*g",
        lambda g: 2 * g,
        left=4,
        right=2,
    ),
    "pre_activations_are_symmetric": mean_square(
        "right_slope = 1\nleft_slope = 0\nfan_in = 1\nweight_scale = 1\nbias_variance = 0\n"
        "B[1] = 0\nsecond_moment = 1\nW[1, 1] = g\ny[1] = 1",
        lambda g: g,
        left=1,
        right=sympy.Rational(1, 2),
    ),
    "pre_activations_share_one_second_moment": mean_square(
        _ALONE + "second_moment = 2\nW[1, 1] = g\ny[1] = e, independent of g",
        lambda g: g,
        left=1,
        right=2,
    ),
}
