"""Layers of any width, asked from both sides and trained, through the cheapest exact sampler."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.asked_layers import gaussian_layer, taken
from xavier_theory.monte_carlo.layers.updated import UpdatedLayer
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.monte_carlo.samplers.fluctuations import sum_moments
from xavier_theory.statistics import (
    HeavyTailedMeanTest,
    SequentialGaussianVarianceTest,
)

__all__ = ["first_update", "matrix_answers"]

_BATCH = 8  # networks of one update experiment that are drawn before its test is asked again


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


def first_update(
    *,
    width: int,
    step_size: Any,
    slope: Any,
    second_moment: Any,
    excess: Any,
    output_variance: Any = None,
    parametrization: str | None = None,
    activation: str = "linear",
    sampler: str = "auto",
) -> Quantity:
    """The mean square of Δz over a hidden layer's units, after one step on one example.

    A real step on real layers: activations a below, z = W a, f = V z, W gets −η ∂J/∂W, and z is
    asked again. The scalars are means over the units of one network; their relative variance is
    (1 + 2/n) E C⁴/(E C²)² − 1, C the squared length of a. ``excess`` is what the theorem takes.
    """
    n = integer_at_least(1, width, "width")
    variances = {"standard": 1 / n, "maximal-update": 1 / n**2}
    if (output_variance is None) == (parametrization is None):
        raise InvalidInputError("name either the output variance or the parametrization")
    if parametrization is not None and parametrization not in variances:
        raise InvalidInputError(f"unknown parametrization {parametrization!r}")
    above = float(output_variance if parametrization is None else variances[parametrization])
    eta, c, q = float(step_size), float(slope), float(second_moment)
    known, kind = get_activation(activation), taken(sampler, n, n, 2, True)
    mean, square, _, fourth = sum_moments(n, activation)
    scale = math.sqrt(q * n / mean)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        found = np.empty(count)
        for place in range(count):
            a = scale * known.function(generator.standard_normal((n, 1)))
            with (
                UpdatedLayer(gaussian_layer(kind, generator, (n, n), 1 / n)) as hidden,
                gaussian_layer(kind, generator, (1, n), above) as output,
            ):
                before = hidden.matmat(a)
                output.matmat(before)
                hidden.add(-eta * output.rmatmat(np.full((1, 1), c)), a)
                found[place] = np.mean(np.square(hidden.matmat(a) - before))
        return found

    bound = ((1 + 2 / n) * fourth / square**2 - 1) * (1 + 1e-9)
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=_BATCH, sampler=kind)
