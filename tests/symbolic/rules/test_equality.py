"""Rules about definitions, assumptions and equality."""

from __future__ import annotations

import pytest
from sympy import Integer

from tests.symbolic.proofs import RULES
from xavier_theory.symbolic.assumptions import (
    at_most,
    distinct,
    equation,
    independent,
    positive,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_except, sum_over
from xavier_theory.symbolic.errors import (
    IllFormedTermError,
    MissingAssumptionError,
    RuleRefusedError,
)
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import Cov, E, constants, random_family, scalar

i, j, k, n = (scalar(name, "width") for name in "ijkn")
x, y, z = (scalar(name) for name in "xyz")
s = scalar("s", "nonnegative")
a, b = random_family("a", 1), random_family("b", 1)
c = constants("c", 1)
CONTEXT = Context(
    (
        zero_mean("zero mean", a[i], i),
        uncorrelated("uncorrelated", a[i], a[j], i, j, distinct=[(i, j)]),
        at_most("x at most y", x, y),
        positive("z positive", z),
        equation("x is y", x, y),
        independent("apart", [a[i]], [b[i]], i),
    ),
    (define("double", b[i], 2 * a[i], i),),
)


def call(rule: str, *arguments: object, **named: object) -> object:
    return RULES[rule](CONTEXT, *arguments, **named)


def test_definition_derives_an_instance() -> None:
    step = call("definition", "double", j)
    assert (step.left, step.right, step.assumptions) == (b[j], 2 * a[j], frozenset())


def test_definition_refuses_an_unknown_name() -> None:
    with pytest.raises(RuleRefusedError, match="no definition is called triple"):
        call("definition", "triple", j)


def test_definition_refuses_the_wrong_number_of_values() -> None:
    with pytest.raises(RuleRefusedError, match="takes 1 values, got 2"):
        call("definition", "double", j, k)


@pytest.mark.parametrize("value", [Integer(0), x, a[1], j - 1])
def test_definition_refuses_values_outside_of_the_domain(value: object) -> None:
    with pytest.raises(RuleRefusedError, match="not plainly a width number"):
        call("definition", "double", value)


def test_by_assumption_derives_instances() -> None:
    assert call("by_assumption", "zero mean", k).left == E(a[k])
    assert call("by_assumption", "x at most y").relation == "<="
    assert call("by_assumption", "z positive").right == z
    step = call("by_assumption", "uncorrelated", j, k)
    assert step.left == Cov(a[j], a[k])
    assert distinct(j, k) in step.assumptions
    assert distinct(j, k + 1) in call("by_assumption", "uncorrelated", j, k + 1).assumptions
    assert len(call("by_assumption", "uncorrelated", j, j + 1).assumptions) == 1


def test_by_assumption_refuses_an_unknown_name() -> None:
    with pytest.raises(RuleRefusedError, match="no assumption called"):
        call("by_assumption", "unit mean", k)


def test_by_assumption_refuses_what_is_no_relation() -> None:
    with pytest.raises(RuleRefusedError, match="no equation or inequality"):
        call("by_assumption", "apart", j)


def test_by_assumption_refuses_equal_indices_that_must_differ() -> None:
    for first, second in ((j, j), (Integer(3), Integer(3))):
        with pytest.raises(RuleRefusedError, match="distinct"):
            call("by_assumption", "uncorrelated", first, second)


def test_suppose_derives_an_instance_that_rests_on_the_hypothesis() -> None:
    hypothesis = equation("so far", c[i], x, i)
    step = call("suppose", hypothesis, k)
    assert (step.left, step.assumptions) == (c[k], {hypothesis})


def test_suppose_refuses_what_is_no_relation() -> None:
    with pytest.raises(RuleRefusedError, match="no equation or inequality"):
        call("suppose", independent("apart", [a[i]], [b[i]], i), j)


def test_rewrite_derives_on_either_side_and_under_binders() -> None:
    target = call("linear_combination", "=", sum_over(j, n, x * c[j]), sum_over(j, n, x * c[j]))
    equal = call("by_assumption", "x is y")
    right = call("rewrite", target, equal)
    assert (right.left, right.right) == (target.left, sum_over(j, n, y * c[j]))
    assert call("rewrite", target, equal, "left").left == sum_over(j, n, y * c[j])
    assert right.assumptions == equal.assumptions


def test_rewrite_refuses_an_inequality_or_an_unknown_side() -> None:
    target = call("by_assumption", "x at most y")
    with pytest.raises(RuleRefusedError, match="takes an equation and a side"):
        call("rewrite", target, target)
    with pytest.raises(RuleRefusedError, match="takes an equation and a side"):
        call("rewrite", target, call("by_assumption", "x is y"), "middle")


def test_rewrite_refuses_where_the_left_side_does_not_occur() -> None:
    with pytest.raises(RuleRefusedError, match="does not occur"):
        call("rewrite", call("nonnegative", s), call("by_assumption", "x is y"))


def test_rewrite_refuses_premises_of_another_context() -> None:
    stranger = RULES["by_assumption"](Context((equation("x is y", x, y),)), "x is y")
    with pytest.raises(RuleRefusedError, match="another context"):
        call("rewrite", call("by_assumption", "x at most y"), stranger, "left")


def test_congruence_derives_and_discharges() -> None:
    vanishing = call("by_assumption", "uncorrelated", i, j)
    step = call("congruence", sum_except(j, n, i, Cov(a[i], a[j])), vanishing)
    assert step.right == sum_except(j, n, i, 0)
    assert step.assumptions == {CONTEXT.named("uncorrelated")}


def test_congruence_refuses_where_the_indices_may_be_equal() -> None:
    vanishing = call("by_assumption", "uncorrelated", i, j)
    with pytest.raises(
        RuleRefusedError, match=r"j is one number: an assumption \(distinct\) speaks of it"
    ):
        call("congruence", sum_over(j, n, Cov(a[i], a[j])), vanishing)


def test_congruence_refuses_an_inequality() -> None:
    with pytest.raises(RuleRefusedError, match="takes an equation"):
        call("congruence", x**2, call("by_assumption", "x at most y"))


def test_linear_combination_derives_equations_and_inequalities() -> None:
    assert call("linear_combination", "=", (x + y) ** 2, x**2 + 2 * x * y + y**2)
    below = call("by_assumption", "x at most y")
    step = call("linear_combination", "<=", s * x + 1, s * y + 1, [below], [s])
    assert step.assumptions == below.assumptions
    divided = call("linear_combination", "=", (x * z) / z**2, x / z)
    assert divided.assumptions == {CONTEXT.named("z positive")}


def test_linear_combination_refuses_a_wrong_number_of_multipliers() -> None:
    with pytest.raises(RuleRefusedError, match="one multiplier"):
        call("linear_combination", "=", x, x, [], [1])
    with pytest.raises(RuleRefusedError, match="relation"):
        call("linear_combination", "<", x, x + 1)


@pytest.mark.parametrize("multiplier", [-1, x, -s, y - x])
def test_linear_combination_refuses_a_multiplier_that_may_be_negative(multiplier: object) -> None:
    below = call("by_assumption", "x at most y")
    with pytest.raises(RuleRefusedError, match="cannot be multiplied"):
        call("linear_combination", "<=", multiplier * x, multiplier * y, [below], [multiplier])


def test_linear_combination_refuses_an_equation_from_an_inequality() -> None:
    with pytest.raises(RuleRefusedError, match="cannot be multiplied"):
        call("linear_combination", "=", x, y, [call("by_assumption", "x at most y")], [1])


def test_linear_combination_refuses_what_does_not_follow() -> None:
    for relation, left, right in (("=", x, y), ("<=", x, x + 1), ("=", x**2, x)):
        with pytest.raises(RuleRefusedError, match=r"x.* does not follow"):
            call("linear_combination", relation, left, right)


def test_linear_combination_does_not_cancel_what_may_be_zero() -> None:
    """1/0 is some real number: it is itself, but 0 times it is not 1."""
    assert call("linear_combination", "=", 1 / x, 1 / x).assumptions == frozenset()
    for left, right in (
        ((x**2 + x) / x, x + 1),
        (1 / (x - y) - y / (x * (x - y)), 1 / x),
        (1 / x + 1 / y, (x + y) / (x * y)),
    ):
        with pytest.raises(MissingAssumptionError, match=r"[xy] > 0"):
            call("linear_combination", "=", left, right)


def test_linear_combination_refuses_inexact_numbers() -> None:
    for number in (0.5, float("nan"), "x", None, True):
        with pytest.raises(IllFormedTermError):
            call("linear_combination", "=", number, number)


def test_nonnegative_derives_from_the_form() -> None:
    for term in (x**2, s, x**2 * s + n, E(a[1] ** 2), sum_over(j, n, c[j] ** 2)):
        assert call("nonnegative", term).left == 0


@pytest.mark.parametrize("term", [x, -s, s - 1, x**3, E(a[1]), sum_over(j, n, c[j]), -(x**2)])
def test_nonnegative_refuses_what_may_be_negative(term: object) -> None:
    with pytest.raises(RuleRefusedError, match="not plainly >= 0"):
        call("nonnegative", term)


def test_nonnegative_product_derives() -> None:
    step = call("nonnegative_product", call("nonnegative", s), call("nonnegative", x**2))
    assert step.right == s * x**2


def test_nonnegative_product_refuses_other_relations() -> None:
    for other in (call("by_assumption", "x at most y"), call("by_assumption", "x is y")):
        with pytest.raises(RuleRefusedError, match="does not say"):
            call("nonnegative_product", call("nonnegative", s), other)
