"""The general rule of a layer: weights, biases and inputs with a mean.

    E[z_i²]  = n Var(W) E[a²] + m² E[(Σ_j a_j)²] + 2 m β E[Σ_j a_j] + β² + σ_b²
    Var(z_i) = n Var(W) E[a²] + m² Var(Σ_j a_j) + σ_b²,      z_i = Σ_j (m + W_ij) a_j + b_i

for weights m + W_ij of mean m, and biases of mean β and variance σ_b². With m = 0 the inputs enter
by their mean square alone, whatever their mean is, and the biases by their own: E[z²] is
n Var(W) E[a²] plus the biases' second moment. A mean of the weights multiplies the *sum* of the
inputs, whose square is of order n² where they have a mean.

Assumptions: those of `layer-variance` without the inputs' mean zero, for the weights less their
mean; inputs that share one second moment; biases of one mean and one variance, independent of
weights and inputs together. *Not* needed: inputs of mean zero, or that are independent.

Plan of the proof
1. z_i = S_i + m A + b_i with S_i = Σ_j W_ij a_j and A = Σ_j a_j.
2. `layer-variance` for S_i: E[S_i] = 0 and E[S_i²] = Var(W) Σ_j E[a_j²].
3. E[S_i A] = Σ_j Σ_k E[W_ij] E[a_j a_k] = 0, E[S_i b_i] = 0, E[A b_i] = β E[A].
4. E[z_i] = m E[A] + β; take its square away.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import common_variance, equation, finite_moment, independent
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, Var, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import FOR_ANY_MEAN
from xavier_theory.theorems.length_map.proof import B, S, bias_variance
from xavier_theory.theorems.statement import (
    Cited,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import W, a, fan_in, i, j, k, weight_mean, weight_variance, z

STATEMENT = Statement(
    order=2.5,
    name="layer-rule",
    title="The general rule of a layer",
    summary=Fact(
        (
            "The second moment of a pre-activation is fan-in times the weights' variance times "
            "the inputs' second moment, plus the second moment of its bias, plus two terms that "
            "a mean of the weights brings in with the sum of the inputs."
        ),
        Proved(),
        Sampled("weights, inputs and biases with a mean"),
    ),
    claims=(),
    sources=(
        Cited("he2015", "section 2.2, eqs. (5)-(7)", "weights of mean zero, no biases"),
        Cited("poole2016", "eq. (3)", "random biases"),
    ),
    practice=(
        Fact(
            (
                "Weights of mean zero make the rule insensitive to the inputs' mean: only E[a²] "
                "enters, and random biases add their second moment."
            ),
            Proved(),
            Proved("one_unit", theorem="length-map"),
        ),
        Fact(
            (
                "Keep the mean of the weights far below 1/fan_in where inputs have a mean: without "
                "biases, with inputs all 1 and Var(W) = 1/n, a mean of 1/n multiplies E[z²] by "
                "two, and one of 1/√n by n + 1."
            ),
            Proved(),
            Sampled("a mean of 1/n, 64 inputs"),
        ),
    ),
    remarks=(
        Fact(
            "A bias that is a constant is the case σ_b = 0: it adds β², and 2βm E[A] where the "
            "weights have a mean m, and no variance.",
            Proved(),
            Proved("variance"),
        ),
        Fact(
            (
                "Over depth, with weights of mean zero, the rule is a recursion: for an activation "
                "that is linear on either side of 0 second-moment-depth has its closed form."
            ),
            Proved("one_layer", theorem="second-moment-depth"),
            Proved(theorem="second-moment-depth"),
        ),
        Fact(
            "Biases that depend on the weights may add more.",
            Fails("biases_are_independent_of_all_else"),
        ),
    ),
    notation="The weights are m + W_ij, so that W_ij has mean zero. A is the sum of the inputs.",
)

second_moment = scalar("second_moment", "nonnegative", latex="q")
bias_mean = scalar("bias_mean", latex=r"\beta")
total = sum_over(j, fan_in, a[j])

CONTEXT = Context(
    (
        *FOR_ANY_MEAN,
        equation("inputs_share_one_second_moment", E(a[j] ** 2), second_moment, j),
        equation("biases_share_one_mean", E(B[i]), bias_mean, i),
        common_variance("biases_share_one_variance", B[i], bias_variance, i),
        independent("biases_are_independent_of_all_else", [B[EVERY]], [W[EVERY, EVERY], a[EVERY]]),
        finite_moment("biases_have_finite_second_moments", B[i], 2, i),
    ),
    (
        define("weighted sum", S[i], sum_over(j, fan_in, W[i, j] * a[j]), i),
        define(
            "pre-activation", z[i], sum_over(j, fan_in, (weight_mean + W[i, j]) * a[j]) + B[i], i
        ),
    ),
)
spread = fan_in * weight_variance * second_moment


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    parts, mean = _parts(p), _mean(p)
    square = _square(p, parts)
    of_total = p.variance_definition(Var(total))
    variance = p.linear_combination(
        "=",
        Var(z[i]),
        spread + weight_mean**2 * Var(total) + bias_variance,
        [p.variance_definition(Var(z[i])), square, mean, of_total],
        [1, 1, -(mean.left + mean.right), -(weight_mean**2)],
    )
    return p.conclude(
        square,
        quantities={
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
            "weight_mean": weight_mean,
            "bias_mean": bias_mean,
            "bias_variance": bias_variance,
            "square_of_the_sum": E(total**2),
            "mean_of_the_sum": E(total),
            "variance_of_the_sum": Var(total),
        },
        variance=variance,
        mean=mean,
    )


def _parts(p: Proof) -> Step:
    """z_i = S_i + m A + b_i: part 1 of the plan."""
    whole, weighted = p.definition("pre-activation", i), p.definition("weighted sum", i)
    return p.linear_combination(
        "=", z[i], S[i] + weight_mean * total + B[i], [whole, weighted], [1, -1]
    )


def _mean(p: Proof) -> Step:
    """E[z_i] = m E[A] + β: part 4 of the plan."""
    chain = p.chain(p.congruence(E(z[i]), _parts(p)))
    chain = chain.by(p.expectation_is_linear(chain.right)).by(_layer(p, "mean"))
    chain = chain.by(p.by_assumption("biases_share_one_mean", i))
    whole = p.expectation_is_linear(E(total))
    return p.linear_combination(
        "=", E(z[i]), weight_mean * E(total) + bias_mean, [chain.step, whole], [1, -weight_mean]
    )


def _layer(p: Proof, result: str) -> Step:
    """A result of `layer-variance` for S_i: part 2 of the plan."""
    return p.theorem(derived("layer-variance"), result, {}, {"z": (i, S[i]), "b": (i, 0)})


def _square(p: Proof, parts: Step) -> Step:
    """E[z_i²]: parts 2 and 3 of the plan."""
    chain = p.chain(p.congruence(E(z[i] ** 2), parts))
    chain = chain.by(p.expectation_is_linear(chain.right))
    weighted = p.chain(_layer(p, "second_moment"))
    weighted = weighted.by(p.by_assumption("inputs_share_one_second_moment", j))
    chain = chain.by(weighted.by(p.sum_is_linear(sum_over(j, fan_in, second_moment))).step)
    chain = chain.by(_sum_and_inputs(p)).by(_sum_and_bias(p))
    mean_bias = p.by_assumption("biases_share_one_mean", i)
    chain = chain.by(p.independence(E(B[i] * total))).by(mean_bias)
    bias = p.variance_definition(Var(B[i]))
    right = spread + weight_mean**2 * E(total**2) + 2 * weight_mean * bias_mean * E(total)
    return p.linear_combination(
        "=",
        E(z[i] ** 2),
        right + bias_mean**2 + bias_variance,
        [chain.step, bias, p.by_assumption("biases_share_one_variance", i), mean_bias],
        [1, -1, 1, mean_bias.left + bias_mean],
    )


def _sum_and_inputs(p: Proof) -> Step:
    """E[S_i A] = 0: part 3 of the plan."""
    chain = p.chain(p.congruence(E(S[i] * total), p.definition("weighted sum", i)))
    chain = chain.by(p.product_of_sums(chain.right.args[0]))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.independence(E(W[i, j] * a[j] * a[k])))
    chain = chain.by(p.by_assumption("weights_have_zero_mean", i, j))
    return chain.by(p.sum_is_linear(chain.right)).step


def _sum_and_bias(p: Proof) -> Step:
    """E[S_i b_i] = 0: part 3 of the plan."""
    chain = p.chain(p.congruence(E(S[i] * B[i]), p.definition("weighted sum", i)))
    unfolded = p.congruence(E(S[i]), p.definition("weighted sum", i))
    none = p.linear_combination("=", unfolded.right, 0, [unfolded, _layer(p, "mean")], [-1, 1])
    return chain.by(p.independence(chain.right)).by(none).step
