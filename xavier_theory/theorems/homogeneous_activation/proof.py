"""Activations without a scale of their own: one number for the signal, the gradient and two inputs.

    σ_w² E[φ(√q Z)²] = χ q,   χ = σ_w² (r² + s²)/2,   φ(t) = r t for t >= 0, s t for t <= 0

These are all functions with φ(c t) = c φ(t) for c >= 0: relu (1, 0), leaky relu (1, s), the
absolute value (1, −1), the identity (1, 1). Their length map is a line through 0, so that with
χ = 1 every q is a fixed point, none of which draws others in; and χ is also χ₁, by which gradients
grow (at equal widths) and by which the squared distance of two nearby inputs grows. Weights that
keep the length of one signal are at the edge of chaos.

Assumptions: Z, and the parts of two correlated signals, are standard normal. Nothing else about φ:
it has a kink at 0, which Price's theorem allows.

Plan of the proof
1. φ(t) = φ(1) relu(t) + φ(−1) relu(−t), by φ(c t) = c φ(t) at t = ±1 and by cases of sign.
2. φ(y)² + φ(−y)² = (r² + s²) y², the symmetry of Z and E Z² = 1 (`gain-stability`): χ.
3. V'(q) = σ_w² (E[Z² φ²] − E[φ²])/(2q), and E[Z² φ²] = 3 E[φ²] (`gain-stability`).
4. φ' is r for t > 0 and s for t < 0. E step(y) = E[Z relu(y)]/√q = 1/2 by parts (cited); so
   E[φ'(y)²] = (r² + s²)/2.
5. χ₁ = σ_w² E[φ'(√q A)²] (`correlation-map`).
"""

from __future__ import annotations

from typing import Any

from sympy import Integer, Rational, sqrt

from xavier_theory.symbolic.assumptions import derivative, equation, law
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, relu, unit_step
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.correlation_map.proof import A, M, N, h, map_slope, pair, q, x
from xavier_theory.theorems.gain_stability.proof import (
    left_slope,
    p_,
    right_slope,
    share,
    two_lines,
    weight_scale,
)
from xavier_theory.theorems.gain_stability.proof import map_slope as length_slope
from xavier_theory.theorems.general_gain.proof import phi
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement

STATEMENT = Statement(
    order=33,
    name="homogeneous-activation",
    title="Activations without a scale",
    summary=Fact(
        (
            "For φ with φ(ct) = cφ(t), c >= 0, such as relu, one number, σ_w² (φ(1)² + "
            "φ(−1)²)/2, multiplies the signal's mean square, the gradient's where widths "
            "are equal, and, to first order, the squared distance of nearby inputs."
        ),
        Proved(),
        Proved("form"),
        Proved("length_slope"),
        Proved("gradient_factor"),
        Proved("correlation_slope"),
    ),
    claims=(),
    sources=(
        Cited("he2015", "section 2.2", "forward and backward agree for relu"),
        Cited("schoenholz2017", "section 3", "χ₁"),
        Cited("cho2009", "section 2.1", "relu's pair"),
    ),
    practice=(
        Fact(
            (
                "For relu and its kin He's variance, n Var(W) = 2/(1 + s²), is right three "
                "times over: forward, backward where widths are equal, and at the edge of "
                "chaos, whatever the size of the input."
            ),
            Proved(),
            Proved("gradient_factor"),
            Proved(theorem="backward-gain"),
            Proved("correlation_slope"),
        ),
        Fact(
            (
                "Another φ may ask for different variances: tanh at q = 1 for n Var(W) = 2.5362 "
                "forward, and backward for 2.1533."
            ),
            Proved("backward", theorem="correlation-map"),
            Computed("Var(W) = 2.5362"),
            Computed("backward for 2.1533"),
        ),
    ),
    remarks=(
        Fact(
            (
                "That every q is a fixed point is a blessing and a curse: nothing forgets the "
                "scale of the input, and nothing corrects the errors that finite width makes in "
                "it."
            ),
            Proved("length_slope"),
            Proved("one_layer", theorem="finite-width"),
        ),
        Fact(
            (
                "At χ = 1 two inputs still grow alike, but slower than any exponential: from "
                "orthogonal inputs, relu's correlation map has l²(1 − c) at 43.1 after 1,000 "
                "layers and at 44.3 after 10,000; 9π²/2 is 44.4."
            ),
            Computed("at 43.1"),
            Computed("at 44.3"),
            Computed("9π²/2 is 44.4"),
            Cited("cho2009", "section 2.1"),
            given=(
                "1,000",
                "10,000",
            ),
        ),
        Fact(
            (
                "At a single q another φ can agree with itself as well: at q = 1 tanh + 0.2648 "
                "asks for n Var(W) = 2.1533 forward, backward and for χ₁ = 1."
            ),
            Proved("gain_squared", theorem="general-gain"),
            Proved("backward", theorem="correlation-map"),
            Computed("tanh + 0.2648"),
            Computed("asks for n Var(W) = 2.1533"),
        ),
    ),
)

