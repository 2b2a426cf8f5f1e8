"""Rows about the rule of induction: without each condition a part would be taken for the whole."""

from __future__ import annotations

from typing import Any

from sympy import Integer

from tests.symbolic.conditions.rows import ELSEWHERE, EMPTY, FALSE, NOTHING, Row, call
from tests.symbolic.conditions.rows_rules import f, g, h, i, j, l, same, v, x
from xavier_theory.symbolic.assumptions import at_most, equation, minimises
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar


def chain_of(start: Any, body: Any) -> Context:
    """A family f over layers, each defined by the one below."""
    return Context((start,), (define("next", f[l + 1], body, l),))


def induct(context: Context, base: Step, step: Step, claim: Any, names: Any = (), *more: Any,
           layer: Any = l) -> Step:  # fmt: skip
    return call(context, "induction", base, step, layer, claim, list(names), *more)


def constant_chain(base: Any = None, relation: str = "=", **more: Any) -> Step:
    """f[l] = 0 for f[0] = 0 and f[l + 1] = f[l], with another base or claim."""
    make = equation if relation == "=" else at_most
    claim = make("claim", f[l], 0)
    context = chain_of(equation("start", f[0], 0), more.get("body", f[l]))
    unfolded = call(context, "definition", "next", l)
    supposed = call(context, "suppose", claim)
    step = call(context, "linear_combination", relation, f[l + 1], 0, [unfolded, supposed],
                [1, 1])  # fmt: skip
    first = base(context) if base else call(context, "by_assumption", "start")
    return induct(context, first, step, claim)


def of_widths() -> Step:
    """f[1] is free where l begins at 1: a base at 0 says nothing of it."""
    context = Context((equation("start", f[0], 0),), (define("next", f[i + 1], f[i], i),))
    claim = equation("claim", f[i], 0)
    step = call(context, "rewrite", call(context, "definition", "next", i),
                call(context, "suppose", claim))  # fmt: skip
    return induct(context, call(context, "by_assumption", "start"), step, claim, layer=i)


def of_a_parameter() -> Step:
    """(K + 1 - l) l = 0 for K := l, and so for every l."""
    K = constants("K", 0)()
    context = Context((), (define("K", K, l),))
    step = call(context, "linear_combination", "=", (K - l) * (l + 1), 0,
                [call(context, "definition", "K")], [l + 1])  # fmt: skip
    base = call(context, "linear_combination", "=", 0, 0)
    return induct(context, base, step, equation("claim", (K + 1 - l) * l, 0))


def of_two_claims() -> Step:
    """g vanishes at i only, and f's next layer is made of f and g at other indices."""
    a, layer = constants("a", 2), scalar("m", "natural")
    context = Context(
        (equation("g at i", g[layer, i], 0, layer), equation("start", a[0, i], 0, i)),
        (define("next", a[l + 1, i], a[l, i + 1] + g[l, i], l, i),),
    )
    first, second = equation("a", a[l, i], 0, i), equation("g", g[l, i], 0)
    step = call(context, "definition", "next", l, i)
    step = call(context, "rewrite", step, call(context, "suppose", first, i + 1))
    step = call(context, "rewrite", step, call(context, "suppose", second))
    others = [call(context, "by_assumption", "g at i", at) for at in (Integer(0), l + 1)]
    base = call(context, "by_assumption", "start", i)
    return induct(context, base, step, first, [i], [[*others, second, []]])


def from_itself() -> Step:
    supposed = call(EMPTY, "suppose", equation("x vanishes", x, 0))
    return induct(EMPTY, supposed, supposed, equation("x vanishes", x, 0))


def of_a_minimum() -> Step:
    claim = minimises("claim", f[l], v)
    return induct(EMPTY, *[call(EMPTY, "linear_combination", "=", v, v)] * 2, claim)


def of_distinct() -> Step:
    claim = equation("claim", h[l, i, j], 0, i, j, distinct=[(i, j)])
    start = equation("start", h[0, i, j], 0, i, j, distinct=[(i, j)])
    context = Context((start,), (define("next", h[l + 1, i, j], h[l, i, j], l, i, j),))
    base = call(context, "by_assumption", "start", i, j)
    step = call(context, "rewrite", call(context, "definition", "next", l, i, j),
                call(context, "suppose", claim, i, j))  # fmt: skip
    return induct(context, base, step, claim, [i, j])


def of_the_diagonal() -> Step:
    claim = equation("claim", h[l, i, j], 0, i, j)
    context = Context((equation("start", h[0, i, i], 0, i),),
                      (define("next", h[l + 1, i, j], h[l, i, j + 1], l, i, j),))  # fmt: skip
    base = call(context, "by_assumption", "start", i)
    step = call(context, "rewrite", call(context, "definition", "next", l, i, i),
                call(context, "suppose", claim, i, i + 1))  # fmt: skip
    return induct(context, base, step, claim, [i, i])


def of_its_own_name() -> Step:
    claim, context = equation("all", f[l], 0, l), Context((equation("start", f[0], 0),))
    step = call(context, "suppose", claim, l + 1)
    return induct(context, call(context, "by_assumption", "start"), step, claim, [l])


def of_a_narrower_name() -> Step:
    other = scalar("m", "natural")
    context = Context((equation("start", g[0, i], 0, i),),
                      (define("down", g[l + 1, other], g[l, 0], l, other),))  # fmt: skip
    claim = equation("claim", g[l, other], 0, other)
    step = call(context, "rewrite", call(context, "definition", "down", l, i),
                call(context, "suppose", claim, Integer(0)))  # fmt: skip
    return induct(context, call(context, "by_assumption", "start", i), step, claim, [i])


def decreasing() -> Step:
    """f[l] = 0 for f[l + 1] = f[l] - 1, by steps that say f[l + 1] <= 0 only."""
    context = chain_of(equation("start", f[0], 0), f[l] - 1)
    claim = at_most("claim", f[l], 0)
    one = call(context, "nonnegative", 1)
    step = call(context, "linear_combination", "<=", f[l + 1], 0,
                [call(context, "definition", "next", l), call(context, "suppose", claim), one],
                [1, 1, 1])  # fmt: skip
    return induct(context, call(context, "by_assumption", "start"), step, claim)


def trivial(left: Any, right: Any) -> Any:
    return lambda context: call(context, "linear_combination", "=", left, right)


INDUCTION = {
    "induction:1": Row(FALSE, of_widths),
    "induction:2": Row(NOTHING, lambda: call(
        EMPTY, "induction", same(0), same(0), l, equation("claim", 0, 0), [], [[same(0)]])),
    "induction:3": Row(FALSE, of_a_parameter),
    "induction:4": Row(FALSE, from_itself),
    "induction:5": Row(FALSE, of_two_claims),
    "_require_claim:1a": Row(ELSEWHERE, of_a_minimum),
    "_require_claim:1b": Row(ELSEWHERE, of_distinct),
    "_require_claim:2a": Row(FALSE, of_the_diagonal),
    "_require_claim:2b": Row(FALSE, of_its_own_name),
    "_require_claim:3": Row(FALSE, of_a_narrower_name),
    "_require_claim:4a": Row(FALSE, decreasing),
    "_require_claim:4b": Row(FALSE, lambda: constant_chain(trivial(0, 0))),
    "_require_claim:4c": Row(FALSE, lambda: constant_chain(trivial(f[0], f[0]))),
}  # fmt: skip


ROWS = {f"rules/induction.py:{key}": row for key, row in INDUCTION.items()}
