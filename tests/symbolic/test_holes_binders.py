"""Attempts to confuse bound indices with free ones, and one index with all of them."""

from __future__ import annotations

import pytest
from sympy import Integer, log
from xavier_theory.symbolic.rules import RULES

from xavier_theory.symbolic.assumptions import (
    equation,
    finite_moment,
    independent,
    law,
    positive,
    zero_mean,
)
from xavier_theory.symbolic.binding import product_over, sum_except, sum_over
from xavier_theory.symbolic.errors import KernelError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import EVERY, E, constants, random_family, scalar
from xavier_theory.theorems import derive

i, j, k, n = (scalar(name, "width") for name in "ijkn")
l = scalar("l", "natural")  # noqa: E741
x = scalar("x")
c, g = constants("c", 1), constants("g", 2)
X, Y, W, V = (random_family(*of) for of in (("X", 1), ("Y", 1), ("W", 2), ("V", 2)))
OFF_DIAGONAL = equation("g vanishes off the diagonal", g[i, j], 0, i, j, distinct=[(i, j)])


def test_shadowed_index_does_not_discharge_that_two_indices_differ() -> None:
    context = Context((OFF_DIAGONAL,))
    vanishing = RULES["by_assumption"](context, OFF_DIAGONAL.name, i, j)
    target = sum_except(j, n, i, sum_over(j, n, g[i, j]))
    with pytest.raises(RuleRefusedError, match="bound here"):
        RULES["congruence"](context, target, vanishing)
    vanishing = RULES["by_assumption"](context, OFF_DIAGONAL.name, k, j)
    target = sum_except(j, n, k, sum_over(k, n, g[k, j]))
    with pytest.raises(RuleRefusedError):
        RULES["congruence"](context, target, vanishing)


def test_sum_that_skips_an_index_discharges_that_the_two_differ() -> None:
    context = Context((OFF_DIAGONAL,))
    vanishing = RULES["by_assumption"](context, OFF_DIAGONAL.name, i, j)
    step = RULES["congruence"](context, sum_except(j, n, i, g[i, j]), vanishing)
    assert step.assumptions == {OFF_DIAGONAL}


def test_rewriting_does_not_generalize_an_index_that_gamma_speaks_of() -> None:
    only_one = equation("c[j] vanishes", c[j], 0)
    context = Context((only_one,))
    step = RULES["by_assumption"](context, only_one.name)
    with pytest.raises(RuleRefusedError, match="bound here"):
        RULES["congruence"](context, sum_over(j, n, c[j]), step)


def test_positivity_of_one_member_does_not_let_a_sum_divide_by_all() -> None:
    context = Context((positive("x exceeds j", x - j),))
    with pytest.raises(RuleRefusedError):
        RULES["linear_combination"](context, "=", sum_over(j, n, 1 / (x - j)),
                                    sum_over(j, n, 1 / (x - j)))  # fmt: skip


@pytest.mark.parametrize("name", ["_v0", "_0", "_m0"])
def test_scalar_with_a_name_that_the_kernel_uses_itself_is_refused(name: str) -> None:
    with pytest.raises(KernelError):
        zero_mean("one mean vanishes", X[scalar(name, "width")])
    with pytest.raises(KernelError):
        RULES["nonnegative"](Context(), scalar(name, "width"))


def test_every_is_no_index_in_a_step() -> None:
    context = Context((zero_mean("means vanish", X[i], i),))
    with pytest.raises(KernelError):
        RULES["by_assumption"](context, "means vanish", EVERY)
    with pytest.raises(KernelError):
        RULES["nonnegative"](context, c[EVERY] ** 2)


def test_joint_independence_is_not_weakened_by_a_value_for_every() -> None:
    theorem = derive("layer-variance").results["conclusion"]
    declared = [a for a in derive("layer-variance").context.assumptions if a.kind != "independent"]
    a, w = random_family("a", 1), random_family("W", 2)
    entrywise = independent("one by one", [w[i, j]], [a[k]], i, j, k)
    context = Context((*declared, entrywise), derive("layer-variance").context.definitions)
    for scalars in ({"every": j}, {"every": 1}, {"i": EVERY}, {}):
        with pytest.raises(KernelError):
            RULES["specialize"](context, theorem, scalars)


