"""Draw the planned sample and judge it: whole, or in blocks that are forgotten at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.base import StatisticalTest
from xavier_theory.statistics.hypothesis import Prediction
from xavier_theory.statistics.outcome import Outcome
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import require_memory

__all__ = ["run_streamed", "run_whole"]


def run_whole(
    test: StatisticalTest,
    draw: Callable[[int], NDArray[np.float64]],
    prediction: Prediction,
    rates: ErrorRates,
    limit: int | None = None,
) -> Outcome:
    """Draw the planned sample in one call `draw(n)` and judge it.

    Raises `InvalidInputError` when it needs more than `limit` bytes (see `require_memory`).
    """
    n = test.sample_size(rates, prediction)
    require_memory(n, limit)
    return test.run(draw(n), prediction, rates)


def run_streamed(
    test: StatisticalTest,
    draw: Callable[[int], NDArray[np.float64]],
    prediction: Prediction,
    rates: ErrorRates,
    block: int = 2**18,
) -> Outcome:
    """Draw the planned sample in blocks of at most `block` scalars and judge it.

    A sequential test stops drawing as soon as it knows; it looks once after each block.
    """
    remaining = test.sample_size(rates, prediction)
    run = test.start(prediction, rates, remaining)
    while remaining > 0 and not run.finished:
        values = draw(min(block, remaining))
        if np.size(values) == 0:
            raise InvalidInputError("the sampler returned an empty block")
        run.update(values)
        remaining -= int(np.size(values))
    return run.outcome()
