"""An audit as a page of its own: one file, which asks for nothing else."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jinja2

from xavier_theory.audit.auditing import Audit
from xavier_theory.audit.findings import BY_DESIGN, Finding
from xavier_theory.audit.graphs import WEIGHTED
from xavier_theory.audit.showing import LAYER_TITLES, finding_head, layer_rows, notes, summary
from xavier_theory.audit.states import State
from xavier_theory.theorems import theorem_module

_WIDTH, _HEIGHT, _LEFT, _MARGIN = 900, 300, 70, 20


class Point(NamedTuple):
    """A layer in a chart: what was measured, what is predicted, and the band of redraws."""

    name: str
    measured: float | None
    said: float | None
    band: tuple[float, float] | None = None


def audit_page(found: Audit) -> str:
    """The whole page."""
    return (
        _templates()
        .get_template("audit.html.j2")
        .render(
            model=found.model, summary=summary(found), titles=LAYER_TITLES, rows=layer_rows(found),
            notes=notes(found), findings=[_finding(one) for one in found.findings],
            charts=[chart for chart in (_signal(found), _gradient(found)) if chart],
        )
    )  # fmt: skip


def _finding(one: Finding) -> dict[str, Any]:
    rows = (("fix", one.fix), ("predicted then", one.after), ("line", one.line))
    derivation = theorem_module(one.theorem).__doc__ if one.theorem else None
    return {
        "head": finding_head(one), "by_design": one.kind == BY_DESIGN, "where": one.where,
        "what": one.what, "theorem": one.theorem, "derivation": (derivation or "").strip(),
        "rows": [(title, text) for title, text in rows if text],
    }  # fmt: skip


def _signal(found: Audit) -> dict[str, Any] | None:
    said = {} if found.predictions is None else found.predictions.forward
    points = [
        Point(name, _q(op.state), _q(said.get(op.index)), found.bands.get(op.index))
        for name, op in _layers(found)
    ]
    caption = "Dots: measured. Line: predicted from the input alone."
    if any(point.band for point in points):
        caption += " Band: what weights drawn again give."
    return _chart("Second moment of the signal behind each layer", caption, points)


def _gradient(found: Audit) -> dict[str, Any] | None:
    said = {} if found.predictions is None else found.predictions.backward
    points = [Point(name, _q(op.gradient), _q(said.get(op.index))) for name, op in _layers(found)]
    caption = "Dots: measured. Line: predicted from the output alone; broken where no rule says it."
    return _chart("Second moment of the gradient at each layer", caption, points)


def _layers(found: Audit) -> list[tuple[str, Any]]:
    return [
        (op.weight.weight, op)
        for op in found.ops
        if op.kind in WEIGHTED and op.weight and op.weight.weight
    ]


def _q(state: State | None) -> float | None:
    return None if state is None or not state.q > 0 else state.q


def _chart(title: str, caption: str, points: Sequence[Point]) -> dict[str, Any] | None:
    """Logarithms of base 10 upward, layers in the order of the run; None of fewer than two."""
    shown = [
        value
        for p in points
        for value in (p.measured, p.said, *(p.band or ()))
        if value is not None
    ]
    if len(points) < 2 or not shown:
        return None
    low, high = math.floor(math.log10(min(shown))), math.ceil(math.log10(max(shown)))
    high = max(high, low + 1)
    step = (_WIDTH - _LEFT - _MARGIN) / (len(points) - 1)

    def x(place: int) -> float:
        return round(_LEFT + _MARGIN / 2 + place * step, 1)

    def y(value: float) -> float:
        share = (math.log10(value) - low) / (high - low)
        return round(_HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN), 1)

    ticks = range(low, high + 1, max(1, math.ceil((high - low) / 6)))
    bands = [(place, p.band) for place, p in enumerate(points) if p.band]
    edge = [(x(place), y(band[1])) for place, band in bands]
    edge += [(x(place), y(band[0])) for place, band in reversed(bands)]
    return {
        "title": title, "caption": caption, "width": _WIDTH, "height": _HEIGHT, "left": _LEFT,
        "ticks": [(y(10.0**power), f"1e{power}" if power else "1") for power in ticks],
        "band": " ".join(f"{a},{b}" for a, b in edge),
        "lines": [
            " ".join(f"{x(place)},{y(value)}" for place, value in run) for run in _runs(points)
        ],
        "dots": [
            (x(place), y(p.measured), f"{p.name}: {p.measured:.3g}"
             + (f", predicted {p.said:.3g}" if p.said else ""))
            for place, p in enumerate(points) if p.measured
        ],
    }  # fmt: skip


def _runs(points: Sequence[Point]) -> list[list[tuple[int, float]]]:
    """Neighbours that are predicted, together."""
    found: list[list[tuple[int, float]]] = [[]]
    for place, point in enumerate(points):
        if point.said is None:
            found.append([])
        else:
            found[-1].append((place, point.said))
    return [run for run in found if run]


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
