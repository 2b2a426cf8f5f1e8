"""The side conditions in rules/*.py and finite_sums.py, and of derivatives and normal forms."""

from __future__ import annotations

from collections import deque
from typing import Any

import sympy
from sympy import Abs, Integer, Rational, exp, log
from xavier_theory.symbolic.rules import engine

from tests.symbolic.conditions.rows import (
    ELSEWHERE,
    EMPTY,
    FALSE,
    LIMIT,
    NOTHING,
    TRUE,
    WORDS,
    Row,
    call,
)
from xavier_theory.symbolic.assumptions import (
    at_most,
    density,
    equation,
    finite_moment,
    independent,
    minimises,
    positive,
    symmetric,
    uncorrelated,
)
from xavier_theory.symbolic.binding import product_over, sum_except, sum_over
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    E,
    Var,
    constants,
    random_family,
    random_variable,
    relu,
    scalar,
)

x, y, c, t = (scalar(name) for name in "xyct")
u, v = scalar("u", "positive"), scalar("v", "positive")
i, j, k, n = (scalar(name, "width") for name in "ijkn")
l = scalar("l", "natural")  # noqa: E741
X, Y, W = random_variable("X"), random_variable("Y"), random_family("W", 1)
d, g, h, f = constants("d", 1), constants("g", 2), constants("h", 3), constants("f", 1)
H = constants("H", 0)()
UNIFORM = density("uniform", X, t, Rational(1, 2), -1, 1)
FLAT = (X, -1, 1, lambda point: Rational(1, 2))
CONTEXT = Context(
    (
        at_most("x at most y", x, y),
        equation("c vanishes", c, 0),
        equation("square", v**2, v),
        uncorrelated("uncorrelated", W[i], W[j], i, j, distinct=[(i, j)]),
        independent("apart", [X], [Y]),
        finite_moment("X3", X, 3),
        finite_moment("Y3", Y, 3),
        finite_moment("2 to the -X", 2 ** (-X), 2),
        at_most("t is nonnegative", 0, t),
        at_most("on positive numbers", 0, u, u),
        equation("linear", E(x * X), x * E(X), x),
        minimises("least", v - log(v), v),
        UNIFORM,
        density("parametric", X, x, t / 2, -1, 1),
    ),
    (define("twice", W[i], 2 * X, i), define("H is 3", H, 3)),
)


def do(rule: str, *arguments: Any) -> Step:
    return call(CONTEXT, rule, *arguments)


def same(term: Any) -> Step:
    return do("linear_combination", "=", term, term)


def nonnegative(term: Any) -> Step:
    return do("nonnegative", term)


def assumed(name: str, *values: Any) -> Step:
    return do("by_assumption", name, *values)


def association(first: Any, second: Any, *slopes: Step, at: Any = X) -> Step:
    return do("association", first, second, y, list(slopes), at)


def with_a_pole(context: Context, at: Any) -> Step:
    return call(context, "moment_by_antiderivative", "uniform", at**-2, -1 / (2 * at), at)


def captured_by_a_mean() -> Step:
    c = scalar("c", "positive")
    mean = E(exp(t + Y))
    tilted = density("tilted", X, t, c / mean, Integer(0), Integer(1))
    context = Context((tilted, positive("mean", mean, t)))
    return call(context, "moment_by_antiderivative", "tilted", mean, c * t, t)


def a_new_rule() -> Step:
    def absurd(context: Context) -> engine.Inferred:
        return engine.Inferred("=", Integer(0), Integer(1))

    try:
        return engine.rule(absurd)(EMPTY)
    finally:
        engine._rules.pop("absurd", None)


class Obliging(Context):
    """A context that has whatever definition it is asked for."""

    def definition(self, name: str) -> Any:
        return define(name, H, 4)


class Forged(sympy.Symbol):  # type: ignore[misc]
    """A term that looks like a step."""

    relation, left, right, context = "=", Integer(0), Integer(1), EMPTY


def elsewhere_defined() -> Step:
    return call(EMPTY, "linear_combination", "=", H, 3, [do("definition", "H is 3")], [1])


