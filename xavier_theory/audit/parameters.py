"""A parameter as data: role, fans, statistics, and what it has in common with others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xavier_theory.frameworks.fan_counts import Fans

ROLES = ("weight", "convolution", "attention", "recurrent", "embedding", "scale", "bias", "other")
WEIGHTS = ("weight", "convolution", "attention", "recurrent")


@dataclass(frozen=True)
class Parameter:
    """One parameter, and the statistics of its entries.

    ``count`` entries have the mean ``mean`` and the mean square ``square``; ``least`` and
    ``largest`` are |w| of the smallest that is not 0 and of the largest. ``zeros`` and
    ``nonfinite`` count entries; with the latter no statistic is known, and all are 0.
    ``epsilon`` is the rounding of its type. ``scale`` is c where its shorter side is c times
    orthonormal, None elsewhere. ``twins`` counts units (rows) that equal an earlier one.
    ``tied`` names the parameter whose memory it shares, ``equals`` another one of equal entries.
    ``fans`` is None where no output sums several products. Of a bias ``of`` is the weight beside
    it. ``gradient`` is the mean square of its gradient, None where none reached it.
    """

    name: str
    module_kind: str
    role: str
    shape: tuple[int, ...]
    kind: str
    trained: bool
    count: int
    mean: float = 0.0
    square: float = 0.0
    least: float = 0.0
    largest: float = 0.0
    zeros: int = 0
    nonfinite: int = 0
    epsilon: float = 0.0
    constant: bool = False
    identity: bool = False
    scale: float | None = None
    twins: int = 0
    tied: str | None = None
    equals: str | None = None
    fans: Fans | None = None
    of: str | None = None
    used: bool = True
    gradient: float | None = None

    @property
    def module(self) -> str:
        """The path of the module that holds it."""
        return self.name.rpartition(".")[0]

    @property
    def places(self) -> list[str]:
        """Its name with * for one part that is a number, for each such part."""
        parts = self.name.split(".")
        return [
            ".".join([*parts[:index], "*", *parts[index + 1 :]])
            for index, part in enumerate(parts)
            if part.isdecimal()
        ]

    @property
    def block_pattern(self) -> str:
        """Its name with * for all parts that are numbers."""
        return ".".join("*" if part.isdecimal() else part for part in self.name.split("."))

    @property
    def pattern(self) -> str:
        """Its name with * for all numbers, so that fc1 and fc2 are alike as well."""
        return re.sub(r"\d+", "*", self.name)

    @property
    def variance(self) -> float:
        """Mean square less the square of the mean, at least 0."""
        return max(self.square - self.mean**2, 0.0)

    @property
    def drawn(self) -> bool:
        """Whether its entries can be a sample of a law: several, finite, and not all equal."""
        return self.count > 1 and not self.nonfinite and not self.constant and self.tied is None
