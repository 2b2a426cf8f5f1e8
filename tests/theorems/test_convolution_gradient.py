"""convolution-gradient, against outputs that are counted one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.monte_carlo.convolutions import backward, forward
from xavier_theory.theorems import derive

NAME = "convolution-gradient"


def outputs_of_pixels(side: int, stride: int, positions: int) -> list[int]:
    """How many outputs each pixel of a square ring feeds."""
    pixels = stride * positions
    fed = Counter(
        (stride * place + step) % pixels for place in range(positions) for step in range(side)
    )
    return [fed[y] * fed[x] for y in range(pixels) for x in range(pixels)]


@pytest.mark.parametrize(("side", "stride"), [(3, 1), (3, 2), (1, 2), (4, 2), (7, 2), (2, 3)])
def test_the_mean_over_the_pixels_is_the_taps_over_the_squared_stride(
    side: int, stride: int
) -> None:
    fed = outputs_of_pixels(side, stride, 5)
    found = derive(NAME).predict(
        "average", kernel_taps=side**2, stride_squared=stride**2, second_moment_per_output=1
    )
    assert found == pytest.approx(sum(fed) / len(fed), rel=1e-12)


def test_what_is_sampled_is_the_transpose_of_a_convolution() -> None:
    """⟨δ, conv(x)⟩ = ⟨g, x⟩ on a ring, for every x."""
    generator = np.random.default_rng(3)
    maps, delta = generator.normal(size=(1, 2, 6, 6)), generator.normal(size=(1, 4, 3, 3))
    kernels = generator.normal(size=(1, 4, 2, 3, 3))
    ring = np.pad(maps, ((0, 0), (0, 0), (0, 1), (0, 1)), mode="wrap")
    z = forward(ring, kernels, stride=2)
    g = backward(delta, kernels, stride=2)
    assert (delta * z).sum() == pytest.approx((g * maps).sum())


def test_all_kernels_of_signs_have_the_predicted_second_moment() -> None:
    """A pixel that feeds two outputs, with the gradients 1 and 3."""
    gradients = (1, 3)
    pixel = [sum(w * d for w, d in zip(kernel, gradients, strict=True)) for kernel in signs(2)]
    found = derive(NAME).predict(
        "second_moment", channels=1, outputs_fed=2, weight_variance=1, gradient_second_moment=5
    )
    assert found == mean([g**2 for g in pixel]) == 10
