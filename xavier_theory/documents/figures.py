"""All figures, and the README's: real images through ten layers, predicted against sampled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xavier_theory.documents import chain_figures, training_figures
from xavier_theory.documents.drawing import drawn
from xavier_theory.files import write_whole

if TYPE_CHECKING:
    from xavier_theory.monte_carlo.digits import DigitsCombination, DigitsLayer, DigitsRun

PANELS = (
    ("relu", "pre_activation", "ReLU, forward: $E[z^2]$"),
    ("tanh", "pre_activation", "tanh, forward: $E[z^2]$"),
    ("sigmoid", "gradient", "sigmoid, backward: $E[(∂J/∂a)^2]$"),
)
"""Activation, quantity and title of each panel."""

COLOURS = {"too small": "#0072b2", "Xavier": "#009e73", "He": "#d55e00", "too large": "#cc79a7"}
LABELS = {"too small": "n Var(W) = 1/4", "Xavier": "Xavier: 1", "He": "He: 2", "too large": "4"}


def draw_all(
    folder: Path, seed: int = 0, progress: Callable[[str], None] | None = None
) -> list[Path]:
    """Draw every figure of ``FIGURES`` into ``folder`` and return the paths.

    ``progress`` is told which figure is being drawn. Needs matplotlib and scikit-learn; raises
    ``MissingExtraError`` where one is missing.
    """
    # All are drawn before the first is written: an interruption leaves no mixture.
    texts = {}
    for number, (name, draw) in enumerate(FIGURES.items(), 1):
        if progress is not None:
            progress(f"drawing {name}, {number} of {len(FIGURES)}")
        texts[folder / f"{name}.svg"] = draw(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        write_whole(path, text)
    return list(texts)


def _digits(seed: int) -> str:
    from xavier_theory.monte_carlo.digits import run_digits

    return digits_svg(run_digits(seed, activations=tuple(name for name, _, _ in PANELS)))


def digits_svg(run: DigitsRun) -> str:
    """The figure as SVG text: the same for the same run."""

    def draw(figure: Any) -> None:
        axes = figure.subplots(1, len(PANELS))
        for axis, (activation, quantity, title) in zip(axes, PANELS, strict=True):
            for combination in run.combinations:
                if combination.activation == activation:
                    _draw(axis, combination, quantity)
            axis.set_title(title)
            axis.set_yscale("log")
            axis.set_xlabel("layer")
        entries = axes[0].get_legend_handles_labels()
        figure.legend(*entries, fontsize=9, loc="outside lower center", ncols=len(LABELS))

    return drawn((9, 3.4), draw)


def _draw(axis: Any, combination: DigitsCombination, quantity: str) -> None:
    """A line for the prediction, dots for what was sampled."""
    layers: tuple[DigitsLayer, ...] = combination.layers
    numbers = [layer.layer for layer in layers]
    compared = [getattr(layer, quantity) for layer in layers]
    colour = COLOURS[combination.scheme]
    axis.plot(
        numbers,
        [c.predicted for c in compared],
        color=colour,
        lw=1.3,
        label=LABELS[combination.scheme],
    )
    axis.plot(numbers, [c.sampled for c in compared], "o", color=colour, ms=3.5)


FIGURES: Mapping[str, Callable[[int], str]] = {
    "digits": _digits,
    "training-costs": training_figures.costs_svg,
    "training-histograms": training_figures.histograms_svg,
    "training-gradients": training_figures.gradients_svg,
    "training-units": lambda seed: training_figures.units_svg(),
    "training-boundaries": training_figures.boundaries_svg,
    "chain-phases": lambda seed: chain_figures.chain_phases_svg(),
}
"""How each figure is drawn, by the name of its file; the same text for the same seed."""
