"""Models of functions: equations about all numbers are proved in them, or they are no models."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sympy
from sympy import Function

from xavier_theory.continuous_models import ContinuousModel, NoValueError, holds, value
from xavier_theory.symbolic.assumptions import Assumption, at_most, equation
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import E, random_variable, relu, scalar
from xavier_theory.theorems import theorem_folder

x, c, v = scalar("x"), scalar("c", "nonnegative"), scalar("v", "positive")
phi = Function("phi", real=True)
FOLDER = theorem_folder("homogeneous-activation")
HOMOGENEOUS = equation("homogeneous", phi(c * x), c * phi(x), c, x)


def models(assumption: Assumption, *terms: sympy.Expr) -> Sequence[ContinuousModel]:
    return FOLDER.models(Context(), frozenset({assumption}), terms)


def test_two_lines_are_homogeneous_and_two_point_values_give_them() -> None:
    found = models(HOMOGENEOUS, phi(x))
    assert len(found) == 9
    right = phi(1) * relu(x) + phi(-1) * relu(-x)
    assert all(holds("=", phi(x), right, model) for model in found)
    for wrong in (phi(1) * relu(x), phi(1) * x, right + 1):
        assert not all(holds("=", phi(x), wrong, model) for model in found)


@pytest.mark.parametrize(
    "false",
    [
        equation("linear", phi(x + c), phi(x) + phi(c), c, x),
        equation("odd", phi(-x), -phi(x), x),
        equation("even", phi(-x), phi(x), x),
        equation("of degree two", phi(c * x), c**2 * phi(x), c, x),
        equation("for all factors", phi(x * scalar("y")), x * phi(scalar("y")), x, scalar("y")),
        equation("about one number", phi(v * x), v * phi(x), x),
        at_most("no equation", phi(c * x), c * phi(x), c, x),
    ],
)
def test_what_two_lines_do_not_satisfy_has_no_such_model(false: Assumption) -> None:
    assert models(false, phi(x)) == []


def test_a_model_of_positive_factors_is_one_too() -> None:
    assert models(equation("positive factors", phi(v * x), v * phi(x), v, x), phi(x))


def test_what_is_random_or_without_functions_has_no_such_model() -> None:
    X = random_variable("X")
    assert models(HOMOGENEOUS, E(phi(X))) == []
    assert models(HOMOGENEOUS, x) == []
    assert FOLDER.models(Context(), frozenset(), [phi(x)]) == []
    with pytest.raises(NoValueError, match="no random variable"):
        value(E(X), models(HOMOGENEOUS, phi(x))[0])
