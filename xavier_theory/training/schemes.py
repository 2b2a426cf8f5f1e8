"""Initialization schemes: the law of a layer's weights, given its widths.

Their names are those of ``activations.initializations``, as in ``sample`` and ``phase``, and
``zeros`` and ``constant`` besides.
``too-small`` and ``too-large`` have a tenth and ten times Xavier's standard deviation. LeCun's
variance is Xavier's; its law here is the truncated normal (corrected), as Keras has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.enclosures import nearest_float
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.activations.initializations import GAIN, WITH_VALUE, initialization, is_known
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.laws import law

__all__ = ["SCHEMES", "Scheme", "scheme"]

Draw = Callable[[np.random.Generator, int, int], np.ndarray]
Variance = Callable[[int, int], float]


@dataclass(frozen=True)
class Scheme:
    """How the weights of a layer are drawn.

    ``draw(generator, fan_in, fan_out)`` returns ``(fan_out, fan_in)``; ``label`` says it in words.
    ``variance(fan_in, fan_out)`` is that of a weight, whose mean is then 0; None for weights that
    are not random.
    """

    name: str
    label: str
    draw: Draw
    variance: Variance | None = None

    def scales(self, widths: Sequence[int]) -> tuple[float, ...] | None:
        """fan_in·Var(W) of each layer of a network with these ``widths``; None if not random."""
        if self.variance is None:
            return None
        return tuple(
            fan_in * self.variance(fan_in, fan_out) for fan_in, fan_out in pairwise(widths)
        )


def _independent(name: str, label: str, variance: Variance, law_name: str = "normal") -> Scheme:
    weights = law(law_name)

    def draw(generator: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
        return weights.sample(generator, (fan_out, fan_in), variance(fan_in, fan_out))

    return Scheme(name, label, draw, variance)


def _constant(name: str, label: str, value: float) -> Scheme:
    return Scheme(name, label, lambda generator, fan_in, fan_out: np.full((fan_out, fan_in), value))


def _orthogonal(label: str, gain: float) -> Scheme:
    """Haar on matrices with orthonormal rows or columns (Mezzadri 2007, section 5), times gain."""

    def draw(generator: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
        tall = generator.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
        q, r = np.linalg.qr(tall)
        q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)
        return gain * (q if fan_out >= fan_in else q.T)

    # A row or a column has length 1, and its entries have one law.
    return Scheme("orthogonal", label, draw, lambda fan_in, fan_out: gain**2 / max(fan_in, fan_out))


def _scaled(name: str, label: str, scale: float) -> Scheme:
    return _independent(name, label, lambda fan_in, fan_out: scale / fan_in)


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        made.name: made
        for made in (
            _constant("zeros", "zeros", 0.0),
            _constant("constant", "constant 1/2", 0.5),
            _scaled("too-small", "too small: n Var(W) = 1/100", 0.01),
            _scaled("xavier", "Xavier: n Var(W) = 1", 1.0),
            _independent("glorot", "Glorot: 2/(fan_in + fan_out)",
                         lambda fan_in, fan_out: 2.0 / (fan_in + fan_out), "uniform"),
            _scaled("he", "He: n Var(W) = 2", 2.0),
            _independent("lecun", "LeCun: n Var(W) = 1, truncated",
                         lambda fan_in, fan_out: 1.0 / fan_in, "truncated-normal"),
            _orthogonal("orthogonal", 1.0),
            _scaled("too-large", "too large: n Var(W) = 100", 100.0),
        )
    }
)  # fmt: skip
"""Every scheme without parameters, by name."""


def scheme(
    given: str | Scheme | Any, value: Any = None, activation: Activation | None = None
) -> Scheme:
    """The scheme of a name, of n·Var(W) as a number, or of a ``Gain``.

    ``value`` is that of a name which takes one: ``constant`` the constant, ``orthogonal`` its gain,
    ``scale`` fan_in·Var(W), ``std`` the standard deviation; text such as ``"scale=25/9"`` gives
    both at once. ``"gain"`` is that of ``activation``. Raises ``UnknownNameError`` and
    ``InvalidInputError``.
    """
    if isinstance(given, Scheme):
        return given
    text = given if value is None else f"{given}={value}"
    if isinstance(text, str):
        key, equals, written = (part.strip() for part in text.partition("="))
        if key in SCHEMES and not equals:
            return SCHEMES[key]
        if key == "constant":
            number = float(exact_fraction(written, "the constant"))
            return _constant(key, f"constant {number:g}", number)
        if key == "std" and equals:
            number = float(exact_fraction(written, "std"))
            _require_in_range(key, number)
            return _independent(key, f"standard deviation {number:g}", lambda i, o: number**2)
        if key == GAIN and not equals and activation is None:
            raise InvalidInputError("the initialization gain is that of an activation; give one")
        if key not in (GAIN, *WITH_VALUE) and key.isidentifier() and not is_known(key):
            raise UnknownNameError("initialization", key[:60], [*SCHEMES, GAIN, *WITH_VALUE])
    found = initialization(text, get_activation("linear") if activation is None else activation)
    weight = nearest_float(found.weight_variance)
    _require_in_range(found.name, weight)
    if found.orthogonal:
        gain = math.sqrt(weight)
        return _orthogonal(f"orthogonal, gain {gain:g}", gain)
    if found.name in SCHEMES:
        return SCHEMES[found.name]
    label = f"gain: n Var(W) = {weight:g}" if found.name == GAIN else f"n Var(W) = {weight:g}"
    return _scaled(found.name, label, weight)


def _require_in_range(name: str, value: float) -> None:
    if value < 0 or not math.isfinite(value * value):
        raise InvalidInputError(f"the value of {name} must be in range, got {value!r}")
