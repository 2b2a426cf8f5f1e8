"""Convolutions of ones by explicit loops: the products of every output and input, one by one."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple


class Dimension(NamedTuple):
    inputs: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    border: str = "zeros"


def beyond(position: int, inputs: int, border: str) -> int | None:
    """Which input stands at a position, also before 0 and after the end; None for a zero."""
    if 0 <= position < inputs:
        return position
    if border == "zeros":
        return None
    if border == "replicate":
        return 0 if position < 0 else inputs - 1
    if border == "circular":
        return position + inputs if position < 0 else position - inputs
    return -position if position < 0 else 2 * (inputs - 1) - position


def convolution_pairs(dimension: Dimension) -> tuple[list[tuple[int, int]], int]:
    """Every (output, input) that some tap joins, with the number of outputs."""
    inputs, kernel, stride, dilation, before, after, border = dimension
    pairs, output = [], 0
    while output * stride + (kernel - 1) * dilation < before + inputs + after:
        for tap in range(kernel):
            met = beyond(output * stride + tap * dilation - before, inputs, border)
            if met is not None:
                pairs.append((output, met))
        output += 1
    return pairs, output


def transposed_pairs(dimension: Dimension) -> tuple[list[tuple[int, int]], int]:
    """The same where each input is spread over the outputs, of which both ends are cut off."""
    inputs, kernel, stride, dilation, before, after, _ = dimension
    whole = (inputs - 1) * stride + (kernel - 1) * dilation + 1
    outputs = whole - before - after
    spread = (
        (given * stride + tap * dilation - before, given)
        for given in range(inputs)
        for tap in range(kernel)
    )
    return [(output, given) for output, given in spread if 0 <= output < outputs], outputs


class Products(NamedTuple):
    """How many products each output and each input has, a channel and a position each."""

    outputs: list[int]
    inputs: list[int]

    @property
    def averages(self) -> tuple[Fraction, Fraction]:
        return (
            Fraction(sum(self.outputs), len(self.outputs)),
            Fraction(sum(self.inputs), len(self.inputs)),
        )


def products(
    dimensions: list[Dimension], channels: tuple[int, int, int], transposed: bool = False
) -> Products:
    """Count the products of a convolution from ``channels`` = (inputs, outputs, groups)."""
    pairs_of = transposed_pairs if transposed else convolution_pairs
    found = [pairs_of(dimension) for dimension in dimensions]
    at_output: Counter[tuple[int, ...]] = Counter()
    at_input: Counter[tuple[int, ...]] = Counter()
    for into, out in _joined(channels):
        for places in itertools.product(*(pairs for pairs, _ in found)):
            at_output[(out, *(place[0] for place in places))] += 1
            at_input[(into, *(place[1] for place in places))] += 1
    inputs, outputs, _ = channels
    all_outputs = itertools.product(range(outputs), *(range(size) for _, size in found))
    all_inputs = itertools.product(range(inputs), *(range(d.inputs) for d in dimensions))
    return Products(
        [at_output[where] for where in all_outputs], [at_input[where] for where in all_inputs]
    )


def _joined(channels: tuple[int, int, int]) -> Iterator[tuple[int, int]]:
    inputs, outputs, groups = channels
    for into, out in itertools.product(range(inputs), range(outputs)):
        if into * groups // inputs == out * groups // outputs:
            yield into, out
