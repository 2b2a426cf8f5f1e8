"""What sympy does to bound indices and to expectations, and that the core is free of it.

The first test of each pair documents sympy (1.14); the second shows the core at the same place.
"""

from __future__ import annotations

import pytest
import sympy
from sympy import Eq, Indexed, IndexedBase, Integer, KroneckerDelta, Sum, Symbol
from sympy.stats import Expectation, Normal, Variance, covariance

from tests.symbolic.proofs import RULES
from xavier_theory.symbolic.assumptions import finite_moment
from xavier_theory.symbolic.binding import substitute, sum_over
from xavier_theory.symbolic.encoding import same, well_formed
from xavier_theory.symbolic.errors import IllFormedTermError, KernelError, TamperedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import E, Var, constants, random_family, random_variable, scalar

i, j, k, n = (Symbol(name, integer=True, positive=True) for name in "ijkn")
w, v = IndexedBase("W"), IndexedBase("a")
W, a = random_family("W", 2), random_family("a", 1)
c = constants("c", 1)
X, Y = random_variable("X"), random_variable("Y")


def test_sympy_takes_an_indexed_member_for_a_constant() -> None:
    assert isinstance(Expectation(w[i, j]), Indexed)


def test_core_keeps_the_expectation_of_a_member() -> None:
    assert isinstance(E(W[i, j]), E)
    assert not same(E(W[i, j]), W[i, j])


@pytest.mark.parametrize("method", ["subs", "xreplace"])
def test_sympy_captures_on_substitution(method: str) -> None:
    total = Sum(w[i, j], (j, 1, n))
    captured = getattr(total, method)({i: j})
    assert captured == Sum(w[j, j], (j, 1, n))


def test_core_does_not_capture_on_substitution() -> None:
    total = sum_over(j, n, W[i, j])
    assert same(substitute(total, {i: j}), sum_over(k, n, W[j, k]))
    assert not same(substitute(total, {i: j}), sum_over(j, n, W[j, j]))


def test_sympy_identifies_different_nested_sums() -> None:
    first = Sum(v[j] * Sum(w[j, k], (k, 1, n)), (j, 1, n))
    second = Sum(v[j] * Sum(w[k, k], (k, 1, n)), (j, 1, n))
    assert first != second
    assert first.as_dummy() == second.as_dummy()


def test_core_keeps_nested_sums_apart_and_ignores_names() -> None:
    first = sum_over(j, n, a[j] * sum_over(k, n, W[j, k]))
    second = sum_over(j, n, a[j] * sum_over(k, n, W[k, k]))
    assert not same(first, second)
    assert same(first, sum_over(k, n, a[k] * sum_over(j, n, W[k, j])))


def test_sympy_sums_an_empty_range_backwards() -> None:
    assert Sum(j, (j, 1, -3)).doit() == 3


def test_core_has_no_range_that_ends_below_zero() -> None:
    with pytest.raises(IllFormedTermError):
        well_formed(sum_over(j, -3, j))
    assert RULES["peel"](Context(), sum_over(j, 0, j)).right == 0


def test_sympy_collapses_a_delta_to_cases_on_the_range() -> None:
    assert Sum(KroneckerDelta(i, j), (j, 1, n)).doit().has(sympy.Piecewise)


def test_core_has_neither_deltas_nor_sympy_sums() -> None:
    for term in (KroneckerDelta(i, j), Sum(j, (j, 1, n)), w[i, j], sympy.oo, sympy.nan, sympy.I):
        with pytest.raises(IllFormedTermError):
            well_formed(term)


def test_sympy_expressions_of_ones_own_do_not_commute() -> None:
    class Plain(sympy.Expr):
        pass

    assert Plain(Integer(1)).is_commutative is None


def test_core_terms_commute() -> None:
    for term in (W[i, j], E(X), Var(X), sum_over(j, n, c[j])):
        assert term.is_commutative
        assert term * X - X * term == 0


def test_sympy_objects_can_be_altered() -> None:
    term = i + 4321 * j
    honest = term._args
    term._args = (i, Integer(1))
    try:
        assert (i + 4321 * j).args == (i, Integer(1))
    finally:
        term._args = honest


def test_core_notices_altered_objects() -> None:
    step = RULES["nonnegative"](Context(), i**2 + 4322 * j)
    honest = step.right._args
    step.right._args = (i, Integer(-1))
    try:
        with pytest.raises(TamperedError):
            RULES["expectation_is_monotone"](Context(), step)
    finally:
        step.right._args = honest


def test_sympy_equations_of_equal_sides_lose_them() -> None:
    assert Eq(i, i) is sympy.true


def test_core_judgements_keep_their_sides() -> None:
    step = RULES["linear_combination"](Context(), "=", c[1], c[1])
    assert step.formula.args == (c[1], c[1])


def test_sympy_keeps_the_covariance_of_independent_variables() -> None:
    x, y = sympy.stats.Normal("x", 0, 1), Normal("y", 0, 1)
    assert Variance(x + y).expand().has(sympy.stats.Covariance)


def test_sympy_takes_distinct_variables_for_independent() -> None:
    x, y = Normal("x", 0, 1), Normal("y", 0, 1)
    assert covariance(x, y) == 0


def test_core_takes_nothing_for_independent() -> None:
    context = Context((finite_moment("X", X, 2), finite_moment("Y", Y, 2)))
    with pytest.raises(KernelError, match="independence that separates X and Y"):
        RULES["independence"](context, E(X * Y))


def test_sympy_turns_the_exponential_of_any_logarithm_into_its_argument() -> None:
    x = scalar("x")
    assert sympy.exp(sympy.log(x)) == x
    assert sympy.sqrt(x) ** 2 == x


def test_core_gives_no_sign_to_what_may_be_complex() -> None:
    x = scalar("x")
    for term in (sympy.exp(sum_over(j, n, sympy.log(x))), sympy.exp(sympy.sqrt(x))):
        with pytest.raises(KernelError, match="not plainly >= 0"):
            RULES["nonnegative"](Context(), term)
