"""Fans of shapes: against products counted one by one, closed forms, and bad input."""

from __future__ import annotations

import json
import math
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import xavier_theory as xt
from tests.frameworks.explicit import Dimension, products
from xavier_theory.errors import InvalidInputError, UnknownNameError

small = st.integers(1, 3)


@st.composite
def dimensions(draw: st.DrawFn, border: str) -> Dimension:
    inputs = draw(st.integers(1, 7))
    most = {"zeros": 4, "replicate": 4, "circular": inputs, "reflect": inputs - 1}[border]
    before, after = (draw(st.integers(0, min(3, most))) for _ in range(2))
    return Dimension(inputs, draw(small), draw(small), draw(small), before, after, border)


@st.composite
def layers(draw: st.DrawFn) -> tuple[list[Dimension], tuple[int, int, int]]:
    border = draw(st.sampled_from(["zeros", "zeros", "circular", "reflect", "replicate"]))
    groups = draw(small)
    channels = (groups * draw(small), groups * draw(small), groups)
    return draw(st.lists(dimensions(border), min_size=1, max_size=2)), channels


def told(found: list[Dimension]) -> dict[str, Any]:
    return {
        "input_size": [d.inputs for d in found],
        "stride": [d.stride for d in found],
        "dilation": [d.dilation for d in found],
        "padding": [(d.before, d.after) for d in found],
    }


def compare(fans: xt.Fans, counted: Any) -> None:
    assert (fans.effective_in, fans.effective_out) == counted.averages
    assert fans.range_in == (min(counted.outputs), max(counted.outputs))
    assert fans.range_out == (min(counted.inputs), max(counted.inputs))
    assert math.prod(fans.output_size or ()) * _outputs(fans) == len(counted.outputs)


def _outputs(fans: xt.Fans) -> int:
    return fans.shape[1] * fans.groups if fans.kind == "transposed" else fans.shape[0]


