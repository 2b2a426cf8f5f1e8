"""What assumptions ask of the members, one by one, at concrete indices.

Each assumption is instantiated at all index values of a shape. An equation that gives a scalar or a
member by other terms becomes its *meaning*. One about a mean, a variance, a second moment or a
covariance of base members becomes a *moment*, which the laws of the blocks are built for. Anything
else is left to be *verified* in each drawn model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Integer, Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.errors import CannotBuildModelError
from xavier_theory.finite_models.graph import Member, Reader, Stack
from xavier_theory.finite_models.minima import stationary_point
from xavier_theory.finite_models.model import Shape
from xavier_theory.finite_models.satisfaction import index_values
from xavier_theory.finite_models.theory import Theory
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.terms import Binder, Cov, E, Entry, Var, entries

Moment = tuple[str, tuple[Member, ...]]
"""Its kind and its members: one of a mean, variance or second, two of a covariance or product."""

Images = dict[Member, tuple[int, Member]]
"""A joint law stays what it is if each of these members becomes a sign times another of them."""


@dataclass(frozen=True)
class Ground:
    """An assumption at values of its variables; one that is solved is only verified."""

    assumption: Assumption
    values: Stack
    solved: bool = False

    @property
    def name(self) -> str:
        """The assumption's name."""
        return self.assumption.name


@dataclass(frozen=True)
class Required:
    """A moment and what it must be: the node of a term, or another moment."""

    name: str
    moment: Moment
    value: int | Moment


@dataclass
class Requirements:
    """What the assumptions ask; ``collect`` fills it."""

    moments: list[Required] = field(default_factory=list)
    symmetric: set[Member] = field(default_factory=set)
    positive: set[Member] = field(default_factory=set)
    verified: list[tuple[str, str, int, int]] = field(default_factory=list)
    mirrored: list[tuple[str, int]] = field(default_factory=list)
    images: list[tuple[str, Images]] = field(default_factory=list)
    bounds: dict[Any, tuple[int, list[int]]] = field(default_factory=dict)
    bounding: list[int] = field(default_factory=list)


NOT_FINITE = {
    "law": "it names a law; its steps need certified integration",
    "density": "it names a density; its steps need certified integration",
    "derivative": "it names a derivative; its steps need functions of all numbers",
    "primitive": "it names an integral; its steps need functions of all numbers",
}


