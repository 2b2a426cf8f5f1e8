"""Answers of a random matrix: what one answer says about another.

    E[⟨u, W q⟩ ⟨p, W t⟩] = Var(W) ⟨u, p⟩ ⟨q, t⟩

for independent or merely uncorrelated entries of mean zero. Whatever was asked of W through p from
the left (the answer Wᵀ p, seen along any t) tells about ⟨u, W q⟩ only through ⟨u, p⟩: after
a p with |p| = 1 was asked, the part of a new answer W q that is left to draw is (I − p pᵀ) W q,
which is uncorrelated with Wᵀ p, and for q ⊥ t with everything that W t said. Queries are fixed
numbers here. Cited, not derived: for Gaussian weights uncorrelated means independent (all answers
are jointly Gaussian; Anderson 2003, theorem 2.4.2), so that W q is p (pᵀ W q) plus a fresh normal
vector without its part along p, and a query may depend on all earlier answers (Bayati & Montanari
2011): a matrix need never be drawn beyond what is asked of it.

Assumptions: weights with mean zero and one variance, uncorrelated within a row and between rows.

Plan of the proof
1. E[(W q)_j (W t)_j] = Var(W) ⟨q, t⟩, and E[(W q)_j (W t)_k] = 0 for j ≠ k.
2. Sum over the rows with weights u_j p_k: only j = k is left.
3. For u = w − c p it is Var(W) (⟨w, p⟩ − c |p|²) ⟨q, t⟩, which vanishes for c = ⟨w, p⟩/|p|².
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import (
    common_variance,
    finite_moment,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_except, sum_over
from xavier_theory.symbolic.derivations import Chain, Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, constants, scalar
from xavier_theory.theorems.centred_moments.proof import centred_product, centred_square
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import W, fan_in, fan_out, i, j, k, weight_variance

STATEMENT = Statement(
    order=24,
    name="deferred-answers",
    title="Answers of a random matrix",
    summary=Fact(
        (
            "The mean product of two answers of one random matrix to fixed queries is the "
            "variance of its weights times the inner products of the queries on both sides: "
            "answers to orthogonal queries are uncorrelated."
        ),
        Proved(),
    ),
    claims=(),
    sources=(
        Cited("anderson2003", "sections 2.4 and 2.5", "conditional normal laws"),
        Cited("bayati2011", "section 3", "the law of a Gaussian matrix given its answers"),
    ),
    practice=(
        Fact(
            (
                "A wide Gaussian layer that is asked a few questions costs a few vectors: with "
                "the cited law of a Gaussian matrix given its answers, networks of width a "
                "million are sampled without any matrix."
            ),
            Cited("bayati2011", "section 3"),
            Sampled("one linear layer of width 1,000,000, chain of norms", "finite-width"),
        ),
    ),
    remarks=(
        Fact(
            (
                "Proved here is that answers are uncorrelated, for queries that do not depend "
                "on W. That Gaussian answers are then independent is cited, and so is what "
                "holds for queries that depend on earlier answers."
            ),
            Proved(),
            Cited("anderson2003", "theorem 2.4.2"),
            Cited("bayati2011", "section 3"),
        ),
        Fact(
            (
                "The backward pass asks Wᵀ of the matrix that answered the forward pass: the "
                "part of the gradient's answer along the activation is known; for Gaussian "
                "weights the rest may be drawn afresh."
            ),
            Proved("remainder"),
            Cited("bayati2011", "section 3"),
        ),
        Fact(
            "With non-Gaussian weights the covariance is the same.",
            Proved(),
        ),
    ),
)

m, r = scalar("m", "width"), scalar("p", "width")
share = scalar("share", latex="c")
u, p_, w = constants("u", 1), constants("p", 1), constants("w", 1)
q, t = constants("q", 1), constants("t", 1)

CONTEXT = Context(
    (
        zero_mean("weights_have_zero_mean", W[i, j], i, j),
        common_variance("weights_share_one_variance", W[i, j], weight_variance, i, j),
        uncorrelated(
            "weights_of_a_unit_are_uncorrelated",
            W[i, j],
            W[i, k],
            *(i, j, k),
            distinct=[(j, k)],
        ),
        uncorrelated(
            "weights_of_different_units_are_uncorrelated",
            W[i, m],
            W[j, r],
            *(i, j, m, r),
            distinct=[(i, j)],
        ),
        finite_moment("weights_have_finite_second_moments", W[i, j], 2, i, j),
    )
)


def row(unit: Any, query: Any) -> Any:
    """(W query)_unit."""
    return sum_over(m, fan_in, W[unit, m] * query[m])


def seen(left: Any, query: Any) -> Any:
    """⟨left, W query⟩."""
    return sum_over(j, fan_out, left[j] * row(j, query))


def inner(left: Any, right: Any, size: Any) -> Any:
    """⟨left, right⟩."""
    return sum_over(j, size, left[j] * right[j])


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    product = seen(u, q) * seen(p_, t)
    double = p.product_of_sums(product)
    chain = p.chain(p.congruence(E(product), double))
    chain = chain.by(p.expectation_is_linear(E(double.right)))
    chain = chain.by(p.split_diagonal(chain.right))
    chain = chain.by(_same_row(p)).by(_products(p, k, j).step)
    apart = p.by_assumption("weights_of_different_units_are_uncorrelated", k, j, m, r)
    chain = chain.by(centred_product(p, apart))
    nothing = sum_over(m, fan_in, sum_over(r, fan_in, 0))
    rest = sum_over(j, fan_out, sum_except(k, fan_out, j, p_[j] * u[k] * nothing))
    chain = chain.by(p.sum_is_linear(rest)).by(p.sum_is_linear(chain.right - rest))
    conclusion = chain.algebra(weight_variance * inner(u, p_, fan_out) * inner(q, t, fan_in))
    return p.conclude(
        conclusion.step,
        quantities={
            "weight_variance": weight_variance,
            "left_product": inner(u, p_, fan_out),
            "right_product": inner(q, t, fan_in),
            "left_square": sum_over(j, fan_out, u[j] ** 2),
            "right_square": sum_over(j, fan_in, q[j] ** 2),
        },
        variance=_variance(p, conclusion.step),
        remainder=_remainder(p, conclusion.step),
    )


def _same_row(p: Proof) -> Step:
    """E[(W q)_j (W t)_j] = Var(W) ⟨q, t⟩: part 1 of the plan."""
    chain = _products(p, j, j)
    chain = chain.by(p.split_diagonal(chain.right))
    square = centred_square(p, W[j, k], weight_variance)
    cross = centred_product(p, p.by_assumption("weights_of_a_unit_are_uncorrelated", j, k, m))
    chain = chain.by(square).by(cross)
    rest = sum_over(k, fan_in, sum_except(m, fan_in, k, 0))
    chain = chain.by(p.sum_is_linear(rest))
    return chain.by(p.sum_is_linear(chain.right)).step


def _products(p: Proof, first: Any, second: Any) -> Chain:
    """E[(W q)_first (W t)_second] as a double sum."""
    product = row(first, q) * row(second, t)
    double = p.product_of_sums(product)
    chain = p.chain(p.congruence(E(product), double))
    return chain.by(p.expectation_is_linear(E(double.right)))


def _variance(p: Proof, conclusion: Step) -> Step:
    """E[⟨u, W q⟩²] = Var(W) |u|² |q|²."""
    return p.specialize(conclusion, {}, {"p": (j, u[j]), "t": (j, q[j])})


def _remainder(p: Proof, conclusion: Step) -> Step:
    """E[⟨w − c p, W q⟩ ⟨p, W t⟩] = Var(W) (⟨w, p⟩ − c |p|²) ⟨q, t⟩: part 3 of the plan."""
    left = w[j] - share * p_[j]
    found = p.specialize(conclusion, {}, {"u": (j, left)})
    return p.chain(found).by(p.sum_is_linear(sum_over(j, fan_out, p_[j] * left))).step
