"""How the law of one block of dependent members is made and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xavier_theory.finite_models.arithmetic import ONE, ZERO, Number, dot, is_exact
from xavier_theory.finite_models.drawing.choices import Choices
from xavier_theory.finite_models.drawing.laws import (
    Vector,
    any_values,
    any_weights,
    mean_and_scale,
    orthonormal_family,
    root,
    rotated,
    two_levels,
    unit_vector,
)
from xavier_theory.finite_models.drawing.requirements import Images, Moment, Required
from xavier_theory.finite_models.errors import CannotBuildModelError, UnluckyDrawError
from xavier_theory.finite_models.evaluation.model import Member

Spread = tuple[str, Any]
"""``("variance" | "second", key of the class of members that share it)``."""


@dataclass(frozen=True)
class MemberRecipe:
    """What one member needs.

    Attributes
    ----------
    member: which one.
    mean: the node of its mean or the class that shares it, None if it is free.
    spread: the class of its variance or second moment, None if neither is prescribed.
    cluster: members of one cluster are uncorrelated; None if it need not be uncorrelated with
        anything.
    sign: which of the block's random signs it carries, as a bit mask; 0 for none.
    positive: whether all its values must be positive.
    """

    member: Member
    mean: int | Moment | None = None
    spread: Spread | None = None
    cluster: int | None = None
    sign: int = 0
    positive: bool = False


@dataclass(frozen=True)
class BlockRecipe:
    """A block of ``base`` atoms, times two for each spread in ``volatile``, times ``signs``.

    Times two where it has ``images``: its law is then averaged with that of the images.
    """

    members: tuple[MemberRecipe, ...]
    base: int
    volatile: tuple[Spread, ...] = ()
    signs: int = 1
    images: Images = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many atoms the block has."""
        return self.base * 2 ** len(self.volatile) * self.signs * (2 if self.images else 1)


class Classes:
    """Quantities that assumptions make equal (union-find), and the node that says what each is."""

    def __init__(self, required: Iterable[Required]) -> None:
        self._parent: dict[Moment, Moment] = {}
        self.nodes: dict[Moment, int] = {}
        given: list[tuple[Moment, int]] = []
        for item in required:
            if isinstance(item.value, int):
                given.append((self.find(item.moment), item.value))
            else:
                self._parent[self.find(item.moment)] = self.find(item.value)
        for moment, node in given:
            self.nodes.setdefault(self.find(moment), node)

    def find(self, moment: Moment) -> Moment:
        """The representative of a quantity's class."""
        self._parent.setdefault(moment, moment)
        while self._parent[moment] != moment:
            moment = self._parent[moment]
        return moment

    def __contains__(self, moment: Moment) -> bool:
        return moment in self._parent

    def node(self, moment: Moment) -> int | None:
        """The node that says what a quantity is, if an assumption does."""
        return self.nodes.get(self.find(moment)) if moment in self else None


def clusters(required: Sequence[Required], zero: int) -> list[set[Member]]:
    """Sets of members that are pairwise uncorrelated (or more of them than asked)."""
    found: list[set[Member]] = []
    for item in required:
        kind, members = item.moment
        if kind not in ("covariance", "product"):
            continue
        if item.value != zero:
            raise CannotBuildModelError(item.name, "it prescribes a covariance that is not 0")
        joined = set(members)
        for other in [group for group in found if group & joined]:
            joined |= other
            found.remove(other)
        found.append(joined)
    return found