class Collector:
    """Reads the assumptions into a reader's graph, and into ``Requirements``."""

    def __init__(self, reader: Reader, theory: Theory, shape: Shape) -> None:
        self.reader = reader
        self.shape = shape
        self.requirements = Requirements()
        sizes = [value for _, value in shape.numbers] + [*shape.widths, shape.units]
        self._units = max(sizes) + shape.reach
        self._layers = (
            max(shape.layers + 1, *(value for _, value in shape.numbers), 0) + shape.reach
        )
        self._waiting: list[Ground] = []
        for assumption in (*theory.solutions, *theory.assumptions):
            if assumption.kind in NOT_FINITE:
                raise CannotBuildModelError(assumption.name, NOT_FINITE[assumption.kind])
            if assumption.kind == "minimises":
                self._minimum(assumption)
            elif assumption.kind not in ("moment", "independent", "distinct"):
                solved = assumption.name in theory.solved
                self._waiting += [Ground(assumption, v, solved) for v in self.instances(assumption)]
        self._waiting = [ground for ground in self._waiting if not self._gives_meaning(ground)]

    def instances(self, assumption: Assumption) -> Iterator[Stack]:
        """The values of an assumption's variables in range."""
        if any(domain not in ("width", "natural") for domain in assumption.domains):
            raise CannotBuildModelError(assumption.name, "it speaks of all real numbers")
        return index_values(assumption, self._units, self._layers)

    # --- meanings -----------------------------------------------------------------------------

    def _minimum(self, assumption: Assumption) -> None:
        objective, point = assumption.parts
        value = stationary_point(assumption.name, objective, point, dict(self.shape.numbers))
        self.reader.meanings[point] = (value, ())

    def _gives_meaning(self, ground: Ground) -> bool:
        """Whether an equation was taken as the meaning of a member or a scalar."""
        if ground.assumption.kind != "equation" or ground.solved:
            return False
        left, right = ground.assumption.parts
        if self._moment(left, ground.values) or self._moment(right, ground.values):
            return False
        for kind in (self._base_member, self._scalar):
            keys = [kind(left, ground.values), kind(right, ground.values)]
            if keys[0] is not None and keys[0] == keys[1]:
                return True
            for key, other in sorted(
                ((key, place) for place, key in enumerate(keys) if key is not None),
                key=lambda pair: _order(pair[0]),
                reverse=True,
            ):
                term = (right, left)[other]
                if self._root(key) not in self.reader.meanings and not self._circular(
                    key, term, ground.values
                ):
                    self.reader.meanings[self._root(key)] = (term, ground.values)
                    return True
        return False

    def _root(self, key: Any) -> Any:
        """The member that ``key`` was made equal to, if it was."""
        seen = set()
        while key in self.reader.meanings and key not in seen:
            seen.add(key)
            term, stack = self.reader.meanings[key]
            next_key = self._base_member(term, stack) or self._scalar(term, stack)
            if next_key is None:
                return key
            key = next_key
        return key

    def _circular(self, key: Any, term: Basic, stack: Stack) -> bool:
        """Whether ``term`` shows, through known meanings, what it would give the meaning of."""
        pending, done = [(term, stack)], set()
        target = self._root(key)
        while pending:
            part, values = pending.pop()
            for found in self._keys(part, values):
                if found in (key, target):
                    return True
                if found in self.reader.meanings and found not in done:
                    done.add(found)
                    pending.append(self.reader.meanings[found])
        return False

    def _keys(self, term: Basic, stack: Stack) -> Iterator[Any]:
        if isinstance(term, Symbol):
            yield term
        elif isinstance(term, Entry):
            key = self._base_member(term, stack) or self._scalar(term, stack)
            if key is not None:
                yield key
        elif isinstance(term, Binder):
            upper = self.reader.whole(term.upper, stack, {})
            for index in range(1, upper + 1):
                yield from self._keys(term.body, (index, *stack))
        else:
            for child in term.args:
                yield from self._keys(child, stack)

    # --- reading a side -----------------------------------------------------------------------

    def _base_member(self, term: Basic, stack: Stack) -> Member | None:
        """The random member that ``term`` is, if no definition gives it."""
        if not isinstance(term, Entry) or not term.family.random:
            return None
        member = (term.family, tuple(self.reader.whole(index, stack, {}) for index in term.indices))
        return None if min(member[1], default=0) < 0 or self.reader.unfold(member) else member

    def _scalar(self, term: Basic, stack: Stack) -> Any:
        """The scalar or constant that ``term`` is, if it is no size and no definition gives it."""
        if isinstance(term, Symbol):
            return term if self.shape.number(term) is None else None
        if isinstance(term, Entry) and not term.family.random:
            if term.family.domain in ("width", "natural"):
                return None
            member = (
                term.family,
                tuple(self.reader.whole(index, stack, {}) for index in term.indices),
            )
            return None if self.reader.unfold(member) else member
        return None

    def _moment(self, term: Basic, stack: Stack) -> Moment | None:
        """The moment of base members that ``term`` is, if it is one."""
        if isinstance(term, Var):
            return self._joint("covariance", (term.args[0], term.args[0]), stack)
        if isinstance(term, Cov):
            return self._joint("covariance", term.args, stack)
        if not isinstance(term, E):
            return None
        (inside,) = term.args
        member = self._base_member(inside, stack)
        if member is not None:
            return self._resolved("mean", (member,))
        if isinstance(inside, sympy.Pow) and inside.exp == 2:
            return self._joint("product", (inside.base, inside.base), stack)
        if isinstance(inside, sympy.Mul) and len(inside.args) == 2:
            return self._joint("product", inside.args, stack)
        return None

    def _joint(self, kind: str, terms: Sequence[Basic], stack: Stack) -> Moment | None:
        members = tuple(self._base_member(term, stack) for term in terms)
        if None in members:
            return None
        return self._resolved(kind, members)  # type: ignore[arg-type]  # no member is None here

    def _resolved(self, kind: str, members: tuple[Member, ...]) -> Moment | None:
        roots = tuple(self._root(member) for member in members)
        if any(root in self.reader.meanings for root in roots):
            return None
        if kind == "mean" or roots[0] != roots[-1]:
            return kind, roots
        return {"covariance": "variance", "product": "second"}[kind], roots[:1]

    # --- the rest -----------------------------------------------------------------------------

    def collect(self) -> Requirements:
        """Take in every instance that speaks only of members already met, until none is left."""
        progress = True
        while progress:
            ready = [ground for ground in self._waiting if self._is_met(ground)]
            self._waiting = [ground for ground in self._waiting if ground not in ready]
            progress = bool(ready)
            for ground in ready:
                self._take(ground)
        return self.requirements

    def _is_met(self, ground: Ground) -> bool:
        """Whether all random members that an instance names, outside of sums, have been met."""
        for part in ground.assumption.parts:
            for entry in entries(part):
                if not entry.family.random or _under_binder(part, entry):
                    continue
                indices = tuple(self.reader.whole(i, ground.values, {}) for i in entry.indices)
                member = (entry.family, indices)
                if member not in self.reader.seen and self._root(member) not in self.reader.seen:
                    return False
        return True

    def _take(self, ground: Ground) -> None:
        kind, parts, stack = ground.assumption.kind, ground.assumption.parts, ground.values
        found = self.requirements
        if ground.solved:
            self._verify(ground, "=" if kind == "equation" else "<=")
        elif kind == "symmetric" and len(parts) > 1:
            raise CannotBuildModelError(ground.name, "no joint symmetry is built in")
        elif kind == "symmetric":
            member = self._base_member(parts[0], stack)
            if member is not None and self._root(member) not in self.reader.meanings:
                found.symmetric.add(self._root(member))
            else:
                found.mirrored.append((ground.name, self.reader.read(parts[0], stack)))
        elif kind == "same-law":
            found.images.append((ground.name, self._images(ground)))
        elif kind == "positive":
            member = self._base_member(parts[0], stack)
            if member is not None:
                found.positive.add(self._root(member))
            zero = self.reader.read(Integer(0))
            found.verified.append((ground.name, "<", zero, self.reader.read(parts[0], stack)))
        elif kind == "at_most":
            self._bound(ground)
        else:
            self._equation(ground)

    def _images(self, ground: Ground) -> Images:
        """What becomes of each member where two lists share a law, if twice gives the first back.

        Only then has the average of a law and its image the law of its image.
        """
        lists = [
            [self._signed(ground, term) for term in group] for group in ground.assumption.groups
        ]
        if [sign for sign, _ in lists[0]] != [1] * len(lists[0]):
            raise CannotBuildModelError(ground.name, "a sign stands in its first list")
        found = {m: image for (_, m), image in zip(*lists, strict=True)}
        for member, (sign, other) in found.items():
            if found.get(other) != (sign, member):
                raise CannotBuildModelError(
                    ground.name, "it is no exchange or change of sign of base members"
                )
        return found

    def _signed(self, ground: Ground, term: Basic) -> tuple[int, Member]:
        """The sign and the base member whose product ``term`` is."""
        for sign in (1, -1):
            member = self._base_member(sign * term, ground.values)
            if member is not None and self._root(member) not in self.reader.meanings:
                return sign, self._root(member)
        raise CannotBuildModelError(ground.name, "it is about other terms than base members")

    def _equation(self, ground: Ground) -> None:
        parts, stack = ground.assumption.parts, ground.values
        moments = [self._moment(part, stack) for part in parts]
        if moments[0] is None:
            moments, parts = moments[::-1], parts[::-1]
        if moments[0] is None:
            self._verify(ground, "=")
        elif moments[1] is not None:
            self.requirements.moments.append(Required(ground.name, moments[0], moments[1]))
        else:
            value = self.reader.read(parts[1], stack)
            self.requirements.moments.append(Required(ground.name, moments[0], value))

    def _verify(self, ground: Ground, relation: str) -> None:
        left, right = (self.reader.read(part, ground.values) for part in ground.assumption.parts)
        self.requirements.verified.append((ground.name, relation, left, right))

    def _bound(self, ground: Ground) -> None:
        """An inequality: a scalar on one side is raised or lowered until it holds."""
        parts, stack = ground.assumption.parts, ground.values
        bounds = self.requirements.bounds
        for place, sign in ((1, 1), (0, -1)):
            key = self._scalar(parts[place], stack)
            if (
                key is None
                or key in self.reader.meanings
                or self._circular(key, parts[1 - place], stack)
            ):
                continue
            if bounds.setdefault(key, (sign, []))[0] == sign:
                bounds[key][1].append(self.reader.read(parts[1 - place], stack))
                self.requirements.bounding.append(self.reader.read(parts[place], stack))
                return
        self._verify(ground, "<=")


def _order(key: Any) -> tuple[str, Any]:
    """Members in the order of their indices: later ones take their meaning from earlier ones."""
    return (str(key), ()) if isinstance(key, Symbol) else (str(key[0]), key[1])


def _under_binder(term: Basic, entry: Entry) -> bool:
    """Whether ``entry`` occurs in ``term`` only under a binder."""
    if term == entry:
        return False
    if isinstance(term, Binder):
        return all(_under_binder(arg, entry) for arg in term.args[:-1])
    return all(_under_binder(arg, entry) for arg in term.args)
