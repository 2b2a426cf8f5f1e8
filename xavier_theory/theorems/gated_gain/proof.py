"""GELU and SiLU need another constant than relu: the exact gain of GELU.

    E[GELU(Z)²] = 1/3 + 1/(2√3 π) = 0.4252,   so Var(W) = 1/((1/3 + 1/(2√3 π)) n) = 2.3517/n

against relu's E[relu(Z)²] = 1/2 and 2/n. Both activations are gates, φ(t) = t s(t) with a smooth
s(t) + s(−t) = 1 in the place of a step, and a gate that is not 0 or 1 loses signal: for *any*
symmetric law E[SiLU(y)²] = E[y²]/2 − E[y² σ(y)(1 − σ(y))], which lies between E[y²]/4 and E[y²]/2,
and E[GELU(y)²] = E[y²]/4 + E[y² erf(y/√2)²]/4. He's Var(W) = 2/n multiplies the second moment by
2 E[φ²]/E[y²] in each layer: 0.850 for GELU at q = 1, and at most 1 for SiLU.

Assumptions: Z is standard normal, and n Var(W) E[GELU(Z)²], to which `general-gain` multiplies a
second moment of 1, is 1. The shares need no more than a symmetric law with a second moment.

Plan of the proof, with e = erf(Z/√2) and GELU(Z) = Z (1 + e)/2
1. E[GELU(Z)²] = (E[Z²] + 2 E[Z² e] + E[Z² e²])/4; the middle vanishes, for e is odd.
2. Integration by parts (cited): E[Z²] = 1, E[Z² e²] = E[e²] + 2 √(2/π) E[Z e exp(−Z²/2)].
3. E[e²] = 1/3 (cited: e is uniform).
4. exp(−Z²/2) turns Z into Z/√2 (cited): E[Z e exp(−Z²/2)] = E[Z erf(Z/2)]/2.
5. By parts, and turning again: E[Z erf(Z/2)] = E[exp(−Z²/4)]/√π = √(2/3)/√π.
6. Shares: φ(y)² + φ(−y)² in terms of s, and by symmetry half of its mean.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Integer, Rational, erf, exp, pi, sqrt

from xavier_theory.symbolic.assumptions import equation, finite_moment, law, symmetric
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, random_variable, scalar, sigmoid
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import Y, fan_in, weight_variance

STATEMENT = Statement(
    order=28,
    name="gated-gain",
    title="Gains of GELU and SiLU",
    summary=Fact(
        (
            "GELU keeps 1/3 + 1/(2√3π) = 0.4252 of the mean square of a standard normal "
            "signal, where relu keeps 1/2, and SiLU between 1/4 and 1/2 for every symmetric "
            "law: under He's 2/fan_in a layer multiplies it by 0.850 for GELU, and for SiLU "
            "by at most 1."
        ),
        Proved("second_moment"),
        Proved("silu_at_most"),
        Proved("silu_at_least"),
        Proved("half", theorem="he-variance"),
        Computed("= 0.4252"),
        Computed("multiplies it by 0.850"),
    ),
    claims=(),
    sources=(
        Cited("hendrycks2016", "section 2", "both activations"),
        Cited("owen1980", "10,010", "the constant, by his integrals"),
    ),
    practice=(
        Fact(
            (
                "For GELU use Var(W) = 2.3517/fan_in and for SiLU 2.8108/fan_in, if a gain at "
                "all: both are unstable fixed points, to first order, with slopes GELU 1.14 and "
                "SiLU 1.17."
            ),
            Proved(),
            Computed("GELU use Var(W) = 2.3517"),
            Computed("SiLU 2.8108"),
            Computed("GELU 1.14", "gain-stability"),
            Computed("SiLU 1.17", "gain-stability"),
        ),
    ),
    remarks=(
        Fact(
            (
                "Under He's 2/fan_in SiLU multiplies the mean square of standard normal "
                "pre-activations by 0.712; for every symmetric law GELU and SiLU multiply it by "
                "at least 1/2."
            ),
            Proved("silu_at_least"),
            Proved("gelu_at_least"),
            Computed("pre-activations by 0.712"),
        ),
        Fact(
            (
                "The tanh approximation of GELU has a gain of its own: Var(W) = 2.35187/fan_in, "
                "where GELU's is 2.35172/fan_in."
            ),
            Proved(),
            Computed("own: Var(W) = 2.35187"),
            Computed("GELU's is 2.35172"),
        ),
    ),
)

Z, x = random_variable("Z"), scalar("x")
gate = erf(Z / sqrt(2))
tilted = exp(-(Z**2) / 2)
SECOND_MOMENT = Rational(1, 3) + 1 / (2 * sqrt(3) * pi)


def gelu(t: Any) -> Any:
    """t Φ(t)."""
    return t * (1 + erf(t / sqrt(2))) / 2


def silu(t: Any) -> Any:
    """t σ(t)."""
    return t * sigmoid(t)


CONTEXT = Context(
    (
        law("z_is_standard_normal", "gaussian", [Z], [Integer(0), Integer(1)]),
        equation(
            "the_layer_keeps_the_second_moment", fan_in * weight_variance * E(gelu(Z) ** 2), 1
        ),
        symmetric("y_is_symmetric", Y),
        finite_moment("y_has_a_finite_second_moment", Y, 2),
    )
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    moment = _second_moment(p)
    kept = p.by_assumption("the_layer_keeps_the_second_moment")
    keeping = p.linear_combination(
        "=",
        weight_variance,
        1 / (fan_in * SECOND_MOMENT),
        [kept, moment],
        [1 / (fan_in * SECOND_MOMENT), -weight_variance / SECOND_MOMENT],
    )
    loss, odd = _silu_share(p), _gelu_share(p)
    return p.conclude(
        keeping,
        quantities={"fan_in": fan_in, "second_moment": E(Y**2)},
        second_moment=moment,
        gelu_share=odd,
        silu_share=loss,
        silu_at_most=_silu_at_most(p, loss),
        silu_at_least=_silu_at_least(p, loss),
        gelu_at_least=_gelu_at_least(p, odd),
    )


def _by_parts(p: Proof, body: sympy.Expr) -> Step:
    """E[Z f(Z)] = E[f'(Z)], written out."""
    slope = sympy.expand(sympy.diff(body, x))
    step = p.cite(
        "gaussian-integration-by-parts", {}, {"Z": (Z,)}, {"f": (x, body), "df": (x, slope)}
    )
    return p.chain(step).by(p.expectation_is_linear(step.right)).step


def _turned(p: Proof, strength: Rational, body: sympy.Expr) -> Step:
    """E[exp(−s Z²) f(Z)] by a Gaussian of variance 1/(1 + 2s), written out."""
    step = p.cite("gaussian-tilt", {"s": strength}, {"Z": (Z,)}, {"f": (x, body)})
    (inside,) = step.right.atoms(E)
    return p.chain(step).by(p.expectation_is_linear(inside)).step


def _second_moment(p: Proof) -> Step:
    """E[GELU(Z)²]: parts 1 to 5 of the plan."""
    odd = p.symmetry(E(Z**2 * gate), Z)
    odd = p.chain(odd).by(p.expectation_is_linear(odd.right)).step
    vanishes = p.linear_combination("=", E(Z**2 * gate), 0, [odd], [Rational(1, 2)])
    chain = p.chain(p.expectation_is_linear(E(gelu(Z) ** 2))).by(vanishes)
    chain = chain.by(_by_parts(p, x)).by(_with_square(p))
    return chain.algebra(SECOND_MOMENT).step


def _with_square(p: Proof) -> Step:
    """E[Z² e²] = 1/3 + 2/(√3 π): parts 2 to 5 of the plan."""
    parts = p.chain(_by_parts(p, x * erf(x / sqrt(2)) ** 2))
    parts = parts.by(p.cite("gaussian-error-function-square", {}, {"Z": (Z,)}))
    last = p.chain(_by_parts(p, erf(x / 2))).by(_turned(p, Rational(1, 4), Integer(1)))
    turned = p.chain(_turned(p, Rational(1, 2), x * erf(x / sqrt(2)))).by(last.step)
    return parts.by(turned.step).step


def _gelu_share(p: Proof) -> Step:
    """E[GELU(Y)²] = E[Y²]/4 + E[Y² erf(Y/√2)²]/4 for a symmetric Y: part 6 of the plan."""
    y_gate = erf(Y / sqrt(2))
    odd = p.symmetry(E(Y**2 * y_gate), Y)
    odd = p.chain(odd).by(p.expectation_is_linear(odd.right)).step
    vanishes = p.linear_combination("=", E(Y**2 * y_gate), 0, [odd], [Rational(1, 2)])
    return p.chain(p.expectation_is_linear(E(gelu(Y) ** 2))).by(vanishes).step


def _silu_share(p: Proof) -> Step:
    """E[SiLU(Y)²] = E[Y²]/2 − E[Y² σ(Y)(1 − σ(Y))] for a symmetric Y: part 6 of the plan."""
    loss = p.expectation_is_linear(E(Y**2 * sigmoid(Y) * (1 - sigmoid(Y))))
    return p.linear_combination(
        "=", E(silu(Y) ** 2), E(Y**2) / 2 - loss.left, [_half_gate(p), loss], [1, 1]
    )


def _half_gate(p: Proof) -> Step:
    """E[Y² σ(Y)] = E[Y²]/2: on average the gate is half open."""
    mirrored = p.symmetry(E(silu(Y) ** 2), Y)
    mirrored = p.rewrite(mirrored, p.cite("sigmoid-reflection", {"t": Y}))
    mirrored = p.chain(mirrored).by(p.expectation_is_linear(mirrored.right)).step
    return p.linear_combination(
        "=", E(Y**2 * sigmoid(Y)), E(Y**2) / 2, [mirrored], [Rational(1, 2)]
    )


def _silu_at_most(p: Proof, share: Step) -> Step:
    """E[SiLU(Y)²] <= E[Y²]/2, for the gate lies between 0 and 1."""
    loss = p.nonnegative(E(Y**2 * sigmoid(Y) * sigmoid(-Y)))
    loss = p.rewrite(loss, p.cite("sigmoid-reflection", {"t": Y}))
    return p.linear_combination("<=", share.left, E(Y**2) / 2, [share, loss], [1, 1])


def _silu_at_least(p: Proof, share: Step) -> Step:
    """E[Y²]/4 <= E[SiLU(Y)²], for σ(1 − σ) = 1/4 − (σ − 1/2)²."""
    square = p.nonnegative(E(Y**2 * (sigmoid(Y) - Rational(1, 2)) ** 2))
    square = p.rewrite(square, p.expectation_is_linear(square.right))
    return p.linear_combination("<=", E(Y**2) / 4, share.left, [square, _half_gate(p)], [1, -1])


def _gelu_at_least(p: Proof, share: Step) -> Step:
    """E[Y²]/4 <= E[GELU(Y)²]."""
    gates = p.nonnegative(E(Y**2 * erf(Y / sqrt(2)) ** 2))
    return p.linear_combination("<=", E(Y**2) / 4, share.left, [share, gates], [-1, Rational(1, 4)])
