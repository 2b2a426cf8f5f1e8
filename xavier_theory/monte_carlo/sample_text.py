"""Sampled networks as text, and as a table in a notebook."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xavier_theory.monte_carlo.sample_networks import LayerSample, NetworkSample

_ROWS = 60  # of a table; deeper networks show some of their layers

Row = tuple[str, ...]


def sample_text(sample: NetworkSample) -> str:
    """What ``print(sample)`` shows."""
    titles, rows = table(sample)
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (titles, *rows)
    ]
    last = [] if sample.missing is None else [missing(sample)]
    return "\n".join([heading(sample), *lines, *last])


def sample_markdown(sample: NetworkSample) -> str:
    """The same for a notebook."""
    titles, rows = table(sample)
    lines = ["| " + " | ".join(row) + " |" for row in (titles, ("---",) * len(titles), *rows)]
    last = [] if sample.missing is None else ["", missing(sample)]
    return "\n".join([heading(sample), "", *lines, *last])


def heading(sample: NetworkSample) -> str:
    """What was sampled, in a line."""
    count = "1 network" if sample.networks == 1 else f"{sample.networks} networks"
    named = f", {sample.init}" if has_name(sample) else ""
    return (
        f"{count} with {sample.activation}{named}: "
        f"n·Var(W) = {sample.scale:.6g}, {sample.law} weights; "
        f"sampler {sample.sampler}, seed {sample.seed}"
    )


def missing(sample: NetworkSample) -> str:
    """Why a prediction is missing."""
    return f"a prediction is missing: {sample.missing}"


def has_name(sample: NetworkSample) -> bool:
    """Whether the initialization has a name, and is not n·Var(W) itself."""
    return re.match(r"[A-Za-z][\w-]*(=|$)", sample.init) is not None


def table(sample: NetworkSample) -> tuple[Row, list[Row]]:
    """The titles, and a row for each layer, or for some of many."""
    titles: Row = ("layer", "second moment", "median", "predicted", "band of 95 %")
    if sample.layers[0].log_gradient is not None:
        titles += ("gradient", "predicted")
    step = -(-len(sample.layers) // _ROWS)
    shown = [
        layer for layer in sample.layers if layer.layer % step == 0 or layer is sample.layers[-1]
    ]
    return titles, [_row(layer) for layer in shown]


def _row(layer: LayerSample) -> Row:
    band = "-" if layer.log_band is None else " to ".join(map(_number, layer.log_band))
    cells = [str(layer.layer), *map(_number, (layer.log_mean, layer.log_median))]
    cells += [_number(layer.log_predicted), band]
    if layer.log_gradient is not None:
        cells += [_number(layer.log_gradient), _number(layer.log_gradient_predicted)]
    return tuple(cells)


def _number(log: float | None) -> str:
    """e^log with four digits, also where no float holds it; a dash for what is not known."""
    if log is None:
        return "-"
    if log == -math.inf:
        return "0"
    if abs(log) < 650:
        return f"{math.exp(log):.4g}"
    power = log / math.log(10.0)
    exponent = math.floor(power)
    return f"{10 ** (power - exponent):.3f}e{exponent:+d}"