def test_products_of_two_sums_are_not_integrable_by_rowwise_independence() -> None:
    context = Context((
        independent("row by row", [X[j]], [Y[j]], j),
        finite_moment("X", X[j], 1, j),
        finite_moment("Y", Y[j], 1, j),
    ))  # fmt: skip
    both = sum_over(j, n, X[j]) * sum_over(j, n, Y[j])
    with pytest.raises(RuleRefusedError, match="finite moment"):
        RULES["expectation_is_linear"](context, E(2 * both))
    with pytest.raises(RuleRefusedError, match="finite moment"):
        RULES["expectation_is_linear"](context, E(2 * sum_over(j, n, X[j]) * Y[j]))


def test_square_of_a_sum_is_not_integrable_by_rowwise_independence() -> None:
    context = Context((
        independent("row by row", [X[j]], [Y[j]], j),
        finite_moment("X", X[j], 2, j),
        finite_moment("Y", Y[j], 2, j),
    ))  # fmt: skip
    with pytest.raises(RuleRefusedError, match="finite moment"):
        RULES["expectation_is_linear"](context, E(2 * sum_over(j, n, X[j] * Y[j]) ** 2))


def test_induction_refuses_a_claim_about_one_index_only() -> None:
    """x[l+1, i] = x[l, i+1] and x[0, 3] = 0 say nothing of x[1, 3]."""
    shifted = constants("x", 2)
    start = equation("starts at zero", shifted[0, 3], 0)
    context = Context((start,), (define("shift", shifted[l + 1, i], shifted[l, i + 1], l, i),))
    hypothesis = equation("zero so far", shifted[l, i], 0, i)
    base = RULES["by_assumption"](context, start.name)
    unfolded = RULES["definition"](context, "shift", l, Integer(3))
    step = RULES["rewrite"](context, unfolded, RULES["suppose"](context, hypothesis, Integer(4)))
    with pytest.raises(RuleRefusedError):
        RULES["induction"](context, base, step, l, hypothesis, [Integer(3)])


def test_induction_refuses_its_own_variable_as_the_name_of_an_index() -> None:
    """Else x[0] = 0 would prove x[l] = 0 for every l."""
    context = Context((equation("first", c[0], 0),))
    hypothesis = equation("all", c[l], 0, l)
    base = RULES["by_assumption"](context, "first")
    step = RULES["suppose"](context, hypothesis, l + 1)
    with pytest.raises(RuleRefusedError):
        RULES["induction"](context, base, step, l, hypothesis, [l])


def test_induction_refuses_a_name_with_a_narrower_domain() -> None:
    t = scalar("t", "natural")
    shifted = constants("x", 2)
    start = equation("starts at zero", shifted[0, i], 0, i)
    context = Context((start,), (define("down", shifted[l + 1, t], shifted[l, 0], l, t),))
    hypothesis = equation("zero so far", shifted[l, t], 0, t)
    base = RULES["by_assumption"](context, start.name, i)
    unfolded = RULES["definition"](context, "down", l, i)
    step = RULES["rewrite"](context, unfolded, RULES["suppose"](context, hypothesis, Integer(0)))
    with pytest.raises(RuleRefusedError):
        RULES["induction"](context, base, step, l, hypothesis, [i])


def test_diagonal_of_an_iid_family_is_not_iid_in_both_indices() -> None:
    v = scalar("v", "positive")
    a, C = random_family("a", 1), random_family("C", 0)
    context = Context((
        law("iid", "gaussian", [V[EVERY, EVERY]], [Integer(0), v]),
        independent("apart", [V[EVERY, EVERY]], [a[EVERY]]),
        finite_moment("integrable", log(sum_over(j, n, a[j] ** 2)), 1),
        law("chi", "chi-square", [C()], [n]),
    ))  # fmt: skip
    scalars = {"n": n, "v": v}
    fitting = {"W": (i, j, V[j, i]), "a": (j, a[j]), "C": (C(),)}
    RULES["cite"](context, "gaussian-layer-norm", scalars, fitting)
    with pytest.raises(RuleRefusedError):
        RULES["cite"](context, "gaussian-layer-norm", scalars, fitting | {"W": (i, j, V[i, i])})


def test_sum_whose_range_may_not_be_a_natural_number_is_refused() -> None:
    for upper in (x, Integer(-3), c[1], X[1], n / 2, n - 2):
        for binder in (sum_over, product_over):
            with pytest.raises(KernelError):
                RULES["nonnegative"](Context(), binder(j, upper, 1))
