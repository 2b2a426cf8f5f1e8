"""The networks that the page asks for: data, widths, activation, scheme, and the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from xavier_theory.activations.activation import Activation
from xavier_theory.explorer.setups import (
    LIMITS,
    FieldError,
    checked_activation,
    choice,
    hidden_widths,
    number,
    whole,
)
from xavier_theory.training.datasets import DATASETS, Dataset, load_dataset
from xavier_theory.training.schemes import SCHEMES, Scheme, scheme

__all__ = ["COMPARED", "NetworkSetup", "network_setup", "scheme_labels"]

COMPARED = ("none", *SCHEMES)
"""What the chosen scheme can be trained beside."""

_DIGITS = 500  # images; the explorer answers quickly rather than to the last percent
_POINTS = 200


@dataclass(frozen=True)
class NetworkSetup:
    """A kind of network, on a data set; ``scale`` is fan_in·Var(W) of the scheme ``scale``."""

    data: Dataset
    hidden: tuple[int, ...]
    activation: Activation
    scheme: Scheme
    seed: int

    @property
    def widths(self) -> tuple[int, ...]:
        """n^[0..L]."""
        return (self.data.features, *self.hidden, self.data.classes)

    @property
    def weights(self) -> int:
        """How many weights one network has."""
        return sum(a * b for a, b in pairwise(self.widths))


def scheme_labels() -> dict[str, str]:
    """The schemes by name, with what they are called; ``scale`` is the slider's own."""
    return {name: each.label for name, each in SCHEMES.items()} | {
        "scale": "n Var(W) from the slider"
    }


def network_setup(data: Mapping[str, Any]) -> NetworkSetup:
    """Check every field of ``data``; ``FieldError`` names the first that is wrong."""
    chosen = load(choice(data, "data", tuple(DATASETS)))
    return NetworkSetup(
        chosen,
        hidden_widths(data, chosen.features, chosen.classes),
        checked_activation(data),
        chosen_scheme(data),
        whole(data, "seed", 0, LIMITS.seed),
    )


def chosen_scheme(data: Mapping[str, Any]) -> Scheme:
    """The scheme of ``data``, with the slider's value where it takes one."""
    name = choice(data, "scheme", tuple(scheme_labels()))
    if name == "scale":
        return scheme(name, number(data, "scale", *LIMITS.scale))
    return scheme(name)


def compared_scheme(data: Mapping[str, Any], beside: Scheme) -> Scheme | None:
    """The scheme that is trained beside the chosen one, if any."""
    name = choice(data, "compare", COMPARED)
    return None if name in ("none", beside.name) else scheme(name)


@lru_cache(maxsize=8)
def load(name: str) -> Dataset:
    """The data set, of a size that trains quickly."""
    try:
        return load_dataset(name, _DIGITS if name == "digits" else _POINTS)
    except ImportError as error:
        raise FieldError("data", str(error)) from None
