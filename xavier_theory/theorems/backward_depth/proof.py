"""The gradient over depth: a product of one factor for each layer, backward.

    E[δ_{d l i}²] = [∏_{m=1..d} n^[l+m] Var(W^[l+m])] E[δ²]

where δ_{d l i} is the gradient at unit i of layer l, below d more linear layers, and δ that at the
top, layer l + d. With activations, and η in the place of δ, each factor has E[φ'²] besides: with
relu's ½ that is He et al.'s equation. With fan-in times Var(W) the same number r in every layer the
product is r^d n^[l+d]/n^[l]: for r = 1 the ratio of two widths, whatever the depth.

Assumptions: in each layer, that the weights have mean zero and one variance, those out of a unit
are uncorrelated, and they are independent of the gradient that arrives; with activations, that the
slopes are independent of the weights, and both of the gradient that arrives. *Not* needed: equal
widths, one law for all layers, that gradients have mean zero or are independent of each other.

Plan of the proof
1. Induction over the layers above, for all l at once: `layer-variance` with the transposed weights,
   with the hypothesis as the mean square of what arrives, adds the factor of layer l + 1.
2. That factor and the product from l + 1 on are the product from l on, by induction.
3. Equal factors n^[l-1] Var(W^[l]), by induction.
4. With activations: the same for the weights φ'_j W_ij, which have mean zero and the variance
   E[φ'²] Var(W), and are uncorrelated where they lead out of one unit.
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import (
    Assumption,
    equation,
    finite_moment,
    independent,
    uncorrelated,
)
from xavier_theory.symbolic.binding import product_over, sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    EVERY,
    Cov,
    E,
    Family,
    Var,
    constants,
    random_family,
    scalar,
)
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.backward_gain.proof import signal
from xavier_theory.theorems.centred_moments.proof import centred_product, centred_square
from xavier_theory.theorems.depth_product.proof import CONTEXT as DEPTH
from xavier_theory.theorems.depth_product.proof import m, ratio
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import (
    i,
    j,
    k,
    l,
    layer_variance_,
    layer_W,
    layer_width,
)

STATEMENT = Statement(
    order=6.7,
    name="backward-depth",
    title="The gradient over depth",
    summary=Fact(
        "The mean square of the gradient at a layer is that at the top, times one factor "
        "fan-out Var(W) for each linear layer in between, and E[φ'²] besides for each activation, "
        "if in each layer the gradient that arrives is independent of the weights and slopes that "
        "it passes, and these of each other.",
        Proved(),
        Proved("activated"),
    ),
    claims=("C12", "C18"),
    sources=(
        Cited("glorot2010", "section 4.2.1, eq. (6)", "φ' = 1"),
        Cited("he2015", "section 2.2, eq. (14)", "φ = relu"),
    ),
    practice=(
        Fact(
            "Where fan_in Var(W) is r in each of L linear layers, the gradient's mean square is "
            "multiplied by r^L and by the ratio of two widths, that of the top and that where it "
            "arrives: for r = 1 by that ratio alone, whatever the depth.",
            Proved("uniform"),
            Sampled("five layers, each factor 1"),
            Sampled("five layers, each factor 5/4"),
        ),
    ),
    remarks=(
        Fact(
            "With relu's E[φ'²] = ½ each factor is half of fan-out Var(W).",
            Proved("activated"),
            Proved("half", theorem="backward-gain"),
            Cited("he2015", "section 2.2, eq. (14)"),
        ),
        Fact(
            "It is exact at any width. That what arrives is independent of the weights is the "
            "idealization of backward-variance.",
            Proved(),
            Fails("the_backward_signal_is_independent_of_the_weights"),
            Fails("the_backward_signal_is_independent_of_weights_and_slopes"),
        ),
    ),
    notation=(
        "δ with the indices d, l, i is the gradient at unit i of layer l if d layers are above it: "
        "the top is layer l + d, and its gradients have d = 0; η is the same behind activations. "
        "φ' with the indices l, j is the slope at the unit j that feeds layer l, and s^[l] the "
        "mean square of these slopes."
    ),
)

slope = random_family("slope", 2, latex=r"\phi'", by_layer=True)
delta, activated = random_family("delta", 3), random_family("eta", 3, latex=r"\eta")
slope_square = constants("slope_second_moment", 1, "nonnegative", latex="s", by_layer=True)
above = scalar("layers_above", "natural", latex="d")


def arriving(gradient: Family) -> Any:
    """What comes back through the weights of layer l + 1."""
    return sum_over(i, layer_width[l + 1], layer_W[l + 1, i, j] * gradient[above, l + 1, i])


def factor(layer: Any) -> Any:
    """n^[layer] Var(W^[layer]): what a gradient is multiplied by on its way below ``layer``."""
    return layer_width[layer] * layer_variance_[layer]


def growth(layers: Any, layer: Any) -> Any:
    """The product of the factors of ``layers`` layers above ``layer``."""
    return product_over(m, layers, factor(layer + m))


CONTEXT = Context(
    (
        DEPTH.named("weights_have_zero_mean"),
        DEPTH.named("weights_of_a_layer_share_one_variance"),
        uncorrelated(
            "weights_out_of_a_unit_are_uncorrelated",
            layer_W[l, i, j],
            layer_W[l, k, j],
            *(l, i, j, k),
            distinct=[(i, k)],
        ),
        independent(
            "the_backward_signal_is_independent_of_the_weights",
            [layer_W[l + 1, EVERY, j]],
            [delta[above, l + 1, EVERY]],
            *(above, l, j),
        ),
        equation(
            "gradients_at_the_top_share_one_second_moment", E(delta[0, l, i] ** 2), signal, l, i
        ),
        DEPTH.named("weights_have_finite_second_moments"),
        finite_moment("gradients_have_finite_second_moments", delta[above, l, i], 2, above, l, i),
        DEPTH.named("every_factor_is_the_ratio"),
        equation(
            "slopes_of_a_layer_share_one_second_moment",
            E(slope[l, j] ** 2),
            slope_square[l],
            *(l, j),
        ),
        independent(
            "slopes_are_independent_of_the_weights", [slope[l, j]], [layer_W[l, EVERY, j]], l, j
        ),
        independent(
            "the_backward_signal_is_independent_of_weights_and_slopes",
            [slope[l + 1, j], layer_W[l + 1, EVERY, j]],
            [activated[above, l + 1, EVERY]],
            *(above, l, j),
        ),
        equation(
            "activated_gradients_at_the_top_share_one_second_moment",
            E(activated[0, l, i] ** 2),
            signal,
            *(l, i),
        ),
        finite_moment("slopes_have_finite_second_moments", slope[l, j], 2, l, j),
        finite_moment(
            "activated_gradients_have_finite_second_moments", activated[above, l, i], 2, above, l, i
        ),
    ),
    (
        define("gradient one layer below", delta[above + 1, l, j], arriving(delta), above, l, j),
        define(
            "gradient behind an activation",
            activated[above + 1, l, j],
            slope[l + 1, j] * arriving(activated),
            *(above, l, j),
        ),
    ),
)
SOLVED = {
    "every_factor_is_the_ratio": (layer_variance_[l + 1], "=", ratio / layer_width[l]),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    claim = equation(
        "second_moment_below_d_layers",
        E(delta[above, l, i] ** 2),
        growth(above, l) * signal,
        *(l, i),
    )
    base = p.linear_combination(
        "=",
        E(delta[0, l, i] ** 2),
        growth(0, l) * signal,
        [
            p.by_assumption("gradients_at_the_top_share_one_second_moment", l, i),
            p.peel(growth(0, l)),
        ],
        [1, -signal],
    )
    conclusion = p.induction(base, _one_more(p, claim), above, claim, [l, i])
    return p.conclude(
        conclusion,
        quantities={
            "layers_above": above,
            "ratio": ratio,
            "signal_second_moment": signal,
            "growth": growth(above, l),
            "activated_growth": product_over(m, above, slope_square[l + m] * factor(l + m)),
            "width": layer_width[l],
            "width_of_the_top": layer_width[l + above],
        },
        uniform=_uniform(p, conclusion),
        activated=_activated(p, conclusion),
    )


def _one_more(p: Proof, claim: Assumption) -> Step:
    """The gradient below one more layer: parts 1 and 2 of the plan."""
    below = p.theorem(
        derived("layer-variance"),
        "second_moment",
        {"fan_in": layer_width[l + 1], "weight_variance": layer_variance_[l + 1]},
        {
            "W": (j, i, layer_W[l + 1, i, j]),
            "a": (i, delta[above, l + 1, i]),
            "z": (j, delta[above + 1, l, j]),
            "b": (j, 0),
        },
    )
    index, _ = (below.right / layer_variance_[l + 1]).opened()
    chain = p.chain(below).by(p.suppose(claim, l + 1, index))
    chain = chain.by(p.sum_is_linear(chain.right / layer_variance_[l + 1]))
    return p.linear_combination(
        "=",
        below.left,
        growth(above + 1, l) * signal,
        [chain.step, _from_below(p)],
        [1, -signal],
    )


def _from_below(p: Proof) -> Step:
    """∏_{m=1..d+1} f(l + m) = f(l + 1) ∏_{m=1..d} f(l + 1 + m): part 2 of the plan."""
    claim = equation(
        "product_so_far", growth(above + 1, l), factor(l + 1) * growth(above, l + 1), l
    )
    base = p.linear_combination(
        "=",
        growth(1, l),
        factor(l + 1) * growth(0, l + 1),
        [p.peel(growth(1, l)), p.peel(growth(0, l)), p.peel(growth(0, l + 1))],
        [1, factor(l + 1), -factor(l + 1)],
    )
    step = p.linear_combination(
        "=",
        growth(above + 2, l),
        factor(l + 1) * growth(above + 1, l + 1),
        [p.peel(growth(above + 2, l)), p.suppose(claim, l), p.peel(growth(above + 1, l + 1))],
        [1, factor(l + above + 2), -factor(l + 1)],
    )
    return p.induction(base, step, above, claim, [l])


def _uniform(p: Proof, found: Step) -> Step:
    """E[δ²] with factors n^[l-1] Var(W^[l]) = r: part 3 of the plan."""

    def closed(layers: Any) -> Any:
        return ratio**layers * layer_width[l + layers] / layer_width[l]

    claim = equation("product_so_far", growth(above, l), closed(above))
    base = p.linear_combination("=", growth(0, l), closed(0), [p.peel(growth(0, l))], [1])
    last = p.by_assumption("every_factor_is_the_ratio", l + above)
    top = l + above + 1
    step = p.linear_combination(
        "=",
        growth(above + 1, l),
        closed(above + 1),
        [p.peel(growth(above + 1, l)), p.suppose(claim), last],
        [1, factor(top), ratio**above * layer_width[top] / layer_width[l]],
    )
    product = p.induction(base, step, above, claim)
    return p.linear_combination(
        "=", found.left, closed(above) * signal, [found, product], [1, signal]
    )


def _activated(p: Proof, conclusion: Step) -> Step:
    """E[η²], by the conclusion for the weights φ'_j W_ij: part 4 of the plan."""
    weight = slope[l, j] * layer_W[l, i, j]
    apart = p.chain(p.independence(E(weight)))
    mean = apart.by(p.by_assumption("weights_have_zero_mean", l, i, j)).step
    square = p.chain(p.independence(E(weight**2)))
    square = square.by(p.by_assumption("slopes_of_a_layer_share_one_second_moment", l, j))
    square = square.by(centred_square(p, layer_W[l, i, j], layer_variance_[l]))
    variance = p.chain(p.variance_definition(Var(weight))).by(mean).by(square.step).step
    uncorrelated_weights = p.by_assumption("weights_out_of_a_unit_are_uncorrelated", l, i, j, k)
    products = p.chain(p.independence(E(slope[l, j] ** 2 * layer_W[l, i, j] * layer_W[l, k, j])))
    products = products.by(centred_product(p, uncorrelated_weights))
    other = slope[l, j] * layer_W[l, k, j]
    covariance = p.linear_combination(
        "=",
        Cov(weight, other),
        0,
        [p.covariance_definition(Cov(weight, other)), products.step, mean],
        [1, 1, -E(other)],
    )
    return p.specialize(
        conclusion,
        {},
        {
            "W": (l, i, j, weight),
            "variance": (l, slope_square[l] * layer_variance_[l]),
            "delta": (above, l, i, activated[above, l, i]),
        },
        given=[mean, variance, covariance],
    )
