"""One step of training, in four functions: forward, cost, backward, update.

m networks, widths n^[0..L], B examples; shapes as in ``monte_carlo.networks``, whose passes these
are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.monte_carlo import networks
from xavier_theory.monte_carlo.networks import BackwardPass, ForwardPass
from xavier_theory.training.costs import COSTS
from xavier_theory.training.optimizers import OPTIMIZERS, State
from xavier_theory.training.parameters import Parameters

__all__ = ["Gradients", "backward", "cost", "forward", "update"]


@dataclass(frozen=True, eq=False)
class Gradients:
    """``parameters``: ∂J/∂W and ∂J/∂b; ``passed``: ∂J/∂a^[l] and ∂J/∂z^[l] for each example."""

    parameters: Parameters
    passed: BackwardPass

    def norms(self) -> np.ndarray:
        """‖∂J/∂W^[l]‖ (Frobenius), ``(L, m)``."""
        return np.stack([np.linalg.norm(g, axis=(-2, -1)) for g in self.parameters.weights])


def forward(
    parameters: Parameters, inputs: np.ndarray, activations: Sequence[Activation]
) -> ForwardPass:
    """z^[l] = W^[l] a^[l-1] + b^[l], a^[l] = φ^[l](z^[l]); ``inputs`` is ``(n^[0], B)``."""
    biases = parameters.biases or None
    return networks.forward(inputs, parameters.weights, activations, biases)


def cost(output: np.ndarray, targets: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """J of each network, ``(m,)``, and ∂J/∂ŷ, of the shape of ``output`` ``(m, n^[L], B)``."""
    return COSTS[kind](output, targets)


def backward(parameters: Parameters, passed: ForwardPass, output_gradient: np.ndarray) -> Gradients:
    """δ^[l] = φ'(z^[l]) ∘ W^[l+1]ᵀ δ^[l+1]; ∂J/∂W^[l] = δ^[l] a^[l-1]ᵀ, ∂J/∂b^[l] = Σ_b δ_b^[l]."""
    back = networks.backward(passed, parameters.weights, output_gradient)
    biases = tuple(delta.sum(axis=-1) for delta in back.deltas) if parameters.biases else ()
    return Gradients(Parameters(networks.weight_gradients(passed, back), biases), back)


def update(
    parameters: Parameters,
    gradients: Parameters,
    state: State,
    rates: np.ndarray,
    step: int,
    optimizer: str = "gd",
) -> tuple[Parameters, State]:
    """The parameters and the optimizer's state after step ``step`` (from 1); ``rates`` ``(m,)``."""
    return OPTIMIZERS[optimizer].update(parameters, gradients, state, rates, step)
