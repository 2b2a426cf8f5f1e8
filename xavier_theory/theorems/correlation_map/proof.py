"""The correlation map: what a layer does to two inputs, and the number χ₁, forward and backward.

    E[z_i z'_i] = σ_w² (1/n) Σ_j E[φ(y_j) φ(y'_j)] + σ_b²                      (exact, one layer)
    ∂c'/∂c = σ_w² E[φ'(U) φ'(V)], at c = 1 this is χ₁ = σ_w² E[φ'(√q Z)²]       (forward)
    E[δ_j²] = χ₁ E[δ'²] with n^[l] = n^[l-1], δ_j = φ'(y_j) Σ_i W_ij δ'_i       (backward)

Two inputs whose pre-activations are jointly Gaussian with variance q and correlation c = 1/(1 + h),
U = √(q/(1+h)) (A + √h N) and V = √(q/(1+h)) (A + √h M), have the next correlation c' = (σ_w²
E[φ(U) φ(V)] + σ_b²)/q at a fixed point q; dc = −dh/(1 + h)². Nearby inputs are drawn together for
χ₁ < 1 (ordered), driven apart for χ₁ > 1 (chaotic): it is the squared distance 2q(1 − c) that χ₁
multiplies. By the same number gradients vanish or explode where widths are equal.

Assumptions: forward, φ is the integral of φ', and E[φ²] and E[φ'²] are finite at √q Z. So φ may
have kinks, as relu has, φ' being any number there. It may not jump: then χ₁ is infinite (Price's
theorem fails). Backward, **the signal that comes back is independent of this layer's weights and
pre-activations**, and these are independent of the weights above.

Plan of the proof
1. The covariance: the product of two sums, its diagonal and the rest, as in `layer-variance`.
2. Forward: Price's theorem (cited), d/dh E[φ(U) φ(V)] = −q E[φ'(U) φ'(V)]/(1 + h)²; χ₁ at h = 0.
3. Backward: `backward-gain` at equal widths.
"""

from __future__ import annotations

from typing import Any

from sympy import Integer, sqrt

from xavier_theory.symbolic.assumptions import (
    derivative,
    finite_moment,
    independent,
    law,
    primitive,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    EVERY,
    E,
    function,
    random_family,
    random_variable,
    scalar,
)
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.backward_gain.proof import CONTEXT as BACKWARD
from xavier_theory.theorems.backward_gain.proof import dphi, previous, signal
from xavier_theory.theorems.backward_variance.proof import delta, g
from xavier_theory.theorems.centred_moments.proof import centred_square
from xavier_theory.theorems.general_gain.proof import phi, y
from xavier_theory.theorems.layer_variance.proof import CONTEXT as LAYER
from xavier_theory.theorems.layer_variance.proof import weight_products_vanish
from xavier_theory.theorems.length_map.proof import CONTEXT as MAP
from xavier_theory.theorems.length_map.proof import B, S, bias_second_moment, weight_scale
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import W, a, fan_in, i, j, k, z