@dataclass
class BlockDraw:
    """One draw of a block: its weights, and the values of its members at its atoms."""

    recipe: BlockRecipe
    choices: Choices
    numbers: Mapping[Any, Number]
    spreads: Mapping[Spread, Number]
    families: dict[int, list[Vector]] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)

    def draw(self) -> tuple[Vector, dict[Member, Vector]]:
        """The weights and the values."""
        recipe, choices = self.recipe, self.choices
        spread = any(member.spread or member.cluster is not None for member in recipe.members)
        if spread:
            q = unit_vector(choices, recipe.base)
            weights = [x * x for x in q]
            self._family = orthonormal_family(q)
        else:
            weights = any_weights(choices, recipe.base)
        levels = {key: two_levels(choices, self._positive(key)) for key in recipe.volatile}
        self._rest: list[tuple[Number, dict[Spread, Number], int]] = [(ONE, {}, 0)]
        for key, (chances, values) in levels.items():
            self._rest = [
                (p * chance, {**known, key: value}, sign)
                for p, known, sign in self._rest
                for chance, value in zip(chances, values, strict=True)
            ]
        self._rest = [
            (p / recipe.signs, known, s) for p, known, _ in self._rest for s in range(recipe.signs)
        ]
        self.weights = [w * p for w in weights for p, _, _ in self._rest]
        drawn = {member.member: self._values(member) for member in recipe.members}
        return self._averaged(drawn) if recipe.images else (self.weights, drawn)

    def _averaged(self, values: dict[Member, Vector]) -> tuple[Vector, dict[Member, Vector]]:
        """The law averaged with that in which some members are replaced by their images.

        In some draws the others are mirrored at their means there, which no prescribed moment
        notices: otherwise the law of all would be left alone by the images, not theirs alone.
        """
        images, members = self.recipe.images, self.recipe.members
        mirrors = self.choices.below(2) and not any(member.positive for member in members)
        moved = {}
        for member, vector in values.items():
            if member in images:
                sign, other = images[member]
                moved[member] = [sign * x for x in values[other]]
            else:
                twice = 2 * dot(self.weights, vector)
                moved[member] = [twice - x for x in vector] if mirrors else vector
        halves = [weight / 2 for weight in self.weights]
        return halves * 2, {member: [*values[member], *moved[member]] for member in values}

    def _spread(self, key: Spread) -> Number:
        """A variance or second moment: a rational, as values with an irrational one are not."""
        if not is_exact(self.spreads[key]):
            raise UnluckyDrawError(f"a {key[0]} came out as {self.spreads[key]}, no rational")
        return self.spreads[key]

    def _positive(self, key: Spread) -> Number:
        value = self._spread(key)
        if not value > 0:
            raise UnluckyDrawError(f"a {key[0]} came out as {value}")
        return value

    def _values(self, member: MemberRecipe) -> Vector:
        mean = None if member.mean is None else self.numbers[member.mean]
        if member.spread is None and member.cluster is None:
            return self._free(member, mean)
        vector = self._direction(member)
        if member.spread is None:
            mean = self.choices.number("real") if mean is None else mean
            scale = self.choices.number("positive")
            return [
                mean + self._sign(member, s) * scale * x for x in vector for _, _, s in self._rest
            ]
        mean, scale = self._mean_and_scale(member, mean)
        return [
            mean
            + self._sign(member, s)
            * x
            * (known.get(member.spread, ONE) if scale is None else scale)
            for x in vector
            for _, known, s in self._rest
        ]

    def _mean_and_scale(
        self, member: MemberRecipe, mean: Number | None
    ) -> tuple[Number, Number | None]:
        """Mean and scale of a member of given spread; scale None: a random scale carries it."""
        if member.spread is None:
            raise ValueError(f"{member.member} has no prescribed spread")
        kind, _ = member.spread
        value = self._spread(member.spread)
        free = mean is None and not member.sign and member.cluster is None
        if member.spread in self.recipe.volatile:
            if kind == "variance":
                return (
                    self.choices.number("real")
                    if mean is None and not member.sign
                    else mean or ZERO
                ), None
            if mean:
                raise UnluckyDrawError(f"the second moment {value} with mean {mean}")
            return ZERO, None
        if kind == "second" and free:
            return mean_and_scale(self.choices, self._root(value))
        if kind == "second":
            return mean or ZERO, self._root(value - (mean or ZERO) ** 2)
        mean = (ZERO if member.sign else self.choices.number("real")) if mean is None else mean
        return mean, self._root(value)

    def _root(self, value: Number) -> Number:
        found = root(value)
        if found is None:
            raise UnluckyDrawError(f"{value} has no rational square root")
        return found

    def _direction(self, member: MemberRecipe) -> Vector:
        """The next vector of the cluster: mean 0, variance 1, uncorrelated with the others."""
        key = -1 if member.cluster is None else member.cluster
        if key not in self.families or key == -1:
            self.families[key] = rotated(self.choices, self._family)
            self.taken[key] = 0
        self.taken[key] += 1
        return self.families[key][self.taken[key] - 1]

    def _sign(self, member: MemberRecipe, sign: int) -> int:
        return -1 if bin(member.sign & sign).count("1") % 2 else 1

    def _free(self, member: MemberRecipe, mean: Number | None) -> Vector:
        """Values without a prescribed spread, centred if the mean is prescribed."""
        values = any_values(self.choices, self.recipe.base, member.positive)
        factors = [self.choices.one_of((ONE, ONE, 2 * ONE, ONE / 2)) for _ in self._rest]
        signs = [self._sign(member, s) for _, _, s in self._rest]
        product = [x * f * s for x in values for f, s in zip(factors, signs, strict=True)]
        if member.sign:  # the same factor on both signs, so that the law stays symmetric
            product = [x * s for x in values for s in signs]
        if mean is None or member.sign:
            return product
        shift = mean - dot(self.weights, product)
        return [x + shift for x in product]
