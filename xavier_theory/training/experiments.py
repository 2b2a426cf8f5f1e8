"""The claims about learning as experiments: many networks, each of which shows it or does not.

An experiment trains networks from independent seeds, in pairs where it compares schemes, and asks
for each whether something happened: one success or failure per seed. What the claim says is an
interval for the probability of success, fixed here, before any network is drawn; the exact
binomial test of ``statistics`` decides. ``wrong`` intervals are planted: they must be refuted on
the same networks.

The widths, step sizes and levels were chosen on other seeds than those that the verdicts use.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xavier_theory.errors import UnknownNameError
from xavier_theory.monte_carlo.observed import MOSTLY, RARELY, Observed, Successes
from xavier_theory.training.datasets import Dataset, load_dataset
from xavier_theory.training.plan import TrainingPlan
from xavier_theory.training.trainer import Trainer

__all__ = ["EXPERIMENTS", "TrainingExperiment", "experiment"]


@dataclass(frozen=True)
class TrainingExperiment(Observed):
    """What is trained, and what must be seen; ``name`` is ``a-noun-like-this``.

    Attributes
    ----------
    title: what it shows, in one sentence.
    claims: the textbook claims that it bears on.
    """

    title: str = ""
    claims: tuple[str, ...] = ()


def _trained(data: Dataset, plan: TrainingPlan, seed: int, steps: int) -> Trainer:
    trainer = Trainer(data, plan, seed)
    trainer.advance(steps)
    return trainer


def _by_scheme(values: np.ndarray, plan: TrainingPlan) -> list[np.ndarray]:
    """``(…, schemes·seeds)`` as one array ``(…, seeds)`` per scheme."""
    return np.split(values, len(plan.schemes), axis=-1)


def _learning(seed: int, networks: int) -> Successes:
    """60 digits, 12 tanh units: the cost falls to a quarter of log 10 within 40 steps."""
    plan = TrainingPlan((12,), "tanh", ("xavier", "zeros"), networks, learning_rate=0.3)
    trainer = _trained(load_dataset("digits", 60), plan, seed, 40)
    reached = trainer.history.steps_to_reach(np.log(10) / 4) <= 40
    xavier, zeros = _by_scheme(reached, plan)
    return {"Xavier's cost falls to a quarter": xavier, "that of zero weights does": zeros}


def _small_scales(seed: int, networks: int) -> Successes:
    """Circles, 8 + 8 tanh units: steps until the cost has halved, seed by seed."""
    plan = TrainingPlan((8, 8), "tanh", ("xavier", "too-small"), networks, learning_rate=0.5)
    trainer = _trained(load_dataset("circles", 40), plan, seed, 100)
    xavier, small = _by_scheme(trainer.history.steps_to_reach(np.log(2) / 2), plan)
    return {"too small takes longer than Xavier": small > xavier}


def _large_scales(seed: int, networks: int) -> Successes:
    """Circles, 8 + 8 units, squared error: the cost passes ten times its start, or any number."""
    found: dict[str, np.ndarray] = {}
    for activation in ("relu", "tanh"):
        plan = TrainingPlan(
            (8, 8), activation, ("he", "too-large"), networks, learning_rate=0.1, cost="squared"
        )
        costs = _trained(load_dataset("circles", 40), plan, seed, 20).history.costs
        moderate, large = _by_scheme(np.max(costs, axis=0) > 10 * costs[0], plan)
        found[f"{activation}, too large: the cost diverges"] = large
        found[f"{activation}, He: the cost diverges"] = moderate
    return found


def _nine_layers(seed: int, networks: int) -> Successes:
    """Circles, nine layers of width 12, squared error: ‖∂J/∂a^[1]‖ over ‖∂J/∂a^[8]‖.

    It is watched at 13 iterations: tanh units at step size 0.1, linear ones at 0.001. A network
    that diverges is watched until then.
    """
    schemes = ("scale=0.25", "orthogonal", "scale=4")
    small, kept, bounded = _ratios("tanh", schemes, 0.1, seed, networks)
    (large,) = _ratios("linear", ("scale=4",), 1e-3, seed, networks)
    return {
        "tanh, n Var(W) = 1/4: below 1/20 at every iteration": np.nanmax(small, axis=0) < 1 / 20,
        "linear, n Var(W) = 4: above 10 until it diverges": np.nanmin(large, axis=0) > 10,
        "linear, n Var(W) = 4: diverges within 3 steps": np.isnan(large[3]),
        "tanh, n Var(W) = 4: above 10 at every iteration": np.nanmin(bounded, axis=0) > 10,
        "tanh, orthogonal: within [1/2, 2] at every iteration": (
            (np.nanmin(kept, axis=0) > 1 / 2) & (np.nanmax(kept, axis=0) < 2)
        ),
    }


def _ratios(
    activation: str, schemes: tuple[str, ...], rate: float, seed: int, networks: int
) -> list[np.ndarray]:
    """For each scheme ``(iterations, networks)``; NaN from where a network has diverged."""
    plan = TrainingPlan(
        (12,) * 8, activation, schemes, networks, learning_rate=rate, cost="squared"
    )
    trainer = Trainer(load_dataset("circles", 20), plan, seed)
    rows = [_ratio(trainer)]
    rows += [_ratio(trainer) for _ in trainer.run(12)]
    return _by_scheme(np.stack(rows), plan)


def _ratio(trainer: Trainer) -> np.ndarray:
    gradients = trainer.gradients.passed.activation_gradients
    alive = np.array([when is None for when in trainer.diverged])
    with np.errstate(all="ignore"):  # the norms of a network about to diverge may overflow
        first, last = (np.linalg.norm(gradients[layer], axis=(1, 2)) for layer in (1, -2))
        ratio = first / last
    return np.where(alive & np.isfinite(ratio), ratio, np.nan)


def _sigmoid(seed: int, networks: int) -> Successes:
    """Circles, four layers of 8 under Xavier: steps until the cost is at 9/10 of log 2."""
    steps = []
    for activation in ("tanh", "sigmoid"):
        plan = TrainingPlan((8,) * 4, activation, ("xavier",), networks, learning_rate=0.5)
        trainer = _trained(load_dataset("circles", 40), plan, seed, 60)
        steps.append(trainer.history.steps_to_reach(0.9 * np.log(2)))
    return {"sigmoid takes longer than tanh": steps[1] > steps[0]}


EXPERIMENTS: tuple[TrainingExperiment, ...] = (
    TrainingExperiment(
        name="learning",
        title=(
            "Most tanh networks that start at Xavier's variance learn the digits within 40 "
            "steps; few that start at 0 do."
        ),
        claims=("C1",),
        run=_learning,
        predicted={"Xavier's cost falls to a quarter": MOSTLY, "that of zero weights does": RARELY},
        wrong={"that of zero weights does": MOSTLY},
    ),
    TrainingExperiment(
        name="small-scales",
        title=(
            "With a tenth of Xavier's standard deviation the cost of most tanh networks takes "
            "longer to halve."
        ),
        claims=("C4", "C9", "C10"),
        run=_small_scales,
        predicted={"too small takes longer than Xavier": MOSTLY},
        wrong={"too small takes longer than Xavier": RARELY},
    ),
    TrainingExperiment(
        name="large-scales",
        title=(
            "With ten times Xavier's standard deviation the cost of most relu networks passes "
            "ten times its start within 20 steps; that of few tanh networks, which saturate, "
            "does."
        ),
        claims=("C4", "C7"),
        run=_large_scales,
        predicted={
            "relu, too large: the cost diverges": MOSTLY,
            "relu, He: the cost diverges": RARELY,
            "tanh, too large: the cost diverges": RARELY,
            "tanh, He: the cost diverges": RARELY,
        },
        wrong={
            "tanh, too large: the cost diverges": MOSTLY,
            "relu, too large: the cost diverges": RARELY,
        },
    ),
    TrainingExperiment(
        name="nine-layers",
        title=(
            "In nine layers most tanh networks shrink gradients at every iteration watched "
            "where n Var(W) = 1/4, and keep them within a factor of 2 where the matrices are "
            "orthogonal; with n Var(W) = 4 most linear networks amplify them tenfold until "
            "they diverge, and few tanh networks do so at every iteration."
        ),
        claims=("C5", "C12", "C13"),
        run=_nine_layers,
        predicted={
            "tanh, n Var(W) = 1/4: below 1/20 at every iteration": MOSTLY,
            "linear, n Var(W) = 4: above 10 until it diverges": MOSTLY,
            "linear, n Var(W) = 4: diverges within 3 steps": MOSTLY,
            "tanh, n Var(W) = 4: above 10 at every iteration": RARELY,
            "tanh, orthogonal: within [1/2, 2] at every iteration": MOSTLY,
        },
        wrong={
            "tanh, n Var(W) = 1/4: below 1/20 at every iteration": RARELY,
            "tanh, n Var(W) = 4: above 10 at every iteration": MOSTLY,
            "tanh, orthogonal: within [1/2, 2] at every iteration": RARELY,
        },
    ),
    TrainingExperiment(
        name="sigmoid-depth",
        title=(
            "Under Xavier's variance, four hidden layers of sigmoid units take longer to "
            "bring the cost to nine tenths of its start than tanh units, in most pairs of "
            "networks."
        ),
        claims=("C19",),
        run=_sigmoid,
        predicted={"sigmoid takes longer than tanh": MOSTLY},
        wrong={"sigmoid takes longer than tanh": RARELY},
    ),
)
"""Every experiment, in reading order."""


def experiment(name: str) -> TrainingExperiment:
    """The experiment called ``name``; ``UnknownNameError`` if there is none."""
    for found in EXPERIMENTS:
        if found.name == name:
            return found
    raise UnknownNameError("training experiment", name, [found.name for found in EXPERIMENTS])
