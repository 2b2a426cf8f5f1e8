"""A normal law cut off anywhere: its mean and its variance.

    E[T] = m + s √(2/π) (g(a) − g(b))/P
    Var(T) = s² (1 + √(2/π) (a g(a) − b g(b))/P − (2/π) ((g(a) − g(b))/P)²)

for a normal law of mean m and scale s that is kept between m + a s and m + b s, with g(t) =
e^{−t²/2} and P = erf(b/√2) − erf(a/√2), twice the mass between the ends. With a = −b and m = 0 this
is the symmetric cut of `weight-laws`. Where the cut is not symmetric about 0 the law has a mean,
and `weight-mean` says what that costs.

Assumptions: the density, and P > 0, which says that a is below b. Both ends are finite.

Plan of the proof
1. For x = m + s t the density times t and t² has the antiderivatives −√(2/π) g(t)/P and
   (erf(t/√2) − √(2/π) t g(t))/P: E[(T − m)/s] and E[((T − m)/s)²].
2. Var(T) = E[T²] − E[T]², and both are linear in these.
"""

from __future__ import annotations

from typing import Any

from sympy import erf, exp, pi, sqrt

from xavier_theory.symbolic.assumptions import density, positive
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import E, Var, random_variable, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement

STATEMENT = Statement(
    order=8.5,
    name="truncated-normal",
    title="A normal law cut off anywhere",
    summary=Fact(
        "A normal law that is kept between two ends has a mean and a variance in closed form, "
        "wherever the ends lie about its own mean.",
        Proved(),
        Proved("mean"),
    ),
    claims=(),
    sources=(Cited("johnson1994", "chapter 13", "moments of the truncated normal law"),),
    practice=(
        Fact(
            "torch.nn.init.trunc_normal_ cuts at −2 and 2 unless told otherwise, whatever its mean "
            "and std are: with "
            "std = 2 the variance is 1.165, not 4; with mean = 1 and std = 1 it is 0.616, "
            "and the mean 0.717.",
            Proved(),
            Proved("mean"),
            Cited("pytorch2026", "torch/nn/init.py, trunc_normal_"),
            Sampled("from −3 to 1 scales"),
            Computed("the variance is 1.165"),
            Computed("with mean = 1 and std = 1 it is 0.616"),
            Computed("the mean 0.717"),
        ),
        Fact(
            "Cut symmetrically about the normal law's mean, or mind the mean: cutting N(0, s²) at "
            "−2s and s "
            "leaves a mean of −0.319 standard deviations of what is left.",
            Proved("mean"),
            Proved(),
            Proved("relative", theorem="weight-mean"),
            Computed("a mean of −0.319"),
        ),
    ),
    remarks=(
        Fact(
            "The ends are a and b scales away from the mean of the normal law, and may lie on one "
            "side of it.",
            Proved(),
            Sampled("a tail, from 1 to 4 scales"),
        ),
    ),
    notation="T is what is left of a normal variable of mean m and scale s between the ends.",
)

cut_off = random_variable("T")
parent_mean, scale = scalar("parent_mean", latex="m"), scalar("scale", "positive", latex="s")
low, high = scalar("lower_cut", latex="a"), scalar("upper_cut", latex="b")
x = scalar("x")
t = (x - parent_mean) / scale
twice_the_mass = erf(high / sqrt(2)) - erf(low / sqrt(2))
NAME = "the_weight_is_a_normal_variable_between_the_ends"


def bell(at: Any) -> Any:
    """Twice the standard normal density."""
    return sqrt(2 / pi) * exp(-(at**2) / 2)


shift = (bell(low) - bell(high)) / twice_the_mass
"""By how many scales the mean moves."""
gain = (low * bell(low) - high * bell(high)) / twice_the_mass
"""What is added to E[((T − m)/s)²], which is 1 without a cut."""

CONTEXT = Context(
    (
        density(
            NAME,
            cut_off,
            x,
            bell(t) / (scale * twice_the_mass),
            parent_mean + low * scale,
            parent_mean + high * scale,
        ),
        positive("some_mass_is_between_the_ends", twice_the_mass),
    )
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    antiderivative = erf(t / sqrt(2)) / twice_the_mass
    first = p.moment_by_antiderivative(NAME, t, -bell(t) / twice_the_mass, x)
    second = p.moment_by_antiderivative(
        NAME, t**2, antiderivative - t * bell(t) / twice_the_mass, x
    )
    mean = p.linear_combination(
        "=",
        E(cut_off),
        parent_mean + scale * shift,
        [first, p.expectation_is_linear(first.left)],
        [scale, -scale],
    )
    square = p.linear_combination(
        "=",
        E(cut_off**2),
        parent_mean**2 + 2 * parent_mean * scale * shift + scale**2 * (1 + gain),
        [second, p.expectation_is_linear(second.left), mean],
        [scale**2, -(scale**2), 2 * parent_mean],
    )
    chain = p.chain(p.variance_definition(Var(cut_off))).by(square).by(mean)
    return p.conclude(
        chain.algebra(scale**2 * (1 + gain - shift**2)).step,
        quantities={
            "parent_mean": parent_mean,
            "scale": scale,
            "lower_cut": low,
            "upper_cut": high,
        },
        mean=mean,
        second_moment=square,
    )
