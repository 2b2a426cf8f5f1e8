"""Variance of a pre-activation: one layer, forward.

    Var(z_i) = n Var(W) Var(a),    z_i = Σ_j W_ij a_j + b_i

Assumptions: the weights have mean zero and one variance, those of one unit are uncorrelated, and
they are independent of the inputs; the inputs have mean zero and one variance. *Not* needed: zero
biases, independent or identically distributed inputs, independent units. Without the inputs' mean
zero, Σ_j E[a_j²] takes the place of n Var(a).

Plan of the proof
1. The mean: E[z_i] = b_i, for E[W_ij a_j] = E[W_ij] E[a_j] = 0.
2. The square of the sum is a double sum: its diagonal and the rest.
3. Off the diagonal: E[W_ij W_ik a_j a_k] = E[W_ij W_ik] E[a_j a_k] = 0, whatever the inputs have in
   common.
4. On the diagonal: E[W_ij² a_j²] = Var(W) E[a_j²]. Hence Var(z_i) = Var(W) Σ_j E[a_j²].
5. With E[a_j] = 0 each E[a_j²] is Var(a), and there are n of them.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import (
    common_variance,
    finite_moment,
    independent,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Chain, Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, Var, scalar
from xavier_theory.theorems.centred_moments.proof import centred_product, centred_square
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Statement
from xavier_theory.theorems.symbols import W, a, b, fan_in, i, j, k, weight_variance, z

STATEMENT = Statement(
    order=2,
    name="layer-variance",
    title="Variance of a pre-activation",
    summary=Fact(
        (
            "A layer multiplies the variance of its inputs by fan-in times the variance of "
            "its weights, if inputs and weights have mean zero, and the weights of a unit "
            "are uncorrelated and independent of the inputs."
        ),
        Proved(),
    ),
    claims=("C14", "C15", "C16", "C21"),
    sources=(
        Cited("glorot2010", "section 4.2.1, eq. (5)"),
        Cited("he2015", "section 2.2, eqs. (5)-(7)"),
    ),
    practice=(
        Fact(
            "To keep the variance of a linear layer's signal, choose Var(W) = 1/fan_in.",
            Proved(),
            Proved(theorem="xavier-variance"),
        ),
    ),
    remarks=(
        Fact(
            (
                "Constant biases of any size leave the variance of this layer alone; they are "
                "the means of its pre-activations."
            ),
            Proved(),
            Proved("mean"),
        ),
        Fact(
            "The inputs may depend on each other and have different laws.",
            Proved(),
        ),
        Fact(
            (
                "Without E[a] = 0 the variance is Var(W) times the sum of E[a²]: a second "
                "moment, not a variance."
            ),
            Proved("general"),
            Fails("inputs_have_zero_mean"),
        ),
    ),
)

input_variance = scalar("input_variance", "nonnegative", latex=r"\sigma_a^2")
sum_of_products = sum_over(j, fan_in, W[i, j] * a[j])

CONTEXT = Context(
    (
        zero_mean("weights_have_zero_mean", W[i, j], i, j),
        common_variance("weights_share_one_variance", W[i, j], weight_variance, i, j),
        uncorrelated(
            "weights_of_a_unit_are_uncorrelated", W[i, j], W[i, k], i, j, k, distinct=[(j, k)]
        ),
        independent("weights_are_independent_of_the_inputs", [W[i, EVERY]], [a[EVERY]], i),
        zero_mean("inputs_have_zero_mean", a[j], j),
        common_variance("inputs_share_one_variance", a[j], input_variance, j),
        finite_moment("weights_have_finite_second_moments", W[i, j], 2, i, j),
        finite_moment("inputs_have_finite_second_moments", a[j], 2, j),
    ),
    (define("pre-activation", z[i], sum_of_products + b[i], i),),
)
WEIGHTS = tuple(
    CONTEXT.named(f"weights_{what}")
    for what in (
        "have_zero_mean",
        "share_one_variance",
        "of_a_unit_are_uncorrelated",
        "have_finite_second_moments",
    )
)
"""What is assumed of the weights by themselves."""
INDEPENDENT = CONTEXT.named("weights_are_independent_of_the_inputs")
FOR_ANY_MEAN = tuple(
    assumption
    for assumption in CONTEXT.assumptions
    if assumption.name not in ("inputs_have_zero_mean", "inputs_share_one_variance")
)
"""What ``general`` and ``second_moment`` need, whatever the mean and the laws of the inputs."""


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    pre_activation = p.definition("pre-activation", i)
    mean = _mean(p)
    variance = p.chain(p.congruence(Var(z[i]), pre_activation))
    variance = variance.by(p.variance_definition(variance.right))
    variance = variance.by(p.expectation_is_linear(E((sum_of_products + b[i]) ** 2)))
    variance = _without_means(variance.by(mean)).by(_mean_square(p))
    general = variance.algebra(weight_variance * sum_over(j, fan_in, E(a[j] ** 2))).step
    conclusion = p.chain(general).by(_input_second_moment(p))
    conclusion = conclusion.by(p.sum_is_linear(sum_over(j, fan_in, input_variance)))
    square = p.chain(p.congruence(E(z[i] ** 2), pre_activation))
    square = _without_means(square.by(p.expectation_is_linear(square.right))).by(_mean_square(p))
    of_z = p.chain(p.congruence(E(z[i]), pre_activation)).by(mean).step
    return p.conclude(
        conclusion.algebra(fan_in * weight_variance * input_variance).step,
        quantities={
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "input_variance": input_variance,
        },
        general=general,
        second_moment=square.step,
        mean=of_z,
    )


def _mean(p: Proof) -> Step:
    """E[Σ_j W_ij a_j + b_i] = b_i: part 1 of the plan."""
    return _without_means(p.chain(p.expectation_is_linear(E(sum_of_products + b[i])))).step


def _without_means(chain: Chain) -> Chain:
    """Σ_j E[W_ij a_j] = 0, in a calculation where it occurs."""
    p = chain.proof
    chain = chain.by(p.independence(E(W[i, j] * a[j])))
    chain = chain.by(p.by_assumption("weights_have_zero_mean", i, j))
    return chain.by(p.sum_is_linear(sum_over(j, fan_in, 0)))


def _mean_square(p: Proof) -> Step:
    """E[(Σ_j W_ij a_j)²] = Var(W) Σ_j E[a_j²]: parts 2 to 4 of the plan."""
    square = p.chain(p.congruence(E(sum_of_products**2), p.product_of_sums(sum_of_products**2)))
    square = square.by(p.split_diagonal(square.right.args[0]))
    square = square.by(p.expectation_is_linear(square.right))
    square = square.by(p.independence(E(W[i, j] ** 2 * a[j] ** 2)))
    square = square.by(p.independence(E(W[i, j] * W[i, k] * a[j] * a[k])))
    square = square.by(_weight_second_moment(p)).by(weight_products_vanish(p))
    diagonal = sum_over(j, fan_in, weight_variance * E(a[j] ** 2))
    rest = square.right - diagonal
    return square.by(p.sum_is_linear(rest)).by(p.sum_is_linear(diagonal)).step


def _weight_second_moment(p: Proof) -> Step:
    """E[W_ij²] = Var(W)."""
    return centred_square(p, W[i, j], weight_variance)


def weight_products_vanish(p: Proof) -> Step:
    """E[W_ij W_ik] = 0 where j and k differ."""
    return centred_product(p, p.by_assumption("weights_of_a_unit_are_uncorrelated", i, j, k))


def _input_second_moment(p: Proof) -> Step:
    """E[a_j²] = Var(a), by the inputs' mean zero."""
    return centred_square(p, a[j], input_variance)
