"""Finite probability models: a few atoms with rational weights, a rational value at each atom.

A model is a product of independent *blocks*. A member lives on some of them: it has one value for
each combination of their atoms, in lexicographic order; a constant lives on none. A model made by
``Model.of`` has one block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sympy import Symbol

from xavier_theory.finite_models.arithmetic import ONE, Number, exact
from xavier_theory.finite_models.errors import FiniteModelError, MissingValueError
from xavier_theory.kernel.terms import Term, show
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.terms import Entry

Member = Term
"""A member of a family at concrete indices: a kernel term whose indices are whole numbers."""

Blocks = tuple[int, ...]
Function = Callable[..., Number]


@dataclass(frozen=True)
class Shape:
    """The sizes at which terms are unrolled.

    Attributes
    ----------
    numbers: the whole numbers among the scalars (kernel terms): widths and depths.
    widths: the members of families of widths take these values in turn, layer by layer.
    units: free unit indices run over 1..units.
    layers: free layer indices run over 0..layers.
    reach: by how much the terms go beyond all these: 1 for ``a[l + 1]`` and for a sum to ``n + 1``.
        Assumptions are imposed as far as the terms go, or the model would be none of theirs.
    """

    numbers: tuple[tuple[Term, int], ...] = ()
    widths: tuple[int, ...] = (1,)
    units: int = 2
    layers: int = 1
    reach: int = 0

    @classmethod
    def of(cls, numbers: Mapping[Symbol, int], **more: Any) -> Shape:
        """A shape with values of sympy symbols; ``more`` are its other attributes."""
        return cls(tuple((encode(symbol), value) for symbol, value in numbers.items()), **more)

    def width(self, member: Member) -> int:
        """The value of a member of a family of widths."""
        return self.widths[sum(indices_of(member)) % len(self.widths)]


@dataclass(frozen=True)
class Polynomial:
    """A polynomial with rational coefficients: the meaning of an opaque function in a model.

    ``terms`` pairs each coefficient with the exponents of the arguments.
    """

    terms: tuple[tuple[Number, tuple[int, ...]], ...]

    def __call__(self, *arguments: Number) -> Number:
        """The value at ``arguments``, one for each exponent of a term."""
        total = exact(0)
        for coefficient, exponents in self.terms:
            value = coefficient
            for argument, exponent in zip(arguments, exponents, strict=True):
                if exponent:
                    value = value * (argument if exponent == 1 else argument**exponent)
            total = total + value
        return total

    def __str__(self) -> str:
        names = "xyzuvw"
        parts = []
        for coefficient, exponents in self.terms:
            powers = [
                f"{names[k % 6]}^{e}" if e > 1 else names[k % 6]
                for k, e in enumerate(exponents)
                if e
            ]
            parts.append(" ".join([str(coefficient), *powers]))
        return " + ".join(parts) or "0"


@dataclass(frozen=True)
class Model:
    """A finite probability model; ``of`` makes one by hand, ``drawing/models.py`` draws one.

    Attributes
    ----------
    weights: of each block, the probabilities of its atoms: positive rationals that sum to 1.
    values: of each member that has a value, its blocks and its values there.
    scalars: the values of scalars (kernel terms) that are no sizes.
    functions: the meanings of opaque functions, by name.
    shape: the sizes.
    """

    weights: tuple[tuple[Number, ...], ...]
    values: Mapping[Member, tuple[Blocks, tuple[Number, ...]]]
    scalars: Mapping[Term, Number] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    shape: Shape = field(default_factory=Shape)

    def __post_init__(self) -> None:
        for weights in self.weights:
            if not weights or sum(weights) != 1 or min(weights) <= 0:
                raise FiniteModelError(f"the weights {weights} are not positive with sum 1")
        for member, (blocks, values) in self.values.items():
            if len(values) != self.size(blocks):
                raise FiniteModelError(
                    f"{name(member)} has {len(values)} values on {self.size(blocks)} atoms"
                )

    @classmethod
    def of(
        cls,
        weights: Sequence[Any],
        members: Mapping[Entry, Any],
        scalars: Mapping[Symbol, Any] | None = None,
        functions: Mapping[str, Function] | None = None,
        shape: Shape | None = None,
    ) -> Model:
        """A model with one block.

        ``members`` gives a number for each constant member, one per atom for each random member.
        """
        values: dict[Member, tuple[Blocks, tuple[Number, ...]]] = {}
        for entry, given in members.items():
            key = encode(entry)
            if isinstance(given, Sequence):
                values[key] = ((0,), tuple(map(exact, given)))
            else:
                values[key] = ((), (exact(given),))
        numbers = {encode(symbol): exact(value) for symbol, value in (scalars or {}).items()}
        return cls(
            (tuple(map(exact, weights)),), values, numbers, dict(functions or {}), shape or Shape()
        )

    def size(self, blocks: Iterable[int]) -> int:
        """How many combinations of atoms the blocks have."""
        total = 1
        for block in blocks:
            total *= len(self.weights[block])
        return total

    def probabilities(self, blocks: Blocks) -> tuple[Number, ...]:
        """The probability of each combination of atoms of the blocks."""
        total: tuple[Number, ...] = (ONE,)
        for block in blocks:
            total = tuple([p * q for p in total for q in self.weights[block]])
        return total

    def scalar(self, scalar: Term) -> Number:
        """The value of a scalar."""
        if scalar not in self.scalars:
            raise MissingValueError(f"the model gives no value to {show(scalar)}")
        return self.scalars[scalar]

    def member(self, member: Member) -> tuple[Number, ...]:
        """The values of a member on its blocks."""
        if member not in self.values:
            raise MissingValueError(f"the model gives no value to {name(member)}")
        return self.values[member][1]

    def function(self, name: str) -> Function:
        """The meaning of an opaque function."""
        if name not in self.functions:
            raise MissingValueError(f"the model gives no meaning to the function {name}")
        return self.functions[name]

    def table(self, members: Iterable[Member] | None = None) -> str:
        """The model as text: sizes, scalars and functions, then one line per atom."""
        chosen = sorted(members if members is not None else self.values, key=name)
        lines = [f"{show(scalar)} = {value}" for scalar, value in self.shape.numbers]
        lines += [f"{show(scalar)} = {value}" for scalar, value in self.scalars.items()]
        lines += [f"{head} = {meaning}" for head, meaning in self.functions.items()]
        lines += [f"{name(m)} = {self.values[m][1][0]}" for m in chosen if not self.values[m][0]]
        random = [member for member in chosen if self.values[member][0]]
        used = sorted({block for member in random for block in self.values[member][0]})
        if random:
            rows = [["probability", *map(name, random)], *self._rows(tuple(used), random)]
            widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
            lines += [
                "  ".join(cell.rjust(w) for cell, w in zip(r, widths, strict=True)) for r in rows
            ]
        return "\n".join(lines)

    def _rows(self, used: Blocks, members: Sequence[Member]) -> list[list[str]]:
        rows = []
        atoms = product(*(range(len(self.weights[block])) for block in used))
        for probability, atom in zip(self.probabilities(used), atoms, strict=True):
            at = dict(zip(used, atom, strict=True))
            row = [str(probability)]
            for member in members:
                blocks, values = self.values[member]
                place = 0
                for block in blocks:
                    place = place * len(self.weights[block]) + at[block]
                row.append(str(values[place]))
            rows.append(row)
        return rows


def name(member: Member) -> str:
    """A member as text, such as ``W[1, 2]``."""
    return show(member)


def member_at(pattern: Term, indices: Iterable[int]) -> Member:
    """The member of the family of ``pattern`` at concrete indices."""
    return (*pattern[:4], *[("number", index, 1) for index in indices])


def indices_of(member: Member) -> tuple[int, ...]:
    """The indices of a member, which are whole numbers."""
    return tuple([index[1] for index in member[4:]])


def domain_of(key: Term) -> str:
    """What a scalar or a member ranges over."""
    return str(key[2] if key[0] == "scalar" else key[3])
