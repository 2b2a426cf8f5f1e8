"""SELU's fixed point: its two constants, derived, and how fast it draws mean and variance in.

    SELU(z) = λ z for z > 0,  λ α (e^z − 1) for z <= 0;   with T(s) = e^{s²/2} Φ(−s)

    E[SELU(Z)] = λ (√(2/π) − α (1 − 2 T(1)))/2,   E[SELU(Z)²] = λ² (1/2 + α² (1/2 − 2 T(1) + T(2)))

are 0 and 1 exactly for α (1 − 2 T(1)) = √(2/π) and λ² (1/2 + α² (1/2 − 2 T(1) + T(2))) = 1: α =
1.67326…, λ = 1.05070…. Then the mean 0 and the second moment 1 of a standard normal signal are kept
by Var(W) = 1/n, without any gain. The fixed point is stable: there the length map has the slope

    V'(1) = (E[Z² SELU(Z)²] − E[SELU(Z)²])/2 = 0.7826…    (`gain-stability`, σ_w² = q = 1),

and the mean of SELU(√q Z) the slope M'(1) = E[SELU(Z) (Z² − 1)]/2 = 0.0888… in q.

Assumptions: Z is standard normal; α and λ solve the two equations; n Var(W) E[SELU(Z)²], to which
`general-gain` multiplies a second moment of 1, is 1.

Plan of the proof, with R = relu(Z)
1. E[R^k exp(−s R)] for k <= 3 by completing the square (cited); relu(−Z) has the law of R.
2. SELU(Z) = λ (relu(Z) + α (exp(−relu(−Z)) − 1)): the mean, by linearity.
3. SELU(Z)² = λ² (relu(Z)² + α² (1 − exp(−relu(−Z)))²) by cases of sign: the second moment.
4. Likewise with a factor Z²; E[Z² relu(Z)²] = 3 E[relu(Z)²] by `gain-stability`.
5. Put the equations of α and λ in; V' by `gain-stability`, M' by the law of √q Z (cited).
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Integer, Rational, erf, exp, pi, sqrt

from xavier_theory.symbolic.assumptions import derivative, equation, law
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import (
    E,
    Var,
    function,
    random_variable,
    relu,
    scalar,
)
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.gain_stability.proof import map_slope, p_, x
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import fan_in, weight_variance

STATEMENT = Statement(
    order=31,
    name="selu-fixed-point",
    title="SELU's fixed point",
    summary=Fact(
        (
            "SELU's constants are those for which a standard normal signal keeps mean 0 and "
            "second moment 1 under Var(W) = 1/fan_in, exactly; to first order an error of "
            "the second moment shrinks in a layer to 0.783 of itself."
        ),
        Proved(),
        Proved("mean"),
        Proved("second_moment"),
        Proved("length_slope"),
        Computed("in a layer to 0.783"),
    ),
    claims=(),
    sources=(
        Cited("klambauer2017", "eqs. (2) and (14)", "SELU and its constants"),
        Cited("klambauer2017", "Theorem 1", "the stability"),
    ),
    practice=(
        Fact(
            (
                "With SELU use Var(W) = 1/fan_in and no gain: LeCun's rule. PyTorch's "
                "calculate_gain('selu') is 3/4, and Var(W) = 9/(16 fan_in) does not keep the "
                "second moment."
            ),
            Proved(),
            Proved("second_moment"),
            Cited("lecun1998", "section 4.6"),
            Cited("pytorch2026", "torch/nn/init.py, calculate_gain"),
        ),
    ),
    remarks=(
        Fact(
            (
                "The constants are α = 1.673263242354377285 and λ = 1.050700987355480493, to "
                "all digits that are printed."
            ),
            Proved("mean_of_any"),
            Proved("second_moment_of_any"),
            Computed("α = 1.673263242354377285"),
            Computed("λ = 1.050700987355480493"),
        ),
        Fact(
            (
                "For weights of mean zero the mean of a layer's inputs does not matter: the "
                "Jacobian of the map of mean and second moment has the rows (0, 0.0888) and (0, "
                "0.7826), and its norm is 0.7877."
            ),
            Proved("mean_slope"),
            Proved("length_slope"),
            Proved("second_moment", theorem="layer-variance"),
            Computed("the rows (0, 0.0888"),
            Computed("and (0, 0.7826"),
            Computed("its norm is 0.7877"),
        ),
        Fact(
            (
                "Stable for the length of one signal does not say that two signals stay apart "
                "or together: SELU at (σ_w, σ_b) = (1, 0) is in the chaotic phase, where χ₁ is "
                "1.07."
            ),
            Proved(theorem="correlation-map"),
            Computed("χ₁ is 1.07"),
        ),
    ),
)

Z = random_variable("Z")
scale = scalar("outer_scale", "positive", latex=r"\lambda")
steepness = scalar("steepness", "positive", latex=r"\alpha")
mean_map_slope = function("dM", latex="M'")
below = exp(-relu(-Z))
half, peak = Rational(1, 2), 1 / sqrt(2 * pi)


def tail(s: int) -> sympy.Expr:
    """T(s) = e^{s²/2} Φ(−s), which is E[exp(−s Z); Z > 0]."""
    return exp(Rational(s * s, 2)) * (1 - erf(s / sqrt(2))) / 2


def selu(t: Any) -> Any:
    """λ t for t >= 0 and λ α (e^t − 1) for t <= 0."""
    return scale * (relu(t) + steepness * (exp(-relu(-t)) - 1))


SHORTFALL = half - 2 * tail(1) + tail(2)  # E[(1 − e^Z)²; Z < 0]
SQUARE = half + steepness**2 * SHORTFALL
WEIGHTED = Rational(3, 2) + steepness**2 * (half - 4 * tail(1) + 5 * tail(2))
TILTED = 2 * peak - steepness * (half + peak - 2 * tail(1))

CONTEXT = Context(
    (
        law("z_is_standard_normal", "gaussian", [Z], [Integer(0), Integer(1)]),
        equation("the_steepness_balances", steepness * (1 - 2 * tail(1)), sqrt(2 / pi)),
        equation("the_scale_normalizes", scale**2 * SQUARE, 1),
        equation(
            "the_layer_keeps_the_second_moment", fan_in * weight_variance * E(selu(Z) ** 2), 1
        ),
        derivative("the_length_map_has_the_slope", E(selu(sqrt(p_) * Z) ** 2), map_slope(p_), p_),
        derivative("the_mean_map_has_the_slope", E(selu(sqrt(p_) * Z)), mean_map_slope(p_), p_),
    )
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    mean, square = _mean(p), _second_moment(p)
    balance = p.by_assumption("the_steepness_balances")
    normal = p.by_assumption("the_scale_normalizes")
    centred = p.linear_combination("=", mean.left, 0, [mean, balance], [1, -scale / 2])
    one = p.linear_combination("=", square.left, 1, [square, normal], [1, 1])
    kept = p.by_assumption("the_layer_keeps_the_second_moment")
    conclusion = p.linear_combination(
        "=", weight_variance, 1 / fan_in, [kept, one], [1 / fan_in, -weight_variance]
    )
    return p.conclude(
        conclusion,
        quantities={"fan_in": fan_in, "outer_scale": scale, "steepness": steepness},
        mean_of_any=mean,
        second_moment_of_any=square,
        mean=centred,
        second_moment=one,
        variance=_variance(p, centred, one),
        length_slope=_length_slope(p, one),
        mean_slope=_mean_slope(p, centred),
    )


def _half_line(p: Proof, power: int, s: int) -> Step:
    """E[R^k exp(−s R)] for R = relu(Z): part 1 of the plan."""
    factors = {f"c{k}": Integer(int(k == power)) for k in range(4)}
    return p.cite("gaussian-half-line", {"s": Integer(s), **factors}, {"Z": (Z,)})


def _mirrored(p: Proof, power: int, s: int) -> Step:
    """The same for relu(−Z)."""
    mirrored = p.symmetry(E(relu(-Z) ** power * below**s), Z)
    return p.chain(mirrored).by(_half_line(p, power, s)).step


def _mean(p: Proof) -> Step:
    """E[SELU(Z)] for any α and λ: part 2 of the plan."""
    chain = p.chain(p.expectation_is_linear(E(selu(Z))))
    chain = chain.by(_half_line(p, 1, 0)).by(_mirrored(p, 0, 1))
    return chain.algebra(scale * (sqrt(2 / pi) - steepness * (1 - 2 * tail(1))) / 2).step


def _by_cases(p: Proof, term: sympy.Expr, parts: sympy.Expr) -> Any:
    """E[term] = E[parts], written out, where ``term`` is ``parts`` in both cases of sign."""
    cases = p.sign_cases(term, parts, Z)
    chain = p.chain(p.congruence(E(term), cases))
    return chain.by(p.expectation_is_linear(chain.right))


def _second_moment(p: Proof) -> Step:
    """E[SELU(Z)²] for any α and λ: part 3 of the plan."""
    parts = scale**2 * (relu(Z) ** 2 + steepness**2 * (1 - below) ** 2)
    chain = _by_cases(p, selu(Z) ** 2, parts).by(_half_line(p, 2, 0))
    return chain.by(_mirrored(p, 0, 1)).by(_mirrored(p, 0, 2)).algebra(scale**2 * SQUARE).step


def _variance(p: Proof, centred: Step, one: Step) -> Step:
    """Var(SELU(Z)) = 1."""
    return p.chain(p.variance_definition(Var(selu(Z)))).by(one).by(centred).step


def _length_slope(p: Proof, one: Step) -> Step:
    """V'(1) = (E[Z² SELU(Z)²] − E[SELU(Z)²])/2 at σ_w² = 1, by `gain-stability`."""
    parts = scale**2 * (Z**2 * relu(Z) ** 2 + steepness**2 * relu(-Z) ** 2 * (1 - below) ** 2)
    chain = _by_cases(p, Z**2 * selu(Z) ** 2, parts)
    numbers = {"right_slope": 1, "left_slope": 0, "second_moment": 1}
    chain = chain.by(p.theorem(derived("gain-stability"), "homogeneous", numbers))
    for power, s in ((2, 0), (2, 1), (2, 2)):
        chain = chain.by(_mirrored(p, power, s))
    weighted = chain.by(_half_line(p, 2, 0)).algebra(scale**2 * WEIGHTED).step
    slope = p.theorem(
        derived("gain-stability"),
        "any_scale",
        {"weight_scale": 1, "second_moment": 1},
        functions={"phi": (x, selu(x))},
    )
    return p.chain(slope).by(weighted).by(one).step


def _mean_slope(p: Proof, centred: Step) -> Step:
    """The derivative of E[SELU(√q Z)] at q = 1: E[SELU(Z) (Z² − 1)]/2 (cited)."""
    functions = {"f": (x, selu(x)), "dm": (x, mean_map_slope(x))}
    slope = p.cite("gaussian-scale-derivative", {"q": 1}, {"Z": (Z,)}, functions)
    parts = scale * (relu(Z) ** 3 + steepness * relu(-Z) ** 2 * (below - 1))
    chain = _by_cases(p, Z**2 * selu(Z), parts).by(_half_line(p, 3, 0))
    weighted = chain.by(_mirrored(p, 2, 0)).by(_mirrored(p, 2, 1)).algebra(scale * TILTED).step
    inside = E(selu(Z) * (Z**2 - 1))
    written = [p.expectation_is_linear(t) for t in (inside, weighted.left, centred.left)]
    return p.linear_combination(
        "=",
        slope.left,
        scale * TILTED / 2,
        [slope, *written, weighted, centred],
        [1, half, -half, half, half, -half],
    )
