"""E[X] = 0 by the kernel: definitions unfolded, linearity, independence, members of mean zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sympy import Integer
from sympy.core.basic import Basic

from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.errors import XavierTheoryError
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.matching import match
from xavier_theory.symbolic.terms import Binder, Bound, E, Entry, SumOver

__all__ = ["zero_mean"]

_DEEPEST = 8
"""So many steps inwards, at most: definitions, sums and products."""


def zero_mean(proof: Proof, term: Basic, deepest: int = _DEEPEST) -> Step | None:
    """A step that says E[``term``] = 0; None if none was found."""
    if not deepest:
        return None
    ways = _of_member if isinstance(term, Entry) else _of_term
    for make in ways(proof, term, deepest):
        try:
            step = make()
        except XavierTheoryError:
            continue
        if step is not None and step.left == E(term) and step.right == 0:
            return step
    return None


def _of_member(proof: Proof, member: Entry, deepest: int) -> Iterator[Callable[[], Step | None]]:
    for assumption in proof.context.of_kind("equation"):
        values = match(assumption.parts[0], E(member), {})
        if values is not None:
            given = [values[place] for place in sorted(values)]
            yield partial(proof.by_assumption, assumption.name, *given)
    yield from _by_definitions(proof, member, deepest)


def _by_definitions(proof: Proof, term: Basic, deepest: int) -> Iterator[Callable[[], Step | None]]:
    """The members that a definition gives, one by one; those of sums wait for linearity."""
    for member in sorted(term.atoms(Entry), key=str):
        for definition in proof.context.definitions:
            values = match(definition.head, member, {})
            if values is not None and not member.atoms(Bound):
                given = [values[place] for place in sorted(values)]
                yield partial(_unfolded, proof, term, definition.name, given, deepest)


def _unfolded(
    proof: Proof, term: Basic, name: str, values: list[Basic], deepest: int
) -> Step | None:
    same = proof.congruence(E(term), proof.definition(name, *values))
    inside = zero_mean(proof, same.right.args[0], deepest - 1)
    return inside and proof.chain(same).by(inside).step


def _of_term(proof: Proof, term: Basic, deepest: int) -> Iterator[Callable[[], Step | None]]:
    yield partial(_by_independence, proof, term, deepest)
    yield partial(_by_linearity, proof, term, deepest)
    yield from _by_definitions(proof, term, deepest)


def _by_independence(proof: Proof, term: Basic, deepest: int) -> Step | None:
    """E[X Y] = E[X] E[Y], where one factor has mean zero."""
    parted = proof.independence(E(term))
    for mean in parted.right.atoms(E):
        inside = zero_mean(proof, mean.args[0], deepest - 1)
        if inside is not None:
            return proof.chain(parted).by(inside).step
    return None


def _by_linearity(proof: Proof, term: Basic, deepest: int) -> Step | None:
    chain = proof.chain(proof.expectation_is_linear(E(term)))
    for mean in _means(chain.step.right):
        inside = zero_mean(proof, mean.args[0], deepest - 1)
        if inside is None:
            return None
        chain = chain.by(inside)
    while sums := [s for s in chain.step.right.atoms(SumOver) if s.body == Integer(0)]:
        chain = chain.by(proof.sum_is_linear(sums[0]))
    return chain.step


def _means(term: Basic) -> Iterator[Basic]:
    """The expectations in a term; the indices of the sums around them have the sums' names."""
    if isinstance(term, E):
        yield term
    elif isinstance(term, Binder):
        yield from _means(term.opened()[1])
    else:
        for part in term.args:
            yield from _means(part)
