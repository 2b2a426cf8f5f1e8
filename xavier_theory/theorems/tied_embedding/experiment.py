"""How `tied-embedding` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.tied_embedding.proof import dimension, scale, spread


def own_logit(
    *,
    entries_of_a_word: int,
    table_second_moment: Any,
    state_scale: Any,
    branches: float,
    law: str = "normal",
) -> Quantity:
    """s_x for rows of a named law; branches add a layer of the row, of variance ``branches``.

    Branches are W t with independent weights W of mean zero. Given t their product with it has the
    variance ``branches`` ‖t‖⁴/(d σ²), so that Var(s_x) is at most
    c² (d (κ − 1) σ⁴ + branches E‖t‖⁴/(d σ²)), with E‖t‖⁴ = d (d + κ − 1) σ⁴.
    """
    d, source = integer_at_least(1, entries_of_a_word, "entries_of_a_word"), law_named(law)
    q, c, kurtosis = float(table_second_moment), float(state_scale), float(source.kurtosis)

    def logits(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        t = source.sample(generator, (count, d), q)
        w = generator.standard_normal((count, d, d)) * np.sqrt(branches / (d * q))
        h = c * (t + np.einsum("kij,kj->ki", w, t))
        return np.asarray((t * h).sum(axis=1))

    own = d * (kurtosis - 1) * q**2
    bound = c**2 * (own + branches * (d + kurtosis - 1) * q)
    return SampledQuantity(HeavyTailedMeanTest(variance_bound=bound), logits, block=2**12)


EXPERIMENTS = tuple(
    Experiment(
        name,
        own_logit,
        {"entries_of_a_word": 16, "table_second_moment": q, "state_scale": c},
        0.03,
        {"branches": branches, "law": law},
    )
    for name, q, c, branches, law in (
        ("a table of variance 1 and large branches", 1, 0.25, 3.0, "normal"),
        ("a uniform table of variance 1/16", 0.0625, 2, 0.0625, "uniform"),
    )
)

WRONG = {
    "a standard deviation for a variance": scale * dimension * sqrt(spread),
    "the scale squared": scale**2 * dimension * spread,
    "one over the root of the entries": scale * sqrt(dimension) * spread,
    "3 % off": scale * dimension * spread * Rational(103, 100),
}
