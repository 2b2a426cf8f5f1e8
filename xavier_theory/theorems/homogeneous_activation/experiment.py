"""How `homogeneous-activation` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Rational

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.length_maps import Function, averaged_map, nearby_inputs
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.theorems.correlation_map.proof import q
from xavier_theory.theorems.gain_stability.proof import (
    left_slope,
    right_slope,
    weight_scale,
)
from xavier_theory.theorems.homogeneous_activation.proof import chi, half


def two_lines_map(
    *, weight_scale: Any, right_slope: Any, left_slope: Any, second_moment: Any, width: int = 64
) -> Quantity:
    """V(q) for φ(t) = ``right_slope`` t where t > 0, ``left_slope`` t where t < 0; no biases."""
    function, _ = _two_lines(float(right_slope), float(left_slope))
    return averaged_map(function, (0.0,), float(weight_scale), 0.0, float(second_moment), width)


def two_lines_correlation(
    *, weight_scale: Any, right_slope: Any, left_slope: Any, second_moment: Any = 1
) -> Quantity:
    """χ₁ by differences, as in ``correlation_slope``, for the φ of ``two_lines_map``."""
    function, slope = _two_lines(float(right_slope), float(left_slope))
    return nearby_inputs(function, slope, (0.0,), float(weight_scale), float(second_moment))


def _two_lines(right: float, left: float) -> tuple[Function, Function]:
    """Two lines that meet at 0, and their slope."""
    return lambda t: np.where(t > 0, right * t, left * t), lambda t: np.where(t > 0, right, left)


LINES = (
    ("relu", 1, 0, 2, 1),
    ("slopes 1 and −1/2", 1, -half, Rational(3, 2), 3),
    ("slopes 2 and 1/2", 2, half, 1, Rational(1, 4)),
)
"""Name, right and left slope, σ_w², q."""

EXPERIMENTS = (
    *(
        Experiment(
            f"a layer, {said}",
            two_lines_map,
            {"weight_scale": scale, "right_slope": r, "left_slope": s, "second_moment": at},
            0.02,
        )
        for said, r, s, scale, at in LINES
    ),
    *(
        Experiment(
            f"differences of the correlation map, {said}",
            two_lines_correlation,
            {"weight_scale": scale, "right_slope": r, "left_slope": s},
            0.04,
            {"second_moment": at},
            result="correlation_slope",
            wrong={"the mean slope, squared": weight_scale * (right_slope + left_slope) ** 2 / 4},
        )
        for said, r, s, scale, at in LINES
    ),
)

WRONG = {
    "the mean slope, squared": weight_scale * (right_slope + left_slope) ** 2 / 4 * q,
    "both sides count in full": 2 * chi * q,
    "5 % off": chi * q * Rational(21, 20),
}
