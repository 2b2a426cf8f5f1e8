"""Rules about functions of one real variable."""

from __future__ import annotations

import pytest
from sympy import Abs, Integer, Rational, exp, log, tanh

from tests.symbolic.proofs import RULES
from xavier_theory.symbolic.assumptions import density, equation, finite_moment, minimises, positive
from xavier_theory.symbolic.errors import MissingAssumptionError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Cov, E, random_variable, relu, scalar

t, x = scalar("t"), scalar("x")
v = scalar("v", "positive")
X, Y = random_variable("X"), random_variable("Y")
CONTEXT = Context(
    (
        finite_moment("X", X, 4),
        density("uniform", X, t, Rational(1, 2), -1, 1),
        minimises("least", v - log(v), v),
        positive("t is positive", t),
        equation("slope known here", 0, t),
    )
)
EMPTY = Context()


def call(rule: str, *arguments: object) -> object:
    return RULES[rule](CONTEXT, *arguments)


def test_sign_cases_derives() -> None:
    assert call("sign_cases", relu(x) - relu(-x), x, x).right == x
    assert call("sign_cases", relu(X) ** 2 + relu(-X) ** 2, X**2, X).right == X**2
    assert call("sign_cases", Abs(x), relu(x) + relu(-x), x).left == Abs(x)


@pytest.mark.parametrize("right", [x, Integer(0), -x, 2 * relu(x)])
def test_sign_cases_refuses_what_differs_in_one_case(right: object) -> None:
    with pytest.raises(RuleRefusedError, match=r"it fails where x [<>] 0"):
        call("sign_cases", relu(x), right, x)


def test_same_sign_derives() -> None:
    one, square = call("nonnegative", 1), call("nonnegative", tanh(x) ** 2)
    step = call("same_sign", x - tanh(x), x, x, [square, one])
    assert step.right == x * (x - tanh(x))


def test_same_sign_refuses_a_function_that_does_not_vanish_at_0() -> None:
    one = call("nonnegative", 1)
    with pytest.raises(RuleRefusedError, match="does not vanish at 0"):
        call("same_sign", x + 1, x, x, [one, one])


def test_same_sign_refuses_a_variable_that_is_not_real() -> None:
    one = call("nonnegative", 1)
    for variable in (v, scalar("n", "natural")):
        with pytest.raises(RuleRefusedError, match="real variable"):
            call("same_sign", variable, variable, variable, [one, one])


def test_same_sign_refuses_a_missing_slope() -> None:
    with pytest.raises(RuleRefusedError, match="one slope for each function"):
        call("same_sign", x, x, x, [call("nonnegative", 1)])


def test_same_sign_refuses_what_does_not_say_that_a_slope_is_nonnegative() -> None:
    one, below = call("nonnegative", 1), call("cite", "tanh-is-bounded", {"t": x})
    with pytest.raises(RuleRefusedError, match="does not say"):
        call("same_sign", x, x, x, [one, below])


def test_same_sign_refuses_the_slope_of_another_function() -> None:
    one = call("nonnegative", 1)
    with pytest.raises(RuleRefusedError, match="is not the derivative"):
        call("same_sign", x**2, x, x, [one, one])


def test_same_sign_refuses_a_slope_that_is_known_at_one_point() -> None:
    here = call("linear_combination", "<=", 0, 2 * t, [call("by_assumption", "t is positive")], [2])
    one = call("nonnegative", 1)
    with pytest.raises(RuleRefusedError, match=r"t is one number: an assumption .* speaks of it"):
        call("same_sign", t**2, t, t, [here, one])


def test_same_sign_refuses_a_random_function() -> None:
    one = call("nonnegative", 1)
    with pytest.raises(RuleRefusedError, match="deterministic"):
        call("same_sign", x + X - X**2, x, x, [one, one])


def test_association_derives() -> None:
    one, square = call("nonnegative", 1), call("nonnegative", 3 * x**2)
    step = call("association", x, x**3, x, [one, square], X)
    assert step.right == Cov(X, X**3)
    assert CONTEXT.named("X") in step.assumptions or CONTEXT.named("uniform") in step.assumptions


def test_association_refuses_what_is_no_random_variable() -> None:
    one = call("nonnegative", 1)
    with pytest.raises(RuleRefusedError, match="no random variable"):
        call("association", x, x, x, [one, one], X + 1)


def test_association_refuses_what_may_not_be_integrable() -> None:
    one = call("nonnegative", 1)
    with pytest.raises(MissingAssumptionError):
        call("association", x, x, x, [one, one], Y)


def test_association_refuses_the_slope_of_another_function() -> None:
    one = call("nonnegative", 1)
    with pytest.raises(RuleRefusedError, match="is not the derivative"):
        call("association", -x, x, x, [one, one], X)


def test_moment_by_antiderivative_derives() -> None:
    step = call("moment_by_antiderivative", "uniform", x**2, x**3 / 6, x)
    assert (step.left, step.right) == (E(X**2), Rational(1, 3))
    assert step.assumptions == {CONTEXT.named("uniform")}


def test_moment_by_antiderivative_refuses_what_is_no_density() -> None:
    with pytest.raises(RuleRefusedError, match="is no density"):
        call("moment_by_antiderivative", "X", x**2, x**3 / 6, x)


def test_moment_by_antiderivative_refuses_another_function() -> None:
    with pytest.raises(RuleRefusedError, match="no antiderivative"):
        call("moment_by_antiderivative", "uniform", x**2, x**3 / 3, x)


def test_moment_by_antiderivative_refuses_a_function_without_a_derivative() -> None:
    for function in (Abs(x), relu(x)):
        with pytest.raises(RuleRefusedError, match="table of derivatives"):
            call("moment_by_antiderivative", "uniform", x, function, x)


def test_stationarity_derives() -> None:
    step = call("stationarity", "least")
    assert (step.left, step.right) == (0, 1 - 1 / v)


def test_stationarity_refuses_what_is_no_minimum() -> None:
    with pytest.raises(RuleRefusedError, match="does not say that something is a minimum"):
        call("stationarity", "uniform")


def test_stationarity_refuses_an_objective_outside_of_the_table() -> None:
    context = Context((minimises("kink", Abs(v - 1), v), minimises("power", Integer(2) ** v, v)))
    for name in ("kink", "power"):
        with pytest.raises(RuleRefusedError, match="table of derivatives"):
            RULES["stationarity"](context, name)
    smooth = Context((minimises("smooth", exp(v) - 3 * v, v),))
    assert RULES["stationarity"](smooth, "smooth").right == exp(v) - 3
