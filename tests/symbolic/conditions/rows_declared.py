"""The side conditions of assumptions, definitions, contexts and steps, and of derivations."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

from sympy import Integer, Rational
from xavier_theory.symbolic.rules import engine

from tests.symbolic.conditions.rows import ELSEWHERE, EMPTY, FALSE, NOTHING, TRUE, WORDS, Row, call
from xavier_theory.finite_models import Claim
from xavier_theory.symbolic import judgements
from xavier_theory.symbolic.assumptions import (
    Assumption,
    density,
    derivative,
    equation,
    finite_moment,
    law,
    minimises,
    positive,
    zero_mean,
)
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.judgements import Context, Definition, Step, define, unaltered
from xavier_theory.symbolic.terms import (
    EVERY,
    Bound,
    E,
    constants,
    random_family,
    random_variable,
    relu,
    scalar,
)

x, y, t = (scalar(name) for name in "xyt")
v = scalar("v", "positive")
i, j = scalar("i", "width"), scalar("j", "width")
l = scalar("l", "natural")  # noqa: E741
X, Y, W = random_variable("X"), random_variable("Y"), random_family("W", 1)
a = random_family("a", 1)
f, g, c = constants("f", 1), constants("g", 1), constants("c", 1)
F, P, square = constants("F", 0)(), constants("P", 0, "positive")(), constants("h", 2)
ABSURD = SimpleNamespace(relation="=", left=Integer(0), right=Integer(1), name="absurd")


def made(kind: str, *groups: Any, domains: Any = (), **more: Any) -> Context:
    """A context with one assumption, made by hand."""
    return Context((Assumption("made", kind, domains, groups, **more),))


def assumed(context: Context, *values: Any) -> Step:
    return call(context, "by_assumption", "made", *values)


def defined(*definitions: Definition) -> tuple[Context, list[Step]]:
    """A context, and each definition at l = 0 if it has a variable."""
    context = Context((), definitions)
    return context, [call(context, "definition", item.name, *[Integer(0)] * len(item.domains))
                     for item in definitions]  # fmt: skip


def summed(*definitions: Definition, right: Any, multipliers: Any) -> Step:
    """0 = right, from the definitions."""
    context, steps = defined(*definitions)
    return call(context, "linear_combination", "=", 0, right, steps, multipliers)


def a_positive_square(definition: Definition, term: Any) -> Step:
    """0 <= term, read off the left side, for the definition's right side."""
    context, (step,) = defined(definition)
    return call(context, "rewrite", call(context, "nonnegative", term), step)


def two_values() -> Step:
    """h[i, i] = j for all i and j."""
    definition = define("diagonal", square[i, i], j, i, j)
    context = Context((), (definition,))
    steps = [call(context, "definition", "diagonal", Integer(1), Integer(at)) for at in (1, 2)]
    return call(context, "linear_combination", "=", 1, 2, steps, [-1, 1])


def a_random_constant() -> Step:
    context = Context((finite_moment("a", a[i], 1, i),), (define("F", F, a[1]),))
    linear = call(context, "expectation_is_linear", E(F * a[2]))
    defined_ = call(context, "definition", "F")
    return call(context, "rewrite", call(context, "rewrite", linear, defined_), defined_, "left")


def of_all_widths() -> Step:
    nought = constants("nought", 0)()
    context = Context((positive("made", EVERY),), (define("it is 0", nought, Integer(0)),))
    zero = call(context, "definition", "it is 0")
    return call(context, "linear_combination", "=", Integer(1), Integer(0), [zero], [1 / nought])


def of_equal_indices() -> Step:
    """a[i] is independent of a[j] for i != j, and not of itself."""
    groups = ((a[Bound(0)],), (a[Bound(1)],))
    pair = Assumption("apart", "independent", ("width", "width"), groups, conditions=((0, 1),))
    context = Context((pair, finite_moment("a", a[i], 1, i)))
    return call(context, "independence", E(relu(a[1]) * a[1]))


def uncounted() -> Step:
    counting = constants("c", 1, "natural")
    return defined_at(define("counting", counting[x + 1], counting[x] + 1, x))


def defined_at(definition: Definition, *values: Any) -> Step:
    return call(Context((), (definition,)), "definition", definition.name, *(values or (x,)))


class Subclass(Definition):
    """A definition of another class, which could say anything."""


def altered_assumption() -> Step:
    """x = 19 y + 3, whose right side is altered to x + 1 from outside."""
    hypothesis = equation("made", x, 19 * y + 3)
    right, context = hypothesis.parts[1], Context((hypothesis,))
    honest = right._args
    right._args = (x, Integer(1))
    try:
        step = assumed(context)
        return call(context, "linear_combination", "=", 0, 1, [step], [1])
    finally:
        right._args = honest


def altered_step() -> Step:
    step = call(EMPTY, "nonnegative", x**2 + 23 * y**2)
    honest = step.right._args
    step.right._args = (x, y)
    try:
        return call(EMPTY, "linear_combination", "<=", 0, x + y, [step], [1])
    finally:
        step.right._args = honest


