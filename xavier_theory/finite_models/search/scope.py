"""A claim and the assumptions that are kept, unrolled at one choice of sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.finite_models.drawing.blocks import Separation, dependent_blocks
from xavier_theory.finite_models.errors import CannotBuildModelError
from xavier_theory.finite_models.evaluation.graph import Graph
from xavier_theory.finite_models.evaluation.model import Member, indices_of, name
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.finite_models.evaluation.satisfaction import index_values
from xavier_theory.finite_models.search.sizes import Sizes
from xavier_theory.kernel.terms import (
    EVERY,
    ZERO,
    Term,
    free,
    loose,
    nodes,
    number,
    parts,
    replaced,
    show,
    walk,
    with_parts,
)
from xavier_theory.symbolic.assumptions import CONTINUOUS, Assumption

Groups = list[list[Term]]
RELATIONS = {"equation": "=", "at_most": "<=", "positive": "<"}


def separate_law(assumption: Assumption, claim: Claim, others: Sequence[Assumption]) -> bool:
    """Whether an assumption about a law speaks of variables that nothing else speaks of.

    Then every model of the rest extends to one of it: by an independent variable with that law. A
    variable that a definition gives by others cannot be chosen.
    """
    own = _families(_terms(assumption))
    if own & _families(d.in_kernel.head for d in claim.context.definitions):
        return False
    used = _families(claim.terms)
    for other in others:
        if other is not assumption:
            used |= _families(_terms(other))
    return assumption.kind not in ("derivative", "primitive") and not own & used


def _terms(assumption: Assumption) -> Iterator[Term]:
    return (term for group in assumption.in_kernel.groups for term in group)


def _families(terms: Iterable[Term]) -> set[Term]:
    """The families whose members occur in the terms."""
    return {_family(node) for term in terms for node in nodes(term) if node[0] == "member"}


def _family(member: Term) -> Term:
    """What members of one family share."""
    return (*member[:4], len(member))


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
        definitions = [definition.in_kernel for definition in claim.context.definitions]
        self._probe = Reader(Graph(), sizes.shape, definitions)
        indices = {scalar: number(value) for scalar, value in sizes.values}
        self._sides = [replaced(side, indices) for side in claim.sides]
        self._members = self._needed(everything)
        self._top = max(
            [sizes.largest, *(index for member in self._members for index in indices_of(member))]
        )
        self._members |= self._constants(everything)
        self.speaks = (
            dropped is None
            or dropped.kind in ("minimises", *CONTINUOUS)
            or any(True for _ in self.instances(dropped))
        )
        self.ties: list[tuple[Term, int]] = []
        self.relations: list[tuple[str, str, int, int]] = []
        self.same_laws: list[tuple[list[int], list[int]]] = []
        self.centred: set[Member] = set()
        self.symmetric: set[Member] = set()
        self._reader = Reader(Graph(), sizes.shape, definitions)
        self.graph = self._reader.graph
        self._collect(kept)
        self.left, self.right = (self._reader.read(side) for side in self._sides)
        self.roots = [self.left, self.right, *(node for _, node in self.ties)]
        self.roots += [node for _, _, *sides in self.relations for node in sides]
        self.roots += [node for lists in self.same_laws for nodes in lists for node in nodes]
        if dropped is not None and dropped.kind in RELATIONS:
            # Its scalars need values too, or nobody could say that it is violated.
            parts = [part for (group,) in self.instances(dropped) for part in group]
            self.roots += [self._reader.read(part) for part in parts]
        spoken_of = _families(term for a in everything for term in _terms(a))
        self._sort_inputs(spoken_of, dropped is None)
        self.blocks = self._blocks(kept)

    @property
    def range(self) -> tuple[int, int]:
        """Up to which unit and layer indices assumptions are instantiated."""
        return self._top, self._top

    def _needed(self, assumptions: Sequence[Assumption]) -> set[Member]:
        """The base members behind the claim.

        And behind assumptions about defined families: those hold the claim and the models together.
        """
        roots = [self._probe.read(side) for side in self._sides]
        for assumption in assumptions:
            if assumption.kind in RELATIONS:
                lowest = [int(domain == "width") for domain in assumption.domains]
                said = self._at(assumption, lowest)[0]
                if any(self._is_defined(node) for part in said for node in nodes(part)):
                    roots += [self._probe.read(part) for part in said]
        return set(self._probe.graph.inputs(roots, "member"))

    def _at(self, assumption: Assumption, values: Iterable[int]) -> Groups:
        """An assumption's terms for values of its variables, members at concrete indices."""
        said = assumption.in_kernel.at([number(value) for value in values])
        return [[self._concrete(term) for term in group] for group in said]

    def _concrete(self, term: Term) -> Term:
        """``term`` with plain numbers as the indices of its members, where these are known."""

        def leaf(node: Term, depth: int) -> Term | None:
            if node[0] != "member" or loose(node) or free(node) or EVERY in parts(node):
                return None
            return self._probe.member_of(node)

        return walk(term, leaf)

    def _is_defined(self, node: Term) -> bool:
        """Whether a term is a member at concrete indices that a definition gives."""
        return _is_member(node) and self._probe.unfold(node) is not None

    def _constants(self, assumptions: Sequence[Assumption]) -> set[Member]:
        """The constants that assumptions about these random members bring in."""
        graph, found = self._probe.graph, set()
        for assumption in assumptions:
            if assumption.kind in RELATIONS:
                for values in index_values(assumption, self._top, self._top):
                    said = assumption.in_kernel.groups[0]
                    places = [self._probe.read(part, values) for part in said]
                    inputs = set(graph.inputs(places, "member"))
                    random = {member for member in inputs if member[2]}
                    if random and random <= self._members:
                        found |= inputs
        return found

    def overlooks(self, assumption: Assumption) -> bool:
        """Whether an assumption ties the claim's scalars to members that are not of this scope.

        A model without these members cannot tell whether the assumption holds.
        """
        tied = assumption.in_kernel.free() & set(self.scalars)
        return bool(tied) and next(self.instances(assumption), None) is None

    def instances(self, assumption: Assumption) -> Iterator[Groups]:
        """The assumption's parts at all values of its variables that speak of these members."""
        for values in index_values(assumption, self._top, self._top):
            said = self._at(assumption, values)
            groups = [
                [found for term in group for found in self._spread(term) if self._is_within(found)]
                for group in said
            ]
            if all(len(found) >= len(group) for found, group in zip(groups, said, strict=True)):
                yield groups

    def _spread(self, term: Term) -> Iterator[Term]:
        """``term``, or all the members that an ``EVERY`` among its indices means."""
        inner = parts(term)
        if EVERY not in inner:
            yield term
            return
        place = inner.index(EVERY)
        for value in range(self._top + 1):
            yield from self._spread(
                with_parts(term, (*inner[:place], number(value), *inner[place + 1 :]))
            )

    def _is_within(self, term: Term) -> bool:
        place = self._probe.read(term)
        graph = self._probe.graph
        return not graph.inputs([place], "undefined") and self._members.issuperset(
            graph.inputs([place], "member")
        )

    # --- what the kept assumptions ask ---------------------------------------------------------

    def _collect(self, kept: Sequence[Assumption]) -> None:
        """Ties first, so that everything is read with them."""
        waiting = []
        tied: list[Term] = []
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
            (key, read.scalar(key) if key[0] == "scalar" else read.member(key)) for key in tied
        ]

    def _base(self, assumption: Assumption, term: Term) -> Member:
        if term not in self._members:
            raise CannotBuildModelError(assumption.name, f"{show(term)} is no base member")
        return term

    def _relate(self, assumption: Assumption, said: Sequence[Term]) -> None:
        left, right = said if len(said) == 2 else (ZERO, said[0])
        if left[0] == "E" and right == ZERO and left[1] in self._members:
            self.centred.add(left[1])
            return
        places = self._reader.read(left), self._reader.read(right)
        self.relations.append((assumption.name, RELATIONS[assumption.kind], *places))

    def _tie(self, left: Term, right: Term) -> Term | None:
        """Let an equation give the value of a constant or a scalar; None if it cannot."""
        for key, term in ((self._key(left), right), (self._key(right), left)):
            if key is None or key in self._reader.meanings:
                continue
            if key not in self._behind(term):
                self._reader.meanings[key] = (term, ())
                return key
        return None

    def _key(self, term: Term) -> Term | None:
        """The scalar, or constant base member, that ``term`` is."""
        if term[0] == "scalar":
            return None if term in self._reader.numbers else term
        return term if term in self._members and not term[2] else None

    def _behind(self, term: Term) -> set[Term]:
        """The scalars and members that the value of ``term`` is made of, through ties."""
        graph, pending, found = self._probe.graph, [term], set()
        while pending:
            place = self._probe.read(pending.pop())
            for key in (*graph.inputs([place], "scalar"), *graph.inputs([place], "member")):
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
                payload = (_family(payload), names.setdefault(payload, len(names)))
            nodes.append((place, node.operation, node.arguments, payload))
        marked = [
            (member in self.centred, member in self.symmetric, block)
            for block, members in enumerate(self.blocks)
            for member in sorted(members, key=lambda m: names.setdefault(m, len(names)))
        ]
        return tuple(nodes), tuple(self.roots), tuple(marked)

    def _sort_inputs(self, spoken_of: set[Term], all_vary: bool) -> None:
        tied = {key for key, _ in self.ties}
        members = {*self.graph.inputs(self.roots, "member"), *(self._members - tied)}
        random = {member for member in members if member[2]}
        varying = {member for member in random if all_vary or _family(member) in spoken_of}
        self.random = sorted(varying, key=name)
        self.constants = sorted(members - varying, key=name)
        self.scalars = sorted(set(self.graph.inputs(self.roots, "scalar")), key=name)
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


def _is_member(term: Term) -> bool:
    """Whether a term is a family's member at concrete indices."""
    return term[0] == "member" and all(index[0] == "number" for index in parts(term))
