"""What the experiments on architectures refuse, each with one line that says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.residual_streams import in_proportion, stream
from xavier_theory.theorems.convolution_gradient.experiment import one_pixel, whole_ring
from xavier_theory.theorems.convolution_variance.experiment import one_position
from xavier_theory.theorems.dropout_second_moment.experiment import dropped_mean
from xavier_theory.theorems.norm_reset.experiment import layer_norm

POSITION = {
    "channels": 1,
    "kernel_taps": 9,
    "taps_inside": 4,
    "weight_variance": 1,
    "second_moment": 1,
    "row": 0,
    "column": 0,
}
PIXEL = {
    "channels": 1,
    "outputs_fed": 1,
    "weight_variance": 1,
    "gradient_second_moment": 1,
    "pixel": (0, 0),
}
RING = {"kernel_taps": 9, "stride_squared": 4, "second_moment_per_output": 1}
NORM = {"width": 4, "squared_deviations": 4, "epsilon": 1}


@pytest.mark.parametrize(
    ("quantity", "good", "bad", "said"),
    [
        (one_position, POSITION, {"kernel_taps": 16}, "a kernel of 16 taps has no odd side"),
        (one_position, POSITION, {"kernel_taps": 8}, "a kernel of 8 taps has no odd side"),
        (one_position, POSITION, {"taps_inside": 10}, "10 of 9 taps cannot be inside"),
        (one_pixel, PIXEL, {"outputs_fed": 10}, "cannot feed 10 outputs"),
        (whole_ring, RING, {"kernel_taps": 8}, "are no squares"),
        (whole_ring, RING, {"kernel_taps": 25}, "covers a pixel of the ring twice"),
        (dropped_mean, {"mean": 1, "keep": 0.5}, {"keep": 0}, "keep is a probability above 0"),
        (dropped_mean, {"mean": 1, "keep": 0.5}, {"keep": 1.5}, "keep is a probability above 0"),
        (layer_norm, NORM, {"width": 3}, "four numbers are drawn, not 3"),
        (layer_norm, NORM, {"squared_deviations": 2}, "2 is no square of a rational number"),
    ],
)
def test_an_impossible_experiment_is_refused(
    quantity: Callable[..., Any], good: dict[str, Any], bad: dict[str, Any], said: str
) -> None:
    quantity(**good)
    with pytest.raises(InvalidInputError, match=said):
        quantity(**{**good, **bad})


def test_the_bound_of_a_stream_needs_a_symmetric_law() -> None:
    skew = replace(law("uniform"), name="skew", symmetric=False)
    with pytest.raises(InvalidInputError, match="the law skew is not symmetric"):
        stream(
            in_proportion(1.0),
            skew,
            width=2,
            depth=1,
            scale=1.0,
            weight_variance=1.0,
            second_moment=1.0,
            relative_variance=1.0,
        )
