"""A cell with a forget gate: its size follows E[f²], what it remembers follows E[f].

    E[c_t²] = ρ^t E[c_0²] + s (1 − ρ^t)/(1 − ρ),    E[c_0 c_t] = φ^t E[c_0²]

for c_{t+1} = f_t c_t + u_t, as in an LSTM with u = i g, where E[f²] = ρ < 1, E[f] = φ, and u has
mean zero and the mean square s. A gate that starts at φ = σ(b) forgets half in each step with
b = 0; with b = log T at least 1/e of E[c_0²] is left after T steps.

Assumptions: gates and additions are independent of the cell that they act on and of its start, and
the additions of the gates too: an idealization, for in a trained LSTM they see the cell's past.
*Not* needed: gates that are independent of each other, a law of the gates, gates below 1.

Plan of the proof
1. c² = f² c_t² + 2 f c_t u + u², and the middle has mean E[f c] E[u] = 0.
2. Induction over the steps, with the geometric sum in its closed form.
3. E[c_0 c_{t+1}] = E[f] E[c_0 c_t] + E[c_0] E[u], and so by induction φ^t E[c_0²].
4. For φ = 1/(1 + e^{−b}) and b = log T, φ = 1/(1 + 1/T), and (1 + 1/T)^T <= e, by 1 + x <= e^x
   (cited) and induction over the power.
"""

from __future__ import annotations

from typing import Any

from sympy import exp, log

from xavier_theory.symbolic.assumptions import (
    at_most,
    equation,
    finite_moment,
    independent,
    positive,
    zero_mean,
)
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, random_family, scalar
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import l

STATEMENT = Statement(
    order=46.5,
    name="forget-gate",
    title="A cell with a forget gate",
    summary=Fact(
        "A step c ← f c + u of a cell multiplies its mean square by E[f²] and then adds that of u, "
        "and multiplies its mean product with the start by E[f], if gates f and additions u of "
        "mean zero are independent of the cell and its start, and additions of the gates.",
        Proved(),
        Proved("memory"),
    ),
    claims=(),
    sources=(
        Cited("jozefowicz2015", "section 2", "the forget bias of 1"),
        Cited("tallec2018", "section 2", "biases of the size log T"),
    ),
    practice=(
        Fact(
            "A forget gate that starts at σ(0) = 1/2 leaves 0.098 % of the mean product with the "
            "start after ten steps, and one at σ(1) leaves 4.4 %. For memories of T steps start "
            "it with the bias log T: at least 1/e is left after them.",
            Proved("bias"),
            Proved("at_least"),
            Computed("leaves 0.098 %"),
            Computed("σ(1) leaves 4.4 %"),
        ),
    ),
    remarks=(
        Fact(
            "What counts for the cell's size is E[f²], and for its memory E[f].",
            Proved(),
            Proved("memory"),
            Sampled("gates of all sizes"),
            Sampled("the memory of three steps"),
        ),
        Fact(
            "Where the gate depends on the cell the size can be another one.",
            Fails("gates_are_independent_of_the_cell"),
        ),
    ),
    notation="σ(b) = 1/(1 + e^(−b)), with the bias b of the gate, if its weights see nothing yet.",
)

c, f, u = (random_family(name, 1) for name in "cfu")
keeps = scalar("gate_second_moment", "nonnegative", latex=r"\rho")
opens = scalar("gate_mean", latex=r"\phi")
added = scalar("added_second_moment", "nonnegative", latex="s")
start = scalar("start_second_moment", "nonnegative", latex="q")
bias = scalar("forget_bias", latex="b")
steps = scalar("steps", "natural", latex="t")
span = scalar("span", "width", latex="T")
x = scalar("x", "nonnegative")
CONTEXT = Context(
    (
        equation("gates_share_one_second_moment", E(f[l] ** 2), keeps, l),
        independent("gates_are_independent_of_the_cell", [f[l]], [c[l], c[0]], l),
        zero_mean("additions_have_zero_mean", u[l], l),
        equation("additions_share_one_second_moment", E(u[l] ** 2), added, l),
        independent("additions_are_independent_of_gate_and_cell", [u[l]], [f[l], c[l], c[0]], l),
        equation("the_cell_starts_with_a_second_moment", E(c[0] ** 2), start),
        positive("gates_close_on_average", 1 - keeps),
        finite_moment("gates_have_finite_second_moments", f[l], 2, l),
        finite_moment("additions_have_finite_second_moments", u[l], 2, l),
        finite_moment("cells_have_finite_second_moments", c[l], 2, l),
        equation("gates_share_one_mean", E(f[l]), opens, l),
        equation("gates_start_at_their_bias", opens, 1 / (1 + exp(-bias))),
        equation("the_bias_is_the_logarithm_of_the_span", exp(bias), span),
    ),
    (define("cell", c[l + 1], f[l] * c[l] + u[l], l),),
)

