"""Each rule is sound in random finite models, and a rule without a side condition is caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Abs, Integer, Max

from tests.symbolic.proofs import RULES
from xavier_theory.finite_models import Claim, check_claims, check_step
from xavier_theory.symbolic.assumptions import (
    Assumption,
    at_most,
    equation,
    independent,
    positive,
    same_law,
    symmetric,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.assumptions import finite_moment as moment
from xavier_theory.symbolic.binding import product_over, sum_except, sum_over
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    EVERY,
    Cov,
    E,
    Var,
    constants,
    random_family,
    random_variable,
    relu,
    scalar,
)

i, j, k, n = (scalar(name, "width") for name in "ijkn")
l = scalar("l", "natural")  # noqa: E741
x, y, c = (scalar(name) for name in "xyc")
s = scalar("s", "positive")
W, a, z = random_family("W", 1), random_family("a", 1), random_family("z", 1)
f, g, d = constants("f", 2), constants("g", 2), constants("d", 1)
X, Y = random_variable("X"), random_variable("Y")
U, V = random_variable("U"), random_variable("V")
CONTEXT = Context(
    (
        zero_mean("zero mean", W[i], i),
        uncorrelated("uncorrelated", W[i], W[j], i, j, distinct=[(i, j)]),
        independent("apart", [W[EVERY]], [a[EVERY]]),
        moment("W2", W[i], 2, i),
        moment("a2", a[i], 2, i),
        moment("X6", X, 6),
        symmetric("symmetric", X),
        same_law("mirrored", [U, V], [-V, -U]),
        at_most("x at most y", x, y),
        equation("c is s", c, s),
        positive("c is positive", c),
    ),
    (define("double", z[i], 2 * a[i] + 1, i), define("layer", f[l + 1, i], c * f[l, i], l, i)),
)


def call(rule: str, *arguments: object) -> Step:
    return RULES[rule](CONTEXT, *arguments)


def _by_induction() -> Step:
    power = equation("power so far", f[l, i], c**l * f[0, i], i)
    base = call("linear_combination", "=", f[0, i], f[0, i])
    raised = call("rewrite", call("definition", "layer", l, i), call("suppose", power, i))
    step = call("linear_combination", "=", f[l + 1, i], c ** (l + 1) * f[0, i], [raised], [1])
    return call("induction", base, step, l, power, [i])


def _cubes() -> Step:
    one, square = call("nonnegative", 1), call("nonnegative", 3 * y**2)
    return call("association", y, y**3, y, [one, square], X)


def _products() -> Step:
    one, square = call("nonnegative", 1), call("nonnegative", 3 * y**2)
    return call("same_sign", y, y**3, y, [one, square])


SOUND: dict[str, Callable[[], Step]] = {
    "definition": lambda: call("definition", "double", j),
    "by_assumption": lambda: call("by_assumption", "uncorrelated", i, j),
    "suppose": lambda: call("suppose", equation("so far", d[i], x, i), j),
    "rewrite": lambda: call("rewrite", call("nonnegative", c**2), call("by_assumption", "c is s")),
    "congruence": lambda: call(
        "congruence",
        sum_except(j, n, i, Cov(W[i], W[j]) + d[j]),
        call("by_assumption", "uncorrelated", i, j),
    ),
    "linear_combination": lambda: call(
        "linear_combination", "<=", s * x, s * y, [call("by_assumption", "x at most y")], [s]
    ),
    "nonnegative": lambda: call("nonnegative", sum_over(j, n, d[j] ** 2) + Var(X)),
    "nonnegative_product": lambda: call(
        "nonnegative_product", call("nonnegative", d[1] ** 2), call("nonnegative", X**2)
    ),
    "expectation_is_linear": lambda: call(
        "expectation_is_linear", E((c * X + sum_over(j, n, W[j])) ** 2)
    ),
    "independence": lambda: call("independence", E(W[1] * W[2] * a[1] * a[2])),
    "variance_definition": lambda: call("variance_definition", Var(X)),
    "covariance_definition": lambda: call("covariance_definition", Cov(X, W[1])),
    "expectation_is_monotone": lambda: call(
        "expectation_is_monotone", call("nonnegative", (X - 1) ** 2)
    ),
    "same_law": lambda: call("same_law", E(Max(U, V) ** 3 + U**2 * V), "mirrored"),
    "symmetry": lambda: call("symmetry", E(relu(X) + X**3), X),
    "product_of_sums": lambda: call("product_of_sums", sum_over(j, n, g[i, j]) ** 2),
    "split_diagonal": lambda: call("split_diagonal", sum_over(j, n, sum_over(k, n, g[j, k]))),
    "sum_is_linear": lambda: call("sum_is_linear", sum_over(j, n, x * d[j] + 3)),
    "sum_is_monotone": lambda: call("sum_is_monotone", call("nonnegative", (X - d[j]) ** 2), j, n),
    "peel": lambda: call("peel", product_over(j, l + 1, d[j])),
    "sign_cases": lambda: call("sign_cases", relu(X) ** 2 + relu(-X) ** 2, X**2, X),
    "same_sign": _products,
    "association": _cubes,
    "induction": _by_induction,
    "specialize": lambda: call("specialize", _by_induction(), {"l": 2}),
    "cite": lambda: call("cite", "logarithm-of-product", {"x": s, "y": 2}),
}
NOT_FINITE = {
    "moment_by_antiderivative": "a density is no finite model; the certified integrals check it",
    "exchange": "a permutation of iid variables; test_joint_laws has closed forms",
    "stationarity": "a minimum over all positive numbers is checked by its closed form",
}


def test_every_rule_is_tested_here_or_says_why_not() -> None:
    assert set(SOUND) | set(NOT_FINITE) == set(RULES)


@pytest.mark.parametrize("rule", SOUND)
def test_rule_is_sound_in_random_models(rule: str) -> None:
    report = check_step(SOUND[rule](), examples=25, seed=1)
    assert report.label == rule
    assert report.verdict == "held", report.counterexample


def _planted(label: str, relation: str, left: object, right: object, *names: object) -> Claim:
    used: list[Assumption] = [
        item if isinstance(item, Assumption) else CONTEXT.named(str(item)) for item in names
    ]
    sides = [Integer(side) if isinstance(side, int) else side for side in (left, right)]
    return Claim(label, relation, *sides, frozenset(used), CONTEXT)


ROWWISE = Context(
    (independent("row by row", [W[j]], [a[j]], j), moment("W2", W[i], 2, i),
     moment("a2", a[i], 2, i)),
)  # fmt: skip
UNSOUND = [
    _planted("independence without a declared one", "=", E(W[1] * W[2]), E(W[1]) * E(W[2]), "W2"),
    _planted("independence of what is made of both", "=", E(W[1] * (W[1] + a[1])),
             E(W[1]) * E(W[1] + a[1]), "apart", "W2", "a2"),
    Claim("rowwise independence taken for joint", "=", E(W[1] * W[2] * a[1] * a[2]),
          E(W[1] * W[2]) * E(a[1] * a[2]), frozenset(ROWWISE.assumptions), ROWWISE),
    _planted("symmetry of what is not symmetric", "=", E(Y), E(-Y)),
    _planted("symmetry with another member", "=", E(X * Y), E(-X * Y), "symmetric"),
    _planted("one law without its sign", "=", E(U**3), E(V**3), "mirrored"),
    _planted("one law with another member", "=", E(U * X), E(-V * X), "mirrored", "X6"),
    _planted("equal indices taken for distinct", "=", Cov(W[i], W[i]), 0, "uncorrelated"),
    _planted("distinct discharged by a whole sum", "=", sum_over(j, n, Cov(W[1], W[j])),
             sum_over(j, n, 0), "uncorrelated"),
    _planted("distinct discharged by a shadow", "=",
             sum_except(j, n, 1, sum_over(k, n, Cov(W[1], W[k]))), 0, "uncorrelated"),
    _planted("capture under a binder", "=", sum_over(j, n, g[i, j]), sum_over(j, n, g[j, j])),
    _planted("negative multiplier", "<=", -x, -y, "x at most y"),
    _planted("an equation from an inequality", "=", x, y, "x at most y"),
    _planted("a sign that is not plain", "<=", 0, x),
    _planted("a linear factor that is random", "=", E(X * Y), X * E(Y), "X6"),
    _planted("a mean taken out of a variance", "=", Var(W[1] + 1), E((W[1] + 1) ** 2),
             "zero mean"),
    _planted("a square of a sum without its cross terms", "=", sum_over(j, n, d[j]) ** 2,
             sum_over(j, n, d[j] ** 2)),
    _planted("a diagonal counted twice", "=", sum_over(j, n, sum_over(k, n, g[j, k])),
             sum_over(j, n, g[j, j]) + sum_over(j, n, sum_over(k, n, g[j, k]))),
    _planted("a sum that skips one counted whole", "=", sum_except(j, n, 1, x), n * x),
    _planted("a last term of another range", "=", sum_over(j, n + 1, d[j]),
             sum_over(j, n, d[j]) + d[n]),
    _planted("one case only", "=", relu(X), X),
    _planted("cases inside an expectation", "=", E(relu(X)) * relu(X), E(X) * relu(X), "symmetric"),
    _planted("cases of an absolute value", "=", Abs(x), x),
    _planted("association without slopes", "<=", 0, Cov(X, -X), "X6"),
    _planted("same sign without slopes", "<=", 0, x * (1 - x)),
    _planted("monotone, the wrong way", "<=", E(X**2), E(X)),
    _planted("induction without a base", "=", f[l, i], 0),
    _planted("induction with the hypothesis at another unit", "=", f[l, i], c**l * f[0, 1]),
    _planted("a random value for a constant", "=", E(X * X), X * E(X), "X6"),
]  # fmt: skip


def test_rules_without_a_side_condition_are_caught_in_random_models() -> None:
    reports = check_claims(UNSOUND, examples=60, seed=0)
    assert [report.label for report in reports if report.verdict != "failed"] == []
