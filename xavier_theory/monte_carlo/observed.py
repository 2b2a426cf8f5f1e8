"""What is seen in most networks, or in few: experiments whose outcome no formula predicts.

Each draws networks from independent seeds and asks of each whether something happened. What is
claimed is an interval for the probability of that, fixed before any network is drawn; the exact
binomial test decides, and planted intervals must be refuted on the same networks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOSTLY", "RARELY", "Observed", "Successes"]

MOSTLY, RARELY = (0.9, 1.0), (0.0, 0.1)
"""In nine networks of ten at least, and in one of ten at most."""

Successes = Mapping[str, NDArray[np.bool_] | NDArray[Any]]


@dataclass(frozen=True)
class Observed:
    """What is drawn, and what must be seen.

    Attributes
    ----------
    name: what is looked at.
    run: ``run(seed, networks)`` returns, by outcome, whether each seed showed it: ``(networks,)``.
    predicted: for each outcome, the interval that holds the probability of success.
    wrong: intervals that must be refuted, by outcome.
    """

    name: str
    run: Callable[[int, int], Successes]
    predicted: Mapping[str, tuple[float, float]]
    wrong: Mapping[str, tuple[float, float]]
