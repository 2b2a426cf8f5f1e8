"""What documentation says of each initializer, as data (``documented.toml``), and the law it names.

The numbers of a law are derived here from the documented formula and the fans of a shape, never
from a sample, and never from another framework.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from xavier_theory.conformance import laws
from xavier_theory.conformance.cases import taken
from xavier_theory.conformance.laws import ComplexLaw, Law
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.frameworks.initialization import truncated_std
from xavier_theory.frameworks.layouts import Shape

FRAMEWORKS = ("torch", "keras", "jax", "flax")
FANS = ("fan_in", "fan_out", "fan_avg", "fan_geo_avg")
LAWS = ("normal", "uniform", "truncated-normal")


@dataclass(frozen=True)
class Entry:
    """One initializer with its arguments, as documented; the fields are explained in the data."""

    name: str
    where: str = ""
    says: str = ""
    variant: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    kind: str = "entries"
    law: str = ""
    variance: tuple[str, str] | None = None
    bound_squared: tuple[str, str] | None = None
    mean: float = 0.0
    std: float | None = None
    low: float | None = None
    high: float | None = None
    cut: float | None = None
    complex: str = ""
    gain: float = 1.0
    value: float = 0.0
    groups: int = 1
    side: str = ""
    sparsity: str = ""
    shape: tuple[int, ...] | None = None

    @property
    def title(self) -> str:
        """The name with what was given to it."""
        return f"{self.name}({self.variant})" if self.variant else self.name

    @property
    def has_fans(self) -> bool:
        """Whether the law depends on the shape."""
        return self.variance is not None or self.bound_squared is not None

    def standard_deviation(self, framework: str, shape: Shape) -> float:
        """√Var W of a real entry, by the documented formula; raises for a shape without fans."""
        if self.variance is not None:
            return math.sqrt(_per_fan(self.variance, framework, shape))
        if self.bound_squared is not None:
            return math.sqrt(_per_fan(self.bound_squared, framework, shape) / 3)
        return self.real_law(framework, shape).std

    def real_law(self, framework: str, shape: Shape) -> Law:
        """The law of a real entry of a weight of this shape."""
        if self.law == "normal":
            std = self.std if self.std is not None else self.standard_deviation(framework, shape)
            return laws.normal(self.mean, std)
        if self.law == "uniform":
            if self.low is not None and self.high is not None:
                return laws.uniform(self.low, self.high)
            end = math.sqrt(3) * self.standard_deviation(framework, shape)
            return laws.uniform(-end, end)
        if self.law != "truncated-normal":
            raise UnknownNameError("law", self.law, LAWS)
        if self.cut is None:
            if self.std is None or self.low is None or self.high is None:
                raise InvalidInputError(f"{self.title}: a law that is cut needs its ends")
            return laws.truncated_normal(self.mean, self.std, self.low, self.high)
        if self.std is not None:
            std = self.std
        else:  # the documented one is that after cutting
            std = self.standard_deviation(framework, shape) / truncated_std(self.cut)
        ends = self.mean - self.cut * std, self.mean + self.cut * std
        return laws.truncated_normal(self.mean, std, *ends)

    def complex_law(self, framework: str, shape: Shape) -> ComplexLaw:
        """The law of a complex entry, with E|w|² where a real one has its variance."""
        energy = self.standard_deviation(framework, shape) ** 2
        if self.complex == "normal":
            return laws.complex_normal(energy)
        if self.complex == "disk":
            return laws.disk(energy)
        if self.complex != "truncated" or self.cut is None:
            raise InvalidInputError(f"{self.title}: no law of complex entries is documented")
        return laws.complex_truncated(energy, self.cut)


def _per_fan(formula: tuple[str, str], framework: str, shape: Shape) -> float:
    number, name = formula
    inward, outward = (Fraction(fan) for fan in taken(framework, shape))
    if name == "fan_geo_avg":
        return float(Fraction(number)) / math.sqrt(inward * outward)
    found = {"fan_in": inward, "fan_out": outward, "fan_avg": (inward + outward) / 2}
    if name not in found:
        raise UnknownNameError("fan", name, FANS)
    return float(Fraction(number) / found[name])


@cache
def _data() -> dict[str, Any]:
    text = files("xavier_theory.conformance").joinpath("documented.toml").read_text("utf-8")
    return tomllib.loads(text)


def entries(framework: str) -> tuple[Entry, ...]:
    """All that the framework's documentation says; Flax hands on what JAX has, under its names."""
    if framework not in FRAMEWORKS:
        raise UnknownNameError("framework", str(framework), FRAMEWORKS)
    tables = [*_data().get("jax", ())] if framework == "flax" else []
    tables += _data()[framework]
    return tuple(entry_of(table) for table in tables)


def entry_of(table: dict[str, Any]) -> Entry:
    """An entry from a table of the data; a key that is not known is an error."""
    known = {each.name for each in fields(Entry)}
    for key in table:
        if key not in known:
            raise UnknownNameError("key of documentation", key, sorted(known))
    given: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in table.items()
    }
    return Entry(**given)


def chosen(framework: str, names: tuple[str, ...]) -> tuple[Entry, ...]:
    """The entries of these names, aliases among them, or all; unknown names are told."""
    every = entries(framework)
    if not names:
        return every
    known = {entry.name for entry in every}
    other = aliases(framework)
    for name in names:
        if name not in known and name not in other:
            raise UnknownNameError(f"initializer of {framework}", name, sorted(known | set(other)))
    wanted = {other.get(name, name) for name in names}
    return tuple(entry for entry in every if entry.name in wanted)


def aliases(framework: str) -> dict[str, str]:
    """Other names of the same initializers."""
    found: dict[str, str] = _data()["aliases"].get("jax" if framework == "flax" else framework, {})
    return found


def version(framework: str) -> str:
    """The version whose documentation was read."""
    found: str = _data()["versions"][framework]
    return found
