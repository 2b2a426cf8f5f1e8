"""What sympy does to bound indices and to expectations, and that the core is free of it.

The first test of each pair documents sympy (1.14); the second shows the core at the same place.
"""

from __future__ import annotations

import pytest
import sympy
from sympy import Eq, Indexed, IndexedBase, Integer, KroneckerDelta, Sum
from sympy.stats import Expectation, Normal, Variance, covariance

from tests.symbolic.proofs import RULES
from xavier_theory import kernel
from xavier_theory.symbolic.assumptions import equation, finite_moment
from xavier_theory.symbolic.binding import substitute, sum_over
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.encoding import same, well_formed
from xavier_theory.symbolic.errors import IllFormedTermError, KernelError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import E, Var, constants, random_family, random_variable, scalar

i, j, k, n = (scalar(name, "width") for name in "ijkn")  # sympy's symbols, with a domain
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
    for end in (-3, n - 2, scalar("x")):
        total = sum_over(j, end, j)
        with pytest.raises(RuleRefusedError, match="the end of a range"):
            RULES["linear_combination"](Context(), "=", total, total)
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


def test_kernel_does_not_turn_the_exponential_of_any_logarithm_into_its_argument() -> None:
    """log x is some real number for x <= 0, so exp(log x) is not x; nor is sqrt(x)^2."""
    root = ["^", "x", "1/2"]
    for code in (["^", root, "2"], ["*", root, root], ["*", "x", ["^", "x", "-1"], "x"]):
        assert not holds("real", code, "x")
        assert holds("positive", code, "x")
    assert not holds("real", ["exp", ["log", "x"]], "x")
    assert holds("real", ["log", ["exp", "x"]], "x")


def test_kernel_does_not_add_up_logarithms_or_divide_by_what_may_be_0() -> None:
    for domain, true in (("real", False), ("nonnegative", False), ("positive", True)):
        assert holds(domain, ["*", "x", ["^", "x", "-1"]], "1") == true
        assert holds(domain, ["^", ["^", "x", "2"], "1/2"], "x") == (domain != "real")
        assert holds(domain, ["^", ["^", "x", "-1"], "-1"], "x") == true
        assert holds(domain, ["^", "x", "0"], "1")


def test_kernel_gives_a_sign_to_what_is_real_whatever_its_logarithms_are() -> None:
    x = scalar("x")
    step = RULES["nonnegative"](Context(), sympy.exp(sum_over(j, n, sympy.log(x))))
    assert step.left == 0
    with pytest.raises(KernelError, match="not plainly >= 0"):
        RULES["nonnegative"](Context(), sympy.log(x))
    with pytest.raises(KernelError, match="not plainly >= 0"):
        RULES["nonnegative"](Context(), sympy.sqrt(x))


def holds(domain: str, left: object, right: object) -> bool:
    """Whether the kernel accepts left = right as algebra, for x that ranges over ``domain``."""
    context = Context((equation("about", scalar("x", domain), 0),))
    proof = Proof("holds", context)
    about = proof.by_assumption("about")
    certificate = proof.conclude(about).certificate()
    certificate["lines"].append(["algebra", [[], []], ["=", left, right], []])
    try:
        kernel.check(certificate)
    except kernel.Refused as error:
        if "does not follow by algebra" in str(error):
            return False
        raise
    return True