def altered_context() -> Step:
    """F = 3 by a definition that is taken out of the context afterwards."""
    context, (step,) = defined(define("F", F, 3))
    object.__setattr__(context, "definitions", ())
    return call(EMPTY, "linear_combination", "=", F, 3, [step], [1])


def without_its_gamma() -> Step:
    step = call(EMPTY, "suppose", equation("x is y", x, y))
    object.__setattr__(step, "assumptions", frozenset())
    return call(EMPTY, "linear_combination", "=", x, y, [step], [1])


def forged(kind: type[Step]) -> Step:
    """A copy of a true step that no rule made, as a premise in a list of lists."""
    true = call(EMPTY, "linear_combination", "=", 0, 0)
    step = object.__new__(kind)
    for name in Step.__slots__:
        if name != "__weakref__":
            object.__setattr__(step, name, getattr(true, name))
    claim = equation("claim", 0, 0)
    return call(EMPTY, "induction", true, true, l, claim, [], [[true, true, claim, [step]]])


class OtherStep(Step):
    """A step of another class."""


def raw(relation: str, side: Any) -> Step:
    return engine._make_step(
        rule="none", arguments={}, premises=(), context=EMPTY, relation=relation, left=side,
        right=side, assumptions=frozenset(),
    )  # fmt: skip


def concluded(step: Step, context: Context = EMPTY, *, own: bool = True) -> Claim:
    """What a theorem that rests on ``step`` says to its readers."""
    proof = Proof("planted", context)
    if own:
        step = proof.linear_combination(step.relation, step.left, step.right, [step], [1])
    theorem = proof.conclude(step)
    used = frozenset(theorem.assumptions)
    return Claim("planted", step.relation, step.left, step.right, used, context)


def foreign() -> Claim:
    return concluded(defined(define("F", F, 3))[1][0], own=False)


def two_of_one_name() -> Step:
    proofs = [Proof("lemma", EMPTY) for _ in range(2)]
    lemmas = [proof.conclude(proof.nonnegative(term)) for proof, term in
              zip(proofs, (x**2, y**2), strict=True)]  # fmt: skip
    proof = Proof("citing", EMPTY)
    return [proof.theorem(lemma) for lemma in lemmas][-1]


CONTEXT_ROWS = {
    "Assumption.__post_init__:1": Row(NOTHING, lambda: made("whim", (x, y))),
    "Assumption.__post_init__:2a": Row(NOTHING, lambda: call(
        made("independent", (X,)), "independence", E(X * Y))),
    "Assumption.__post_init__:2b": Row(NOTHING, lambda: assumed(made("equation", (x,)))),
    "Assumption._require_sound_parts:1": Row(NOTHING, lambda: assumed(
        made("equation", (f[Bound(0)], x), domains=("cat",)), i)),
    "Assumption._require_sound_parts:2": Row(FALSE, of_equal_indices),
    "Assumption._require_sound_parts:3": Row(NOTHING, lambda: assumed(
        made("equation", (f[Bound(0)], x), domains=("width",), conditions=((0, 2),)), i)),
    "Assumption._require_sound_parts:4": Row(NOTHING, lambda: assumed(
        made("equation", (f[Bound(1)], x), domains=("width",)), i)),
    "Assumption._require_sound_parts:5a": Row(NOTHING, lambda: call(
        made("moment", (X, x)), "expectation_is_linear", E(2 * X))),
    "Assumption._require_sound_parts:5b": Row(ELSEWHERE, lambda: call(
        made("moment", (X, Integer(0))), "expectation_is_linear", E(2 * X))),
    "Assumption._require_sound_parts:6": Row(WORDS, lambda: call(
        Context((minimises("made", v**2, 2 * v),)), "stationarity", "made"),
        "a minimum in 2 v: what that is to mean, the assumption does not say"),
    "Assumption._require_sound_parts:7": Row(WORDS, lambda: call(
        Context((density("made", X, t, Rational(1, 2), -Y, Y),)), "expectation_is_linear",
        E(2 * X)), "X need not have a mean where Y has none"),
    "Assumption._require_sound_parts:8a": Row(WORDS, lambda: Context((
        derivative("made", X * t, X, t),)), "no lemma asks for the derivative of a random term"),
    "Assumption._require_sound_parts:8b": Row(WORDS, lambda: Context((
        derivative("made", f[i], 1, i),)), "nothing is differentiated in a whole number"),
    "Assumption._require_sound_parts:9": Row(WORDS, of_all_widths,
        "all widths are positive, and matched as an index 0 would be one of them"),
    "Assumption._require_law:1": Row(NOTHING, lambda: call(
        Context((law("made", "gaussian", [X], []),)), "symmetry", E(X), X)),
    "Assumption._require_law:2a": Row(WORDS, lambda: call(
        Context((law("made", "gaussian", [X], [Y, 1]),)), "expectation_is_linear", E(2 * X)),
        "X need not have a mean where Y has none"),
    "Assumption._require_law:2b": Row(WORDS, lambda: call(
        Context((law("made", "gaussian", [X], [0, -1]),)), "symmetry", E(X), X),
        "Γ has no model: no variance is negative"),
    "decode_assumption:1": Row(NOTHING, lambda: _decoded("nothing")),
}  # fmt: skip


