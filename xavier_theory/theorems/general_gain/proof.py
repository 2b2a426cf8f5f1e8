"""The gain of any activation: the weight variance that keeps a network's second moment.

    E[z_i²] = n Var(W) E[φ(y)²],    a_j = φ(y_j),    so E[z_i²] = q  ⟺  Var(W) = g²/n,
    g² = q/E[φ(y)²]

for *any* φ and any law of the pre-activations y_j that makes E[φ(y_j)²] the same number for all of
them. With q = E[y²] the layer keeps the second moment; for y ~ N(0, 1) that is the usual gain,
g² = 1/E[φ(Z)²].

Assumptions: those of `layer-variance` without the inputs' mean zero; E[φ(y_j)²] the same for all
units, finite and not 0. *Not* needed: any property of φ (it may jump), symmetry, a Gaussian law,
independent pre-activations; nor that q is E[y²], which only makes "has" the word "keeps".

Plan of the proof
1. `layer-variance` (its result `second_moment`, which uses no mean of the inputs): E[z_i²] = Var(W)
   Σ_j E[φ(y_j)²].
2. The n terms are equal.
3. Ask for E[z_i²] = q and divide by n E[φ(y)²] > 0.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation, finite_moment, positive
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    E,
    function,
    random_family,
    scalar,
)
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import INDEPENDENT, WEIGHTS, sum_of_products
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import a, fan_in, i, j, weight_variance, z

STATEMENT = Statement(
    order=14,
    name="general-gain",
    title="The gain of any activation",
    summary=Fact(
        (
            "A layer with the activation φ keeps the mean square of its pre-activations "
            "exactly when its weights have variance g²/fan_in, g² = q/E[φ(y)²] for "
            "pre-activations y with E[y²] = q."
        ),
        Proved(),
        Proved("growth"),
    ),
    claims=(),
    sources=(
        Cited("he2015", "section 2.2, eq. (7)", "φ = relu"),
        Cited("poole2016", "eq. (3)", "a wide layer"),
    ),
    practice=(
        Fact(
            (
                "Initialize with Var(W) = g²/fan_in, where g² = 1/E[φ(Z)²] for a standard "
                "normal Z: 2 for relu, and for tanh it is 2.536; `xavier-theory gain` computes "
                "it for any φ."
            ),
            Proved("gain_squared"),
            Proved(theorem="he-variance"),
            Computed("for tanh it is 2.536"),
        ),
    ),
    remarks=(
        Fact(
            (
                "It is a second moment that is kept, not a variance: an activation with a mean "
                "gives the next layer inputs whose mean square counts whole."
            ),
            Proved("growth"),
        ),
        Fact(
            (
                "The gain belongs to one size of y: tanh asks for 2.536 at q = 1, and at q = 4 "
                "for 6.30. Whether a small difference grows is another question, see "
                "gain-stability."
            ),
            Proved("gain_squared"),
            Computed("tanh asks for 2.536"),
            Computed("at q = 4 for 6.30"),
        ),
        Fact(
            (
                "The rule asks for no Gaussian law. That the y of a hidden layer are Gaussian is "
                "the limit of infinite width at a fixed depth, which gaussian-limit states."
            ),
            Proved("gain_squared"),
            Cited("matthews2018", "theorem 4"),
        ),
        Fact(
            (
                "In the first layer the data take the place of φ(y): there g² = 1 keeps the "
                "mean square."
            ),
            Proved("growth"),
            Proved("second_moment", theorem="layer-variance"),
        ),
    ),
)

phi = function("phi")
y = random_family("y", 1)
second_moment = scalar("second_moment", "nonnegative", latex="q")
activation_second_moment = scalar("activation_second_moment", "nonnegative", latex=r"m_\phi")

CONTEXT = Context(
    (
        *WEIGHTS,
        INDEPENDENT,
        equation(
            "activations_share_one_second_moment",
            E(phi(y[j]) ** 2),
            activation_second_moment,
            j,
        ),
        finite_moment("activations_have_finite_second_moments", phi(y[j]), 2, j),
        positive("the_activation_does_not_vanish", activation_second_moment),
        equation("the_next_layer_has_the_second_moment", E(z[i] ** 2), second_moment, i),
    ),
    (define("activation", a[j], phi(y[j]), j), define("pre-activation", z[i], sum_of_products, i)),
)
SOLVED = {
    "activations_share_one_second_moment": (
        (y[j], "=", y[1]),
        (activation_second_moment, "=", E(phi(y[1]) ** 2)),
    ),
    "the_next_layer_has_the_second_moment": (
        second_moment,
        "=",
        fan_in * weight_variance * activation_second_moment,
    ),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    growth = _growth(p)
    kept = p.by_assumption("the_next_layer_has_the_second_moment", i)
    keeping = second_moment / (fan_in * activation_second_moment)
    weight = 1 / (fan_in * activation_second_moment)
    conclusion = p.linear_combination(
        "=", weight_variance, keeping, [growth, kept], [-weight, weight]
    )
    return p.conclude(
        conclusion,
        quantities={
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
            "activation_second_moment": activation_second_moment,
        },
        growth=growth,
        gain_squared=p.linear_combination(
            "=", fan_in * weight_variance, fan_in * keeping, [conclusion], [fan_in]
        ),
    )


def _growth(p: Proof) -> Step:
    """E[z²] = n Var(W) E[φ(Y)²]: parts 1 and 2 of the plan."""
    square = p.theorem(derived("layer-variance"), "second_moment", {}, {"b": (i, 0)})
    square = p.rewrite(square, p.definition("activation", j))
    chain = p.chain(square).by(p.by_assumption("activations_share_one_second_moment", j))
    return chain.by(p.sum_is_linear(chain.right / weight_variance)).step
