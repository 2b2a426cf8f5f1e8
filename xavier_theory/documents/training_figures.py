"""The figures of docs/training.md that show networks while they learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from xavier_theory.documents.drawing import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    SKY,
    VERMILION,
    drawn,
)
from xavier_theory.training.datasets import load_dataset
from xavier_theory.training.plan import TrainingPlan
from xavier_theory.training.ties import unit_weights
from xavier_theory.training.trainer import Trainer

__all__ = ["boundaries_svg", "costs_svg", "gradients_svg", "histograms_svg", "units_svg"]

_LINES = {
    "zeros": ("zeros", BLACK, ":"),
    "too-small": ("too small", BLUE, "--"),
    "xavier": ("Xavier", GREEN, "-"),
    "glorot": ("Glorot", SKY, "-."),
    "he": ("He", VERMILION, "-"),
    "orthogonal": ("orthogonal", ORANGE, "--"),
    "too-large": ("too large", PINK, "-"),
}


def costs_svg(seed: int, networks: int = 24, steps: int = 300) -> str:
    """Cost against step for seven schemes: median, and the band of the middle eight tenths."""
    plan = TrainingPlan((8, 8), "tanh", tuple(_LINES), networks, learning_rate=0.5)
    trainer = Trainer(load_dataset("circles", 100), plan, seed)
    trainer.advance(steps)
    costs = trainer.history.costs.reshape(steps + 1, len(_LINES), networks)

    def draw(figure: Any) -> None:
        axis = figure.subplots()
        for place, (label, colour, dashes) in enumerate(_LINES.values()):
            low, middle, high = np.quantile(costs[:, place], (0.1, 0.5, 0.9), axis=1)
            axis.fill_between(range(steps + 1), low, high, color=colour, alpha=0.12, lw=0)
            axis.plot(middle, color=colour, ls=dashes, lw=1.8, label=label)
        axis.axhline(np.log(2), color=GREY, lw=0.8)
        axis.text(steps, np.log(2) * 1.25, "guessing: log 2", ha="right", color=GREY)
        axis.set(yscale="log", ylim=(1e-2, 20), xlim=(0, steps), xlabel="step", ylabel="cost")
        axis.set_title(
            f"Circles, 8 + 8 tanh units, step size 1/2: {networks} networks of each kind"
        )
        figure.legend(*axis.get_legend_handles_labels(), loc="outside right upper")

    return drawn((8, 3.8), draw)


def histograms_svg(seed: int) -> str:
    """How activations and gradients of each of six layers are spread, before training."""
    schemes = {"scale=0.25": "n Var(W) = 1/4", "xavier": "Xavier: 1", "scale=4": "n Var(W) = 4"}
    plan = TrainingPlan((64,) * 6, "tanh", tuple(schemes))
    trainer = Trainer(load_dataset("digits", 200), plan, seed)
    signals = trainer.passed.activations[1:-1]
    slopes = trainer.gradients.passed.activation_gradients[1:-1]

    def draw(figure: Any) -> None:
        axes = figure.subplots(2, 3, sharex="row")
        for column, label in enumerate(schemes.values()):
            _ridges(axes[0, column], [a[column] for a in signals], (-1, 1), BLUE)
            sizes = [np.log10(np.abs(g[column]) + 1e-300) for g in slopes]
            _ridges(axes[1, column], sizes, (-9, -1), VERMILION)
            axes[0, column].set(title=label, xlabel="activation")
            axes[1, column].set(xlabel="size of the gradient")
            axes[1, column].set_xticks(
                [-9, -7, -5, -3, -1], [f"$10^{{{k}}}$" for k in (-9, -7, -5, -3, -1)]
            )
        for row in axes:
            row[0].set_ylabel("layer")

    return drawn((9, 5), draw)


def _ridges(axis: Any, layers: list[np.ndarray], span: tuple[float, float], colour: str) -> None:
    """One histogram above the other, each as high as its layer's row."""
    for layer, values in enumerate(layers, 1):
        counts, edges = np.histogram(values, bins=60, range=span)
        heights = 0.85 * counts / max(counts.max(), 1)
        axis.stairs(layer + heights, edges, baseline=layer, fill=True, color=colour, alpha=0.75)
        axis.axhline(layer, color=GREY, lw=0.5)
    axis.set(yticks=range(1, len(layers) + 1), ylim=(0.9, len(layers) + 1.1))


def gradients_svg(seed: int, steps: int = 60) -> str:
    """‖∂J/∂a^[l]‖ of nine layers over training, relative to that of the last hidden one."""
    cases = (
        ("tanh", "scale=0.25", 0.1, "tanh, n Var(W) = 1/4"),
        ("tanh", "orthogonal", 0.1, "tanh, orthogonal"),
        ("relu", "scale=4", 0.0005, "relu, n Var(W) = 4"),
    )

    def draw(figure: Any) -> None:
        from matplotlib import colormaps

        axes = figure.subplots(1, 3, sharey=True)
        for axis, (activation, scheme, rate, title) in zip(axes, cases, strict=True):
            ratios = _gradient_ratios(activation, scheme, rate, seed, steps)
            for layer in range(8):
                colour = colormaps["cividis"](layer / 8)
                label = f"layer {layer + 1}" if layer in (0, 7) else None
                axis.plot(ratios[:, layer], color=colour, lw=1.5, label=label)
            axis.set(yscale="log", title=title, xlabel="step")
        axes[0].set_ylabel("gradient, relative to layer 8")
        axes[2].legend(loc="lower right")

    return drawn((9, 3.4), draw)


