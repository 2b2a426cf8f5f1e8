"""One dimension of a convolution: how many taps meet each output, and each input.

Notation: o is an output, i an input, j a tap of the kernel; k, s, d are the kernel's size, the
stride and the dilation. A convolution multiplies tap j with input i = o·s + j·d − before. A
transposed one swaps the roles: input i reaches output o = i·s + j·d − before, where ``before`` is
what is cut off. Products with padding are 0 and are not counted; padding that repeats inputs
(``circular``, ``reflect``, ``replicate``) makes products of them, and these are.

Source: Dumoulin & Visin (2016), sections 2–5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np

from xavier_theory.errors import InvalidInputError

# padding modes, in torch's words -> numpy's
BORDERS = {"zeros": "constant", "circular": "wrap", "reflect": "reflect", "replicate": "edge"}
_MOST_MEETINGS = 50_000_000  # of a position and a tap, in one dimension: about a second


@dataclass(frozen=True)
class Counts:
    """How many taps meet one position: on average, and at the positions with the least and most."""

    average: Fraction
    least: int
    most: int


@dataclass(frozen=True)
class Window:
    """A kernel along one dimension; ``inputs`` is None where there are no borders.

    ``before`` and ``after`` are positions padded, or for a transposed convolution cut off, at the
    two ends; a negative ``after`` of a transposed one is ``output_padding``.
    """

    kernel: int
    stride: int = 1
    dilation: int = 1
    transposed: bool = False
    inputs: int | None = None
    before: int = 0
    after: int = 0
    border: str = "zeros"

    @property
    def span(self) -> int:
        """The distance from the first tap to the last, both counted."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def outputs(self) -> int | None:
        """How many outputs there are; None where there are no borders."""
        if self.inputs is None:
            return None
        if self.transposed:
            return (self.inputs - 1) * self.stride + self.span - self.before - self.after
        return (self.inputs + self.before + self.after - self.span) // self.stride + 1

    @property
    def of_outputs(self) -> Counts:
        """How many taps meet an output."""
        return self._ends[1 if self.transposed else 0]

    @property
    def of_inputs(self) -> Counts:
        """How many taps meet an input."""
        return self._ends[0 if self.transposed else 1]

    @cached_property
    def _ends(self) -> tuple[Counts, Counts]:
        """The counts on the side that strides, and on the side that is strided over."""
        if self.inputs is None:
            # The taps j·d fall in turn on the s/gcd(d, s) multiples of gcd(d, s) modulo s.
            met = self.stride // math.gcd(self.dilation, self.stride)
            least = self.kernel // met if met == self.stride else 0
            return (
                Counts(Fraction(self.kernel), self.kernel, self.kernel),
                Counts(Fraction(self.kernel, self.stride), least, -(-self.kernel // met)),
            )
        strided, passed = self._meetings(self.inputs)
        return _counts(strided), _counts(passed)

    def _meetings(self, inputs: int) -> tuple[Any, Any]:
        outputs = self.outputs
        if outputs is None or outputs < 1:
            raise InvalidInputError(
                f"a kernel that spans {self.span} positions does not fit an input of {inputs} "
                f"with padding {self.before} and {self.after}: there would be no output"
            )
        if max(inputs, outputs) * self.kernel > _MOST_MEETINGS:
            raise InvalidInputError(
                f"an input of {inputs} and a kernel of {self.kernel} are too many products to "
                f"count; leave input_size out for the numbers far from all borders"
            )
        if self.transposed:
            steps, reached = inputs, np.arange(outputs)
            reached = np.pad(reached, (self.before, max(self.after, 0)), constant_values=-1)
        else:
            steps, reached = outputs, self._padded(inputs)
        strided = np.zeros(steps, dtype=np.int64)
        passed = np.zeros(outputs if self.transposed else inputs, dtype=np.int64)
        for tap in range(self.kernel):
            first = tap * self.dilation
            met = reached[first : first + (steps - 1) * self.stride + 1 : self.stride]
            strided[: met.size] += met >= 0
            passed += np.bincount(met[met >= 0], minlength=passed.size)
        return strided, passed

    def _padded(self, inputs: int) -> Any:
        """The inputs' numbers with what stands beyond both ends; −1 where that is 0."""
        numbers, ends = np.arange(inputs), (self.before, self.after)
        if self.border == "zeros":
            return np.pad(numbers, ends, constant_values=-1)
        most = {"circular": inputs, "reflect": inputs - 1}.get(self.border, max(ends))
        if max(ends) > most:
            raise InvalidInputError(
                f"{self.border} padding of {max(ends)} does not fit an input of {inputs}"
            )
        mode: Literal["wrap", "reflect", "edge"] = BORDERS[self.border]  # type: ignore[assignment]
        return np.pad(numbers, ends, mode=mode)


def _counts(found: Any) -> Counts:
    return Counts(Fraction(int(found.sum()), int(found.size)), int(found.min()), int(found.max()))
