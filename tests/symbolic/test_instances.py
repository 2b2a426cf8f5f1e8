"""A theorem is cited where its assumptions, or judgements in their place, are at hand."""

from __future__ import annotations

import pytest
from sympy import Rational

from xavier_theory.symbolic.assumptions import equation, uncorrelated
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Cov, E
from xavier_theory.theorems import derive
from xavier_theory.theorems.depth_product.proof import CONTEXT as DEPTH
from xavier_theory.theorems.layer_variance.proof import CONTEXT as LAYER
from xavier_theory.theorems.symbols import W, i, j, k, l, layer_a


def test_assumptions_about_layers_and_about_units_are_found_in_one_citation() -> None:
    """Some speak of a layer first, others of a unit first: two domains for one place."""
    p = Proof("test", Context(DEPTH.assumptions[:-1], DEPTH.definitions))
    cited = p.theorem(derive("depth-product"), "mean", {"i": j})
    assert (cited.relation, cited.left, cited.right) == ("=", E(layer_a[l, j]), 0)
    assert p.conclude(cited).results["conclusion"] is cited


def _context(*assumptions: object) -> Context:
    others = [a for a in LAYER.assumptions if a.name != "weights_of_a_unit_are_uncorrelated"]
    return Context((*others, *assumptions), LAYER.definitions)  # type: ignore[arg-type]  # they are assumptions


def test_a_judgement_about_different_indices_serves_where_they_are_different() -> None:
    product = Cov(W[i, j], W[i, k])
    named = equation("doubled", 2 * product, 0, i, j, k, distinct=[(j, k)])
    p = Proof("test", _context(named))
    halved = p.linear_combination(
        "=", product, 0, [p.by_assumption("doubled", i, j, k)], [Rational(1, 2)]
    )
    cited = p.theorem(derive("layer-variance"), "second_moment", given=[halved])
    assert named in cited.assumptions


def test_it_does_not_serve_where_they_may_be_one() -> None:
    named = uncorrelated("apart", W[i, j], W[i, k], i, j, k, distinct=[(j, k)])
    asked = equation("alike", Cov(W[i, j], W[i, k]), 0, i, j, k)
    lemma = Proof("lemma", Context((asked,)))
    found = lemma.conclude(lemma.by_assumption("alike", i, j, k))
    p = Proof("test", Context((named,)))
    with pytest.raises(RuleRefusedError):
        p.theorem(found, None, given=[p.by_assumption("apart", i, j, k)])
