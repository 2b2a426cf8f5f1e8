"""The vocabulary of initializations: one for phases, sampling, training and the command line.

Each names σ_w² = fan_in·Var(W) in layers of equal width; ``gain`` is that of the activation.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.exact_numbers import NUMBERS, exact_fraction, exact_square
from xavier_theory.activations.gains import Gain, gain
from xavier_theory.errors import InvalidInputError, UnknownNameError

SCALES = {
    "xavier": Fraction(1), "glorot": Fraction(1), "lecun": Fraction(1), "he": Fraction(2),
    "too-small": Fraction(1, 100), "too-large": Fraction(100),
}  # fmt: skip
GAIN, ORTHOGONAL = "gain", "orthogonal"
WITH_VALUE = ("scale", "std", ORTHOGONAL)
"""Names that take a value: σ_w², the weights' standard deviation, the gain of an orthogonal W."""
NOT_RANDOM = ("zeros", "constant")
"""Names of weights that are all the same: training may start from them, and they have no σ_w²."""
_WHAT = "the weight variance fan_in·Var(W)"
_NUMBERS = ("e", "pi", "nan", "inf")  # words that are meant as numbers
_ALIASES = {
    "kaiming": "he", "kaiming-normal": "he", "he-normal": "he", "xavier-normal": "xavier",
    "lecun-normal": "lecun",
}  # fmt: skip


@dataclass(frozen=True)
class Initialization:
    """A name, σ_w² = fan_in·Var(W) in layers of equal width, and whether W is orthogonal."""

    name: str
    weight_variance: Fraction
    orthogonal: bool = False


def initialization(given: Any, activation: Activation, width: int | None = None) -> Initialization:
    """What a name, a text such as ``"scale=1.5"``, a number σ_w² or a ``Gain`` stands for.

    ``width`` is what ``std=`` needs. Raises ``UnknownNameError`` for an unknown name and
    ``InvalidInputError`` for a σ_w² that is not positive, and for a value that is missing.
    """
    found = _read(given, activation, width)
    if found.weight_variance <= 0:
        raise InvalidInputError(f"{_WHAT} must be positive, got {str(given)[:60]}")
    return found


def _read(given: Any, activation: Activation, width: int | None) -> Initialization:
    if isinstance(given, Gain):
        return Initialization(GAIN, given.square)
    if not isinstance(given, str):
        return Initialization("scale", exact_fraction(given, _WHAT))
    text = given.strip()
    key, equals, value = (part.strip() for part in text.partition("="))
    key = _ALIASES.get(key.lower().replace("_", "-"), key.lower().replace("_", "-"))
    if key in NOT_RANDOM:
        raise InvalidInputError(f"{key} weights are not random: only training can start from them")
    if equals:
        return _with_value(key, value, width)
    if key in SCALES:
        return Initialization(key, SCALES[key])
    if key == GAIN:
        return Initialization(GAIN, gain(activation).square)
    if key == ORTHOGONAL:
        return Initialization(ORTHOGONAL, Fraction(1), True)
    if key in WITH_VALUE:
        raise InvalidInputError(f"the initialization {key} needs a value, as in {key}=0.5")
    if text.replace("-", "").replace("_", "").isalpha() and text not in _NUMBERS:
        raise UnknownNameError("initialization", text[:60], known_names())
    return Initialization("scale", exact_fraction(text, _WHAT))


def is_known(name: str) -> bool:
    """Whether it is a name, in any spelling, or a word that is meant as a number."""
    key = name.lower().replace("_", "-")
    return _ALIASES.get(key, key) in (*SCALES, GAIN, *WITH_VALUE) or name in _NUMBERS


def known_names() -> list[str]:
    """The names that may be written, those with a value as ``name=``."""
    return [*SCALES, GAIN, ORTHOGONAL, *(f"{name}=" for name in WITH_VALUE)]


def _with_value(key: str, value: str, width: int | None) -> Initialization:
    if key not in WITH_VALUE:
        if key in SCALES or key == GAIN:
            raise InvalidInputError(f"the initialization {key} takes no value, got {value[:40]!r}")
        raise UnknownNameError("initialization", key[:60], known_names())
    if key == "scale":
        return Initialization(key, exact_fraction(value, "scale"))
    square = exact_square(value, key)
    if key == ORTHOGONAL:
        return Initialization(key, square, True)
    if width is None:
        raise InvalidInputError(
            f"std= is fan_in·Var(W) = fan_in·std² only for a known fan_in; give σ_w: {NUMBERS}"
        )
    return Initialization(key, width * square)
