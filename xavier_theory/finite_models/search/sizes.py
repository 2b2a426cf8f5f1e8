"""The sizes at which a counterexample is looked for, smallest sum first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from xavier_theory.finite_models.checking.claims import Claim, whole_scalars
from xavier_theory.finite_models.drawing.theory import Theory
from xavier_theory.finite_models.evaluation.model import Shape, domain_of
from xavier_theory.kernel.terms import Term, nodes
from xavier_theory.symbolic.assumptions import Assumption


@dataclass(frozen=True)
class Sizes:
    """Widths and depths, as a shape, and the values of a claim's free indices.

    ``above``: by how much their sum exceeds the smallest possible.
    """

    shape: Shape
    values: tuple[tuple[Term, int], ...]
    above: int

    @property
    def largest(self) -> int:
        """The largest of all of them."""
        return max([1, *self.shape.widths, *(v for _, v in (*self.shape.numbers, *self.values))])


def all_sizes(claim: Claim, assumptions: Iterable[Assumption], most: int) -> Iterator[Sizes]:
    """Sizes whose sum is at most ``most`` above the smallest, by that sum, then alphabetically.

    A family of widths, one for each layer, takes two values in turn, for even and odd layers.
    """
    terms = [*Theory(tuple(assumptions), claim.context.definitions).terms, *claim.terms]
    fixed = whole_scalars(terms) - set(claim.indices)
    scalars = [*sorted(fixed, key=lambda scalar: str(scalar[1])), *claim.indices]
    layered = any(node[0] == "member" and node[3] in ("width", "natural") for term in terms
                  for node in nodes(term))  # fmt: skip
    count = len(scalars) + 2 * layered
    for above in range(most + 1):
        for extra in sorted(product(range(above + 1), repeat=count)):
            if sum(extra) == above:
                values = [
                    (scalar, more + (domain_of(scalar) == "width"))
                    for scalar, more in zip(scalars, extra, strict=False)
                ]
                widths = tuple(more + 1 for more in extra[len(scalars) :]) or (1,)
                shape = Shape(tuple(values[: len(fixed)]), widths)
                yield Sizes(shape, tuple(values[len(fixed) :]), above)
