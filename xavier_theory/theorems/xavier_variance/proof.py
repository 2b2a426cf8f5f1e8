"""Xavier initialization: the weight variance that keeps a linear layer's variance.

    Var(z_i) = Var(a)  ⟺  Var(W) = 1/n

Assumptions: those of `layer-variance`; for the uniqueness that the inputs' variance is positive.

Plan of the proof
1. `layer-variance` with Var(W) := 1/n gives Var(z_i) = Var(a): the choice keeps the variance.
2. Conversely n Var(W) Var(a) = Var(a), divided by n Var(a) > 0, gives Var(W) = 1/n: nothing else
   keeps it.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation, positive
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Var
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.layer_variance.proof import CONTEXT as LAYER
from xavier_theory.theorems.layer_variance.proof import input_variance
from xavier_theory.theorems.statement import Cited, Fact, Proved, Statement
from xavier_theory.theorems.symbols import fan_in, i, weight_variance, z

STATEMENT = Statement(
    order=4,
    name="xavier-variance",
    title="Xavier initialization",
    summary=Fact(
        (
            "A linear layer keeps the variance of its inputs exactly when its weights have "
            "variance 1/fan_in."
        ),
        Proved(),
        Proved("kept"),
    ),
    claims=("C12", "C14"),
    sources=(
        Cited("glorot2010", "section 4.2.1, eq. (10)"),
        Cited("lecun1998", "section 4.6"),
    ),
    practice=(
        Fact(
            (
                "For identity activations, and for tanh as far as it is nearly linear, "
                "initialize with Var(W) = 1/fan_in."
            ),
            Proved(),
            Proved("kept"),
            Proved("lower", theorem="tanh-linearization"),
        ),
        Fact(
            "This is LeCun's rule; the notes that this package follows call it Xavier.",
            Cited("lecun1998", "section 4.6"),
            Cited("katanforoosh2019", "section II"),
        ),
    ),
    remarks=(
        Fact(
            "Glorot & Bengio's own rule also looks at the gradients: see glorot-variance.",
            Cited("glorot2010", "section 4.2.1, eq. (12)"),
            Proved(theorem="glorot-variance"),
        ),
        Fact(
            (
                "It is about the variance of one layer given its inputs. tanh never adds to the "
                "variance."
            ),
            Proved(),
            Proved("contraction", theorem="tanh-linearization"),
        ),
    ),
)

CONTEXT = Context(
    (
        *LAYER.assumptions,
        positive("inputs_vary", input_variance),
        equation("the_layer_keeps_the_variance", Var(z[i]), input_variance, i),
        equation("the_weight_variance_is_one_over_fan_in", weight_variance, 1 / fan_in),
    ),
    LAYER.definitions,
)
SOLVED = {"the_layer_keeps_the_variance": (weight_variance, "=", 1 / fan_in)}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    growth = p.theorem(derived("layer-variance"))
    conclusion = p.linear_combination(
        "=",
        weight_variance,
        1 / fan_in,
        [growth, p.by_assumption("the_layer_keeps_the_variance", i)],
        [-1 / (fan_in * input_variance), 1 / (fan_in * input_variance)],
    )
    chosen = p.by_assumption("the_weight_variance_is_one_over_fan_in")
    kept = p.linear_combination(
        "=", Var(z[i]), input_variance, [growth, chosen], [1, fan_in * input_variance]
    )
    return p.conclude(conclusion, quantities={"fan_in": fan_in}, kept=kept)
