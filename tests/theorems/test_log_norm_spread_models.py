"""Chains of chi-squares: they have the moments of the law, and what is off fails in one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import sympy
from scipy import special, stats

from xavier_theory.continuous_models import NoValueError, holds, value
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems import derive, theorem_folder
from xavier_theory.theorems.log_norm_spread.proof import log_length, width

SMALL = sympy.Rational(1, 100)
DERIVATION = derive("log-norm-spread")


def given(step: Step) -> Sequence[Any]:
    asked = (step.context, step.assumptions, (step.left, step.right))
    return theorem_folder("log-norm-spread").models(*asked)


CHAINS = given(DERIVATION.results["conclusion"])


def test_chains_of_chi_squares_know_polynomials_and_no_more() -> None:
    chain = CHAINS[3]
    with pytest.raises(NoValueError, match="no mean is known"):
        chain.expectation(abs(log_length[1]))
    spread = value(Var(log_length[2]), chain)
    assert float(spread) == pytest.approx(14 / 3 + 2 * special.polygamma(1, 1.0), rel=1e-12)


def test_a_chain_of_chi_squares_has_the_moments_of_its_samples() -> None:
    """E Λ_2⁴ against a plain sum over the start and a quadrature over the two factors."""
    for chain in CHAINS[::3]:
        n = int(chain.independent.numbers[width])
        start = chain.independent.laws[log_length[0]].numbers
        points = np.linspace(-80, 8, 400_001)
        weight = stats.chi2(n).pdf(np.exp(points)) * np.exp(points)
        one = [np.trapezoid(points**r * weight, points) for r in range(5)]
        two = [sum(math.comb(r, q) * one[q] * one[r - q] for q in range(r + 1)) for r in range(5)]
        fixed = [first + 2 * math.log(3 / n) for first in start]
        expected = np.mean(
            [sum(math.comb(4, r) * two[r] * f ** (4 - r) for r in range(5)) for f in fixed]
        )
        assert float(value(E(log_length[2] ** 4), chain)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("result", ["conclusion", "one_layer", "at_least"])
def test_chains_of_chi_squares_satisfy_every_result_and_refute_what_is_off(result: str) -> None:
    step = DERIVATION.results[result]
    chains = given(step)
    assert all(holds(step.relation, step.left, step.right, chain) for chain in chains)
    wrong = step.right - SMALL if result != "at_least" else 2 * step.right / 3
    assert False in [holds(step.relation, step.left, wrong, chain) for chain in chains]
