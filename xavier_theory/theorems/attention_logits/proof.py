"""Attention logits: why the product of a query and a key is divided by √d.

    Var(s/√d) = Var(q) E[k²],    s = Σ_{j=1..d} q_j k_j

for a query of mean zero that is independent of the key. Undivided the variance is d times as large.
Where the key is the query itself, it is the mean that grows, E[Σ_j q_j²] = d Var(q), and 1/d that
keeps it.

Assumptions: the coordinates of a query have mean zero and one variance, are uncorrelated, and
independent of the key; those of a key share one second moment. *Not* needed: a Gaussian law,
independent coordinates, a key of mean zero.

Plan of the proof
1. `layer-variance` (its result `general`) with the query in the place of a unit's weights:
   Var(s) = Var(q) Σ_j E[k_j²] = d Var(q) E[k²].
2. Divide by √d: Var(s/√d) = Var(s)/d, from the definition of the variance.
3. Of a query with itself: E[(1/d) Σ_j q_j²] = (1/d) Σ_j E[q_j²] = Var(q).
"""

from __future__ import annotations

from sympy import sqrt

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    independent,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import EVERY, E, Var, random_family, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.centred_moments.proof import centred_square
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, k

STATEMENT = Statement(
    order=42,
    name="attention-logits",
    title="Variance of attention logits",
    summary=Fact(
        "The product of a query and a key, divided by √d, has the variance Var(q) E[k²], whatever "
        "the number d of their coordinates, if those of the query have mean zero, are uncorrelated "
        "and are independent of the key.",
        Proved(),
    ),
    claims=(),
    sources=(
        Cited("vaswani2017", "section 3.2.1 and footnote 4"),
        Cited("yang2021", "Definition 4.1", "for 1/d where queries and keys correlate"),
    ),
    practice=(
        Fact(
            "Divide by √d where queries and keys are independent, by d where they are equal.",
            Proved(),
            Proved("aligned"),
        ),
    ),
    remarks=(
        Fact(
            "Undivided the variance is d times as large.",
            Proved("undivided"),
            Sampled("undivided"),
        ),
        Fact(
            "The product of a query with itself has the mean d Var(q), so that 1/d keeps it.",
            Proved("aligned"),
        ),
        Fact(
            "The key may have any mean, and coordinates that depend on each other; but where the "
            "query depends on it, the variance can be another one.",
            Proved(),
            Fails("queries_are_independent_of_keys"),
        ),
    ),
)

query, key = random_family("q", 1), random_family("k", 1)
dimension = scalar("head_dimension", "width", latex="d")
query_variance = scalar("query_variance", "nonnegative", latex=r"\sigma_q^2")
key_second_moment = scalar("key_second_moment", "nonnegative", latex=r"\overline{k^2}")
logit = sum_over(j, dimension, query[j] * key[j])

CONTEXT = Context(
    (
        zero_mean("queries_have_zero_mean", query[j], j),
        common_variance("queries_share_one_variance", query[j], query_variance, j),
        uncorrelated(
            "coordinates_of_a_query_are_uncorrelated", query[j], query[k], j, k, distinct=[(j, k)]
        ),
        independent("queries_are_independent_of_keys", [query[EVERY]], [key[EVERY]]),
        equation("keys_share_one_second_moment", E(key[j] ** 2), key_second_moment, j),
        finite_moment("queries_have_finite_second_moments", query[j], 2, j),
        finite_moment("keys_have_finite_second_moments", key[j], 2, j),
    )
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    whole = _whole(p)
    return p.conclude(
        _divided(p, whole),
        quantities={
            "head_dimension": dimension,
            "query_variance": query_variance,
            "key_second_moment": key_second_moment,
        },
        undivided=whole,
        aligned=_aligned(p),
    )


def _whole(p: Proof) -> Step:
    """Var(s) = d Var(q) E[k²]: part 1 of the plan."""
    families = {
        "W": (i, j, query[j]),
        "a": (j, key[j]),
        "z": (i, logit),
        "b": (i, 0),
    }
    chain = p.chain(
        p.theorem(
            derived("layer-variance"),
            "general",
            {"fan_in": dimension, "weight_variance": query_variance},
            families,
        )
    )
    chain = chain.by(p.by_assumption("keys_share_one_second_moment", j))
    return chain.by(p.sum_is_linear(sum_over(j, dimension, key_second_moment))).step


def _divided(p: Proof, whole: Step) -> Step:
    """Var(s/√d) = Var(s)/d: part 2 of the plan."""
    scaled = logit / sqrt(dimension)
    chain = p.chain(p.variance_definition(Var(scaled)))
    chain = chain.by(p.expectation_is_linear(E(scaled**2)))
    chain = chain.by(p.expectation_is_linear(E(scaled)))
    of_whole = p.chain(p.variance_definition(Var(logit))).by(p.expectation_is_linear(E(logit)))
    return p.linear_combination(
        "=",
        Var(scaled),
        query_variance * key_second_moment,
        [chain.step, of_whole.step, whole],
        [1, -1 / dimension, 1 / dimension],
    )


def _aligned(p: Proof) -> Step:
    """E[(1/d) Σ_j q_j²] = Var(q): part 3 of the plan."""
    chain = p.chain(p.expectation_is_linear(E(sum_over(j, dimension, query[j] ** 2) / dimension)))
    second_moment = centred_square(p, query[j], query_variance)
    return chain.by(second_moment).by(p.sum_is_linear(sum_over(j, dimension, query_variance))).step
