"""Gradient descent on the last layer of the chain W^[l] = c·I, l < L, with one example.

    e_t = (1 − ηλ)^t e_0,    λ = c^(2(L−1)) Σ_i x_i²    (e = ŷ − y, J = ½‖e‖²)

for every step size η: each component of the error is multiplied by the same number in each step. λ
is the curvature of the cost. Hence, exactly and at every step,

    ηλ <= 1: no component ever changes sign;  ηλ >= 1: each changes sign in every step
    ηλ <= 2: the cost never grows;            ηλ >= 2: it never falls
    J_t >= (1 − 2tηλ) J_0: the cost needs at least (1 − f)/(2ηλ) steps to fall to the share f

Assumptions: none; c > 0 only fixes a sign that does not matter.

Plan of the proof
1. ŷ = c^(L−1) W^[L] x, and the gradient of W^[L] is c^(L−1) e xᵀ (`identity-chain`).
2. One step: e − ηλe. Induction over steps.
3. e_{t+1} e_t = (1 − ηλ) e_t², and e_{t+1}² − e_t² = ηλ(ηλ − 2) e_t²: the signs.
4. s^t >= 1 − t(1 − s) for s = (1 − ηλ)², by induction (Bernoulli), and 1 − s <= 2ηλ.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import at_most, equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import SumOver, constants, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import i, t

STATEMENT = Statement(
    order=16,
    name="chain-descent",
    title="Gradient descent behind a chain",
    summary=Fact(
        (
            "Trained behind c I in L - 1 layers, the last layer sees a curvature λ that "
            "carries c^(2(L-1)): each step multiplies the error by 1 - ηλ. It oscillates "
            "where ηλ > 1, diverges where ηλ > 2, and needs at least (1 - f)/(2ηλ) steps to "
            "cut the cost to f."
        ),
        Proved(),
        Proved("sign"),
        Proved("change"),
        Proved("plateau"),
    ),
    claims=("C7", "C8", "C10"),
    sources=(
        Cited("lecun1998", "section 5.1", "the regimes of a step size"),
        Cited("saxe2014", "section 1", "deep linear chains"),
    ),
    practice=(
        Fact(
            (
                "With ten layers, c = 1.5 makes the curvature 1478 times that of c = 1, and c = "
                "0.5 divides it by 262144: no one step size serves both."
            ),
            Proved("one_step"),
            Computed("the curvature 1478"),
            Computed("divides it by 262144"),
            given=(
                "1.5",
                "0.5",
            ),
        ),
    ),
    remarks=(
        Fact(
            (
                "What oscillates is a matter of step size times curvature, not of the size of "
                "the gradients: any chain oscillates at a step size between 1/λ and 2/λ, and "
                "none does below 1/λ."
            ),
            Proved("sign"),
        ),
        Fact(
            (
                "The cost never stops falling while 0 < ηλ < 2: behind a vanishing chain it is "
                "slow, by a known factor, and reaches its minimum in the limit."
            ),
            Proved("change"),
            Proved("squared"),
        ),
        Fact(
            (
                "It is the last layer's descent, exactly. For the minima when all layers train "
                "see chain-sharpness."
            ),
            Proved(),
            Proved(theorem="chain-sharpness"),
        ),
        Fact(
            "c < 0 gives the same: only c² enters the curvature.",
            Proved(),
        ),
    ),
)

factor = scalar("factor", "positive", latex="c")
hidden, width = scalar("hidden_layers", "natural"), scalar("width", "width", latex="n")
step_size = scalar("step_size", "nonnegative", latex=r"\eta")
o = scalar("o", "width")

V, x, target, error = constants("V", 3), constants("x", 1), constants("y", 1), constants("e", 2)

signal = sum_over(i, width, x[i] ** 2)
curvature = factor ** (2 * hidden) * signal
rate = step_size * curvature
kept = 1 - rate

CONTEXT = Context(
    definitions=(
        define(
            "update of the last layer",
            V[t + 1, o, i],
            V[t, o, i] - step_size * factor**hidden * error[t, o] * x[i],
            *(t, o, i),
        ),
        define(
            "error at the output",
            error[t, o],
            factor**hidden * sum_over(i, width, V[t, o, i] * x[i]) - target[o],
            *(t, o),
        ),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    one_step = _one_step(p)
    law = _power(p, one_step)
    squared = p.linear_combination(
        "=",
        error[t, o] ** 2,
        kept ** (2 * t) * error[0, o] ** 2,
        [law],
        [error[t, o] + kept**t * error[0, o]],
    )
    plateau = _plateau(p, squared)
    return p.conclude(
        law,
        quantities={
            "factor": factor,
            "hidden_layers": hidden,
            "signal": signal,
            "step_size": step_size,
            "steps": t,
        },
        units=[error[0, o]],
        one_step=one_step,
        squared=squared,
        plateau=plateau,
        sign=_sign(p, one_step),
        change=_change(p, one_step),
    )


def _one_step(p: Proof) -> Step:
    """e_{t+1} = (1 − ηλ) e_t: parts 1 and 2 of the plan."""
    chain = p.chain(p.definition("error at the output", t + 1, o))
    (weighted,) = chain.right.atoms(SumOver)
    chain = chain.by(p.definition("update of the last layer", t, o, weighted.opened()[0]))
    (weighted,) = chain.right.atoms(SumOver)
    sums = p.sum_is_linear(weighted)
    now = p.definition("error at the output", t, o)
    return p.linear_combination(
        "=",
        error[t + 1, o],
        kept * error[t, o],
        [chain.step, sums, now],
        [1, factor**hidden, -1],
    )


def _power(p: Proof, one_step: Step) -> Step:
    """e_t = (1 − ηλ)^t e_0, by induction over steps."""
    hypothesis = equation("power_so_far", error[t, o], kept**t * error[0, o], o)
    base = p.linear_combination("=", error[0, o], error[0, o])
    step = p.chain(one_step).by(p.suppose(hypothesis, o))
    step = step.algebra(kept ** (t + 1) * error[0, o])
    return p.induction(base, step.step, t, hypothesis, [o])


def _plateau(p: Proof, squared: Step) -> Step:
    """(1 − 2tηλ) e_0² <= e_t²: part 4 of the plan."""
    share = kept**2
    claim = at_most("bernoulli_so_far", 1 - t * (1 - share), share**t)
    base = p.linear_combination("<=", 1, 1)
    square = p.nonnegative(t * (1 - share) ** 2)
    step = p.linear_combination(
        "<=",
        1 - (t + 1) * (1 - share),
        share ** (t + 1),
        [p.suppose(claim), square],
        [share, 1],
    )
    bernoulli = p.induction(base, step, t, claim)
    return p.linear_combination(
        "<=",
        (1 - 2 * t * rate) * error[0, o] ** 2,
        error[t, o] ** 2,
        [bernoulli, p.nonnegative(t * rate**2), squared],
        [error[0, o] ** 2, error[0, o] ** 2, -1],
    )


def _sign(p: Proof, one_step: Step) -> Step:
    """e_{t+1} e_t = (1 − ηλ) e_t²: part 3 of the plan."""
    now, after = error[t, o], error[t + 1, o]
    return p.linear_combination("=", after * now, kept * now**2, [one_step], [now])


def _change(p: Proof, one_step: Step) -> Step:
    """e_{t+1}² − e_t² = ηλ(ηλ − 2) e_t²: part 3 of the plan."""
    now, after = error[t, o], error[t + 1, o]
    return p.linear_combination(
        "=", after**2 - now**2, rate * (rate - 2) * now**2, [one_step], [after + kept * now]
    )
