"""gated-product, against weights of signs and inputs on a sphere, all of them enumerated."""

from __future__ import annotations

from itertools import product

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.theorems import derive

NAME = "gated-product"
ON_A_SPHERE = [(1, 2, 2), (-2, 1, 2), (3, 0, 0), (2, 2, -1)]
OFF_IT = [(1, 2, 2), (-2, 1, 2), (6, 0, 0), (2, 2, -1)]


def squares(inputs: list[tuple[int, ...]]) -> tuple[object, object]:
    """E[(u g)²] and E[u²] E[g²] for the gate max(Σ_j x_j, 0) of the same input."""
    units = [
        (sum(w * k for w, k in zip(weights, x, strict=True)), max(sum(x), 0))
        for weights, x in product(signs(3), inputs)
    ]
    gated = mean([(u * g) ** 2 for u, g in units])
    return gated, mean([u**2 for u, _ in units]) * mean([g**2 for _, g in units])


def test_a_gate_of_the_same_input_multiplies_the_mean_square() -> None:
    gated, separate = squares(ON_A_SPHERE)
    assert gated == separate
    gate = mean([max(sum(x), 0) ** 2 for x in ON_A_SPHERE])
    assert gated == derive(NAME).predict(unit_second_moment=9, gate_second_moment=gate)
    assert gated == derive(NAME).predict(
        "gated", fan_in=3, weight_variance=1, second_moment=3, gate_second_moment=gate
    )


def test_without_a_fixed_length_it_does_not() -> None:
    gated, separate = squares(OFF_IT)
    assert gated != separate
