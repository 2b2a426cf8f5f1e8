"""What ``xavier-theory sample`` prints, writes and draws."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xavier_theory.cli.output import print_table
from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.files import require_replaceable, write_whole
from xavier_theory.monte_carlo import sample_text

if TYPE_CHECKING:
    from xavier_theory.monte_carlo.sample_networks import NetworkSample


def print_sample(sample: NetworkSample) -> None:
    """Print a line about the run, and a table of its layers."""
    import click

    click.echo(sample_text.heading(sample))
    print_table(*sample_text.table(sample))
    if sample.missing is not None:
        click.echo(sample_text.missing(sample))


def csv_text(sample: NetworkSample) -> str:
    """The layers 0..L as comma-separated values with a line of names; unknown values are empty."""
    text = io.StringIO()
    rows = sample.to_records()
    for row in rows:
        del row["band"]
    for row, layer in zip(rows, sample.layers, strict=True):
        ends = (None, None) if layer.log_band is None else layer.log_band
        row |= {"log_band_low": ends[0], "log_band_high": ends[1]}
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def check_figure(path: Path) -> None:
    """Refuse, before anything is sampled, a ``path`` that no figure can be written to."""
    if path.suffix not in (".svg", ".png", ".pdf"):
        raise InvalidInputError(f"a figure is a file .svg, .png or .pdf, got {str(path)!r}")
    if not path.parent.is_dir():
        raise InvalidInputError(f"there is no folder {str(path.parent)!r} to write a figure into")
    require_replaceable(path)


def draw_sample(sample: NetworkSample, path: Path) -> None:
    """Draw the layers into ``path``; its ending says the format (svg, png, pdf).

    Raises ``MissingExtraError`` without matplotlib, ``InvalidInputError`` like ``check_figure``.
    """
    try:
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator
    except ImportError:
        raise MissingExtraError("drawing figures", "figures") from None
    check_figure(path)
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axis = figure.subplots()
    numbers = [layer.layer for layer in sample.layers]
    bands = [layer.log_band for layer in sample.layers if layer.log_band is not None]
    if bands:
        lows, highs = ([_power(end) for end in ends] for ends in zip(*bands, strict=True))
        axis.fill_between(
            numbers[: len(bands)], lows, highs, color="#0072b2", alpha=0.15, label="band of 95 %"
        )
    signals = [
        math.nan if layer.log_predicted is None else layer.log_predicted for layer in sample.layers
    ]
    _line(axis, numbers, signals, "#0072b2", "signal")
    _dots(axis, numbers, [layer.log_median for layer in sample.layers], "#0072b2", "signal, median")
    gradients = [layer.log_gradient for layer in sample.layers if layer.log_gradient is not None]
    if gradients:
        known = [layer.log_gradient_predicted for layer in sample.layers]
        predicted = [math.nan if each is None else each for each in known]
        _line(axis, numbers, predicted, "#d55e00", "gradient")
        _dots(axis, numbers, gradients, "#d55e00", "gradient, mean")
    axis.set(xlabel="layer", ylabel="log₁₀ of the second moment")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))  # layers are whole numbers
    scheme = sample.init if sample_text.has_name(sample) else f"n·Var(W) = {sample.scale:.6g}"
    axis.set_title(f"{sample.activation}, {scheme}, width {sample.layers[0].width}")
    axis.legend(fontsize=8, frameon=False)
    drawing = io.BytesIO()  # what is written then is all there is: nothing is left of half of it
    figure.savefig(drawing, format=path.suffix[1:])
    write_whole(path, drawing.getvalue())


def _line(axis: Any, numbers: list[int], logs: list[float], colour: str, what: str) -> None:
    axis.plot(numbers, [_power(log) for log in logs], color=colour, label=f"{what}, predicted")


def _dots(axis: Any, numbers: list[int], logs: list[float], colour: str, what: str) -> None:
    axis.plot(numbers, [_power(log) for log in logs], "o", markersize=3, color=colour, label=what)


def _power(log: float) -> float:
    """The decimal logarithm; of zero it is no number, which a figure leaves out."""
    return log / math.log(10.0) if log > -math.inf else math.nan
