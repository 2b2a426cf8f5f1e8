"""The fans of a weight's shape, counted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from xavier_theory.activations.plain_numbers import positive_integer
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.frameworks import layouts
from xavier_theory.frameworks.fan_counts import Fans
from xavier_theory.frameworks.layouts import Channels, Shape
from xavier_theory.frameworks.padding import border, padded, per_dimension
from xavier_theory.frameworks.windows import Counts, Window

DEFAULTS: dict[str, Any] = {
    "layout": None, "kind": None, "groups": 1, "transposed": False, "stride": 1, "padding": 0,
    "dilation": 1, "equation": None, "output_padding": None, "padding_mode": "zeros",
    "in_axis": None, "out_axis": None, "batch_axis": None,
}  # fmt: skip


def shape_fans(
    given: tuple[Any, ...], *, input_size: Any = None, remarks: tuple[str, ...] = (), **told: Any
) -> Fans:
    """``fans`` of a shape, and what an adapter of a framework adds in ``remarks``."""
    told = DEFAULTS | told
    layout = told["layout"]
    if layout is None:
        raise InvalidInputError(
            f"a shape needs a layout, {', '.join(map(repr, layouts.LAYOUTS))}: "
            "what its axes mean differs"
        )
    shape = tuple(positive_integer(size, "an axis of the shape") for size in given)
    found = _channels(shape, told)
    windows = _windows(found, told, input_size)
    shapes = _shapes(found, shape, layout)
    taken = _taken(shapes, told)
    inward = [window.of_outputs for window in windows]
    outward = [window.of_inputs for window in windows]
    summed_out = found.summed_out
    effective_in = found.summed_in * _average(inward)
    if effective_in == 0:
        raise InvalidInputError("no output meets an input: all its products are with padding")
    return Fans(
        shape=shape,
        layout=layout,
        kind=found.kind,
        groups=found.groups,
        fan_in=taken[layout][0],
        fan_out=taken[layout][1],
        effective_in=effective_in,
        effective_out=None if summed_out is None else summed_out * _average(outward),
        range_in=_range(found.summed_in, inward),
        range_out=None if summed_out is None else _range(summed_out, outward),
        shapes=shapes,
        taken=taken,
        input_size=None if input_size is None else tuple(w.inputs or 0 for w in windows),
        output_size=None if input_size is None else tuple(w.outputs or 0 for w in windows),
        remarks=(*remarks, *_remarks(found, told, windows)),
    )


def _average(counts: list[Counts]) -> Fraction:
    return math.prod((count.average for count in counts), start=Fraction(1))


def _range(channels: int, counts: list[Counts]) -> tuple[int, int]:
    return (
        channels * math.prod(count.least for count in counts),
        channels * math.prod(count.most for count in counts),
    )


def _channels(shape: Shape, told: Mapping[str, Any]) -> Channels:
    kind, transposed = told["kind"], told["transposed"]
    if not isinstance(transposed, bool):
        raise InvalidInputError(f"transposed is True or False, got {transposed!r}")
    if told["equation"] is not None:
        clash = [n for n in ("kind", "groups", "transposed") if told[n] != DEFAULTS[n]]
        if clash:
            raise InvalidInputError(f"an equation says what is summed; leave {clash[0]} out")
        layouts.channels(shape, told["layout"], "convolution", 1)  # a layout, and two axes
        return layouts.einsum_channels(shape, told["equation"])
    if kind is not None and kind not in ("depthwise", "embedding"):
        raise UnknownNameError("kind", str(kind), ("depthwise", "embedding"))
    if kind is not None and transposed:
        raise InvalidInputError(f"a weight of kind {kind!r} is not transposed")
    groups = positive_integer(told["groups"], "groups")
    kind = kind or ("transposed" if transposed else "convolution")
    return layouts.channels(shape, told["layout"], kind, groups)


def _windows(found: Channels, told: Mapping[str, Any], input_size: Any) -> list[Window]:
    dimensions = len(found.taps)
    positional = ("stride", "padding", "dilation", "output_padding", "padding_mode")
    if not dimensions:
        given = [name for name in positional if told[name] != DEFAULTS[name]]
        if given or input_size is not None:
            name = given[0] if given else "input_size"
            raise InvalidInputError(f"{name} is for kernels with positions; {found.kind} has none")
        return []
    mode = border(told["padding_mode"])
    transposed = found.kind == "transposed"
    windows = [
        Window(taps, stride, dilation, transposed, border=mode)
        for taps, stride, dilation in zip(
            found.taps,
            per_dimension(told["stride"], dimensions, "stride"),
            per_dimension(told["dilation"], dimensions, "dilation"),
            strict=True,
        )
    ]
    _refuse_what_does_not_fit(told, transposed)
    if input_size is None:
        at_borders = ("padding", "output_padding", "padding_mode")
        unused = [name for name in at_borders if told[name] != DEFAULTS[name]]
        if unused:
            raise InvalidInputError(
                f"{unused[0]} matters at borders alone; give input_size as well, or leave it out"
            )
        return windows
    sizes = per_dimension(input_size, dimensions, "input_size")
    return [
        padded(*each, told["layout"], further)
        for each, further in zip(
            zip(windows, sizes, _paddings(told["padding"], dimensions), strict=True),
            _output_paddings(told["output_padding"], dimensions),
            strict=True,
        )
    ]


def _refuse_what_does_not_fit(told: Mapping[str, Any], transposed: bool) -> None:
    if told["output_padding"] is not None and not transposed:
        raise InvalidInputError("output_padding belongs to transposed convolutions")
    if transposed and told["padding_mode"] != "zeros":
        raise InvalidInputError("transposed convolutions have padding_mode 'zeros' alone")


def _paddings(padding: Any, dimensions: int) -> list[Any]:
    if isinstance(padding, list | tuple):
        if len(padding) != dimensions:
            raise InvalidInputError(
                f"padding has {len(padding)} entries, the kernel has {dimensions} "
                f"dimension{'' if dimensions == 1 else 's'}"
            )
        return list(padding)
    return [padding] * dimensions


def _output_paddings(given: Any, dimensions: int) -> tuple[int | None, ...]:
    if given is None:
        return (None,) * dimensions
    return per_dimension(given, dimensions, "output_padding", least=0)


def _shapes(found: Channels, shape: Shape, layout: str) -> dict[str, Shape]:
    """The weight's shape in its own layout, and in those of the others that have such a layer."""
    others = {name: layouts.shape_in(name, found) for name in layouts.LAYOUTS if name != layout}
    return {layout: shape} | {name: there for name, there in others.items() if there is not None}