SOLVED = {
    "gates_start_at_their_bias": ((opens, "=", x / (1 + x)), (bias, "=", log(x))),
    "the_bias_is_the_logarithm_of_the_span": (x, "=", span),
}


def size(t: Any) -> Any:
    """The mean square of the cell after ``t`` steps."""
    return keeps**t * start + added * (1 - keeps**t) / (1 - keeps)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    claim = equation("second_moment_so_far", E(c[l] ** 2), size(l))
    step = p.chain(_one_step(p)).by(p.suppose(claim)).algebra(size(l + 1)).step
    begins = p.by_assumption("the_cell_starts_with_a_second_moment")
    base = p.linear_combination("=", E(c[0] ** 2), size(0), [begins], [1])
    found = p.specialize(p.induction(base, step, l, claim), {"l": steps})
    memory = _memory(p, begins)
    return p.conclude(
        found,
        quantities={
            "steps": steps,
            "gate_second_moment": keeps,
            "added_second_moment": added,
            "start_second_moment": start,
            "gate_mean": opens,
            "forget_bias": bias,
            "span": span,
        },
        memory=memory,
        bias=p.rewrite(memory, p.by_assumption("gates_start_at_their_bias")),
        at_least=_at_least(p, memory),
    )


def _one_step(p: Proof) -> Step:
    """E[c_{t+1}²] = ρ E[c_t²] + s: part 1 of the plan."""
    chain = p.chain(p.congruence(E(c[l + 1] ** 2), p.definition("cell", l)))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.independence(E(f[l] * c[l] * u[l])))
    chain = chain.by(p.by_assumption("additions_have_zero_mean", l))
    chain = chain.by(p.independence(E(f[l] ** 2 * c[l] ** 2)))
    chain = chain.by(p.by_assumption("gates_share_one_second_moment", l))
    return chain.by(p.by_assumption("additions_share_one_second_moment", l)).step


def _memory(p: Proof, begins: Step) -> Step:
    """E[c_0 c_t] = φ^t E[c_0²]: part 3 of the plan."""
    claim = equation("memory_so_far", E(c[0] * c[l]), opens**l * start)
    chain = p.chain(p.congruence(E(c[0] * c[l + 1]), p.definition("cell", l)))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.independence(E(c[0] * u[l])))
    chain = chain.by(p.by_assumption("additions_have_zero_mean", l))
    chain = chain.by(p.independence(E(f[l] * c[0] * c[l])))
    chain = chain.by(p.by_assumption("gates_share_one_mean", l))
    step = chain.by(p.suppose(claim)).algebra(opens ** (l + 1) * start).step
    base = p.linear_combination("=", E(c[0] * c[0]), opens**0 * start, [begins], [1])
    return p.specialize(p.induction(base, step, l, claim), {"l": steps})


def _at_least(p: Proof, memory: Step) -> Step:
    """e^(−1) E[c_0²] <= E[c_0 c_T] for b = log T: part 4 of the plan."""
    claim = at_most("power_so_far", (1 + x) ** l, exp(x * l))
    base = p.linear_combination("<=", (1 + x) ** 0, exp(x * 0))
    tangent = p.cite("exponential-above-tangent", {"t": x})
    step = p.linear_combination(
        "<=",
        (1 + x) ** (l + 1),
        exp(x * (l + 1)),
        [p.suppose(claim), tangent],
        [1 + x, exp(x * l)],
    )
    power = p.specialize(p.induction(base, step, l, claim), {"l": span, "x": 1 / span})
    gate = p.by_assumption("gates_start_at_their_bias")
    logarithm = p.by_assumption("the_bias_is_the_logarithm_of_the_span")
    open_gate = 1 / (1 + 1 / span)
    opened = p.linear_combination(
        "=", opens, open_gate, [gate, logarithm], [1, 1 / ((1 + exp(bias)) * (1 + span))]
    )
    after = p.rewrite(p.specialize(memory, {"steps": span}), opened)
    return p.linear_combination(
        "<=", exp(-1) * start, after.left, [after, power], [-1, exp(-1) * open_gate**span * start]
    )