STATEMENT = Statement(
    order=29,
    name="correlation-map",
    title="The correlation map and χ₁",
    summary=Fact(
        (
            "For Gaussian pre-activations of variance q a layer multiplies the squared distance of "
            "two nearby inputs of one length, to first order, by χ₁ = σ_w² E[φ'(√q Z)²]; where q "
            "is at rest that is the slope of the correlation map at correlation 1. The mean square "
            "of a gradient grows by the same number, if fan-in and fan-out are equal and what "
            "comes back is independent of the weights and the pre-activation."
        ),
        Proved(),
        Proved("backward"),
    ),
    claims=("C12", "C13"),
    sources=(
        Cited("poole2016", "section 2.2"),
        Cited("schoenholz2017", "sections 3 and 4"),
        Cited("price1958", "eq. (6)"),
        Cited("voigtlaender2021", "section 1.1", "functions with kinks"),
        Cited(
            "yang2020",
            "the simple GIA check",
            "when forward and backward signals may be taken as independent",
        ),
    ),
    practice=(
        Fact(
            (
                "At χ₁ = 1, the edge of chaos, neither the distances of nearby inputs nor, between "
                "equal widths and if what comes back is independent of the layer, the mean squares "
                "of gradients grow or shrink exponentially in the limit of infinite width; deep "
                "plain networks are reported to train near it."
            ),
            Proved("linear", theorem="depth-scale"),
            Cited("schoenholz2017", "sections 3 to 5"),
        ),
        Fact(
            (
                "One scale need not serve both directions: at q = 1 tanh asks for σ_w = 1.5925 "
                "forward, and backward for 1.4674."
            ),
            Proved(),
            Proved("backward"),
            Computed("for σ_w = 1.5925"),
            Computed("backward for 1.4674"),
        ),
    ),
    remarks=(
        Fact(
            (
                "With Var(W) = σ_w²/fan_in and another fan_out the mean square of the gradient "
                "is multiplied by (fan_out/fan_in) χ₁ in place of χ₁: by fan_out Var(W) for "
                "what comes back, and by E[φ'²] for the slopes."
            ),
            Proved(theorem="backward-gain"),
        ),
        Fact(
            (
                "tanh with the forward gain has at q = 1 a χ₁ of 1.178: between equal widths, and "
                "if what comes back is independent of each layer, gradients grow by that in mean "
                "square in each layer, over 50 layers by about 3,600. With σ_w = 1.4674 q = 1 is "
                "not kept: the signal falls to the fixed point q = 0.725, where χ₁ is 1.126, and "
                "over 50 layers there gradients grow by about 380 under the same conditions."
            ),
            Proved("backward"),
            Computed("a χ₁ of 1.178"),
            Computed("by about 3,600"),
            Computed("fixed point q = 0.725"),
            Computed("where χ₁ is 1.126"),
            Computed("gradients grow by about 380"),
            given=("1.4674",),
        ),
        Fact(
            "For relu both gains are √2 and χ₁ = 1 at every q: He's rule is critical.",
            Proved("correlation_slope", theorem="homogeneous-activation"),
            Proved(theorem="homogeneous-activation"),
        ),
        Fact(
            "A step has no χ₁: E[φ(U) φ(V)] falls off like the root of the distance 1 − c.",
            Cited("cho2009", "section 2.1, the kernel of degree 0"),
        ),
        Fact(
            (
                "The independence of the backward signal is the idealization of "
                "backward-variance. In the limit of infinite width it may be assumed for "
                "Gaussian weights if the readout has mean zero, is independent of all other "
                "weights and is used nowhere else."
            ),
            Fails("the_backward_signal_is_independent_of_the_weights"),
            Cited("yang2020", "the simple GIA check"),
        ),
        Fact(
            (
                "That the pre-activations of two inputs are jointly Gaussian is the limit of "
                "infinite width at a fixed depth. Where q is at rest the bound 1 − c' <= "
                "χ₁(1 − c) holds at every positive correlation of such a pair, not at c = 1 alone."
            ),
            Cited("matthews2018", "theorem 4"),
            Proved(theorem="correlation-limit"),
        ),
        Fact(
            (
                "A kept variance does not keep the gradient: at σ_w² = 4, with all widths "
                "equal, tanh rests at its fixed point q = 2.1215, where χ₁ is 1.3627: in the limit "
                "of infinite width, if what comes back is independent of the layer, every layer "
                "multiplies the gradient's mean square by that."
            ),
            Proved("backward"),
            Sampled("gradients through a tanh layer at its fixed point for σ_w² = 4"),
            Computed("fixed point q = 2.1215"),
            Computed("χ₁ is 1.3627"),
        ),
    ),
)

BIASES = (
    "biases_have_zero_mean",
    "biases_share_one_variance",
    "biases_have_finite_second_moments",
)
SIGNAL = (
    "weights_out_of_a_unit_are_uncorrelated",
    "the_backward_signal_is_independent_of_the_weights",
    "the_backward_signal_has_finite_second_moments",
    "the_backward_signal_has_one_second_moment",
    "pre_activations_are_independent_of_what_comes_back",
    "slopes_have_finite_second_moments",
)
A, N, M = random_variable("A"), random_variable("N"), random_variable("M")
x, h = scalar("x"), scalar("h", "nonnegative")
q = scalar("second_moment", "positive", latex="q")
map_slope = function("dC", latex="C'")
u, c = random_family("u", 1), random_family("c", 1)
other_z, other_sum = random_family("t", 1), random_family("R", 1, by_layer=True)


def pair(distance: Any, function: Any = phi) -> Any:
    """E[φ(U) φ(V)] at correlation 1/(1 + distance)."""
    size = sqrt(q / (1 + distance))
    first, second = (size * (A + sqrt(distance) * noise) for noise in (N, M))
    return E(function(first) * function(second))


