"""Leaky relu: the gain for any slope below zero.

    E[φ(y)²] = (1 + s²)/2 E[y²],  φ(t) = relu(t) − s relu(−t),   so Var(W) = 2/((1 + s²) n)

for every slope s and *any* law of the pre-activations y that is symmetric about 0. s = 0 is relu,
s = 1 the identity, s = −1 the absolute value; a learned slope (PReLU) has its gain for the value
that it starts with. The second moment is multiplied by the same factor whatever its size: every q
is kept, not one.

Assumptions: those of `he-variance`; only the activation differs.

Plan of the proof
1. φ(y)² + φ(−y)² = (1 + s²) y², by cases of sign.
2. By symmetry both have the same mean: E[φ(y)²] = (1 + s²) q/2, q = E[y²].
3. `general-gain` (its result `growth`) with this φ: E[z_i²] = n Var(W) (1 + s²) q/2.
4. Ask for E[z_i²] = q and divide by n (1 + s²) q/2 > 0.
"""

from __future__ import annotations

from typing import Any

from sympy import Rational

from xavier_theory.symbolic.assumptions import equation, finite_moment, positive, symmetric
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, relu, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.general_gain.proof import second_moment, y
from xavier_theory.theorems.layer_variance.proof import INDEPENDENT, WEIGHTS, sum_of_products
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import a, fan_in, i, j, weight_variance, z

STATEMENT = Statement(
    order=15,
    name="leaky-relu-variance",
    title="Leaky relu",
    summary=Fact(
        (
            "A leaky relu layer of slope s keeps the mean square of its pre-activations "
            "exactly when its weights have variance 2/((1 + s²) fan_in), for every s and "
            "every symmetric law."
        ),
        Proved(),
        Proved("growth"),
    ),
    claims=(),
    sources=(Cited("he2015", "section 2.2, eq. (15)", "PReLU"),),
    practice=(
        Fact(
            (
                "Initialize leaky relu and PReLU networks with Var(W) = 2/((1 + s²) fan_in); "
                "with the usual slope 0.01 the factor is 1.9998, where relu's is 2."
            ),
            Proved(),
            Computed("the factor is 1.9998"),
            given=("0.01",),
        ),
    ),
    remarks=(
        Fact(
            (
                "As for relu, one condition serves all sizes of signal, so that a layer neither "
                "draws the second moment towards a value nor drives it away from one: V'(q) = 1 "
                "for every q."
            ),
            Proved(),
            Proved("length_slope", theorem="homogeneous-activation"),
        ),
        Fact(
            (
                "PyTorch's kaiming_uniform_(a=sqrt(5)), its default for linear layers, is this "
                "rule with the slope √5: Var(W) = 1/(3 fan_in)."
            ),
            Proved(),
            Cited("pytorch2026", "torch/nn/modules/linear.py, Linear.reset_parameters"),
        ),
    ),
)

slope, x = scalar("slope", latex="c"), scalar("x")


def leaky(argument: Any) -> Any:
    """φ(t) = t for t >= 0 and slope · t for t <= 0."""
    return relu(argument) - slope * relu(-argument)


CONTEXT = Context(
    (
        *WEIGHTS,
        INDEPENDENT,
        symmetric("pre_activations_are_symmetric", y[j], j),
        equation("pre_activations_share_one_second_moment", E(y[j] ** 2), second_moment, j),
        finite_moment("pre_activations_have_finite_second_moments", y[j], 2, j),
        positive("pre_activations_vary", second_moment),
        equation("the_layer_keeps_the_second_moment", E(z[i] ** 2), second_moment, i),
    ),
    (
        define("activation", a[j], leaky(y[j]), j),
        define("pre-activation", z[i], sum_of_products, i),
    ),
)
keeping = 2 / ((1 + slope**2) * fan_in)
SOLVED = {"the_layer_keeps_the_second_moment": (weight_variance, "=", keeping)}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    share = _share(p)
    growth = p.theorem(
        derived("general-gain"),
        "growth",
        {"activation_second_moment": share.right},
        {},
        [share],
        {"phi": (x, leaky(x))},
    )
    kept = p.by_assumption("the_layer_keeps_the_second_moment", i)
    weight = keeping / second_moment
    conclusion = p.linear_combination(
        "=", weight_variance, keeping, [growth, kept], [-weight, weight]
    )
    return p.conclude(
        conclusion,
        quantities={
            "fan_in": fan_in,
            "slope": slope,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
        },
        growth=growth,
        share=share,
    )


def _share(p: Proof) -> Step:
    """E[φ(y)²] = (1 + s²) q/2: parts 1 and 2 of the plan."""
    both = leaky(y[j]) ** 2 + leaky(-y[j]) ** 2
    cases = p.sign_cases(both, (1 + slope**2) * y[j] ** 2, y[j])
    means = p.expectation_is_linear(E((1 + slope**2) * y[j] ** 2))
    mirrored = p.symmetry(E(leaky(y[j]) ** 2), y[j])
    halves = p.chain(p.congruence(E(both), cases)).by(means).step
    written_out = [
        p.expectation_is_linear(E(t)) for t in (both, leaky(y[j]) ** 2, leaky(-y[j]) ** 2)
    ]
    half = Rational(1, 2)
    square = p.linear_combination(
        "=",
        E(leaky(y[j]) ** 2),
        (1 + slope**2) * E(y[j] ** 2) / 2,
        [halves, mirrored, *written_out],
        [half, half, -half, half, half],
    )
    return p.chain(square).by(p.by_assumption("pre_activations_share_one_second_moment", j)).step