CONTEXT = Context(
    (
        law("the_signals_are_standard_normal", "gaussian", [A, N, M], [Integer(0), Integer(1)]),
        derivative(
            "the_length_map_has_the_slope",
            E(weight_scale * two_lines(sqrt(p_) * A) ** 2),
            length_slope(p_),
            p_,
        ),
        derivative("the_pair_has_the_slope", pair(h, two_lines), map_slope(h), h),
        equation("the_activation_is_homogeneous", phi(h * x), h * phi(x), h, x),
    )
)
half = Rational(1, 2)
squares = (right_slope**2 + left_slope**2) / 2
chi = weight_scale * squares


def slope_of(y: Any) -> Any:
    """φ'(y): the right slope for y > 0, the left one for y < 0 (and 0 at 0)."""
    return right_slope * unit_step(y) + left_slope * unit_step(-y)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    square = share(p, Integer(1), A)
    conclusion = p.linear_combination(
        "=", weight_scale * square.left, chi * q, [square], [weight_scale]
    )
    return p.conclude(
        conclusion,
        quantities={
            "weight_scale": weight_scale,
            "right_slope": right_slope,
            "left_slope": left_slope,
            "second_moment": q,
        },
        form=_form(p),
        length_slope=_length_slope(p, square),
        gradient_factor=_gradient_factor(p),
        correlation_slope=_correlation_slope(p),
    )


def _form(p: Proof) -> Step:
    """φ(x) = φ(1) relu(x) + φ(−1) relu(−x): part 1 of the plan."""
    name = "the_activation_is_homogeneous"
    above = p.by_assumption(name, relu(x), 1)
    below = p.by_assumption(name, relu(-x), -1)
    zero = p.by_assumption(name, 0, x)
    cases = p.sign_cases(phi(relu(x)) + phi(-relu(-x)), phi(x) + phi(0), x)
    return p.linear_combination(
        "=",
        phi(x),
        phi(1) * relu(x) + phi(-1) * relu(-x),
        [cases, zero, above, below],
        [-1, -1, 1, 1],
    )


def _length_slope(p: Proof, square: Step) -> Step:
    """V'(q) = χ: part 3 of the plan."""
    slope = p.theorem(
        derived("gain-stability"),
        "any_scale",
        {},
        {"Z": (A,)},
        functions={"phi": (x, two_lines(x))},
    )
    marginal = p.theorem(derived("gain-stability"), "homogeneous", {}, {"Z": (A,)})
    return p.chain(slope).by(marginal).by(square).algebra(chi).step


def _gradient_factor(p: Proof) -> Step:
    """E[φ'(√q A)²] = (r² + s²)/2: part 4 of the plan."""
    y = sqrt(q) * A
    stein = p.cite(
        "gaussian-integration-by-parts",
        {},
        {"Z": (A,)},
        {"f": (x, relu(sqrt(q) * x)), "df": (x, sqrt(q) * unit_step(sqrt(q) * x))},
    )
    stein = p.chain(stein).by(p.expectation_is_linear(stein.right)).step
    cases = p.sign_cases(A * relu(y), relu(y) ** 2 / sqrt(q), y)
    squared = p.chain(p.congruence(stein.left, cases))
    squared = squared.by(p.expectation_is_linear(squared.right))
    relus = p.specialize(share(p, Integer(1), A), {"right_slope": 1, "left_slope": 0})
    above = p.linear_combination(
        "=",
        E(unit_step(y)),
        half,
        [stein, squared.step, relus],
        [-1 / sqrt(q), 1 / sqrt(q), 1 / q],
    )
    parts = right_slope**2 * unit_step(y) + left_slope**2 * unit_step(-y)
    chain = p.chain(p.congruence(E(slope_of(y) ** 2), p.sign_cases(slope_of(y) ** 2, parts, y)))
    chain = chain.by(p.expectation_is_linear(chain.right))
    mirrored = p.chain(p.symmetry(E(unit_step(-y)), A)).by(above).step
    return chain.by(mirrored).by(above).algebra(squares).step


def _correlation_slope(p: Proof) -> Step:
    """χ₁ = χ: part 5 of the plan."""
    slope = p.theorem(
        derived("correlation-map"),
        None,
        {"weight_scale": weight_scale},
        functions={"phi": (x, two_lines(x)), "dphi": (x, slope_of(x))},
    )
    return p.chain(slope).by(_gradient_factor(p)).algebra(chi).step
