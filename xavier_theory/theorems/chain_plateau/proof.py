"""How long the plateau of a vanishing chain lasts, when all its layers train.

    J(w) = ½ (w^L − y)² from w_1 = … = w_L = c_0:    1/c_0^(L−2) − 1/c_t^(L−2) <= (L − 2) η y t

for the common weight c_t after t steps of gradient descent, L >= 3, whatever the step size, until
the product of the weights passes y. So c needs at least (1/c_0^(L−2) − 1/C^(L−2))/((L − 2) η y)
steps to grow to C, and the cost stays above ½ (y − C^L)² until then. From c_0 = 1/2 with L = 10 and
y = 1, the cost needs at least 317 steps of size 1/10 to fall by half.

Assumptions: c_0 > 0, and at every step c_{t+1} = c_t + η y s_t c_t^(L−1) with 0 <= s_t <= 1. In
gradient descent s_t = 1 − c_t^L/y: it is so until c^L passes y, where the plateau is over.

Plan of the proof
1. The gradient of each layer is (c^L − y) c^(L−1): the layers stay equal, and s = 1 − c^L/y.
2. For positive a, b: (a − k(b − a)) b^k <= a^(k+1), by induction over k (Bernoulli).
3. With a = c_t, b = c_{t+1}, k = L − 2: 1/c_t^k − 1/c_{t+1}^k <= kηy.
4. Induction over steps.
"""

from __future__ import annotations

from xavier_theory.symbolic.assumptions import at_most
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Statement
from xavier_theory.theorems.symbols import l, t

STATEMENT = Statement(
    order=19,
    name="chain-plateau",
    title="The plateau of a vanishing chain",
    summary=Fact(
        (
            "In a chain of L layers that start at c, gradient descent lowers 1/c^(L-2) by "
            "at most (L-2) η y in each step: it needs at least (1/c^(L-2) - "
            "1/C^(L-2))/((L-2) η y) steps to reach C."
        ),
        Proved(),
        Proved("one_step"),
    ),
    claims=("C4", "C9", "C10"),
    sources=(
        Cited(
            "saxe2014",
            "section 1.2",
            ("the time in the limit of small steps; the bound for any step size is elementary"),
        ),
    ),
    practice=(
        Fact(
            (
                "Halving small initial weights of a ten-layer chain makes the bound on its "
                "plateau longer by a factor of 256. A larger step size makes up for it only up "
                "to 1/5, the most at which the balanced minimum is stable to first order "
                "(chain-sharpness, x = y = 1)."
            ),
            Proved(),
            Proved(theorem="chain-sharpness"),
            Computed("a factor of 256"),
        ),
    ),
    remarks=(
        Fact(
            (
                "The gradient on the plateau is small but not zero: (y - c^L) c^(L-1) > 0 for 0 "
                "< c^L < y, so that in exact arithmetic c grows at every step until c^L is y or "
                "more."
            ),
            Proved("descent"),
        ),
        Fact(
            (
                "For L = 2 the bound is empty: there c grows by a factor of at most 1 + ηy in "
                "each step."
            ),
            Proved("descent"),
        ),
    ),
)

more = scalar("layers_beyond_two", "natural")
step_size, target = scalar("step_size", "nonnegative", latex=r"\eta"), scalar("target", "positive")
before, after = scalar("before", "positive"), scalar("after", "positive")
c, share = constants("c", 1, "positive"), constants("s", 1, "nonnegative")

CONTEXT = Context(
    (at_most("the_pull_is_at_most_the_target", share[t], 1, t),),
    (
        define(
            "update of every layer",
            c[t + 1],
            c[t] + step_size * target * share[t] * c[t] ** (more + 1),
            t,
        ),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    one_step = _one_step(p)
    claim = at_most("progress_so_far", c[0] ** -more - c[t] ** -more, t * more * step_size * target)
    base = p.linear_combination("<=", c[0] ** -more - c[0] ** -more, 0)
    step = p.linear_combination(
        "<=",
        c[0] ** -more - c[t + 1] ** -more,
        (t + 1) * more * step_size * target,
        [p.suppose(claim), one_step],
        [1, 1],
    )
    return p.conclude(
        p.induction(base, step, t, claim),
        quantities={
            "layers_beyond_two": more,
            "step_size": step_size,
            "target": target,
            "steps": t,
        },
        one_step=one_step,
        descent=_descent(p),
    )


def _one_step(p: Proof) -> Step:
    """1/c_t^k − 1/c_{t+1}^k <= kηy: parts 2 and 3 of the plan."""
    claim = at_most(
        "bernoulli_so_far", (before - l * (after - before)) * after**l, before ** (l + 1)
    )
    base = p.linear_combination("<=", before, before)
    square = p.nonnegative((l + 1) * (after - before) ** 2 * after**l)
    step = p.linear_combination(
        "<=",
        (before - (l + 1) * (after - before)) * after ** (l + 1),
        before ** (l + 2),
        [p.suppose(claim), square],
        [before, 1],
    )
    bernoulli = p.specialize(
        p.induction(base, step, l, claim), {"l": more, "before": c[t], "after": c[t + 1]}
    )
    update = p.definition("update of every layer", t)
    pull = p.by_assumption("the_pull_is_at_most_the_target", t)
    return p.linear_combination(
        "<=",
        c[t] ** -more - c[t + 1] ** -more,
        more * step_size * target,
        [bernoulli, update, pull],
        [
            c[t] ** -(more + 1) * c[t + 1] ** -more,
            more * c[t] ** -(more + 1),
            more * step_size * target,
        ],
    )


def _descent(p: Proof) -> Step:
    """A step of gradient descent has s = 1 − c^L/y: part 1 of the plan."""
    now = c[t]
    pull = 1 - now ** (more + 2) / target
    return p.linear_combination(
        "=",
        now - step_size * (now ** (more + 2) - target) * now ** (more + 1),
        now + step_size * target * pull * now ** (more + 1),
    )