EQUALITY = {
    "_assumed:1": Row(NOTHING, lambda: assumed("apart")),
    "_assumed:2a": Row(TRUE, lambda: assumed("uncorrelated", i, i),
                       "Γ says that an index differs from itself, and nothing discharges that"),
    "_assumed:2b": Row(TRUE, lambda: assumed("uncorrelated", Integer(2), i),
                       "Γ says that the two differ; a sum discharges it for two symbols only"),
    "_assumed:2c": Row(TRUE, lambda: assumed("uncorrelated", i, Integer(2)), "as 2b"),
    "rewrite:1a": Row(FALSE, lambda: do("rewrite", same(x), assumed("x at most y"))),
    "rewrite:1b": Row(TRUE, lambda: do(
        "rewrite", assumed("x at most y"), call(CONTEXT, "suppose", equation("e", x, c)), "both"),
        "it concludes that the left side is at most itself, rewritten"),
    "congruence:1": Row(FALSE, lambda: do("congruence", x, assumed("x at most y"))),
    "linear_combination:1a": Row(NOTHING, lambda: do(
        "linear_combination", "=", c, 0, [assumed("c vanishes")])),
    "linear_combination:1b": Row(ELSEWHERE, lambda: do("linear_combination", "<", 0, 0)),
    "linear_combination:2a": Row(FALSE, lambda: do(
        "linear_combination", "=", x, y, [assumed("x at most y")], [1])),
    "linear_combination:2b": Row(FALSE, lambda: do(
        "linear_combination", "<=", -x, -y, [assumed("x at most y")], [-1])),
    "linear_combination:3": Row(FALSE, lambda: do("linear_combination", "=", x, y)),
    "nonnegative:1": Row(FALSE, lambda: nonnegative(x)),
    "nonnegative_product:1a": Row(TRUE, lambda: do(
        "nonnegative_product", do("linear_combination", "=", 0, c, [assumed("c vanishes")], [-1]),
        nonnegative(x**2)), "0 = p is more than 0 <= p"),
    "nonnegative_product:1b": Row(FALSE, lambda: do(
        "nonnegative_product", assumed("x at most y"), nonnegative(1))),
}  # fmt: skip

EXPECTATION = {
    "expectation_is_linear:1": Row(TRUE, lambda: do("expectation_is_linear", E(X)), "E X = E X"),
    "independence:1": Row(FALSE, lambda: do("independence", E(X * W[1])), instead=(
        "return Inferred('=', term, constant * E(factors[0]) * E(sympy.Mul(*factors[1:])))")),
    "_expect_head:1": Row(FALSE, lambda: do("independence", Var(X * Y))),
    "expectation_is_monotone:1": Row(TRUE, lambda: do("expectation_is_monotone", same(X)),
                                     "what is equal is at most as large"),
    "symmetry:1": Row(FALSE, lambda: call(Context((
        symmetric("symmetric", X),)), "symmetry", E(X * Y), X)),
    "symmetry:2": Row(FALSE, lambda: do("symmetry", E(Y), Y), instead=(
        "return Inferred('=', term, E(substitute(term.args[0], {member: -member})))")),
}  # fmt: skip


ANALYSIS = {
    "sign_cases:1": Row(FALSE, lambda: do(
        "sign_cases", Abs(log(x)) ** 2, log(x) ** 2, log(x)), at={x: -2}),
    "sign_cases:2": Row(FALSE, lambda: do("sign_cases", E(relu(X)) * relu(X), E(X) * relu(X), X)),
    "sign_cases:3": Row(FALSE, lambda: do("sign_cases", relu(X), X, X)),
    "same_sign:1": Row(FALSE, lambda: do(
        "same_sign", y + 1, y, y, [nonnegative(1), nonnegative(1)])),
    "association:1": Row(TRUE, lambda: association(
        y, y, nonnegative(1), nonnegative(1), at=relu(X)), "relu(X) is a random variable as well"),
    "_everywhere:1a": Row(FALSE, lambda: association(
        relu(X) * y, y, nonnegative(relu(X)), nonnegative(1), at=Y)),
    "_everywhere:1b": Row(TRUE, lambda: association(
        y + log(x), y, nonnegative(1), nonnegative(1)),
        "its slope is real, so that only a constant part may be complex: it has no covariance"),
    "_everywhere:2a": Row(ELSEWHERE, lambda: with_a_pole(CONTEXT, scalar("t", "positive"))),
    "_everywhere:2b": Row(ELSEWHERE, lambda: with_a_pole(
        Context((UNIFORM, positive("t is positive", t))), t)),
    "_require_slopes:1a": Row(ELSEWHERE, lambda: do(
        "association", u**2, u, u, [nonnegative(2 * u), nonnegative(1)], X)),
    "_require_slopes:1b": Row(NOTHING, lambda: association(y, y, nonnegative(1))),
    "_require_slopes:2a": Row(TRUE, lambda: association(
        Integer(1), y, same(0), nonnegative(1)), "a slope that is 0 is one that is >= 0"),
    "_require_slopes:2b": Row(FALSE, lambda: association(
        -y, y, do("linear_combination", "<=", -2, -1, [nonnegative(1)], [1]), nonnegative(1))),
    "_require_slopes:3": Row(FALSE, lambda: association(-y, y, nonnegative(1), nonnegative(1))),
    "_require_slopes:4": Row(FALSE, lambda: do(
        "association", t**2, t, t,
        [do("linear_combination", "<=", 0, 2 * t, [assumed("t is nonnegative")], [2]),
         nonnegative(1)], X)),
    "moment_by_antiderivative:1": Row(NOTHING, lambda: do(
        "moment_by_antiderivative", "apart", t, t**2 / 4, t)),
    "moment_by_antiderivative:2": Row(FALSE, lambda: do(
        "moment_by_antiderivative", "parametric", 1, t**2 / 4, t), at={t: 1}, law=FLAT),
    "moment_by_antiderivative:3": Row(FALSE, lambda: do(
        "moment_by_antiderivative", "uniform", t, t, t), at={}, law=FLAT),
    "moment_by_antiderivative:4": Row(WORDS, captured_by_a_mean,
        "with Y = -X and a density that falls like exp(-t) the mean is 1, and c is 1.08"),
    "stationarity:1": Row(FALSE, lambda: do("stationarity", "square")),
}  # fmt: skip

