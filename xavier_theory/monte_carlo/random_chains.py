"""Random linear chains: z^[l] = W^[l] z^[l-1] with fresh Gaussian n × n matrices, in logarithms.

Given the layer before, ‖z^[l]‖²/(v‖z^[l-1]‖²) is exactly χ²_n, whatever happened below; these
pivots are independent over layers and networks. They are what to test. The product over depth is
heavy-tailed, and its sample mean says little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError

_ENTRIES = 2**21  # weights that are held in memory at once


@dataclass(frozen=True, eq=False)
class RandomChains:
    """What was sampled, for each of ``networks`` chains.

    ``pivots[l-1]`` is ‖z^[l]‖²/(v‖z^[l-1]‖²), ``(depth, networks)``; ``log_squared_norms[l]`` is
    log(‖z^[l]‖²/‖z^[0]‖²), ``(depth + 1, networks)``, starting at 0.
    """

    width: int
    weight_variance: float
    pivots: np.ndarray
    log_squared_norms: np.ndarray

    @property
    def log_pivots(self) -> np.ndarray:
        """The logarithms of the pivots, ``(depth, networks)``: mean log 2 + ψ(n/2) in theory."""
        return np.log(self.pivots)


def random_chains(
    rng: np.random.Generator,
    width: int,
    depth: int,
    networks: int,
    weight_variance: float,
) -> RandomChains:
    """Sample real matrices, multiply them out, and keep the norms in logarithms.

    Each vector is set back to norm 1 after every layer, so that no depth overflows. Raises
    ``InvalidInputError`` for a count below 1, or a variance that is not positive and finite.
    """
    size = integer_at_least(1, width, "width")
    layers = integer_at_least(1, depth, "depth")
    count = integer_at_least(1, networks, "networks")
    if real_number(weight_variance, "the weight variance") <= 0:
        raise InvalidInputError(f"the weight variance must be positive, got {weight_variance!r}")
    deviation = float(np.sqrt(weight_variance))
    pivots = np.empty((layers, count))
    block = max(1, _ENTRIES // size**2)
    for start in range(0, count, block):
        part = slice(start, min(start + block, count))
        direction = np.zeros((part.stop - start, size))
        direction[:, 0] = 1.0
        for layer in range(layers):
            weights = deviation * rng.standard_normal((len(direction), size, size))
            image = np.einsum("kij,kj->ki", weights, direction)
            norm = np.linalg.norm(image, axis=1)
            pivots[layer, part] = (norm / deviation) ** 2
            direction = image / norm[:, None]
    logs = np.cumsum(np.log(pivots) + np.log(weight_variance), axis=0)
    start_row = np.zeros((1, count))
    return RandomChains(size, float(weight_variance), pivots, np.concatenate([start_row, logs]))
