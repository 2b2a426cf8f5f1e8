"""Padding as it is written in the frameworks, to positions before and after one dimension."""

from __future__ import annotations

from typing import Any

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.frameworks.windows import BORDERS, Window

NAMED = ("valid", "same", "causal")


def per_dimension(value: Any, dimensions: int, what: str, least: int = 1) -> tuple[int, ...]:
    """One whole number for each dimension, from one for all or a sequence of them."""
    values = list(value) if isinstance(value, list | tuple) else [value] * dimensions
    if len(values) != dimensions:
        raise InvalidInputError(
            f"{what} has {len(values)} numbers, the kernel has {dimensions} "
            f"dimension{'' if dimensions == 1 else 's'}"
        )
    return tuple(integer_at_least(least, number, what) for number in values)


def padded(
    window: Window, inputs: int, padding: Any, layout: str, output_padding: int | None
) -> Window:
    """The window on an input of ``inputs`` positions with the framework's meaning of ``padding``.

    ``padding`` is one of ``NAMED``, a number for both ends, or a pair (before, after). For a
    transposed convolution in layout ``jax`` numbers pad the stretched input, as in
    ``jax.lax.conv_transpose``; in ``torch`` they are cut off the output. ``output_padding`` adds
    outputs at the far end of a transposed one; None is the framework's default.
    """
    if isinstance(padding, str):
        before, after = _named(window, inputs, padding.lower(), layout, output_padding)
    else:
        before, after = _pair(padding)
        if window.transposed and layout == "jax":
            before, after = window.span - 1 - before, window.span - 1 - after
        elif window.transposed and layout == "keras":
            raise InvalidInputError("Keras' transposed convolutions pad 'valid' or 'same'")
        after -= output_padding or 0
    return Window(
        window.kernel, window.stride, window.dilation, window.transposed, inputs, before, after,
        window.border,
    )  # fmt: skip


def _pair(padding: Any) -> tuple[int, int]:
    ends = list(padding) if isinstance(padding, list | tuple) else [padding, padding]
    if len(ends) != 2:
        raise InvalidInputError(f"padding is a number, a pair (before, after) or a name: {padding}")
    before, after = (integer_at_least(0, end, "padding") for end in ends)
    return before, after


def _named(
    window: Window, inputs: int, name: str, layout: str, output_padding: int | None
) -> tuple[int, int]:
    span, stride = window.span, window.stride
    if name not in NAMED:
        raise UnknownNameError("padding", name, NAMED)
    if window.transposed:
        return _named_transposed(window, inputs, name, layout, output_padding)
    if name == "valid":
        return 0, 0
    if name == "causal":
        return span - 1, 0
    if layout == "torch" and stride != 1:
        raise InvalidInputError("torch takes padding='same' only with stride 1; give numbers")
    total = max((-(-inputs // stride) - 1) * stride + span - inputs, 0)
    return total // 2, total - total // 2


def _named_transposed(
    window: Window, inputs: int, name: str, layout: str, output_padding: int | None
) -> tuple[int, int]:
    """Of ``jax.lax.conv_transpose`` and ``keras.ops.conv_transpose``, which agree."""
    span, stride = window.span, window.stride
    if name == "causal" or layout == "torch":
        taken = "numbers" if layout == "torch" else "'valid' or 'same'"
        raise InvalidInputError(f"a transposed convolution of {layout} takes {taken} for padding")
    if name == "valid":
        added = max(stride - span, 0) if output_padding is None else output_padding
        return 0, -added
    # Of the stretched input; by default there are inputs·stride outputs.
    total = span + (stride - 2 if output_padding is None else span % 2 - 2 + output_padding)
    left = min(total // 2 + total % 2, span - 1)
    return span - 1 - left, span - 1 - (total - left)


def border(padding_mode: str) -> str:
    """The padding mode, if it is one."""
    if padding_mode not in BORDERS:
        raise UnknownNameError("padding_mode", str(padding_mode), tuple(BORDERS))
    return padding_mode
