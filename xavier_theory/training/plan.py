"""What to train, and how: everything but the data and the seed, checked once."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.catalogue import as_activation, get_activation
from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.training.costs import COSTS
from xavier_theory.training.optimizers import OPTIMIZERS
from xavier_theory.training.schemes import Scheme, scheme

__all__ = ["TrainingPlan"]


@dataclass(frozen=True)
class TrainingPlan:
    """Networks and how they are trained.

    Attributes
    ----------
    hidden: the widths of the hidden layers, n^[1..L-1]; may be empty.
    activation: φ of the hidden layers: a name, an expression in ``z``, or an ``Activation``. The
        output layer is linear.
    schemes: how the weights start: names such as ``"gain"`` or ``"he"``, texts such as
        ``"scale=25/9"``, numbers n·Var(W), a ``Gain``, or ``Scheme`` objects.
    seeds: how many networks of each scheme.
    learning_rate: η > 0: one for all, or a tuple of one for each network (scheme by scheme).
    optimizer: ``gd``, ``momentum`` or ``adam``.
    cost: ``cross-entropy`` or ``squared``.
    batch_size: examples of each step, drawn afresh in every epoch; None for all examples.
    biases: whether layers have biases. They start as N(0, ``bias_std``²).

    Raises ``InvalidInputError`` or ``UnknownNameError`` for a value out of range.
    """

    hidden: tuple[int, ...] = (16,)
    activation: str | Activation = "tanh"
    schemes: tuple[str | Scheme, ...] = ("xavier",)
    seeds: int = 1
    learning_rate: float | tuple[float, ...] = 0.1
    optimizer: str = "gd"
    cost: str = "cross-entropy"
    batch_size: int | None = None
    biases: bool = True
    bias_std: float = 0.0

    def __post_init__(self) -> None:
        """Check every value; the widths and schemes become tuples."""
        if not isinstance(self.hidden, list | tuple):
            raise InvalidInputError(f"hidden must list the widths, got {self.hidden!r}")
        widths = tuple(integer_at_least(1, width, "a hidden width") for width in self.hidden)
        object.__setattr__(self, "hidden", widths)
        if isinstance(self.schemes, str | numbers.Real | Scheme):
            object.__setattr__(self, "schemes", (self.schemes,))
        if not self.schemes:
            raise InvalidInputError("name at least one scheme")
        integer_at_least(1, self.seeds, "seeds")
        if self.batch_size is not None:
            integer_at_least(1, self.batch_size, "batch_size")
        if self.optimizer not in OPTIMIZERS:
            raise UnknownNameError("optimizer", self.optimizer, OPTIMIZERS)
        if self.cost not in COSTS:
            raise UnknownNameError("cost", self.cost, COSTS)
        if real_number(self.bias_std, "bias_std") < 0:
            raise InvalidInputError(f"bias_std must not be negative, got {self.bias_std!r}")
        phi = as_activation(self.activation)
        if phi.expression is None:
            raise InvalidInputError(f"{phi.name} has no derivative to train with")
        object.__setattr__(self, "activation", phi)
        made = tuple(scheme(each, activation=phi) for each in self.schemes)
        object.__setattr__(self, "schemes", made)
        self.rates()

    @property
    def networks(self) -> int:
        """How many networks there are."""
        return len(self.schemes) * self.seeds

    def scheme_of(self, network: int) -> Scheme:
        """The scheme that a network started from."""
        return scheme(self.schemes[network // self.seeds])

    def rates(self) -> np.ndarray:
        """The learning rate of each network, ``(m,)``."""
        given = self.learning_rate
        if not isinstance(given, list | tuple | np.ndarray):
            return np.full(self.networks, _rate(given))
        if len(given) != self.networks:
            raise InvalidInputError(
                f"{self.networks} networks need one learning rate or as many, got {len(given)}"
            )
        return np.array([_rate(each) for each in given])

    def layers(self) -> list[Activation]:
        """The activation of each layer, the linear one of the output last."""
        return [as_activation(self.activation)] * len(self.hidden) + [get_activation("linear")]


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise InvalidInputError(f"the learning rate must be a number, got {value!r}")
    rate = float(value)
    if not (math.isfinite(rate) and rate > 0):
        raise InvalidInputError(f"the learning rate must be positive and finite, got {value!r}")
    return rate
