"""A linear recurrence with one decay for each unit: its second moment is a geometric sum.

    E[h_t²] = ρ^(2t) E[h_0²] + γ² s (1 − ρ^(2t))/(1 − ρ²),    h_{t+1} = ρ h_t + γ x_t

for inputs of mean zero and mean square s that are independent of the state that they are added to.
With γ² = 1 − ρ² a state that begins with the mean square of its inputs keeps it at every step; with
γ = 1 it tends to 1/(1 − ρ²) times that of the inputs.

Assumptions: as said, and ρ² is below 1; 0^0 is 1. *Not* needed: inputs of one law, independent
units.

Plan of the proof
1. h² = ρ² h_t² + 2ργ h_t x_t + γ² x_t², and the middle has mean E[h_t] E[x_t] = 0.
2. Induction over the steps, with the sum in its closed form.
3. For γ² = 1 − ρ² and E[h_0²] = s the sum is s.
"""

from __future__ import annotations

from typing import Any

from sympy import sqrt

from xavier_theory.symbolic.assumptions import (
    equation,
    finite_moment,
    independent,
    positive,
    zero_mean,
)
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, random_family, scalar
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import l

STATEMENT = Statement(
    order=46,
    name="linear-recurrence",
    title="A linear recurrence",
    summary=Fact(
        (
            "After t steps h ← ρh + γx, ρ² < 1, the mean square of the state is ρ^(2t) times that "
            "of its start, plus γ²(1 − ρ^(2t))/(1 − ρ²) times that of the inputs, if these have "
            "mean zero and each is independent of the state that it is added to."
        ),
        Proved(),
    ),
    claims=(),
    sources=(Cited("orvieto2023", "section 3.4", "the inputs' factor √(1 − ρ²)"),),
    practice=(
        Fact(
            (
                "Multiply the inputs of a linear recurrence by √(1 − ρ²): a state that starts with "
                "the mean square of its inputs then keeps it at every length."
            ),
            Proved("kept"),
            Sampled("a state that keeps its size, uniform inputs"),
        ),
    ),
    remarks=(
        Fact(
            "ρ is one number, as in a diagonal recurrence; it may be negative.",
            Proved(),
            Sampled("a state that shrinks, inputs of signs"),
        ),
        Fact(
            "Inputs that have a mean may add up to more than this, and inputs that depend on the "
            "state to less.",
            Fails("inputs_have_zero_mean"),
            Fails("inputs_are_independent_of_the_state"),
        ),
    ),
)

h, x = random_family("h", 1), random_family("x", 1)
decay, scale = scalar("decay", latex=r"\rho"), scalar("input_scale", latex=r"\gamma")
start = scalar("second_moment", "nonnegative", latex="q")
inputs = scalar("input_second_moment", "nonnegative", latex="s")
steps = scalar("steps", "natural", latex="t")
rest = 1 - decay**2

CONTEXT = Context(
    (
        zero_mean("inputs_have_zero_mean", x[l], l),
        equation("inputs_share_one_second_moment", E(x[l] ** 2), inputs, l),
        independent("inputs_are_independent_of_the_state", [x[l]], [h[l]], l),
        equation("the_state_starts_with_a_second_moment", E(h[0] ** 2), start),
        finite_moment("inputs_have_finite_second_moments", x[l], 2, l),
        finite_moment("states_have_finite_second_moments", h[l], 2, l),
        positive("the_state_decays", rest),
        equation("inputs_are_scaled_to_the_decay", scale**2, rest),
        equation("the_state_starts_as_large_as_the_inputs", start, inputs),
    ),
    (define("recurrence", h[l + 1], decay * h[l] + scale * x[l], l),),
)
SOLVED = {
    "inputs_are_scaled_to_the_decay": (scale, "=", sqrt(rest)),
    "the_state_starts_as_large_as_the_inputs": (start, "=", inputs),
}


def second_moment(t: Any) -> Any:
    """The mean square of the state after ``t`` steps."""
    power = decay ** (2 * t)
    return power * start + scale**2 * inputs * (1 - power) / rest


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    claim = equation("second_moment_so_far", E(h[l] ** 2), second_moment(l))
    step = p.chain(_one_step(p)).by(p.suppose(claim)).algebra(second_moment(l + 1)).step
    base = p.linear_combination(
        "=",
        E(h[0] ** 2),
        second_moment(0),
        [p.by_assumption("the_state_starts_with_a_second_moment")],
        [1],
    )
    found = p.specialize(p.induction(base, step, l, claim), {"l": steps})
    scaled = p.by_assumption("inputs_are_scaled_to_the_decay")
    same = p.by_assumption("the_state_starts_as_large_as_the_inputs")
    power = decay ** (2 * steps)
    kept = p.linear_combination(
        "=", found.left, inputs, [found, scaled, same], [1, inputs * (1 - power) / rest, power]
    )
    return p.conclude(
        found,
        quantities={
            "steps": steps,
            "decay": decay,
            "input_scale": scale,
            "second_moment": start,
            "input_second_moment": inputs,
        },
        kept=kept,
    )


def _one_step(p: Proof) -> Step:
    """E[h_{t+1}²] = ρ² E[h_t²] + γ² s: part 1 of the plan."""
    chain = p.chain(p.congruence(E(h[l + 1] ** 2), p.definition("recurrence", l)))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.independence(E(h[l] * x[l])))
    chain = chain.by(p.by_assumption("inputs_have_zero_mean", l))
    return chain.by(p.by_assumption("inputs_share_one_second_moment", l)).step
