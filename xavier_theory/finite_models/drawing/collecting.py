"""What assumptions ask of the members, one by one, at concrete indices.

Each assumption is instantiated at all index values of a shape. An equation that gives a scalar or a
member by other terms becomes its *meaning*. One about a mean, a variance, a second moment or a
covariance of base members becomes a *moment*, which the laws of the blocks are built for. Anything
else is left to be *verified* in each drawn model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xavier_theory.finite_models.drawing.minima import stationary_point
from xavier_theory.finite_models.drawing.requirements import (
    Ground,
    Images,
    Moment,
    Required,
    Requirements,
)
from xavier_theory.finite_models.drawing.theory import Theory
from xavier_theory.finite_models.errors import CannotBuildModelError
from xavier_theory.finite_models.evaluation.model import Member, Shape, indices_of
from xavier_theory.finite_models.evaluation.reading import Reader, Stack
from xavier_theory.finite_models.evaluation.satisfaction import index_values
from xavier_theory.kernel.terms import (
    BINDERS,
    MINUS_ONE,
    ZERO,
    Term,
    number,
    parts,
)
from xavier_theory.symbolic.assumptions import Assumption

TWO = number(2)

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
        self._under: dict[Member, frozenset[Member]] = {}
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
        _, point = assumption.in_kernel.groups[0]
        value = stationary_point(assumption, self.shape.numbers)
        self.reader.meanings[point] = (value, ())

    def _gives_meaning(self, ground: Ground) -> bool:
        """Whether an equation was taken as the meaning of a member or a scalar."""
        if ground.assumption.kind != "equation" or ground.solved:
            return False
        left, right = ground.parts
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

    def _root(self, key: Term) -> Term:
        """The member that ``key`` was made equal to, if it was."""
        seen = set()
        while key in self.reader.meanings and key not in seen:
            seen.add(key)
            next_key = self._key(*self.reader.meanings[key])
            if next_key is None:
                return key
            key = next_key
        return key

    def _circular(self, key: Term, term: Term, stack: Stack) -> bool:
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

    def _keys(self, term: Term, stack: Stack) -> Iterator[Term]:
        if term[0] in ("scalar", "member"):
            key = term if term[0] == "scalar" else self._key(term, stack)
            if key is not None:
                yield key
        elif term[0] in BINDERS:
            for index in range(1, self.reader.whole(term[1], stack) + 1):
                yield from self._keys(term[-1], (index, *stack))
        else:
            for child in parts(term):
                yield from self._keys(child, stack)

    # --- reading a side -----------------------------------------------------------------------

    def _key(self, term: Term, stack: Stack) -> Term | None:
        """The base member or scalar that ``term`` is, if it is one."""
        return self._base_member(term, stack) or self._scalar(term, stack)

    def _base_member(self, term: Term, stack: Stack) -> Member | None:
        """The random member that ``term`` is, if no definition gives it."""
        if term[0] != "member" or not term[2]:
            return None
        member = self.reader.member_of(term, stack)
        if min(indices_of(member), default=0) < 0 or self.reader.unfold(member):
            return None
        return member

    def _scalar(self, term: Term, stack: Stack) -> Term | None:
        """The scalar or constant that ``term`` is, if it is no size and no definition gives it."""
        if term[0] == "scalar":
            return None if term in self.reader.numbers else term
        if term[0] != "member" or term[2] or term[3] in ("width", "natural"):
            return None
        member = self.reader.member_of(term, stack)
        return None if self.reader.unfold(member) else member

    def _moment(self, term: Term, stack: Stack) -> Moment | None:
        """The moment of base members that ``term`` is, if it is one."""
        if term[0] == "Var":
            return self._joint("covariance", (term[1], term[1]), stack)
        if term[0] == "Cov":
            return self._joint("covariance", term[1:], stack)
        if term[0] != "E":
            return None
        inside = term[1]
        member = self._base_member(inside, stack)
        if member is not None:
            return self._resolved("mean", (member,))
        if inside[0] == "^" and inside[2] == TWO:
            return self._joint("product", (inside[1], inside[1]), stack)
        if inside[0] == "*" and len(inside) == 3:
            return self._joint("product", inside[1:], stack)
        return None

    def _joint(self, kind: str, terms: Sequence[Term], stack: Stack) -> Moment | None:
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
            ready: list[Ground] = []
            waiting: list[Ground] = []
            for ground in self._waiting:
                (ready if self._is_met(ground) else waiting).append(ground)
            self._waiting = waiting
            progress = bool(ready)
            for ground in ready:
                self._take(ground)
        for item in self.requirements.moments:
            self._look_at(item)
        return self.requirements

    def _look_at(self, item: Required) -> None:
        """Have a moment that laws are built for evaluated, and a symmetry that a mean may break."""
        value = item.value if isinstance(item.value, int) else self._node(item.value)
        self.requirements.built.append((item.name, "=", self._node(item.moment), value))
        if item.value == self.reader.read(ZERO):
            return
        for kind, (member, *_) in (m for m in (item.moment, item.value) if isinstance(m, tuple)):
            if kind == "mean" and member in self.requirements.symmetric:
                self.requirements.mirrored.append((item.name, self._input(member)))

    def _node(self, moment: Moment) -> int:
        """The node of a moment of base members."""
        add, (kind, members) = self.reader.graph.add, moment
        places = sorted(map(self._input, members))
        if kind == "covariance":
            return add("Cov", places)
        if kind == "variance":
            return add("Var", places)
        if kind == "second":
            places = [add("pow", (*places, self.reader.read(TWO)))]
        return add("E", [add("mul", places)] if kind == "product" else places)

    def _input(self, member: Member) -> int:
        return self.reader.graph.add("member", payload=member)

    def _is_met(self, ground: Ground) -> bool:
        """Whether all random members that an instance names, outside of sums, have been met.

        Or definitions give those that have not, and some of what is under them has: the others of
        a larger model could not be chosen so that the instance holds.
        """
        named = [term for part in ground.parts for term in _outside_of_sums(part)]
        members = [self.reader.member_of(term, ground.values) for term in named]
        unmet = [member for member in members if not self._has_met(member)]
        if not unmet or not all(map(self.reader.unfold, unmet)):
            return not unmet
        return any(self._has_met(base) for member in members for base in self._bases(member))

    def _has_met(self, member: Member) -> bool:
        return member in self.reader.seen or self._root(member) in self.reader.seen

    def _bases(self, member: Member) -> frozenset[Member]:
        """The random base members that a member is made of by definitions."""
        if member not in self._under:
            unfolded = self.reader.unfold(member)
            found = self._random_in(*unfolded) if unfolded else ()
            under = frozenset[Member]().union(*map(self._bases, found))
            self._under[member] = under if unfolded else frozenset((member,))
        return self._under[member]

    def _random_in(self, term: Term, stack: Stack) -> Iterator[Member]:
        if term[0] == "member" and term[2]:
            yield self.reader.member_of(term, stack)
        elif term[0] in BINDERS:
            for index in range(1, self.reader.whole(term[1], stack) + 1):
                yield from self._random_in(term[-1], (index, *stack))
        else:
            for child in parts(term):
                yield from self._random_in(child, stack)

    def _take(self, ground: Ground) -> None:
        kind, said, stack = ground.assumption.kind, ground.parts, ground.values
        found = self.requirements
        if ground.solved:
            self._verify(ground, "=" if kind == "equation" else "<=")
        elif kind == "symmetric" and len(said) > 1:
            raise CannotBuildModelError(ground.name, "no joint symmetry is built in")
        elif kind == "symmetric":
            member = self._base_member(said[0], stack)
            if member is not None and self._root(member) not in self.reader.meanings:
                found.symmetric.add(self._root(member))
            else:
                found.mirrored.append((ground.name, self.reader.read(said[0], stack)))
        elif kind == "same-law":
            found.images.append((ground.name, self._images(ground)))
        elif kind == "positive":
            member = self._base_member(said[0], stack)
            if member is not None:
                found.positive.add(self._root(member))
            zero = self.reader.read(ZERO)
            found.verified.append((ground.name, "<", zero, self.reader.read(said[0], stack)))
        elif kind == "at_most":
            self._bound(ground)
        else:
            self._equation(ground)

    def _images(self, ground: Ground) -> Images:
        """What becomes of each member where two lists share a law, if twice gives the first back.

        Only then has the average of a law and its image the law of its image.
        """
        lists = [
            [self._signed(ground, term) for term in group]
            for group in ground.assumption.in_kernel.groups
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

    def _signed(self, ground: Ground, term: Term) -> tuple[int, Member]:
        """The sign and the base member whose product ``term`` is."""
        sign, rest = 1, term
        if term[0] == "*" and len(term) == 3 and MINUS_ONE in term:
            sign, rest = -1, term[1] if term[2] == MINUS_ONE else term[2]
        member = self._base_member(rest, ground.values)
        if member is None or self._root(member) in self.reader.meanings:
            raise CannotBuildModelError(ground.name, "it is about other terms than base members")
        return sign, self._root(member)

    def _equation(self, ground: Ground) -> None:
        said, stack = ground.parts, ground.values
        moments = [self._moment(part, stack) for part in said]
        if moments[0] is None:
            moments, said = moments[::-1], said[::-1]
        if moments[0] is None:
            self._verify(ground, "=")
        elif moments[1] is not None:
            self.requirements.moments.append(Required(ground.name, moments[0], moments[1]))
        else:
            value = self.reader.read(said[1], stack)
            self.requirements.moments.append(Required(ground.name, moments[0], value))

    def _verify(self, ground: Ground, relation: str) -> None:
        left, right = (self.reader.read(part, ground.values) for part in ground.parts)
        self.requirements.verified.append((ground.name, relation, left, right))

    def _bound(self, ground: Ground) -> None:
        """An inequality: a scalar on one side is raised or lowered until it holds."""
        said, stack = ground.parts, ground.values
        bounds = self.requirements.bounds
        for place, sign in ((1, 1), (0, -1)):
            key = self._scalar(said[place], stack)
            if (
                key is None
                or key in self.reader.meanings
                or self._circular(key, said[1 - place], stack)
            ):
                continue
            if bounds.setdefault(key, (sign, []))[0] == sign:
                bounds[key][1].append(self.reader.read(said[1 - place], stack))
                self.requirements.bounding.append(self.reader.read(said[place], stack))
                left, right = (self.reader.read(part, stack) for part in said)
                self.requirements.built.append((ground.name, "<=", left, right))
                return
        self._verify(ground, "<=")


def _order(key: Term) -> tuple[str, Any]:
    """Members in the order of their indices: later ones take their meaning from earlier ones."""
    return str(key[1]), () if key[0] == "scalar" else indices_of(key)


def _outside_of_sums(term: Term) -> Iterator[Term]:
    """The random members in ``term`` that no binder spans, those in its limits included."""
    if term[0] == "member" and term[2]:
        yield term
    inner = parts(term)
    for part in inner[:-1] if term[0] in BINDERS else inner:
        yield from _outside_of_sums(part)
