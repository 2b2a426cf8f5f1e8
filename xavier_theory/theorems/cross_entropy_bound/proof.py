"""The cross-entropy of a classifier at initialization, between log C and a bound by its logits.

    log C <= E[log Σ_c e^{s_c} − s_k] <= m log C + v/(2m),    any whole m >= 1

for the loss at the class k of C, and logits s_c of mean zero with E[e^{s_c/m}] <= e^{v/(2m²)}, as
Gaussian logits of variance v have it, with equality, at every m. With m = 1 it is at most
log C + v/2. For v far above 2 log C a larger m is better: the whole number next to √(v/(2 log C))
makes it about √(2 v log C).

Assumptions: as said. *Not* needed: a Gaussian law, independent logits, a label that is drawn.

Plan of the proof
1. log x <= x − 1 (cited) with x = e^M C/Σ_c e^{s_c}, M the mean of the s_c: log C + M is at most
   log Σ_c e^{s_c}, for e^{s_c − M} >= 1 + s_c − M (cited), which adds up to C.
2. Σ_c e^{s_c} <= T^m with T = Σ_c e^{s_c/m}, for the mixed terms of the power are not negative: by
   induction.
3. So log Σ_c e^{s_c} <= m log T, and log T <= log(C q) + T/(C q) − 1 with q = e^{v/(2m²)} (cited).
4. Take means: E[T] <= C q, and E[s_c] = 0.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, exp, log

from xavier_theory.symbolic.assumptions import at_most, equation, finite_moment, zero_mean
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, SumExcept, random_family, scalar
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import j, k, l

STATEMENT = Statement(
    order=49,
    name="cross-entropy-bound",
    title="Cross-entropy at initialization",
    summary=Fact(
        "The mean cross-entropy of C classes is at least log C, and at most m log C + v/(2m) for "
        "each whole m ≥ 1 at which E[e^{s/m}] ≤ e^{v/(2m²)}, if the logits s have mean zero: "
        "with m = 1 at most log C + v/2.",
        Proved("lower"),
        Proved("upper"),
    ),
    claims=(),
    sources=(Cited("boucheron2013", "section 2.5", "the bound on a maximum, by the same means"),),
    practice=(
        Fact(
            "Keep v, the variance of Gaussian logits, far below 2 log C: the loss then starts near "
            "log C, and on average at most v/2 above it.",
            Proved("upper"),
            Proved("lower"),
            Sampled("ten classes, logits of signs"),
        ),
        Fact(
            "With 32,128 classes and Gaussian logits of variance 768 the mean loss is at most "
            "126.3, by m = 6, where log C is 10.38.",
            Proved("upper"),
            Computed("is at most 126.3"),
            Computed("log C is 10.38"),
            given=("32,128", "768"),
        ),
    ),
    remarks=(
        Fact(
            "Gaussian logits of variance v have E[e^{s/m}] = e^{v/(2m²)} for every m; signs and "
            "uniform ones have less.",
            Cited("boucheron2013", "sections 2.3 and 2.5"),
        ),
        Fact(
            "The logits may depend on each other, and the label may be any number that they do not "
            "decide.",
            Proved("upper"),
        ),
        Fact(
            "Where the logits have means, the lower bound may fail.",
            Fails("logits_have_zero_mean"),
        ),
    ),
    notation="s_c are the logits, k is the label, u_c = e^{s_c/m}, and y_c any numbers.",
)

s, u = random_family("s", 1), random_family("u", 1)
classes = scalar("classes", "width", latex="C")
power = scalar("power", "width", latex="m")
spread = scalar("logit_variance", "nonnegative", latex="v")
x, positive = scalar("x"), scalar("positive", "positive", latex="y")
cap = exp(spread / (2 * power**2))
total = sum_over(j, classes, exp(s[j]))
tempered = sum_over(j, classes, exp(s[j] / power))
average = sum_over(j, classes, s[j]) / classes
loss = log(total) - s[k]

y = random_family("y", 1)

CONTEXT = Context(
    (
        zero_mean("logits_have_zero_mean", s[j], j),
        at_most("logits_are_subgaussian", E(u[j]), cap, j),
        finite_moment("logits_are_integrable", s[j], 1, j),
        finite_moment("exponentials_of_logits_are_integrable", u[j], 1, j),
        finite_moment("the_logarithm_of_their_sum_is_integrable", log(total), 1),
    ),
    (define("exponential of a logit", u[j], exp(s[j] / power), j),),
)


SOLVED = {
    "logits_have_zero_mean": (s[j], "=", x**3 * (y[j] - E(y[j]))),
    "logits_are_subgaussian": (
        spread,
        "=",
        2 * power**2 * log(sum_over(j, classes, E(exp(s[j] / power))) - classes + 1),
    ),
}
"""Small and large logits, which tell the bounds apart; a mean of exponentials is at least 1."""


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    return p.conclude(
        _at_least(p),
        _at_most(p),
        quantities={"classes": classes, "power": power, "logit_variance": spread},
    )


def _at_least(p: Proof) -> Step:
    """log C <= E[log Σ_c e^{s_c} − s_k]: part 1 of the plan."""
    tangent = p.cite("exponential-above-tangent", {"t": s[j] - x})
    tangent = p.linear_combination("<=", (1 + s[j] - x) * exp(x), exp(s[j]), [tangent], [exp(x)])
    tangents = p.specialize(p.sum_is_monotone(tangent, j, classes), {"x": average})
    smaller = classes * exp(average)
    below = p.linear_combination("<=", smaller, total, [tangents], [1])
    logs = logarithm_is_monotone(p, smaller, total, below)
    product = p.cite("logarithm-of-product", {"x": classes, "y": exp(average)})
    pointwise = p.linear_combination(
        "<=", log(classes) + average - s[k], loss, [logs, product], [1, -1]
    )
    means = p.expectation_is_monotone(pointwise)
    expanded = p.rewrite(means, p.expectation_is_linear(means.left), "left")
    expanded = p.rewrite(expanded, p.by_assumption("logits_have_zero_mean", j), "left")
    expanded = p.rewrite(expanded, p.by_assumption("logits_have_zero_mean", k), "left")
    return p.rewrite(expanded, p.sum_is_linear(sum_over(j, classes, 0)), "left")


def _at_most(p: Proof) -> Step:
    """E[log Σ_c e^{s_c} − s_k] <= m log C + v/(2m): power 2 to 4 of the plan."""
    raised = p.specialize(_power(p), {"l": power - 1}, {"y": (j, exp(s[j] / power))})
    logs = logarithm_is_monotone(p, total, tempered**power, raised)
    logs = p.rewrite(logs, _log_of_power(p))
    size = classes * cap
    tangent = p.cite("logarithm-below-tangent", {"x": tempered / size})
    split = p.cite("logarithm-of-product", {"x": tempered / size, "y": size})
    of_size = p.cite("logarithm-of-product", {"x": classes, "y": cap})
    bound = power * log(classes) + spread / (2 * power)
    exponentials = sum_over(j, classes, u[j])
    named = p.congruence(exponentials, p.definition("exponential of a logit", j))
    pointwise = p.linear_combination(
        "<=",
        loss,
        bound + power * (exponentials / size - 1) - s[k],
        [logs, tangent, split, of_size, named],
        [1, power, power, power, -power / size],
    )
    means = p.expectation_is_monotone(pointwise)
    means = p.rewrite(means, p.expectation_is_linear(means.right))
    means = p.rewrite(means, p.by_assumption("logits_have_zero_mean", k))
    capped = p.sum_is_monotone(p.by_assumption("logits_are_subgaussian", j), j, classes)
    return p.linear_combination("<=", E(loss), bound, [means, capped], [1, power / size])


def _log_of_power(p: Proof) -> Step:
    """log T^m = m log T: part 3 of the plan."""
    claim = equation("logarithm_so_far", log(positive**l), l * log(positive))
    base = p.linear_combination("=", log(positive**0), 0)
    product = p.cite("logarithm-of-product", {"x": positive**l, "y": positive})
    step = p.chain(product).by(p.suppose(claim)).algebra((l + 1) * log(positive)).step
    found = p.induction(base, step, l, claim)
    return p.specialize(found, {"l": power, "positive": tempered})


def _power(p: Proof) -> Step:
    """Σ_c |y_c|^(l+1) <= (Σ_c |y_c|)^(l+1): part 2 of the plan."""
    first = sum_over(j, classes, Abs(y[j]))

    def powers(order: Any) -> Any:
        return sum_over(j, classes, Abs(y[j]) ** order)

    claim = at_most("power_so_far", powers(l + 1), first ** (l + 1))
    base = p.linear_combination("<=", powers(1), first)
    split = p.split_diagonal(p.product_of_sums(first * powers(l + 1)).right)
    (mixed,) = (part for part in split.right.args if part.has(SumExcept))
    step = p.linear_combination(
        "<=",
        powers(l + 2),
        first ** (l + 2),
        [split, p.nonnegative(mixed), p.suppose(claim)],
        [-1, 1, first],
    )
    return p.induction(base, step, l, claim)


def logarithm_is_monotone(p: Proof, smaller: Any, larger: Any, below: Step) -> Step:
    """smaller <= larger ⟹ log smaller <= log larger, for positive terms."""
    ratio = smaller / larger
    tangent = p.cite("logarithm-below-tangent", {"x": ratio})
    product = p.cite("logarithm-of-product", {"x": ratio, "y": larger})
    return p.linear_combination(
        "<=", log(smaller), log(larger), [tangent, product, below], [1, 1, 1 / larger]
    )
