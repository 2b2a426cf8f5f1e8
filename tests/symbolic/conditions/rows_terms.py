"""The side conditions of the language of terms, and of certificates: what may be read."""

from __future__ import annotations

import copy
from typing import Any

import mpmath
import sympy
from sympy import Abs, Function, I, Integer, cos, exp, log, sin, sqrt, tanh
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
from xavier_theory.finite_models import Claim
from xavier_theory.symbolic import binding, certificates, language
from xavier_theory.symbolic.assumptions import equation, independent, law
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import (
    Bound,
    E,
    Entry,
    Family,
    constants,
    random_family,
    random_variable,
    scalar,
)
from xavier_theory.theorems import derive

x, y, s, t = (scalar(name) for name in "xyst")
i, j, k, n = (scalar(name, "width") for name in "ijkn")
X, Y, Z = (random_variable(name) for name in "XYZ")
A = random_family("A", 1)
c, d = constants("c", 0)(), constants("d", 1)
f = Function("f", real=True)
NORMAL = (Z, -12, 12, lambda point: mpmath.exp(-(point**2) / 2) / mpmath.sqrt(2 * mpmath.pi))


def nonnegative(term: Any) -> Step:
    return call(EMPTY, "nonnegative", term)


def read(step: Step, scalars: Any, **functions: Any) -> Step:
    return RULES["specialize"](step.context, step, scalars, None, (), functions or None)


def of_a_positive_function() -> Step:
    """|y| >= 0 read as f(x) >= 0 for a function f that sympy knows to be positive."""
    positive = Function("f", positive=True)
    return read(read(nonnegative(Abs(y)), {"y": positive(x)}), {}, f=[t, t])


def captured() -> Step:
    """Σ_j Σ_k x d[j] = Σ_j n x d[j], read with a bound index for x."""
    inner = call(EMPTY, "sum_is_linear", sum_over(k, n, x * d[j]))
    step = call(EMPTY, "congruence", sum_over(j, n, sum_over(k, n, x * d[j])), inner)
    return read(step, {"x": Bound(0)})


def of_a_random_index() -> Step:
    context = Context((independent("apart", [A[x], X], [Y], x),))
    return call(context, "independence", E(tanh(Y) * tanh(A[X])))


def of_a_complex_argument() -> Step:
    """√s = |f(√x)| for s = f(√x)², read with f(t) = t."""
    source = Context((equation("square", s, f(sqrt(x)) ** 2),))
    known = call(source, "by_assumption", "square")
    step = call(source, "congruence", sqrt(s), known)
    context = Context((equation("square", s, x),))
    return RULES["specialize"](context, step, {}, {}, [], {"f": [t, t]})


def of_a_negative_range() -> Step:
    step = nonnegative(sum_over(j, -3, 1))
    counted = call(EMPTY, "sum_is_linear", sum_over(j, -3, 1))
    return call(EMPTY, "rewrite", step, counted)


def with_a_kept_name() -> Step:
    """A constant _v0 taken for the variable of a derivative: E[_v0 Z] = 1."""
    context = Context((law("normal", "gaussian", [Z], [0, 1]),))
    bodies = {"f": [t, scalar("_v0")], "df": [t, Integer(1)]}
    return RULES["cite"](context, "gaussian-integration-by-parts", {}, functions=bodies)


def undone_at_zero() -> Step:
    """0 = 1 where c = 0, from c exp(-log c) = exp(log c - log c)."""
    context = Context((equation("c vanishes", c, 0),))
    up, down = sum_over(j, 1, log(x)), sum_over(j, 1, -log(x))
    counted = [call(context, "sum_is_linear", term) for term in (up, down)]
    opposite = call(context, "linear_combination", "=", down, -up, counted, [1, 1])
    one, other = (call(context, "congruence", exp(up + down), step)
                  for step in (opposite, counted[0]))  # fmt: skip
    step = call(context, "linear_combination", "=", other.right, 1, [one, other], [1, -1])
    at_c = read(step, {"x": c})
    zero = call(context, "by_assumption", "c vanishes")
    return call(context, "linear_combination", "=", 0, 1, [at_c, zero], [1, -at_c.left / c])