CONTEXT = Context(
    (
        LAYER.named("weights_have_zero_mean"),
        MAP.named("weights_have_the_scale_over_fan_in"),
        LAYER.named("weights_of_a_unit_are_uncorrelated"),
        LAYER.named("weights_have_finite_second_moments"),
        independent(
            "weights_are_independent_of_both_layers_below",
            [W[i, EVERY]],
            [a[EVERY], c[EVERY]],
            i,
        ),
        *(MAP.named(name) for name in BIASES),
        independent(
            "biases_are_independent_of_all_else",
            [B[EVERY]],
            [W[EVERY, EVERY], a[EVERY], c[EVERY]],
        ),
        LAYER.named("inputs_have_finite_second_moments"),
        finite_moment("other_inputs_have_finite_second_moments", c[j], 2, j),
        law("the_signals_are_standard_normal", "gaussian", [A, N, M], [Integer(0), Integer(1)]),
        derivative("the_pair_has_the_slope", pair(h), map_slope(h), h),
        primitive("phi_is_the_integral_of_dphi", phi(x), dphi(x), x),
        finite_moment("the_activation_has_a_second_moment", phi(sqrt(q) * A), 2),
        finite_moment("the_derivative_has_a_second_moment", dphi(sqrt(q) * A), 2),
        *(BACKWARD.named(name) for name in SIGNAL),
    ),
    (
        define("activation", a[j], phi(y[j]), j),
        define("other activation", c[j], phi(u[j]), j),
        define("weighted sum", S[i], sum_over(j, fan_in, W[i, j] * a[j]), i),
        define("other weighted sum", other_sum[i], sum_over(j, fan_in, W[i, j] * c[j]), i),
        define("pre-activation", z[i], S[i] + B[i], i),
        define("other pre-activation", other_z[i], other_sum[i] + B[i], i),
        define("backpropagated gradient", g[j], sum_over(i, fan_in, W[i, j] * delta[i]), j),
        define("gradient before the activation", previous[j], dphi(y[j]) * g[j], j),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    anywhere = _slope(p)
    conclusion = p.specialize(anywhere, {"h": Integer(0)})
    return p.conclude(
        conclusion,
        quantities={
            "weight_scale": weight_scale,
            "slope_second_moment": E(dphi(sqrt(q) * A) ** 2),
            "unit_slope_second_moment": E(dphi(y[j]) ** 2),
            "signal_second_moment": signal,
        },
        at_any_correlation=anywhere,
        covariance=_covariance(p),
        backward=_backward(p),
    )


def _slope(p: Proof) -> Step:
    """∂c'/∂c at c = 1/(1 + h), which is −(1 + h)² times the slope in h: part 2 of the plan."""
    price = p.cite(
        "gaussian-decorrelation-slope",
        {"q": q, "h": h},
        {"A": (A,), "N": (N,), "M": (M,)},
        {"f": (x, phi(x)), "df": (x, dphi(x)), "dm": (x, map_slope(x))},
    )
    factor = -weight_scale * (1 + h) ** 2 / q
    slopes = weight_scale * pair(h, dphi)
    return p.linear_combination("=", factor * map_slope(h), slopes, [price], [factor])


def _covariance(p: Proof) -> Step:
    """E[z_i z'_i] = σ_w² (1/n) Σ_j E[φ(y_j) φ(y'_j)] + σ_b²: part 1 of the plan."""
    chain = p.chain(p.congruence(E(z[i] * other_z[i]), p.definition("pre-activation", i)))
    chain = chain.by(p.definition("other pre-activation", i))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(_products(p)).by(bias_second_moment(p))
    for name, total in (("weighted sum", S[i]), ("other weighted sum", other_sum[i])):
        middle = p.chain(p.congruence(E(total * B[i]), p.definition(name, i)))
        middle = middle.by(p.independence(middle.right))
        chain = chain.by(middle.by(p.by_assumption("biases_have_zero_mean", i)).step)
    chain = chain.by(p.definition("activation", j)).by(p.definition("other activation", j))
    return chain.step


def _products(p: Proof) -> Step:
    """E[Σ_j W_ij a_j Σ_k W_ik a'_k] = σ_w²/n Σ_j E[a_j a'_j]."""
    chain = p.chain(p.congruence(E(S[i] * other_sum[i]), p.definition("weighted sum", i)))
    chain = chain.by(p.definition("other weighted sum", i))
    chain = chain.by(p.product_of_sums(chain.right.args[0]))
    chain = chain.by(p.split_diagonal(chain.right.args[0]))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.independence(E(W[i, j] ** 2 * a[j] * c[j])))
    chain = chain.by(p.independence(E(W[i, j] * W[i, k] * a[j] * c[k])))
    chain = chain.by(_weight_second_moment(p)).by(weight_products_vanish(p))
    diagonal = sum_over(j, fan_in, weight_scale / fan_in * E(a[j] * c[j]))
    return chain.by(p.sum_is_linear(chain.right - diagonal)).by(p.sum_is_linear(diagonal)).step


def _weight_second_moment(p: Proof) -> Step:
    """E[W_ij²] = σ_w²/n."""
    return centred_square(p, W[i, j], weight_scale / fan_in)


def _backward(p: Proof) -> Step:
    """E[δ_j²] = σ_w² E[φ'(y_j)²] E[δ'²]: part 3 of the plan."""
    scalars = {"fan_out": fan_in, "weight_variance": weight_scale / fan_in}
    return p.theorem(derived("backward-gain"), None, scalars)
