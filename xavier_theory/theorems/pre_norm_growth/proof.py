"""Growth of a residual stream whose branches begin with a norm: linear in depth.

    E[x_L²] = E[x_0²] + L v,    x^[l+1] = x^[l] + α W^[l] a^[l],    v = α² n Var(W) E[a²]

A norm at the head of a branch makes E[a²] the same number in every layer, however large the stream
has become. So each branch adds the same v, and is a smaller share of the stream the deeper it lies:
branch l + 1 makes up v/(E[x_0²] + (l + 1) v) of what it is added to.

Assumptions: those of `residual-growth` on the weights; E[a²] is the same in all branches.

Plan of the proof
1. `residual-growth` (its result `one_branch`): E[x_{l+1}²] = E[x_l²] + α² Var(W) Σ_j E[a_j²].
2. The sum is n E[a²]; induction over the branches.
3. The branch alone (its result `branch`): E[(x_{l+1} − x_l)²] = v, against E[x_{l+1}²].
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.residual_growth.proof import STREAM, WEIGHTS, branch, depth, scale, x
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Statement
from xavier_theory.theorems.symbols import fan_in, i, j, l, layer_a, weight_variance

STATEMENT = Statement(
    order=40,
    name="pre-norm-growth",
    title="Growth of a pre-norm residual stream",
    summary=Fact(
        "Where the mean square of the branches is the same in all layers, as behind a norm, the "
        "stream's mean square grows by the same v in every branch, linearly in depth, and the "
        "mean square of the branch after l others is v/(q + (l + 1)v) of that of the stream behind "
        "it, q being the input's.",
        Proved(),
        Proved("share"),
    ),
    claims=(),
    sources=(Cited("xiong2020", "section 3.3, Lemma 2"),),
    practice=(
        Fact(
            "With v = q = 1 the 48th branch adds 1/49 of the stream's mean square; 1/√L on the "
            "last weights makes L branches add as much as one does without it.",
            Proved("share"),
            Proved(),
        ),
    ),
    remarks=(
        Fact(
            "It does not matter how large the stream has become: without a norm, in "
            "residual-growth, the branches grow with it.",
            Proved(),
            Fails("a_norm_fixes_the_branches"),
            Proved(theorem="residual-growth"),
        ),
        Fact(
            "A norm fixes the mean square of what it gives to the branch up to its ε: for a stream "
            "of variance s it is s/(s + ε), between 1 − ε/s and 1.",
            Proved(theorem="norm-reset"),
            Proved("at_least", theorem="norm-reset"),
        ),
    ),
    notation="v = α² n Var(W) E[a²] is the mean square of a scaled branch.",
)

second_moment = scalar("second_moment", "positive", latex="q")
of_branch = scalar("branch_second_moment", "nonnegative", latex="q_a")
added = scale**2 * fan_in * weight_variance * of_branch
"""v: what one branch adds."""

CONTEXT = Context(
    (
        *WEIGHTS,
        equation("inputs_share_one_second_moment", E(x[0, i] ** 2), second_moment, i),
        equation("a_norm_fixes_the_branches", E(layer_a[l, j] ** 2), of_branch, *(l, j)),
    ),
    (STREAM,),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    claim = equation("second_moment_of_the_stream", E(x[l, i] ** 2), second_moment + l * added, i)
    above = p.chain(p.theorem(derived("residual-growth"), "one_branch"))
    step = _fixed(p, above.by(p.suppose(claim, i)).step)
    start = p.by_assumption("inputs_share_one_second_moment", i)
    stream = p.induction(start, step, l, claim, [i])
    return p.conclude(
        p.specialize(stream, {"l": depth}),
        quantities={
            "depth": depth,
            "branch_scale": scale,
            "fan_in": fan_in,
            "weight_variance": weight_variance,
            "branch_second_moment": of_branch,
            "second_moment": second_moment,
            "branches_before": l,
        },
        units=[E(x[l + 1, i] ** 2)],
        share=_share(p, stream),
    )


def _fixed(p: Proof, step: Step) -> Step:
    """Σ_j E[a_j²] = n E[a²] on the right side."""
    chain = p.chain(step).by(p.by_assumption("a_norm_fixes_the_branches", l, j))
    return chain.by(p.sum_is_linear(sum_over(j, fan_in, of_branch))).step


def _share(p: Proof, stream: Step) -> Step:
    """E[(x_{l+1} − x_l)²] as a share of E[x_{l+1}²]: part 3 of the plan."""
    alone = _fixed(p, p.theorem(derived("residual-growth"), "branch"))
    above = p.specialize(stream, {"l": l + 1})
    whole = second_moment + (l + 1) * added
    step = x[l + 1, i] - x[l, i]
    stream = p.definition("residual stream", l, i)
    change = p.linear_combination("=", step, scale * branch, [stream], [1])
    chain = p.chain(p.congruence(E(step**2), change))
    chain = chain.by(p.expectation_is_linear(chain.right))
    return p.linear_combination(
        "=",
        chain.step.left,
        added / whole * E(x[l + 1, i] ** 2),
        [chain.step, alone, above],
        [1, scale**2, -added / whole],
    )
