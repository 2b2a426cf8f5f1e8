"""‖a^[l]‖² alone, for activations that are linear on either side of zero: a scalar Markov chain.

φ(z) = β z for z > 0 and α z for z < 0 (linear, relu, leaky relu, abs). Weights are independent
N(0, v^[l]), biases zero, m = n^[l] units.

Given a = a^[l-1], z = W a has independent entries N(0, v‖a‖²). Their signs are fair coins that are
independent of their squares, so K ~ Binomial(m, ½) entries are positive, and given K

    ‖a^[l]‖² = v‖a^[l-1]‖² (β² χ²_K + α² χ'²_{m−K})

with independent χ². Only ‖a^[l-1]‖ enters, so the chain is Markov, and its factors are independent
over layers: O(1) a layer at any width. Logarithms add, so no depth overflows. relu has K = 0 with
probability 2^(-m): then all later activations are zero, and the logarithm is −∞.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.layers.interface import checked_variance

__all__ = ["NormChain", "slopes"]

_BLOCK = 2**18  # factors that are drawn at once
_EXACT = 2**53  # widths up to here are floats


def slopes(activation: str | Activation) -> tuple[float, float]:
    """(α, β) of an activation that is linear on either side; others: ``InvalidInputError``."""
    known = get_activation(activation)
    if not known.homogeneous:
        raise InvalidInputError(
            f"a chain of norms needs an activation with φ(cz) = cφ(z) for c > 0; {known.name} "
            "has none, take the sampler 'deferred'"
        )
    left, right = known.function(np.array([-1.0, 1.0]))
    return -float(left), float(right)


@dataclass(frozen=True, eq=False)
class NormChain:
    """The chain of log ‖a^[l]‖² through widths n^[0..L], with Var(W^[l]) = ``variances[l-1]``.

    ``widths`` may be of any size up to 2^53. Raises ``InvalidInputError`` for widths below 1 or
    beyond, a different number of variances, negative ones, or another kind of activation.
    """

    widths: tuple[int, ...]
    variances: tuple[float, ...]
    activation: str | Activation = "relu"

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or len(self.variances) != len(self.widths) - 1:
            raise InvalidInputError(
                f"a network of L >= 1 layers has L + 1 widths and L variances, "
                f"got {len(self.widths)} and {len(self.variances)}"
            )
        for width in set(self.widths):
            if integer_at_least(1, width, "a width") > _EXACT:
                raise InvalidInputError(f"a width must be at most 2^53, got {width}")
        for variance in set(self.variances):
            checked_variance(variance)
        slopes(self.activation)

    @property
    def depth(self) -> int:
        """L."""
        return len(self.variances)

    def log_factors(
        self, generator: np.random.Generator, networks: int, layers: slice = slice(None)
    ) -> NDArray[np.float64]:
        """log(‖a^[l]‖²/‖a^[l-1]‖²) for the layers of the slice: ``(layers, networks)``.

        Independent over layers and networks. −∞ where a relu layer dies (and, for layers above it,
        what the factor would have been).
        """
        left, right = slopes(self.activation)
        fans = np.array(self.widths[1:][layers], dtype=np.int64)[:, None]
        scales = np.array(self.variances[layers], dtype=float)[:, None]
        shape = (len(fans), integer_at_least(1, networks, "networks"))
        if abs(left) == abs(right):
            squares = right**2 * _chi_square(generator, np.broadcast_to(fans, shape))
        else:
            active = generator.binomial(fans, 0.5, shape)
            squares = right**2 * _chi_square(generator, active)
            if left != 0.0:
                squares += left**2 * _chi_square(generator, fans - active)
        with np.errstate(divide="ignore"):  # log 0 = −∞ is what a dead layer has
            return np.log(squares) + np.log(scales)

    def sample(
        self,
        generator: np.random.Generator,
        networks: int = 1,
        log_input: float | NDArray[np.float64] = 0.0,
    ) -> NDArray[np.float64]:
        """log ‖a^[l]‖² for l = 0..L: ``(L + 1, networks)``, from ``log_input`` = log ‖x‖² on.

        ``log_input`` is one number, or one for each network; −∞ stands for x = 0.
        """
        count = integer_at_least(1, networks, "networks")
        start = np.asarray(log_input, dtype=float)
        if start.shape not in ((), (count,)) or np.isnan(start).any() or (start == np.inf).any():
            raise InvalidInputError(
                f"log_input must be numbers of shape () or ({count},), got shape {start.shape}"
            )
        path = np.empty((self.depth + 1, count))
        path[0] = start
        step = max(1, _BLOCK // count)
        for first in range(0, self.depth, step):
            part = slice(first, min(first + step, self.depth))
            path[part.start + 1 : part.stop + 1] = self.log_factors(generator, count, part)
        return np.cumsum(path, axis=0, out=path)

    def final(
        self,
        generator: np.random.Generator,
        networks: int = 1,
        log_input: float = 0.0,
    ) -> NDArray[np.float64]:
        """log ‖a^[L]‖² alone, ``(networks,)``: as ``sample``, in memory that depth does not use."""
        count = integer_at_least(1, networks, "networks")
        total = np.full(count, float(log_input))
        step = max(1, _BLOCK // count)
        for first in range(0, self.depth, step):
            part = slice(first, min(first + step, self.depth))
            total += self.log_factors(generator, count, part).sum(axis=0)
        return total


def _chi_square(generator: np.random.Generator, degrees: np.ndarray) -> NDArray[np.float64]:
    """χ² with the given degrees of freedom, 0 for none: twice a Gamma(degrees/2)."""
    return 2.0 * generator.standard_gamma(0.5 * degrees)
