"""Optimizers: how the gradients change the parameters.

Each treats all coordinates alike. State is data: ``start`` makes it, ``update`` returns the next.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from xavier_theory.training.parameters import Parameters, broadcast_over

__all__ = ["OPTIMIZERS", "Optimizer"]

State = tuple[Parameters, ...]


class Optimizer(ABC):
    """A rule for one update: a direction, from the gradients and what it remembers of them."""

    @abstractmethod
    def start(self, parameters: Parameters) -> State:
        """The state before the first update."""

    @abstractmethod
    def direction(self, gradients: Parameters, state: State, step: int) -> tuple[Parameters, State]:
        """Along what the parameters go down, and the next state; ``step`` counts from 1."""

    def update(
        self,
        parameters: Parameters,
        gradients: Parameters,
        state: State,
        rates: np.ndarray,
        step: int,
    ) -> tuple[Parameters, State]:
        """New parameters and state; ``rates`` is ``(m,)``, ``step`` counts from 1."""

        def move(values: np.ndarray, along: np.ndarray) -> np.ndarray:
            return values - broadcast_over(rates, values) * along

        direction, state = self.direction(gradients, state, step)
        return parameters.combined(move, direction), state


def _zeros(parameters: Parameters) -> Parameters:
    return parameters.combined(np.zeros_like)


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """θ ← θ − η g."""

    def start(self, parameters: Parameters) -> State:
        """Nothing to remember."""
        return ()

    def direction(self, gradients: Parameters, state: State, step: int) -> tuple[Parameters, State]:
        """The gradient."""
        return gradients, ()


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← μ v + g, θ ← θ − η v (Polyak 1964)."""

    decay: float = 0.9

    def start(self, parameters: Parameters) -> State:
        """The velocity, zero."""
        return (_zeros(parameters),)

    def direction(self, gradients: Parameters, state: State, step: int) -> tuple[Parameters, State]:
        """The new velocity."""
        velocity = state[0].combined(lambda v, g: self.decay * v + g, gradients)
        return velocity, (velocity,)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Kingma & Ba (2015), algorithm 1."""

    first: float = 0.9
    second: float = 0.999
    epsilon: float = 1e-8

    def start(self, parameters: Parameters) -> State:
        """Both moments, zero."""
        return _zeros(parameters), _zeros(parameters)

    def direction(self, gradients: Parameters, state: State, step: int) -> tuple[Parameters, State]:
        """The mean gradient over the root of its mean square, both corrected."""
        b1, b2 = self.first, self.second
        mean = state[0].combined(lambda m, g: b1 * m + (1 - b1) * g, gradients)
        square = state[1].combined(lambda v, g: b2 * v + (1 - b2) * g * g, gradients)

        def along(m: np.ndarray, v: np.ndarray) -> np.ndarray:
            return (m / (1 - b1**step)) / (np.sqrt(v / (1 - b2**step)) + self.epsilon)

        return mean.combined(along, square), (mean, square)


OPTIMIZERS: dict[str, Optimizer] = {
    "gd": GradientDescent(),
    "momentum": Momentum(),
    "adam": Adam(),
}
"""Every optimizer by name."""
