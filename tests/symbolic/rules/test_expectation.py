"""Rules about expectations, variances and covariances."""

from __future__ import annotations

import pytest
from sympy import exp, tanh

from tests.symbolic.proofs import RULES
from xavier_theory.symbolic.assumptions import (
    at_most,
    equation,
    finite_moment,
    independent,
    symmetric,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.errors import MissingAssumptionError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import (
    EVERY,
    Cov,
    E,
    Var,
    random_family,
    random_variable,
    relu,
    scalar,
)

i, j, k, n = (scalar(name, "width") for name in "ijkn")
c = scalar("c")
W, a, z = random_family("W", 1), random_family("a", 1), random_family("z", 1)
X, Y, H = random_variable("X"), random_variable("Y"), random_variable("H")
CONTEXT = Context(
    (
        finite_moment("W2", W[i], 2, i),
        finite_moment("a2", a[i], 2, i),
        finite_moment("X4", X, 4),
        finite_moment("Y1", Y, 1),
        independent("W apart from a", [W[EVERY]], [a[EVERY]]),
        symmetric("X symmetric", X),
        at_most("X below Y", X, Y),
        equation("X is 2Y", X, 2 * Y),
    ),
    (define("sum", z[i], W[i] + a[i], i),),
)
NAMED = CONTEXT.named


def call(rule: str, *arguments: object) -> object:
    return RULES[rule](CONTEXT, *arguments)


def test_expectation_is_linear_derives_over_sums_and_constants() -> None:
    step = call("expectation_is_linear", E(c * X + 3 + sum_over(j, n, 2 * W[j])))
    assert step.right == c * E(X) + 3 + sum_over(j, n, 2 * E(W[j]))
    assert step.assumptions == {NAMED("X4"), NAMED("W2")}
    assert call("expectation_is_linear", E(sum_over(j, n, c))).right == sum_over(j, n, c)


def test_expectation_is_linear_derives_for_a_defined_member() -> None:
    assert call("expectation_is_linear", E(2 * z[i])).assumptions == {NAMED("W2"), NAMED("a2")}


def test_expectation_is_linear_refuses_other_terms() -> None:
    with pytest.raises(RuleRefusedError, match="no E term"):
        call("expectation_is_linear", Var(X))


def test_expectation_is_linear_refuses_where_nothing_is_to_expand() -> None:
    with pytest.raises(RuleRefusedError, match="nothing to expand"):
        call("expectation_is_linear", E(X))


@pytest.mark.parametrize("term", [2 * H, 2 * Y**2, 2 * X**5, 2 * exp(X), 2 / X, 2 * H * tanh(X)])
def test_expectation_is_linear_refuses_what_may_not_be_integrable(term: object) -> None:
    with pytest.raises(RuleRefusedError, match="needs the assumption"):
        call("expectation_is_linear", E(term))


def test_independence_derives_for_separated_members() -> None:
    step = call("independence", E(c * W[1] * W[2] * a[1] ** 2))
    assert step.right == c * E(W[1] * W[2]) * E(a[1] ** 2)
    assert NAMED("W apart from a") in step.assumptions
    sums = call("independence", E(sum_over(j, n, W[j]) * relu(a[i])))
    assert sums.right == E(sum_over(j, n, W[j])) * E(relu(a[i]))


def test_independence_refuses_other_terms() -> None:
    with pytest.raises(RuleRefusedError, match="no E term"):
        call("independence", X)


@pytest.mark.parametrize(
    "term", [W[1] * W[2], X * W[1], X**2, X, W[1] * (W[2] + a[1]), z[1] * a[1]]
)
def test_independence_refuses_members_that_nothing_separates(term: object) -> None:
    with pytest.raises(MissingAssumptionError, match="independence that separates"):
        call("independence", E(term))


def test_independence_refuses_factors_that_may_not_be_integrable() -> None:
    with pytest.raises(MissingAssumptionError, match="finite moment of order 3"):
        call("independence", E(W[1] ** 3 * a[1]))


def test_variance_definition_derives() -> None:
    assert call("variance_definition", Var(X)).right == E(X**2) - E(X) ** 2


def test_variance_definition_refuses_other_terms() -> None:
    with pytest.raises(RuleRefusedError, match="no Var term"):
        call("variance_definition", E(X))


def test_variance_definition_refuses_without_a_second_moment() -> None:
    with pytest.raises(MissingAssumptionError, match="finite moment of order 2 of Y"):
        call("variance_definition", Var(Y))


def test_covariance_definition_derives() -> None:
    assert call("covariance_definition", Cov(X, W[1])).right == E(X * W[1]) - E(X) * E(W[1])


def test_covariance_definition_refuses_other_terms() -> None:
    with pytest.raises(RuleRefusedError, match="no Cov term"):
        call("covariance_definition", Var(X))


def test_covariance_definition_refuses_without_the_moments() -> None:
    with pytest.raises(MissingAssumptionError):
        call("covariance_definition", Cov(X, Y))


def test_expectation_is_monotone_derives() -> None:
    step = call("expectation_is_monotone", call("by_assumption", "X below Y"))
    assert (step.left, step.relation, step.right) == (E(X), "<=", E(Y))
    assert NAMED("X below Y") in step.assumptions


def test_expectation_is_monotone_refuses_an_equation() -> None:
    with pytest.raises(RuleRefusedError, match="its premise is an inequality"):
        call("expectation_is_monotone", call("by_assumption", "X is 2Y"))


def test_expectation_is_monotone_refuses_what_may_not_be_integrable() -> None:
    with pytest.raises(MissingAssumptionError):
        call("expectation_is_monotone", call("nonnegative", H**2))


def test_symmetry_derives() -> None:
    step = call("symmetry", E(relu(X) + X**3), X)
    assert step.right == E(relu(-X) - X**3)
    assert step.assumptions == {NAMED("X symmetric")}


def test_symmetry_refuses_other_terms() -> None:
    with pytest.raises(RuleRefusedError, match="no E term"):
        call("symmetry", X, X)


@pytest.mark.parametrize("term", [X * Y, Y, z[1], X + E(Y)])
def test_symmetry_refuses_a_function_of_something_else(term: object) -> None:
    with pytest.raises(RuleRefusedError, match="does not depend on X alone"):
        call("symmetry", E(term), X)


def test_symmetry_refuses_what_is_not_declared_symmetric() -> None:
    with pytest.raises(MissingAssumptionError, match="symmetry of Y about 0"):
        call("symmetry", E(Y), Y)
