"""How much the square of one unit fluctuates, for activations that are linear on either side of 0.

    Var(φ(g)²) / m² = 2 (α⁴ + β⁴)/(α² + β²)² · E[g⁴]/E[g²]² − 1,    φ(g) = β relu(g) − α relu(−g),

where m = (α² + β²) E[g²]/2 is E[φ(g)²]. β is the slope for g > 0 and α that for g < 0. A Gaussian g
has E[g⁴] = 3 E[g²]²: the excess is 2 for linear units and 5 for relu. `finite-width` turns it into
what a network of finite width does.

Assumptions: g symmetric about 0, with a finite fourth moment; it varies, and a slope is not 0.

Plan of the proof
1. φ(g)² = β² relu(g)² + α² relu(−g)² and φ(g)⁴ = β⁴ relu(g)⁴ + α⁴ relu(−g)⁴, by cases of sign.
2. relu(g)^k + relu(−g)^k = g^k for k = 2, 4; by symmetry both have the same mean, E[g^k]/2.
3. Var(φ²) = E[φ⁴] − E[φ²]², divided by m² > 0.
"""

from __future__ import annotations

from typing import Any

from sympy import Rational

from xavier_theory.symbolic.assumptions import equation, finite_moment, positive, symmetric
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, Var, random_variable, relu, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement

STATEMENT = Statement(
    order=21,
    name="unit-fluctuation",
    title="Fluctuation of a squared unit",
    summary=Fact(
        (
            "Relative to its mean, the square of a Gaussian unit has variance 2 without an "
            "activation and 5 behind a relu; for other slopes and laws a formula in the "
            "fourth moment."
        ),
        Proved(),
        Sampled("linear, normal pre-activation"),
        Sampled("relu, normal pre-activation"),
    ),
    claims=(),
    sources=(
        Cited("he2015", "section 2.2", "the second moment"),
        Cited("hanin2020", "theorem 1", "the fourth"),
    ),
    practice=(
        Fact(
            (
                "With Gaussian weights a relu network's squared length fluctuates as much as "
                "that of a linear network with 2/5 of the units (5/n = 2/(2n/5) in "
                "finite-width)."
            ),
            Proved(),
            Proved("one_layer", theorem="finite-width"),
        ),
    ),
    remarks=(
        Fact(
            (
                "For uniform pre-activations E[g⁴] = (9/5) E[g²]²: the relative variance is 0.8 "
                "for linear units, and behind a relu it is 2.6."
            ),
            Proved(),
            Computed("relative variance is 0.8"),
            Computed("it is 2.6"),
        ),
        Fact(
            ("abs (slopes −1 and 1) fluctuates as little as a linear unit: it forgets signs only."),
            Proved(),
        ),
    ),
)

g = random_variable("g")
left_slope = scalar("left_slope", latex=r"\alpha")
right_slope = scalar("right_slope", latex=r"\beta")
second_moment = scalar("second_moment", "positive", latex="q")
fourth_moment = scalar("fourth_moment", "nonnegative", latex="m_4")
activation = right_slope * relu(g) - left_slope * relu(-g)

CONTEXT = Context(
    (
        symmetric("the_pre_activation_is_symmetric", g),
        finite_moment("the_pre_activation_has_a_finite_fourth_moment", g, 4),
        equation("its_second_moment", E(g**2), second_moment),
        equation("its_fourth_moment", E(g**4), fourth_moment),
        positive("a_slope_is_not_zero", left_slope**2 + right_slope**2),
    )
)
half = Rational(1, 2)
mean_square = (left_slope**2 + right_slope**2) * second_moment / 2
mean_fourth = (left_slope**4 + right_slope**4) * fourth_moment / 2
excess = (
    2
    * (left_slope**4 + right_slope**4)
    / (left_slope**2 + right_slope**2) ** 2
    * fourth_moment
    / second_moment**2
    - 1
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    square = _moment(p, 2, "its_second_moment", mean_square)
    fourth = _moment(p, 4, "its_fourth_moment", mean_fourth)
    variance = p.chain(p.variance_definition(Var(activation**2))).by(fourth).by(square).step
    conclusion = p.linear_combination(
        "=", variance.left / mean_square**2, excess, [variance], [1 / mean_square**2]
    )
    return p.conclude(
        conclusion,
        quantities={
            "left_slope": left_slope,
            "right_slope": right_slope,
            "second_moment": second_moment,
            "fourth_moment": fourth_moment,
        },
        square=square,
        variance=variance,
    )


def _moment(p: Proof, order: int, name: str, value: Any) -> Step:
    """E[φ(g)^order] = (α^order + β^order) E[g^order]/2: parts 1 and 2 of the plan."""
    up, down = relu(g) ** order, relu(-g) ** order
    split = right_slope**order * up + left_slope**order * down
    cases = p.sign_cases(activation**order, split, g)
    whole = p.congruence(E(activation**order), cases)
    expanded = p.chain(whole).by(p.expectation_is_linear(E(split))).step
    together = p.sign_cases(up + down, g**order, g)
    halves = [
        p.expectation_is_linear(E(up + down)),
        p.congruence(E(up + down), together),
        p.symmetry(E(up), g),
        p.by_assumption(name),
    ]
    one = p.linear_combination("=", E(up), halves[3].right / 2, halves, [-half, half, half, half])
    both = [expanded, one, halves[2]]
    slopes = left_slope**order + right_slope**order
    return p.linear_combination("=", whole.left, value, both, [1, slopes, -(left_slope**order)])
