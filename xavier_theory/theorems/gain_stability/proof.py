"""Is a gain a stable fixed point? The slope of the length map there.

    V'(q) = ½ (E[Z² φ(√q Z)²]/E[φ(√q Z)²] − 1),    V(p) = σ_w² E[φ(√p Z)²],  σ_w² = q/E[φ(√q Z)²]

for *any* φ: no derivative of φ is needed, and φ may jump. So V'(q) >= −1/2, and to first order the
fixed point q draws neighbours in, is marginal, or drives them away as E[Z² φ²] is less than, equal
to or greater than 3 E[φ²]. Two lines that meet at 0 (relu, leaky relu, the absolute value) are
marginal at every q; GELU (V'(1) = 1.144) and SiLU (1.173) at their gains are unstable.

Assumptions: Z is standard normal; φ(√p Z) has a finite fourth moment for each p, and is not always
0 for p = q; σ_w² is the gain at q.

Plan of the proof
1. The law of √p Z has a density whose derivative in p is (z² − 1)/(2p) times itself: V'(q) =
   σ_w² E[φ(√q Z)² (Z² − 1)]/(2q) (cited).
2. Expand, and put the gain in.
3. V'(q) − 1 = (E[Z² φ²] − 3 E[φ²])/(2 E[φ²]), and E[Z² φ²] >= 0.
4. Lines of slope r and s: φ(y)² + φ(−y)² = (r² + s²) y², the symmetry of Z, E Z² = 1 and E Z⁴ = 3
   (integration by parts, cited) give E[Z² φ²] = 3 E[φ²].
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Integer, Rational, sqrt

from xavier_theory.symbolic.assumptions import (
    derivative,
    equation,
    finite_moment,
    law,
    positive,
)
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import (
    E,
    function,
    random_variable,
    relu,
    scalar,
)
from xavier_theory.theorems.general_gain.proof import phi
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement

STATEMENT = Statement(
    order=27,
    name="gain-stability",
    title="Stability of a gain",
    summary=Fact(
        (
            "At its gain the length map of φ has the slope (E[Z²φ²]/E[φ²] − 1)/2: to first "
            "order, differences in the size of the signal shrink from layer to layer where "
            "E[Z²φ²] < 3 E[φ²] and grow where it is greater; equality decides nothing."
        ),
        Proved(),
        Proved("excess"),
    ),
    claims=(),
    sources=(
        Cited("poole2016", "section 2.1"),
        Cited(
            "schoenholz2017",
            "section 3",
            ("the length map's slope; its form in E[Z² φ²] is a rearrangement of ours"),
        ),
    ),
    practice=(
        Fact(
            (
                "Look at V'(1) before trusting a gain over depth (`xavier-theory gain` prints "
                "it): tanh 0.46, ELU 0.89 and SELU 0.78 forget a wrong scale, relu keeps it, "
                "and Mish 1.08, GELU 1.14, SiLU 1.17 and hardswish 1.22 make it larger in every "
                "layer, to first order."
            ),
            Proved(),
            Proved("homogeneous"),
            Computed("tanh 0.46"),
            Computed("ELU 0.89"),
            Computed("SELU 0.78"),
            Computed("Mish 1.08"),
            Computed("GELU 1.14"),
            Computed("SiLU 1.17"),
            Computed("hardswish 1.22"),
        ),
    ),
    remarks=(
        Fact(
            (
                "A gain is a fixed point of the length map, q = V(q), which is that of infinite "
                "width; this says on which side of 1 its slope lies. To first order a relative "
                "error ε of q is V'(q)^l ε after l layers."
            ),
            Proved(),
            Proved("linear", theorem="depth-scale"),
            Proved(theorem="near-fixed-point"),
            Cited("matthews2018", "theorem 4"),
        ),
        Fact(
            (
                "Width makes such errors: where units are uncorrelated the average of φ² over n "
                "of them is off by a relative √((κ − 1)/n), κ = E[φ⁴]/E[φ²]² at √q Z, and this "
                "in every layer. For GELU at q = 1 κ is 7.216, for SiLU 7.26, for relu 6 and "
                "for tanh 1.63."
            ),
            Proved("fluctuation", theorem="finite-width"),
            Computed("κ is 7.216"),
            Computed("for SiLU 7.26"),
            Computed("for relu 6"),
            Computed("for tanh 1.63"),
        ),
        Fact(
            (
                "With V' = 1 the errors only add up: for relu with Gaussian weights each layer "
                "of width n multiplies the relative second moment of the squared length by 1 + "
                "5/n."
            ),
            Proved("homogeneous"),
            Proved("one_layer", theorem="finite-width"),
            Proved(theorem="unit-fluctuation"),
        ),
        Fact(
            (
                "Sampled at width 256 with each activation's own gain, after 100 layers: for "
                "GELU and for SiLU q is more than a factor of 1,000 away from 1 in most "
                "networks; two relu networks differ in q by less than a factor of 100 in most "
                "pairs, and two tanh networks by less than a factor of 1.5."
            ),
            Sampled("two networks after 100 layers"),
            given=(
                "256",
                "1,000",
                "100",
                "1.5",
            ),
        ),
        Fact(
            (
                "What to do for an unstable φ: give up q = 1 and choose (σ_w, σ_b) with a fixed "
                "point that is stable; `xavier-theory phase` finds such points. For GELU σ_w² = "
                "1.9761 and σ_b² = 0.1864 have one at q = 4, where V' is 0.9963."
            ),
            Proved("any_scale"),
            Computed("σ_w² = 1.9761"),
            Computed("σ_b² = 0.1864"),
            Computed("V' is 0.9963"),
        ),
    ),
)

Z = random_variable("Z")
x, p_, q = scalar("x"), scalar("p", "positive"), scalar("second_moment", "positive", latex="q")
weight_scale = scalar("weight_scale", "positive", latex=r"\sigma_w^2")
left_slope = scalar("left_slope", latex=r"\alpha")
right_slope = scalar("right_slope", latex=r"\beta")
map_slope = function("dV", latex="V'")


def two_lines(argument: Any) -> Any:
    """φ(t) = right_slope · t for t >= 0 and left_slope · t for t <= 0."""
    return right_slope * relu(argument) - left_slope * relu(-argument)


def mean_square(variance: Any) -> Any:
    """E[φ(√variance Z)²]."""
    return E(phi(sqrt(variance) * Z) ** 2)


weighted = E(Z**2 * phi(sqrt(q) * Z) ** 2)

CONTEXT = Context(
    (
        law("z_is_standard_normal", "gaussian", [Z], [Integer(0), Integer(1)]),
        derivative(
            "the_length_map_has_the_slope",
            E(weight_scale * phi(sqrt(p_) * Z) ** 2),
            map_slope(p_),
            p_,
        ),
        finite_moment("activations_have_finite_fourth_moments", phi(sqrt(p_) * Z), 4, p_),
        positive("the_activation_does_not_vanish", mean_square(q)),
        equation("the_weights_have_the_gain", weight_scale, q / mean_square(q)),
    )
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    gain = p.by_assumption("the_weights_have_the_gain")
    written = p.chain(_slope(p)).by(gain).step
    square = mean_square(q)
    conclusion = p.linear_combination(
        "=", map_slope(q), (weighted / square - 1) / 2, [written], [1]
    )
    excess = p.linear_combination(
        "=", map_slope(q) - 1, (weighted - 3 * square) / (2 * square), [conclusion], [1]
    )
    half = Rational(1, 2)
    size = p.nonnegative(weighted / square)
    return p.conclude(
        conclusion,
        quantities={
            "second_moment": q,
            "weight_scale": weight_scale,
            "right_slope": right_slope,
            "left_slope": left_slope,
            "activation_second_moment": square,
            "weighted_second_moment": weighted,
        },
        excess=excess,
        at_least=p.linear_combination("<=", -half, map_slope(q), [conclusion, size], [-1, half]),
        any_scale=_slope(p),
        homogeneous=_homogeneous(p),
    )


def _slope(p: Proof) -> Step:
    """V'(q) = σ_w² (E[Z² φ²] − E[φ²])/(2q), at every σ_w²: part 1 of the plan."""
    lemma = p.cite(
        "gaussian-scale-derivative",
        {"q": q},
        {"Z": (Z,)},
        {"f": (x, weight_scale * phi(x) ** 2), "dm": (x, map_slope(x))},
    )
    (inside,) = lemma.right.atoms(E)
    chain = p.chain(lemma).by(p.expectation_is_linear(inside))
    return chain.algebra(weight_scale * (weighted - mean_square(q)) / (2 * q)).step


