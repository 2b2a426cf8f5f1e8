"""Average pooling: what the positions share stays, what each has alone is divided by their number.

    E[(1/k Σ_j a_j)²] = p + r/k,    a_j = c + b_j,    p = E[c²],  r = E[b_j²]

for positions that share a part c and have parts b_j of their own, uncorrelated with it and with
each other. So E[a²] = p + r becomes p + r/k: a k-th where they share nothing, and the whole where
they share everything. p is also E[a_j a_m] of two positions.

Assumptions: E[c b_j] = 0, E[b_j b_m] = 0 for j ≠ m, E[c²] = p, E[b_j²] = r. *Not* needed: a mean of
zero, independence.

Plan of the proof
1. The mean is c + (1/k) Σ_j b_j; square it.
2. The mixed term has mean 0.
3. E[(Σ_j b_j)²] is its diagonal, k r.
4. E[a_j²] = p + r in the same way.

Sources: Feller (1968), volume 1, section IX.5, for the variance of a sum.
"""

from __future__ import annotations

from sympy import Integer

from xavier_theory.symbolic.assumptions import equation, finite_moment
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, random_family, random_variable, scalar
from xavier_theory.theorems.statement import Statement
from xavier_theory.theorems.symbols import a, j, k

STATEMENT = Statement(
    order=47,
    name="average-pooling",
    title="Average pooling",
    summary=(
        "The mean over k positions keeps the mean square of what they share, and divides the rest "
        "by k."
    ),
    claims=(),
    sources=("Feller (1968), volume 1, section IX.5",),
    practice=(
        "Behind a global average pooling of uncorrelated positions with mean zero multiply the "
        "weights' variance by the number of positions; where they are alike, leave it."
    ),
    remarks=(
        "A mean that is not zero, such as behind relu, is shared by all positions.",
        "What two positions share is the mean of their product: p = E[a_j a_m].",
    ),
)

own, common = random_family("b", 1), random_variable("c")
positions = scalar("positions", "width")
shared, alone = scalar("shared", "nonnegative"), scalar("alone", "nonnegative")
total = sum_over(j, positions, own[j])

CONTEXT = Context(
    (
        equation("the_shared_part_has_a_second_moment", E(common**2), shared),
        equation("the_own_parts_share_one_second_moment", E(own[j] ** 2), alone, j),
        equation("the_own_parts_share_nothing", E(own[j] * own[k]), 0, j, k, distinct=[(j, k)]),
        equation("the_own_parts_have_nothing_of_the_shared_one", E(common * own[j]), 0, j),
        finite_moment("the_shared_part_has_a_finite_second_moment", common, 2),
        finite_moment("the_own_parts_have_finite_second_moments", own[j], 2, j),
    ),
    (define("position", a[j], common + own[j], j),),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    whole = sum_over(j, positions, a[j])
    pooled = whole / positions
    inside = p.chain(p.congruence(whole, p.definition("position", j)))
    chain = p.chain(p.congruence(E(pooled**2), inside.algebra(positions * common + total).step))
    chain = chain.by(p.expectation_is_linear(chain.right)).by(_mixed(p)).by(_own(p))
    chain = chain.by(p.by_assumption("the_shared_part_has_a_second_moment"))
    return p.conclude(
        chain.algebra(shared + alone / positions).step,
        quantities={"positions": positions, "shared": shared, "alone": alone},
        one_position=_one_position(p),
    )


def _mixed(p: Proof) -> Step:
    """E[c Σ_j b_j] = 0: part 2 of the plan."""
    inside = p.linear_combination("=", common * total, sum_over(j, positions, common * own[j]))
    chain = p.chain(p.congruence(E(common * total), inside))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.by_assumption("the_own_parts_have_nothing_of_the_shared_one", j))
    return chain.by(p.sum_is_linear(sum_over(j, positions, Integer(0)))).step


def _own(p: Proof) -> Step:
    """E[(Σ_j b_j)²] = k r: part 3 of the plan."""
    chain = p.chain(p.congruence(E(total**2), p.product_of_sums(total**2)))
    chain = chain.by(p.split_diagonal(chain.right.args[0]))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.by_assumption("the_own_parts_share_nothing", j, k))
    chain = chain.by(p.by_assumption("the_own_parts_share_one_second_moment", j))
    return chain.algebra(positions * alone).step


def _one_position(p: Proof) -> Step:
    """E[a_j²] = p + r: part 4 of the plan."""
    chain = p.chain(p.congruence(E(a[j] ** 2), p.definition("position", j)))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.by_assumption("the_own_parts_have_nothing_of_the_shared_one", j))
    chain = chain.by(p.by_assumption("the_shared_part_has_a_second_moment"))
    return chain.by(p.by_assumption("the_own_parts_share_one_second_moment", j)).step
