"""A claim and the assumptions that are kept, unrolled at one choice of sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sympy import Integer, Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.blocks import Separation, dependent_blocks
from xavier_theory.finite_models.claims import Claim
from xavier_theory.finite_models.errors import CannotBuildModelError
from xavier_theory.finite_models.graph import Graph, Member, Reader
from xavier_theory.finite_models.model import name
from xavier_theory.finite_models.satisfaction import index_values
from xavier_theory.finite_models.search_sizes import Sizes
from xavier_theory.symbolic.assumptions import CONTINUOUS, Assumption, families
from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.terms import EVERY, E, Entry, Family, entries

Groups = list[list[Basic]]
RELATIONS = {"equation": "=", "at_most": "<=", "positive": "<"}


def separate_law(assumption: Assumption, claim: Claim, others: Sequence[Assumption]) -> bool:
    """Whether an assumption about a law speaks of variables that nothing else speaks of.

    Then every model of the rest extends to one of it: by an independent variable with that law. A
    variable that a definition gives by others cannot be chosen.
    """
    if families(assumption) & {d.head.family for d in claim.context.definitions}:
        return False
    used = {entry.family for term in claim.terms for entry in term.atoms(Entry)}
    for other in others:
        if other is not assumption:
            used |= families(other)
    return assumption.kind not in ("derivative", "primitive") and not families(assumption) & used


class Scope:
    """What a model must give a value to, and what it must satisfy.

    Attributes
    ----------
    random: the random base members that an assumption speaks of, sorted by name.
    constants: the other base members; a random one that no assumption speaks of is kept constant.
    scalars: those that nothing ties. functions: opaque ones, with their number of arguments.
    ties: scalars and constants whose value a kept assumption gives, and the node of that value.
    blocks: the random members in blocks that the kept independence assumptions make independent.
    relations: what is left to check: (assumption, relation, node, node).
    same_laws: pairs of lists of nodes with one joint law, which is left to check too.
    centred, symmetric: the random members whose mean is 0, whose law is symmetric.
    speaks: whether the dropped assumption, if there is one, says anything at these sizes.
    """

    def __init__(
        self, claim: Claim, kept: Sequence[Assumption], dropped: Assumption | None, sizes: Sizes
    ) -> None:
        everything = (*kept, dropped) if dropped is not None else tuple(kept)
        self.sizes = sizes
        self._definitions = claim.context.definitions
        self._probe = Reader(Graph(), sizes.shape, self._definitions)
        self._members = self._needed(claim, everything)
        self._top = max(
            [sizes.largest, *(index for _, indices in self._members for index in indices)]
        )
        self._members |= self._constants(everything)
        self.speaks = (
            dropped is None
            or dropped.kind in ("minimises", *CONTINUOUS)
            or any(True for _ in self.instances(dropped))
        )
        self.ties: list[tuple[Any, int]] = []
        self.relations: list[tuple[str, str, int, int]] = []
        self.same_laws: list[tuple[list[int], list[int]]] = []
        self.centred: set[Member] = set()
        self.symmetric: set[Member] = set()
        self._reader = Reader(Graph(), sizes.shape, self._definitions)
        self.graph = self._reader.graph
        self._collect(kept)
        values = dict(sizes.values)
        self.left = self._reader.read(claim.left, values=values)
        self.right = self._reader.read(claim.right, values=values)
        self.roots = [self.left, self.right, *(node for _, node in self.ties)]
        self.roots += [node for _, _, *sides in self.relations for node in sides]
        self.roots += [node for lists in self.same_laws for nodes in lists for node in nodes]
        if dropped is not None and dropped.kind in RELATIONS:
            # Its scalars need values too, or nobody could say that it is violated.
            parts = [part for (group,) in self.instances(dropped) for part in group]
            self.roots += [self._reader.read(part) for part in parts]
        self._sort_inputs({family for a in everything for family in families(a)}, dropped is None)
        self.blocks = self._blocks(kept)

    @property
    def range(self) -> tuple[int, int]:
        """Up to which unit and layer indices assumptions are instantiated."""
        return self._top, self._top

    def _needed(self, claim: Claim, assumptions: Sequence[Assumption]) -> set[Member]:
        """The base members behind the claim.

        And behind assumptions about defined families: those hold the claim and the models together.
        """
        read, values = self._probe.read, dict(self.sizes.values)
        roots = [read(side, values=values) for side in (claim.left, claim.right)]
        for assumption in assumptions:
            if assumption.kind in RELATIONS:
                lowest = [int(domain == "width") for domain in assumption.domains]
                parts = [instantiate(part, *map(Integer, lowest)) for part in assumption.parts]
                if any(self._is_defined(entry) for part in parts for entry in entries(part)):
                    roots += [read(part) for part in parts]
        return set(self._probe.graph.inputs(roots, "member"))

    def _is_defined(self, entry: Entry) -> bool:
        """Whether an entry, at concrete indices, is given by a definition."""
        member = _member(entry)
        return member[0] == entry.family and self._probe.unfold(member) is not None

    def _constants(self, assumptions: Sequence[Assumption]) -> set[Member]:
        """The constants that assumptions about these random members bring in."""
        graph, found = self._probe.graph, set()
        for assumption in assumptions:
            if assumption.kind in RELATIONS:
                for values in index_values(assumption, self._top, self._top):
                    nodes = [self._probe.read(part, values) for part in assumption.parts]
                    inputs = set(graph.inputs(nodes, "member"))
                    random = {member for member in inputs if member[0].random}
                    if random and random <= self._members:
                        found |= inputs
        return found

    def overlooks(self, assumption: Assumption) -> bool:
        """Whether an assumption ties the claim's scalars to members that are not of this scope.

        A model without these members cannot tell whether the assumption holds.
        """
        tied = assumption.free_symbols & set(self.scalars)
        return bool(tied) and next(self.instances(assumption), None) is None

    def instances(self, assumption: Assumption) -> Iterator[Groups]:
        """The assumption's parts at all values of its variables that speak of these members."""
        for values in index_values(assumption, self._top, self._top):
            groups = [
                [
                    entry
                    for term in group
                    for entry in self._spread(instantiate(term, *map(Integer, values)))
                    if self._is_within(entry)
                ]
                for group in assumption.groups
            ]
            whole = all(
                len(found) >= len(group)
                for found, group in zip(groups, assumption.groups, strict=True)
            )
            if whole:
                yield groups

    def _spread(self, term: Basic) -> Iterator[Basic]:
        """``term``, or all the members that an ``EVERY`` among its indices means."""
        if not isinstance(term, Entry) or EVERY not in term.indices:
            yield term
            return
        place = term.indices.index(EVERY)
        for value in range(self._top + 1):
            at = [Integer(value) if k == place else x for k, x in enumerate(term.indices)]
            yield from self._spread(Entry(term.family, *at))

    def _is_within(self, term: Basic) -> bool:
        place = self._probe.read(term)
        graph = self._probe.graph
        return not graph.inputs([place], "undefined") and self._members.issuperset(
            graph.inputs([place], "member")
        )

    # --- what the kept assumptions ask ---------------------------------------------------------

    def _collect(self, kept: Sequence[Assumption]) -> None:
        """Ties first, so that everything is read with them."""
        waiting = []
        tied: list[Any] = []
        for assumption in kept:
            if assumption.kind == "symmetric":
                for ((term,),) in self.instances(assumption):
                    self.symmetric.add(self._base(assumption, term))
            elif assumption.kind in RELATIONS:
                for (parts,) in self.instances(assumption):
                    key = self._tie(*parts) if assumption.kind == "equation" else None
                    if key is None:
                        waiting.append((assumption, parts))
                    else:
                        tied.append(key)
        for assumption, parts in waiting:
            self._relate(assumption, parts)
        read = self._reader
        for assumption in kept:
            if assumption.kind == "same-law":
                for lists in self.instances(assumption):
                    first, second = ([read.read(term) for term in terms] for terms in lists)
                    self.same_laws.append((first, second))
        self.ties = [
            (key, read.read(key) if isinstance(key, Symbol) else read.member(key)) for key in tied
        ]

    def _base(self, assumption: Assumption, term: Basic) -> Member:
        member = _member(term)
        if member not in self._members:
            raise CannotBuildModelError(assumption.name, f"{term} is no base member")
        return member

    def _relate(self, assumption: Assumption, parts: Sequence[Basic]) -> None:
        left, right = parts if len(parts) == 2 else (Integer(0), parts[0])
        if isinstance(left, E) and right == 0:
            member = _member(left.args[0])
            if member in self._members:
                self.centred.add(member)
                return
        nodes = self._reader.read(left), self._reader.read(right)
        self.relations.append((assumption.name, RELATIONS[assumption.kind], *nodes))

    def _tie(self, left: Basic, right: Basic) -> Any:
        """Let an equation give the value of a constant or a scalar; None if it cannot."""
        for key, term in ((self._key(left), right), (self._key(right), left)):
            if key is None or key in self._reader.meanings:
                continue
            if key not in self._behind(term):
                self._reader.meanings[key] = (term, ())
                return key
        return None

    def _key(self, term: Basic) -> Any:
        """The scalar, or constant base member, that ``term`` is."""
        if isinstance(term, Symbol):
            return term if self.sizes.shape.number(term) is None else None
        member = _member(term)
        return member if member in self._members and not member[0].random else None

    def _behind(self, term: Basic) -> set[Any]:
        """The scalars and members that the value of ``term`` is made of, through ties."""
        graph, pending, found = self._probe.graph, [term], set()
        while pending:
            node = self._probe.read(pending.pop())
            for key in (*graph.inputs([node], "scalar"), *graph.inputs([node], "member")):
                if key not in found:
                    found.add(key)
                    if key in self._reader.meanings:
                        pending.append(self._reader.meanings[key][0])
        return found

    # --- what is left open ---------------------------------------------------------------------

    @property
    def is_trivial(self) -> bool:
        """Whether both sides of the claim are one term, up to factors 1: no model is needed."""
        return self._plain(self.left) == self._plain(self.right)

    def _plain(self, place: int) -> int:
        node = self.graph.nodes[place]
        if node.operation != "mul":
            return place
        factors = [part for part in map(self._plain, node.arguments) if not self._is_one(part)]
        return factors[0] if len(factors) == 1 else place

    def _is_one(self, place: int) -> bool:
        node = self.graph.nodes[place]
        return node.operation == "constant" and bool(node.payload == 1)

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for scopes that differ only in the names of members: one of them is enough."""
        names: dict[Any, int] = {}
        nodes = []
        for place in self.graph.below(self.roots):
            node = self.graph.nodes[place]
            payload = node.payload
            if node.operation == "member":
                payload = (payload[0], names.setdefault(payload, len(names)))
            nodes.append((place, node.operation, node.arguments, payload))
        marked = [
            (member in self.centred, member in self.symmetric, block)
            for block, members in enumerate(self.blocks)
            for member in sorted(members, key=lambda m: names.setdefault(m, len(names)))
        ]
        return tuple(nodes), tuple(self.roots), tuple(marked)

    def _sort_inputs(self, spoken_of: set[Family], all_vary: bool) -> None:
        tied = {key for key, _ in self.ties}
        members = {*self.graph.inputs(self.roots, "member"), *(self._members - tied)}
        random = {member for member in members if member[0].random}
        varying = {member for member in random if all_vary or member[0] in spoken_of}
        self.random = sorted(varying, key=name)
        self.constants = sorted(members - varying, key=name)
        self.scalars = sorted(set(self.graph.inputs(self.roots, "scalar")), key=str)
        nodes = [self.graph.nodes[place] for place in self.graph.below(self.roots)]
        self.functions = sorted(
            {(node.payload, len(node.arguments)) for node in nodes if node.operation == "apply"}
        )

    def _blocks(self, kept: Sequence[Assumption]) -> list[list[Member]]:
        place = {member: 1 << bit for bit, member in enumerate(self.random)}
        separations = []
        for assumption in kept:
            if assumption.kind != "independent":
                continue
            for groups in self.instances(assumption):
                nodes = [[self._probe.read(term) for term in group] for group in groups]
                left, right = (
                    sum({place.get(m, 0) for m in self._probe.graph.inputs(side, "member")})
                    for side in nodes
                )
                if left and right:
                    separations.append(Separation(assumption.name, left, right))
        masks = dependent_blocks(len(self.random), separations, 0)
        return [[m for m in self.random if place[m] & mask] for mask in masks]


def _member(term: Basic) -> Member:
    """A family's member at concrete indices; one that no model has if it is something else."""
    if isinstance(term, Entry) and all(index.is_Integer for index in term.indices):
        return term.family, tuple(int(index) for index in term.indices)
    return term, ()