def two_of_one_name() -> Step:
    """x + x = x for two scalars of one name, one of which is 0."""
    context = Context((equation("zero", x, 0),))
    known, other = call(context, "by_assumption", "zero"), scalar("x", "positive")
    return call(context, "linear_combination", "=", x + other, other, [known], [1])


CERTIFICATE = derive("product-variance").certificate()


def replayed(*path: Any, value: Any) -> Claim:
    """What a certificate proves after a change at ``path``."""
    data = copy.deepcopy(CERTIFICATE)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    theorem = certificates.check(data)
    return Claim.of(theorem.results[theorem.main[0]])


def without(key: str) -> Claim:
    return Claim.of(certificates.check({k: v for k, v in CERTIFICATE.items() if k != key}))


class Bottomless(dict[str, Any]):
    """Data that cannot be read to its end."""

    def __getitem__(self, key: str) -> Any:
        raise RecursionError


def tower(height: int) -> Any:
    """|exp(exp(exp(n))) - 1|."""
    code: Any = ["rational", height, 1]
    for _ in range(3):
        code = ["exp", [code]]
    return language.decode(["abs", [["add", [code, ["rational", -1, 1]]]]])


HONEST = "what comes back is what the rules conclude, not what was written"
LANGUAGE = {
    "encode:1": Row(FALSE, lambda: nonnegative(sympy.Symbol("q", imaginary=True) ** 2),
                    at={sympy.Symbol("q", imaginary=True): I}),
    "encode:2": Row(FALSE, of_a_positive_function),
    "encode:3": Row(FALSE, lambda: call(
        EMPTY, "linear_combination", "=", cos(x), sin(x)), at={x: 0}),
    "encode_family:1": Row(WORDS, lambda: nonnegative(Family("N", 0, True, "positive")()),
        "that a random family has a narrower domain is an assumption, and would be in no Γ"),
    "decode_family:1": Row(NOTHING, lambda: language.decode_family(["W"])),
    "decode:1": Row(ELSEWHERE, lambda: nonnegative(
        language.decode(["pow", [["bound", 0], ["rational", 2, 1]]]))),
    "decode_open:1": Row(NOTHING, lambda: language.decode_open(["cat"])),
    "well_formed:1": Row(ELSEWHERE, lambda: nonnegative("x**2")),
    "well_formed:2": Row(FALSE, captured),
    "well_formed:3": Row(ELSEWHERE, of_a_random_index),
    "well_formed:4": Row(FALSE, of_a_complex_argument, at={s: -1, x: -1}),
    "well_formed:5": Row(FALSE, of_a_negative_range, at={}),
    "require_free_names:1": Row(FALSE, with_a_kept_name, at={scalar("_v0"): 0}, law=NORMAL),
}  # fmt: skip
CERTIFICATES = {
    "check:1": Row(NOTHING, lambda: certificates.check(Bottomless(CERTIFICATE)),
                   instead="raise"),
    "_parsed:1": Row(NOTHING, lambda: certificates.check("{"), instead="raise"),
    "_replayed:1a": Row(NOTHING, lambda: certificates.check(None)),
    "_replayed:1b": Row(ELSEWHERE, lambda: without("units")),
    "_replayed:2a": Row(TRUE, lambda: replayed("format", value="other"), HONEST),
    "_replayed:2b": Row(TRUE, lambda: replayed("version", value=2), HONEST),
    "_replayed:3a": Row(NOTHING, lambda: replayed("theorem", value=3)),
    "_replayed:3b": Row(TRUE, lambda: replayed("theorem", value="\n0 = 1"), HONEST),
    "_replayed:4": Row(ELSEWHERE, lambda: replayed("assumptions", 0, 0, value=3), instead="raise"),
    "_listed:1": Row(NOTHING, lambda: replayed("steps", value=3)),
    "_definition:1": Row(NOTHING, lambda: certificates._definition(["cat"])),
    "_Replay.replay:1": Row(NOTHING, lambda: replayed("steps", 0, value={})),
    "_Replay.replay:2": Row(NOTHING, lambda: replayed("steps", 0, "arguments", value={}),
                            instead="raise"),
    "_Replay.replay:3": Row(TRUE, lambda: replayed(
        "steps", 0, "formula", value=["=", ["rational", 0, 1], ["rational", 1, 1]]), HONEST),
    "_Replay.replay:4": Row(TRUE, lambda: replayed("steps", 0, "rests_on", value=[]), HONEST),
    "_Replay._apply:1": Row(ELSEWHERE, lambda: replayed("steps", 0, "rule", value="guess")),
    "_Replay._argument:1": Row(ELSEWHERE, lambda: replayed(
        "steps", 0, "arguments", "term", value=["step", 9])),
    "_Replay.concluded:1a": Row(TRUE, lambda: replayed(
        "results", "conclusion", value=0), "the last step is one as well"),
    "_Replay.concluded:1b": Row(NOTHING, lambda: replayed("conclusion", value=[])),
    "_Replay.concluded:2": Row(NOTHING, lambda: replayed("results", value=3), instead="raise"),
    "_Replay.concluded:3": Row(TRUE, lambda: renamed("other"), HONEST),
}  # fmt: skip


