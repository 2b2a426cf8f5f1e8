"""The README's figure: real images through ten layers, predicted against sampled."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xavier_theory.documents.publishing import rewrite
from xavier_theory.errors import MissingExtraError

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
_STYLE: Any = {  # matplotlib's own type for it lists every setting
    "svg.hashsalt": "xavier_theory",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw_all(folder: Path, seed: int = 0) -> list[Path]:
    """Draw every figure into ``folder`` and return the paths.

    Needs matplotlib and scikit-learn; raises ``MissingExtraError`` where one is missing.
    """
    from xavier_theory.monte_carlo.digits import run_digits

    run = run_digits(seed, activations=tuple(name for name, _, _ in PANELS))
    path = folder / "digits.svg"
    folder.mkdir(parents=True, exist_ok=True)
    rewrite(path, digits_svg(run))
    return [path]


def digits_svg(run: DigitsRun) -> str:
    """The figure as SVG text: the same for the same run."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("drawing figures", "figures") from None
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9, 3.1), layout="constrained")
        axes = figure.subplots(1, len(PANELS))
        for axis, (activation, quantity, title) in zip(axes, PANELS, strict=True):
            for combination in run.combinations:
                if combination.activation == activation:
                    _draw(axis, combination, quantity)
            axis.set_title(title, fontsize=9)
            axis.set_yscale("log")
            axis.set_xlabel("layer")
        axes[0].legend(fontsize=8, frameon=False)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


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
