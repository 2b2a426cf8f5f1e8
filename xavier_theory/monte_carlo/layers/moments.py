"""Second moments per layer, in logarithms: what a sampled network leaves behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import InvalidInputError

__all__ = ["NetworkMoments", "joined"]

Log = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NetworkMoments:
    """Logarithms of second moments; −∞ where all entries are zero. Networks first, inputs last.

    ``log_pre_activation[:, l-1]`` is log(‖z^[l]‖²/n^[l]), ``(networks, L, B)``, or None when only
    the activations' norms were sampled; ``log_activation[:, l]`` is log(‖a^[l]‖²/n^[l]) for
    l = 0..L, ``(networks, L + 1, B)``; ``log_gradient[:, l]`` is that of ∂J/∂a^[l], of the same
    shape, or None when there was no backward pass.
    """

    log_activation: Log
    log_pre_activation: Log | None
    log_gradient: Log | None

    @property
    def networks(self) -> int:
        """How many networks."""
        return len(self.log_activation)

    def activation(self) -> Log:
        """‖a^[l]‖²/n^[l]; infinite where a float cannot hold it."""
        return _exponential(self.log_activation)

    def pre_activation(self) -> Log:
        """‖z^[l]‖²/n^[l]; raises ``InvalidInputError`` when it was not sampled."""
        if self.log_pre_activation is None:
            raise InvalidInputError("a chain of norms knows the activations, not the z")
        return _exponential(self.log_pre_activation)

    def gradient(self) -> Log:
        """‖∂J/∂a^[l]‖²/n^[l]; raises ``InvalidInputError`` without a backward pass."""
        if self.log_gradient is None:
            raise InvalidInputError("there was no backward pass")
        return _exponential(self.log_gradient)


def joined(parts: list[NetworkMoments]) -> NetworkMoments:
    """The networks of all parts, in order; all parts have the same fields."""
    return NetworkMoments(
        np.concatenate([part.log_activation for part in parts]),
        _joined([part.log_pre_activation for part in parts]),
        _joined([part.log_gradient for part in parts]),
    )


def _joined(parts: list[Log | None]) -> Log | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if known else None


def _exponential(logs: Log) -> Log:
    with np.errstate(over="ignore", under="ignore"):
        return np.exp(logs)
