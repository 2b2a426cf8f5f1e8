"""Which members depend on each other, and how their laws are made.

All that does not change from draw to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xavier_theory.finite_models.drawing.blocks import Separation, dependent_blocks
from xavier_theory.finite_models.drawing.collecting import Collector
from xavier_theory.finite_models.drawing.laws import root
from xavier_theory.finite_models.drawing.recipes import (
    BlockRecipe,
    Classes,
    MemberRecipe,
    Spread,
    clusters,
)
from xavier_theory.finite_models.drawing.requirements import Images, Moment, Requirements
from xavier_theory.finite_models.drawing.theory import Theory
from xavier_theory.finite_models.errors import CannotBuildModelError
from xavier_theory.finite_models.evaluation.model import Blocks, Member, indices_of
from xavier_theory.finite_models.evaluation.reading import Reader, Stack
from xavier_theory.kernel.terms import EVERY, ZERO, Term, parts, show


class Structure:
    """The blocks of dependent members, with a recipe for the law of each.

    Attributes
    ----------
    places: the random members, with their bit in masks.
    recipes: of each block.
    layout: the block of each member, none of a constant.
    spreads: the classes of prescribed variances and second moments, with the node of their value
        (None if free).
    means: the classes of means that are equal to each other and otherwise free.
    squares: the scalars and constants that should be drawn as squares, so that variances have
        rational roots.
    """

    def __init__(
        self,
        reader: Reader,
        requirements: Requirements,
        members: Sequence[Member],
        variant: int,
    ) -> None:
        self._reader = reader
        self._requirements = requirements
        self._variant = variant
        self.zero = reader.read(ZERO)
        self._random = [member for member in members if member[2]]
        self.places = {member: place for place, member in enumerate(self._random)}
        self.layout: dict[Member, Blocks] = {m: () for m in members if not m[2]}
        self.recipes: list[BlockRecipe] = []
        self.spreads: dict[Spread, int | None] = {}
        self.means: list[Moment] = []
        self.squares: set[Any] = set()

    @property
    def sizes(self) -> list[int]:
        """The number of atoms of each block."""
        return [recipe.size for recipe in self.recipes]

    def supports(self) -> list[int]:
        """For each node, the random base members that it depends on, as a bit mask."""
        masks: list[int] = []
        for node in self._reader.graph.nodes:
            mask = 0
            if node.operation == "member" and node.payload in self.places:
                mask = 1 << self.places[node.payload]
            for argument in node.arguments:
                mask |= masks[argument]
            masks.append(mask)
        return masks

    def build(self, theory: Theory, collector: Collector) -> None:
        """Find the blocks and their recipes."""
        supports = self.supports()
        required = self._requirements.moments
        for item in required:
            if isinstance(item.value, int) and supports[item.value]:
                raise CannotBuildModelError(item.name, "its value depends on random members")
        separations = self._separations(theory, collector, supports)
        masks = dependent_blocks(len(self._random), separations, self._variant)
        classes = Classes(required)
        groups = clusters(required, self.zero)
        self._find_spreads(classes)
        for block, mask in enumerate(masks):
            members = [member for place, member in enumerate(self._random) if mask >> place & 1]
            self.recipes.append(self._block(members, classes, groups))
            self.layout.update(dict.fromkeys(members, (block,)))

    def _separations(
        self, theory: Theory, collector: Collector, supports: Sequence[int]
    ) -> list[Separation]:
        found = []
        for assumption in theory.assumptions:
            if assumption.kind != "independent":
                continue
            for values in collector.instances(assumption):
                left, right = (
                    self._side(assumption.name, group, values, supports)
                    for group in assumption.in_kernel.groups
                )
                if left and right:
                    found.append(Separation(assumption.name, left, right))
        return list(dict.fromkeys(found))

    def _side(
        self, name: str, group: Sequence[Term], values: Stack, supports: Sequence[int]
    ) -> int:
        """The base members behind one side of an independence."""
        mask = 0
        for pattern in group:
            if pattern[0] != "member":
                raise CannotBuildModelError(name, f"{show(pattern)} is no member")
            wanted = [
                None if index == EVERY else self._reader.whole(index, values)
                for index in parts(pattern)
            ]
            for member, node in self._reader.seen.items():
                if (
                    member[:4] == pattern[:4]
                    and len(member) == len(pattern)
                    and all(
                        w is None or w == index
                        for w, index in zip(wanted, indices_of(member), strict=True)
                    )
                ):
                    mask |= supports[node]
        return mask

    def _find_spreads(self, classes: Classes) -> None:
        for member in self._random:
            key = spread_of(classes, member)
            if key is not None:
                self.spreads[key] = key[1] if isinstance(key[1], int) else None
        nodes = [
            self._reader.graph.nodes[place] for place in self.spreads.values() if place is not None
        ]
        inputs = {node.payload for node in nodes if node.operation in ("scalar", "member")}
        self.squares = inputs - set(self._requirements.bounds)

    def _block(
        self, members: Sequence[Member], classes: Classes, groups: Sequence[set[Member]]
    ) -> BlockRecipe:
        products = [
            item.moment[1] for item in self._requirements.moments if item.moment[0] == "product"
        ]
        centred = {member for pair in products for member in pair}
        signed = [member for member in members if member in self._requirements.symmetric]
        recipes = []
        for member in members:
            mean = self._mean(classes, member)
            recipes.append(
                MemberRecipe(
                    member,
                    mean=self.zero if mean is None and member in centred else mean,
                    spread=spread_of(classes, member),
                    cluster=next(
                        (place for place, group in enumerate(groups) if member in group), None
                    ),
                    sign=1 + signed.index(member) % 3 if member in signed else 0,
                    positive=member in self._requirements.positive,
                )
            )
        largest = max((len(group.intersection(members)) for group in groups), default=1)
        spreads = sorted({recipe.spread for recipe in recipes if recipe.spread}, key=str)
        volatile = tuple(key for key in spreads if self._is_volatile(key))
        return BlockRecipe(
            tuple(recipes),
            base=max(largest + 1, 2 if volatile else 3),
            volatile=volatile,
            signs=(1, 2, 4)[min(len(signed), 2)],
            images=self._images(recipes),
        )

    def _images(self, recipes: Sequence[MemberRecipe]) -> Images:
        """The images of a block's members under all that its law must be left alone by.

        A second moment that a member shares with its image survives the average with the image.
        Nothing else that is asked of single members is known to.
        """
        known = {recipe.member: recipe for recipe in recipes}
        found: Images = {}
        for name, images in self._requirements.images:
            if not known.keys() & images:
                continue
            if not images.keys() <= known.keys():
                raise CannotBuildModelError(name, "its members must be independent")
            if found.keys() & images:
                raise CannotBuildModelError(
                    name, "the joint law of a member is also said elsewhere"
                )
            for member, (_, other) in images.items():
                spread = known[other].spread
                second = spread is None or spread[0] == "second"
                if not second or known[member] != MemberRecipe(member, spread=spread):
                    raise CannotBuildModelError(
                        name, "more is asked of its members than a second moment that they share"
                    )
            found |= images
        return found

    def _mean(self, classes: Classes, member: Member) -> int | Moment | None:
        """The node of a member's mean, or the class of means that it shares."""
        key = ("mean", (member,))
        if key not in classes or classes.node(key) is not None:
            return classes.node(key)
        shared = classes.find(key)
        if shared not in self.means:
            self.means.append(shared)
        return shared

    def _is_volatile(self, key: Spread) -> bool:
        """Whether a random scale carries a spread.

        Always where its value may have no rational root.
        """
        place = self.spreads[key]
        if place is None:
            return self._variant % 3 == 1
        node = self._reader.graph.nodes[place]
        if node.operation == "constant":
            return root(node.payload) is None or (node.payload > 0 and self._variant % 3 == 1)
        return node.payload not in self.squares or self._variant % 3 == 1


def spread_of(classes: Classes, member: Member) -> Spread | None:
    """The class of a member's prescribed variance or second moment.

    Those of one value are one class.
    """
    for kind in ("variance", "second"):
        if (kind, (member,)) in classes:
            node = classes.node((kind, (member,)))
            return kind, classes.find((kind, (member,))) if node is None else node
    return None
