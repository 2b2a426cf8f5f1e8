"""The value of a term in a finite model, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.arithmetic import Number, all_of, at_most, equal, precision
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.finite_models.evaluation.graph import Graph
from xavier_theory.finite_models.evaluation.model import Blocks, Model
from xavier_theory.finite_models.evaluation.program import UNDEFINED, Program
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.kernel.definitions import Definition as KernelDefinition
from xavier_theory.kernel.terms import Term, replaced, show
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.judgements import Definition


def program_for(model: Model, graph: Graph, roots: Iterable[int]) -> Program:
    """What evaluates ``roots`` in ``model`` and in all models of its layout."""
    layout: dict[Any, Blocks] = {member: blocks for member, (blocks, _) in model.values.items()}
    wanted = list(roots)
    for member in graph.inputs(wanted, "member"):
        if member not in layout:
            model.member(member)  # raises: the table has no such member
    return Program(graph, wanted, layout, [len(weights) for weights in model.weights])


def evaluate(
    term: Basic,
    model: Model,
    definitions: Iterable[Definition] = (),
    values: Mapping[Symbol, int] | None = None,
) -> Number | tuple[Number, ...]:
    """The value of ``term``.

    A number, or one number per combination of atoms of the blocks that it touches.

    ``values`` are those of free indices. Raises ``OutsideDomainError`` where the term has no value,
    and ``MissingValueError`` where the model gives none to something in it.
    """
    return value_of(_closed(term, values), model, [d.in_kernel for d in definitions])


def compare(
    relation: str,
    left: Basic,
    right: Basic,
    model: Model,
    definitions: Iterable[Definition] = (),
    values: Mapping[Symbol, int] | None = None,
) -> bool | None:
    """Whether ``left`` = or <= ``right`` at every outcome; None if balls do not decide it."""
    sides = [_closed(side, values) for side in (left, right)]
    return relation_holds(relation, sides, model, [d.in_kernel for d in definitions])


def _closed(term: Basic, values: Mapping[Symbol, int] | None) -> Term:
    """The kernel's term, with whole numbers in place of free indices."""
    known = {encode(symbol): value for symbol, value in (values or {}).items()}
    return replaced(encode(term), {k: ("number", value, 1) for k, value in known.items()})


def value_of(
    term: Term, model: Model, definitions: Iterable[KernelDefinition]
) -> Number | tuple[Number, ...]:
    """``evaluate`` for a term of the kernel."""
    return _evaluated([term], model, definitions)[0]


def relation_holds(
    relation: str,
    sides: Sequence[Term],
    model: Model,
    definitions: Iterable[KernelDefinition],
) -> bool | None:
    """``compare`` for terms of the kernel, left and right."""
    pairs = zip(*_evaluated(sides, model, definitions, together=True), strict=True)
    test = equal if relation == "=" else at_most
    with precision():
        return all_of([test(x, y) for x, y in pairs])


def _evaluated(
    terms: Sequence[Term],
    model: Model,
    definitions: Iterable[KernelDefinition],
    together: bool = False,
) -> list[Any]:
    reader = Reader(Graph(), model.shape, definitions)
    places = [reader.read(term) for term in terms]
    program = program_for(model, reader.graph, places)
    blocks = tuple(sorted({block for place in places for block in program.blocks[place]}))
    with precision():
        found = program.run(model)
        if any(found[place] is UNDEFINED for place in places):
            texts = ", ".join(map(show, terms))
            raise OutsideDomainError(f"{texts} is undefined in this model")
        if not together:
            return [found[place] for place in places]
        return [
            program.spread(place, blocks)(found[place]) if blocks else (found[place],)
            for place in places
        ]
