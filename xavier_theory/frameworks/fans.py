"""The fans of a layer: what its framework takes, and how many products are really summed.

``Var(W) = g²/fan`` keeps the second moment of the signal if fan is the number of products that one
output sums (layer-variance), and of the gradient if it is the number that one gradient entry sums
(backward-variance). Both are counted here, exactly: at borders, with stride, dilation, groups. On
average over all positions, an output sums P/outputs products and a gradient entry P/inputs, where P
is the number of all products; so the mean of the second moment over positions has the mean count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.frameworks.layouts import Axes, Shape

MODES = ("fan_in", "fan_out", "fan_avg")


@dataclass(frozen=True)
class Fans:
    """The fans of one weight.

    ``fan_in``, ``fan_out``: what the framework of ``layout`` takes. ``effective_in``,
    ``effective_out``: how many products an output, and a gradient entry, really sums, on average
    over positions; ``effective_out`` is None where no gradient goes further back. ``range_in``,
    ``range_out``: the least and the most at one position (far from the borders where
    ``input_size`` is None). ``shapes`` and ``taken``: the weight's shape in each
    framework that has such a layer, and what that framework takes for its fans.
    """

    shape: Shape
    layout: str
    kind: str
    groups: int
    fan_in: int
    fan_out: int
    effective_in: Fraction
    effective_out: Fraction | None
    range_in: tuple[int, int]
    range_out: tuple[int, int] | None
    shapes: Mapping[str, Shape]
    taken: Mapping[str, tuple[int, int]]
    input_size: Shape | None = None
    output_size: Shape | None = None
    remarks: tuple[str, ...] = field(default=())

    @property
    def factor_in(self) -> Fraction:
        """fan_in / effective_in: by how much the framework is off, 1 where it is right."""
        return self.fan_in / self.effective_in

    @property
    def factor_out(self) -> Fraction | None:
        """fan_out / effective_out; None where no gradient goes further back."""
        return None if self.effective_out is None else self.fan_out / self.effective_out

    def effective(self, mode: str) -> Fraction:
        """The effective fan of a mode: ``fan_in``, ``fan_out`` or their mean, ``fan_avg``.

        Raises ``InvalidInputError`` where the mode needs a gradient and none goes further back.
        """
        if mode not in MODES:
            raise UnknownNameError("mode", str(mode), MODES)
        if mode == "fan_in":
            return self.effective_in
        if self.effective_out is None:
            raise InvalidInputError(
                f"mode {mode!r} is about the gradient of the input, and {self.kind} weights of "
                f"shape {self.shape} have none; use mode 'fan_in'"
            )
        outward = self.effective_out
        return outward if mode == "fan_out" else (self.effective_in + outward) / 2

    def to_json(self) -> dict[str, Any]:
        """The fans as data for JSON; fractions as text, such as ``"9/4"``."""
        from xavier_theory.frameworks.showing import fans_data

        return fans_data(self)

    def __str__(self) -> str:
        from xavier_theory.frameworks.showing import fans_text

        return fans_text(self)

    def _repr_markdown_(self) -> str:
        from xavier_theory.frameworks.showing import fans_markdown

        return fans_markdown(self)


def fans(
    given: Any,
    *,
    layout: str | None = None,
    kind: str | None = None,
    groups: int = 1,
    transposed: bool = False,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    output_padding: Any = None,
    padding_mode: str = "zeros",
    input_size: Any = None,
    equation: str | None = None,
    in_axis: Axes | None = None,
    out_axis: Axes | None = None,
    batch_axis: Axes | None = None,
    parameter: str | None = None,
) -> Fans:
    """The fans of a weight's shape, or of a layer of torch, Keras or Flax.

    Parameters
    ----------
    given: a shape such as ``(64, 3, 3, 3)``, or a layer, which says all but ``input_size`` and
        ``parameter`` itself.
    layout: ``torch``, ``keras`` or ``jax``, what the axes of a shape mean.
    kind: ``depthwise`` or ``embedding``, where the shape does not show it.
    groups, transposed, stride, dilation: of a convolution; numbers, or one for each dimension.
    input_size: the input's positions; with it borders count, ``padding`` (a number, a pair
        ``(before, after)`` or one of them for each dimension, ``"valid"``, ``"same"``,
        ``"causal"``), ``padding_mode`` and ``output_padding``, which need it.
    equation: of an einsum whose second operand is the weight, ``"btd,dhk->bthk"``.
    in_axis, out_axis, batch_axis: as given to ``jax.nn.initializers.variance_scaling``.
    parameter: which weight of a layer that has several, such as ``"weight_hh_l0"``.

    Raises ``InvalidInputError`` and ``UnknownNameError`` for what does not fit together.
    """
    told = {
        "layout": layout, "kind": kind, "groups": groups, "transposed": transposed,
        "stride": stride, "padding": padding, "dilation": dilation, "equation": equation,
        "output_padding": output_padding, "padding_mode": padding_mode,
        "in_axis": in_axis, "out_axis": out_axis, "batch_axis": batch_axis,
    }  # fmt: skip
    from xavier_theory.frameworks.counting import DEFAULTS, shape_fans

    if not isinstance(given, list | tuple):
        from xavier_theory.frameworks.layers import layer_fans, require_layer

        require_layer(given)
        itself = [name for name, value in told.items() if value != DEFAULTS[name]]
        if itself:
            raise InvalidInputError(f"a layer says itself what its {itself[0]} is; leave it out")
        return layer_fans(given, parameter, input_size)
    if parameter is not None:
        raise InvalidInputError("parameter chooses a weight of a layer; a shape is one already")
    return shape_fans(tuple(given), input_size=input_size, **told)
