"""The variance of weights by their fans: Var(W) = g²/fan."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.gains import gain, moment_of, scale_of
from xavier_theory.activations.plain_numbers import positive_integer
from xavier_theory.errors import InvalidInputError, UnknownNameError

MODES = ("fan_in", "fan_out", "fan_avg")


def variance(
    activation: Any,
    *,
    fan_in: int | Fraction | None = None,
    fan_out: int | Fraction | None = None,
    mode: str = "fan_in",
    q: Any = 1,
    convention: str = "second-moment",
    budget: int | None = None,
    **parameters: Any,
) -> float:
    """Var(W) = g²/fan for the activation *before* this layer's weights, g as in ``gain``.

    ``q``, ``convention`` and ``budget`` are those of ``gain``: the variance makes q a fixed point
    of the second moment of z, or keeps what the convention names. ``mode`` chooses fan:
    ``fan_in``, ``fan_out``, or ``fan_avg`` = (fan_in + fan_out)/2 (Glorot's compromise). A width
    that the mode needs and is missing, not an integer (or an effective fan, such as
    ``xt.fans(layer).effective_out``) or below 1 raises ``InvalidInputError``; so
    does one that is given and wrong, needed or not.
    """
    if mode not in MODES:
        raise UnknownNameError("mode", str(mode), MODES)
    given = {"fan_in": fan_in, "fan_out": fan_out}
    needed = ("fan_in", "fan_out") if mode == "fan_avg" else (mode,)
    missing = [name for name in needed if given[name] is None]
    if missing:
        raise InvalidInputError(f"mode {mode!r} needs {' and '.join(missing)}")
    widths = {name: _fan(v, name) for name, v in given.items() if v is not None}
    fan = sum((widths[name] for name in needed), Fraction(0)) / len(needed)
    found = gain(activation, q=q, convention=convention, budget=budget, **parameters)
    moment = moment_of(convention)(found.moments)
    exact = moment.midpoint if isinstance(moment, Enclosure) else Fraction(moment.value)
    return float(scale_of(found.q, convention) / (exact * fan))


def _fan(value: object, name: str) -> Fraction:
    if isinstance(value, Fraction) and value >= 1:
        return value
    return Fraction(positive_integer(value, name))
