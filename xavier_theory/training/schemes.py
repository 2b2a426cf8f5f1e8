"""Initialization schemes: the law of a layer's weights, given its widths.

``too-small`` and ``too-large`` have a tenth and ten times Xavier's standard deviation. LeCun's
variance is Xavier's; its law here is the truncated normal (corrected), as Keras has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.laws import law

__all__ = ["SCHEMES", "Scheme", "scheme"]

Draw = Callable[[np.random.Generator, int, int], np.ndarray]


@dataclass(frozen=True)
class Scheme:
    """How the weights of a layer are drawn.

    ``draw(generator, fan_in, fan_out)`` returns ``(fan_out, fan_in)``; ``label`` says it in words.
    """

    name: str
    label: str
    draw: Draw


def _independent(variance: Callable[[int, int], float], law_name: str = "normal") -> Draw:
    weights = law(law_name)

    def draw(generator: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
        return weights.sample(generator, (fan_out, fan_in), variance(fan_in, fan_out))

    return draw


def _constant(value: float) -> Draw:
    return lambda generator, fan_in, fan_out: np.full((fan_out, fan_in), value)


def _orthogonal(gain: float) -> Draw:
    """Haar on matrices with orthonormal rows or columns (Mezzadri 2007, section 5), times gain."""

    def draw(generator: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
        tall = generator.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
        q, r = np.linalg.qr(tall)
        q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)
        return gain * (q if fan_out >= fan_in else q.T)

    return draw


def _scaled(scale: float) -> Draw:
    return _independent(lambda fan_in, fan_out: scale / fan_in)


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        made.name: made
        for made in (
            Scheme("zeros", "zeros", _constant(0.0)),
            Scheme("constant", "constant 1/2", _constant(0.5)),
            Scheme("too-small", "too small: n Var(W) = 1/100", _scaled(0.01)),
            Scheme("xavier", "Xavier: n Var(W) = 1", _scaled(1.0)),
            Scheme("glorot", "Glorot: 2/(fan_in + fan_out)",
                   _independent(lambda fan_in, fan_out: 2.0 / (fan_in + fan_out), "uniform")),
            Scheme("he", "He: n Var(W) = 2", _scaled(2.0)),
            Scheme("lecun", "LeCun: n Var(W) = 1, truncated",
                   _independent(lambda fan_in, fan_out: 1.0 / fan_in, "truncated-normal")),
            Scheme("orthogonal", "orthogonal", _orthogonal(1.0)),
            Scheme("too-large", "too large: n Var(W) = 100", _scaled(100.0)),
        )
    }
)  # fmt: skip
"""Every scheme without parameters, by name."""

_WITH_VALUE: Mapping[str, Callable[[float], Scheme]] = MappingProxyType(
    {
        "constant": lambda v: Scheme("constant", f"constant {v:g}", _constant(v)),
        "orthogonal": lambda v: Scheme("orthogonal", f"orthogonal, gain {v:g}", _orthogonal(v)),
        "scale": lambda v: Scheme("scale", f"n Var(W) = {v:g}", _scaled(v)),
        "std": lambda v: Scheme("std", f"standard deviation {v:g}",
                                _independent(lambda fan_in, fan_out: v**2)),
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
