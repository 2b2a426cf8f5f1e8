"""Linear chains ŷ = W^[L] W^[L-1] … W^[1] x by real matrix products, exactly and in floats.

The cost is J = ½‖ŷ − y‖², so ∂J/∂ŷ = ŷ − y. One code runs both: object arrays of ``Fraction``
give exact arithmetic, float arrays give floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError


@dataclass(frozen=True, eq=False)
class ChainRun:
    """One run forward and back through a linear chain.

    ``activations[l]`` is a^[l] as a column ``(n^[l], 1)``, l = 0..L; ``output_gradient`` is ŷ − y;
    ``activation_gradients[l]`` is ∂J/∂a^[l], and ``weight_gradients[l-1]`` is ∂J/∂W^[l].
    """

    activations: tuple[np.ndarray, ...]
    activation_gradients: tuple[np.ndarray, ...]
    weight_gradients: tuple[np.ndarray, ...]

    @property
    def output(self) -> np.ndarray:
        """ŷ, a column ``(n^[L], 1)``."""
        return self.activations[-1]

    @property
    def output_gradient(self) -> np.ndarray:
        """ŷ − y, a column ``(n^[L], 1)``."""
        return self.activation_gradients[-1]


@dataclass(frozen=True, eq=False)
class IdentityChain:
    """The chain W^[1..L-1] = factor·I with a random last layer, input and target, run twice.

    ``exact`` is in fractions, ``floats`` in floats; ``floats_are_exact`` says whether every number
    of the two runs is the same, bit for bit.
    """

    factor: Fraction
    depth: int
    weights: tuple[np.ndarray, ...]
    exact: ChainRun
    floats: ChainRun
    floats_are_exact: bool


def run_chain(weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> ChainRun:
    """Multiply the chain out, layer by layer, and backpropagate ŷ − y explicitly.

    ``x`` has shape ``(n0, 1)``, ``y`` has that of ŷ. Raises ``InvalidInputError`` for an empty
    chain, or shapes that do not fit.
    """
    if not weights:
        raise InvalidInputError("a chain needs at least one matrix")
    activations = [x]
    for index, matrix in enumerate(weights):
        if matrix.ndim != 2 or matrix.shape[1] != activations[-1].shape[0]:
            raise InvalidInputError(
                f"W^[{index + 1}] has shape {matrix.shape}, a^[{index}] has shape "
                f"{activations[-1].shape}"
            )
        activations.append(matrix @ activations[-1])
    if y.shape != activations[-1].shape:
        raise InvalidInputError(f"y has shape {y.shape}, the output {activations[-1].shape}")
    gradients = [activations[-1] - y]
    weight_gradients = []
    for matrix, before in zip(reversed(weights), reversed(activations[:-1]), strict=True):
        weight_gradients.append(gradients[-1] @ before.T)
        gradients.append(matrix.T @ gradients[-1])
    return ChainRun(
        tuple(activations), tuple(reversed(gradients)), tuple(reversed(weight_gradients))
    )


def identity_chain(
    rng: np.random.Generator, factor: float | Fraction, depth: int = 10, width: int = 2
) -> IdentityChain:
    """The chain of factor·I with a random square W^[L], x and y of small dyadic rationals.

    With the defaults and a factor of 3/2 or 1/2 every number of the run fits a float, so both runs
    agree exactly. Raises ``InvalidInputError`` for a depth below 2, a width below 1 or a factor
    that is not finite.
    """
    scale = real_number(factor, "the factor")
    layers = integer_at_least(2, depth, "depth")
    size = integer_at_least(1, width, "width")
    hidden = np.array([[scale * int(i == j) for j in range(size)] for i in range(size)], object)
    weights = (hidden,) * (layers - 1) + (random_dyadics(rng, (size, size)),)
    x, y = random_dyadics(rng, (size, 1)), random_dyadics(rng, (size, 1))
    exact = run_chain(weights, x, y)
    floats = run_chain([_floats(matrix) for matrix in weights], _floats(x), _floats(y))
    return IdentityChain(scale, layers, weights, exact, floats, _same(exact, floats))


def random_dyadics(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Fractions ±1/8, ±2/8, …, ±15/8, never zero, in an object array: four bits each."""
    numerators = rng.integers(1, 16, size=shape) * rng.choice([-1, 1], size=shape)
    flat = [Fraction(int(numerator), 8) for numerator in numerators.ravel()]
    return np.array(flat, dtype=object).reshape(shape)


def _floats(values: np.ndarray) -> np.ndarray:
    return values.astype(float)


def _same(exact: ChainRun, floats: ChainRun) -> bool:
    pairs = [
        *zip(exact.activations, floats.activations, strict=True),
        *zip(exact.activation_gradients, floats.activation_gradients, strict=True),
        *zip(exact.weight_gradients, floats.weight_gradients, strict=True),
    ]
    return all(
        left == Fraction(float(right))
        for one, other in pairs
        for left, right in zip(one.ravel(), other.ravel(), strict=True)
    )