def _decoded(code: Any) -> Any:
    from xavier_theory.symbolic.assumptions import decode_assumption

    return decode_assumption(code)


JUDGEMENTS = {
    "checked_definition:1a": Row(NOTHING, lambda: define("made", x, 1)),
    "checked_definition:1b": Row(NOTHING, lambda: define("made", square[i, i], x, i)),
    "checked_definition:2": Row(FALSE, two_values, at={}),
    "checked_definition:3": Row(FALSE, a_random_constant),
    "checked_definition:4": Row(WORDS, uncounted,
        "c[x] = c[x - 1] + 1 for all real x exceeds every natural number, and is one"),
    "_require_number:1": Row(NOTHING, lambda: defined_at(
        Definition("made", ("cat",), f[Bound(0)], x))),
    "_require_number:2a": Row(NOTHING, lambda: defined_at(
        Definition("made", ("width",), f[Bound(0)], g[Bound(1)]), i)),
    "_require_number:2b": Row(ELSEWHERE, lambda: defined(define("made", F, c[EVERY]))),
    "_require_number:3": Row(FALSE, lambda: a_positive_square(define("made", P, -1), P), at={}),
    "Context.__post_init__:1a": Row(NOTHING, lambda: assumed(Context((ABSURD,)))),
    "Context.__post_init__:1b": Row(ELSEWHERE, lambda: defined(
        Subclass("made", (), F, Integer(1)))),
    "Context.__post_init__:2": Row(TRUE, lambda: assumed(
        Context((equation("made", x, 0), equation("made", y, 0)))),
        "Γ shows the assumption that was taken, whatever it is called"),
    "Context.__post_init__:3": Row(FALSE, lambda: summed(
        define("one", F, 1), define("two", F, 2), right=1, multipliers=[-1, 1]), at={}),
    "Context._check_order:1a": Row(FALSE, lambda: summed(
        define("made", f[l], f[l] + 1, l), right=1, multipliers=[1]), at={}),
    "Context._check_order:1b": Row(FALSE, lambda: summed(
        define("one", f[l + 1], g[l], l), define("two", g[l], f[l + 1] + 1, l),
        right=1, multipliers=[1, 1]), at={}),
    "Context.named:1": Row(NOTHING, lambda: assumed(EMPTY)),
    "Context.definition:1": Row(NOTHING, lambda: call(EMPTY, "definition", "made")),
    "Step.__new__:1": Row(NOTHING, lambda: Step()),
    "Step.__setattr__:1": Row(NOTHING, lambda: setattr(raw("=", x), "left", y)),
    "Step.__delattr__:1": Row(NOTHING, lambda: delattr(raw("=", x), "left")),
    "Step.__reduce__:1": Row(NOTHING, lambda: copy.copy(raw("=", x))),
    "unaltered:1": Row(NOTHING, lambda: unaltered(ABSURD)),
    "unaltered:2": Row(FALSE, altered_assumption),
    "untampered:1": Row(ELSEWHERE, lambda: forged(OtherStep)),
    "untampered:2": Row(NOTHING, lambda: forged(Step)),
    "untampered:3": Row(FALSE, without_its_gamma),
    "untampered:4": Row(FALSE, altered_context),
    "untampered:5": Row(FALSE, altered_step),
    "_make_step:1": Row(WORDS, lambda: raw("<", x), "no rule concludes or takes another relation"),
    "_make_step:2": Row(WORDS, lambda: call(
        Context((zero_mean("made", W[i], i),)), "by_assumption", "made", EVERY),
        "what it would mean of all indices at once is not said"),
    "take_step_maker:1": Row(NOTHING, lambda: judgements.take_step_maker()),
}  # fmt: skip

ROWS = {
    **{f"assumptions.py:{key}": row for key, row in CONTEXT_ROWS.items()},
    **{f"judgements.py:{key}": row for key, row in JUDGEMENTS.items()},
    "derivations.py:Proof.__getattr__:1": Row(NOTHING, lambda: Proof("p", EMPTY).guess(x)),
    "derivations.py:Proof.theorem:1": Row(
        TRUE, two_of_one_name, "each is cited as it is; a certificate could name one of them only"),
    "derivations.py:Proof.conclude:1": Row(FALSE, lambda: concluded(
        call(EMPTY, "suppose", equation("x is y", x, y)))),
    "derivations.py:Proof.conclude:2": Row(FALSE, foreign),
}  # fmt: skip
