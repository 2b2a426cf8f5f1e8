"""What the page may ask for: the values of its controls, checked one by one.

``Limits`` bound the work of a single request; they are generous for a class and small for a laptop.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.errors import InvalidInputError, XavierTheoryError

__all__ = ["LIMITS", "FieldError", "Limits", "checked_activation", "number", "whole"]


@dataclass(frozen=True)
class Limits:
    """The largest values of each field."""

    layers: int = 30
    width: int = 256
    weights: int = 200_000
    expression: int = 300
    seed: int = 2**32 - 1
    scale: tuple[float, float] = (1e-4, 1e3)
    rate: tuple[float, float] = (1e-8, 1e3)


LIMITS = Limits()


class FieldError(InvalidInputError):
    """A value of one field is wrong; ``field`` is its name, beside which the text is shown."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def checked_activation(data: Mapping[str, Any]) -> Activation:
    """φ: a name of the catalogue or an expression in z."""
    text = data.get("activation")
    if not isinstance(text, str):
        raise FieldError("activation", "the activation is a name or an expression in z")
    if len(text) > LIMITS.expression:
        raise FieldError(
            "activation",
            f"an expression here has at most {LIMITS.expression} characters, got {len(text)}",
        )
    try:
        return get_activation(text)
    except XavierTheoryError as error:
        raise FieldError("activation", str(error)) from None


def hidden_widths(data: Mapping[str, Any], inputs: int, outputs: int) -> tuple[int, ...]:
    """The widths of the hidden layers, between ``inputs`` and ``outputs`` units."""
    given = data.get("widths")
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise FieldError("widths", "the widths are a list of at least one whole number")
    if len(given) > LIMITS.layers:
        raise FieldError(
            "widths", f"at most {LIMITS.layers} hidden layers fit here, got {len(given)}"
        )
    widths = tuple(whole({"widths": each}, "widths", 1, LIMITS.width) for each in given)
    sizes = (inputs, *widths, outputs)
    weights = sum(a * b for a, b in pairwise(sizes))
    if weights > LIMITS.weights:
        raise FieldError(
            "widths",
            f"these layers have {weights:,} weights, at most {LIMITS.weights:,} fit here",
        )
    return widths


def choice(data: Mapping[str, Any], field: str, known: Sequence[str]) -> str:
    """One of the names ``known``."""
    given = data.get(field)
    if not isinstance(given, str) or given not in known:
        raise FieldError(field, f"choose one of {', '.join(known)}")
    return given


def whole(data: Mapping[str, Any], field: str, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``."""
    given = data.get(field)
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise FieldError(field, f"a whole number from {low} to {high} is needed")
    return given


def number(data: Mapping[str, Any], field: str, low: float, high: float) -> float:
    """A number from ``low`` to ``high``."""
    given = data.get(field)
    if (
        isinstance(given, bool)
        or not isinstance(given, int | float)
        or not (math.isfinite(given) and low <= given <= high)
    ):
        raise FieldError(field, f"a number from {low:g} to {high:g} is needed")
    return float(given)
