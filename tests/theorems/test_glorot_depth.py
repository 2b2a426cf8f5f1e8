"""glorot-depth, against the products multiplied out for many widths."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from math import prod

import pytest

from xavier_theory.theorems import derive

NAME = "glorot-depth"
WIDTHS = list(product((1, 2, 3, 7), repeat=4))


def products(widths: tuple[int, ...]) -> tuple[Fraction, Fraction]:
    """Forward and backward, layer by layer, for Var(W) = 2/(fan_in + fan_out)."""
    variances = [Fraction(2, below + n) for below, n in pairwise(widths)]
    forward = prod(n * v for n, v in zip(widths[:-1], variances, strict=True))
    return Fraction(forward), Fraction(
        prod(n * v for n, v in zip(widths[1:], variances, strict=True))
    )


def test_the_bound_by_one_layer_holds_for_each() -> None:
    bounds = {
        pair: Fraction(
            derive(NAME).predict("at_most_one_layers", width=pair[0], next_width=pair[1])
        )
        for pair in product((1, 2, 3, 7), repeat=2)
    }
    for widths in WIDTHS:
        forward, backward = products(widths)
        for pair in pairwise(widths):
            assert float(forward * backward) <= float(bounds[pair]) * (1 + 1e-15)


@pytest.mark.parametrize("widths", [(256, 1024, 256), (3, 5, 2), (4, 4, 4)])
def test_two_layers(widths: tuple[int, int, int]) -> None:
    forward, backward = products(widths)
    shape = dict(zip(("width", "next_width", "third_width"), widths, strict=True))
    ahead = derive(NAME).predict("two_layers_forward", forward_below=1, **shape)
    back = derive(NAME).predict("two_layers_backward", backward_below=1, **shape)
    assert ahead == pytest.approx(float(forward), rel=1e-15)
    assert back == pytest.approx(float(backward), rel=1e-15)
