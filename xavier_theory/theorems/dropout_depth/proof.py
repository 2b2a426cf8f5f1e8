"""Dropout in every layer: a factor 1/p for each in the mean square, and none in the mean.

    E[(a^[L]_i)²] = [∏_{l=1..L} κ n^[l-1] Var(W^[l])/p^[l-1]] E[x²]

for layers z^[l+1] = W^[l+1] (m^[l] a^[l]/p^[l]) whose masks keep with probability p^[l], and
activations a of z that keep the share κ of its mean square: 1 in a linear network, 1/2 for relus
of what is symmetric. Layers that would keep the mean square without dropout multiply it by p^(-L)
in all, which Var(W) = p/(κ n) undoes. In a linear network the mean over the masks, for given
weights, is what it computes without dropout, at any depth.

Assumptions: those of `dropout-second-moment` in each layer, and E[a²] = κ E[z²]; for the mean, that
masks are independent of what they are applied to. *Not* needed: independent masks within a layer,
one p for all layers.

Plan of the proof
1. `dropout-second-moment` in the layer above, with the hypothesis as the mean square of its inputs,
   and the share κ of it: one factor more. Induction over the layers.
2. With every factor κ n Var(W)/p equal to r the product is r^L, by induction.
3. E[m h/p] = E[h], so that E[h^[l+1]_i] = Σ_j w_ij E[h^[l]_j]: by induction the mean follows the
   network without masks.
"""

from __future__ import annotations

from typing import Any

from sympy import sqrt

from xavier_theory.symbolic.assumptions import (
    equation,
    finite_moment,
    independent,
)
from xavier_theory.symbolic.binding import product_over, sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, constants, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.depth_product.proof import CONTEXT as DEPTH
from xavier_theory.theorems.depth_product.proof import depth, m, ratio
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import (
    i,
    j,
    l,
    layer_a,
    layer_variance_,
    layer_W,
    layer_width,
)

STATEMENT = Statement(
    order=44.5,
    name="dropout-depth",
    title="Dropout over depth",
    summary=Fact(
        "Each of L layers behind dropout that keeps with probability p multiplies the mean square "
        "by κ n Var(W)/p, if its activation keeps the share κ of it: weights that keep the mean "
        "square without dropout let it grow to p^(-L) times. The mean of a linear network over its "
        "masks is what it computes without dropout.",
        Proved(),
        Proved("uniform"),
        Proved("mean"),
    ),
    claims=(),
    sources=(
        Cited("srivastava2014", "section 10", "scaling by 1/p in training"),
        Cited("hendrycksgimpel2016", "abstract", "weights that make up for dropout"),
    ),
    practice=(
        Fact(
            "Where activations keep the mean square (κ = 1), weights of variance 1/n behind "
            "dropout that keeps nine tenths make the mean square "
            "2.87 times as large in ten layers; with half kept it is 1,024 times. With Var(W) = "
            "p/n it stays.",
            Proved("uniform"),
            Computed("mean square 2.87"),
            Computed("kept it is 1,024"),
            Sampled("three layers that keep half, weights made smaller"),
        ),
    ),
    remarks=(
        Fact(
            "With dropout switched off such smaller weights give p^L times the mean square: "
            "what one p corrects is wrong for another.",
            Proved("uniform"),
        ),
        Fact(
            "What is multiplied is the mean square over masks and weights. For given weights the "
            "mean of a linear network does not change: the masks add a variance.",
            Proved("mean"),
        ),
        Fact(
            "A mask that looks at what it drops may change the mean.",
            Fails("masks_are_independent_of_what_they_drop"),
        ),
    ),
    notation=(
        "a are the layers of a network with random weights W, h those of a linear one with given "
        "weights w, and y what that computes without masks."
    ),
)

mask, h = random_family("m", 2, by_layer=True), random_family("h", 2, by_layer=True)
keep = constants("keep", 1, "positive", latex="p", by_layer=True)
w = constants("w", 3, by_layer=True)
y = constants("y", 2, by_layer=True)
z = random_family("z", 2, by_layer=True)
second_moment = scalar("second_moment", "nonnegative", latex="q")
share = scalar("share", "nonnegative", latex=r"\kappa")
kept = mask[l, j] * layer_a[l, j] / keep[l]
masked = mask[l, j] * h[l, j] / keep[l]


def factor(layer: Any) -> Any:
    """What the layer above ``layer`` brings in: κ n^[layer] Var(W^[layer + 1])/p^[layer]."""
    return share * layer_width[layer] * layer_variance_[layer + 1] / keep[layer]


def growth(last: Any) -> Any:
    """The product of the factors of the layers 1..``last``."""
    return product_over(m, last, share * layer_width[m - 1] * layer_variance_[m] / keep[m - 1])


