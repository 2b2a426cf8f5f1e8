"""Gaussian layers for samplers that ask them: whole or deferred.

``auto`` takes what ``layers.kinds.choose`` takes, the cheapest that is exact and fits.
``dense`` draws whole matrices instead, and serves as the independent route at small widths.
"""

from __future__ import annotations

import numpy as np

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.layers.deferred_gaussian import DeferredGaussianLayer
from xavier_theory.monte_carlo.layers.dense import DenseLayer
from xavier_theory.monte_carlo.layers.interface import SampledLayer
from xavier_theory.monte_carlo.layers.kinds import Task, available_bytes, choose

__all__ = ["gaussian_layer", "taken"]


def taken(sampler: str, fan_in: int, fan_out: int, inputs: int, backward: bool) -> str:
    """``sampler``, or what ``auto`` takes for a Gaussian layer of this shape; dense or deferred."""
    task = Task(
        (fan_in, fan_out), get_activation("linear"), law("normal"), max(2, inputs), backward,
        np.dtype(np.float64),
    )  # fmt: skip
    found = choose(sampler, task, available_bytes())
    if found not in ("deferred", "dense"):
        raise InvalidInputError(f"a layer that is asked is deferred or dense, not {found}")
    return found


def gaussian_layer(
    kind: str, generator: np.random.Generator, shape: tuple[int, int], variance: float
) -> SampledLayer:
    """A layer of independent N(0, ``variance``) weights; ``kind`` is ``deferred`` or ``dense``."""
    make = DeferredGaussianLayer if kind == "deferred" else DenseLayer
    return make(generator, shape, variance)
