"""Max pooling of relu outputs: between one and all times their mean square.

    E[a²] <= E[M²] <= (P + 1) E[a²],    M = max(a_1, …, a_{P+1}),  a_j = relu(y_j)

whatever the P + 1 positions have in common: the least where all are alike, the most where no two
are above 0 at once. So it never keeps less, and layers behind it need smaller weights: for
independent standard normal y the factor is 3.09 in a window of four. Of two positions the larger
and the smaller share what there is: E[max²] + E[min²] = 2 E[a²].

Assumptions: the positions share one mean square. *Not* needed: independence, a law, symmetry.

Plan of the proof
1. M_{j+1} = max(M_j, a_{j+1}), and M_1 = a_1. By cases of the sign of M_j − a_{j+1},
   max² + min² = M_j² + a_{j+1}², so that M_{j+1}² <= M_j² + a_{j+1}².
2. Means, and induction over the positions: E[M_j²] <= j E[a²].
3. By the same cases max = a + relu(M_j − a), for a = a_{j+1} >= 0: so a² <= M_{j+1}².
4. The identity of part 1 for two positions.
"""

from __future__ import annotations

from typing import Any

from sympy import Max, Min, sqrt

from xavier_theory.symbolic.assumptions import at_most, equation, finite_moment
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, random_family, relu, scalar
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import i, j, l

STATEMENT = Statement(
    order=47.5,
    name="max-pooling",
    title="Max pooling",
    summary=Fact(
        "The largest of two or more relu outputs has at least the mean square of one of them, and "
        "at most that of all together, if all have the same.",
        Proved("lower"),
        Proved("upper"),
    ),
    claims=(),
    sources=(Cited("goodfellow2016", "section 9.3", "the operation"),),
    practice=(
        Fact(
            "Behind relus and a max pooling of 2 × 2 positions that are independent and standard "
            "normal before them, the mean square is 3.09 times that of a relu output: divide the "
            "variance of the weights that follow by as much. Of windows of 3 × 3 it is 5.13 times.",
            Proved("upper"),
            Computed("the mean square is 3.09"),
            Computed("3 × 3 it is 5.13"),
            Sampled("four independent positions"),
        ),
    ),
    remarks=(
        Fact(
            "Positions that are all alike are not changed, and where at most one is above 0 the "
            "factor is their number: what neighbours share decides.",
            Proved("lower"),
            Proved("upper"),
            Sampled("nine positions that are alike"),
            Sampled("nine positions of which one is open"),
        ),
        Fact(
            "Of two positions the larger and the smaller have twice the mean square together.",
            Proved("two"),
        ),
        Fact(
            "Average pooling never makes the mean square larger, max pooling of relu outputs never "
            "smaller.",
            Proved(theorem="average-pooling"),
            Proved("one_position", theorem="average-pooling"),
            Proved("lower"),
        ),
    ),
    notation="M_j is the largest of the first j positions, and P + 1 the number of positions.",
)

y, drawn = random_family("y", 1), random_family("r", 1)
largest = random_family("M", 1)
second_moment = scalar("second_moment", "nonnegative", latex="q")
others = scalar("further_positions", "width", latex="P")
below, above, new = largest[l + 1], largest[l + 2], relu(y[l + 2])

CONTEXT = Context(
    (
        equation("positions_share_one_second_moment", E(relu(y[j]) ** 2), second_moment, j),
        finite_moment("positions_have_finite_second_moments", y[j], 2, j),
        finite_moment("maxima_have_finite_second_moments", largest[j], 2, j),
        equation("the_largest_of_one_is_itself", largest[1], relu(y[1])),
    ),
    (define("running maximum", largest[j + 1], Max(largest[j], relu(y[j + 1])), j),),
)
SOLVED = {
    "positions_share_one_second_moment": (
        y[j],
        "=",
        sqrt(second_moment / E(relu(drawn[j]) ** 2)) * drawn[j],
    ),
    "the_largest_of_one_is_itself": (largest[1], "=", relu(y[1])),
}


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    return p.conclude(
        _at_least(p),
        _at_most(p),
        quantities={"further_positions": others, "second_moment": second_moment},
        two=_two(p, relu(y[i]), relu(y[j])),
    )


def _at_most(p: Proof) -> Step:
    """E[M_{P+1}²] <= (P + 1) q: parts 1 and 2 of the plan."""
    smaller = Min(below, new)
    both = p.sign_cases(Max(below, new) ** 2 + smaller**2, below**2 + new**2, below - new)
    square = p.congruence(above**2, p.definition("running maximum", l + 1))
    pointwise = p.linear_combination(
        "<=",
        above**2,
        below**2 + new**2,
        [square, both, p.nonnegative(smaller**2)],
        [1, 1, 1],
    )
    means = p.expectation_is_monotone(pointwise)
    means = p.rewrite(means, p.expectation_is_linear(means.right))
    means = p.rewrite(means, p.by_assumption("positions_share_one_second_moment", l + 2))
    itself = p.by_assumption("the_largest_of_one_is_itself")
    first = p.chain(p.congruence(E(largest[1] ** 2), itself))
    first = first.by(p.by_assumption("positions_share_one_second_moment", 1))
    base = p.linear_combination(
        "<=",
        E(largest[2] ** 2),
        2 * second_moment,
        [p.specialize(means, {"l": 0}), first.step],
        [1, 1],
    )
    claim = at_most("second_moment_so_far", E(above**2), (l + 2) * second_moment)
    next_one = p.specialize(means, {"l": l + 1})
    step = p.linear_combination(
        "<=",
        E(largest[l + 3] ** 2),
        (l + 3) * second_moment,
        [next_one, p.suppose(claim)],
        [1, 1],
    )
    return p.specialize(p.induction(base, step, l, claim), {"l": others - 1})


def _at_least(p: Proof) -> Step:
    """q <= E[M_{P+1}²]: part 3 of the plan."""
    more = relu(below - new)
    apart = p.sign_cases(Max(below, new), new + more, below - new)
    running = p.chain(p.definition("running maximum", l + 1)).by(apart).step
    square = p.congruence(above**2, running)
    rest = p.nonnegative(2 * new * more + more**2)
    pointwise = p.linear_combination("<=", new**2, above**2, [square, rest], [-1, 1])
    means = p.expectation_is_monotone(pointwise)
    shared = p.by_assumption("positions_share_one_second_moment", l + 2)
    found = p.linear_combination("<=", second_moment, E(above**2), [means, shared], [1, -1])
    return p.specialize(found, {"l": others - 1})


def _two(p: Proof, one: Any, other: Any) -> Step:
    """E[max(a_i, a_j)²] + E[min(a_i, a_j)²] = 2 q: part 4 of the plan."""
    both = p.sign_cases(Max(one, other) ** 2 + Min(one, other) ** 2, one**2 + other**2, one - other)
    chain = p.chain(p.congruence(E(both.left), both))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.by_assumption("positions_share_one_second_moment", i))
    chain = chain.by(p.by_assumption("positions_share_one_second_moment", j))
    apart = p.expectation_is_linear(E(both.left))
    return p.linear_combination("=", apart.right, 2 * second_moment, [chain.step, apart], [1, -1])
