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
            for cell in results["cells"]:
                for seen in cell["promises"]:
                    if seen["promise"] == promise:
                        _draw(axis, names.index(_label(cell)), seen, "breaks" in cell)
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


def _draw(axis: Any, row: int, seen: dict[str, Any], planted: bool) -> None:
    """A mark for the observed rate, open where none was seen, and a line to its upper limit."""
    ratio = seen["hits"] / seen["runs"] / seen["promised"]
    colour = _ORANGE if planted else _BLUE
    limit = seen["upper_limit"] / seen["promised"]
    place = max(ratio, _LEAST)
    axis.plot([place, max(limit, place)], [row, row], color=colour, lw=0.6, alpha=0.35)
    face = "none" if seen["hits"] == 0 else colour
    marker = "X" if planted else "o"
    axis.plot(place, row, marker, color=colour, markerfacecolor=face, ms=3.5, mew=0.7)
