"""Derivatives as assumptions, and what a Gaussian law says without more being assumed."""

from __future__ import annotations

import pytest
import sympy
from sympy import Function, Integer, erf, exp, log, sqrt

from tests.symbolic.proofs import RULES, read_again
from xavier_theory.symbolic.assumptions import (
    derivative,
    finite_moment,
    law,
    primitive,
)
from xavier_theory.symbolic.errors import IllFormedTermError, MissingAssumptionError
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, random_family, random_variable, relu, scalar

x, c, v = scalar("x"), scalar("c"), scalar("v", "positive")
j = scalar("j", "width")
phi, slope = Function("phi", real=True), Function("slope", real=True)
X, Z, W = random_variable("X"), random_variable("Z"), random_family("W", 1)
NORMAL = law("z is normal", "gaussian", [Z], [Integer(0), Integer(1)])
GAUSSIAN = Context((NORMAL,))


def by_parts(context: Context, body: sympy.Expr, of: sympy.Expr) -> Step:
    functions = {"f": (x, body), "df": (x, of)}
    return RULES["cite"](context, "gaussian-integration-by-parts", {}, {"Z": (Z,)}, functions)


@pytest.mark.parametrize("body", [x**3 - c * x, erf(x / 2), x * exp(-(x**2)), sympy.tanh(x) * x**2])
def test_a_derivative_holds_by_the_table(body: sympy.Expr) -> None:
    step = by_parts(GAUSSIAN, body, sympy.expand(sympy.diff(body, x)))
    assert step.assumptions == {NORMAL}
    assert step.left == E(Z * body.xreplace({x: Z}))


@pytest.mark.parametrize(
    ("body", "wrong"),
    [(x**3, 2 * x**2), (x, Integer(2)), (relu(x), Integer(1))],
)
def test_what_is_no_derivative_must_be_assumed(body: sympy.Expr, wrong: sympy.Expr) -> None:
    with pytest.raises(MissingAssumptionError, match="f is the integral of df"):
        by_parts(GAUSSIAN, body, wrong)


def test_a_declared_derivative_is_used() -> None:
    assumed = primitive("integral of the slope", phi(x), slope(x), x)
    moment = finite_moment("slope is integrable", slope(Z), 1)
    step = by_parts(Context((NORMAL, assumed, moment)), phi(x), slope(x))
    assert step.assumptions == {NORMAL, assumed, moment}
    assert (step.left, step.right) == (E(Z * phi(Z)), E(slope(Z)))


@pytest.mark.parametrize("at", [x, v])
def test_a_derivative_does_not_say_that_the_function_is_its_integral(at: sympy.Symbol) -> None:
    """x² sin(1/x²) has a derivative everywhere, which is not integrable around 0."""
    assumed = derivative("slope of phi", phi(at), slope(at), at)
    moment = finite_moment("slope is integrable", slope(Z), 1)
    with pytest.raises(MissingAssumptionError, match="f is the integral of df"):
        by_parts(Context((NORMAL, assumed, moment)), phi(x), slope(x))


def test_the_slope_of_another_function_is_none_of_this_one() -> None:
    assumed = primitive("of the double", 2 * phi(x), slope(x), x)
    moment = finite_moment("slope is integrable", slope(Z), 1)
    with pytest.raises(MissingAssumptionError, match="f is the integral of df"):
        by_parts(Context((NORMAL, assumed, moment)), phi(x), slope(x))


def test_an_integrable_slope_is_asked_for() -> None:
    assumed = primitive("integral of the slope", phi(x), slope(x), x)
    with pytest.raises(MissingAssumptionError, match="moment of order 1 of slope"):
        by_parts(Context((NORMAL, assumed)), phi(x), slope(x))


@pytest.mark.parametrize(
    ("term", "variable"), [(phi(x) * X, x), (phi(x), scalar("n", "width")), (phi(x), Z)]
)
def test_what_cannot_be_differentiated_is_no_assumption(
    term: sympy.Expr, variable: sympy.Symbol
) -> None:
    with pytest.raises((IllFormedTermError, TypeError)):
        derivative("no", term, slope(x), variable)


def test_a_derivative_is_written_and_read() -> None:
    assumed = derivative("d", E(phi(sqrt(v) * Z)), slope(v), v)
    assert read_again(assumed) == assumed.in_kernel


def test_a_gaussian_has_every_moment_and_is_symmetric() -> None:
    term = E((Z**7 + 1) ** 2)
    assert RULES["expectation_is_linear"](GAUSSIAN, term).assumptions == {NORMAL}
    mirrored = RULES["symmetry"](GAUSSIAN, E(relu(Z)), Z)
    assert mirrored.right == E(relu(-Z)) and mirrored.assumptions == {NORMAL}


@pytest.mark.parametrize(
    "other",
    [
        law("shifted", "gaussian", [Z], [Integer(1), Integer(1)]),
        law("another", "student", [Z], [Integer(0)]),
        law("of X", "gaussian", [X], [Integer(0), Integer(1)]),
    ],
)
def test_another_law_is_not_symmetric(other: object) -> None:
    with pytest.raises(MissingAssumptionError, match="symmetry of Z"):
        RULES["symmetry"](Context((other,)), E(relu(Z)), Z)


def test_another_law_has_no_moments_of_its_own() -> None:
    heavy = Context((law("heavy", "student", [Z], [Integer(0)]),))
    with pytest.raises(MissingAssumptionError, match="moment of order 1 of Z"):
        RULES["expectation_is_linear"](heavy, E((Z + 1) ** 2))


def test_the_law_of_a_family_says_it_of_each_member() -> None:
    family = law("W is normal", "gaussian", [W[j]], [Integer(0), Integer(1)], j)
    step = RULES["symmetry"](Context((family,)), E(W[3] ** 3), W[3])
    assert step.right == E(-(W[3] ** 3))


def test_exp_of_what_is_negative_is_bounded_and_no_other() -> None:
    step = RULES["expectation_is_linear"](Context(), E(2 * exp(-(X**2))))
    assert step.right == 2 * E(exp(-(X**2))) and step.assumptions == frozenset()
    for term in (exp(X**2), exp(-X), exp(-c * X**2), exp(-log(1 + X**2) * c)):
        with pytest.raises(MissingAssumptionError, match="finite moment"):
            RULES["expectation_is_linear"](Context(), E(2 * term))
