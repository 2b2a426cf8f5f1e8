"""Networks sampled layer by layer, many at once: forward, backward, second moments.

Notation and shapes: m networks, widths n^[0..L], a batch of B inputs. Weights W^[l] have shape
``(m, n^[l], n^[l-1])``; z^[l] = W^[l] a^[l-1] + b^[l] and a^[l] = φ(z^[l]) have shape
``(m, n^[l], B)``. The inputs of a batch share their network's weights: they are *one* draw of W,
not B of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError


class WeightLaw(Protocol):
    """A law of single weights with mean zero."""

    def sample(
        self, rng: np.random.Generator, shape: tuple[int, ...], variance: float, /
    ) -> np.ndarray:
        """Independent draws of the given variance, in an array of that shape."""


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """``pre_activations[l-1]`` is z^[l]; ``activations[l]`` is a^[l], from a^[0] = x on.

    ``derivatives[l-1]`` is φ'(z^[l]). Shapes as in the module's notation.
    """

    pre_activations: tuple[np.ndarray, ...]
    activations: tuple[np.ndarray, ...]
    derivatives: tuple[np.ndarray, ...]

    def pre_activation_moments(self) -> np.ndarray:
        """‖z^[l]‖²/n^[l] for l = 1..L: shape ``(L, m, B)``."""
        return np.stack([second_moment(z) for z in self.pre_activations])

    def activation_moments(self) -> np.ndarray:
        """‖a^[l]‖²/n^[l] for l = 0..L: shape ``(L + 1, m, B)``."""
        return np.stack([second_moment(a) for a in self.activations])


@dataclass(frozen=True, eq=False)
class BackwardPass:
    """Gradients of a cost J, from the given ∂J/∂a^[L] back to ∂J/∂a^[0].

    ``activation_gradients[l]`` is ∂J/∂a^[l] (l = 0..L) and ``deltas[l-1]`` is δ^[l] = ∂J/∂z^[l].
    """

    activation_gradients: tuple[np.ndarray, ...]
    deltas: tuple[np.ndarray, ...]

    def activation_gradient_moments(self) -> np.ndarray:
        """‖∂J/∂a^[l]‖²/n^[l] for l = 0..L: shape ``(L + 1, m, B)``."""
        return np.stack([second_moment(gradient) for gradient in self.activation_gradients])

    def delta_moments(self) -> np.ndarray:
        """‖δ^[l]‖²/n^[l] for l = 1..L: shape ``(L, m, B)``."""
        return np.stack([second_moment(delta) for delta in self.deltas])


def second_moment(values: np.ndarray) -> np.ndarray:
    """The mean square over the units: ``(..., n, B)`` to ``(..., B)``."""
    return np.mean(np.square(values), axis=-2)


def sample_layer(
    rng: np.random.Generator,
    law: WeightLaw,
    fan_in: int,
    fan_out: int,
    variance: float,
    networks: int = 1,
) -> np.ndarray:
    """Weights of one layer in each network: ``(networks, fan_out, fan_in)``.

    Raises ``InvalidInputError`` for a width or count below 1 or a variance that is negative or not
    finite.
    """
    if real_number(variance, "the weight variance") < 0:
        raise InvalidInputError(f"the weight variance must not be negative, got {variance!r}")
    shape = (
        integer_at_least(1, networks, "networks"),
        integer_at_least(1, fan_out, "fan_out"),
        integer_at_least(1, fan_in, "fan_in"),
    )
    return law.sample(rng, shape, float(variance))


def sample_weights(
    rng: np.random.Generator,
    law: WeightLaw,
    widths: Sequence[int],
    variances: Sequence[float],
    networks: int = 1,
) -> tuple[np.ndarray, ...]:
    """W^[1..L] for widths n^[0..L] and one variance per layer, each layer from its own stream.

    Raises ``InvalidInputError`` for fewer than two widths or a different number of variances.
    """
    if len(widths) < 2 or len(variances) != len(widths) - 1:
        raise InvalidInputError(
            f"a network of L >= 1 layers has L + 1 widths and L variances, "
            f"got {len(widths)} and {len(variances)}"
        )
    streams = rng.spawn(len(variances))
    return tuple(
        sample_layer(stream, law, fan_in, fan_out, variance, networks)
        for stream, fan_in, fan_out, variance in zip(
            streams, widths[:-1], widths[1:], variances, strict=True
        )
    )


def forward(
    x: np.ndarray,
    weights: Sequence[np.ndarray],
    activation: str | Activation | Sequence[str | Activation],
    biases: Sequence[np.ndarray] | None = None,
) -> ForwardPass:
    """Run all networks on ``x`` of shape ``(n0, B)`` (shared) or ``(m, n0, B)``.

    ``activation`` is one for all layers or one per layer; ``biases[l-1]`` has shape ``(m, n^[l])``.
    Raises ``InvalidInputError`` when shapes do not fit (naming both) or ``x`` is not finite.
    """
    phis = _per_layer(activation, len(weights))
    _check_shapes(x, weights, biases)
    pre_activations, activations, derivatives = [], [np.broadcast_to(x, _full(x, weights))], []
    for index, (matrix, phi) in enumerate(zip(weights, phis, strict=True)):
        z = matrix @ activations[-1]
        if biases is not None:
            z = z + biases[index][..., None]
        pre_activations.append(z)
        activations.append(phi.function(z))
        derivatives.append(phi.derivative(z))
    return ForwardPass(tuple(pre_activations), tuple(activations), tuple(derivatives))


def backward(
    passed: ForwardPass, weights: Sequence[np.ndarray], output_gradient: np.ndarray
) -> BackwardPass:
    """Backpropagate ``output_gradient`` = ∂J/∂a^[L], of the shape of a^[L], through all layers.

    δ^[l] = φ'(z^[l]) ∘ ∂J/∂a^[l] and ∂J/∂a^[l-1] = W^[l]ᵀ δ^[l]. A gradient of another shape raises
    ``InvalidInputError``.
    """
    expected = passed.activations[-1].shape
    if np.shape(output_gradient) != expected:
        raise InvalidInputError(
            f"the output gradient has shape {np.shape(output_gradient)}, a^[L] has {expected}"
        )
    gradients, deltas = [np.asarray(output_gradient)], []
    for matrix, slope in zip(reversed(weights), reversed(passed.derivatives), strict=True):
        deltas.append(slope * gradients[-1])
        gradients.append(np.swapaxes(matrix, -1, -2) @ deltas[-1])
    return BackwardPass(tuple(reversed(gradients)), tuple(reversed(deltas)))


def weight_gradients(passed: ForwardPass, back: BackwardPass) -> tuple[np.ndarray, ...]:
    """∂J/∂W^[l] = Σ_b δ_b^[l] a_b^[l-1]ᵀ for l = 1..L, each ``(m, n^[l], n^[l-1])``."""
    return tuple(
        delta @ np.swapaxes(a, -1, -2)
        for delta, a in zip(back.deltas, passed.activations[:-1], strict=True)
    )


def _per_layer(
    activation: str | Activation | Sequence[str | Activation], depth: int
) -> list[Activation]:
    if isinstance(activation, str | Activation):
        return [get_activation(activation)] * depth
    if len(activation) != depth:
        raise InvalidInputError(f"{depth} layers need {depth} activations, got {len(activation)}")
    return [get_activation(each) for each in activation]


def _full(x: np.ndarray, weights: Sequence[np.ndarray]) -> tuple[int, ...]:
    return (weights[0].shape[0], *np.shape(x)[-2:])


def _check_shapes(
    x: np.ndarray, weights: Sequence[np.ndarray], biases: Sequence[np.ndarray] | None
) -> None:
    if not weights:
        raise InvalidInputError("a network needs at least one layer of weights")
    if np.ndim(x) not in (2, 3) or (np.ndim(x) == 3 and len(x) not in (1, len(weights[0]))):
        raise InvalidInputError(
            f"x must have shape (n0, B) or ({len(weights[0])}, n0, B), got {np.shape(x)}"
        )
    if not np.all(np.isfinite(x)):
        raise InvalidInputError("x must be finite")
    if biases is not None and len(biases) != len(weights):
        raise InvalidInputError(f"{len(weights)} layers need as many biases, got {len(biases)}")
    networks, width = len(weights[0]), np.shape(x)[-2]
    for index, matrix in enumerate(weights):
        if matrix.ndim != 3 or matrix.shape[0] != networks or matrix.shape[2] != width:
            raise InvalidInputError(
                f"W^[{index + 1}] has shape {matrix.shape}, expected ({networks}, n, {width})"
            )
        width = matrix.shape[1]
        if biases is not None and np.shape(biases[index]) != (networks, width):
            found = np.shape(biases[index])
            raise InvalidInputError(
                f"b^[{index + 1}] has shape {found}, expected ({networks}, {width})"
            )
