"""The phases of the chain: what gradient descent does, for every start and step size."""

from __future__ import annotations

from typing import Any

import numpy as np

from xavier_theory.documents.drawing import BLACK, GREY, drawn
from xavier_theory.theorems import derive

__all__ = ["OUTCOMES", "chain_outcomes", "chain_phases_svg"]

OUTCOMES = (
    "settles", "settles, oscillating", "still falling", "still on the plateau",
    "does neither", "diverges",
)  # fmt: skip
_COLOURS = ("#d9ecf7", "#56b4e9", "#ffffff", "#f0e442", "#e69f00", "#7a2b00")
_DEPTHS = (2, 5, 10)


def chain_outcomes(
    start: np.ndarray, rate: np.ndarray, layers: int, steps: int = 2000
) -> np.ndarray:
    """Which of ``OUTCOMES`` gradient descent on ½ (c^(L−1) v − 1)² has, from c = start and v = 1.

    All layers are trained; the L − 1 hidden ones stay equal. *Settles*: the cost is below 1e-10 at
    the end; *oscillating*: it did so with an error that changed sign ten times or more. *Still
    falling*: it has not, and the error changed sign less often; *on the plateau*: and the cost is
    above a half of its start, from c < 1. *Diverges*: the error passed 1000. ``start`` and ``rate``
    have one shape, which the result shares.
    """
    c, v = np.array(start, dtype=float), np.ones_like(start, dtype=float)
    first = (c ** (layers - 1) * v - 1.0) ** 2
    turns, gone = np.zeros(c.shape), np.zeros(c.shape, bool)
    previous = np.sign(c ** (layers - 1) - 1.0)
    for _ in range(steps):
        power = c ** (layers - 2)
        error = power * c * v - 1.0
        gone |= ~(error**2 < 1e6)
        error = np.where(gone, 0.0, error)
        turns += np.sign(error) * previous < 0
        previous = np.sign(error)
        c, v = c - rate * error * v * power, v - rate * error * power * c
    last = np.where(gone, np.inf, (np.where(gone, 0.0, c) ** (layers - 1) * v - 1.0) ** 2)
    settled = last < 1e-10
    calm = turns < 10
    found = np.full(c.shape, OUTCOMES.index("does neither"))
    for number, chosen in (
        (2, calm),
        (3, calm & (last > first / 2) & (start < 1)),
        (1, settled),
        (0, settled & calm),
        (5, gone),
    ):
        found[chosen] = number
    return found


def chain_phases_svg(across: int = 120, up: int = 96) -> str:
    """The c–step-size diagram at three depths, with the theorems' curves."""
    starts, rates = np.linspace(0.2, 1.8, across), np.logspace(-4, 1.5, up)
    grid = np.meshgrid(starts, rates)

    def draw(figure: Any) -> None:
        from matplotlib.colors import ListedColormap
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        axes = figure.subplots(1, len(_DEPTHS), sharey=True)
        for axis, layers in zip(axes, _DEPTHS, strict=True):
            found = chain_outcomes(*grid, layers)
            axis.imshow(found, origin="lower", aspect="auto", interpolation="nearest",
                        cmap=ListedColormap(_COLOURS), vmin=-0.5, vmax=5.5,
                        extent=(starts[0], starts[-1], -4, 1.5))  # fmt: skip
            largest = derive("chain-sharpness").predict(layers=layers, log_product=0, target=1)
            axis.axhline(np.log10(largest), color=BLACK, lw=1.5)
            curvature = starts ** (2.0 * (layers - 1)) + (layers - 1) * starts ** (
                2.0 * (layers - 2)
            )
            nearby = np.clip(np.log10(2 / curvature), -4, 1.5)
            axis.plot(starts, nearby, color=BLACK, lw=1.5, ls="--")
            axis.set(title=f"L = {layers}", xlabel="initial weight c", xlim=(0.2, 1.8))
            axis.set_yticks(range(-4, 2), [f"$10^{{{k}}}$" for k in range(-4, 2)])
        axes[0].set_ylabel("step size η")
        handles: list[Any] = [
            Patch(facecolor=colour, edgecolor=GREY, label=outcome)
            for colour, outcome in zip(_COLOURS, OUTCOMES, strict=True)
        ]
        handles += [
            Line2D([], [], color=BLACK, lw=1.5, label="2/λ at the flattest minimum"),
            Line2D([], [], color=BLACK, lw=1.5, ls="--", label="2/λ at the start"),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=4)

    return drawn((10, 4.5), draw)
