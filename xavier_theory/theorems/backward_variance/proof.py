"""Variance of a backpropagated gradient: one layer, backward.

    Var(g_j) = n^[l] Var(W) Var(δ),    g_j = ∂J/∂a_j = Σ_i W_ij δ_i,  δ_i = ∂J/∂z_i

Assumptions: as in `layer-variance`, with the rows of W in the place of its columns, and above all:
**the backward signal δ is independent of W**. In a network it is not, for δ depends on W through
the forward pass.

Plan of the proof
1. g = Wᵀ δ is a layer with the transposed weights: `layer-variance` with W_ij := W_ji, a := δ, n :=
   fan-out.
2. Ask for Var(g_j) = Var(δ) and divide: Var(W) = 1/n^[l], the fan-out rule.
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
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import EVERY, Var, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.statement import Cited, Computed, Fact, Fails, Proved, Statement
from xavier_theory.theorems.symbols import W, fan_out, i, j, k, weight_variance

STATEMENT = Statement(
    order=6,
    name="backward-variance",
    title="Variance of a backpropagated gradient",
    summary=Fact(
        (
            "A layer multiplies the variance of the gradient by fan-out times the variance "
            "of its weights, if the gradient that arrives is independent of these weights."
        ),
        Proved(),
    ),
    claims=("C5", "C12", "C13", "C18"),
    sources=(
        Cited("glorot2010", "section 4.2.1, eqs. (6) and (11)"),
        Cited("he2015", "section 2.2, eqs. (11)-(14)"),
    ),
    practice=(
        Fact(
            (
                "To keep the gradient's variance in a linear layer choose Var(W) = 1/fan_out; "
                "where fan-in and fan-out differ no choice keeps both variances (see "
                "glorot-variance)."
            ),
            Proved("fan_out_rule"),
            Proved("both_kept", theorem="glorot-variance"),
        ),
    ),
    remarks=(
        Fact(
            (
                "He et al.'s equations have a further factor 1/2, the mean square of relu's "
                "slope; here the activation is linear."
            ),
            Cited("he2015", "section 2.2, eqs. (11)-(14)"),
            Proved("relu", theorem="backward-gain"),
            Proved(),
        ),
        Fact(
            (
                "The independence of δ from W is an idealization. For a linear layer with "
                "Gaussian weights of variance 1/n and the cost |W a|²/2, δ = W a, and "
                "E|Wᵀδ|²/E|δ|² is not 1: at n = 2 it is 2.5, at n = 10 it is 2.1, and at n = 50 "
                "it is 2.02."
            ),
            Fails("the_backward_signal_is_independent_of_the_weights"),
            Computed("at n = 2 it is 2.5"),
            Computed("at n = 10 it is 2.1"),
            Computed("at n = 50 it is 2.02"),
        ),
        Fact(
            (
                "It is exact when the signal that comes back was made by weights above that are "
                "independent of W and the forward signal does not enter δ."
            ),
            Proved(),
        ),
        Fact(
            (
                "In the limit of infinite width the independence may be assumed for Gaussian "
                "weights if the readout, the last layer, has mean zero, is independent of all "
                "other weights and is used nowhere else. The cost |W a|²/2 has no such readout."
            ),
            Cited("yang2020", "the simple GIA check"),
        ),
    ),
    notation=(
        "g is the gradient with respect to the activations; with respect to z it is "
        "multiplied by φ'(z)."
    ),
)

delta, g = random_family("delta", 1), random_family("g", 1)
gradient_variance = scalar("gradient_variance", "nonnegative", latex=r"\sigma_\delta^2")

CONTEXT = Context(
    (
        zero_mean("weights_have_zero_mean", W[i, j], i, j),
        common_variance("weights_share_one_variance", W[i, j], weight_variance, i, j),
        uncorrelated(
            "weights_out_of_a_unit_are_uncorrelated", W[i, j], W[k, j], i, j, k, distinct=[(i, k)]
        ),
        independent(
            "the_backward_signal_is_independent_of_the_weights", [W[EVERY, j]], [delta[EVERY]], j
        ),
        zero_mean("the_backward_signal_has_zero_mean", delta[i], i),
        common_variance("the_backward_signal_has_one_variance", delta[i], gradient_variance, i),
        finite_moment("weights_have_finite_second_moments", W[i, j], 2, i, j),
        finite_moment("the_backward_signal_has_finite_second_moments", delta[i], 2, i),
        positive("the_backward_signal_varies", gradient_variance),
        equation("the_layer_keeps_the_gradient_variance", Var(g[j]), gradient_variance, j),
    ),
    (define("backpropagated gradient", g[j], sum_over(i, fan_out, W[i, j] * delta[i]), j),),
)
FOR_ANY_SIGNAL = tuple(
    CONTEXT.named(name)
    for name in (
        "weights_have_zero_mean",
        "weights_share_one_variance",
        "weights_out_of_a_unit_are_uncorrelated",
        "the_backward_signal_is_independent_of_the_weights",
        "weights_have_finite_second_moments",
        "the_backward_signal_has_finite_second_moments",
    )
)
"""What is assumed whatever the mean and the laws of the signal that comes back."""
SOLVED = {"the_layer_keeps_the_gradient_variance": (weight_variance, "=", 1 / fan_out)}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    scalars = {"fan_in": fan_out, "input_variance": gradient_variance}
    transposed = {"W": (j, i, W[i, j]), "a": (i, delta[i]), "z": (j, g[j]), "b": (j, 0)}
    conclusion = p.theorem(derived("layer-variance"), None, {**scalars, "i": j}, transposed)
    kept = p.by_assumption("the_layer_keeps_the_gradient_variance", j)
    weight = 1 / (fan_out * gradient_variance)
    rule = p.linear_combination(
        "=", weight_variance, 1 / fan_out, [conclusion, kept], [-weight, weight]
    )
    return p.conclude(
        conclusion,
        quantities={
            "fan_out": fan_out,
            "weight_variance": weight_variance,
            "gradient_variance": gradient_variance,
        },
        fan_out_rule=rule,
    )
