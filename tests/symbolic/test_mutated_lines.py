"""Tests that a run of mutation testing over the core asked for; docs/mutations.md tells of it."""

import pytest
import sympy
from sympy import Integer
from xavier_theory.symbolic.certificates import write
from xavier_theory.symbolic.rules import RULES
from xavier_theory.symbolic.transfer import _conditions_hold

from xavier_theory.symbolic.assumptions import equation, uncorrelated
from xavier_theory.symbolic.assumptions import finite_moment as moment
from xavier_theory.symbolic.binding import build, loose_entries, shift, sum_except, sum_over
from xavier_theory.symbolic.derivations import PredictionError, Proof
from xavier_theory.symbolic.errors import IllFormedTermError, KernelError
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.matching import match
from xavier_theory.symbolic.signs import sign_level
from xavier_theory.symbolic.terms import (
    EVERY,
    Bound,
    E,
    Var,
    constants,
    random_family,
    random_variable,
    relu,
    scalar,
)
from xavier_theory.theorems import derive

X, W = random_variable("X"), random_family("W", 1)
c, d, f = constants("c", 1), constants("d", 1), constants("f", 1)
i, j, n = (scalar(name, "width") for name in "ijn")
l = scalar("l", "natural")  # noqa: E741
x = scalar("x")
CONTEXT = Context((moment("X2", X, 2),), (define("layer", f[l + 1], x * f[l], l),))


def test_sign_cases_refuses_cases_inside_an_expectation_of_the_mirrored_part():
    """E relu(-X) is one number, not E(-X) in one case and 0 in the other."""
    with pytest.raises(KernelError, match="is not one case"):
        RULES["sign_cases"](CONTEXT, E(relu(-X)) * relu(-X), -E(X) * relu(-X), X)


def test_sign_cases_refuses_what_differs_for_negative_values_and_says_where():
    with pytest.raises(KernelError, match="<= 0"):
        RULES["sign_cases"](CONTEXT, relu(-X), Integer(0), X)
    with pytest.raises(KernelError, match=">= 0"):
        RULES["sign_cases"](CONTEXT, relu(X), Integer(0), X)


def test_a_product_of_nonnegative_terms_is_at_least_zero():
    first = RULES["nonnegative"](CONTEXT, d[1] ** 2)
    step = RULES["nonnegative_product"](CONTEXT, first, RULES["nonnegative"](CONTEXT, X**2))
    assert (step.relation, step.left, step.right) == ("<=", 0, d[1] ** 2 * X**2)


def test_conclude_refuses_a_result_that_stands_on_a_hypothesis():
    proof = Proof("hypothetical", CONTEXT)
    supposed = proof.suppose(equation("c vanishes", c[i], 0, i), j)
    with pytest.raises(KernelError, match="c vanishes"):
        proof.conclude(supposed)


def test_a_step_that_is_made_twice_is_one_step():
    proof = Proof("twice", CONTEXT)
    first, again = proof.variance_definition(Var(X)), proof.variance_definition(Var(X))
    assert again is first
    assert proof.conclude(again).steps == (first,)


def test_shift_moves_loose_indices_alone():
    assert shift(c[Bound(0)], 2) == c[Bound(2)]
    assert shift(c[Bound(0)], 0) == c[Bound(0)]
    within = sum_over(j, n, c[j])
    assert shift(within, 1) == within


def test_entries_of_what_a_sum_leaves_out_are_found():
    left_out = sum_except(j, n, d[1], c[j])
    assert {entry.family for entry in loose_entries(left_out)} == {c, d}


def test_a_power_too_large_is_refused_by_name():
    with pytest.raises(IllFormedTermError, match="1000000"):
        build(type(x**2), Integer(7), Integer(10**6))


@pytest.mark.parametrize(
    ("pattern", "actual", "expected"),
    [
        (f[Bound(0) + 1], f[Integer(5)], {0: Integer(4)}),
        (f[Bound(0) + 1], f[l + 3], {0: l + 2}),
        (f[Bound(0) - 2], f[i], {0: i + 2}),
        (f[Bound(0)], f[EVERY], None),
        (f[Bound(0) + 1], f[EVERY], None),
        (sum_over(j, n, c[j]), sum_over(j, n, c[j]), {}),
        (sum_over(j, n, c[j]), sum_over(j, n, d[j]), None),
        # The limit of the sum is a variable of the pattern; its own index is none.
        (sum_over(j, Bound(0), c[j]), sum_over(j, n, c[j]), {0: n}),
        (sum_over(j, Bound(0), c[j]), sum_over(j, n, c[j + 1]), None),
    ],
)
def test_match_finds_an_index_behind_an_offset(pattern, actual, expected):
    assert match(pattern, actual, {}) == expected


def test_format_and_numbers_that_readers_see():
    derivation = derive("product-variance")
    assert write(derivation)["version"] == 1
    assert derivation.to_markdown().startswith("1. ")


def test_indices_that_must_differ_do_where_they_are_so_or_are_assumed_to_be():
    declared = uncorrelated("apart", W[i], W[j], i, j, distinct=[(i, j)])
    anywhere = uncorrelated("anywhere", W[i], W[j], i, j, distinct=[])
    fresh = [i, j]
    assert _conditions_hold(declared, [i, j], declared, fresh)
    assert _conditions_hold(declared, [i, i + 1], anywhere, fresh)
    assert not _conditions_hold(declared, [i, i], anywhere, fresh)
    assert not _conditions_hold(declared, [i, j], anywhere, fresh)
    assert _conditions_hold(declared, [i + 1, j + 1], declared, fresh)
    assert _conditions_hold(declared, [j + 1, i + 1], declared, fresh)
    assert not _conditions_hold(declared, [i + 1, j], declared, fresh)
    assert not _conditions_hold(declared, [2 * i, i + j + 1], declared, fresh)
    assert not _conditions_hold(declared, [i + 1, j + 1], anywhere, fresh)


def test_powers_of_what_is_not_negative_are_not_negative():
    """0 to a positive power is 0; 1/q is >= 0 wherever it is a number; 0 to any power is none."""
    q, positive = scalar("q", "nonnegative"), scalar("p", "positive")
    assert sign_level(q**positive) == sign_level(1 / q) == 1
    assert sign_level(positive**x) == 2
    assert sign_level(q**x) == sign_level(q**-3) == sign_level(x**positive) == 0


def test_predict_takes_what_is_not_negative_and_nothing_else():
    rest = {"mean_x": 1, "mean_y": 1, "variance_y": 1}
    derivation = derive("product-variance")
    for variance, product in ((0, 1), (0.5, 2)):
        assert derivation.predict(variance_x=variance, **rest) == product
    with pytest.raises(PredictionError, match="variance_x must be >= 0"):
        derivation.predict(variance_x=-0.5, **rest)


def test_a_layer_is_a_superscript_of_families_with_samples_too():
    assert sympy.latex(random_family("a", 3)[l, i, j]).startswith("a^{[l]}")
