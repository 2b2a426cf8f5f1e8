"""mup-first-update, against steps that are taken, with all weights enumerated."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.theorems import derive

NAME = "mup-first-update"
STEP = {"step_size": 0.25, "slope": 2}


def test_all_weights_of_signs_move_the_first_layer_as_predicted() -> None:
    """Two units, x = (1, 2), W and V of signs: Δh_1 = −η c s Σ_j W_j1 V_j."""
    rate, square = Fraction(1, 2) * 3, 1 + 4
    found = [
        (rate * square * sum(w * v for w, v in zip(column, last, strict=True))) ** 2
        for column, last in product(signs(2), repeat=2)
    ]
    predicted = derive(NAME).predict(
        width=2,
        weight_variance=1,
        output_variance=1,
        input_step_size=Fraction(1, 2),
        slope=3,
        input_square=square,
    )
    assert predicted == pytest.approx(float(mean(found)), rel=1e-14)


@pytest.mark.parametrize("width", [4, 64, 4096])
def test_maximal_update_is_the_same_at_every_width(width: int) -> None:
    """The general formulas with its variances and steps, and its own, which know no width."""
    found = derive(NAME)
    first = found.predict(
        width=width,
        weight_variance=1 / width,
        output_variance=1 / width**2,
        input_step_size=0.25 * width,
        slope=2,
        input_square=3,
    )
    assert first == pytest.approx(found.predict("input_maximal", **STEP, input_square=3))
    last = found.predict(
        "output", width=width, output_step_size=0.25 / width, slope=2, last_second_moment=3
    )
    assert last == pytest.approx(found.predict("output_maximal", **STEP, last_second_moment=3))


def test_the_kernels_hidden_updates_vanish_where_the_standard_ones_grow() -> None:
    sizes = {
        (result, n): derive(NAME).predict(result, width=n, **STEP, second_moment=1, excess=0)
        for result in ("hidden_kernel", "hidden_maximal", "hidden_standard")
        for n in (10, 1000)
    }
    assert sizes["hidden_kernel", 1000] == pytest.approx(sizes["hidden_kernel", 10] / 100)
    assert sizes["hidden_maximal", 1000] == pytest.approx(sizes["hidden_maximal", 10])
    assert sizes["hidden_standard", 1000] == pytest.approx(100 * sizes["hidden_standard", 10])
