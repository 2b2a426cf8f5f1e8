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
from xavier_theory.frameworks.layouts import Shape
from xavier_theory.shown import Shown

MODES = ("fan_in", "fan_out", "fan_avg")


@dataclass(frozen=True)
class Fans(
    Shown,
    text="xavier_theory.frameworks.showing:fans_text",
    markdown="xavier_theory.frameworks.showing:fans_markdown",
    data="xavier_theory.frameworks.showing:fans_data",
):
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
        found: dict[str, Any] = self._shown("data")
        return found
