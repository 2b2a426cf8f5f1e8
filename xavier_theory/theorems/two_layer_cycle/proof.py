"""A cycle of gradient descent: two equal layers that jump across the minimum for ever.

    J(u, v) = ½ (u v − y)² from u = v = p, with η = 1/(p q), y = p² − p q + q²:
    u = v = p at even steps, u = v = q at odd ones;  errors q (p − q) and p (q − p)

Every two positive numbers p, q are such a cycle. Given η and y with ηy > 1 there is one,

    p = ½ (√(y + 3/η) + √(y − 1/η)),   q = 1/(ηp),   p − q = √(y − 1/η)

and ηy > 1 is η > 2/λ for λ = 2y, the curvature at the balanced minimum u = v = √y: as soon as that
minimum loses its stability, the cycle is there. The error changes sign at every step: the cost
never settles, and never diverges. Changes that keep u = v are multiplied by 9 − 2(1 + ηy)² in two
steps, below 1 in size for 1 < ηy < √5 − 1.

Assumptions: both layers start at p; for the second formula ηy > 1.

Plan of the proof
1. From u = v = p the update is p − η (p² − y) p = q for both layers, and from q it is p.
2. Induction over pairs of steps.
3. The errors are p² − y and q² − y; their product is −p q (p − q)² <= 0, and
   ηy − 1 = (p − q)²/(p q).
4. The derivative of the update along u = v is 1 + ηy − 3ηu²; the product at both points.
5. With r = √(y − 1/η) the number p above solves p² − r p = 1/η, so that p − 1/(ηp) = r, and
   p² − p q + q² = r² + 1/η = y.
"""

from __future__ import annotations

from typing import Any

from sympy import sqrt

from xavier_theory.symbolic.assumptions import equation, positive
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.statement import Cited, Fact, Proved, Statement
from xavier_theory.theorems.symbols import t

STATEMENT = Statement(
    order=18,
    name="two-layer-cycle",
    title="A cycle across the minimum",
    summary=Fact(
        (
            "Every two positive numbers p ≠ q are a cycle of gradient descent on a two-layer "
            "chain with the target y = p² − pq + q², one on each side of the minimum, at the step "
            "size η = 1/(pq), which is then above 1/y, where the balanced minimum loses its "
            "stability: ηy − 1 is (p − q)²/(pq). From p the error alternates for ever."
        ),
        Proved(),
        Proved("odd"),
        Proved("returns"),
        Proved("jumps"),
        Proved("across"),
        Proved("unstable"),
        Proved(theorem="chain-sharpness"),
    ),
    claims=("C8",),
    sources=(
        Cited(
            "ahn2023",
            "section 1",
            "descent that crosses minima in this way; the closed form is elementary",
        ),
    ),
    practice=(
        Fact(
            (
                "A cost that jumps between two values may be the sign of a step size above 2/λ "
                "rather than of a bad minimum: try a smaller one."
            ),
            Proved(),
            Proved(theorem="chain-sharpness"),
        ),
    ),
    remarks=(
        Fact(
            (
                "For every step size η and every y with ηy > 1 there is such a cycle: p is "
                "½(√(y + 3/η) + √(y − 1/η)), q is 1/(ηp), and they differ by √(y − 1/η)."
            ),
            Proved("exists"),
            Proved("apart"),
        ),
        Fact(
            "At ηy = √5 − 1 the multiplier is −1: this cycle loses its stability as well.",
            Proved("multiplier"),
        ),
    ),
    notation="The multiplier is about changes that keep u = v.",
)

first, second = scalar("p", "positive"), scalar("q", "positive")
u, v, error = constants("u", 1), constants("v", 1), constants("e", 1)

step_size = 1 / (first * second)
target = first**2 - first * second + second**2

