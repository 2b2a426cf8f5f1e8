"""The figures of docs/training.md: same text for the same seed, all labels in it, right phases."""

from __future__ import annotations

import numpy as np
import pytest

from xavier_theory.documents import chain_figures, training_figures
from xavier_theory.documents.chain_figures import OUTCOMES, chain_outcomes

SMALL = {
    "costs": (lambda: training_figures.costs_svg(0, 2, 5), ("too small", "Xavier", "guessing")),
    "histograms": (lambda: training_figures.histograms_svg(0), ("Xavier: 1", "activation")),
    "gradients": (lambda: training_figures.gradients_svg(0, 3), ("tanh, orthogonal", "layer 8")),
    "units": (lambda: training_figures.units_svg(4), ("exactly 0", "six units")),
    "boundaries": (lambda: training_figures.boundaries_svg(0, 3), ("zeros", "right")),
    "phases": (lambda: chain_figures.chain_phases_svg(6, 5), ("step size", *OUTCOMES)),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_figure_is_the_same_each_time_and_says_what_it_shows(name: str) -> None:
    draw, words = SMALL[name]
    text = draw()
    assert text == draw()
    assert text.rstrip().endswith("</svg>")
    assert all(word in text for word in words)
    assert "fill: #ffffff" in text  # the card


@pytest.mark.parametrize(
    ("start", "rate", "layers", "outcome"),
    [
        (1.1, 0.05, 10, "settles"),
        (1.1, 0.16, 10, "settles, oscillating"),
        (0.5, 0.0001, 10, "still on the plateau"),
        (0.9, 0.001, 2, "still falling"),
        (1.1, 1.2, 2, "does neither"),
        (1.5, 0.1, 10, "diverges"),
    ],
)
def test_outcomes_of_the_chain(start: float, rate: float, layers: int, outcome: str) -> None:
    (found,) = chain_outcomes(np.array([start]), np.array([rate]), layers)
    assert OUTCOMES[found] == outcome


def test_no_descent_settles_above_the_step_of_the_flattest_minimum() -> None:
    # No start is 1: that is a minimum already, where nothing moves at any step size.
    starts, rates = np.meshgrid(np.linspace(0.3, 1.7, 14), np.linspace(1.02, 3.0, 12))
    for layers in (2, 5, 10):
        found = chain_outcomes(starts, rates * 2 / layers, layers)
        assert not np.isin(found, (0, 1)).any()