def _homogeneous(p: Proof) -> Step:
    """E[Z² φ²] = 3 E[φ²] for φ made of two lines, at every q: part 4 of the plan."""
    weighted_lines, alone = share(p, Z**2, Z), share(p, Integer(1), Z)
    return p.linear_combination(
        "=", weighted_lines.left, 3 * alone.left, [weighted_lines, alone], [1, -3]
    )


def share(p: Proof, factor: sympy.Expr, normal: Any) -> Step:
    """E[factor φ(√q Z)²] = (r² + s²) q E[factor Z²]/2, for φ made of two lines.

    ``factor`` is 1 or Z², so that the last mean is E[Z²] = 1 or E[Z⁴] = 3, by parts.
    """
    y, half = sqrt(q) * normal, Rational(1, 2)
    one, other = factor * two_lines(y) ** 2, factor * two_lines(-y) ** 2
    squares = (right_slope**2 + left_slope**2) * q
    cases = p.sign_cases(one + other, squares * normal**2 * factor, y)
    both = p.chain(p.congruence(E(cases.left), cases))
    both = both.by(p.expectation_is_linear(E(cases.right)))
    both = both.by(_moment(p, normal**2 * factor, normal))
    written_out = [p.expectation_is_linear(E(term)) for term in (cases.left, one, other)]
    return p.linear_combination(
        "=",
        E(one),
        both.right / 2,
        [both.step, p.symmetry(E(one), normal), *written_out],
        [half, half, -half, half, half],
    )


def _moment(p: Proof, power: sympy.Expr, normal: Any) -> Step:
    """E[Z²] = 1 and E[Z⁴] = 3."""
    body = sympy.cancel(power / normal).xreplace({normal: x})
    functions = {"f": (x, body), "df": (x, sympy.diff(body, x))}
    lemma = p.cite("gaussian-integration-by-parts", {}, {"Z": (normal,)}, functions)
    chain = p.chain(lemma).by(p.expectation_is_linear(lemma.right))
    return chain.step if power == normal**2 else chain.by(_moment(p, normal**2, normal)).step
