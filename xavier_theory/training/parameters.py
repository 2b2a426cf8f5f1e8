"""The weights and biases of many networks, and their initialization."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from xavier_theory.training.schemes import Scheme

__all__ = ["Parameters", "initialize"]


@dataclass(frozen=True, eq=False)
class Parameters:
    """Weights and biases of m networks, or anything of their shape (gradients, velocities).

    ``weights[l-1]`` is W^[l], ``(m, n^[l], n^[l-1])``; ``biases[l-1]`` is b^[l], ``(m, n^[l])``;
    ``biases`` is empty for networks without.
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]

    def combined(self, function: Callable[..., np.ndarray], *others: Parameters) -> Parameters:
        """``function`` of each array here and those in its place in ``others``."""
        weights = zip(self.weights, *(other.weights for other in others), strict=True)
        biases = zip(self.biases, *(other.biases for other in others), strict=True)
        return Parameters(
            tuple(function(*arrays) for arrays in weights),
            tuple(function(*arrays) for arrays in biases),
        )

    def of_network(self, index: int) -> Parameters:
        """The parameters of one network, with a leading axis of length 1."""
        return self.combined(lambda values: values[index : index + 1])

    def finite(self) -> np.ndarray:
        """Which networks have finite parameters only: ``(m,)``, booleans."""
        arrays = (*self.weights, *self.biases)
        each = [np.all(np.isfinite(v), axis=tuple(range(1, v.ndim))) for v in arrays]
        return np.logical_and.reduce(each)

    def kept_where(self, kept: np.ndarray, others: Parameters) -> Parameters:
        """Those of the networks in ``kept`` ``(m,)``, and those of ``others`` elsewhere."""

        def choose(values: np.ndarray, fallback: np.ndarray) -> np.ndarray:
            return np.where(broadcast_over(kept, values), values, fallback)

        return self.combined(choose, others)


def broadcast_over(per_network: np.ndarray, values: np.ndarray) -> np.ndarray:
    """``(m,)`` with axes of length 1 appended, to be combined with ``values`` ``(m, …)``."""
    return per_network.reshape((-1,) + (1,) * (values.ndim - 1))


def initialize(
    widths: Sequence[int],
    schemes: Sequence[Scheme],
    seeds: int,
    seed: np.random.SeedSequence,
    *,
    biases: bool = True,
    bias_std: float = 0.0,
) -> Parameters:
    """Draw ``len(schemes)·seeds`` networks: for each scheme in turn, ``seeds`` of them.

    The r-th network of every scheme draws from the same stream: laws that differ by a factor then
    differ by nothing else, so that schemes can be compared in pairs. Biases are N(0, bias_std²).
    """
    streams = seed.spawn(seeds)
    drawn = [_network(widths, one, stream) for one in schemes for stream in streams]
    weights = tuple(np.stack(layer) for layer in zip(*drawn, strict=True))
    if not biases:
        return Parameters(weights, ())
    generators = [np.random.default_rng(child) for child in seed.spawn(seeds)]
    rows = [
        np.stack([generator.standard_normal(width) for generator in generators])
        for width in widths[1:]
    ]
    return Parameters(weights, tuple(bias_std * np.tile(row, (len(schemes), 1)) for row in rows))


def _network(
    widths: Sequence[int], chosen: Scheme, stream: np.random.SeedSequence
) -> list[np.ndarray]:
    generator = np.random.default_rng(stream)
    return [chosen.draw(generator, fan_in, fan_out) for fan_in, fan_out in pairwise(widths)]
