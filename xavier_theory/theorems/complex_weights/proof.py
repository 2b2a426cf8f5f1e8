"""Complex weights: the mean of |W|² takes the place of the variance, however its parts share it.

    E|z|² = n (r + s) (p + q),    z = Σ_j W_j a_j,    W_j = u_j + i v_j,    a_j = b_j + i c_j

with r = Var(u), s = Var(v), so that r + s is E|W|², and p + q = E[b²] + E[c²] is E|a|². So the
rules for a real layer hold with E|W|²: g²/n, of which each part has half. If the parts of a weight
are uncorrelated and share one variance r, each part of z has half of E|z|²: E[X²] = n r (p + q),
and what acts on the parts, as a relu on each of them, sees real layers.

Assumptions: the parts have mean zero, one variance each, are uncorrelated for different weights,
and independent of the inputs; the parts of the inputs have one mean square each. *Not* needed, for
|z|²: uncorrelated parts of one weight, equal variances, a uniform phase. There are no complex
numbers in the proof: X and Y are the real and the imaginary part of z.

Plan of the proof
1. X = Σ_j (u_j b_j − v_j c_j) and Y = Σ_j (u_j c_j + v_j b_j). Each square is a double sum, its
   diagonal and the rest; by independence of weights and inputs the rest is 0.
2. On the diagonal the two terms with E[u_j v_j] E[b_j c_j] have opposite signs: E[X² + Y²] is
   Σ_j (E[u_j²] + E[v_j²]) (E[b_j²] + E[c_j²]).
3. With E[u_j v_j] = 0 each square has no mixed term: E[X²] = n (r p + s q), and s = r.
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    independent,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, random_family, scalar
from xavier_theory.theorems.centred_moments.proof import centred_product, centred_square
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import X, Y, fan_in, j, k

STATEMENT = Statement(
    order=8.3,
    name="complex-weights",
    title="Complex weights",
    summary=Fact(
        "A complex layer multiplies the mean of |a|² by the fan-in times the mean of |W|², "
        "however the real and the imaginary part of a weight share it, and whether or not they "
        "are correlated.",
        Proved(),
        Sampled("a part twice the other, correlated in each weight"),
    ),
    claims=(),
    sources=(Cited("trabelsi2018", "section 3.6", "a Rayleigh magnitude and a uniform phase"),),
    practice=(
        Fact(
            "Where a real layer has Var(W) = g²/n, draw the real and the imaginary part of a "
            "complex one with g²/(2n) each; to give each of them g²/n doubles the mean of |z|².",
            Proved(),
        ),
        Fact(
            "With a Rayleigh magnitude of scale σ and a uniform phase both parts have the variance "
            "σ², so that E|W|² is 2σ²: the scale 1/√n is He's 2/n, and Xavier's 1/n has the scale "
            "1/√(2n).",
            Proved(),
            Cited("trabelsi2018", "section 3.6"),
            Sampled("a Rayleigh magnitude of scale 1/√n and a uniform phase"),
        ),
        Fact(
            "Where the parts of a weight are uncorrelated and have one variance, a relu on the "
            "real and on the imaginary part sees two real layers, of which each has "
            "half of E|z|²: for symmetric parts it keeps half of both, as a real relu does, and "
            "E|W|² = 2/n keeps the mean of |z|².",
            Proved("equal_parts"),
            Proved("half", theorem="he-variance"),
        ),
    ),
    remarks=(
        Fact(
            "With E[b²] = E[c²] each part of z has half of E|z|² whatever the parts of a weight "
            "have, if these are uncorrelated.",
            Proved("real_part"),
        ),
    ),
    notation=(
        "u and v are the real and the imaginary part of a weight, b and c those of an input, X and "
        "Y those of one output."
    ),
)

u, v = random_family("u", 1), random_family("v", 1)
b, c = random_family("b", 1), random_family("c", 1)
real_variance = scalar("real_variance", "nonnegative", latex="r")
imaginary_variance = scalar("imaginary_variance", "nonnegative", latex="s")
real_square = scalar("input_real_second_moment", "nonnegative", latex="p")
imaginary_square = scalar("input_imaginary_second_moment", "nonnegative", latex="q")
real_part, imaginary_part = u[j] * b[j] - v[j] * c[j], u[j] * c[j] + v[j] * b[j]

CONTEXT = Context(
    (
        zero_mean("real_weights_have_zero_mean", u[j], j),
        zero_mean("imaginary_weights_have_zero_mean", v[j], j),
        common_variance("real_weights_share_one_variance", u[j], real_variance, j),
        common_variance("imaginary_weights_share_one_variance", v[j], imaginary_variance, j),
        uncorrelated("real_weights_are_uncorrelated", u[j], u[k], j, k, distinct=[(j, k)]),
        uncorrelated("imaginary_weights_are_uncorrelated", v[j], v[k], j, k, distinct=[(j, k)]),
        uncorrelated(
            "parts_of_different_weights_are_uncorrelated", u[j], v[k], j, k, distinct=[(j, k)]
        ),
        independent(
            "weights_are_independent_of_the_inputs",
            [u[EVERY], v[EVERY]],
            [b[EVERY], c[EVERY]],
        ),
        finite_moment("real_weights_have_finite_second_moments", u[j], 2, j),
        finite_moment("imaginary_weights_have_finite_second_moments", v[j], 2, j),
        equation("real_inputs_share_one_second_moment", E(b[j] ** 2), real_square, j),
        equation("imaginary_inputs_share_one_second_moment", E(c[j] ** 2), imaginary_square, j),
        finite_moment("real_inputs_have_finite_second_moments", b[j], 2, j),
        finite_moment("imaginary_inputs_have_finite_second_moments", c[j], 2, j),
        uncorrelated("the_parts_of_a_weight_are_uncorrelated", u[j], v[j], j, distinct=[]),
        equation("the_parts_share_one_variance", imaginary_variance, real_variance),
    ),
    (
        define("real part", X, sum_over(j, fan_in, real_part)),
        define("imaginary part", Y, sum_over(j, fan_in, imaginary_part)),
    ),
)
SOLVED = {"the_parts_share_one_variance": (imaginary_variance, "=", real_variance)}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    real, imaginary = (
        _square(p, name, part) for name, part in (("real part", X), ("imaginary part", Y))
    )
    both = p.chain(p.expectation_is_linear(E(X**2 + Y**2))).by(real).by(imaginary)
    conclusion = both.algebra(
        fan_in * (real_variance + imaginary_variance) * (real_square + imaginary_square)
    ).step
    of_one = p.by_assumption("the_parts_of_a_weight_are_uncorrelated", j)
    split = p.chain(real).by(centred_product(p, of_one))
    split = split.algebra(
        fan_in * (real_variance * real_square + imaginary_variance * imaginary_square)
    )
    equal = split.by(p.by_assumption("the_parts_share_one_variance"))
    return p.conclude(
        conclusion,
        quantities={
            "fan_in": fan_in,
            "real_variance": real_variance,
            "imaginary_variance": imaginary_variance,
            "input_real_second_moment": real_square,
            "input_imaginary_second_moment": imaginary_square,
        },
        real_part=split.step,
        equal_parts=equal.algebra(fan_in * real_variance * (real_square + imaginary_square)).step,
    )


def _square(p: Proof, name: str, part: Any) -> Step:
    """E of the square of a part of z, all but the products of the parts of one weight."""
    definition = p.definition(name)
    chain = p.chain(p.congruence(E(part**2), definition))
    chain = chain.by(p.product_of_sums(definition.right**2))
    chain = chain.by(p.split_diagonal(chain.right.args[0]))
    chain = chain.by(p.expectation_is_linear(chain.right))
    first, second = (b, c) if part == X else (c, b)
    for weight, other in ((u, first), (v, second)):
        chain = chain.by(p.independence(E(weight[j] ** 2 * other[j] ** 2)))
        chain = chain.by(p.independence(E(weight[j] * weight[k] * other[j] * other[k])))
    chain = chain.by(p.independence(E(u[j] * v[j] * b[j] * c[j])))
    chain = chain.by(p.independence(E(u[j] * v[k] * first[j] * second[k])))
    chain = chain.by(p.independence(E(u[k] * v[j] * first[k] * second[j])))
    for weight, kind, variance in (
        (u, "real", real_variance),
        (v, "imaginary", imaginary_variance),
    ):
        chain = chain.by(centred_square(p, weight[j], variance))
        chain = chain.by(
            centred_product(p, p.by_assumption(f"{kind}_weights_are_uncorrelated", j, k))
        )
    for pair in ((j, k), (k, j)):
        apart = p.by_assumption("parts_of_different_weights_are_uncorrelated", *pair)
        chain = chain.by(centred_product(p, apart))
    for kind in ("real", "imaginary"):
        chain = chain.by(p.by_assumption(f"{kind}_inputs_share_one_second_moment", j))
    return chain.step
