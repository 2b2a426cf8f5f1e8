"""The length map: what one layer does to the mean square of its pre-activations.

    E[q'] = σ_w² (1/n) Σ_j E[φ(y_j)²] + σ_b²,    q' = (1/m) Σ_i z_i²,   z_i = Σ_j W_ij φ(y_j) + b_i

with Var(W) = σ_w²/n and random biases of variance σ_b². It is exact at every width, and holds as it
stands for *given* numbers y_j (result `given_the_layer`): E[q' | layer] = σ_w² (1/n) Σ_j φ(y_j)² +
σ_b². The length map V(q) = σ_w² E[φ(√q Z)²] + σ_b² is what is left when the average over the units
is an expectation: where every y_j has the law of √q Z (result `map`), and in the limit of infinite
width by the law of large numbers.

Assumptions: those of `layer-variance` without the inputs' mean zero, for Var(W) = σ_w²/n; biases of
mean zero and variance σ_b², independent of weights and layer together.

Plan of the proof
1. z_i² = S_i² + 2 b_i S_i + b_i² with S_i = Σ_j W_ij φ(y_j); the middle has mean 0.
2. `layer-variance` (its result `second_moment`) for S_i: E[S_i²] = Var(W) Σ_j E[φ(y_j)²].
3. All units have this mean, hence so has their average.
4. With equal E[φ(y_j)²] the sum is n of them; with numbers for y_j there is no E.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    independent,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, constants, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.centred_moments.proof import centred_square
from xavier_theory.theorems.general_gain.proof import activation_second_moment, phi, y
from xavier_theory.theorems.layer_variance.proof import CONTEXT as LAYER
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import W, a, fan_in, fan_out, i, j, z

STATEMENT = Statement(
    order=26,
    name="length-map",
    title="The length map",
    summary=Fact(
        (
            "Given the layer below, the mean square of the pre-activations has the mean "
            "σ_w² times the average of φ(y)² plus σ_b²: exactly, at every width."
        ),
        Proved("given_the_layer"),
        Proved(),
    ),
    claims=(),
    sources=(
        Cited("poole2016", "eq. (3)"),
        Cited("schoenholz2017", "section 3"),
    ),
    practice=(
        Fact(
            (
                "To predict the size of the signal in a wide network of a fixed depth, iterate "
                "q ↦ σ_w² E[φ(√q Z)²] + σ_b²; `xavier-theory phase` draws this map and its "
                "fixed points. That the units are N(0, q) is the limit of infinite width, which "
                "gaussian-limit states."
            ),
            Proved("map"),
            Cited("poole2016", "eq. (3)"),
            Cited("matthews2018", "theorem 4"),
            Proved("uncorrelated_squares", theorem="gaussian-limit"),
        ),
    ),
    remarks=(
        Fact(
            (
                "Given the layer below, independent Gaussian weights and biases make every z_i "
                "exactly Gaussian with this variance, and the units independent. The theorem "
                "asks for neither."
            ),
            Cited("anderson2003", "section 2.4"),
            Proved(),
        ),
        Fact(
            (
                "What is not exact is the step from the average over n units to the "
                "expectation: where they are uncorrelated it is off by a random amount of order "
                "1/√n in each layer. Where the map's slope is above 1 such amounts grow over "
                "depth (see gain-stability)."
            ),
            Proved("fluctuation", theorem="finite-width"),
            Proved("excess", theorem="gain-stability"),
            Sampled("two networks after 100 layers", "gain-stability"),
        ),
        Fact(
            "The biases' variance counts whole, and is not divided by the width.",
            Proved(),
        ),
    ),
)

weight_scale = scalar("weight_scale", "nonnegative", latex=r"\sigma_w^2")
bias_variance = scalar("bias_variance", "nonnegative", latex=r"\sigma_b^2")
B, S = random_family("B", 1), random_family("S", 1)
x, R, u = constants("x", 1), random_family("R", 1, by_layer=True), random_family("u", 1)
mean_square = sum_over(i, fan_out, z[i] ** 2) / fan_out

CONTEXT = Context(
    (
        LAYER.named("weights_have_zero_mean"),
        common_variance("weights_have_the_scale_over_fan_in", W[i, j], weight_scale / fan_in, i, j),
        LAYER.named("weights_of_a_unit_are_uncorrelated"),
        LAYER.named("weights_have_finite_second_moments"),
        LAYER.named("weights_are_independent_of_the_inputs"),
        zero_mean("biases_have_zero_mean", B[i], i),
        common_variance("biases_share_one_variance", B[i], bias_variance, i),
        finite_moment("biases_have_finite_second_moments", B[i], 2, i),
        independent("biases_are_independent_of_all_else", [B[EVERY]], [W[EVERY, EVERY], a[EVERY]]),
        LAYER.named("inputs_have_finite_second_moments"),
        equation(
            "activations_share_one_second_moment", E(phi(y[j]) ** 2), activation_second_moment, j
        ),
    ),
    (
        define("activation", a[j], phi(y[j]), j),
        define("weighted sum", S[i], sum_over(j, fan_in, W[i, j] * a[j]), i),
        define("pre-activation", z[i], S[i] + B[i], i),
        define("weighted sum of given numbers", R[i], sum_over(j, fan_in, W[i, j] * phi(x[j])), i),
        define("pre-activation given the layer", u[i], R[i] + B[i], i),
    ),
)
SOLVED = {
    "activations_share_one_second_moment": (
        (y[j], "=", y[1]),
        (activation_second_moment, "=", E(phi(y[1]) ** 2)),
    )
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    one_unit = _one_unit(p)
    every_unit = p.specialize(one_unit, {"i": j})
    average = p.chain(p.expectation_is_linear(E(mean_square))).by(every_unit)
    average = average.by(p.sum_is_linear(sum_over(i, fan_out, one_unit.right)))
    squares = sum_over(j, fan_in, E(phi(y[j]) ** 2))
    conclusion = average.algebra(weight_scale * squares / fan_in + bias_variance).step
    shared = p.chain(conclusion).by(p.by_assumption("activations_share_one_second_moment", j))
    shared = shared.by(p.sum_is_linear(sum_over(j, fan_in, activation_second_moment)))
    numbers = sum_over(j, fan_in, phi(x[j]) ** 2)
    of_numbers = {
        "y": (j, x[j]), "a": (j, phi(x[j])), "S": (i, R[i]), "z": (i, u[i]),
    }  # fmt: skip
    numbered = p.chain(p.specialize(conclusion, {}, of_numbers))
    given = numbered.by(p.expectation_is_linear(E(phi(x[j]) ** 2))).step
    return p.conclude(
        conclusion,
        quantities={
            "fan_in": fan_in,
            "weight_scale": weight_scale,
            "bias_variance": bias_variance,
            "activation_second_moment": activation_second_moment,
            "sum_of_squares": numbers,
        },
        one_unit=one_unit,
        map=shared.algebra(weight_scale * activation_second_moment + bias_variance).step,
        given_the_layer=given,
    )


def _one_unit(p: Proof) -> Step:
    """E[z_i²] = σ_w² (1/n) Σ_j E[φ(y_j)²] + σ_b²: parts 1 and 2 of the plan."""
    chain = p.chain(p.congruence(E(z[i] ** 2), p.definition("pre-activation", i)))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(_weighted_sum(p)).by(_middle(p)).by(bias_second_moment(p))
    return chain.by(p.definition("activation", j)).step


def _weighted_sum(p: Proof) -> Step:
    """E[S_i²] = σ_w²/n Σ_j E[a_j²]."""
    scale = {"weight_variance": weight_scale / fan_in}
    return p.theorem(
        derived("layer-variance"), "second_moment", scale, {"z": (i, S[i]), "b": (i, 0)}
    )


def _middle(p: Proof) -> Step:
    """E[S_i b_i] = 0, because b_i has mean 0 and is independent of the sum."""
    chain = p.chain(p.congruence(E(S[i] * B[i]), p.definition("weighted sum", i)))
    chain = chain.by(p.independence(chain.right))
    return chain.by(p.by_assumption("biases_have_zero_mean", i)).step


def bias_second_moment(p: Proof) -> Step:
    """E[b_i²] = σ_b²."""
    return centred_square(p, B[i], bias_variance)
