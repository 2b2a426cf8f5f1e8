"""Sparse weights: the number of weights that are not 0 takes the place of the fan-in.

    E[z²] = k Var(w) E[a²],    z = Σ_j m_j w_j a_j,    k = Σ_j p_j

for a unit whose weights are drawn, and kept, where a mask is 1, with probabilities p_j. Whatever
the fan-in n is, Var(w) = g²/k keeps what g²/n keeps in a dense layer. Where all n weights are as
likely to be kept, an entry of the matrix has the variance k Var(w)/n: the rule for the entries is
the dense one.

Assumptions: the drawn weights have mean zero and one variance, are uncorrelated, and independent of
masks and inputs; masks are 0 or 1 and each is independent of its input; the inputs share one
second moment. *Not* needed: independent masks, so that exactly k may be kept, in a row or in a
column; a law of the weights; a mean zero of the inputs.

Plan of the proof
1. E[m_j² a_j²] = E[m_j²] E[a²] by independence, and E[m_j²] = p_j.
2. `layer-variance` (its result `second_moment`) with the inputs m_j a_j: E[z²] = Var(w) E[a²] Σ_j
   p_j.
3. The sum is k. Ask for E[z²] = s, where g² is s/E[a²], and divide.
4. An entry m_j w_j has mean zero, and the mean square p_j Var(w) = (k/n) Var(w).
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    independent,
    positive,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    EVERY,
    E,
    Var,
    constants,
    random_family,
    random_variable,
    scalar,
)
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.centred_moments.proof import centred_square
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import a, fan_in, i, j, k, weight_variance

STATEMENT = Statement(
    order=8.2,
    name="sparse-weights",
    title="Sparse weights",
    summary=Fact(
        "The mean square of a unit is that of its inputs times the variance that its weights are "
        "drawn with, times the mean number of weights that are not set to 0; the fan-in does not "
        "matter.",
        Proved(),
    ),
    claims=(),
    sources=(Cited("martens2010", "section 5", "a fixed number of weights for each unit"),),
    practice=(
        Fact(
            "With k connections for each unit draw the weights with variance g²/k, whatever the "
            "fan-in is; g is the gain of a dense layer.",
            Proved("drawn_variance"),
            Proved("gain_squared", theorem="general-gain"),
            Sampled("exactly 3 of 12 weights, uniform"),
        ),
        Fact(
            "torch.nn.init.sparse_ draws with the standard deviation 0.01 unless told otherwise: "
            "with sparsity 0.9 a layer of 1024 × 1024 weights keeps 1.02 % of the mean square.",
            Proved(),
            Cited("pytorch2026", "torch/nn/init.py, sparse_"),
            Computed("keeps 1.02 %"),
            given=("0.01", "1024", "0.9"),
        ),
    ),
    remarks=(
        Fact(
            "What counts is the mean number: a fixed number for each unit, a fixed number for "
            "each input and independent coins all do.",
            Proved(),
            Sampled("exactly 3 of 12 weights, uniform"),
            Sampled("a quarter of 12 weights by coins, Gaussian"),
        ),
        Fact(
            "Where all weights are as likely kept, an entry of the matrix, zeros included, has k/n "
            "of the variance that is drawn, so "
            "that the dense rule holds for the entries.",
            Proved("entry"),
        ),
        Fact(
            "Masks that keep the weights of large inputs may do more than this.",
            Fails("masks_are_independent_of_the_inputs"),
        ),
    ),
    notation="z is one unit, w_j are the weights drawn for it, and m_j is 1 where one is kept.",
)

drawn, mask, unit = random_family("w", 1), random_family("m", 1), random_variable("z")
connections = scalar("connections", "positive", latex="k")
second_moment = scalar("second_moment", "nonnegative", latex="q")
unit_second_moment = scalar("unit_second_moment", "nonnegative", latex="s")
keep = constants("keep", 1, "nonnegative", latex="p")
kept = mask[j] * a[j]
entry = mask[j] * drawn[j]

CONTEXT = Context(
    (
        zero_mean("drawn_weights_have_zero_mean", drawn[j], j),
        common_variance("drawn_weights_share_one_variance", drawn[j], weight_variance, j),
        uncorrelated("drawn_weights_are_uncorrelated", drawn[j], drawn[k], j, k, distinct=[(j, k)]),
        finite_moment("drawn_weights_have_finite_second_moments", drawn[j], 2, j),
        independent(
            "drawn_weights_are_independent_of_masks_and_inputs",
            [drawn[EVERY]],
            [mask[EVERY], a[EVERY]],
        ),
        independent("masks_are_independent_of_the_inputs", [mask[j]], [a[j]], j),
        equation("masks_keep_with_their_probabilities", E(mask[j] ** 2), keep[j], j),
        finite_moment("masks_have_finite_second_moments", mask[j], 2, j),
        equation("the_unit_has_the_connections", sum_over(j, fan_in, keep[j]), connections),
        equation("inputs_share_one_second_moment", E(a[j] ** 2), second_moment, j),
        finite_moment("inputs_have_finite_second_moments", a[j], 2, j),
        positive("inputs_do_not_vanish", second_moment),
        equation("the_unit_has_the_second_moment", E(unit**2), unit_second_moment),
        equation("all_weights_are_as_likely_kept", keep[j], connections / fan_in, j),
    ),
    (define("pre-activation", unit, sum_over(j, fan_in, drawn[j] * kept)),),
)
SOLVED = {
    "the_unit_has_the_connections": (connections, "=", sum_over(j, fan_in, keep[j])),
    "the_unit_has_the_second_moment": (
        unit_second_moment,
        "=",
        connections * weight_variance * second_moment,
    ),
    "all_weights_are_as_likely_kept": (keep[j], "=", connections / fan_in),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    growth = _growth(p)
    wanted = p.by_assumption("the_unit_has_the_second_moment")
    weight = 1 / (connections * second_moment)
    return p.conclude(
        growth,
        quantities={
            "connections": connections,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
            "unit_second_moment": unit_second_moment,
            "fan_in": fan_in,
        },
        drawn_variance=p.linear_combination(
            "=", weight_variance, unit_second_moment * weight, [growth, wanted], [-weight, weight]
        ),
        entry=_entry(p),
    )


def _growth(p: Proof) -> Step:
    """E[z²] = k Var(w) E[a²]: parts 1 to 3 of the plan."""
    families = {
        "W": (i, j, drawn[j]),
        "a": (j, kept),
        "b": (i, 0),
        "z": (i, unit),
    }
    chain = p.chain(p.theorem(derived("layer-variance"), "second_moment", {}, families))
    chain = chain.by(p.independence(E(mask[j] ** 2 * a[j] ** 2)))
    chain = chain.by(p.by_assumption("masks_keep_with_their_probabilities", j))
    chain = chain.by(p.by_assumption("inputs_share_one_second_moment", j))
    chain = chain.by(p.sum_is_linear(sum_over(j, fan_in, keep[j] * second_moment)))
    chain = chain.by(p.by_assumption("the_unit_has_the_connections"))
    return chain.algebra(connections * weight_variance * second_moment).step


def _entry(p: Proof) -> Step:
    """Var(m_j w_j) = k Var(w)/n: part 4 of the plan."""
    chain = p.chain(p.variance_definition(Var(entry)))
    chain = chain.by(p.independence(E(mask[j] ** 2 * drawn[j] ** 2)))
    chain = chain.by(p.independence(E(entry)))
    chain = chain.by(p.by_assumption("drawn_weights_have_zero_mean", j))
    chain = chain.by(centred_square(p, drawn[j], weight_variance))
    chain = chain.by(p.by_assumption("masks_keep_with_their_probabilities", j))
    chain = chain.by(p.by_assumption("all_weights_are_as_likely_kept", j))
    return chain.algebra(connections * weight_variance / fan_in).step
