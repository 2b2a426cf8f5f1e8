"""Average pooling: what the positions share stays, what each has alone is divided by their number.

    E[(1/P Σ_j a_j)²] = s + r/P,    a_j = c + b_j,    s = E[c²],  r = E[b_j²]

for P positions that share a part c and have parts b_j of their own, whose products with it and with
each other have mean zero. So E[a²] = s + r becomes s + r/P: a P-th where they share nothing, and
the whole where they share everything.

Assumptions: E[c b_j] = 0, E[b_j b_m] = 0 for j ≠ m, E[c²] = s, E[b_j²] = r. *Not* needed: a mean of
zero, independence.

Plan of the proof
1. The mean is c + (1/P) Σ_j b_j; square it.
2. The mixed term has mean 0.
3. E[(Σ_j b_j)²] is its diagonal, P r.
4. E[a_j²] = s + r in the same way.
"""

from __future__ import annotations

from sympy import Integer

from xavier_theory.symbolic.assumptions import equation, finite_moment
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, random_family, random_variable, scalar
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Statement
from xavier_theory.theorems.symbols import a, j, k

STATEMENT = Statement(
    order=47,
    name="average-pooling",
    title="Average pooling",
    summary=Fact(
        (
            "The mean over P positions, each a shared part plus one of its own, keeps the mean "
            "square of the shared part and divides that of the own parts by P, if their products "
            "with it and with each other have mean zero."
        ),
        Proved(),
        Proved("one_position"),
    ),
    claims=(),
    sources=(Cited("feller1968", "section IX.5", "the variance of a sum"),),
    practice=(
        Fact(
            (
                "Behind an average pooling of P positions whose products have mean zero multiply "
                "the weights' variance by P, which keeps the mean square; where the positions are "
                "all alike, leave it."
            ),
            Proved(),
            Proved("one_position"),
            Proved("second_moment", "layer-variance"),
        ),
    ),
    remarks=(
        Fact(
            (
                "The shared part may be a constant: uncorrelated positions with one mean μ and one "
                "variance have a pooled mean square of μ² plus a P-th of the variance."
            ),
            Proved(),
        ),
        Fact(
            "Own parts that are alike, and so share something, may stay whole.",
            Fails("the_own_parts_share_nothing"),
        ),
    ),
)

own, common = random_family("b", 1), random_variable("c")
positions = scalar("positions", "width", latex="P")
shared = scalar("shared", "nonnegative", latex="s")
alone = scalar("alone", "nonnegative", latex="r")
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
    """E[(Σ_j b_j)²] = P r: part 3 of the plan."""
    chain = p.chain(p.congruence(E(total**2), p.product_of_sums(total**2)))
    chain = chain.by(p.split_diagonal(chain.right.args[0]))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.by_assumption("the_own_parts_share_nothing", j, k))
    chain = chain.by(p.by_assumption("the_own_parts_share_one_second_moment", j))
    return chain.algebra(positions * alone).step


def _one_position(p: Proof) -> Step:
    """E[a_j²] = s + r: part 4 of the plan."""
    chain = p.chain(p.congruence(E(a[j] ** 2), p.definition("position", j)))
    chain = chain.by(p.expectation_is_linear(chain.right))
    chain = chain.by(p.by_assumption("the_own_parts_have_nothing_of_the_shared_one", j))
    chain = chain.by(p.by_assumption("the_shared_part_has_a_second_moment"))
    return chain.by(p.by_assumption("the_own_parts_share_one_second_moment", j)).step
