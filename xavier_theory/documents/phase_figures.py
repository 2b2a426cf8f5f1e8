"""A picture of an activation: φ, the length map's cobweb, the correlation map, the phases."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xavier_theory.activations.length_map import length_map
from xavier_theory.activations.mean_field import fast
from xavier_theory.activations.mean_field.borders import Band, bands
from xavier_theory.errors import InvalidInputError, MissingExtraError, XavierTheoryError
from xavier_theory.files import require_replaceable, write_whole

if TYPE_CHECKING:
    from xavier_theory.activations.mean_field.phases import Phase

STEPS = 12  # of the cobweb
SLIVER = 0.01  # a share of the phase diagram too small to be seen
INK, SIGNAL, SECOND = "#1b1b1b", "#0072b2", "#d55e00"
AREAS = (
    ("ordered", fast.ORDERED, "#9ecae8", ""),
    ("chaotic", fast.CHAOTIC, "#f4c27a", "///"),
    ("unbounded", fast.UNBOUNDED, "#d0d0d0", "xxx"),
)
"""Name, code, colour and hatching of each phase: told apart without colours too."""

_STYLE: Any = {
    "svg.hashsalt": "xavier_theory",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.5,
    "hatch.color": "#00000055",
    "lines.linewidth": 2.0,
}


def require_drawing(path: Path) -> None:
    """Refuse early: raises ``InvalidInputError`` for another ending than .svg.

    Raises ``MissingExtraError`` without matplotlib, and ``InvalidInputError`` without the folder.
    """
    if path.suffix != ".svg":
        raise InvalidInputError(f"the picture is a file .svg, got {str(path)!r}")
    if not path.absolute().parent.is_dir():
        raise InvalidInputError(f"there is no folder {str(path.absolute().parent)!r}")
    require_replaceable(path)
    try:
        import matplotlib.figure  # noqa: F401 (only whether it is there)
    except ImportError:
        raise MissingExtraError("drawing figures", "figures") from None


def draw_phase(phase: Phase, path: Path) -> None:
    """Draw into ``path``, at once: an interruption leaves what was there."""
    require_drawing(path)
    write_whole(path, phase_svg(phase))


def phase_svg(phase: Phase) -> str:
    """The picture as SVG text: the same for the same phase."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9.6, 7.6), layout="constrained", facecolor="white")
        axes = figure.subplots(2, 2)
        _draw_activation(axes[0, 0], phase)
        _draw_lengths(axes[0, 1], phase)
        _draw_correlations(axes[1, 0], phase)
        _draw_diagram(axes[1, 1], phase)
        figure.suptitle(_title(phase), fontsize=12)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _title(phase: Phase) -> str:
    name = phase.length_map.activation.name
    short = name if len(name) <= 48 else f"{name[:45]}…"
    weight, bias = _deviations(phase)
    return f"{short}:  σ_w = {weight:.4g}, σ_b = {bias:.4g}  ({phase.name})"


def _deviations(phase: Phase) -> tuple[float, float]:
    law = phase.length_map
    return float(law.weight_variance) ** 0.5, float(law.bias_variance) ** 0.5


def _variances(phase: Phase) -> tuple[float, float]:
    law = phase.length_map
    return float(law.weight_variance), float(law.bias_variance)


def _place(phase: Phase) -> float:
    """The second moment at which φ and the correlation map are drawn."""
    point = phase.fixed_point
    return float(phase.start) if point is None or point.is_zero else point.q.value


def _draw_activation(axis: Any, phase: Phase) -> None:
    reach = 3.0 * max(_place(phase), 0.25) ** 0.5
    z = np.linspace(-reach, reach, 601)
    values = np.asarray(phase.length_map.activation.function(z), dtype=float)
    values[:-1][np.abs(np.diff(values)) > 0.05 * max(np.ptp(values), 1e-12) + 0.1] = np.nan
    axis.plot(z, values, color=SIGNAL)
    axis.axhline(0, color=INK, lw=0.5)
    axis.axvline(0, color=INK, lw=0.5)
    axis.set(xlabel="z", title="φ(z)")


