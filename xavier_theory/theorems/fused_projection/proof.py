"""A fused projection under Xavier's rule: every part is smaller than it would be alone.

    E[z_i²] = 2/(1 + p) · E[a²],    Var(W) = 2/(n + p n)

for p square n × n projections that are stored as one matrix of p n outputs, such as queries, keys
and values (p = 3), or the gates of an LSTM (p = 4). The rule counts the outputs of all parts; alone
each part has Var(W) = 1/n, which keeps the mean square. The factor is a half for p = 3, and 2/5
for p = 4.

Assumptions: those of `layer-variance` without the inputs' mean zero; the inputs share one second
moment; Var(W) is 2 over the fans of the whole matrix.

Plan of the proof
1. `layer-variance` (its result `second_moment`): E[z_i²] = n Var(W) E[a²], for no bias.
2. Put in the variance: n · 2/(n + p n) = 2/(1 + p).
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import E, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import FOR_ANY_MEAN, sum_of_products
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import a, fan_in, i, j, weight_variance, z

STATEMENT = Statement(
    order=43,
    name="fused-projection",
    title="Fused projections under Xavier's rule",
    summary=Fact(
        (
            "Where p square projections are stored as one matrix, uncorrelated weights of mean "
            "zero and variance 2 over the fans of that matrix multiply the mean square of a "
            "signal that they are independent of by 2/(1 + p) in each of them."
        ),
        Proved(),
    ),
    claims=(),
    sources=(Cited("glorot2010", "section 4.2.1, eq. (16)", "the rule"),),
    practice=(
        Fact(
            (
                "Initialize each square part of a fused projection by its own fans, which is "
                "Var(W) = 1/fan_in and keeps the mean square, or multiply the variance by "
                "(1 + p)/2."
            ),
            Proved(),
            Proved("second_moment", "layer-variance"),
        ),
    ),
    remarks=(
        Fact(
            "For p = 3, as for fused queries, keys and values, it is a half; for p = 4, 2/5.",
            Proved(),
            Sampled("3 parts"),
            Sampled("4 parts"),
        ),
        Fact(
            "The inputs may have means, and may depend on each other.",
            Proved(),
        ),
    ),
)

parts = scalar("parts", "width", latex="p")
second_moment = scalar("second_moment", "nonnegative", latex="q")

CONTEXT = Context(
    (
        *FOR_ANY_MEAN,
        equation("inputs_share_one_second_moment", E(a[j] ** 2), second_moment, j),
        equation(
            "the_rule_counts_the_outputs_of_all_parts",
            weight_variance,
            2 / (fan_in + parts * fan_in),
        ),
    ),
    (define("pre-activation", z[i], sum_of_products, i),),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    chain = p.chain(p.theorem(derived("layer-variance"), "second_moment", {}, {"b": (i, 0)}))
    chain = chain.by(p.by_assumption("inputs_share_one_second_moment", j))
    chain = chain.by(p.sum_is_linear(sum_over(j, fan_in, second_moment)))
    rule = p.by_assumption("the_rule_counts_the_outputs_of_all_parts")
    conclusion = p.linear_combination(
        "=",
        chain.step.left,
        2 / (1 + parts) * second_moment,
        [chain.step, rule],
        [1, fan_in * second_moment],
    )
    return p.conclude(conclusion, quantities={"parts": parts, "second_moment": second_moment})
