"""Slips that are no mistakes, proved by writing both formulas out.

Let D' and D be the differences of a slip's sides and of its result's, written out. The slip is
proved if D' = m D + c F - S, where F = 0 is a fact (what the theorem proves, or E[Z²] = 1) and S is
plainly >= 0; for an equation S is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy
from sympy import Expr, Integer
from sympy.core.basic import Basic

from tools.slips.changes import Slip
from tools.slips.writing_out import written_out
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.errors import XavierTheoryError
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.signs import is_nonnegative, is_positive, is_zero_function
from xavier_theory.symbolic.terms import E, scalar
from xavier_theory.theorems import derive

__all__ = ["Difference", "by_writing_out", "facts"]

_x = scalar("x")


@dataclass(frozen=True)
class Difference:
    """Left less right of ``step``, written out.

    ``steps`` and ``multipliers`` lead from it to ``step``'s own sides in a linear combination.
    """

    step: Step | None
    left: Step
    right: Step

    @property
    def value(self) -> Expr:
        """Left less right, multiplied out."""
        return sympy.expand(self.left.right - self.right.right)

    def premises(self, times: Any) -> list[tuple[Step, Any]]:
        """What to combine so that left <= right is taken ``times``, as it stands written out."""
        known = [] if self.step is None else [(self.step, times)]
        return [*known, (self.left, -times), (self.right, times)]


def difference(proof: Proof, left: Basic, right: Basic, step: Step | None = None) -> Difference:
    """The difference of two sides, written out."""
    return Difference(step, written_out(proof, left), written_out(proof, right))


def facts(slip: Slip, derivation: Any) -> Iterator[Difference]:
    """What may be added: equations of the theorem with the slip's assumptions, and E[Z²] = 1."""
    for fact in _of_theorem(derivation.name):
        assumed = {a for a in fact.step.assumptions if a.kind != "moment"} if fact.step else set()
        if assumed <= slip.claim.assumptions:
            yield fact


@cache
def _of_theorem(name: str) -> tuple[Difference, ...]:
    derivation = derive(name)
    proof = Proof.after(derivation)
    known = {
        step.text: step
        for step in (*derivation.results.values(), *derivation.steps, *_second_moments(proof))
        if step.relation == "=" and (step.left.has(E) or step.right.has(E))
    }
    found = [difference(proof, step.left, step.right, step) for step in known.values()]
    return tuple(fact for fact in found if fact.value.has(E))


def _second_moments(proof: Proof) -> Iterator[Step]:
    """E[Z²] = 1 for each standard normal variable."""
    for law in proof.context.of_kind("law"):
        if law.label == "gaussian" and law.groups[1] == (Integer(0), Integer(1)):
            for member in law.groups[0]:
                line = {"f": (_x, _x), "df": (_x, Integer(1))}
                try:
                    step = proof.cite("gaussian-integration-by-parts", {}, {"Z": (member,)}, line)
                    yield proof.chain(step).by(proof.expectation_is_linear(step.right)).step
                except XavierTheoryError:
                    continue


def by_writing_out(
    proof: Proof, original: Step, slip: Slip, derivation: Any
) -> Iterator[tuple[str, Step]]:
    """``equivalent`` or ``weaker``, and a step that proves the slip."""
    claim = slip.claim
    try:
        changed = difference(proof, claim.left, claim.right)
        known = difference(proof, original.left, original.right, original)
    except XavierTheoryError:
        return
    for times in _factors(changed.value, known.value, claim.relation):
        rest = sympy.expand(changed.value - times * known.value)
        for premises in _rests(proof, slip, derivation, rest):
            together = [*known.premises(times), *premises, (changed.left, 1), (changed.right, -1)]
            used = [(step, m) for step, m in together if m != 0]
            try:
                step = proof.linear_combination(
                    claim.relation, claim.left, claim.right, *map(list, zip(*used, strict=True))
                )
            except XavierTheoryError:
                continue
            back = is_positive(times) or is_positive(-times)
            slack = any(step.relation == "<=" and step is not original for step, _ in premises)
            yield "equivalent" if back and not slack else "weaker", step


def _factors(changed: Expr, known: Expr, relation: str) -> Iterator[Expr]:
    """By what the result may be multiplied: 1, or what makes one of its means that of the slip's.

    Or 0: some slips follow from facts alone.
    """
    done = set()
    for times in (Integer(1), *_ratios(changed, known, relation), Integer(0)):
        if times not in done and (relation == "=" or is_nonnegative(times)):
            done.add(times)
            yield times


def _rests(
    proof: Proof, slip: Slip, derivation: Any, rest: Expr
) -> Iterator[list[tuple[Step, Any]]]:
    """Premises that give ``rest`` <= 0, or = 0 for an equation."""
    yield from _closed(proof, slip, rest)
    relation = slip.claim.relation
    for fact in facts(slip, derivation) if rest.has(E) else ():
        square = sympy.expand(fact.value**2) if _is_quadratic(rest) else Integer(0)
        multiples = [ratio * fact.value for ratio in _ratios(rest, square, relation)]
        for times in (*_ratios(rest, fact.value, relation), *multiples):
            left = sympy.expand(rest - times * fact.value)
            for premises in _closed(proof, slip, left):
                yield [*fact.premises(times), *premises]


def _closed(proof: Proof, slip: Slip, rest: Expr) -> Iterator[list[tuple[Step, Any]]]:
    """Premises that give ``rest`` <= 0, or = 0, without a fact; nothing if it is not plain."""
    try:
        if is_zero_function(rest):
            yield []
        elif slip.claim.relation == "<=" and is_nonnegative(-rest):
            yield [(proof.nonnegative(-rest), 1)]
    except XavierTheoryError:
        return


def _ratios(one: Expr, other: Expr, relation: str) -> list[Expr]:
    """By what ``other`` may be multiplied to take a product of means out of ``one``.

    For an equation it must take out all that there is, or nothing would be left to do so.
    """
    first, second = _coefficients(one), _coefficients(other)
    common = [key for key in first if key in second and key != 1]
    if relation == "=":
        common = common[:1] if set(first) == set(second) else []
    return list(dict.fromkeys(sympy.cancel(first[key] / second[key]) for key in common))


def _is_quadratic(term: Expr) -> bool:
    """Whether there are products of means in ``term``, as E[X]² in a variance."""
    return any(key.is_Mul or key.is_Pow for key in _coefficients(term))


def _coefficients(term: Expr) -> dict[Basic, Expr]:
    """The coefficients of the products of means that ``term``, multiplied out, adds up."""
    found: dict[Basic, Expr] = {}
    for part in sympy.Add.make_args(term):
        factors = sympy.Mul.make_args(part)
        means = sympy.Mul(*(factor for factor in factors if factor.has(E)))
        found[means] = found.get(means, 0) + sympy.Mul(*(f for f in factors if not f.has(E)))
    return found
