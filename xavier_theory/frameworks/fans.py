"""``fans``: the fans of a weight's shape, or of a layer of torch, Keras or Flax."""

from __future__ import annotations

from typing import Any

from xavier_theory.errors import InvalidInputError
from xavier_theory.frameworks.counting import DEFAULTS, shape_fans
from xavier_theory.frameworks.fan_counts import Fans
from xavier_theory.frameworks.layers import layer_fans, require_layer
from xavier_theory.frameworks.layouts import Axes


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
    if not isinstance(given, list | tuple):
        require_layer(given)
        itself = [name for name, value in told.items() if value != DEFAULTS[name]]
        if itself:
            raise InvalidInputError(f"a layer says itself what its {itself[0]} is; leave it out")
        return layer_fans(given, parameter, input_size)
    if parameter is not None:
        raise InvalidInputError("parameter chooses a weight of a layer; a shape is one already")
    return shape_fans(tuple(given), input_size=input_size, **told)
