"""Tied embeddings: a model that reads a word and writes with the same table predicts that word.

    E[s_x] = c d σ²,    E[s_w] = 0,    s_w = Σ_j t_wj h_j,    h_j = c (t_xj + r_j)

for a table t of d entries a word, whose row of the input x stands in the state h in front of the
logits, as it does in a residual stream, with whatever the branches have added to it, and for any
other word w. So where another word is to be predicted, the mean cross-entropy is at least
c d σ² (result `loss`): with entries of variance 1 and no scale c it is d.

Assumptions: entries have one mean square σ²; entries of different words, and of the table and what
the branches add, have products of mean zero, as for independent weights of mean zero at the end of
each branch. *Not* needed: independence, a law, entries of mean zero.

Plan of the proof
1. The input's own logit is c Σ_j (t_xj² + t_xj r_j), whose mean is c d σ².
2. For another word the mean of Σ_j t_wj (t_xj + r_j) is 0.
3. e^{s_x} is one of the terms of the sum under the logarithm, so that s_x − s_w is at most the loss
   at w; take means.
"""

from __future__ import annotations

from typing import Any

from sympy import Integer, exp, log

from xavier_theory.symbolic.assumptions import equation, finite_moment
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Chain, Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, random_family, scalar
from xavier_theory.theorems.cross_entropy_bound.proof import logarithm_is_monotone
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, k

STATEMENT = Statement(
    order=50,
    name="tied-embedding",
    title="Tied embeddings",
    summary=Fact(
        "Where the logits are made with the table that the input was read with, and the state in "
        "front of them still has the input's row in it, the input's own logit has the mean c d σ² "
        "and any other 0: the mean cross-entropy at another word is at least c d σ².",
        Proved(),
        Proved("other"),
        Proved("loss"),
    ),
    claims=(),
    sources=(
        Cited("press2017", "section 3", "tied tables"),
        Cited("vaswani2017", "section 3.4", "tied tables, scaled on the way in"),
    ),
    practice=(
        Fact(
            "With 768 entries of variance 1 a word, and neither norm nor scale behind the stream, "
            "the mean loss starts at 768 or more where the label is another word, and with the "
            "scale 1/√d at 27.7 or more. Without a scale start the table with the standard "
            "deviation 1/√d, which makes "
            "c d σ² 1, or with 0.02, where it is 0.31.",
            Proved("loss"),
            Computed("loss starts at 768"),
            Computed("1/√d at 27.7"),
            Computed("where it is 0.31"),
            given=("768", "0.02"),
        ),
    ),
    remarks=(
        Fact(
            "The logit of a word whose row has mean zero and is independent of the state has the "
            "variance d σ² E[h²].",
            Proved("undivided", theorem="attention-logits"),
        ),
        Fact(
            "What the branches add is in h whatever its size: it changes no mean of a logit, "
            "as long as its "
            "products with the table have mean zero.",
            Proved(),
            Sampled("a table of variance 1 and large branches"),
        ),
    ),
    notation=(
        "The input is the word V + 1, the label the word 1, as any other might be, and r is what "
        "the branches have added to the input's row."
    ),
)

table, rest = random_family("t", 2), random_family("r", 1)
state, logit = random_family("h", 1), random_family("s", 1)
words = scalar("other_words", "width", latex="V")
dimension = scalar("entries_of_a_word", "width", latex="d")
spread = scalar("table_second_moment", "nonnegative", latex=r"\sigma^2")
scale = scalar("state_scale", latex="c")
read, label = words + 1, Integer(1)
total = sum_over(k, words + 1, exp(logit[k]))

CONTEXT = Context(
    (
        equation("entries_of_the_input_share_a_second_moment", E(table[read, j] ** 2), spread, j),
        equation(
            "input_and_label_have_nothing_in_common", E(table[label, j] * table[read, j]), 0, j
        ),
        equation("branches_have_nothing_of_the_table", E(table[i, j] * rest[j]), 0, i, j),
        finite_moment("entries_have_finite_second_moments", table[i, j], 2, i, j),
        finite_moment("branches_have_finite_second_moments", rest[j], 2, j),
        finite_moment("the_logarithm_of_the_sum_is_integrable", log(total), 1),
    ),
    (
        define("state", state[j], scale * (table[read, j] + rest[j]), j),
        define("logit", logit[i], sum_over(j, dimension, table[i, j] * state[j]), i),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    own, other = _own(p), _other(p)
    return p.conclude(
        own,
        quantities={
            "entries_of_a_word": dimension,
            "table_second_moment": spread,
            "state_scale": scale,
        },
        other=other,
        loss=_loss(p, own, other),
    )


def _mean(p: Proof, word: Any, product: Step) -> Chain:
    """E[s_w], for what is known of the product of its row and the input's."""
    chain = p.chain(p.congruence(E(logit[word]), p.definition("logit", word)))
    chain = chain.by(p.definition("state", j))
    chain = chain.by(p.expectation_is_linear(chain.right)).by(product)
    return chain.by(p.by_assumption("branches_have_nothing_of_the_table", word, j))


def _own(p: Proof) -> Step:
    """E[s_{V+1}] = c d σ²: part 1 of the plan."""
    square = p.by_assumption("entries_of_the_input_share_a_second_moment", j)
    return _mean(p, read, square).algebra(scale * dimension * spread).step


def _other(p: Proof) -> Step:
    """E[s_1] = 0: part 2 of the plan."""
    apart = p.by_assumption("input_and_label_have_nothing_in_common", j)
    nothing = p.sum_is_linear(sum_over(j, dimension, Integer(0)))
    return _mean(p, label, apart).by(nothing).step


def _loss(p: Proof, own: Step, other: Step) -> Step:
    """c d σ² <= E[log Σ_w e^{s_w} − s_1]: part 3 of the plan."""
    last = p.peel(total)
    others = p.nonnegative(sum_over(k, words, exp(logit[k])))
    below = p.linear_combination("<=", exp(logit[read]), total, [last, others], [-1, 1])
    logs = logarithm_is_monotone(p, exp(logit[read]), total, below)
    pointwise = p.linear_combination(
        "<=", logit[read] - logit[label], log(total) - logit[label], [logs], [1]
    )
    means = p.expectation_is_monotone(pointwise)
    apart = p.expectation_is_linear(means.left)
    return p.linear_combination(
        "<=",
        scale * dimension * spread,
        means.right,
        [means, apart, own, other],
        [1, -1, -1, 1],
    )
