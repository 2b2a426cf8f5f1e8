"""Functions of a real variable, given as analytic branches between rational kinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from xavier_theory.errors import InvalidInputError

if TYPE_CHECKING:
    from flint import acb

Branch = Callable[["acb", bool], "acb"]
"""``branch(z, analytic)`` encloses the branch on the box ``z``. Where ``analytic`` is true it must
return a ball that is not finite unless the branch is analytic on all of the box: forward the flag
to ``sqrt``, ``log``, ``real_abs`` and the like; meromorphic functions may ignore it. Python's own
``abs``, ``max`` or ``if`` on balls break the contract, and no check can notice it."""


@dataclass(frozen=True)
class PiecewiseAnalytic:
    """``branches[k]`` between ``kinks[k-1]`` and ``kinks[k]``; one branch more than kinks.

    Each branch is used on its own interval only, but must be written as the analytic function that
    it is there (``z`` for relu on z > 0), which makes certified integrals quick. Raises
    ``InvalidInputError`` when the counts disagree or the kinks do not increase.
    """

    kinks: tuple[Fraction, ...]
    branches: tuple[Branch, ...]

    def __post_init__(self) -> None:
        if len(self.branches) != len(self.kinks) + 1:
            raise InvalidInputError(
                f"{len(self.kinks)} kinks need {len(self.kinks) + 1} branches, "
                f"got {len(self.branches)}"
            )
        if any(left >= right for left, right in zip(self.kinks, self.kinks[1:], strict=False)):
            raise InvalidInputError(f"kinks must increase, got {self.kinks}")

    def map(self, outer: Callable[[acb, acb], acb]) -> PiecewiseAnalytic:
        """The function z ↦ ``outer(z, f(z))``, for an ``outer`` that is entire in both."""
        return PiecewiseAnalytic(self.kinks, tuple(_composed(outer, b) for b in self.branches))

    def squared(self) -> PiecewiseAnalytic:
        """The function f²."""
        return self.map(lambda _, value: value * value)

    def pieces(self, lower: Fraction, upper: Fraction) -> list[tuple[Fraction, Fraction, Branch]]:
        """The intervals that cut up ``[lower, upper]``, each with its branch."""
        ends = [lower, *(min(max(kink, lower), upper) for kink in self.kinks), upper]
        found = zip(ends, ends[1:], self.branches, strict=False)
        return [(left, right, branch) for left, right, branch in found if left < right]

    def branch_at(self, point: Fraction) -> Branch:
        """The branch whose interval contains ``point`` (at a kink: the one to its left)."""
        return self.branches[sum(kink < point for kink in self.kinks)]


def _composed(outer: Callable[[acb, acb], acb], branch: Branch) -> Branch:
    return lambda z, analytic: outer(z, branch(z, analytic))
