"""Fans as text, as Markdown for notebooks, and as data for JSON."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xavier_theory.frameworks.fan_counts import Fans


def number(value: Fraction | int | None) -> str:
    """A count for people: 27, 25/3 = 8.333, or a dash where there is none."""
    if value is None:
        return "-"
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    text = str(exact)
    return f"{text} = {float(exact):.6g}" if len(text) <= 16 else f"{float(exact):.10g}"


def factor(taken: int, effective: Fraction | None) -> str:
    """By how much a framework's fan is off: "right", ×8, ×1.043."""
    if effective is None:
        return ""
    ratio = taken / effective
    if ratio == 1:
        return "right"
    return f"×{ratio}" if ratio.denominator == 1 else f"×{float(ratio):.4g}"


def heading(fans: Fans) -> str:
    """What the fans are of, in one line."""
    parts = [f"{fans.kind} weight of shape {fans.shape}, layout {fans.layout}"]
    if fans.groups > 1:
        parts.append(f"groups {fans.groups}")
    if fans.input_size is not None:
        parts.append(f"input {_by(fans.input_size)}, output {_by(fans.output_size)}")
    return ", ".join(parts)


def _by(sizes: tuple[int, ...] | None) -> str:
    return "×".join(map(str, sizes or ()))


def _effective_lines(fans: Fans) -> list[str]:
    lines = [
        f"an output sums {number(fans.effective_in)} products"
        + _spread(fans.range_in, fans.effective_in)
    ]
    if fans.effective_out is None or fans.range_out is None:
        return [*lines, "no gradient goes further back"]
    spread = _spread(fans.range_out, fans.effective_out)
    return [*lines, f"a gradient entry sums {number(fans.effective_out)} products{spread}"]


def _spread(ends: tuple[int, int], average: Fraction) -> str:
    return "" if ends[0] == ends[1] == average else f" on average, from {ends[0]} to {ends[1]}"


def _rows(fans: Fans) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            name,
            str(fans.taken[name][0]),
            factor(fans.taken[name][0], fans.effective_in),
            str(fans.taken[name][1]),
            factor(fans.taken[name][1], fans.effective_out),
        )
        for name in fans.taken
    ]


_TITLES = ("framework", "fan_in", "against the sum", "fan_out", "against the sum")


def fans_text(fans: Fans) -> str:
    """What ``xavier-theory fans`` prints."""
    rows = [_TITLES, *_rows(fans)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines = [heading(fans), *(f"  {line}" for line in _effective_lines(fans))]
    lines += [f"  {line}" for line in table]
    return "\n".join([*lines, *(f"  {remark}" for remark in fans.remarks)])


def fans_markdown(fans: Fans) -> str:
    """The same for a notebook."""
    lines = [f"**{heading(fans)}**", "", *(f"- {line}" for line in _effective_lines(fans)), ""]
    lines += ["| " + " | ".join(_TITLES) + " |", "| " + " | ".join(["---"] * len(_TITLES)) + " |"]
    lines += ["| " + " | ".join(row) + " |" for row in _rows(fans)]
    return "\n".join([*lines, "", *(f"- {remark}" for remark in fans.remarks)]).rstrip()


def fans_data(fans: Fans) -> dict[str, Any]:
    """The same for JSON; counts that are no integers are text, such as ``"9/4"``."""
    return {
        "shape": list(fans.shape),
        "layout": fans.layout,
        "kind": fans.kind,
        "groups": fans.groups,
        "fan_in": fans.fan_in,
        "fan_out": fans.fan_out,
        "effective_in": _exact(fans.effective_in),
        "effective_out": _exact(fans.effective_out),
        "factor_in": _exact(fans.factor_in),
        "factor_out": _exact(fans.factor_out),
        "range_in": list(fans.range_in),
        "range_out": None if fans.range_out is None else list(fans.range_out),
        "shapes": {name: list(shape) for name, shape in fans.shapes.items()},
        "taken": {name: list(pair) for name, pair in fans.taken.items()},
        "input_size": None if fans.input_size is None else list(fans.input_size),
        "output_size": None if fans.output_size is None else list(fans.output_size),
        "remarks": list(fans.remarks),
    }


def _exact(value: Fraction | None) -> int | str | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else str(value)