@given(layers())
@settings(max_examples=150)
def test_effective_fans_are_the_products_of_a_convolution(layer: Any) -> None:
    found, (inputs, outputs, groups) = layer
    assume(all(d.before + d.inputs + d.after > (d.kernel - 1) * d.dilation for d in found))
    counted = products(found, (inputs, outputs, groups))
    assume(sum(counted.outputs) > 0)
    shape = (outputs, inputs // groups, *(d.kernel for d in found))
    border = found[0].border
    compare(
        xt.fans(shape, layout="torch", groups=groups, padding_mode=border, **told(found)), counted
    )


@given(layers())
@settings(max_examples=100)
def test_effective_fans_are_the_products_of_a_transposed_convolution(layer: Any) -> None:
    found, (inputs, outputs, groups) = layer
    found = [d._replace(border="zeros", after=d.before) for d in found]
    whole = [(d.inputs - 1) * d.stride + (d.kernel - 1) * d.dilation + 1 for d in found]
    assume(all(size > 2 * d.before for size, d in zip(whole, found, strict=True)))
    counted = products(found, (inputs, outputs, groups), transposed=True)
    assume(sum(counted.outputs) > 0)
    shape = (inputs, outputs // groups, *(d.kernel for d in found))
    arguments = told(found) | {"transposed": True, "groups": groups, "layout": "torch"}
    compare(xt.fans(shape, **arguments), counted)


@pytest.mark.parametrize("transposed", [False, True])
@given(st.lists(st.tuples(small, small, small), min_size=1, max_size=2))
@settings(max_examples=40)
def test_far_from_the_borders_the_average_is_the_limit(
    transposed: bool, windows: list[tuple[int, int, int]]
) -> None:
    """P/outputs and P/inputs of a large input tend to the numbers without borders."""
    size = 5000
    kernels, strides, dilations = zip(*windows, strict=True)
    arguments: dict[str, Any] = {
        "layout": "torch", "stride": strides, "dilation": dilations, "transposed": transposed,
    }  # fmt: skip
    inside = xt.fans((6, 4, *kernels), **arguments)
    large = xt.fans((6, 4, *kernels), **arguments, input_size=size)
    ends = 30 / size  # at most 3 + 3·2 positions of each end are touched, in up to 2 dimensions
    assert float(large.effective_in / inside.effective_in) == pytest.approx(1, abs=ends)
    assert inside.effective_out is not None and large.effective_out is not None
    assert float(large.effective_out / inside.effective_out) == pytest.approx(1, abs=ends)
    ours = 1 if transposed else math.prod(strides)
    assert inside.effective_out == (4 if transposed else 6) * Fraction(math.prod(kernels), ours)


def test_a_strided_convolution_divides_the_gradients_fan() -> None:
    fans = xt.fans((64, 32, 3, 3), layout="torch", stride=2)
    assert (fans.effective_in, fans.effective_out) == (288, 144)
    assert (fans.fan_in, fans.fan_out, fans.factor_out) == (288, 576, 4)
    assert fans.range_out == (64, 256)  # an input meets 1, 2 or 4 of the 9 taps


def test_groups_are_left_out_of_torchs_fan_out() -> None:
    """pytorch/pytorch#23854."""
    fans = xt.fans((64, 8, 3, 3), layout="torch", groups=4)
    assert (fans.fan_in, fans.fan_out) == (72, 576)
    assert (fans.effective_in, fans.effective_out) == (72, 144)
    assert fans.factor_in == 1 and fans.factor_out == 4


def test_transposed_convolutions_have_a_checkerboard() -> None:
    fans = xt.fans((16, 8, 3, 3), layout="torch", transposed=True, stride=2)
    assert fans.effective_in == Fraction(16 * 9, 4) and fans.range_in == (16, 64)
    assert (fans.fan_in, fans.fan_out) == (72, 144)  # swapped, and without the stride
    smooth = xt.fans((16, 8, 4, 4), layout="torch", transposed=True, stride=2)
    assert smooth.range_in == (64, 64)  # the stride divides the kernel: no checkerboard


def test_one_layer_in_three_layouts_is_one_layer() -> None:
    torch = xt.fans((64, 8, 3, 5), layout="torch", groups=4)
    keras = xt.fans((3, 5, 8, 64), layout="keras", groups=4)
    jax = xt.fans((3, 5, 8, 64), layout="jax", groups=4)
    for fans in (keras, jax):
        assert (fans.effective_in, fans.effective_out) == (torch.effective_in, torch.effective_out)
        assert fans.taken == torch.taken
    transposed = [
        xt.fans((8, 16, 3), layout="torch", transposed=True),
        xt.fans((3, 16, 8), layout="keras", transposed=True),
        xt.fans((3, 8, 16), layout="jax", transposed=True),
    ]
    assert {(f.effective_in, f.effective_out) for f in transposed} == {(24, 48)}
    assert transposed[0].taken == {"torch": (48, 24), "keras": (48, 24), "jax": (24, 48)}


def test_a_depthwise_kernel_of_keras_sums_its_positions() -> None:
    fans = xt.fans((3, 3, 32, 2), layout="keras", kind="depthwise")
    assert (fans.effective_in, fans.effective_out) == (9, 18)
    assert (fans.fan_in, fans.factor_in) == (288, 32)
    assert fans.taken["torch"] == (9, 9 * 64)


@pytest.mark.parametrize(
    ("shape", "equation", "summed"),
    [
        ((512, 8, 64), "btd,dhk->bthk", (512, 512)),  # the query of a multi-head attention
        ((8, 64, 512), "bthk,hkd->btd", (512, 512)),  # its output
        ((512, 3, 8, 64), "btd,dshk->bsthk", (512, 1536)),  # q, k and v at once
        ((5, 7, 11), "be..., eio -> boe".replace("e...", "ei"), (7, 11)),  # an expert each
        ((7, 11), "...i,io->...o", (7, 11)),
    ],
)
def test_an_equation_says_what_is_summed(
    shape: tuple[int, ...], equation: str, summed: tuple[int, int]
) -> None:
    for layout in ("keras", "jax"):
        fans = xt.fans(shape, layout=layout, equation=equation)
        assert (fans.effective_in, fans.effective_out) == summed


def test_jax_takes_the_axes_it_is_told() -> None:
    told_axes = xt.fans((8, 64, 512), layout="jax", equation="bthk,hkd->btd", in_axis=(0, 1))
    assert (told_axes.fan_in, told_axes.fan_out) == (512, 512)
    default = xt.fans((8, 64, 512), layout="jax", equation="bthk,hkd->btd")
    assert (default.fan_in, default.fan_out, default.factor_out) == (512, 4096, 8)


def test_an_embedding_sums_nothing() -> None:
    fans = xt.fans((1000, 64), layout="torch", kind="embedding")
    assert (fans.fan_in, fans.effective_in, fans.effective_out) == (64, 1, None)
    assert fans.factor_out is None and fans.effective("fan_in") == 1
    with pytest.raises(InvalidInputError, match="use mode 'fan_in'"):
        fans.effective("fan_avg")
    with pytest.raises(UnknownNameError, match="did you mean 'fan_in'"):
        fans.effective("fanin")


def test_fans_are_shown_pickled_and_written() -> None:
    fans = xt.fans((64, 32, 3, 3), layout="torch", groups=4, stride=2, padding=1, input_size=32)
    assert str(fans).splitlines()[:3] == [
        "convolution weight of shape (64, 32, 3, 3), layout torch, groups 4, input 32×32, "
        "output 16×16",
        "  an output sums 2209/8 = 276.125 products on average, from 128 to 288",
        "  a gradient entry sums 2209/64 = 34.5156 products on average, from 16 to 64",
    ]
    assert "| torch | 288 | ×1.043 | 576 | ×16.69 |" in fans._repr_markdown_()
    assert pickle.loads(pickle.dumps(fans)) == fans
    data = json.loads(json.dumps(fans.to_json()))
    assert data["effective_in"] == "2209/8" and data["output_size"] == [16, 16]
    assert Fraction(data["factor_out"]) == fans.factor_out


BAD: list[tuple[tuple[int, ...], dict[str, Any], str]] = [
    ((64, 3, 3, 3), {}, "a shape needs a layout, 'torch', 'keras', 'jax'"),
    ((64, 3), {"layout": "tensorflow"}, "unknown layout 'tensorflow'"),
    ((64, 3), {"layout": 3}, "unknown layout '3'"),
    ((8, 8), {"layout": "keras", "equation": 3}, "an equation is text"),
    ((64,), {"layout": "torch"}, "at least 2 axes"),
    ((), {"layout": "jax"}, "at least 2 axes"),
    ((64, 0, 3), {"layout": "torch"}, "an axis of the shape must be at least 1, got 0"),
    ((64, -3), {"layout": "torch"}, "must be at least 1, got -3"),
    ((64, 2.5), {"layout": "torch"}, "must be an integer"),  # type: ignore[list-item]
    ((64, True), {"layout": "torch"}, "must be an integer"),
    ((10, 3, 3), {"layout": "torch", "groups": 4}, "10 output channels cannot be split into 4"),
    ((10, 3, 3), {"layout": "torch", "groups": 4, "transposed": True}, "10 input channels"),
    ((3, 8, 8), {"layout": "jax", "groups": 2, "transposed": True}, "jax has no transposed"),
    ((8, 8, 3), {"layout": "torch", "groups": 0}, "groups must be at least 1"),
    ((8, 8, 3), {"layout": "torch", "stride": 0}, "stride must be at least 1"),
    ((8, 8, 3), {"layout": "torch", "stride": (1, 2)}, "stride has 2 numbers, the kernel has 1"),
    ((8, 8, 3), {"layout": "torch", "padding": 1}, "padding matters at borders alone"),
    ((8, 8, 3), {"layout": "torch", "padding_mode": "circular"}, "padding_mode matters at"),
    ((8, 8), {"layout": "torch", "stride": 2}, "stride is for kernels with positions; dense"),
    ((8, 8), {"layout": "torch", "input_size": 4}, "input_size is for kernels with positions"),
    ((8, 8, 3), {"layout": "torch", "input_size": 2}, "does not fit an input of 2"),
    ((8, 8, 3), {"layout": "torch", "input_size": 4, "padding": -1}, "padding must be at least 0"),
    ((8, 8, 3), {"layout": "torch", "input_size": 4, "padding": "sane"}, "did you mean 'same'"),
    ((8, 8, 3), {"layout": "torch", "input_size": 4, "padding": (1, 2)}, "padding has 2 entries"),
    ((8, 8, 3), {"layout": "torch", "input_size": 4, "padding": ((1, 2, 3),)}, "a pair"),
    ((8, 8, 3), {"layout": "torch", "input_size": 9, "padding": "same", "stride": 2}, "stride 1"),
    ((8, 8, 3), {"layout": "torch", "input_size": 10**8}, "too many products to count"),
    ((8, 8, 3), {"layout": "torch", "input_size": 4, "padding_mode": "wrap"}, "unknown padding_m"),
    ((8, 8, 9), {"layout": "torch", "input_size": 2, "padding": 4, "padding_mode": "reflect"},
     "reflect padding of 4 does not fit an input of 2"),
    ((8, 8, 3), {"layout": "torch", "input_size": 4, "output_padding": 1}, "transposed"),
    ((8, 8, 3), {"layout": "torch", "transposed": True, "input_size": 4, "padding": "same"},
     "torch takes numbers"),
    ((3, 8, 8), {"layout": "keras", "transposed": True, "input_size": 4, "padding": 1},
     "pad 'valid' or 'same'"),
    ((8, 8, 3), {"layout": "torch", "transposed": True, "input_size": 4, "padding_mode": "reflect"},
     "padding_mode 'zeros' alone"),
    ((8, 8, 2), {"layout": "torch", "input_size": 1, "dilation": 2, "padding": 1},
     "no output meets an input"),
    ((8, 8), {"layout": "torch", "transposed": "yes"}, "True or False"),
    ((8, 8), {"layout": "torch", "kind": "deepwise"}, "did you mean 'depthwise'"),
    ((8, 8, 3), {"layout": "torch", "kind": "depthwise"}, "elsewhere a depthwise convolution is"),
    ((8, 3), {"layout": "keras", "kind": "depthwise"}, "at least 3 axes"),
    ((8, 8, 3), {"layout": "keras", "kind": "embedding"}, "an embedding has 2 axes"),
    ((8, 8), {"layout": "keras", "kind": "embedding", "transposed": True}, "is not transposed"),
    ((8, 8), {"layout": "torch", "in_axis": 0}, "in_axis belongs to layout 'jax'"),
    ((8, 8), {"layout": "jax", "in_axis": 2}, "in_axis=2 is no axis"),
    ((3, 2), {"layout": "jax", "in_axis": 0, "out_axis": 0, "batch_axis": 0}, "name one axis"),
    ((8, 8), {"layout": "keras", "equation": "ab,bc->ac", "groups": 2}, "leave groups out"),
    ((8, 8, 2), {"layout": "keras", "equation": "ab,bc->ac"}, "has 2 axes, the shape"),
    ((8, 8), {"layout": "keras", "equation": "ab->ac"}, "input,weight->output"),
    ((8, 8), {"layout": "keras", "equation": "ab,bb->a"}, "letters that differ"),
    ((8, 8), {"layout": "keras", "equation": "ab,bc->ad"}, "has the axis d"),
    ((8, 8), {"layout": "keras", "equation": "abe,bc->ac"}, "sums the input over e"),
    ((8, 8), {"layout": "keras", "equation": "ab,...c->ac"}, "the weight's axes are letters"),
    ((8, 8), {"layout": "keras", "equation": "ab,bc->ac", "stride": 2}, "stride is for kernels"),
    ((8, 8), {"layout": "torch", "parameter": "weight"}, "a shape is one already"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "arguments", "says"), BAD)
def test_what_does_not_fit_together_is_refused_in_words(
    shape: tuple[int, ...], arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises((InvalidInputError, UnknownNameError)) as refused:
        xt.fans(shape, **arguments)
    assert says in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("given", [None, 3, "relu", {"shape": (3, 3)}, int, np.zeros((3, 3))])
def test_what_is_neither_shape_nor_layer_is_refused(given: Any) -> None:
    with pytest.raises(InvalidInputError, match="fans are those of a shape such as") as refused:
        xt.fans(given)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("stride", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("dilation", [1, 2, 3, 4])
def test_the_middle_of_a_large_input_has_the_numbers_without_borders(
    stride: int, dilation: int
) -> None:
    """Count one period of inputs far from both ends, one by one."""
    for kernel in range(1, 8):
        reach = (kernel - 1) * dilation
        met = [
            sum((place - tap * dilation) % stride == 0 for tap in range(kernel))
            for place in range(reach, reach + stride)
        ]
        fans = xt.fans((1, 1, kernel), layout="torch", stride=stride, dilation=dilation)
        assert fans.effective_out == Fraction(sum(met), stride)
        assert fans.range_out == (min(met), max(met))


def test_huge_kernels_and_strides_cost_nothing() -> None:
    fans = xt.fans((3, 3, 10**9), layout="torch", stride=10**12)
    assert fans.effective_out == Fraction(3, 1000) and fans.range_out == (0, 3)


def test_a_layer_says_itself_what_its_stride_is() -> None:
    with pytest.raises(InvalidInputError, match="a layer says itself what its stride is"):
        xt.fans(type("Linear", (), {"__module__": "torch.nn.modules.linear"})(), stride=2)
