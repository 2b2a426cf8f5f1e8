"""The variance of the weights' gradients in a linear network: all layers but the own count.

    Var(∂J/∂W^[l+1]_ij) = E[δ_{d, l+1, i}²] E[(a^[l]_j)²],   ∂J/∂W^[l+1]_ij = δ_{d, l+1, i} a^[l]_j
                        = (n Var(W))^(l+d) Var(x) E[δ²]

with l layers below the weight's and d above, δ_{d, l+1, i} the gradient at z^[l+1]_i and δ that at
the top; the second line for one width n and one variance. It depends on l + d = L - 1 alone: it is
the same in every layer, as Glorot & Bengio noted, though the gradients δ themselves shrink or grow.
For other widths the two factors are the products of `depth-product` and of `backward-depth`.

Assumptions: those of `depth-product` and of `backward-depth`; and the gradient at a layer is
independent of the activations before it. *Not* needed: that gradients have mean zero.

Plan of the proof
1. Var(δ a) = E[δ²] E[a²], by independence and E[a] = 0: one layer, whatever made δ and a.
2. E[a²] = Var(a) is (n Var(W))^l Var(x): `depth-product`.
3. E[δ²] at the layer is (n Var(W))^d of that at the top: `backward-depth`.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation, independent
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, Var, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.backward_depth.proof import CONTEXT as BACKWARD
from xavier_theory.theorems.backward_depth.proof import above, delta
from xavier_theory.theorems.backward_gain.proof import signal
from xavier_theory.theorems.depth_product.proof import CONTEXT as FORWARD
from xavier_theory.theorems.depth_product.proof import input_variance, weighted_sum
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import (
    i,
    j,
    l,
    layer_a,
    layer_variance_,
    layer_W,
    layer_width,
    weight_variance,
)

STATEMENT = Statement(
    order=6.8,
    name="weight-gradient-variance",
    title="The variance of the weights' gradients",
    summary=Fact(
        "In a linear network of one width n and one Var(W) the variance of a weight's gradient is "
        "the input's variance, times the mean square of the gradient at the top, times n Var(W) "
        "for each other layer, if the gradients are independent of the weights that they pass and "
        "of the activations below, and inputs have mean zero: it is the same in all layers.",
        Proved(),
    ),
    claims=(),
    sources=(Cited("glorot2010", "section 4.2.1, eqs. (7) and (14)"),),
    practice=(
        Fact(
            "That the weights' gradients are as large in the first layer as in the last does not "
            "show that gradients are kept: with n Var(W) = 1/3 in each of six layers their "
            "mean square is 1/3^5 of that of inputs times gradients at the top, in all of them.",
            Proved(),
            Sampled("the first of six layers"),
            Sampled("the third of six layers"),
            Sampled("the last of six layers"),
        ),
    ),
    remarks=(
        Fact(
            "In one layer it is E[δ²] E[a²], whatever network made them, if they are independent "
            "and the activation has mean zero; without a mean of zero that is the mean square. "
            "For other widths E[a²] has the factor fan-in Var(W) of each layer below, and E[δ²] "
            "fan-out Var(W) of each layer above.",
            Proved("one_layer"),
            Proved("second_moment"),
            Proved(theorem="depth-product"),
            Proved(theorem="backward-depth"),
        ),
        Fact(
            "That the gradient at a layer is independent of the activations before it is an "
            "idealization: under squared error the output enters the gradient at the top. Without "
            "it the variance can be another one.",
            Fails("gradients_are_independent_of_the_activations_below"),
        ),
    ),
    notation=(
        "a^[l]_j is the activation of unit j of layer l, δ with the indices d, l + 1, i the "
        "gradient at unit i of layer l + 1 with d layers above it, and their product the gradient "
        "of the weight between them."
    ),
)

width = scalar("width", "width", latex="n")
ratio = width * weight_variance
gradient = delta[above, l + 1, i] * layer_a[l, j]
arriving = sum_over(i, layer_width[l + 1], layer_W[l + 1, i, j] * delta[above, l + 1, i])
BELOW = (
    "weights_have_zero_mean",
    "weights_of_a_layer_share_one_variance",
    "weights_of_a_unit_are_uncorrelated",
    "weights_are_independent_of_the_layers_below",
    "inputs_have_zero_mean",
    "inputs_share_one_variance",
    "weights_have_finite_second_moments",
    "activations_have_finite_second_moments",
)
ABOVE = (
    "weights_out_of_a_unit_are_uncorrelated",
    "the_backward_signal_is_independent_of_the_weights",
    "gradients_at_the_top_share_one_second_moment",
    "gradients_have_finite_second_moments",
)


CONTEXT = Context(
    (
        *(FORWARD.named(name) for name in BELOW),
        *(BACKWARD.named(name) for name in ABOVE),
        independent(
            "gradients_are_independent_of_the_activations_below",
            [layer_a[l, j]],
            [delta[above, l + 1, i]],
            *(above, l, i, j),
        ),
        equation("layers_have_one_width", layer_width[l], width, l),
        equation("layers_share_one_variance", layer_variance_[l], weight_variance, l),
    ),
    (
        define("linear layer", layer_a[l + 1, i], weighted_sum, l, i),
        define("gradient one layer below", delta[above + 1, l, j], arriving, above, l, j),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    second_moment = p.independence(E(gradient**2))
    one_layer = _one_layer(p, second_moment)
    equal = p.chain(one_layer).by(_below(p)).by(_over(p))
    return p.conclude(
        equal.algebra((width * weight_variance) ** (l + above) * input_variance * signal).step,
        quantities={
            "layers_below": l,
            "layers_above": above,
            "width": width,
            "weight_variance": weight_variance,
            "input_variance": input_variance,
            "signal_second_moment": signal,
            "activation_second_moment": E(layer_a[l, j] ** 2),
            "gradient_second_moment": E(delta[above, l + 1, i] ** 2),
        },
        one_layer=one_layer,
        second_moment=second_moment,
    )


def _mean_below(p: Proof) -> Step:
    """E[a^[l]_j] = 0."""
    return p.theorem(derived("depth-product"), "mean", {"i": j})


def _one_layer(p: Proof, second_moment: Step) -> Step:
    """Var(δ a) = E[δ²] E[a²]: part 1 of the plan."""
    chain = p.chain(p.variance_definition(Var(gradient))).by(second_moment)
    return chain.by(p.independence(E(gradient))).by(_mean_below(p)).step


def _below(p: Proof) -> Step:
    """E[a²] = (n Var(W))^l Var(x): part 2 of the plan."""
    scalars = {"depth": l, "i": j, "ratio": ratio}
    variance = p.theorem(derived("depth-product"), "uniform", scalars, given=[_one_factor(p)])
    apart = p.chain(p.variance_definition(Var(layer_a[l, j]))).by(_mean_below(p)).step
    return p.linear_combination(
        "=", E(layer_a[l, j] ** 2), variance.right, [apart, variance], [-1, 1]
    )


def _over(p: Proof) -> Step:
    """E[δ²] = (n Var(W))^d of that at the top: part 3 of the plan."""
    scalars = {"l": l + 1, "ratio": ratio}
    there = p.theorem(derived("backward-depth"), "uniform", scalars, given=[_one_factor(p)])
    chain = p.chain(there).by(p.by_assumption("layers_have_one_width", l + above + 1))
    return chain.by(p.by_assumption("layers_have_one_width", l + 1)).step


def _one_factor(p: Proof) -> Step:
    """A width times a variance is n Var(W), where all are equal."""
    plain = layer_width[l] * layer_variance_[l + 1]
    chain = p.chain(p.linear_combination("=", plain, plain))
    chain = chain.by(p.by_assumption("layers_have_one_width", l))
    return chain.by(p.by_assumption("layers_share_one_variance", l + 1)).step
