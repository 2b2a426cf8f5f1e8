"""Ways to a contradiction through numbers that are none, and through claims proved together.

sympy computes with complex roots and logarithms. Each test here was once a derivation of something
false from a true context; the comment says of what.
"""

from __future__ import annotations

import pytest
import sympy
from sympy import Abs, Function, Integer, exp, log, sqrt
from xavier_theory.symbolic.rules import RULES

from xavier_theory.symbolic.assumptions import equation, finite_moment, independent, law
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.errors import IllFormedTermError, KernelError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    Cov,
    E,
    Var,
    constants,
    random_family,
    random_variable,
    relu,
    scalar,
    sigmoid,
)

x, t, s = scalar("x"), scalar("t"), scalar("s")
i, j, n = (scalar(name, "width") for name in "ijn")
k, layer = scalar("k", "natural"), scalar("l", "natural")
X, Y = random_variable("X"), random_variable("Y")
F = constants("F", 0)()
EMPTY = Context()

algebra, congruence, assume = (
    RULES["linear_combination"],
    RULES["congruence"],
    RULES["by_assumption"],
)


def root_of_square(square: Step, context: Context) -> tuple[Step, Step]:
    """√F in two ways, for F defined as what ``square`` says is a square: it was r² and |r| once."""
    defined = RULES["definition"](context, "F")
    same = algebra(context, "=", F, square.left, [defined, square], [1, -1])
    return congruence(context, sqrt(F), same), congruence(context, sqrt(F), defined)


def test_a_sum_of_roots_is_not_taken_for_real() -> None:
    """Else |√x| = √x, which is √(4x)/2 in two ways, for every real x."""
    context = Context((), (define("F", F, 4 * x),))
    roots = sum_over(j, 2, sqrt(x))
    counted = RULES["sum_is_linear"](context, roots)
    first, second = root_of_square(congruence(context, roots**2, counted), context)
    assert first.right == sqrt(roots**2)
    absolute = congruence(context, Abs(roots), counted)
    with pytest.raises(RuleRefusedError, match="by algebra"):
        algebra(context, "=", absolute.right, second.right, [first, second, absolute], [-1, 1, -1])


def test_a_variance_with_a_root_in_it_is_not_taken_for_nonnegative() -> None:
    """Else |x| Var(X) = x Var(X), for Var(√x X) = x Var(X)."""
    value = Var(sqrt(x) * X)
    assert value.is_nonnegative is None
    assert sqrt(value**2) != value
    assert Var(x * X).is_nonnegative


@pytest.mark.parametrize("inside", [sqrt(x), log(x) ** 2, sqrt(-1 - x**2), log(X)])
def test_nothing_made_of_what_may_be_complex_is_taken_for_real(inside: sympy.Expr) -> None:
    for term in (E(inside), Var(inside), Cov(inside, X), sum_over(j, n, inside), relu(inside)):
        assert term.is_real is None
        assert term.is_nonnegative is None
        assert sqrt(term**2) != Abs(term)
    assert sigmoid(inside).is_positive is None
    assert E(X**2).is_real
    assert sum_over(j, n, relu(X)).is_real


def test_a_logarithm_is_not_undone_where_its_argument_may_be_negative() -> None:
    """Else x = |x|: both would be the root of exp(log x + log x)."""
    context = Context((), (define("F", F, x**2),))
    logarithms = sum_over(j, 2, log(x))
    counted = RULES["sum_is_linear"](context, logarithms)
    for term in (exp(logarithms), exp(logarithms / 2)):
        with pytest.raises(IllFormedTermError, match="only where x > 0"):
            congruence(context, term, counted)


def test_a_logarithm_is_not_undone_where_its_argument_may_be_zero() -> None:
    """Else c = 0 would give 0 = 1: c exp(-log c) is exp(log c - log c)."""
    logarithm, negative = sum_over(j, 1, log(x)), sum_over(j, 1, -log(x))
    counted = RULES["sum_is_linear"](EMPTY, logarithm)
    with pytest.raises(IllFormedTermError, match="only where x > 0"):
        congruence(EMPTY, exp(logarithm + negative), counted)
    u = scalar("u", "positive")
    of_positive = RULES["sum_is_linear"](EMPTY, sum_over(j, 1, log(u)))
    assert congruence(EMPTY, exp(sum_over(j, 1, log(u)) + 1), of_positive).right == exp(1) * u


@pytest.mark.parametrize("name", ["function", "family"])
def test_a_function_is_not_taken_at_what_may_be_complex(name: str) -> None:
    """Else √s = |f(√x)| for s = f(√x)² would give √x = |√x| for f(t) = t."""
    value = Function("f", real=True)(sqrt(x))
    value = value if name == "function" else constants("f", 1)[sqrt(x)]
    for make in (lambda: equation("square", s, value**2), lambda: define("square", F, value**2)):
        with pytest.raises(IllFormedTermError, match="not taken at what are plainly real"):
            make()
    square = equation("square", s, value.subs(sqrt(x), x) ** 2)
    step = congruence(Context((square,)), sqrt(s), assume(Context((square,)), "square"))
    bodies = [{}, {"f": [t, t]}] if name == "family" else [{}, {}, [], {"f": [t, t]}]
    read = RULES["specialize"](Context((equation("square", s, x**2),)), step, *bodies)
    assert read.right == Abs(x)


