"""Gradient descent in networks of any width, on real examples: one code for every kind of layer.

A network of L ≥ 1 hidden layers of n units, f = W^[L+1] a^[L] without biases, and the cost
½ mean_b ‖f_b − y_b‖². A step adds −η_l δ^[l] a^[l-1]ᵀ to W^[l], of rank B at most: every layer is
an ``UpdatedLayer`` over a first matrix that is whole, streamed or deferred, so that a width of
200,000 trains without a matrix of 4·10¹⁰ weights, exactly in law.

Two parametrizations (Yang et al. 2021, for SGD), equal at ``BASE`` units. s is n·Var(W) of a
hidden layer.

==================  ==================  ==============  ====================
                    first layer         between         last layer
==================  ==================  ==============  ====================
Var(W), both        s/fan_in            s/n             1/n; BASE/n²
step, standard      η                   η               η
step, maximal       η n/BASE            η               η BASE/n
==================  ==================  ==============  ====================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.layers.interface import Array, checked_dtype
from xavier_theory.monte_carlo.layers.kernels import Kernel, kernel
from xavier_theory.monte_carlo.layers.kinds import Task, available_bytes, choose
from xavier_theory.monte_carlo.layers.runs import make_layer
from xavier_theory.monte_carlo.layers.updated import UpdatedLayer

__all__ = ["BASE", "PARAMETRIZATIONS", "WideTraining", "parametrize", "train_wide"]

BASE = 128
PARAMETRIZATIONS = ("standard", "maximal-update")

_LARGEST = 1e12  # a cost beyond it has diverged


@dataclass(frozen=True, eq=False)
class WideTraining:
    """What one network did.

    ``costs`` has one entry for the start and one for each finished step. ``moved[t, l-1]`` is the
    root mean square, over units and examples, of z^[l] after t + 1 steps less z^[l] at the start;
    the last column is that of the output f. ``requested`` counts the steps asked for: fewer are
    finished when the run diverged or was interrupted.
    """

    width: int
    parametrization: str
    sampler: str
    seed: int
    requested: int
    costs: NDArray[np.float64]
    moved: NDArray[np.float64]

    @property
    def steps(self) -> int:
        """How many steps were finished."""
        return len(self.moved)


def parametrize(
    name: str, widths: Sequence[int], scale: float, step_size: float
) -> tuple[list[float], list[float]]:
    """The variances of the first weights, and the step sizes, of the layers of ``widths``.

    ``widths`` are those of the input, the hidden layers (all alike) and the output. Raises
    ``UnknownNameError`` for another parametrization.
    """
    if name not in PARAMETRIZATIONS:
        raise UnknownNameError("parametrization", name, PARAMETRIZATIONS)
    width, between = widths[1], len(widths) - 3
    growth = width / BASE if name == "maximal-update" else 1.0
    variances = [scale / widths[0], *[scale / width] * between, 1.0 / (width * growth)]
    return variances, [step_size * growth, *[step_size] * between, step_size / growth]


def train_wide(
    width: int,
    x: ArrayLike,
    y: ArrayLike,
    *,
    hidden: int = 2,
    activation: str | Activation = "tanh",
    parametrization: str = "standard",
    scale: float = 1.0,
    step_size: float = 0.1,
    steps: int = 3,
    sampler: str = "auto",
    dtype: DTypeLike = np.float32,
    seed: int = 0,
    max_bytes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> WideTraining:
    """Train one network of ``hidden`` layers of ``width`` units on the whole batch.

    ``x`` is ``(n0, B)`` and ``y`` ``(outputs, B)``. ``sampler``: ``auto`` (the cheapest that is
    exact), ``deferred``, ``dense`` or ``streamed``. ``progress`` is told how many steps are
    finished. An interruption (Ctrl-C) keeps the finished steps; with none it goes through.

    Raises ``InvalidInputError`` for sizes, steps or arrays that cannot be, and for memory beyond
    ``max_bytes`` (by default the machine's free memory), before anything is allocated.
    """
    kind = checked_dtype(dtype)
    inputs, targets = _examples(x, y, kind)
    units, count = integer_at_least(1, width, "width"), integer_at_least(1, steps, "steps")
    layers = integer_at_least(1, hidden, "hidden")
    for what, number in (("n·Var(W)", scale), ("the step size", step_size)):
        if real_number(number, what) <= 0:
            raise InvalidInputError(f"{what} must be positive, got {number!r}")
    widths = (len(inputs), *(units,) * layers, len(targets))
    variances, sizes = parametrize(parametrization, widths, float(scale), float(step_size))
    questions = inputs.shape[1] * (count + 1)
    task = Task(widths, get_activation(activation), law("normal"), max(2, questions), True, kind)
    limit = available_bytes() if max_bytes is None else integer_at_least(1, max_bytes, "max_bytes")
    chosen = choose(sampler, task, limit)
    seeds = np.random.SeedSequence(integer_at_least(0, seed, "the seed")).spawn(len(variances))
    weights = [
        UpdatedLayer(make_layer(chosen, task, each, (fan_out, fan_in), variance))
        for each, fan_in, fan_out, variance in zip(
            seeds, widths[:-1], widths[1:], variances, strict=True
        )
    ]
    network = _Network(weights, sizes, kernel(activation))
    costs, moved = _run(network, inputs, targets, count, progress)
    return WideTraining(units, parametrization, chosen, seed, count, costs, moved)


@dataclass(frozen=True, eq=False)
class _Network:
    weights: list[UpdatedLayer]
    sizes: list[float]
    phi: Kernel

    def forward(self, x: Array) -> tuple[list[Array], list[Array]]:
        """a^[0..L] and z^[1..L+1]."""
        signals, pre_activations = [x], []
        for number, layer in enumerate(self.weights, start=1):
            pre_activations.append(layer.matmat(signals[-1]))
            if number < len(self.weights):
                signals.append(np.empty_like(pre_activations[-1]))
                self.phi.apply(pre_activations[-1], signals[-1])
        return signals, pre_activations

    def step(self, signals: list[Array], pre_activations: list[Array], gradient: Array) -> None:
        """One step of gradient descent, from ``gradient`` = ∂J/∂f."""
        for place in reversed(range(len(self.weights))):
            layer, below = self.weights[place], signals[place]
            update = gradient * np.asarray(-self.sizes[place], gradient.dtype)
            if place > 0:
                gradient = layer.rmatmat(gradient)  # asked of the weights before they change
                scratch = np.empty_like(gradient)
                self.phi.pull(pre_activations[place - 1], below, gradient, scratch)
            layer.add(update, below)


def _run(
    network: _Network,
    x: Array,
    y: Array,
    steps: int,
    progress: Callable[[int], None] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The costs and how far z moved, as far as the run came."""
    costs: list[float] = []
    moved: list[list[float]] = []
    start: list[Array] = []
    try:
        for number in range(steps + 1):
            signals, found = network.forward(x)
            errors = found[-1] - y
            cost = 0.5 * float(np.sum(np.square(errors, dtype=np.float64))) / x.shape[1]
            if not cost <= _LARGEST:
                break
            costs.append(cost)
            if number == 0:
                start = found
            else:
                moved.append(
                    [_root_mean_square(z - z0) for z, z0 in zip(found, start, strict=True)]
                )
                if progress is not None:
                    progress(number)
            if number < steps:
                network.step(signals, found, errors / np.asarray(x.shape[1], errors.dtype))
    except KeyboardInterrupt:
        if not moved:
            raise
        del costs[len(moved) + 1 :]
    finally:
        for layer in network.weights:
            layer.close()
    shape = (len(moved), len(network.weights))
    return np.array(costs), np.array(moved, dtype=float).reshape(shape)


def _root_mean_square(values: Array) -> float:
    return math.sqrt(float(np.mean(np.square(values, dtype=np.float64))))


def _examples(x: ArrayLike, y: ArrayLike, dtype: np.dtype[np.floating]) -> tuple[Array, Array]:
    """Inputs and targets as columns, as many of the one as of the other."""
    arrays = []
    for what, value in (("x", x), ("y", y)):
        found = np.asarray(value)
        if found.dtype.kind not in "iuf" or found.ndim != 2 or 0 in found.shape:
            raise InvalidInputError(
                f"{what} must be real, of shape (size, B), got dtype {found.dtype}, "
                f"shape {found.shape}"
            )
        with np.errstate(over="ignore"):  # reported below
            found = found.astype(dtype)
        if not np.isfinite(found).all():
            raise InvalidInputError(f"{what} must be finite in {dtype}")
        arrays.append(found)
    if arrays[0].shape[1] != arrays[1].shape[1]:
        raise InvalidInputError(
            f"x has {arrays[0].shape[1]} examples and y {arrays[1].shape[1]}: shapes "
            f"{arrays[0].shape} and {arrays[1].shape}"
        )
    return arrays[0], arrays[1]
