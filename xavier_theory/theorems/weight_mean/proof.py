"""What a mean of the weights does: n² times its square, where the inputs have a mean.

    E[z_i²] = Var(W) Σ_j E[a_j²] + m² E[(Σ_j a_j)²] = n (Var(W) + m²) q + n (n − 1) m² μ²

for z_i = Σ_j W_ij a_j, weights of mean m and uncorrelated inputs of mean μ and mean square q. With
m = d √Var(W) and μ² = s q that is n Var(W) q times 1 + d² (1 + (n − 1) s). Behind a relu that takes
centred Gaussians s = 1/π, so that it is not the mean of one weight that has to be small, but n
times its square.

Assumptions: the weights have one mean and one variance, those of one unit are uncorrelated, and
they are independent of the inputs; for the second form the inputs are uncorrelated too, with one
mean and one mean square. *Not* needed: a law, independent inputs, independent weights.

Plan of the proof
1. E[W_ij W_ik] is m², and E[W_ij²] is Var(W) + m².
2. The square of the sum is a double sum, its diagonal and the rest; by independence each of its
   terms is E[W_ij W_ik] E[a_j a_k]. The parts with m² are together m² E[(Σ_j a_j)²].
3. E[a_j a_k] = μ² off the diagonal, n (n − 1) times, and E[a_j²] = q on it.
4. Two units whose weights are uncorrelated share the second part: E[z_1 z_2] = m² E[(Σ_j a_j)²].
5. E[relu(Z)] = 1/√(2π) and E[relu(Z)²] = 1/2 (cited).
"""

from __future__ import annotations

from typing import Any

from sympy import Integer, pi, sqrt