def test_claims_proved_together_hold_where_all_of_them_do() -> None:
    """Else a[l+1, i] = a[l, i+1] + g[l, i] would vanish where g[l, i] does, whatever g[l, i+1]."""
    a, g = constants("a", 2), constants("g", 2)
    context = Context(
        (equation("g vanishes at i", g[k, i], 0, k), equation("a starts at 0", a[0, i], 0, i)),
        (define("next", a[layer + 1, i], a[layer, i + 1] + g[layer, i], layer, i),),
    )
    first, second = equation("a", a[layer, i], 0, i), equation("g", g[layer, i], 0)
    step = RULES["definition"](context, "next", layer, i)
    step = RULES["rewrite"](context, step, RULES["suppose"](context, first, i + 1))
    step = RULES["rewrite"](context, step, RULES["suppose"](context, second))
    base = assume(context, "a starts at 0", i)
    others = [[assume(context, "g vanishes at i", at) for at in (Integer(0), layer + 1)]]
    together = [[*others[0], second, []]]
    with pytest.raises(RuleRefusedError, match="about one layer only"):
        RULES["induction"](context, base, step, layer, first, [i], together)


def test_what_one_claim_assumes_of_one_index_is_not_generalized_by_another() -> None:
    """As above, where the second hypothesis does not show the index but its base rests on it."""
    a, g, h = constants("a", 2), constants("g", 2), constants("h", 1)
    context = Context(
        (equation("g vanishes at i", g[k, i], 0, k), equation("a starts at 0", a[0, i], 0, i),
         equation("h is g", h[k], g[k, i], k)),
        (define("next", a[layer + 1, i], a[layer, i + 1] + h[layer], layer, i),),
    )  # fmt: skip
    first, second = equation("a", a[layer, i], 0, i), equation("h", h[layer], 0)
    step = RULES["definition"](context, "next", layer, i)
    step = RULES["rewrite"](context, step, RULES["suppose"](context, first, i + 1))
    step = RULES["rewrite"](context, step, RULES["suppose"](context, second))
    parts = [
        RULES["rewrite"](
            context, assume(context, "h is g", at), assume(context, "g vanishes at i", at)
        )
        for at in (Integer(0), layer + 1)
    ]
    base = assume(context, "a starts at 0", i)
    with pytest.raises(RuleRefusedError, match="about one layer only"):
        RULES["induction"](context, base, step, layer, first, [i], [[*parts, second, []]])


def test_an_index_of_a_definition_is_not_one_of_the_indices_around_it() -> None:
    """Else E|X_j Y_k| would be finite for all j and k, where it is for j = k."""
    x_, y_, z = (random_family(name, 1) for name in "XYz")
    context = Context(
        (
            independent("row by row", [x_[j]], [y_[j]], j),
            finite_moment("X", x_[j], 1, j),
            finite_moment("Y", y_[j], 1, j),
        ),
        (define("z", z[i], sum_over(j, n, y_[j]), i),),
    )
    with pytest.raises(RuleRefusedError, match=r"moment of order 2 of X\[_m0\], Y\[_m1\]"):
        RULES["expectation_is_linear"](context, E(2 * sum_over(j, n, x_[j] * z[j])))


def test_a_law_has_parameters_that_it_can_have() -> None:
    for label, parameters in (
        ("gaussian", []),
        ("gaussian", [0]),
        ("gaussian", [0, -1]),
        ("gaussian", [0, x]),
        ("gaussian", [log(x), 1]),
        ("gaussian", [0, Y**2]),
        ("chi-square", [x]),
        ("chi-square", [0]),
        ("student", [Y]),
    ):
        with pytest.raises(KernelError, match="parameter"):
            law("law", label, [X], parameters)
    members = random_family("W", 1)
    law("gaussian", "gaussian", [members[i]], [x, s**2], i)
    with pytest.raises(KernelError, match="parameter"):
        law("gaussian", "gaussian", [members[i]], [0, 1 - i], i)


def test_towers_of_numbers_are_not_worked_out() -> None:
    """sympy would, to find the sign of their difference: for longer than anybody waits."""
    u = scalar("u", "positive")
    of_u = RULES["nonnegative"](EMPTY, Abs(exp(exp(u)) - exp(u)))
    for number in (Integer(30), Integer(20_000), exp(9)):
        with pytest.raises(IllFormedTermError, match="too large"):
            RULES["specialize"](EMPTY, of_u, {"u": number})
    power = RULES["nonnegative"](EMPTY, 2 ** (u * exp(x)))
    with pytest.raises(IllFormedTermError, match="too large"):
        RULES["specialize"](EMPTY, power, {"u": 1, "x": 9})
    assert RULES["specialize"](EMPTY, RULES["nonnegative"](EMPTY, exp(u)), {"u": 30}).right == exp(
        30
    )