def _draw_lengths(axis: Any, phase: Phase) -> None:
    weight, bias = _variances(phase)
    activation, start = phase.length_map.activation, float(phase.start)
    path = [start]
    try:
        for _ in range(STEPS):
            path.append(float(length_map(activation, path[-1], weight, bias)))
            if not path[-1] < 1e3 * max(start, _place(phase)):
                break
        top = 1.15 * min(max(*path, _place(phase)), 6.0 * max(start, _place(phase)))
        q = np.linspace(1e-4 * top, top, 301)  # at q = 0 itself a jump of φ would show
        axis.plot(q, length_map(activation, q, weight, bias), color=SIGNAL, label="V(q)")
    except XavierTheoryError as error:
        axis.set(title="length map")
        axis.text(0.05, 0.5, f"not drawn: {error}", transform=axis.transAxes, wrap=True, fontsize=9)
        return
    axis.plot([0, top], [0, top], color=INK, lw=0.8, ls="--", label="q")
    corners_x = np.repeat(path, 2)[:-1]
    corners_y = np.concatenate([[0.0], np.repeat(path, 2)[2:]])
    axis.plot(corners_x, corners_y, color=SECOND, lw=1.2, label=f"layers, from q = {start:g}")
    axis.set(xlabel="q", title="length map", xlim=(0, top), ylim=(0, top))
    axis.legend(frameon=False, fontsize=9)


def _draw_correlations(axis: Any, phase: Phase) -> None:
    weight, bias = _variances(phase)
    c = np.linspace(-1, 1, 401)
    q = _place(phase)
    axis.plot([-1, 1], [-1, 1], color=INK, lw=0.8, ls="--")
    try:
        values = fast.correlation_map(phase.length_map.activation, c, q, weight, bias)
        axis.plot(c, values, color=SIGNAL)
    except XavierTheoryError as error:
        axis.text(-0.9, 0.0, f"not drawn: {error}", wrap=True, fontsize=9)
    if phase.correlation is not None:
        found = phase.correlation.c.value
        axis.plot([found], [found], "o", color=SECOND, ms=7, label=f"c* = {round(found, 6):.4g}")
        axis.legend(frameon=False, fontsize=9, loc="upper left")
    axis.set(xlabel="c", title=f"correlation map at q = {q:.4g}", xlim=(-1, 1.02), ylim=(-1, 1.02))


def _draw_diagram(axis: Any, phase: Phase) -> None:
    weight, bias = _deviations(phase)
    width, height = max(3.0, 1.6 * weight), max(1.0, 1.6 * bias)
    axis.set(xlabel="σ_w", ylabel="σ_b", title="phases", xlim=(0, width), ylim=(0, height))
    try:
        table = fast.length_table(phase.length_map.activation)
        found = bands(table, width, height, least=1e-3 * width, start=float(phase.start))
    except XavierTheoryError as error:
        axis.text(0.05, 0.5, f"not drawn: {error}", transform=axis.transAxes, wrap=True, fontsize=9)
        return
    handles = []
    for name, code, colour, hatch in AREAS:
        share = sum(_fill(axis, band, code, colour, hatch) for band in found) / (width * height)
        if share > 0:
            handles.append(_patch(name if share > SLIVER else f"{name}: a sliver", colour, hatch))
    for band in found:
        for edge in band.edges[1:-1]:
            axis.plot(edge, band.heights, color=INK, lw=1.5, solid_capstyle="butt")
    for lower, upper in pairwise(found):
        _draw_step(axis, lower, upper)
    mark = {"color": SECOND, "ms": 9, "mec": "white", "clip_on": False, "zorder": 5}
    unstable = phase.fixed_point is not None and phase.fixed_point.stability == "unstable"
    label = "this point: q* is unstable" if unstable else "this point"
    handles += axis.plot([weight], [bias], "o", label=label, **mark)
    axis.legend(handles=handles, fontsize=9, loc="upper left", framealpha=0.9)


def _fill(axis: Any, band: Band, code: int, colour: str, hatch: str) -> float:
    """Fill what the band has of a phase; the area of it."""
    area, heights = 0.0, band.heights.copy()
    heights[0] -= 0.003 * axis.get_ylim()[1]  # under the band below, so that no seam shows
    for k in (k for k, found in enumerate(band.codes) if found == code):
        left, right = band.edges[k], band.edges[k + 1]
        axis.fill_betweenx(
            heights, left, right, facecolor=colour, hatch=hatch, lw=0, edgecolor="#00000055"
        )
        area += float(np.trapezoid(right - left, band.heights))
    return area


def _draw_step(axis: Any, lower: Band, upper: Band) -> None:
    """Draw the border between two bands: where the phases below and above differ."""
    below, above = lower.edges[:, -1], upper.edges[:, 0]
    places = np.union1d(below, above)
    for left, right in pairwise(places):
        middle = (left + right) / 2
        codes = [
            band.codes[int(np.searchsorted(edges[1:-1], middle))]
            for band, edges in ((lower, below), (upper, above))
        ]
        if codes[0] != codes[1]:
            axis.plot([left, right], [upper.heights[0]] * 2, color=INK, lw=1.5)


def _patch(name: str, colour: str, hatch: str) -> Any:
    from matplotlib.patches import Patch

    return Patch(facecolor=colour, hatch=hatch, label=name, edgecolor="#00000055")
