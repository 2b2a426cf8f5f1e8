"""The smallest model in which a claim fails though the kept assumptions hold: by enumeration.

*Smallest* is meant in this order: first the sum of the sizes (widths, depths and the values of the
claim's free indices), then the sizes themselves; then the number of atoms; then the height, which
is the largest numerator or denominator among all probabilities and values; then the place in the
lists of ``laws.py``.

Atoms are those of the product of the *blocks*, into which the kept independence assumptions part
the random members. Enumerating a law for each block and taking the product leaves nothing out where
those assumptions make the blocks independent: the joint law of independent families is the product
of their laws, so a model of the kept assumptions is determined, up to the naming of its outcomes,
by one law for each block. A random member that no assumption speaks of is kept constant.

Scalars and constants that a kept assumption gives (a variance, a second moment) take that value and
do not count for the height; the others are enumerated like values. Opaque functions are
polynomials of degree at most 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from xavier_theory.finite_models.arithmetic import all_of, at_most, equal, precision
from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.finite_models.errors import CannotBuildModelError
from xavier_theory.finite_models.evaluation.model import (
    Blocks,
    Member,
    Model,
    Polynomial,
    domain_of,
)
from xavier_theory.finite_models.evaluation.program import UNDEFINED, Program
from xavier_theory.finite_models.evaluation.satisfaction import law_at
from xavier_theory.finite_models.search.laws import Law, Row, height, laws, numbers
from xavier_theory.finite_models.search.scope import Scope
from xavier_theory.finite_models.search.sizes import Sizes, all_sizes
from xavier_theory.kernel.terms import Term
from xavier_theory.symbolic.assumptions import Assumption

MOST_DEGREE = 1
"""Of the polynomials that opaque functions mean: their arguments vary freely as it is."""


@dataclass(frozen=True)
class Bounds:
    """How far the search goes; it stops after ``work`` models and laws were put together."""

    sizes: int = 2
    atoms: int = 4
    height: int = 4
    work: int = 400_000


@dataclass(frozen=True)
class Found:
    """The first model in which the claim fails, and its place in the order.

    ``left`` and ``right`` are the values of the claim's sides, None where they have none.
    """

    model: Model
    sizes: Sizes
    atoms: int
    height: int
    left: Any
    right: Any


class OutOfWorkError(Exception):
    """The bound on the work is reached."""


@dataclass
class Tally:
    """What the search went through.

    Attributes
    ----------
    left: how many more models, or laws of a block, may be put together.
    models: how many models of the kept assumptions the claim was evaluated in.
    exhausted: whether the whole space was searched, up to what was found.
    """

    left: int
    models: int = 0
    exhausted: bool = True

    def step(self) -> None:
        """Count one; raise ``OutOfWorkError`` after the last."""
        if not self.left:
            raise OutOfWorkError
        self.left -= 1


Relation = tuple[str, int, int]
Pair = tuple[list[int], list[int]]
Local = tuple[Program | None, list[Relation], list[Pair]]


def smallest_counterexample(
    claim: Claim,
    kept: Sequence[Assumption],
    dropped: Assumption | None,
    bounds: Bounds,
    has_value: bool = False,
) -> tuple[Found | None, Tally]:
    """The first model in the order above in which ``claim`` fails, and what was searched.

    ``kept`` must be assumptions that finite models can satisfy. Sizes at which ``dropped`` says
    nothing are passed over: there the kept assumptions are all of the theorem's. With ``dropped``
    None the claim itself is in doubt, and random members that no assumption speaks of vary as
    well; if it ``has_value`` wherever the assumptions hold, a model in which it has none refutes
    it too.
    """
    tally = Tally(bounds.work)
    seen = set()
    everything = (*kept, dropped) if dropped is not None else tuple(kept)
    degenerate = has_value if dropped is None else dropped.kind == "positive"
    for sizes in all_sizes(claim, everything, bounds.sizes):
        try:
            scope = Scope(claim, kept, dropped, sizes)
        except CannotBuildModelError:
            continue  # an independence of members that share a base member: no such model
        if not scope.speaks or scope.is_trivial or scope.key in seen:
            continue
        if any(map(scope.overlooks, kept)):
            continue
        seen.add(scope.key)
        try:
            found = _at_sizes(scope, claim.relation, degenerate, bounds, tally)
        except OutOfWorkError:
            tally.exhausted = False
            break
        if found is not None:
            return found, tally
    return None, tally


def _at_sizes(
    scope: Scope, relation: str, degenerate: bool, bounds: Bounds, tally: Tally
) -> Found | None:
    counts = product(range(1, bounds.atoms + 1), repeat=len(scope.blocks))
    for atoms in sorted((c for c in counts if prod(c) <= bounds.atoms), key=lambda c: (prod(c), c)):
        trial = Trial(scope, atoms, relation, degenerate, tally)
        for most in range(1, bounds.height + 1):
            for model in trial.candidates(most):
                tally.step()
                sides = trial.failing(model)
                if sides is not None:
                    return Found(sides[0], scope.sizes, prod(atoms), most, *sides[1:])
    return None


class Trial:
    """All models of a scope with given numbers of atoms for its blocks."""

    def __init__(
        self, scope: Scope, atoms: Sequence[int], relation: str, degenerate: bool, tally: Tally
    ) -> None:
        self._scope, self._atoms, self._tally = scope, tuple(atoms), tally
        self._relation, self._degenerate = relation, degenerate
        block_of = {m: (place,) for place, block in enumerate(scope.blocks) for m in block}
        self._layout: dict[Member, Blocks] = {**dict.fromkeys(scope.constants, ()), **block_of}
        self._program = Program(scope.graph, scope.roots, self._layout, atoms)
        self._local = [self._local_relations(place) for place in range(len(atoms))]

    # --- enumeration --------------------------------------------------------------------------

    def candidates(self, most: int) -> Iterator[Model]:
        """Models of height ``most`` exactly, in order; unchecked but for what concerns one block.

        The last block varies fastest.
        """
        scope = self._scope
        blocks = [self._laws(place, most) for place in range(len(self._atoms))]
        free = [_values(domain_of(key), most) for key in (*scope.scalars, *scope.constants)]
        meanings = [_polynomials(arity, most) for _, arity in scope.functions]
        if not all(blocks):
            return
        for chosen in product(*free):
            reached = max(map(height, chosen), default=1)
            for functions in product(*meanings):
                so_far = max([reached, *(size for size, _ in functions)])
                for picked in product(*blocks):
                    if max([so_far, *(law.height for law in picked)]) == most:
                        yield self._model(chosen, [f for _, f in functions], picked)

    def _model(
        self, chosen: Sequence[Any], functions: Sequence[Polynomial], picked: Sequence[Law]
    ) -> Model:
        scope = self._scope
        count = len(scope.scalars)
        values: dict[Member, tuple[Blocks, Row]] = {
            member: ((), (value,))
            for member, value in zip(scope.constants, chosen[count:], strict=True)
        }
        for place, (block, law) in enumerate(zip(scope.blocks, picked, strict=True)):
            values.update((m, ((place,), row)) for m, row in zip(block, law.rows, strict=True))
        names = [head for head, _ in scope.functions]
        return Model(
            tuple(law.weights for law in picked),
            values,
            dict(zip(scope.scalars, chosen[:count], strict=True)),
            dict(zip(names, functions, strict=True)),
            scope.sizes.shape,
        )

    def _laws(self, place: int, most: int) -> list[Law]:
        """The laws of a block that satisfy what concerns it alone."""
        members, programs = self._scope.blocks[place], self._local[place]
        shape = self._scope.sizes.shape

        def suits(weights: Row, rows: tuple[Row, ...]) -> bool:
            program, relations, pairs = programs[len(rows) - 1]
            if program is None:
                return True
            self._tally.step()
            values = {m: ((0,), row) for m, row in zip(members, rows, strict=False)}
            model = Model((weights,), values, shape=shape)
            found = program.run(model)
            return all(
                _holds(program, found, *relation) is True for relation in relations
            ) and _of_one_law(pairs, program, model, found)

        centred = [m in self._scope.centred for m in members]
        symmetric = [m in self._scope.symmetric for m in members]
        return list(laws(self._atoms[place], most, centred, symmetric, suits))

    def _local_relations(self, place: int) -> list[Local]:
        """For each member of a block, the relations and laws that bind it and those before it.

        Those that speak of nothing else, with a program that evaluates them.
        """
        graph, members = self._scope.graph, self._scope.blocks[place]
        relations: list[list[Relation]] = [[] for _ in members]
        pairs: list[list[Pair]] = [[] for _ in members]

        def last(nodes: Sequence[int]) -> int | None:
            """The last member behind ``nodes``; None if they speak of something else."""
            inputs = graph.inputs(nodes, "member")
            open_ = [graph.inputs(nodes, kind) for kind in ("scalar", "apply")]
            if not inputs or not set(inputs) <= set(members) or any(open_):
                return None
            return max(map(members.index, inputs))

        for _, relation, left, right in self._scope.relations:
            if (at := last((left, right))) is not None:
                relations[at].append((relation, left, right))
        for pair in self._scope.same_laws:
            if (at := last([*pair[0], *pair[1]])) is not None:
                pairs[at].append(pair)
        layout: dict[Member, Blocks] = dict.fromkeys(members, (0,))
        found: list[Local] = []
        for here, laws_here in zip(relations, pairs, strict=True):
            nodes = [node for _, *sides in here for node in sides]
            nodes += [node for pair in laws_here for side in pair for node in side]
            program = Program(graph, nodes, layout, [self._atoms[place]]) if nodes else None
            found.append((program, here, laws_here))
        return found

    # --- checking -----------------------------------------------------------------------------

    def failing(self, model: Model) -> tuple[Model, Any, Any] | None:
        """The model completed, and both sides, if the kept assumptions hold and the claim fails."""
        scope, program = self._scope, self._program
        with precision():
            found = program.run(model)
            for _, relation, *sides in scope.relations:
                if _holds(program, found, relation, *sides) is not True:
                    return None
            if not all(_in_domain(key, found[node]) for key, node in scope.ties):
                return None
            if not _of_one_law(scope.same_laws, program, model, found):
                return None
            self._tally.models += 1
            left, right = found[scope.left], found[scope.right]
            if left is UNDEFINED or right is UNDEFINED:
                if not self._degenerate:
                    return None
                known = [None if side is UNDEFINED else side for side in (left, right)]
                return self._completed(model, found), known[0], known[1]
            if _holds(program, found, self._relation, scope.left, scope.right) is not False:
                return None
            return self._completed(model, found), left, right

    def _completed(self, model: Model, found: Sequence[Any]) -> Model:
        """``model`` with the scalars and constants that the kept assumptions give."""
        values, scalars = dict(model.values), dict(model.scalars)
        for key, node in self._scope.ties:
            if key[0] == "scalar":
                scalars[key] = found[node]
            else:
                values[key] = ((), (found[node],))
        return Model(model.weights, values, scalars, model.functions, model.shape)


def _holds(
    program: Program, found: Sequence[Any], relation: str, left: int, right: int
) -> bool | None:
    """Whether a relation holds at every outcome; None if undefined or not decided."""
    if found[left] is UNDEFINED or found[right] is UNDEFINED:
        return None
    blocks = tuple(sorted({*program.blocks[left], *program.blocks[right]}))
    pair = [
        program.spread(place, blocks)(found[place]) if blocks else (found[place],)
        for place in (left, right)
    ]
    if relation == "<":
        return all(x < y for x, y in zip(*pair, strict=True))
    test = equal if relation == "=" else at_most
    return all_of([test(x, y) for x, y in zip(*pair, strict=True)])


def _of_one_law(
    pairs: Sequence[Pair], program: Program, model: Model, found: Sequence[Any]
) -> bool:
    """Whether the two lists of nodes of each pair have one joint law."""
    return all(
        law_at(first, program, model, found) == law_at(second, program, model, found)
        for first, second in pairs
    )


def _in_domain(key: Term, value: Any) -> bool:
    if value is UNDEFINED or isinstance(value, tuple):
        return False
    return {"positive": value > 0, "nonnegative": value >= 0}.get(domain_of(key), True)


def _values(domain: str, most: int) -> list[Any]:
    """The numbers of a domain up to a height, simplest first."""
    everything = numbers(most)
    if domain == "positive":
        return [x for x in everything if x > 0]
    return [x for x in everything if x >= 0 or domain != "nonnegative"]


def _polynomials(arity: int, most: int) -> list[tuple[int, Polynomial]]:
    """Polynomials in one of ``arity`` arguments.

    Of degree up to ``MOST_DEGREE`` and height up to ``most``; by degree, argument, coefficients.
    """
    found = []
    for degree in range(min(most, MOST_DEGREE) + 1):
        for argument in range(arity if degree else 1):
            for coefficients in product(numbers(most), repeat=degree + 1):
                if degree and not coefficients[0]:
                    continue
                terms = [
                    (c, tuple((degree - place) * (k == argument) for k in range(arity)))
                    for place, c in enumerate(coefficients)
                    if c
                ]
                size = max([degree, *map(height, coefficients)])
                found.append((size, Polynomial(tuple(terms))))
    return found
