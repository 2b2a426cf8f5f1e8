"""Training that can be advanced step by step, looked at in between, and reset."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.networks import ForwardPass
from xavier_theory.training.datasets import Dataset
from xavier_theory.training.descent import Gradients, backward, cost, forward, update
from xavier_theory.training.history import History, Recorder
from xavier_theory.training.observations import DecisionMap, LayerHistogram, histogram, softmax
from xavier_theory.training.optimizers import OPTIMIZERS
from xavier_theory.training.parameters import Parameters, initialize
from xavier_theory.training.plan import TrainingPlan

__all__ = ["Trainer"]

_MOST_BINS, _MOST_RESOLUTION = 1000, 1000
_MAP_BLOCK = 128  # points of a map at once: a pass keeps every layer


class Trainer:
    """Many networks, trained side by side on one data set.

    Network number r·seeds + s is the s-th of the r-th scheme. A network whose cost, gradient or
    parameters are not finite has *diverged* at that step: the event is recorded, its parameters
    stay those of the step before, and the others train on. The results depend on the data, the
    plan and the seed alone.

    Parameters
    ----------
    data, plan: what is trained on what.
    seed: of the weights, and of the batches; a whole number >= 0.
    initial: parameters to start from instead of drawing them; their shapes must fit the plan.
    """

    def __init__(
        self, data: Dataset, plan: TrainingPlan, seed: int = 0, initial: Parameters | None = None
    ) -> None:
        integer_at_least(0, seed, "the seed")
        if plan.batch_size is not None and plan.batch_size > data.examples:
            raise InvalidInputError(
                f"a batch of {plan.batch_size} needs as many examples, got {data.examples}"
            )
        self.data, self.plan, self.seed = data, plan, seed
        self.widths = (data.features, *plan.hidden, data.classes)
        self._targets, self._layers, self._rates = data.targets, plan.layers(), plan.rates()
        self._initial = self._started() if initial is None else self._checked(initial)
        self.reset()

    def reset(self) -> None:
        """Back to step 0, with the same initial parameters."""
        self.parameters = self._initial
        self._previous = self._initial
        self._state = OPTIMIZERS[self.plan.optimizer].start(self.parameters)
        self._batches = np.random.default_rng(self._streams()[1])
        self._order = np.empty(0, dtype=int)
        self._recorder = Recorder()
        self._diverged: list[int | None] = [None] * self.plan.networks
        self.step = 0
        self._passed: ForwardPass
        self._gradients: Gradients
        self._evaluate()

    def advance(self, steps: int = 1) -> None:
        """Take ``steps`` steps (at least 1)."""
        for _ in self.run(steps):
            pass

    def run(self, steps: int) -> Iterator[int]:
        """Take up to ``steps`` steps, yielding the number of each after it is taken."""
        for _ in range(integer_at_least(1, steps, "steps")):
            self._previous = self.parameters
            with np.errstate(all="ignore"):
                self.parameters, self._state = update(
                    self.parameters,
                    self._gradients.parameters,
                    self._state,
                    self._rates,
                    self.step + 1,
                    self.plan.optimizer,
                )
            self.step += 1
            self._evaluate()
            yield self.step

    @property
    def history(self) -> History:
        """Everything recorded so far."""
        return self._recorder.history()

    @property
    def costs(self) -> np.ndarray:
        """The costs at this step, ``(m,)``; inf for networks that have diverged."""
        return self._recorder.costs[-1]

    @property
    def accuracies(self) -> np.ndarray:
        """The share of examples classified rightly at this step, ``(m,)``; NaN if diverged."""
        return self._recorder.accuracies[-1]

    @property
    def gradient_norms(self) -> np.ndarray:
        """‖∂J/∂W^[l]‖ at this step, ``(L, m)``; inf for networks that have diverged."""
        return self._recorder.gradient_norms[-1]

    @property
    def diverged(self) -> tuple[int | None, ...]:
        """For each network the step at which it diverged, or None."""
        return tuple(self._diverged)

    @property
    def passed(self) -> ForwardPass:
        """The forward pass at this step (that of the last finite step where diverged)."""
        return self._passed

    @property
    def gradients(self) -> Gradients:
        """The gradients at this step (zero where diverged)."""
        return self._gradients

    def activation_histograms(self, network: int, bins: int = 40) -> tuple[LayerHistogram, ...]:
        """How a^[1..L] of one network are spread over units and examples."""
        return self._histograms(network, bins, self._passed.activations[1:])

    def gradient_histograms(self, network: int, bins: int = 40) -> tuple[LayerHistogram, ...]:
        """How ∂J/∂a^[1..L] of one network are spread over units and examples."""
        return self._histograms(network, bins, self._gradients.passed.activation_gradients[1:])

    def decision_map(self, network: int, resolution: int = 64, margin: float = 0.3) -> DecisionMap:
        """What one network decides on a square grid around the data, which must have two features.

        ``margin`` is added to the data's range on every side.
        """
        index = self._network(network)
        integer_at_least(2, resolution, "resolution")
        if resolution > _MOST_RESOLUTION:
            raise InvalidInputError(f"resolution must be at most {_MOST_RESOLUTION}")
        if self.data.features != 2:
            raise InvalidInputError(
                f"a decision map needs data with two features, {self.data.name} has "
                f"{self.data.features}"
            )
        low = self.data.inputs.min(axis=1) - margin
        high = self.data.inputs.max(axis=1) + margin
        x, y = (np.linspace(low[k], high[k], resolution) for k in range(2))
        points = np.stack([axis.ravel() for axis in np.meshgrid(x, y)])
        parameters = self.parameters.of_network(index)
        blocks = np.array_split(points, -(-points.shape[1] // _MAP_BLOCK), axis=1)
        with np.errstate(all="ignore"):
            passes = (forward(parameters, block, self._layers) for block in blocks)
            chances = np.concatenate([softmax(p.activations[-1][0]) for p in passes], axis=1)
        shape = (resolution, resolution)
        return DecisionMap(
            x, y, chances.argmax(axis=0).reshape(shape), chances.max(axis=0).reshape(shape)
        )

    def _streams(self) -> list[np.random.SeedSequence]:
        return np.random.SeedSequence(self.seed).spawn(2)

    def _started(self) -> Parameters:
        plan = self.plan
        schemes = [plan.scheme_of(r * plan.seeds) for r in range(len(plan.schemes))]
        stream = self._streams()[0]
        return initialize(
            self.widths,
            schemes,
            plan.seeds,
            stream,
            biases=plan.biases,
            bias_std=float(plan.bias_std),
        )

    def _checked(self, given: Parameters) -> Parameters:
        m = self.plan.networks
        wanted: list[tuple[int, ...]] = [
            (m, fan_out, fan_in) for fan_in, fan_out in pairwise(self.widths)
        ]
        if self.plan.biases:
            wanted += [(m, width) for width in self.widths[1:]]
        found = [np.shape(values) for values in (*given.weights, *given.biases)]
        if found != wanted:
            raise InvalidInputError(f"the plan needs parameters of shapes {wanted}, got {found}")
        copied = given.combined(lambda values: np.array(values, dtype=float))
        if not copied.finite().all():
            raise InvalidInputError("the initial parameters must be finite")
        return copied

    def _examples(self) -> slice | np.ndarray:
        """The examples of this step; every epoch visits each example at most once."""
        size = self.plan.batch_size
        if size is None:
            return slice(None)
        if len(self._order) < size:
            self._order = self._batches.permutation(self.data.examples)
        chosen, self._order = self._order[:size], self._order[size:]
        return chosen

    def _evaluate(self) -> None:
        """Forward, cost and backward at the current parameters, and the record of it."""
        examples = self._examples()
        costs, finite = self._pass(examples)
        finite &= self.parameters.finite()
        for network in np.flatnonzero(~finite):
            if self._diverged[network] is None:
                self._diverged[network] = self.step
        alive = np.array([when is None for when in self._diverged])
        if not finite.all():
            self.parameters = self.parameters.kept_where(finite, self._previous)
            costs, _ = self._pass(examples)
        with np.errstate(all="ignore"):
            norms = self._gradients.norms()
        accuracies = self._accuracies(examples)
        if not alive.all():
            costs, accuracies = (
                np.where(alive, costs, np.inf),
                np.where(alive, accuracies, np.nan),
            )
            norms = np.where(alive, norms, np.inf)
            still = self._gradients.parameters.combined(np.zeros_like)
            kept = self._gradients.parameters.kept_where(alive, still)
            self._gradients = Gradients(kept, self._gradients.passed)
            self._state = tuple(part.kept_where(alive, still) for part in self._state)
        self._recorder.add(costs, accuracies, norms)

    def _pass(self, examples: slice | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Costs ``(m,)``, and which networks have finite costs and gradients."""
        with np.errstate(all="ignore"):
            self._passed = forward(self.parameters, self.data.inputs[:, examples], self._layers)
            costs, error = cost(
                self._passed.activations[-1], self._targets[:, examples], self.plan.cost
            )
            self._gradients = backward(self.parameters, self._passed, error)
        return costs, np.isfinite(costs) & self._gradients.parameters.finite()

    def _accuracies(self, examples: slice | np.ndarray) -> np.ndarray:
        decided = self._passed.activations[-1].argmax(axis=-2)
        return np.mean(decided == self.data.labels[examples], axis=-1)

    def _network(self, network: int) -> int:
        index = integer_at_least(0, network, "the network's number")
        if index >= self.plan.networks:
            raise InvalidInputError(f"there are {self.plan.networks} networks, got {network}")
        return index

    def _histograms(
        self, network: int, bins: int, layers: tuple[np.ndarray, ...]
    ) -> tuple[LayerHistogram, ...]:
        index = self._network(network)
        if integer_at_least(1, bins, "bins") > _MOST_BINS:
            raise InvalidInputError(f"bins must be at most {_MOST_BINS}")
        return tuple(histogram(layer, a[index], bins) for layer, a in enumerate(layers, 1))
