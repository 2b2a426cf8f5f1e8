"""Does a finite model satisfy an assumption? By its meaning and by enumeration.

Not by how the model was made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from xavier_theory.finite_models.arithmetic import ZERO, Number
from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.evaluation.evaluate import program_for, relation_holds, value_of
from xavier_theory.finite_models.evaluation.graph import Graph
from xavier_theory.finite_models.evaluation.model import Model, indices_of
from xavier_theory.finite_models.evaluation.program import Program
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.kernel.definitions import Definition as KernelDefinition
from xavier_theory.kernel.terms import EVERY, MINUS_ONE, Term, number, parts, with_parts
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.judgements import Definition

Law = dict[tuple[Number, ...], Number]


def index_values(assumption: Assumption, units: int, layers: int) -> Iterator[tuple[int, ...]]:
    """The values of an assumption's variables up to ``units`` and ``layers``.

    Distinct where it says so.
    """
    spans = []
    for domain in assumption.domains:
        if domain not in ("width", "natural"):
            raise FiniteModelError(
                f"{assumption.name} speaks of all {domain} numbers, not of indices"
            )
        spans.append(range(1, units + 1) if domain == "width" else range(layers + 1))
    for values in product(*spans):
        if all(values[first] != values[second] for first, second in assumption.conditions):
            yield values


def satisfies(
    model: Model,
    assumption: Assumption,
    definitions: Iterable[Definition] = (),
    units: int | None = None,
    layers: int | None = None,
) -> bool:
    """Whether ``model`` satisfies ``assumption`` at all indices for which it has values.

    Unit indices run to ``units``, layer indices to ``layers`` (by default as the model's shape
    says); instances about members that the model gives no value are left out, but one must be
    within it.
    """
    upper = (units or model.shape.units, model.shape.layers if layers is None else layers)
    known = [definition.in_kernel for definition in definitions]
    checked = 0
    for values in index_values(assumption, *upper):
        said = assumption.in_kernel.at([number(value) for value in values])
        groups = [[term for t in group for term in _spread_out(t, model, known)] for group in said]
        if not _within(model, [term for group in groups for term in group], known):
            continue
        checked += 1
        if not _holds(model, assumption, groups, known):
            return False
    if not checked:
        raise FiniteModelError(
            f"the model has no value for anything that {assumption.name} speaks of"
        )
    return True


def _holds(
    model: Model,
    assumption: Assumption,
    groups: list[list[Term]],
    definitions: Sequence[KernelDefinition],
) -> bool:
    kind, first = assumption.kind, groups[0]
    if kind == "moment":
        return True  # every moment of a finite model is finite
    if kind in ("equation", "at_most"):
        relation = "=" if kind == "equation" else "<="
        return relation_holds(relation, first, model, definitions) is True
    if kind == "positive":
        found = value_of(first[0], model, definitions)
        return all(value > 0 for value in (found if isinstance(found, tuple) else (found,)))
    if kind == "distinct":
        return first[0] != first[1]
    if kind == "symmetric":
        mirrored = [("*", MINUS_ONE, part) for part in first]
        return law_of(model, first, definitions) == law_of(model, mirrored, definitions)
    if kind == "same-law":
        return law_of(model, first, definitions) == law_of(model, groups[1], definitions)
    if kind == "independent":
        return are_independent(model, groups[0], groups[1], definitions)
    raise FiniteModelError(
        f"whether a finite model satisfies {assumption.name} ({kind}) cannot be decided"
    )


def law_of(model: Model, terms: Iterable[Term], definitions: Iterable[KernelDefinition]) -> Law:
    """The joint law of random terms.

    The probability of each combination of values that they take.
    """
    reader = Reader(Graph(), model.shape, definitions)
    places = [reader.read(term) for term in terms]
    program = program_for(model, reader.graph, places)
    return law_at(places, program, model, program.run(model))


def law_at(places: Sequence[int], program: Program, model: Model, found: Sequence[Any]) -> Law:
    """The joint law of nodes, whose values ``program`` has ``found`` in ``model``."""
    blocks = tuple(sorted({block for place in places for block in program.blocks[place]}))
    columns = [
        program.spread(place, blocks)(found[place]) if blocks else (found[place],)
        for place in places
    ]
    law: Law = defaultdict(lambda: ZERO)
    for probability, *row in zip(model.probabilities(blocks), *columns, strict=True):
        law[tuple(row)] += probability
    return dict(law)


def are_independent(
    model: Model, left: list[Term], right: list[Term], definitions: Sequence[KernelDefinition]
) -> bool:
    """Whether two joint families are independent: P(x, y) = P(x) P(y) for all their values."""
    joint = law_of(model, [*left, *right], definitions)
    first, second = (law_of(model, side, definitions) for side in (left, right))
    return all(joint.get((*x, *y), ZERO) == first[x] * second[y] for x, y in product(first, second))


def _spread_out(term: Term, model: Model, definitions: Sequence[KernelDefinition]) -> list[Term]:
    """``term``, or for a member with ``EVERY`` among its indices all the members that are meant."""
    if EVERY not in parts(term):
        return [term]
    top = max([model.shape.units, *(max(indices_of(m), default=0) for m in model.values)])
    spans = [
        [number(value) for value in range(top + 1)] if index == EVERY else [index]
        for index in parts(term)
    ]
    found = [with_parts(term, indices) for indices in product(*spans)]
    return [member for member in found if _within(model, [member], definitions)]


def _within(model: Model, terms: list[Term], definitions: Sequence[KernelDefinition]) -> bool:
    """Whether the model gives a value to every member that ``terms`` speak of."""
    reader = Reader(Graph(), model.shape, definitions)
    places = [reader.read(term) for term in terms]
    needed = reader.graph.inputs(places, "member")
    undefined = reader.graph.inputs(places, "undefined")
    return not undefined and all(member in model.values for member in needed)
