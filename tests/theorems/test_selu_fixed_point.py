"""selu-fixed-point, against certified moments, the length map and the published constants."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import arb, ctx

from xavier_theory.activations import gaussian_moments
from xavier_theory.activations.expressions.elementary import constant_ball
from xavier_theory.activations.length_map import length_map
from xavier_theory.theorems import derive

NAME = "selu-fixed-point"
PUBLISHED = {"outer_scale": 1.0507009873554805, "steepness": 1.6732632423543772}


def test_the_published_constants_are_the_solutions_to_a_rounding() -> None:
    for name, ball in (("outer_scale", "selu_scale"), ("steepness", "selu_alpha")):
        with ctx.workprec(120):
            error = abs(constant_ball(ball) - arb(PUBLISHED[name]))
        assert error < math.ulp(PUBLISHED[name]), name


def test_with_the_published_constants_the_equations_hold_to_rounding() -> None:
    found = derive(NAME)
    assert abs(found.predict("mean_of_any", **PUBLISHED)) < 1e-15
    assert abs(found.predict("second_moment_of_any", **PUBLISHED) - 1) < 1e-15


@pytest.mark.parametrize(("scale", "steepness"), [(1, 1), (2, 0.5), (0.75, 3)])
def test_the_moments_of_any_constants_are_certified(scale: float, steepness: float) -> None:
    text = f"{scale}*where(z > 0, z, {steepness}*(exp(z) - 1))"
    enclosed, given = gaussian_moments(text), {"outer_scale": scale, "steepness": steepness}
    mean = derive(NAME).predict("mean_of_any", **given)
    square = derive(NAME).predict("second_moment_of_any", **given)
    assert mean == pytest.approx(float(enclosed.mean.midpoint), rel=1e-14)
    assert square == pytest.approx(float(enclosed.second_moment.midpoint), rel=1e-14)


def test_the_slope_is_that_of_the_length_map() -> None:
    h = 1e-4
    above, below = length_map("selu", np.array([1 + h, 1 - h]), 1.0)
    slope = derive(NAME).predict("length_slope", **PUBLISHED)
    assert slope == pytest.approx((above - below) / (2 * h), abs=2e-6)
    assert slope == pytest.approx(float(gaussian_moments("selu").cross_moment.midpoint), rel=1e-14)


def test_the_jacobian_is_that_of_klambauer_and_others() -> None:
    h = 1e-4
    above, below = (float(gaussian_moments("selu", q).mean.midpoint) for q in (1 + h, 1 - h))
    length = derive(NAME).predict("length_slope", **PUBLISHED)
    mean = derive(NAME).predict("mean_slope", **PUBLISHED)
    assert mean == pytest.approx((above - below) / (2 * h), abs=2e-7)
    assert round(math.hypot(mean, length), 4) == 0.7877
