"""How `deferred-answers` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Integer

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.asked_layers import gaussian_layer, taken
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import (
    SequentialGaussianVarianceTest,
)
from xavier_theory.theorems.deferred_answers.proof import inner, p_, q, t, u
from xavier_theory.theorems.symbols import fan_in, fan_out, weight_variance


def matrix_answers(
    *,
    weight_variance: Any,
    left_product: Any,
    right_product: Any,
    fan_in: int,
    fan_out: int,
    sampler: str = "auto",
) -> Quantity:
    """E[⟨u, W q⟩⟨p, W t⟩] for unit vectors with ⟨u, p⟩ and ⟨q, t⟩ as given, within [−1, 1].

    p_a, r_a and q_b, s_b are orthonormal; u_a = ⟨u, p⟩ p_a + … r_a, t_b = ⟨q, t⟩ q_b + … s_b. The
    layer is asked for all Wᵀ p_a first and for all W q_b after that. ⟨u_a, W q_b⟩ + ⟨Wᵀ p_a, t_b⟩
    are independent over a and b, N(0, 2v + 2x) for the x that is predicted.
    """
    variance, cosines = float(weight_variance), (float(left_product), float(right_product))
    sizes = integer_at_least(2, fan_out, "fan_out"), integer_at_least(2, fan_in, "fan_in")
    if not all(-1 <= cosine <= 1 for cosine in cosines):
        raise InvalidInputError(f"cosines lie in [-1, 1], got {cosines}")
    kind = taken(sampler, sizes[1], sizes[0], max(sizes) // 2, True)
    sines = [math.sqrt(1 - cosine**2) for cosine in cosines]

    def sums(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        found: list[NDArray[np.float64]] = []
        count = 0
        while count < n:
            (p, r), (q, s) = (np.hsplit(_even(orthonormal(generator, size)), 2) for size in sizes)
            with gaussian_layer(kind, generator, sizes, variance) as layer:
                back, forth = layer.rmatmat(p), layer.matmat(q)
            left = (cosines[0] * p + sines[0] * r).T @ forth
            right = back.T @ (cosines[1] * q + sines[1] * s)
            found.append((left + right).ravel())
            count += found[-1].size
        return np.concatenate(found)[:n]

    def measured(prediction: Any) -> float:
        return 2 * variance + 2 * float(prediction)

    return SampledQuantity(
        SequentialGaussianVarianceTest(),
        sums,
        measured,
        lambda found: found / 2 - variance,
        sampler=kind,
    )


def _even(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """An even number of the columns."""
    return columns[:, : columns.shape[1] // 2 * 2]


EXPERIMENTS = tuple(
    Experiment(
        f"left queries before right ones, {said}",
        matrix_answers,
        {"weight_variance": 0.25, "left_product": 0.6, "right_product": 0.8},
        0.02,
        {"fan_in": 400, "fan_out": 300, "sampler": sampler},
    )
    for said, sampler in (("deferred", "auto"), ("whole matrices", "dense"))
)

WRONG = {
    "sides that do not know of each other": Integer(0),
    "the right side forgotten": weight_variance * inner(u, p_, fan_out),
    "the cosine squared": weight_variance * inner(u, p_, fan_out) ** 2 * inner(q, t, fan_in),
}
