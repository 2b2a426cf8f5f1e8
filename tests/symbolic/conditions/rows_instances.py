"""The side conditions of instances and rewriting: specializing.py, rewriting.py, and others."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Function, Integer, log, sqrt
from xavier_theory.symbolic.rules import RULES

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
    equation,
    finite_moment,
    independent,
    law,
    minimises,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    EVERY,
    E,
    Var,
    constants,
    random_family,
    random_variable,
    relu,
    scalar,
)

x, y, c, mu, t = (scalar(name) for name in ("x", "y", "c", "mu", "t"))
u, v = scalar("u", "positive"), scalar("v", "positive")
i, j, n = (scalar(name, "width") for name in "ijn")
X, Y, C = (random_variable(name) for name in "XYC")
W, a, V = random_family("W", 1), random_family("a", 1), random_family("V", 2)
d, g, p = constants("d", 1), constants("g", 2), constants("p", 1, "positive")
H = constants("h", 0)()
f = Function("f", real=True)
MOMENTS = (finite_moment("X2", X, 2), finite_moment("Y1", Y, 1))


def read(context: Context, theorem: Step, scalars: Any = None, families: Any = None,
         given: Any = (), **functions: Any) -> Step:  # fmt: skip
    """An instance of ``theorem``."""
    return RULES["specialize"](context, theorem, scalars or {}, families, given, functions or None)


def assumed(context: Context, name: str, *values: Any) -> Step:
    return call(context, "by_assumption", name, *values)


def equal(context: Context, left: Any, right: Any, *premises: Step) -> Step:
    """``left = right``, the sum of the premises."""
    return call(
        context, "linear_combination", "=", left, right, list(premises), [1] * len(premises)
    )


def linear_mean(factor: Any) -> tuple[Context, Step]:
    """E[factor X] = factor E[X]."""
    context = Context(MOMENTS)
    return context, call(context, "expectation_is_linear", E(factor * X))


def cancelled() -> Step:
    """1 = 0 where c = 0, by a division."""
    context = Context((equation("c vanishes", c, 0),))
    return call(context, "linear_combination", "=", 1, 0, [assumed(context, "c vanishes")], [1 / c])


def apart(group: Any, other: Any) -> Context:
    moments = (finite_moment("W2", W[i], 2, i), finite_moment("a2", a[i], 2, i))
    return Context((independent("apart", [group], [other]), *moments))


def with_every(value: Any) -> Step:
    theorem = call(apart(W[EVERY], a[EVERY]), "independence", E(W[1] * W[2] * a[1] * a[2]))
    return read(apart(W[value], a[value]), theorem, {"every": value})


def at_every_index() -> Step:
    context = Context((zero_mean("means", a[i], i),))
    return read(context, assumed(context, "means", j), {"j": EVERY})


def of_a_random_function() -> Step:
    context, theorem = linear_mean(f(1))
    return read(context, theorem, {}, None, (), f=[t, X * t])


def fewer_than_none() -> Step:
    """0 <= n - 1, which counts the units of 1..n-1."""
    counted = sum_over(j, n - 1, 1)
    step = call(EMPTY, "nonnegative", counted)
    theorem = call(EMPTY, "rewrite", step, call(EMPTY, "sum_is_linear", counted))
    return read(EMPTY, theorem, {"n": u})


def mean_of_log() -> Step:
    """The law of log |W a|² where a may vanish."""
    weights = random_family("W", 2)
    assumptions = (
        law("w", "gaussian", [weights[EVERY, EVERY]], [0, v]),
        law("c", "chi-square", [C], [n]),
    )
    name = "gaussian-layer-norm"
    return RULES["cite"](Context(assumptions), name, {}, {"a": [j, d[j]]})


def without_gamma() -> Step:
    context = Context((zero_mean("mean", X),))
    return read(EMPTY, assumed(context, "mean"))


def along(scalars: Any, objective: Any, point: Any) -> Step:
    source = Context((minimises("in v", v**2 + v * u - 4 * v, v),))
    theorem = call(source, "stationarity", "in v")
    return read(Context((minimises("along", objective, point),)), theorem, scalars)


def of_a_diagonal(body: Any) -> Step:
    scalars: dict[str, Any] = {"n": n, "v": v}
    context = Context(
        (
            law("iid", "gaussian", [V[EVERY, EVERY]], [0, v]),
            independent("apart", [V[EVERY, EVERY]], [a[EVERY]]),
            finite_moment("integrable", log(sum_over(j, n, a[j] ** 2)), 1),
            law("chi", "chi-square", [C], [n]),
        )
    )
    return RULES["cite"](context, "gaussian-layer-norm", scalars, {"W": [i, j, body]})


def without_definition() -> Step:
    context = Context((), (define("twice", W[i], 2 * a[i], i),))
    return read(EMPTY, call(context, "definition", "twice", j))


def given_mean() -> tuple[Context, Step]:
    """E(x + Y) = x + mu."""
    context = Context((finite_moment("Y", Y, 1), equation("mean", E(Y), mu)))
    linear = call(context, "expectation_is_linear", E(x + Y))
    return context, call(context, "rewrite", linear, assumed(context, "mean"))


def captured() -> Step:
    """f(X) = X + mu for a constant mu = E(Y), read with f(t) = E(t + Y)."""
    source = Context((equation("shift", f(t), t + mu, t),))
    theorem = read(source, assumed(source, "shift", x), {"x": X})
    context, given = given_mean()
    return read(context, theorem, {}, None, [given], f=[t, E(t + Y)])


def captured_index() -> Step:
    """The same for an index."""
    source = Context((equation("shift", d[t], t + mu, t),))
    context, given = given_mean()
    bodies = {"d": [t, E(t + Y)]}
    return read(context, assumed(source, "shift", x), {"x": X}, bodies, [given])


def of_twice_a_member() -> Step:
    context = Context((law("normal", "gaussian", [X], [0, 1]),))
    theorem = call(context, "symmetry", E(relu(X)), X)
    return read(context, theorem, {}, {"X": [2 * X]})


def from_elsewhere() -> Step:
    """h = 3 is wanted, and given where h is defined so."""
    theorem = assumed(Context((equation("wanted", H, 3),)), "wanted")
    given = call(Context((), (define("h", H, 3),)), "definition", "h")
    return read(EMPTY, theorem, {}, None, [given])


def of_distinct(value: Any, other: Any = j) -> Step:
    apart_ = equation("apart", g[i, j], 0, i, j, distinct=[(i, j)])
    context = Context((apart_,))
    return read(context, assumed(context, "apart", i, j), {"i": value, "j": other})


def with_a_parameter() -> Step:
    """Σ_j g(j, 1) = n h for h := g(j, 1)."""
    context = Context((), (define("h", H, g[j, 1]),))
    known = call(context, "linear_combination", "=", g[j, 1], H,
                 [call(context, "definition", "h")], [-1])  # fmt: skip
    return call(context, "congruence", sum_over(j, n, g[j, 1]), known)


def of_one_index() -> Step:
    context = Context((equation("only one", d[j], 0),))
    return call(context, "congruence", sum_over(j, n, d[j]), assumed(context, "only one"))


def shares() -> list[Any]:
    return [W[number] + a[number] for number in range(1, 15)]


SPECIALIZING = {
    "positive_by:1": Row(FALSE, cancelled, instead="return frozenset()"),
    "Specialization.of:1a": Row(NOTHING, lambda: read(EMPTY, equal(EMPTY, x, x), {"z": 1})),
    "Specialization.of:1b": Row(FALSE, lambda: with_every(Integer(1))),
    "Specialization.of:2": Row(ELSEWHERE, at_every_index),
    "Specialization._require_constants:1a": Row(FALSE, captured_index),
    "Specialization._require_constants:1b": Row(FALSE, lambda: read(*linear_mean(c), {"c": X})),
    "Specialization._require_constants:2": Row(FALSE, lambda: read(
        *linear_mean(d[1]), {}, {"d": [i, X]})),
    "Specialization._require_constants:3": Row(FALSE, of_a_random_function),
    "Specialization._domain_conditions:1": Row(FALSE, fewer_than_none),
    "Specialization._domain_conditions:2": Row(FALSE, lambda: read(
        EMPTY, call(EMPTY, "nonnegative", p[1]), {}, {"p": [i, x]})),
    "Specialization._assumption:1": Row(WORDS, mean_of_log,
                                        "for d = 0 both sides are the logarithm of 0"),
    "Specialization._assumption:2": Row(FALSE, without_gamma, instead="return frozenset()"),
    "Specialization._require_same_meaning:1a": Row(ELSEWHERE, lambda: along(
        {"v": 2 * u}, u**2, u)),
    "Specialization._require_same_meaning:1b": Row(FALSE, lambda: along(
        {"v": u}, 2 * u**2 - 4 * u, u), at={u: 1}),
    "Specialization._require_same_meaning:2a": Row(NOTHING, of_twice_a_member),
    "Specialization._require_same_meaning:2b": Row(WORDS, lambda: of_a_diagonal(V[i, i]),
        "all weights of a unit are one, so that W a vanishes where the sum of a does"),
    "Specialization._require_definitions:1": Row(FALSE, without_definition),
    "_defined:1": Row(FALSE, lambda: read(
        EMPTY, call(EMPTY, "nonnegative", f(x) ** 2), f=[t, sqrt(t)]), at={x: -1}),
    "_body:1": Row(TRUE, lambda: read(
        EMPTY, call(EMPTY, "nonnegative", d[1] ** 2), {}, {"d": [i, j, i]}),
        "a variable too many takes no part"),
    "_body:2a": Row(TRUE, lambda: read(
        EMPTY, call(EMPTY, "nonnegative", d[1] ** 2), {}, {"d": [Integer(3), Integer(3)]}),
        "the number 3 is the name of the index"),
    "_body:2b": Row(TRUE, lambda: read(
        EMPTY, call(EMPTY, "nonnegative", g[1, 2] ** 2), {}, {"g": [i, i, i]}),
        "the last of two equal names counts"),
    "_body:3": Row(TRUE, lambda: read(
        EMPTY, call(EMPTY, "nonnegative", f(x) ** 2), {}, None, (), f=[u, u]),
        "what the term is for all real arguments is looked at apart"),
    "_body:4": Row(FALSE, captured),
    "_distinct_instance:1a": Row(TRUE, lambda: of_distinct(j),
                                 "Γ says that an index differs from itself"),
    "_distinct_instance:1b": Row(TRUE, lambda: of_distinct(Integer(2)),
                                 "Γ says that the two differ"),
    "_distinct_instance:1c": Row(TRUE, lambda: of_distinct(i, Integer(2)), "as 1b"),
}  # fmt: skip

ROWS = {
    **{f"specializing.py:{key}": row for key, row in SPECIALIZING.items()},
    "rules/instances.py:specialize:1": Row(FALSE, from_elsewhere),
    "lemmas.py:lemma:1": Row(NOTHING, lambda: call(EMPTY, "cite", "nothing", {})),
    "rewriting.py:_Replacer._undischarged:1": Row(FALSE, with_a_parameter),
    "rewriting.py:_Replacer._undischarged:2": Row(FALSE, of_one_index),
    "rewriting.py:replace:1": Row(TRUE, lambda: call(
        EMPTY, "congruence", x, equal(EMPTY, y, y)), "x = x"),
    "integrability.py:_all_integrable:1": Row(
        WORDS, lambda: call(EMPTY, "expectation_is_linear", E(X + Y)),
        "for a Cauchy variable X and Y = 1 - X the left side is 1, and neither mean on the right "
        "exists; every finite model has all moments", instead="found = frozenset()"),
    "integrability.py:_products:1": Row(
        LIMIT, lambda: call(EMPTY, "variance_definition", Var(sympy.Mul(*shares()))),
        "a product of 14 sums of two has 16384 monomials"),
    "integrability.py:_splits:1": Row(
        LIMIT, lambda: call(apart(W[EVERY], a[EVERY]), "expectation_is_linear",
                            E(2 * sympy.Mul(*(W[number] for number in range(1, 15))))),
        "14 members can be put into two groups in 16384 ways"),
}  # fmt: skip
