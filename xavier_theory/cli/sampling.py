"""What ``xavier-theory sample`` prints, writes and draws."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xavier_theory.cli.output import print_table
from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.files import require_replaceable, write_whole

if TYPE_CHECKING:
    from xavier_theory.monte_carlo.sample_networks import LayerSample, NetworkSample

_ROWS = 60  # of a table; deeper networks show some of their layers


def print_sample(sample: NetworkSample) -> None:
    """Print a line about the run, and a table of its layers."""
    import click

    count = "1 network" if sample.networks == 1 else f"{sample.networks} networks"
    named = f", {sample.init}" if _has_name(sample) else ""
    click.echo(
        f"{count} with {sample.activation}{named}: "
        f"n·Var(W) = {sample.scale:.6g}, {sample.law} weights; "
        f"sampler {sample.sampler}, seed {sample.seed}"
    )
    backward = sample.layers[0].gradient is not None
    columns = ["layer", "second moment", "median", "predicted", "band of 95 %"]
    columns += ["gradient", "predicted"] if backward else []
    step = -(-len(sample.layers) // _ROWS)
    shown = [
        layer for layer in sample.layers if layer.layer % step == 0 or layer is sample.layers[-1]
    ]
    print_table(columns, [_row(layer) for layer in shown])
    if sample.missing is not None:
        click.echo(f"a prediction is missing: {sample.missing}")


def _has_name(sample: NetworkSample) -> bool:
    """Whether the scheme has a name, and is not n·Var(W) itself."""
    return re.match(r"[A-Za-z][\w-]*(=|$)", sample.init) is not None


def csv_text(sample: NetworkSample) -> str:
    """The layers 0..L as comma-separated values with a line of names; unknown values are empty."""
    text = io.StringIO()
    rows = [layer.to_dict() for layer in sample.layers]
    for row in rows:
        del row["band"]
    for row, layer in zip(rows, sample.layers, strict=True):
        ends = (None, None) if layer.band is None else layer.band
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
    bands = [layer.band for layer in sample.layers if layer.band is not None]
    if bands:
        lows, highs = ([_power(end) for end in ends] for ends in zip(*bands, strict=True))
        axis.fill_between(
            numbers[: len(bands)], lows, highs, color="#0072b2", alpha=0.15, label="band of 95 %"
        )
    signals = [math.nan if layer.predicted is None else layer.predicted for layer in sample.layers]
    _line(axis, numbers, signals, "#0072b2", "signal")
    _dots(axis, numbers, [layer.median for layer in sample.layers], "#0072b2", "signal, median")
    gradients = [layer.gradient for layer in sample.layers if layer.gradient is not None]
    if gradients:
        known = [layer.gradient_predicted for layer in sample.layers]
        predicted = [math.nan if each is None else each for each in known]
        _line(axis, numbers, predicted, "#d55e00", "gradient")
        _dots(axis, numbers, gradients, "#d55e00", "gradient, mean")
    axis.set(xlabel="layer", ylabel="log₁₀ of the second moment")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))  # layers are whole numbers
    scheme = sample.init if _has_name(sample) else f"n·Var(W) = {sample.scale:.6g}"
    axis.set_title(f"{sample.activation}, {scheme}, width {sample.layers[0].width}")
    axis.legend(fontsize=8, frameon=False)
    drawing = io.BytesIO()  # what is written then is all there is: nothing is left of half of it
    figure.savefig(drawing, format=path.suffix[1:])
    write_whole(path, drawing.getvalue())


def _line(axis: Any, numbers: list[int], logs: list[float], colour: str, what: str) -> None:
    axis.plot(numbers, [_power(log) for log in logs], color=colour, label=f"{what}, predicted")


def _dots(axis: Any, numbers: list[int], logs: list[float], colour: str, what: str) -> None:
    axis.plot(numbers, [_power(log) for log in logs], "o", markersize=3, color=colour, label=what)


def _row(layer: LayerSample) -> tuple[str, ...]:
    band = "-" if layer.band is None else " to ".join(_number(end) for end in layer.band)
    cells = [
        str(layer.layer),
        _number(layer.mean),
        _number(layer.median),
        "-" if layer.predicted is None else _number(layer.predicted),
        band,
    ]
    if layer.gradient is not None:
        known = layer.gradient_predicted
        cells += [_number(layer.gradient), "-" if known is None else _number(known)]
    return tuple(cells)


def _number(log: float) -> str:
    """e^log with four digits, also where no float holds it."""
    if log == -math.inf:
        return "0"
    if abs(log) < 650:
        return f"{math.exp(log):.4g}"
    exponent = math.floor(_power(log))
    return f"{10 ** (_power(log) - exponent):.3f}e{exponent:+d}"


def _power(log: float) -> float:
    """The decimal logarithm; of zero it is no number, which a figure leaves out."""
    return log / math.log(10.0) if log > -math.inf else math.nan
