"""The sizes at which a counterexample is looked for, smallest sum first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.claims import Claim, index_symbols, whole_symbols
from xavier_theory.finite_models.model import Shape
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.terms import EVERY, domain_of, entries


@dataclass(frozen=True)
class Sizes:
    """Widths and depths, as a shape, and the values of a claim's free indices.

    ``above``: by how much their sum exceeds the smallest possible.
    """

    shape: Shape
    values: tuple[tuple[Symbol, int], ...]
    above: int

    @property
    def largest(self) -> int:
        """The largest of all of them."""
        return max([1, *self.shape.widths, *(v for _, v in (*self.shape.numbers, *self.values))])


def all_sizes(claim: Claim, assumptions: Iterable[Assumption], most: int) -> Iterator[Sizes]:
    """Sizes whose sum is at most ``most`` above the smallest, by that sum, then alphabetically.

    A family of widths, one for each layer, takes two values in turn, for even and odd layers.
    """
    terms = [term for a in assumptions for group in a.groups for term in group]
    terms += [side for d in claim.context.definitions for side in (d.head, d.body)]
    indices = index_symbols(claim)
    fixed = (whole_symbols([*terms, *claim.terms]) - {EVERY}) - set(indices)
    symbols = [*sorted(fixed, key=str), *indices]
    layered = _has_widths([*terms, *claim.terms])
    count = len(symbols) + 2 * layered
    for above in range(most + 1):
        for extra in sorted(product(range(above + 1), repeat=count)):
            if sum(extra) == above:
                values = [
                    (symbol, more + (domain_of(symbol) == "width"))
                    for symbol, more in zip(symbols, extra, strict=False)
                ]
                widths = tuple(more + 1 for more in extra[len(symbols) :]) or (1,)
                shape = Shape(tuple(values[: len(fixed)]), widths)
                yield Sizes(shape, tuple(values[len(fixed) :]), above)


def _has_widths(terms: Iterable[Basic]) -> bool:
    return any(
        entry.family.domain in ("width", "natural") for term in terms for entry in entries(term)
    )
