"""The figure of docs/calibration.md: observed over promised rate, for every cell.

Colours are told apart by colour-blind readers and by shape as well; text and lines are of a grey
that shows on a light and on a dark page, and the background is left open.
"""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from .judging import PROMISES

__all__ = ["svg"]

_GREY, _BLUE, _ORANGE = "#767676", "#2a8fd0", "#d55e00"
_LEAST = 3e-3  # ratios below are drawn here
_STYLE: Any = {
    "svg.hashsalt": "calibration",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _GREY,
    "axes.labelcolor": _GREY,
    "axes.titlecolor": _GREY,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
    "text.color": _GREY,
}


def svg(results: dict[str, Any]) -> str:
    """Return the figure as SVG text: the same for the same results."""
    names = list(dict.fromkeys(_label(cell) for cell in results["cells"]))
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(10, 0.24 * len(names) + 1.2), layout="constrained")
        axes = figure.subplots(1, len(PROMISES), sharey=True)
        for axis, promise in zip(axes, PROMISES, strict=True):
            for planted in (False, True):
                _draw(axis, _points(results, names, promise, planted), planted)
            axis.axvline(1.0, color=_GREY, lw=0.8, ls="--")
            axis.set(title=promise, xscale="log", xlim=(_LEAST / 1.6, 2e3))
            axis.grid(axis="x", color=_GREY, alpha=0.2, lw=0.5)
        axes[0].set_yticks(range(len(names)), names)
        axes[0].set_ylim(len(names) - 0.4, -0.6)
        figure.supxlabel("observed rate / promised rate (dashed: as promised)", fontsize=8)
        text = io.StringIO()
        metadata = {"Date": None, "Creator": None}
        figure.savefig(text, format="svg", transparent=True, metadata=metadata)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _label(cell: dict[str, Any]) -> str:
    return f"planted: {cell['test']}" if "breaks" in cell else cell["test"]


def _points(
    results: dict[str, Any], names: list[str], promise: str, planted: bool
) -> list[tuple[int, float, float]]:
    """Return row, observed and upper limit over the promise, for every cell and side of δ."""
    return [
        (
            names.index(_label(cell)),
            seen["hits"] / seen["runs"] / seen["promised"],
            seen["upper_limit"] / seen["promised"],
        )
        for cell in results["cells"]
        for seen in cell["promises"]
        if seen["promise"] == promise and ("breaks" in cell) == planted
    ]


def _draw(axis: Any, points: list[tuple[int, float, float]], planted: bool) -> None:
    """Marks for the observed rates, open where none was seen, and a line to the highest limit."""
    colour, marker = (_ORANGE, "X") if planted else (_BLUE, "o")
    for row in sorted({row for row, _, _ in points}):
        low = min(max(ratio, _LEAST) for place, ratio, _ in points if place == row)
        high = max(limit for place, _, limit in points if place == row)
        axis.plot([low, high], [row, row], color=colour, lw=0.8, alpha=0.4)
    for face, kept in (
        (colour, [p for p in points if p[1]]),
        ("none", [p for p in points if not p[1]]),
    ):
        rows, ratios = [p[0] for p in kept], [max(p[1], _LEAST) for p in kept]
        style = {"color": colour, "markerfacecolor": face, "ms": 3.5, "mew": 0.7}
        axis.plot(ratios, rows, marker, ls="none", **style)
