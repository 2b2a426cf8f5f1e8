"""What ``predict`` refuses, each with one clear line."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from xavier_theory.symbolic.errors import XavierTheoryError
from xavier_theory.symbolic.predictions import PredictionError
from xavier_theory.theorems import derive

LAYER = {"fan_in": 4, "weight_variance": 0.5, "input_variance": 3}
WHOLE = [
    ("layer-variance", "fan_in", LAYER),
    ("xavier-variance", "fan_in", {"fan_in": 4}),
    ("he-variance", "fan_in", {"fan_in": 4}),
    ("glorot-variance", "fan_out", {"fan_in": 4, "fan_out": 2}),
    ("identity-chain", "depth", {"factor": 1.5, "depth": 10}),
    ("random-chain-growth", "width", {"width": 2, "weight_variance": 1}),
]
"""Theorem, a whole number that it takes, and good values."""


def refusal(theorem: str, values: dict[str, Any], result: str | None = None) -> str:
    """The one line with which ``predict`` refuses."""
    with pytest.raises(PredictionError) as caught:
        derive(theorem).predict(result, **values)
    assert isinstance(caught.value, XavierTheoryError) and isinstance(caught.value, ValueError)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_good_values_are_taken() -> None:
    for theorem, _, values in WHOLE:
        assert math.isfinite(derive(theorem).predict(**values))


def test_a_missing_quantity() -> None:
    said = refusal("layer-variance", {"fan_in": 4, "input_variance": 3})
    takes = "layer-variance takes fan_in, weight_variance, input_variance: "
    assert said == takes + "missing weight_variance"


def test_an_unknown_quantity() -> None:
    said = refusal("he-variance", {"fan_in": 4, "fanout": 3})
    assert said == "he-variance takes fan_in: unknown fanout"


def test_a_quantity_where_none_is_taken() -> None:
    assert refusal("symmetry", {"alpha": 1}) == "symmetry takes nothing: unknown alpha"


def test_a_conclusion_without_a_number() -> None:
    assert "has no number" in refusal("symmetry", {})


def test_an_unknown_result() -> None:
    said = refusal("layer-variance", {}, "variance")
    expected = "layer-variance has no result 'variance': "
    assert said == expected + "conclusion, general, second_moment, mean"


@pytest.mark.parametrize(("theorem", "name", "good"), WHOLE)
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (0, "must be > 0, got 0"),
        (-1, "must be > 0, got -1"),
        (2.5, "must be a whole number, got 2.5"),
        (Fraction(7, 2), "must be a whole number, got Fraction(7, 2)"),
        (math.nan, "must be finite, got nan"),
        (math.inf, "must be finite, got inf"),
        (-math.inf, "must be finite, got -inf"),
        (True, "must be a number, got True"),
        ("3", "must be a number, got '3'"),
        (None, "must be a number, got None"),
        ([3], "must be a number, got [3]"),
        (3 + 0j, "must be a number, got (3+0j)"),
        (Decimal(3), "must be a number, got Decimal('3')"),
        (sympy.Symbol("n"), "must be a real number, got n"),
        (sympy.nan, "must be a real number, got nan"),
        (sympy.I, "must be a real number, got I"),
    ],
)
def test_a_width_or_depth_that_is_none(
    theorem: str, name: str, good: dict[str, Any], bad: Any, reason: str
) -> None:
    assert refusal(theorem, {**good, name: bad}) == f"{name} {reason}"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (-0.5, "must be >= 0, got -0.5"),
        (math.nan, "must be finite, got nan"),
        (math.inf, "must be finite, got inf"),
        (np.float64("nan"), "must be finite, got np.float64(nan)"),
        (True, "must be a number, got True"),
        ("1/4", "must be a number, got '1/4'"),
        (sympy.Symbol("v", positive=True), "must be a real number, got v"),
        (sympy.oo, "must be a real number, got oo"),
    ],
)
def test_a_variance_that_is_none(bad: Any, reason: str) -> None:
    said = refusal("layer-variance", {**LAYER, "weight_variance": bad})
    assert said == f"weight_variance {reason}"


@pytest.mark.parametrize("theorem", ["weight-laws", "random-chain-growth"])
def test_a_variance_that_must_not_vanish(theorem: str) -> None:
    values = {"weight_variance": 0} | ({"width": 2} if theorem == "random-chain-growth" else {})
    assert refusal(theorem, values) == "weight_variance must be > 0, got 0"


def test_a_growth_below_zero() -> None:
    said = refusal("depth-product", {"growth": -1, "input_variance": 1})
    assert said == "growth must be >= 0, got -1"


def test_a_ratio_of_nothing() -> None:
    zeros = dict.fromkeys(derive("tanh-linearization").parameters, 0)
    assert "has no finite value there" in refusal("tanh-linearization", zeros)


@pytest.mark.parametrize("three", [3, 3.0, Fraction(3), np.int64(3), np.float64(3), sympy.S(3)])
def test_every_kind_of_number_is_taken(three: Any) -> None:
    assert derive("layer-variance").predict(**{**LAYER, "fan_in": three}) == 4.5


def test_a_depth_beyond_every_double_is_quick() -> None:
    found = derive("identity-chain").predict(factor=2, depth=10**400)
    _, mantissa, exponent, bits = found._mpf_  # mantissa · 2^exponent
    assert mantissa > 0 and exponent + bits == 10**400


def test_the_conclusion_is_an_expression_that_sympy_simplifies() -> None:
    conclusion = derive("layer-variance").conclusion
    assert sympy.simplify(conclusion.lhs) == conclusion.lhs
    assert sympy.simplify(conclusion.rhs / conclusion.rhs.args[0]) != 0


def test_a_wide_layer_is_quick() -> None:
    found = derive("random-chain-growth").predict(width=10**6, weight_variance=1)
    assert found == pytest.approx((math.log(10**6) - 1e-6) / 2, rel=1e-12)


def test_another_terms_value_takes_known_quantities_alone() -> None:
    found = derive("layer-variance")
    with pytest.raises(PredictionError, match="no quantity 'fan_inn'; did you mean 'fan_in'"):
        found.value_of(found.conclusion.rhs, fan_inn=3)