def _gradient_ratios(
    activation: str, scheme: str, rate: float, seed: int, steps: int
) -> np.ndarray:
    """The median over 16 networks, ``(steps + 1, 8)``; NaN from where most have diverged."""
    plan = TrainingPlan((12,) * 8, activation, (scheme,), 16, learning_rate=rate, cost="squared")
    trainer = Trainer(load_dataset("circles", 40), plan, seed)

    def now() -> np.ndarray:
        gradients = trainer.gradients.passed.activation_gradients[1:-1]
        sizes = np.stack([np.linalg.norm(g, axis=(1, 2)) for g in gradients])
        alive = np.array([when is None for when in trainer.diverged]) & (sizes[-1] > 0)
        if np.mean(alive) <= 0.5:
            return np.full(len(sizes), np.nan)
        return np.asarray(np.median(sizes[:, alive] / sizes[-1, alive], axis=1))

    rows = [now()]
    rows += [now() for _ in trainer.run(steps)]
    return np.stack(rows)


def units_svg(steps: int = 240) -> str:
    """Weights of six relu units over time: from one constant, from random values; and ties."""
    digits = load_dataset("digits", 120)
    plans = {
        scheme: TrainingPlan((6,), "relu", (scheme,), learning_rate=0.5)
        for scheme in ("constant", "xavier")
    }
    blas = {scheme: unit_weights(digits, plan, steps)[:, 0] for scheme, plan in plans.items()}
    ordered = unit_weights(digits, plans["constant"], steps, "ordered")[:, 0]

    def draw(figure: Any) -> None:
        same, random, ties = figure.subplots(1, 3)
        for axis, weights, title in (
            (same, ordered, "All weights 1/2: six units, one line"),
            (random, blas["xavier"], "Random weights: six units"),
        ):
            for unit, colour in enumerate((BLUE, VERMILION, GREEN, PINK, ORANGE, SKY)):
                axis.plot(weights[:, unit, 20], color=colour, lw=3 - 0.4 * unit)
            axis.set(title=title, xlabel="step", ylabel="weight of one pixel")
        ties.plot(_spread(blas["constant"]), color=VERMILION, lw=1.8)
        ties.plot(_spread(ordered), color=BLUE, lw=2.5, clip_on=False, zorder=3)
        ties.set_yscale("symlog", linthresh=1e-17, linscale=0.4)
        ties.set(ylim=(0, 10), title="All weights 1/2: spread of the units", xlabel="step")
        ties.set_yticks(
            [0, 1e-16, 1e-12, 1e-8, 1e-4, 1],
            ["0", *(f"$10^{{{k}}}$" for k in (-16, -12, -8, -4, 0))],
        )
        ties.text(steps / 40, 1e-4, "matrix products\nof BLAS", color=VERMILION)
        ties.text(steps, 5e-18, "sums in a fixed order: exactly 0", color=BLUE, ha="right")

    return drawn((11, 3.6), draw)


def _spread(weights: np.ndarray) -> np.ndarray:
    """The largest difference between units, relative to the largest weight: ``(steps + 1,)``."""
    return np.asarray(
        np.abs(weights - weights[:, :1]).max(axis=(1, 2)) / np.abs(weights).max(axis=(1, 2))
    )


def boundaries_svg(seed: int, steps: int = 400) -> str:
    """What a network of each scheme has learned of the spirals after ``steps`` steps of Adam."""
    schemes = {"zeros": "zeros", "scale=0.0001": "n Var(W) = 1/10000", "xavier": "Xavier: 1",
               "scale=400": "n Var(W) = 400"}  # fmt: skip
    plan = TrainingPlan((16, 16), "tanh", tuple(schemes), learning_rate=0.01, optimizer="adam")
    data = load_dataset("spirals", 200)
    trainer = Trainer(data, plan, seed)
    trainer.advance(steps)
    maps = [trainer.decision_map(network, 100) for network in range(len(schemes))]

    def draw(figure: Any) -> None:
        axes = figure.subplots(1, len(schemes), sharey=True)
        for network, (axis, label) in enumerate(zip(axes, schemes.values(), strict=True)):
            grid = maps[network]
            chance = np.where(grid.classes == 1, grid.confidence, 1 - grid.confidence)
            extent = (grid.x[0], grid.x[-1], grid.y[0], grid.y[-1])
            axis.imshow(chance, extent=extent, origin="lower", cmap="PuOr", vmin=-0.15, vmax=1.15,
                        interpolation="nearest", aspect="equal")  # fmt: skip
            for value, colour, mark in ((0, "#7f3b08", "o"), (1, "#2d004b", "^")):
                chosen = data.inputs[:, data.labels == value]
                axis.plot(*chosen, mark, color=colour, ms=2.6, mec="white", mew=0.3)
            axis.set(
                title=f"{label}\n{trainer.accuracies[network]:.0%} right", xticks=[], yticks=[]
            )

    return drawn((10, 3.1), draw)