ENGINE = {
    "rule:1": Row(FALSE, a_new_rule),
    "rule.apply:1": Row(FALSE, lambda: call(Obliging(), "definition", "H is 4"), at={H: 3}),
    "rule.apply:2": Row(FALSE, elsewhere_defined),
    "_settled:1": Row(FALSE, lambda: call(
        EMPTY, "linear_combination", "=", x, y,
        deque([call(EMPTY, "suppose", equation("e", x, y))]), [1]), instead="return value"),
    "_require_steps:1": Row(FALSE, lambda: call(
        EMPTY, "linear_combination", "=", 0, 1, [Forged("forged", real=True)], [1])),
    "instance:1": Row(NOTHING, lambda: do("definition", "twice")),
    "instance:2a": Row(FALSE, lambda: assumed("on positive numbers", Integer(-1)), at={}),
    "instance:2b": Row(FALSE, lambda: assumed("linear", X), at={X: 1}, law=FLAT),
}  # fmt: skip


LONG = sum_over(j, n, d[j])
SUMS = {
    "rules/sums.py:sum_is_linear:1": Row(TRUE, lambda: do("sum_is_linear", LONG), "it is equal"),
    "finite_sums.py:multiplied_out:1a": Row(NOTHING, lambda: do(
        "product_of_sums", LONG * sum_over(j, n, f[j]) * sum_over(j, n, d[j] ** 2))),
    "finite_sums.py:multiplied_out:1b": Row(FALSE, lambda: do(
        "product_of_sums", sum_except(j, n, i, d[j]) * sum_over(k, n, d[k] ** 2))),
    "finite_sums.py:diagonal_and_rest:1": Row(FALSE, lambda: do(
        "split_diagonal", sum_over(j, n, sum_over(k, i, g[j, k]))), instead=(
        "return diagonal_and_rest(SumOver(term.upper, SumOver(term.upper, term.body.body)))")),
    "finite_sums.py:linear_sum:1": Row(FALSE, lambda: do(
        "sum_is_linear", product_over(j, n, 2 * d[j]))),
    "finite_sums.py:peeled:1": Row(NOTHING, lambda: do("peel", sum_except(j, n, i, d[j]))),
    "finite_sums.py:peeled:2": Row(ELSEWHERE, lambda: do("peel", sum_over(j, l, d[j]))),
    "finite_sums.py:_multiplied:1": Row(LIMIT, lambda: do(
        "expectation_is_linear", E(sympy.Mul(*(X + number for number in range(1, 15))))),
        "a product of 14 sums has 16384 addends"),
    "finite_sums.py:splits:1": Row(LIMIT, lambda: do(
        "independence", E(sympy.Mul(*(W[number] for number in range(1, 14))))),
        "13 factors can be put into two groups in 8192 ways"),
    "normal_form.py:_raised:1": Row(TRUE, lambda: do(
        "linear_combination", "=", (x + 1) ** 65 * (x + 2), x * (x + 1) ** 65 + 2 * (x + 1) ** 65),
        "a bound on the work"),
    "normal_form.py:_product:1": Row(LIMIT, lambda: do(
        "linear_combination", "=", (x + y + t + 1) ** 20 * (x + y + t + 2) ** 20, 0),
        "the polynomials have 1771 terms each"),
    "calculus.py:derivative:1": Row(FALSE, lambda: association(
        2 ** (-y), y, nonnegative(Integer(0)), nonnegative(1)), instead="return sympy.Integer(0)"),
    "calculus.py:_outer_derivative:1": Row(FALSE, lambda: association(
        -relu(y), y, nonnegative(Integer(0)), nonnegative(1)), instead="return sympy.Integer(0)"),
}  # fmt: skip


ROWS = {
    **{f"rules/equality.py:{key}": row for key, row in EQUALITY.items()},
    **{f"rules/expectation.py:{key}": row for key, row in EXPECTATION.items()},
    **{f"rules/analysis.py:{key}": row for key, row in ANALYSIS.items()},
    **{f"rules/engine.py:{key}": row for key, row in ENGINE.items()},
    **SUMS,
}