from xavier_theory.symbolic.assumptions import (
    equation,
    independent,
    law,
    uncorrelated,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Chain, Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, Var, random_variable, relu, scalar
from xavier_theory.theorems.layer_variance.proof import CONTEXT as LAYER
from xavier_theory.theorems.layer_variance.proof import sum_of_products
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import W, a, fan_in, i, j, k, weight_mean, weight_variance, z

STATEMENT = Statement(
    order=8.1,
    name="weight-mean",
    title="Weights that have a mean",
    summary=Fact(
        "A mean of d standard deviations in the weights multiplies the mean square of a layer's "
        "output by 1 + d²(1 + (n − 1)s), where n is the fan-in, the inputs are uncorrelated, and s "
        "is their squared mean over their mean square.",
        Proved("relative"),
        Proved(),
    ),
    claims=(),
    sources=(Cited("he2015", "section 2.2", "weights of mean zero are what it assumes"),),
    practice=(
        Fact(
            "A mean of a hundredth of a standard deviation is not small: behind relus of "
            "independent centred Gaussians of one variance it adds 13.0 % to the mean square at "
            "fan-in 4096.",
            Proved("relative"),
            Proved("relu_share"),
            Sampled("a hundredth of a standard deviation behind a relu, fan-in 4096"),
            Computed("it adds 13.0 %"),
            given=("4096",),
        ),
        Fact(
            "Weights drawn uniformly between 0 and some end have d² = 3: behind such a relu that "
            "multiplies the mean square by 492 at fan-in 512.",
            Proved("relative"),
            Proved("relu_share"),
            Proved("uniform", theorem="weight-laws"),
            Computed("multiplies the mean square by 492"),
            given=("512",),
        ),
    ),
    remarks=(
        Fact(
            "The mean's part is the same for all units, m Σ a: its mean square is the mean product "
            "of two units whose weights are uncorrelated and together independent of the inputs, "
            "which without a mean is 0. So the units become alike.",
            Proved("shared"),
        ),
        Fact(
            "Inputs of mean zero that are uncorrelated see only Var(W) + m², and the mean of a "
            "weight then counts as little as it looks.",
            Proved(),
            Sampled("inputs of mean zero"),
        ),
        Fact(
            "Correlated inputs may make more or less of it: what counts is the mean square of "
            "their sum.",
            Proved("general"),
            Fails("inputs_are_uncorrelated"),
        ),
    ),
)

input_mean = scalar("input_mean", latex=r"\mu")
second_moment = scalar("second_moment", "nonnegative", latex="q")
relative_mean = scalar("relative_mean", latex="d")
mean_share = scalar("mean_share", "nonnegative", latex="s")
Z = random_variable("Z")
total = sum_over(j, fan_in, a[j])
SUM_OF_SQUARES = sum_over(j, fan_in, E(a[j] ** 2))

CONTEXT = Context(
    (
        equation("weights_share_one_mean", E(W[i, j]), weight_mean, i, j),
        LAYER.named("weights_share_one_variance"),
        LAYER.named("weights_of_a_unit_are_uncorrelated"),
        LAYER.named("weights_are_independent_of_the_inputs"),
        LAYER.named("weights_have_finite_second_moments"),
        LAYER.named("inputs_have_finite_second_moments"),
        equation("inputs_share_one_mean", E(a[j]), input_mean, j),
        equation("inputs_share_one_second_moment", E(a[j] ** 2), second_moment, j),
        uncorrelated("inputs_are_uncorrelated", a[j], a[k], j, k, distinct=[(j, k)]),
        uncorrelated("two_units_have_uncorrelated_weights", W[1, j], W[2, k], j, k, distinct=[]),
        independent(
            "the_weights_of_two_units_are_independent_of_the_inputs",
            [W[1, EVERY], W[2, EVERY]],
            [a[EVERY]],
        ),
        equation(
            "the_mean_is_a_part_of_the_deviation",
            weight_mean,
            relative_mean * sqrt(weight_variance),
        ),
        equation("the_squared_mean_is_a_share", input_mean**2, mean_share * second_moment),
        law("z_is_standard_normal", "gaussian", [Z], [Integer(0), Integer(1)]),
    ),
    (define("pre-activation", z[i], sum_of_products, i),),
)
SOLVED = {
    "the_mean_is_a_part_of_the_deviation": (
        relative_mean,
        "=",
        weight_mean / sqrt(weight_variance),
    ),
    "the_squared_mean_is_a_share": (mean_share, "=", input_mean**2 / second_moment),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    sum_square = _square_of_the_sum(p)
    general = _general(p, sum_square)
    of_inputs = _uncorrelated_inputs(p, sum_square)
    chain = p.chain(general).by(of_inputs).by(_squares_of_the_inputs(p))
    conclusion = chain.algebra(
        fan_in * (weight_variance + weight_mean**2) * second_moment
        + fan_in * (fan_in - 1) * weight_mean**2 * input_mean**2
    ).step
    return p.conclude(
        conclusion,
        quantities={
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "weight_mean": weight_mean,
            "second_moment": second_moment,
            "input_mean": input_mean,
            "relative_mean": relative_mean,
            "mean_share": mean_share,
        },
        general=general,
        relative=_relative(p, conclusion),
        shared=_shared(p),
        relu_share=_relu_share(p),
    )


def _double(p: Proof, square: Any) -> Chain:
    """E of the square of a sum, as its diagonal and the rest."""
    chain = p.chain(p.congruence(E(square), p.product_of_sums(square)))
    chain = chain.by(p.split_diagonal(chain.right.args[0]))
    return chain.by(p.expectation_is_linear(chain.right))


def _square_of_the_sum(p: Proof) -> Step:
    """E[(Σ_j a_j)²] as a double sum."""
    return _double(p, total**2).step


def _general(p: Proof, sum_square: Step) -> Step:
    """E[z²] = Var(W) Σ_j E[a_j²] + m² E[(Σ_j a_j)²]: parts 1 and 2 of the plan."""
    mean = p.by_assumption("weights_share_one_mean", i, j)
    variance = p.variance_definition(Var(W[i, j]))
    square = p.linear_combination(
        "=",
        E(W[i, j] ** 2),
        weight_variance + weight_mean**2,
        [variance, p.by_assumption("weights_share_one_variance", i, j), mean],
        [-1, 1, E(W[i, j]) + weight_mean],
    )
    product = _mean_product(
        p,
        p.by_assumption("weights_of_a_unit_are_uncorrelated", i, j, k),
        mean,
        p.by_assumption("weights_share_one_mean", i, k),
    )
    chain = p.chain(p.congruence(E(z[i] ** 2), p.definition("pre-activation", i)))
    chain = chain.by(_double(p, sum_of_products**2).step)
    chain = chain.by(p.independence(E(W[i, j] ** 2 * a[j] ** 2)))
    chain = chain.by(p.independence(E(W[i, j] * W[i, k] * a[j] * a[k])))
    found = chain.by(square).by(product).step
    return p.linear_combination(
        "=",
        found.left,
        weight_variance * SUM_OF_SQUARES + weight_mean**2 * E(total**2),
        [found, sum_square],
        [1, -(weight_mean**2)],
    )


def _mean_product(p: Proof, uncorrelated: Step, first: Step, second: Step) -> Step:
    """Cov(X, Y) = 0 ⟹ E[X Y] = E[X] E[Y], with what the means are."""
    x, y = uncorrelated.left.args
    return p.linear_combination(
        "=",
        E(x * y),
        first.right * second.right,
        [p.covariance_definition(uncorrelated.left), uncorrelated, first, second],
        [-1, 1, E(y), first.right],
    )


def _uncorrelated_inputs(p: Proof, sum_square: Step) -> Step:
    """E[(Σ_j a_j)²] = n q + n (n − 1) μ²: part 3 of the plan."""
    product = _mean_product(
        p,
        p.by_assumption("inputs_are_uncorrelated", j, k),
        p.by_assumption("inputs_share_one_mean", j),
        p.by_assumption("inputs_share_one_mean", k),
    )
    chain = p.chain(sum_square).by(product)
    chain = chain.by(p.by_assumption("inputs_share_one_second_moment", j))
    pairs = sum_over(j, fan_in, sum_over(k, fan_in, input_mean**2))
    return p.linear_combination(
        "=",
        chain.step.left,
        fan_in * second_moment + fan_in * (fan_in - 1) * input_mean**2,
        [chain.step, p.split_diagonal(pairs), p.sum_is_linear(pairs)],
        [1, -1, 1],
    )


def _squares_of_the_inputs(p: Proof) -> Step:
    """Σ_j E[a_j²] = n q."""
    same = p.by_assumption("inputs_share_one_second_moment", j)
    chain = p.chain(p.congruence(SUM_OF_SQUARES, same))
    return chain.by(p.sum_is_linear(chain.right)).step


def _relative(p: Proof, conclusion: Step) -> Step:
    """E[z²] = n Var(W) q (1 + d² (1 + (n − 1) s))."""
    chain = p.chain(conclusion).by(p.by_assumption("the_mean_is_a_part_of_the_deviation"))
    chain = chain.by(p.by_assumption("the_squared_mean_is_a_share"))
    factor = 1 + relative_mean**2 * (1 + (fan_in - 1) * mean_share)
    return chain.algebra(fan_in * weight_variance * second_moment * factor).step


def _shared(p: Proof) -> Step:
    """E[z_1 z_2] = m² E[(Σ_j a_j)²]: part 4 of the plan."""
    one, two = (sum_over(j, fan_in, W[unit, j] * a[j]) for unit in (1, 2))
    ends = [p.definition("pre-activation", unit) for unit in (1, 2)]
    chain = p.chain(p.congruence(E(z[1] * z[2]), ends[0])).by(ends[1])
    chain = chain.by(p.product_of_sums(one * two))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.independence(E(W[1, j] * W[2, k] * a[j] * a[k])))
    chain = chain.by(
        _mean_product(
            p,
            p.by_assumption("two_units_have_uncorrelated_weights", j, k),
            p.by_assumption("weights_share_one_mean", 1, j),
            p.by_assumption("weights_share_one_mean", 2, k),
        )
    )
    square = p.chain(p.congruence(E(total**2), p.product_of_sums(total**2)))
    square = square.by(p.expectation_is_linear(square.right))
    return p.linear_combination(
        "=",
        E(z[1] * z[2]),
        weight_mean**2 * E(total**2),
        [chain.step, square.step],
        [1, -(weight_mean**2)],
    )


def _relu_share(p: Proof) -> Step:
    """E[relu(Z)]² = E[relu(Z)²]/π: part 5 of the plan."""
    first, second = (_half_line(p, power) for power in (1, 2))
    return p.linear_combination(
        "=",
        E(relu(Z)) ** 2,
        E(relu(Z) ** 2) / pi,
        [first, second],
        [E(relu(Z)) + 1 / sqrt(2 * pi), -1 / pi],
    )


def _half_line(p: Proof, power: int) -> Step:
    """E[relu(Z)^k]."""
    factors = {f"c{n}": Integer(int(n == power)) for n in range(4)}
    return p.cite("gaussian-half-line", {"s": Integer(0), **factors}, {"Z": (Z,)})
