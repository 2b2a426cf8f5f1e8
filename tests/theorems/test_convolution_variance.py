"""convolution-variance, against kernels of signs on a small map, all of them enumerated."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.monte_carlo.convolutions import forward
from xavier_theory.theorems import derive

NAME = "convolution-variance"
MAP = [[1, 2, 2], [3, -1, 0], [1, 1, 5]]


def outputs(row: int, column: int) -> list[int]:
    """z at a position of a padded 3 × 3 convolution of MAP, for all kernels of signs."""
    padded = np.pad(np.array(MAP), 1)
    patch = padded[row : row + 3, column : column + 3].ravel().tolist()
    return [sum(w * a for w, a in zip(kernel, patch, strict=True)) for kernel in signs(9)]


@pytest.mark.parametrize(("at", "taps"), [((1, 1), 9), ((0, 1), 6), ((2, 2), 4)])
def test_all_kernels_of_signs_have_the_predicted_variance(at: tuple[int, int], taps: int) -> None:
    row, column = at
    near = [
        a**2
        for y, line in enumerate(MAP)
        for x, a in enumerate(line)
        if abs(y - row) <= 1 and abs(x - column) <= 1
    ]
    assert len(near) == taps
    predicted = derive(NAME).predict(
        channels=1, taps_inside=taps, weight_variance=1, second_moment=mean(near)
    )
    values = outputs(row, column)
    found = mean([z**2 for z in values]) - mean(values) ** 2
    assert predicted == pytest.approx(float(found), rel=1e-12)


def test_a_bias_adds_its_square_to_the_second_moment() -> None:
    found = derive(NAME).predict(
        "second_moment",
        channels=2,
        taps_inside=4,
        weight_variance=Fraction(1, 2),
        second_moment=3,
        bias=-2,
    )
    assert found == 2 * 4 * 3 / 2 + 4


def test_what_is_sampled_is_a_convolution() -> None:
    """Against the sum that defines it, with zeros outside, stride and dilation."""
    generator = np.random.default_rng(5)
    maps, kernels = generator.normal(size=(1, 2, 5, 5)), generator.normal(size=(1, 3, 2, 3, 3))
    found = forward(maps, kernels, padding=2, stride=2, dilation=2)
    assert found.shape == (1, 3, 3, 3)
    for unit, y, x in np.ndindex(3, 3, 3):
        taps = [
            (c, down, right, 2 * y + 2 * down - 2, 2 * x + 2 * right - 2)
            for c, down, right in np.ndindex(2, 3, 3)
        ]
        wanted = sum(
            kernels[0, unit, c, down, right] * maps[0, c, row, column]
            for c, down, right, row, column in taps
            if 0 <= row < 5 and 0 <= column < 5
        )
        assert found[0, unit, y, x] == pytest.approx(wanted)