def renamed(name: str) -> Claim:
    data = copy.deepcopy(CERTIFICATE)
    data["results"][name] = data["results"].pop("conclusion")
    data["conclusion"] = [name]
    theorem = certificates.check(data)
    return Claim.of(theorem.results[theorem.main[0]])


ROWS = {
    **{f"language.py:{key}": row for key, row in LANGUAGE.items()},
    **{f"certificates.py:{key}": row for key, row in CERTIFICATES.items()},
    "names.py:require_name:1a": Row(
        TRUE, lambda: nonnegative(scalar("\N{CYRILLIC SMALL LETTER ES}") ** 2), "it looks like c"),
    "names.py:require_name:1b": Row(
        TRUE, lambda: nonnegative(scalar("x\n0 = 1") ** 2), "it reads as 0 = 1"),
    "names.py:require_shown:1b": Row(
        TRUE, lambda: call(EMPTY, "suppose", equation(" ", x, y)), "it has no name to go by"),
    "names.py:require_shown:1a": Row(
        TRUE, lambda: call(EMPTY, "suppose", equation("so\n0 = 1", x, y)), "it reads as 0 = 1"),
    "names.py:vocabulary:1": Row(TRUE, two_of_one_name, "it reads as x + x = x"),
    "terms.py:Entry.__new__:1a": Row(NOTHING, lambda: nonnegative(Entry(x, i) ** 2)),
    "terms.py:Entry.__new__:1b": Row(TRUE, lambda: nonnegative(d[1, 2] ** 2),
                                     "a member with an index too many is one of another family"),
    "binding.py:build:1": Row(LIMIT, lambda: language.decode(
        ["pow", [["rational", 9, 1], ["rational", 10**6, 1]]]), "a number of a million digits"),
    "binding.py:build:2": Row(LIMIT, lambda: language.decode(
        ["polygamma", [["rational", 0, 1], ["rational", 10**6, 1]]]), "a sum of a million terms"),
    "binding.py:_require_moderate:1a": Row(LIMIT, lambda: tower(20), "its sign takes an age"),
    "binding.py:_require_moderate:1b": Row(LIMIT, lambda: language.decode(
        ["exp", [["rational", 10**9, 1]]]), "a number of 400 million digits"),
    "binding.py:_require_positive_logarithms:1": Row(FALSE, undone_at_zero),
    "binding.py:instantiate.leaf:1": Row(NOTHING, lambda: binding.instantiate(d[Bound(0)])),
    "binding.py:fresh_index:1": Row(LIMIT, lambda: binding.fresh_index(
        *(scalar(name) for name in [*binding.INDEX_NAMES, *(f"j{m}" for m in range(1, 1000))])),
        "there is always one more name"),
}  # fmt: skip
