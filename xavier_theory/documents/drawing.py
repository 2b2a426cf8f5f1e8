"""How every figure is drawn: a white card, the Okabe–Ito colours, the same bytes every time.

The card keeps a figure legible on a dark page. The colours can be told apart by readers with any
of the common kinds of colour blindness (Okabe & Ito 2008); where lines cross they differ in dashes
as well.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from xavier_theory.errors import MissingExtraError

__all__ = ["BLACK", "BLUE", "GREEN", "GREY", "ORANGE", "PINK", "SKY", "VERMILION", "drawn"]

BLUE, GREEN, VERMILION, PINK = "#0072b2", "#009e73", "#d55e00", "#cc79a7"
ORANGE, SKY, BLACK, GREY = "#e69f00", "#56b4e9", "#000000", "#767676"

_STYLE: Any = {  # matplotlib's own type for it lists every setting
    "svg.hashsalt": "xavier_theory",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "legend.frameon": False,
}


def drawn(size: tuple[float, float], draw: Callable[[Any], None]) -> str:
    """The SVG text of a figure of ``size`` inches that ``draw(figure)`` fills.

    Raises ``MissingExtraError`` where matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("drawing figures", "figures") from None
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