rate, y = scalar("step_size", "positive", latex=r"\eta"), scalar("y", "positive")
upper = (sqrt(y + 3 / rate) + sqrt(y - 1 / rate)) / 2
lower = 1 / (rate * upper)
"""The p and q of a given η and y."""

CONTEXT = Context(
    (
        equation("the_first_layer_starts_at_p", u[0], first),
        equation("the_second_layer_starts_at_p", v[0], first),
        positive("the_step_size_is_above_the_threshold", y - 1 / rate),
    ),
    (
        define("update of the first layer", u[t + 1], u[t] - step_size * error[t] * v[t], t),
        define("update of the second layer", v[t + 1], v[t] - step_size * error[t] * u[t], t),
        define("error", error[t], u[t] * v[t] - target, t),
    ),
)
UPDATES = ("update of the first layer", "update of the second layer")


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    hypotheses = [
        equation(f"{name}_is_back_so_far", family[2 * t], first)
        for family, name in ((u, "first_layer"), (v, "second_layer"))
    ]
    here = [p.suppose(hypothesis) for hypothesis in hypotheses]
    there = _moved(p, 2 * t, here)
    back = _moved(p, 2 * t + 1, there)
    starts = [
        p.by_assumption("the_first_layer_starts_at_p"),
        p.by_assumption("the_second_layer_starts_at_p"),
    ]
    claims = list(zip(starts, back, hypotheses, strict=True))
    even = [
        p.induction(base, step, t, hypothesis, [], [[*claims[1 - place], []]])
        for place, (base, step, hypothesis) in enumerate(claims)
    ]
    odd = _moved(p, 2 * t, even)
    errors = [
        p.chain(p.definition("error", time)).by(layers[0]).by(layers[1]).algebra(value).step
        for time, layers, value in (
            (2 * t, even, second * (first - second)),
            (2 * t + 1, odd, first * (second - first)),
        )
    ]
    apart = _apart(p)
    return p.conclude(
        errors[0],
        quantities={"p": first, "q": second, "steps": t, "step_size": rate, "target": y},
        odd=errors[1],
        returns=even[0],
        jumps=odd[0],
        across=_across(p, errors),
        unstable=p.linear_combination(
            "<=",
            1,
            step_size * target,
            [p.nonnegative(step_size * (first - second) ** 2)],
            [1],
        ),
        multiplier=p.linear_combination(
            "=", _slope(first) * _slope(second), 9 - 2 * (1 + step_size * target) ** 2
        ),
        apart=apart,
        exists=p.linear_combination(
            "=",
            upper**2 - upper * lower + lower**2,
            y,
            [apart],
            [upper - lower + sqrt(y - 1 / rate)],
        ),
    )


def _moved(p: Proof, time: Any, layers: list[Step]) -> list[Step]:
    """Both layers one step after ``time``: part 1 of the plan."""
    (here,) = {step.right for step in layers}
    other = second if here == first else first
    found = []
    for name in UPDATES:
        chain = p.chain(p.definition(name, time)).by(p.definition("error", time))
        chain = chain.by(layers[0]).by(layers[1])
        found.append(chain.algebra(other).step)
    return found


def _across(p: Proof, errors: list[Step]) -> Step:
    """The errors of two steps never have the same sign: part 3 of the plan."""
    square = p.nonnegative(first * second * (first - second) ** 2)
    even, odd = errors
    return p.linear_combination(
        "<=", even.left * odd.left, 0, [even, odd, square], [odd.left, even.right, 1]
    )


def _apart(p: Proof) -> Step:
    """p − 1/(ηp) = √(y − 1/η): part 5 of the plan."""
    gap = sqrt(y - 1 / rate)
    solves = p.linear_combination("=", upper**2 - gap * upper, 1 / rate)
    return p.linear_combination("=", upper - lower, gap, [solves], [1 / upper])


def _slope(point: Any) -> Any:
    """The derivative of u − η (u² − y) u at ``point``."""
    return 1 + step_size * target - 3 * step_size * point**2
