"""Towards the Gaussian limit: how far the fourth moment of a pre-activation is from a Gaussian's.

    E[z⁴] − 3 E[z²]² = E[b⁴] − 3 E[b²]² + Σ_j (E[w_j⁴] − 3v²) E[a_j⁴] + 3 v² Var(Σ_j a_j²)

for z = b + Σ_j w_j a_j, with weights of mean zero and variance v, each independent of the inputs
and of the sum before it. Where the a_j² are uncorrelated, with one mean m and one relative variance
e, and the weights have on average the kurtosis κ = E[w⁴]/v²,

    E[z⁴] = 3 E[z²]² + E[b⁴] − 3 E[b²]² + n (v m)² (κ (1 + e) − 3),     E[z²] = E[b²] + n v m

at every width n: without a bias the kurtosis of z is 3 + (κ (1 + e) − 3)/n. For given inputs, which
are constants, the variance is 0, and for Gaussian weights and biases so is all: then z is Gaussian.

That z *is* Gaussian in the limit of infinite width is cited, not derived.

Assumptions: as said, biases of mean zero that are independent of the inputs, fourth moments. *Not*
needed: weights of one law, or symmetric; inputs that are independent, or have mean zero.

Plan of the proof
1. With S_0 = b and S_{l+1} = S_l + w_{l+1} a_{l+1}: by independence and E w = 0, and by induction,
   E[S_l a_k³] = 0, E[S_l²] = E[b²] + v Σ E[a_j²], E[S_l² a_k²] = E[b²] E[a_k²] + v Σ E[a_j² a_k²].
2. E[S_{l+1}⁴] = E[S_l⁴] + 6 v E[S_l² a²] + E[w⁴] E[a⁴] with a = a_{l+1}, and by induction
   E[S_l⁴] = E[b⁴] + 6 v E[b²] Σ E[a_j²] + Σ (E[w_j⁴] − 3v²) E[a_j⁴] + 3 v² Σ Σ E[a_j² a_k²].
3. The double sum is E[(Σ a²)²]; take 3 E[z²]² away.
4. Uncorrelated a_j²: Var(Σ a²) = n e m² (`finite-width`), and E[a_j⁴] = (1 + e) m².
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import Expr, Integer, Symbol, sqrt

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    independent,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Chain, Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, Var, constants, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.centred_moments.proof import centred_square
from xavier_theory.theorems.finite_width.proof import excess, width
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import a, i, j, k, l, weight_variance

STATEMENT = Statement(
    order=25.5,
    name="gaussian-limit",
    title="Towards the Gaussian limit",
    summary=Fact(
        "Without a bias the kurtosis of a pre-activation is (κ(1 + e) − 3)/n above a "
        "Gaussian's, exactly and at every width n, if the weights have kurtosis κ and the "
        "squared inputs are uncorrelated with relative variance e.",
        Proved("uncorrelated_squares"),
        Proved("mean_square"),
    ),
    claims=(),
    sources=(
        Cited("neal1996", "section 2.1", "one hidden layer"),
        Cited("lee2018", "section 2.3", "the layers' widths to infinity one after the other"),
        Cited("matthews2018", "theorem 4", "all widths together, Gaussian weights"),
        Cited("hanin2023", "theorem 1.2", "all widths together, other laws of weights"),
    ),
    practice=(
        Fact(
            "What is computed with N(0, q) is about wide networks of a fixed depth. Behind "
            "relu of independent standard Gaussian pre-activations, as, up to a scale, in the "
            "first hidden layer of Gaussian weights, e = 5, and without a bias one more layer "
            "of Gaussian weights has the kurtosis 3 + 15/n: at n = 64 it is 3.234; with "
            "uniform weights it is 3.122 there.",
            Proved("uncorrelated_squares"),
            Proved(theorem="unit-fluctuation"),
            Sampled("Gaussian weights behind relu, 16 inputs"),
            Computed("it is 3.234"),
            Computed("it is 3.122"),
        ),
    ),
    remarks=(
        Fact(
            "With weights of mean zero and variance σ_w²/fan_in, a fixed input dimension and a "
            "fixed depth: for independent Gaussian weights and biases and a continuous φ with "
            "|φ(t)| <= c + m|t|, the pre-activations of every layer, at finitely many fixed "
            "inputs together, tend in law to jointly Gaussian ones, independent between units, "
            "as the hidden widths grow, with the covariances that the maps of length-map and "
            "correlation-map iterate. For Gaussian biases and weights that are independent "
            "and, but for this scale, of one law with moments of every order, the same holds "
            "from the second layer on, if φ is the integral of a slope that a polynomial "
            "bounds: there the maps start from the actual law of the first layer, which need "
            "not be Gaussian. This is a limit, cited and not derived, and says nothing about "
            "any one width.",
            Cited("neal1996", "section 2.1", "one hidden layer"),
            Cited("matthews2018", "theorem 4"),
            Cited("hanin2023", "theorem 1.2"),
        ),
        Fact(
            "For Gaussian weights the distance from that limit is bounded, at a fixed depth, "
            "by a constant times a negative power of the width, under conditions on φ; for one "
            "unit and one input the bound has the right power.",
            Cited("favaro2025", "abstract"),
        ),
        Fact(
            "Given its inputs, which are then constants, z without a bias has E[z⁴] − "
            "3 E[z²]² = Σ_j (E[w_j⁴] − 3v²) a_j⁴; for independent Gaussian weights that is 0, "
            "as z is then exactly Gaussian.",
            Proved(),
            Cited("anderson2003", "section 2.4"),
        ),
        Fact(
            "For Gaussian weights and no bias E[z⁴] is 3v² times the mean square of Σ_j a_j². "
            "After L layers as in finite-width, of one width n and from a "
            "fixed input, the kurtosis is therefore 3(1 + e/n)^L: it tends to 3 with the width "
            "at a fixed depth, and does not where the depth grows in proportion to it, for "
            "e > 0.",
            Proved("fourth_moment"),
            Proved("mean_square"),
            Proved("equal_widths", theorem="finite-width"),
        ),
        Fact(
            ("Where the squared inputs are correlated the excess need not shrink with n."),
            Proved(),
            Fails("squares_are_uncorrelated"),
        ),
    ),
    notation=(
        "S_0 is the bias b, and S_n the pre-activation z; h_j is a_j². Kurtosis is E[x⁴]/E[x²]², 3 "
        "for a Gaussian. s, r and f are short for means."
    ),
)

w, S, h = random_family("w", 1), random_family("S", 1), random_family("h", 1)
mean, fourth, mixed = constants("s", 1), constants("f", 1), constants("r", 2)
"""E[a_j²], (E[w_j⁴] − 3v²) E[a_j⁴] and E[a_j² a_k²]: for short, in the inductions."""
kurtosis = scalar("kurtosis", "nonnegative", latex=r"\kappa")
mean_of_squares = scalar("mean_of_squares", "nonnegative", latex="m")
v = weight_variance

CONTEXT = Context(
    (
        zero_mean("weights_have_zero_mean", w[j], j),
        common_variance("weights_share_one_variance", w[j], weight_variance, j),
        independent(
            "a_weight_is_independent_of_the_sum_before_it_and_the_inputs",
            [w[l + 1]],
            [S[l], a[EVERY]],
            l,
        ),
        zero_mean("the_bias_has_zero_mean", S[0]),
        independent("the_bias_is_independent_of_the_inputs", [S[0]], [a[EVERY]]),
        finite_moment("weights_have_finite_fourth_moments", w[j], 4, j),
        finite_moment("inputs_have_finite_fourth_moments", a[j], 4, j),
        finite_moment("partial_sums_have_finite_fourth_moments", S[l], 4, l),
        equation(
            "weights_have_the_kurtosis_on_average",
            sum_over(j, width, E(w[j] ** 4)),
            width * kurtosis * v**2,
        ),
        equation("the_squares_of_the_inputs", a[j] ** 2, h[j], j),
        equation("squares_share_one_mean", E(h[j]), mean_of_squares, j),
        common_variance(
            "squares_share_one_relative_variance", h[j], excess * mean_of_squares**2, j
        ),
        finite_moment("squares_have_finite_second_moments", h[j], 2, j),
        uncorrelated("squares_are_uncorrelated", h[i], h[k], i, k, distinct=[(i, k)]),
    ),
    (
        define("sum with one product more", S[l + 1], S[l] + w[l + 1] * a[l + 1], l),
        define("mean square", mean[j], E(a[j] ** 2), j),
        define("mean of two squares", mixed[j, k], E(a[j] ** 2 * a[k] ** 2), j, k),
        define("fourth moments", fourth[j], (E(w[j] ** 4) - 3 * v**2) * E(a[j] ** 4), j),
    ),
)
SOLVED = {
    "weights_have_the_kurtosis_on_average": (
        kurtosis,
        "=",
        sum_over(j, width, E(w[j] ** 4)) / (width * v**2),
    ),
    "the_squares_of_the_inputs": (a[j], "=", sqrt(h[j])),
}
squares = sum_over(j, width, a[j] ** 2)
bias_square, bias_fourth = E(S[0] ** 2), E(S[0] ** 4)
others = bias_fourth - 3 * bias_square**2
excesses = sum_over(j, width, (E(w[j] ** 4) - 3 * v**2) * E(a[j] ** 4))


def fourths(last: Any) -> Expr:
    """Σ_j (E[w_j⁴] − 3v²) E[a_j⁴] up to ``last``."""
    return sum_over(j, last, fourth[j])


def means(last: Any) -> Expr:
    """Σ_j E[a_j²] up to ``last``."""
    return sum_over(j, last, mean[j])


def products(last: Any) -> Expr:
    """Σ_j Σ_k E[a_j² a_k²] up to ``last``."""
    return sum_over(j, last, sum_over(k, last, mixed[j, k]))


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    at_width = {"l": width}
    mean_square = p.specialize(_mean_square(p), at_width)
    mean_square = p.rewrite(mean_square, p.definition("mean square", j))
    moment = p.specialize(_fourth_moment(p, _cube(p), _mixed_square(p)), at_width)
    for name, *indices in (
        ("mean square", j),
        ("fourth moments", j),
        ("mean of two squares", j, k),
    ):
        moment = p.rewrite(moment, p.definition(name, *indices))
    excess_moment = _excess(p, moment, mean_square)
    return p.conclude(
        excess_moment,
        quantities={
            "width": width,
            "weight_variance": weight_variance,
            "kurtosis": kurtosis,
            "excess": excess,
            "mean_of_squares": mean_of_squares,
            "bias_second_moment": bias_square,
            "bias_fourth_moment": bias_fourth,
        },
        fourth_moment=moment,
        mean_square=mean_square,
        uncorrelated_squares=_uncorrelated(p, excess_moment, mean_square),
    )


def _one_more(p: Proof, mean: Expr) -> Chain:
    """A mean of S_{l+1}, in means of S_l and w_{l+1}, of which that of w_{l+1} is 0."""
    chain = p.chain(p.congruence(mean, p.definition("sum with one product more", l)))
    chain = chain.by(p.expectation_is_linear(chain.right))
    for part in sorted(chain.right.atoms(E), key=str):
        if part.has(w[l + 1]):
            chain = chain.by(p.independence(part))
    return chain.by(p.by_assumption("weights_have_zero_mean", l + 1))


def _cube(p: Proof) -> Step:
    """E[S_l a_k³] = 0: part 1 of the plan."""
    claim = equation("cube_so_far", E(S[l] * a[k] ** 3), 0, k)
    apart = p.chain(p.independence(E(S[0] * a[k] ** 3)))
    base = apart.by(p.by_assumption("the_bias_has_zero_mean")).step
    step = _one_more(p, E(S[l + 1] * a[k] ** 3)).by(p.suppose(claim, k)).step
    return p.induction(base, step, l, claim, [k])


def _mixed_square(p: Proof) -> Step:
    """E[S_l² a_k²] = E[b²] E[a_k²] + v Σ_j E[a_j² a_k²]: part 1 of the plan."""

    def sides(last: Any) -> tuple[Expr, Expr]:
        total = sum_over(j, last, mixed[j, k])
        return E(S[last] ** 2 * a[k] ** 2), bias_square * E(a[k] ** 2) + v * total

    base = p.linear_combination(
        "=",
        *sides(0),
        [p.independence(sides(0)[0]), p.peel(sum_over(j, 0, mixed[j, k]))],
        [1, -v],
    )
    one_more = p.definition("mean of two squares", l + 1, k)
    return _square(p, sides, base, sum_over(j, l + 1, mixed[j, k]), one_more, [k])


def _mean_square(p: Proof) -> Step:
    """E[S_l²] = E[b²] + v Σ_j E[a_j²]: part 1 of the plan."""

    def sides(last: Any) -> tuple[Expr, Expr]:
        return E(S[last] ** 2), bias_square + v * means(last)

    base = p.linear_combination("=", *sides(0), [p.peel(means(0))], [-v])
    return _square(p, sides, base, means(l + 1), p.definition("mean square", l + 1), [])


def _square(
    p: Proof,
    sides: Callable[[Any], tuple[Expr, Expr]],
    base: Step,
    total: Expr,
    one_more: Step,
    names: Sequence[Symbol],
) -> Step:
    """A mean with S_l² in it, by induction; ``one_more`` unfolds the last term of ``total``."""
    claim = equation("square_so_far", *sides(l), *names)
    chain = _one_more(p, sides(l + 1)[0]).by(centred_square(p, w[l + 1], v))
    chain = chain.by(p.suppose(claim, *names))
    step = p.linear_combination(
        "=", *sides(l + 1), [chain.step, p.peel(total), one_more], [1, -v, -v]
    )
    return p.induction(base, step, l, claim, names)


def _fourth_moment(p: Proof, cube: Step, square: Step) -> Step:
    """E[S_l⁴]: part 2 of the plan."""

    def sides(last: Any) -> tuple[Expr, Expr]:
        bias = bias_fourth + 6 * v * bias_square * means(last)
        return E(S[last] ** 4), bias + fourths(last) + 3 * v**2 * products(last)

    claim = equation("fourth_moment_so_far", *sides(l))
    chain = _one_more(p, sides(l + 1)[0]).by(centred_square(p, w[l + 1], v))
    chain = chain.by(p.specialize(cube, {"k": l + 1})).by(p.specialize(square, {"k": l + 1}))
    chain = chain.by(p.suppose(claim))
    inner = p.peel(sum_over(k, l + 1, mixed[j, k]))
    outer = p.chain(p.peel(products(l + 1))).by(inner).by(p.specialize(inner, {"j": l + 1}))
    outer = outer.by(p.sum_is_linear(sum_over(j, l, inner.right)))
    rows = [
        p.congruence(sum_over(j, l, mixed[index]), p.definition("mean of two squares", *index))
        for index in ((j, l + 1), (l + 1, j))
    ]
    unfolded = [
        p.definition("mean square", l + 1),
        p.definition("fourth moments", l + 1),
        p.definition("mean of two squares", l + 1, l + 1),
    ]
    weights = [-6 * v * bias_square, -1, -3 * v**2]
    sums = [p.peel(means(l + 1)), p.peel(fourths(l + 1)), outer.step]
    step = p.linear_combination(
        "=",
        *sides(l + 1),
        [chain.step, *sums, *unfolded, *rows],
        [1, *weights, *weights, 3 * v**2, -3 * v**2],
    )
    none = [p.peel(part) for part in (means(0), fourths(0), products(0))]
    base = p.linear_combination("=", *sides(0), none, weights)
    return p.induction(base, step, l, claim)


def _excess(p: Proof, moment: Step, mean_square: Step) -> Step:
    """E[z⁴] − 3 E[z²]²: part 3 of the plan."""
    double = p.product_of_sums(squares**2)
    whole = p.chain(p.congruence(E(squares**2), double))
    whole = whole.by(p.expectation_is_linear(whole.right))
    spread = p.chain(p.variance_definition(Var(squares))).by(whole.step)
    spread = spread.by(p.expectation_is_linear(E(squares)))
    return p.linear_combination(
        "=",
        E(S[width] ** 4) - 3 * E(S[width] ** 2) ** 2,
        others + excesses + 3 * v**2 * Var(squares),
        [moment, mean_square, spread.step],
        [1, -3 * (mean_square.left + mean_square.right), -3 * v**2],
    )


def _uncorrelated(p: Proof, excess_moment: Step, mean_square: Step) -> Step:
    """E[z⁴] where the squares are uncorrelated: part 4 of the plan."""
    n, m = width, mean_of_squares
    named = p.by_assumption("the_squares_of_the_inputs", j)
    fluctuation = p.theorem(
        derived("finite-width"),
        "fluctuation",
        {"l": Integer(0)},
        {"h": (l, i, h[i]), "mu": (l, m), "width": (l, n)},
    )
    one = p.by_assumption("squares_share_one_mean", j)
    relative = p.by_assumption("squares_share_one_relative_variance", j)
    power = p.linear_combination("=", a[j] ** 4, h[j] ** 2, [named], [a[j] ** 2 + h[j]])
    fourth_power = p.linear_combination(
        "=",
        E(a[j] ** 4),
        (1 + excess) * m**2,
        [p.congruence(E(a[j] ** 4), power), p.variance_definition(Var(h[j])), relative, one],
        [1, -1, 1, one.left + m],
    )
    total = p.chain(mean_square).by(named).by(one).by(p.sum_is_linear(sum_over(j, n, m))).step
    whole = p.chain(excess_moment).by(fourth_power).by(named).by(fluctuation)
    each = (E(w[j] ** 4) - 3 * v**2) * (1 + excess) * m**2
    whole = whole.by(p.sum_is_linear(sum_over(j, n, each)))
    whole = whole.by(p.by_assumption("weights_have_the_kurtosis_on_average"))
    square = bias_square + n * v * m
    return p.linear_combination(
        "=",
        E(S[n] ** 4),
        3 * square**2 + others + n * (v * m) ** 2 * (kurtosis * (1 + excess) - 3),
        [whole.step, total],
        [1, 3 * (total.left + square)],
    )
