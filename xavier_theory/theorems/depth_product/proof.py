"""Variance over depth, for identity activations.

    Var(a^[L]) = [∏_{l=1..L} n^[l-1] Var(W^[l])] Var(x),    a^[l] = W^[l] a^[l-1],  a^[0] = x

and the three regimes: with every factor at most r, Var(a^[L]) <= r^L Var(x), which vanishes for
r < 1; with every factor at least r, Var(a^[L]) >= r^L Var(x), which explodes for r > 1; with every
factor equal to r it is r^L Var(x), which is kept for r = 1.

Assumptions: those of `layer-variance` for each layer. *Not* needed: that the units of a layer are
independent of each other (in depth they are not) or that the layers' weights have the same law.

Plan of the proof
1. E[a^[l]] = 0 at every layer, from E[W] = 0 (and E[x] = 0 at the input).
2. Induction over l: `layer-variance`, with the hypothesis as the variance of the layer's inputs,
   adds one factor.
3. Bounds on the product, by induction: multiply the hypothesis by one factor.
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import (
    Assumption,
    at_most,
    common_variance,
    equation,
    finite_moment,
    independent,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import product_over, sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, Var, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import (
    i,
    j,
    k,
    l,
    layer_a,
    layer_variance_,
    layer_W,
    layer_width,
)

STATEMENT = Statement(
    order=3,
    name="depth-product",
    title="Variance over depth",
    summary=Fact(
        (
            "Without nonlinearities the variance of layer L is the input's, times one "
            "factor fan-in times Var(W) for each layer: a product over depth."
        ),
        Proved(),
    ),
    claims=("C11", "C13", "C14", "C17"),
    sources=(
        Cited("glorot2010", "section 4.2.1, eq. (5)"),
        Cited("he2015", "section 2.2, eq. (9)"),
    ),
    practice=(
        Fact(
            (
                "A factor of 1.1 in each of 50 layers is a factor of 117 at the end; 0.9 is a "
                "factor of 0.00515."
            ),
            Proved("uniform"),
            Computed("a factor of 117"),
            Computed("a factor of 0.00515"),
            given=(
                "1.1",
                "0.9",
            ),
        ),
    ),
    remarks=(
        Fact(
            (
                "The regimes need a bound away from 1: factors 1 - 1/(l+1)² are all below 1, "
                "and their product is (l+2)/(2l+2), above 1/2 at every depth."
            ),
            Proved("vanishing"),
            Proved("exploding"),
            Proved("telescope"),
        ),
        Fact(
            (
                "This is growth in mean square. The typical signal is another matter: at width "
                "2 Gaussian weights that keep the variance multiply the typical |a|² by 0.561 "
                "in each layer."
            ),
            Proved(theorem="random-chain-growth"),
            Sampled("width 2", "random-chain-growth"),
            Computed("by 0.561", "random-chain-growth"),
        ),
    ),
)

input_variance = scalar("input_variance", "nonnegative", latex=r"\sigma_a^2")
depth = scalar("depth", "natural", latex="L")
ratio = scalar("ratio", "nonnegative", latex="r")
m = scalar("m", "width")
weighted_sum = sum_over(j, layer_width[l], layer_W[l + 1, i, j] * layer_a[l, j])


def factor(layer: Any) -> Any:
    """The factor n^[layer] Var(W^[layer + 1]) that the layer above ``layer`` brings in."""
    return layer_width[layer] * layer_variance_[layer + 1]


def growth(last: Any) -> Any:
    """The product of the factors of the layers 1..``last``."""
    return product_over(m, last, layer_width[m - 1] * layer_variance_[m])


CONTEXT = Context(
    (
        zero_mean("weights_have_zero_mean", layer_W[l, i, j], l, i, j),
        common_variance(
            "weights_of_a_layer_share_one_variance",
            layer_W[l, i, j],
            layer_variance_[l],
            *(l, i, j),
        ),
        uncorrelated(
            "weights_of_a_unit_are_uncorrelated",
            layer_W[l, i, j],
            layer_W[l, i, k],
            *(l, i, j, k),
            distinct=[(j, k)],
        ),
        independent(
            "weights_are_independent_of_the_layers_below",
            [layer_W[l + 1, i, EVERY]],
            [layer_a[l, EVERY]],
            *(l, i),
        ),
        zero_mean("inputs_have_zero_mean", layer_a[0, j], j),
        common_variance("inputs_share_one_variance", layer_a[0, j], input_variance, j),
        finite_moment("weights_have_finite_second_moments", layer_W[l, i, j], 2, l, i, j),
        finite_moment("activations_have_finite_second_moments", layer_a[l, j], 2, l, j),
        equation("every_factor_is_the_ratio", factor(l), ratio, l),
        at_most("every_factor_is_at_most_the_ratio", factor(l), ratio, l),
        at_most("every_factor_is_at_least_the_ratio", ratio, factor(l), l),
    ),
    (define("linear layer", layer_a[l + 1, i], weighted_sum, l, i),),
)

SOLVED = {
    "every_factor_is_the_ratio": (layer_variance_[l + 1], "=", ratio / layer_width[l]),
    "every_factor_is_at_most_the_ratio": (layer_variance_[l + 1], "<=", ratio / layer_width[l]),
    "every_factor_is_at_least_the_ratio": (layer_variance_[l + 1], ">=", ratio / layer_width[l]),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    mean = _means_vanish(p)
    hypothesis = equation("variance_of_layer_l", Var(layer_a[l, i]), growth(l) * input_variance, i)
    base = p.linear_combination(
        "=",
        Var(layer_a[0, i]),
        growth(0) * input_variance,
        [p.by_assumption("inputs_share_one_variance", i), p.peel(growth(0))],
        [1, -input_variance],
    )
    conclusion = p.induction(base, _next_layer(p, hypothesis, mean), l, hypothesis, [i])
    at_depth = p.specialize(conclusion, {"l": depth})
    return p.conclude(
        at_depth,
        quantities={
            "depth": depth,
            "ratio": ratio,
            "input_variance": input_variance,
            "growth": growth(depth),
        },
        mean=mean,
        uniform=_in_powers(p, at_depth, "every_factor_is_the_ratio"),
        vanishing=_in_powers(p, at_depth, "every_factor_is_at_most_the_ratio"),
        exploding=_in_powers(p, at_depth, "every_factor_is_at_least_the_ratio"),
        telescope=_telescope(p),
    )


def _means_vanish(p: Proof) -> Step:
    """E[a^[l]] = 0 at every layer: part 1 of the plan."""
    claim = equation("mean_of_layer_l", E(layer_a[l, i]), 0, i)
    above = p.theorem(
        derived("layer-variance"),
        "mean",
        {"fan_in": layer_width[l]},
        {
            "W": (i, j, layer_W[l + 1, i, j]),
            "a": (j, layer_a[l, j]),
            "z": (i, layer_a[l + 1, i]),
            "b": (i, 0),
        },
    )
    return p.induction(p.by_assumption("inputs_have_zero_mean", i), above, l, claim, [i])


def _next_layer(p: Proof, hypothesis: Assumption, mean: Step) -> Step:
    """One more factor, by layer-variance: part 2 of the plan."""
    below = p.suppose(hypothesis, i)
    above = p.theorem(
        derived("layer-variance"),
        None,
        {
            "fan_in": layer_width[l],
            "weight_variance": layer_variance_[l + 1],
            "input_variance": growth(l) * input_variance,
        },
        {
            "W": (i, j, layer_W[l + 1, i, j]),
            "a": (j, layer_a[l, j]),
            "z": (i, layer_a[l + 1, i]),
            "b": (i, 0),
        },
        given=[below, mean],
    )
    last = p.peel(growth(l + 1))
    return p.linear_combination(
        "=", above.left, growth(l + 1) * input_variance, [above, last], [1, -input_variance]
    )


def _in_powers(p: Proof, variance: Step, name: str) -> Step:
    """Var(a^[L]) against r^L Var(x), for factors r, at most r or at least r: part 3 of the plan."""
    about = p.by_assumption(name, l)
    reverse = about.left == ratio
    sign = -1 if reverse else 1

    def sides(layer: Any) -> tuple[Any, Any]:
        pair = (growth(layer), ratio**layer)
        return pair[::-1] if reverse else pair

    make = equation if about.relation == "=" else at_most
    hypothesis = make("growth_so_far", *sides(l))
    base = p.linear_combination(about.relation, *sides(0), [p.peel(growth(0))], [sign])
    step = p.linear_combination(
        about.relation,
        *sides(l + 1),
        [p.peel(growth(l + 1)), about, p.suppose(hypothesis)],
        [sign, growth(l), ratio],
    )
    power = p.specialize(p.induction(base, step, l, hypothesis), {"l": depth})
    pair = (variance.left, ratio**depth * input_variance)
    return p.linear_combination(
        about.relation,
        *(pair[::-1] if reverse else pair),
        [variance, power],
        [sign, input_variance],
    )


def _telescope(p: Proof) -> Step:
    """∏_{m=1..l} (1 − 1/(m+1)²) = (l + 2)/(2 (l + 1)): factors below 1, yet it does not vanish."""

    def product(last: Any) -> Any:
        return product_over(m, last, 1 - 1 / (m + 1) ** 2)

    def closed(last: Any) -> Any:
        return (last + 2) / (2 * (last + 1))

    hypothesis = equation("product_so_far", product(l), closed(l))
    base = p.linear_combination("=", product(0), 1, [p.peel(product(0))], [1])
    below = p.suppose(hypothesis)
    last = p.peel(product(l + 1))
    step = p.linear_combination(
        "=", product(l + 1), closed(l + 1), [last, below], [1, 1 - 1 / (l + 2) ** 2]
    )
    return p.induction(base, step, l, hypothesis)
