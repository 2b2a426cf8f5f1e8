"""Initialization schemes: the law of a layer's weights, given its widths.

``too-small`` and ``too-large`` have a tenth and ten times Xavier's standard deviation. LeCun's
variance is Xavier's; its law here is the truncated normal (corrected), as Keras has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from xavier_theory.activations.exact_numbers import exact_fraction
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

_WITH_VALUE: Mapping[str, Callable[[float], Scheme]] = MappingProxyType(
    {
        "constant": lambda v: _constant("constant", f"constant {v:g}", v),
        "orthogonal": lambda v: _orthogonal(f"orthogonal, gain {v:g}", v),
        "scale": lambda v: _scaled("scale", f"n Var(W) = {v:g}", v),
        "std": lambda v: _independent("std", f"standard deviation {v:g}",
                                      lambda fan_in, fan_out: v**2),
    }
)  # fmt: skip


def scheme(name: str | Scheme, value: float | None = None) -> Scheme:
    """The scheme called ``name``, with a ``value`` where it takes one.

    ``constant`` takes the constant, ``orthogonal`` its gain, ``scale`` fan_in·Var(W), ``std`` the
    standard deviation; the last three not negative. Text such as ``"scale=1.5"`` gives both at
    once. Raises ``UnknownNameError`` and ``InvalidInputError``.
    """
    if isinstance(name, Scheme):
        return name
    key, equals, written = str(name).partition("=")
    if equals and value is None:
        try:
            value = float(written)
        except ValueError:
            raise InvalidInputError(f"{key} needs a number after =, got {written!r}") from None
    if key not in SCHEMES and key not in _WITH_VALUE:
        raise UnknownNameError("scheme", key, sorted({*SCHEMES, *_WITH_VALUE}))
    if value is None:
        if key not in SCHEMES:
            raise InvalidInputError(f"the scheme {key} needs a value, as in {key}=0.5")
        return SCHEMES[key]
    if key not in _WITH_VALUE:
        raise InvalidInputError(f"the scheme {key} takes no value, got {value!r}")
    number = float(exact_fraction(value, f"the value of {key}"))
    if (key != "constant" and number < 0) or not math.isfinite(number * number):
        raise InvalidInputError(f"the value of {key} must be in range, got {value!r}")
    return _WITH_VALUE[key](number)
