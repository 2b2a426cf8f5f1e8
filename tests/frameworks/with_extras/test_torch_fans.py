"""Fans of torch's modules, against convolutions of ones by torch and its autograd."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import torch
from torch import nn

import xavier_theory as xt
from xavier_theory.errors import InvalidInputError


def counted(module: Any, *inputs: int) -> tuple[Any, Any]:
    """The products of each output and of each gradient entry: all weights and inputs are 1."""
    for parameter in module.parameters():
        nn.init.constant_(parameter, 0.0 if parameter.dim() < 2 else 1.0)
    given = torch.ones(1, *inputs, dtype=torch.float64, requires_grad=True)
    made = module.double()(given)
    (gradient,) = torch.autograd.grad(made.sum(), given)
    return made.detach(), gradient


def average(values: Any) -> Fraction:
    return Fraction(int(values.sum().item()), values.numel())


CONVOLUTIONS: list[tuple[Any, tuple[int, ...]]] = [
    (nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), (4, 9)),
    (nn.Conv1d(3, 5, 3, padding="same", dilation=2), (3, 8)),
    (nn.Conv1d(3, 5, 4, padding="same"), (3, 8)),
    (nn.Conv2d(8, 8, 3, padding=1, groups=8), (8, 7, 5)),
    (nn.Conv2d(4, 6, (3, 5), stride=(1, 2), padding=(1, 2), dilation=(2, 1)), (4, 11, 9)),
    (nn.Conv2d(4, 6, 3, padding=2, padding_mode="circular"), (4, 6, 5)),
    (nn.Conv2d(4, 6, 3, padding=2, padding_mode="reflect", stride=2), (4, 6, 5)),
    (nn.Conv2d(4, 6, 3, padding="same", padding_mode="replicate"), (4, 6, 5)),
    (nn.Conv2d(4, 6, 1, stride=2), (4, 6, 5)),  # inputs that no output sees
    (nn.Conv3d(2, 4, 3, stride=2, padding=1), (2, 5, 4, 6)),
    (nn.ConvTranspose1d(4, 6, 3, stride=2, groups=2), (4, 7)),
    (nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1), (4, 5, 6)),
    (nn.ConvTranspose2d(4, 6, 2, stride=3), (4, 5, 6)),  # outputs that are 0
    (nn.ConvTranspose3d(2, 4, 3, stride=2, dilation=2, padding=2), (2, 4, 3, 4)),
]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize(("module", "inputs"), CONVOLUTIONS, ids=lambda value: str(value)[:60])
def test_effective_fans_of_convolutions_are_products_of_ones(
    module: Any, inputs: tuple[int, ...]
) -> None:
    made, gradient = counted(module, *inputs)
    fans = xt.fans(module, input_size=inputs[1:])
    assert fans.output_size == tuple(made.shape[2:])
    assert (fans.effective_in, fans.effective_out) == (average(made), average(gradient))
    assert fans.range_in == (int(made.min()), int(made.max()))
    assert fans.range_out == (int(gradient.min()), int(gradient.max()))
    taken = nn.init._calculate_fan_in_and_fan_out(module.weight)
    assert (fans.fan_in, fans.fan_out) == taken


@pytest.mark.parametrize(
    "module",
    [
        nn.Conv1d(4, 6, 3, stride=2, groups=2),
        nn.Conv1d(3, 5, 4, dilation=2, stride=3),
        nn.Conv1d(3, 5, 3, dilation=2, stride=2),  # taps on every other input only
        nn.ConvTranspose1d(4, 6, 3, stride=2),
    ],
)
def test_without_an_input_size_there_are_no_borders(module: Any) -> None:
    """On a ring nothing has a border; the ring's gradient is the transposed convolution's."""
    ones = nn.init.constant_(module.weight, 1.0)
    ring = torch.ones(1, ones.shape[1] * module.groups, 12 * module.stride[0], requires_grad=True)
    span = (module.kernel_size[0] - 1) * module.dilation[0]
    padded = nn.functional.pad(ring, (0, span), mode="circular")
    made = nn.functional.conv1d(
        padded, ones, None, module.stride, 0, module.dilation, module.groups
    )
    (gradient,) = torch.autograd.grad(made.sum(), ring)
    ends = [(average(v), (int(v.min()), int(v.max()))) for v in (made.detach(), gradient)]
    fans = xt.fans(module)
    found = [(fans.effective_in, fans.range_in), (fans.effective_out, fans.range_out)]
    assert fans.input_size is None
    assert found == (ends[::-1] if module.transposed else ends)


def test_a_linear_layer_has_its_widths() -> None:
    module = nn.Linear(7, 5)
    made, gradient = counted(module, 7)
    fans = xt.fans(module)
    assert (fans.effective_in, fans.effective_out) == (average(made), average(gradient)) == (7, 5)
    assert (fans.fan_in, fans.fan_out) == nn.init._calculate_fan_in_and_fan_out(module.weight)


def test_an_embedding_looks_up() -> None:
    module = nn.Embedding(100, 8)
    fans = xt.fans(module)
    assert (fans.fan_in, fans.fan_out) == nn.init._calculate_fan_in_and_fan_out(module.weight)
    assert (fans.effective_in, fans.effective_out) == (1, None)
    module.weight.data.normal_(std=3.0, generator=torch.Generator().manual_seed(0))
    assert module(torch.arange(100)).std().item() == pytest.approx(3, rel=0.15)  # the table's own


@pytest.mark.parametrize(
    ("module", "parameter", "products"),
    [
        (nn.LSTM(6, 5), "weight_ih_l0", (6, 20)),
        (nn.LSTM(6, 5), "weight_hh_l0", (5, 20)),
        (nn.GRU(6, 5), "weight_ih_l0", (6, 15)),
        (nn.RNN(6, 5), "weight_ih_l0", (6, 5)),
        (nn.LSTMCell(6, 5), "weight_hh", (5, 20)),
        (nn.MultiheadAttention(8, 2), "in_proj_weight", (8, 24)),
        (nn.MultiheadAttention(8, 2, kdim=6, vdim=4), "k_proj_weight", (6, 8)),
    ],
)  # fmt: skip
def test_weights_of_several_are_chosen(module: Any, parameter: str, products: Any) -> None:
    fans = xt.fans(module, parameter=parameter)
    assert (fans.effective_in, fans.effective_out) == products
    weight = getattr(module, parameter)
    assert (fans.fan_in, fans.fan_out) == nn.init._calculate_fan_in_and_fan_out(weight)
    fused = products[1] not in (5, 8)
    assert bool(fans.remarks) == fused


def test_a_parametrized_weight_is_the_one_that_is_applied() -> None:
    module = nn.utils.parametrizations.weight_norm(nn.Conv1d(4, 6, 3))
    assert xt.fans(module).effective_in == 12


def test_a_subclass_is_its_base() -> None:
    class Mine(nn.Linear):
        pass

    assert xt.fans(Mine(3, 4)).effective_in == 3
    assert xt.fans(nn.MultiheadAttention(8, 2).out_proj).effective_in == 8


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (nn.Bilinear(2, 3, 4), "Bilinear has two inputs"),
        (nn.EmbeddingBag(5, 3), "EmbeddingBag sums the rows of a bag"),
        (nn.LSTM(2, 3), "choose with parameter=: weight_ih_l0, weight_hh_l0"),
        (nn.Sequential(nn.ReLU(), nn.Linear(2, 3)), "give one of its parts, such as 1"),
        (nn.ReLU(), "ReLU has no weight of at least 2 axes"),
        (nn.LayerNorm((3, 4)), "LayerNorm scales each entry"),
        (nn.BatchNorm2d(3), "BatchNorm2d scales each entry"),
        (nn.LazyLinear(3), "LazyLinear takes its shape from the first input"),
        (nn.LazyConv2d(3, 3), "LazyConv2d takes its shape from the first input"),
        (torch.ones(3, 4), "of a Tensor give tuple(weight.shape)"),
        (nn.Linear(3, 4).weight, "of a Parameter give tuple(weight.shape)"),
        (nn.Linear, "got the class Linear"),
    ],
)
def test_modules_without_one_fan_are_refused_in_words(given: Any, says: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        xt.fans(given)
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_wrong_parameter_is_refused_with_the_right_ones() -> None:
    with pytest.raises(InvalidInputError, match=r"no weight 'kernel'; its weights: weight$"):
        xt.fans(nn.Linear(3, 4), parameter="kernel")
    with pytest.raises(InvalidInputError, match="input_size is for kernels with positions"):
        xt.fans(nn.Linear(3, 4), input_size=5)
