"""Weights with a given variance: the uniform limits, and what truncation does to a normal law.

    W uniform on [−u, u] with Var(W) = v:        u = √(3 v)
    W normal with scale s, cut off at ±c s:      Var(W) = s² (1 − c √(2/π) e^{−c²/2} / erf(c/√2))

so that Glorot's uniform limit is √(6/(fan_in + fan_out)), and a normal law cut at two standard
deviations has only 0.774 of the variance of its parent (its standard deviation 0.880, which Keras,
TensorFlow and JAX divide by).

Assumptions: the density.

Plan of the proof
1. E[W^k] is the integral of x^k times the density: differentiate the given antiderivative.
2. E[W] = 0, hence Var(W) = E[W²].
3. Uniform: u²/3 = v with u > 0 is u = √(3 v).
"""

from __future__ import annotations

import sympy
from sympy import Rational, erf, exp, pi, sqrt

from xavier_theory.symbolic.assumptions import density, equation
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import Entry, Var, random_variable, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Fails, Proved, Statement

STATEMENT = Statement(
    order=8,
    name="weight-laws",
    title="Uniform and truncated normal weights",
    summary=Fact(
        (
            "A uniform law on ±√(3v) has the variance v, and a truncated normal law has "
            "less variance than the normal law that it is cut from, by a stated factor."
        ),
        Proved(),
        Proved("uniform"),
        Proved("truncated"),
    ),
    claims=("C21",),
    sources=(
        Cited("glorot2010", "section 4.2.1, eq. (16)", "the uniform limits"),
        Cited("johnson1994", "chapter 13", "the truncated normal law"),
    ),
    practice=(
        Fact(
            "Draw uniform weights on ±√(3 Var(W)).",
            Proved(),
        ),
        Fact(
            (
                "If you truncate a normal law at ±2 standard deviations, divide its scale by "
                "0.8796 (its variance by 0.7737), or each layer loses 23 % of the mean square "
                "that the rule for Var(W) would have kept."
            ),
            Proved("truncated"),
            Proved("second_moment", theorem="layer-variance"),
            Computed("its scale by 0.8796"),
            Computed("its variance by 0.7737"),
            Computed("loses 23 %"),
        ),
    ),
    remarks=(
        Fact(
            (
                "Laws of one variance are equal in second moments only. The rules for a layer's "
                "mean square ask for no more; what one network of finite width does depends on "
                "the law."
            ),
            Proved("second_moment", theorem="layer-variance"),
            Proved("growth", theorem="he-variance"),
            Proved("growth", theorem="general-gain"),
            Proved(theorem="length-map"),
            Proved(theorem="unit-fluctuation"),
            Fails("weights_are_independent_gaussians", "random-chain-growth"),
        ),
        Fact(
            "PyTorch's trunc_normal_ makes no such correction, and its bounds are absolute.",
            Cited("pytorch2026", "torch/nn/init.py, trunc_normal_"),
        ),
    ),
)

uniform, truncated = random_variable("U"), random_variable("T")
weight_variance = scalar("weight_variance", "positive", latex=r"\sigma_W^2")
limit, scale, cut = (
    scalar("limit", "positive", latex="u"),
    scalar("scale", "positive", latex="s"),
    scalar("cut", "positive", latex="c"),
)
x = scalar("x")
bell = exp(-(x**2) / (2 * scale**2))
mass = scale * sqrt(2 * pi) * erf(cut / sqrt(2))

CONTEXT = Context(
    (
        density("the_weight_is_uniform", uniform, x, 1 / (2 * limit), -limit, limit),
        equation("the_weight_has_the_given_variance", Var(uniform), weight_variance),
        density(
            "the_weight_is_a_truncated_normal", truncated, x, bell / mass, -cut * scale, cut * scale
        ),
    )
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    of_uniform = _variance(
        p, "the_weight_is_uniform", uniform, x**2 / (4 * limit), x**3 / (6 * limit)
    )
    of_uniform = p.chain(of_uniform).algebra(limit**2 / 3).step
    root = limit + sqrt(3 * weight_variance)
    conclusion = p.linear_combination(
        "=",
        limit,
        sqrt(3 * weight_variance),
        [of_uniform, p.by_assumption("the_weight_has_the_given_variance")],
        [-3 / root, 3 / root],
    )
    return p.conclude(
        conclusion,
        quantities={"weight_variance": weight_variance, "limit": limit, "scale": scale, "cut": cut},
        uniform=of_uniform,
        truncated=_truncated(p),
    )


def _variance(p: Proof, name: str, weight: Entry, first: sympy.Expr, second: sympy.Expr) -> Step:
    """Var of the weight, from antiderivatives of x and x² times its density: parts 1 and 2."""
    variance = p.chain(p.variance_definition(Var(weight)))
    variance = variance.by(p.moment_by_antiderivative(name, x**2, second, x))
    return variance.by(p.moment_by_antiderivative(name, x, first, x)).step


def _truncated(p: Proof) -> Step:
    """The variance of the truncated normal law."""
    first = -(scale**2) * bell / mass
    second = (-(scale**2) * x * bell + scale**3 * sqrt(pi / 2) * erf(x / (scale * sqrt(2)))) / mass
    variance = _variance(p, "the_weight_is_a_truncated_normal", truncated, first, second)
    lost = cut * sqrt(2 / pi) * exp(-(cut**2) * Rational(1, 2)) / erf(cut / sqrt(2))
    return p.chain(variance).algebra(scale**2 * (1 - lost)).step
