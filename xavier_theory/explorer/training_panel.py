"""Training for the page: one trainer per worker, advanced a little at a time, looked at in frames.

A frame is bounded whatever the run: curves are thinned to a number of points, layers to a few, and
the decision map to a coarse grid.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xavier_theory.errors import InvalidInputError, XavierTheoryError
from xavier_theory.explorer.networks import NetworkSetup, compared_scheme, network_setup
from xavier_theory.explorer.numbers import log10, plain
from xavier_theory.explorer.setups import LIMITS, FieldError, choice, number, whole
from xavier_theory.monte_carlo.networks import second_moment
from xavier_theory.training.observations import LayerHistogram
from xavier_theory.training.optimizers import OPTIMIZERS
from xavier_theory.training.plan import TrainingPlan
from xavier_theory.training.trainer import Trainer

__all__ = ["advance", "start"]

MOST_STEPS = 20_000
_POINTS, _LAYERS, _BINS, _GRID = 240, 6, 32, 48
_MILLISECONDS = 80.0
_BATCH = 100  # of the digits; the points of the plane are trained on all at once
_MOST_NETWORKS = 3
_MOST_WORK = 40_000_000  # weights times networks times examples, of one step


@dataclass
class Curve:
    """Rows at some steps: at most ``2·_POINTS``, of equal spacing, which doubles when full."""

    spacing: int = 1
    steps: list[int] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)

    def add(self, step: int, row: np.ndarray) -> None:
        """Keep the row if its step falls on the spacing."""
        if step % self.spacing:
            return
        self.steps.append(step)
        self.rows.append(row)
        if len(self.steps) >= 2 * _POINTS:
            self.spacing *= 2
            self.steps, self.rows = self.steps[::2], self.rows[::2]


@dataclass
class Run:
    """A trainer with what the page has seen of it.

    ``layers`` are the places of those whose gradient norms are shown, ``hidden`` of those with
    histograms: the output is on a scale of its own.
    """

    setup: NetworkSetup
    trainer: Trainer
    layers: tuple[int, ...]
    hidden: tuple[int, ...]
    costs: Curve = field(default_factory=Curve)
    norms: Curve = field(default_factory=Curve)

    def record(self) -> None:
        """Add the present step to the curves."""
        step = self.trainer.step
        self.costs.add(step, self.trainer.costs)
        self.norms.add(step, self.trainer.gradient_norms[list(self.layers), 0])


_RUNS: list[Run] = []  # the one of this process


def start(data: dict[str, Any]) -> dict[str, Any]:
    """Begin a run, and show it before its first step."""
    setup = network_setup(data)
    other = compared_scheme(data, setup.scheme)
    schemes = (setup.scheme,) if other is None else (setup.scheme, other)
    batch = _BATCH if setup.data.name == "digits" else None
    examples = batch or setup.data.examples
    networks = _MOST_WORK // (setup.weights * examples * len(schemes))
    plan = _plan(data, setup, schemes, max(1, min(_MOST_NETWORKS, networks)), batch)
    hidden = len(setup.hidden)
    run = Run(setup, Trainer(setup.data, plan, setup.seed), _some(hidden + 1), _some(hidden))
    run.record()
    _RUNS[:] = [run]
    return _frame(run) | {
        "schemes": [each.label for each in schemes],
        "seeds": plan.seeds,
        "shown": [k + 1 for k in run.layers],
        "points": _data_points(run),
    }


def _some(layers: int) -> tuple[int, ...]:
    """The places of the first, the last, and some layers between."""
    places = np.linspace(0, layers - 1, min(layers, _LAYERS)).round().astype(int)
    return tuple(int(place) for place in np.unique(places))


def _plan(
    data: dict[str, Any],
    setup: NetworkSetup,
    schemes: Sequence[Any],
    seeds: int,
    batch: int | None,
) -> TrainingPlan:
    rate = number(data, "rate", *LIMITS.rate)
    optimizer = choice(data, "optimizer", tuple(OPTIMIZERS))
    try:
        return TrainingPlan(
            setup.hidden, setup.activation, tuple(schemes), seeds, rate, optimizer,
            batch_size=batch,
        )  # fmt: skip
    except XavierTheoryError as error:
        raise FieldError("activation", str(error)) from None


def advance(data: dict[str, Any]) -> dict[str, Any]:
    """At most ``data["steps"]`` steps, for a few hundredths of a second, and the frame after."""
    if not _RUNS:
        raise InvalidInputError("there is no training session here")
    run, steps = _RUNS[0], whole(data, "steps", 1, 1000)
    left = MOST_STEPS - run.trainer.step
    ends = time.monotonic() + _MILLISECONDS / 1000
    if left > 0 and not _all_diverged(run):
        for _ in run.trainer.run(min(steps, left)):
            run.record()
            if time.monotonic() > ends or _all_diverged(run):
                break
    return _frame(run)


def _all_diverged(run: Run) -> bool:
    return all(step is not None for step in run.trainer.diverged)


def _frame(run: Run) -> dict[str, Any]:
    trainer = run.trainer
    return {
        "step": trainer.step,
        "over": _all_diverged(run) or trainer.step >= MOST_STEPS,
        "diverged": list(trainer.diverged),
        "cost": plain(trainer.costs),
        "accuracy": plain(trainer.accuracies),
        "costs": {"steps": run.costs.steps, "rows": plain(np.stack(run.costs.rows).T)},
        "norms": {"steps": run.norms.steps, "rows": plain(np.stack(run.norms.rows).T)},
        "now": _now(run),
        "map": _map(run),
        "histograms": {
            "activations": _histograms(trainer.activation_histograms(0, _BINS), run.hidden),
            "gradients": _histograms(trainer.gradient_histograms(0, _BINS), run.hidden),
        },
    }


def _now(run: Run) -> dict[str, Any]:
    """Signal and gradient of the first network, per hidden layer, as in ``signal_panel``."""
    with np.errstate(all="ignore"):
        passed, back = run.trainer.passed, run.trainer.gradients.passed
        signal = [second_moment(z[0]).mean() for z in passed.pre_activations[:-1]]
        gradient = np.array([second_moment(g[0]).mean() for g in back.activation_gradients[1:-1]])
        relative = log10(gradient) - log10(gradient[-1:])
    return {"signal": plain(log10(signal)), "gradient": plain(relative)}


def _histograms(found: tuple[LayerHistogram, ...], layers: tuple[int, ...]) -> list[dict[str, Any]]:
    return [
        {
            "layer": each.layer,
            "low": float(each.edges[0]),
            "high": float(each.edges[-1]),
            "counts": each.counts.tolist(),
            "std": plain([each.std])[0],
        }
        for each in (found[k] for k in layers)
    ]


def _map(run: Run) -> dict[str, Any] | None:
    """The first network's decisions: for each cell 100·class + percent of confidence."""
    if run.setup.data.features != 2:
        return None
    found = run.trainer.decision_map(0, _GRID)
    percent = np.nan_to_num(found.confidence * 99).round().astype(int)
    return {
        "size": _GRID,
        "x": [float(found.x[0]), float(found.x[-1])],
        "y": [float(found.y[0]), float(found.y[-1])],
        "cells": (100 * found.classes + percent).ravel().tolist(),
    }


def _data_points(run: Run) -> dict[str, Any] | None:
    data = run.setup.data
    if data.features != 2:
        return None
    return {"x": plain(data.inputs[0]), "y": plain(data.inputs[1]), "labels": data.labels.tolist()}