def _taken(shapes: Mapping[str, Shape], told: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    axes = {name: told[name] for name in ("in_axis", "out_axis", "batch_axis")}
    axes = {name: value for name, value in axes.items() if value is not None}
    if axes and told["layout"] != "jax":
        raise InvalidInputError(f"{next(iter(axes))} belongs to layout 'jax'")
    taken = {}
    for name, shape in shapes.items():
        if name == "torch":
            taken[name] = layouts.torch_fans(shape)
        elif name == "keras":
            taken[name] = layouts.keras_fans(shape, told["equation"])
        else:
            taken[name] = layouts.jax_fans(shape, **axes)
    return taken


def _remarks(found: Channels, told: Mapping[str, Any], windows: list[Window]) -> Iterator[str]:
    strides = math.prod(window.stride for window in windows)
    if found.kind == "transposed":
        if told["layout"] in ("torch", "keras"):
            yield f"{told['layout']} takes fan_in for fan_out, and the other way round: transposed"
        if strides > 1:
            yield f"an output meets 1 of {strides} taps on average: the stride divides its fan"
    elif found.kind != "embedding":
        if found.groups > 1 and found.kind != "einsum":
            yield f"each of {found.groups} groups sees its own channels only"
        if strides > 1:
            yield (
                f"a stride leaves the outputs' sums as they are, but {strides} inputs share the "
                "taps that one had: the gradient's fan is divided"
            )
    else:
        yield "a lookup sums nothing: an output is one entry of the table, and has its variance"