MASKS = (
    equation("masks_keep_with_the_probability_of_their_layer", E(mask[l, j]), keep[l], l, j),
    equation("masks_equal_their_squares_on_average", E(mask[l, j] ** 2), keep[l], l, j),
    finite_moment("masks_have_finite_second_moments", mask[l, j], 2, l, j),
)
CONTEXT = Context(
    (
        DEPTH.named("weights_have_zero_mean"),
        DEPTH.named("weights_of_a_layer_share_one_variance"),
        DEPTH.named("weights_of_a_unit_are_uncorrelated"),
        independent(
            "weights_are_independent_of_masks_and_layers_below",
            [layer_W[l + 1, i, EVERY]],
            [mask[l, EVERY], layer_a[l, EVERY]],
            *(l, i),
        ),
        independent(
            "masks_are_independent_of_the_layers_below", [mask[l, j]], [layer_a[l, j]], l, j
        ),
        *MASKS,
        equation("inputs_share_one_second_moment", E(layer_a[0, j] ** 2), second_moment, j),
        equation(
            "activations_keep_a_share_of_the_mean_square",
            E(layer_a[l + 1, j] ** 2),
            share * E(z[l + 1, j] ** 2),
            *(l, j),
        ),
        equation("every_factor_is_the_ratio", factor(l), ratio, l),
        DEPTH.named("weights_have_finite_second_moments"),
        DEPTH.named("activations_have_finite_second_moments"),
        independent("masks_are_independent_of_what_they_drop", [mask[l, j]], [h[l, j]], l, j),
        equation("the_input_is_what_it_is_on_average", E(h[0, j]), y[0, j], j),
        finite_moment("given_layers_have_finite_second_moments", h[l, j], 2, l, j),
    ),
    (
        define(
            "layer behind dropout",
            z[l + 1, i],
            sum_over(j, layer_width[l], layer_W[l + 1, i, j] * kept),
            *(l, i),
        ),
        define(
            "given layer behind dropout",
            h[l + 1, i],
            sum_over(j, layer_width[l], w[l + 1, i, j] * masked),
            *(l, i),
        ),
        define(
            "layer without dropout",
            y[l + 1, i],
            sum_over(j, layer_width[l], w[l + 1, i, j] * y[l, j]),
            *(l, i),
        ),
    ),
)
SOLVED = {
    "every_factor_is_the_ratio": (
        layer_variance_[l + 1],
        "=",
        ratio * keep[l] / (share * layer_width[l]),
    ),
    "activations_keep_a_share_of_the_mean_square": (
        layer_a[l + 1, j],
        "=",
        sqrt(share * E(z[l + 1, j] ** 2)),
    ),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    claim = equation("second_moment_so_far", E(layer_a[l, i] ** 2), growth(l) * second_moment, i)
    base = p.linear_combination(
        "=",
        E(layer_a[0, i] ** 2),
        growth(0) * second_moment,
        [p.by_assumption("inputs_share_one_second_moment", i), p.peel(growth(0))],
        [1, -second_moment],
    )
    above = p.chain(p.by_assumption("activations_keep_a_share_of_the_mean_square", l, i))
    above = above.by(_above(p, p.suppose(claim, j)))
    last = p.peel(growth(l + 1))
    step = p.linear_combination(
        "=",
        above.step.left,
        growth(l + 1) * second_moment,
        [above.step, last],
        [1, -second_moment],
    )
    found = p.specialize(p.induction(base, step, l, claim, [i]), {"l": depth})
    return p.conclude(
        found,
        quantities={
            "depth": depth,
            "ratio": ratio,
            "second_moment": second_moment,
            "growth": growth(depth),
        },
        uniform=p.rewrite(found, _power(p)),
        mean=_mean(p),
    )


def _above(p: Proof, below: Step) -> Step:
    """One more factor, by `dropout-second-moment`: part 1 of the plan."""
    return p.theorem(
        derived("dropout-second-moment"),
        None,
        {
            "fan_in": layer_width[l],
            "weight_variance": layer_variance_[l + 1],
            "keep": keep[l],
            "second_moment": growth(l) * second_moment,
        },
        {
            "W": (i, j, layer_W[l + 1, i, j]),
            "m": (j, mask[l, j]),
            "a": (j, layer_a[l, j]),
            "z": (i, z[l + 1, i]),
        },
        given=[below],
    )


def _power(p: Proof) -> Step:
    """∏_{l=1..L} n Var(W)/p = r^L: part 2 of the plan."""
    claim = equation("growth_so_far", growth(l), ratio**l)
    base = p.linear_combination("=", growth(0), 1, [p.peel(growth(0))], [1])
    about = p.by_assumption("every_factor_is_the_ratio", l)
    step = p.linear_combination(
        "=",
        growth(l + 1),
        ratio ** (l + 1),
        [p.peel(growth(l + 1)), about, p.suppose(claim)],
        [1, growth(l), ratio],
    )
    found = p.induction(base, step, l, claim)
    return p.specialize(found, {"l": depth})


def _mean(p: Proof) -> Step:
    """E[h^[L]_i] = y^[L]_i: part 3 of the plan."""
    claim = equation("mean_so_far", E(h[l, i]), y[l, i], i)
    above = p.chain(p.congruence(E(h[l + 1, i]), p.definition("given layer behind dropout", l, i)))
    above = above.by(p.expectation_is_linear(above.right))
    above = above.by(p.independence(E(mask[l, j] * h[l, j])))
    above = above.by(p.by_assumption("masks_keep_with_the_probability_of_their_layer", l, j))
    above = above.by(p.suppose(claim, j))
    network = p.definition("layer without dropout", l, i)
    step = p.linear_combination("=", above.step.left, y[l + 1, i], [above.step, network], [1, -1])
    base = p.by_assumption("the_input_is_what_it_is_on_average", i)
    return p.specialize(p.induction(base, step, l, claim, [i]), {"l": depth})
