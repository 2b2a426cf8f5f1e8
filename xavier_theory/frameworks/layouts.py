"""What the axes of a weight mean in each framework, and what each framework takes for its fans.

Notation: ``k`` are the kernel's positions, ``in`` and ``out`` the channels, ``g`` the groups.

| layout | dense | convolution | transposed | depthwise | embedding |
| --- | --- | --- | --- | --- | --- |
| torch | (out, in) | (out, in/g, *k) | (in, out/g, *k) | groups=in | (rows, out) |
| keras | (in, out) | (*k, in/g, out) | (*k, out, in) | (*k, in, multiplier) | (rows, out) |
| jax | (in, out) | (*k, in/g, out) | (*k, in, out) | groups=in | (rows, out) |

The frameworks' own rules are ``torch.nn.init._calculate_fan_in_and_fan_out`` (2.13),
``keras.src.initializers.random_initializers.compute_fans`` (3.15) and
``jax._src.nn.initializers._compute_fans`` (0.10); the tests call them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xavier_theory.errors import InvalidInputError, UnknownNameError

LAYOUTS = ("torch", "keras", "jax")
_OTHERS = {"pytorch": "torch", "tensorflow": "keras", "tf": "keras", "flax": "jax"}
KINDS = ("dense", "convolution", "transposed", "depthwise", "embedding", "einsum")
Axes = int | Sequence[int]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Channels:
    """What a weight connects, apart from positions.

    An output sums ``summed_in`` products for each tap that it meets; a gradient entry sums
    ``summed_out``, None where no gradient arrives. ``taps`` is the kernel's shape; ``inputs``,
    ``outputs`` are all channels, or for an embedding the rows and the features.
    """

    kind: str
    inputs: int
    outputs: int
    groups: int
    taps: Shape
    summed_in: int
    summed_out: int | None


def channels(shape: Shape, layout: str, kind: str, groups: int) -> Channels:
    """Read a weight's ``shape``; ``InvalidInputError`` where it does not fit kind or groups."""
    if layout not in LAYOUTS:
        meant = _OTHERS.get(str(layout).lower())
        if meant is not None:
            raise InvalidInputError(f"unknown layout {layout!r}; its axes are those of {meant!r}")
        raise UnknownNameError("layout", str(layout), LAYOUTS)
    if len(shape) < 2:
        raise InvalidInputError(
            f"a weight of shape {shape} has no fans: at least 2 axes are needed (a bias has none)"
        )
    if kind == "embedding":
        return _embedding(shape, groups)
    if kind == "depthwise":
        return _depthwise(shape, layout, groups)
    transposed = kind == "transposed"
    if layout == "torch":
        taps, (first, second) = shape[2:], shape[:2]
        whole, part = first, second  # whole counts all channels of its side, part those of a group
    else:
        taps, (first, second) = shape[:-2], shape[-2:]
        whole, part = (first, second) if transposed and layout == "jax" else (second, first)
    if transposed and groups > 1 and layout != "torch":
        raise InvalidInputError(f"{layout} has no transposed convolution with groups")
    if whole % groups:
        side = "input" if transposed else "output"
        raise InvalidInputError(
            f"{whole} {side} channels cannot be split into {groups} groups: shape {shape}, "
            f"layout {layout!r}"
        )
    inputs, outputs = (whole, part * groups) if transposed else (part * groups, whole)
    kind = kind if taps or transposed else "dense"
    return Channels(kind, inputs, outputs, groups, taps, inputs // groups, outputs // groups)


def _embedding(shape: Shape, groups: int) -> Channels:
    if len(shape) != 2 or groups != 1:
        raise InvalidInputError(
            f"an embedding has 2 axes, (rows, features), and no groups; got {shape}, "
            f"groups={groups}"
        )
    # A row is looked up: its product with a one-hot input has one term that is not 0.
    return Channels("embedding", shape[0], shape[1], 1, (), 1, None)


def _depthwise(shape: Shape, layout: str, groups: int) -> Channels:
    if layout != "keras" or groups != 1:
        raise InvalidInputError(
            "kind='depthwise' is Keras' layout (*kernel, in, multiplier), without groups; "
            "elsewhere a depthwise convolution is one with groups=in"
        )
    if len(shape) < 3:
        raise InvalidInputError(f"a depthwise kernel has at least 3 axes, got {shape}")
    inputs, multiplier = shape[-2:]
    return Channels("depthwise", inputs, inputs * multiplier, inputs, shape[:-2], 1, multiplier)


def einsum_channels(shape: Shape, equation: str) -> Channels:
    """Read a weight that an einsum multiplies with its input: ``"btd,dhk->bthk"``.

    The weight is the second operand. Its axes that the output lacks are summed in the output, its
    axes that the input lacks in the gradient, and axes of both are a separate weight each.
    """
    given, weight, made = _operands(equation)
    if len(weight) != len(shape):
        raise InvalidInputError(
            f"the weight of {equation!r} has {len(weight)} axes, the shape {shape} has {len(shape)}"
        )
    lost = sorted(set(given) - set(weight) - set(made))
    if lost:
        raise InvalidInputError(
            f"{equation!r} sums the input over {', '.join(lost)} without a weight: the number of "
            "products is not that of the weight's shape"
        )
    sizes = dict(zip(weight, shape, strict=True))
    summed_in = math.prod(size for axis, size in sizes.items() if axis not in made)
    summed_out = math.prod(size for axis, size in sizes.items() if axis not in given)
    shared = math.prod(size for axis, size in sizes.items() if axis in made and axis in given)
    return Channels(
        "einsum", summed_in * shared, summed_out * shared, shared, (), summed_in, summed_out
    )


def _operands(equation: str) -> tuple[str, str, str]:
    if not isinstance(equation, str):
        raise InvalidInputError(f"an equation is text, such as 'btd,dhk->bthk'; got {equation!r}")
    left, arrow, made = equation.replace(" ", "").partition("->")
    given, comma, weight = left.partition(",")
    letters = [text.replace("...", "") for text in (given, weight, made)]
    for text in letters:
        if not arrow or not comma or (text and not text.isalpha()) or len(set(text)) < len(text):
            raise InvalidInputError(
                "an equation is written input,weight->output with letters that differ, such as "
                f"'btd,dhk->bthk'; got {equation!r:.80}"
            )
    if "..." in weight or not letters[1]:
        raise InvalidInputError(f"the weight's axes are letters; got {weight!r} in {equation!r}")
    unknown = sorted(set(letters[2]) - set(letters[0]) - set(letters[1]))
    if unknown:
        raise InvalidInputError(f"no operand of {equation!r} has the axis {', '.join(unknown)}")
    return letters[0], letters[1], letters[2]


def torch_fans(shape: Shape) -> tuple[int, int]:
    """``torch.nn.init._calculate_fan_in_and_fan_out``."""
    positions = math.prod(shape[2:])
    return shape[1] * positions, shape[0] * positions


def keras_fans(shape: Shape, equation: str | None = None) -> tuple[int, int]:
    """``compute_fans`` of Keras, which EinsumDense tells the axes of its equation."""
    if equation is not None:
        made = _operands(equation)[2]
        axes = list(zip(_operands(equation)[1], shape, strict=True))
        return (
            math.prod(size for axis, size in axes if axis not in made),
            math.prod(size for axis, size in axes if axis in made),
        )
    positions = math.prod(shape[:-2])
    return shape[-2] * positions, shape[-1] * positions


def jax_fans(
    shape: Shape, in_axis: Axes = -2, out_axis: Axes = -1, batch_axis: Axes = ()
) -> tuple[int, int]:
    """``_compute_fans`` of ``jax.nn.initializers``, with the axes of ``variance_scaling``.

    Raises ``InvalidInputError`` for an axis that the weight does not have.
    """
    sizes = [
        math.prod(shape[_axis(axis, name, shape)] for axis in _axes(given))
        for name, given in (
            ("in_axis", in_axis),
            ("out_axis", out_axis),
            ("batch_axis", batch_axis),
        )
    ]
    positions, rest = divmod(math.prod(shape) * sizes[0], math.prod(sizes))
    others, remainder = divmod(math.prod(shape) * sizes[1], math.prod(sizes))
    if rest or remainder:
        raise InvalidInputError(
            f"in_axis={in_axis}, out_axis={out_axis}, batch_axis={batch_axis} of {shape} name one "
            "axis twice, and JAX's fans are no integers"
        )
    return positions, others


def _axes(given: Axes) -> tuple[int, ...]:
    return (given,) if isinstance(given, int) else tuple(given)


def _axis(axis: int, name: str, shape: Shape) -> int:
    if isinstance(axis, bool) or not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        raise InvalidInputError(f"{name}={axis!r} is no axis of a weight of shape {shape}")
    return axis


def shape_in(layout: str, found: Channels) -> Shape | None:
    """The shape that a layer's weight has in another layout; None where there is no such layer."""
    inputs, outputs, groups = found.inputs, found.outputs, found.groups
    if found.kind == "einsum" or (found.kind == "transposed" and groups > 1 and layout != "torch"):
        return None
    if found.kind == "embedding":
        return inputs, outputs
    if found.kind == "transposed":
        if layout == "torch":
            return (inputs, outputs // groups, *found.taps)
        ends = (outputs, inputs) if layout == "keras" else (inputs, outputs)
        return (*found.taps, *ends)
    if found.kind == "depthwise" and layout == "keras":
        return (*found.taps, inputs, outputs // inputs)
    if layout == "torch":
        return (outputs, inputs // groups, *found.taps)
    return (*found.taps, inputs // groups, outputs)
