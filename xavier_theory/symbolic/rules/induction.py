"""Induction over the natural numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Symbol

from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.language import same
from xavier_theory.symbolic.rules.engine import Inferred, instance, refuse, rule
from xavier_theory.symbolic.terms import domain_of


@rule
def induction(
    context: Context,
    base: Step,
    step: Step,
    variable: Symbol,
    hypothesis: Assumption,
    names: Sequence[Symbol] = (),
    together: Sequence[Sequence[Any]] = (),
) -> Inferred:
    """P(0); P(l) ⊢ P(l+1) ⟹ P(l) for every natural l.

    ``hypothesis`` is P(l), for all variables of its own. ``together``: further claims (base, step,
    hypothesis, names), proved at once: each step may use them all. Discharges the hypotheses.
    Refuses if l, or one of the names (free indices of P), occurs in the rest of Γ, or if a name
    is no symbol that ranges over the whole domain of its variable: P would be shown for a part.
    """
    if domain_of(variable) != "natural":
        raise refuse("induction", f"{variable} does not range over the naturals 0, 1, 2, ...")
    claims = [(base, step, hypothesis, names), *map(tuple, together)]
    if any([type(part) for part in claim[:3]] != [Step, Step, Assumption] for claim in claims):
        raise refuse("induction", "each claim is a base, a step, a hypothesis and its names")
    hypotheses = frozenset(claim[2] for claim in claims)
    # A step may use every hypothesis: what generalizes one claim generalizes all of them.
    general = {variable}.union(*(claim[3] for claim in claims))
    if general & context.parameters:
        raise refuse("induction", "a definition speaks of one layer or one index only")
    for claim in claims:
        _require_claim(variable, *claim)
        if hypotheses & claim[0].assumptions:
            raise refuse("induction", "a base case may not use a hypothesis")
        for assumption in (claim[0].assumptions | claim[1].assumptions) - hypotheses:
            if general & assumption.free_symbols:
                raise refuse(
                    "induction", f"the assumption {assumption.name} is about one layer only"
                )
    left, right = hypothesis.at(*names)
    return Inferred(base.relation, left, right, discharged=hypotheses)


def _require_claim(
    variable: Symbol, base: Step, step: Step, hypothesis: Assumption, names: Sequence[Symbol]
) -> None:
    """``base`` must be the hypothesis at 0, ``step`` that at l + 1, for free indices ``names``."""
    relation = {"equation": "=", "at_most": "<="}.get(hypothesis.kind)
    if relation is None or hypothesis.conditions:
        raise refuse("induction", "the hypothesis is an unconditional equation or inequality")
    sides = hypothesis.at(*instance("induction", hypothesis.domains, names))
    taken = {variable, *hypothesis.free_symbols}
    if len(set(names)) != len(names) or any(name in taken for name in names):
        raise refuse("induction", "the names of the free indices must be new and different")
    if any(domain_of(name) != d for name, d in zip(names, hypothesis.domains, strict=True)):
        raise refuse("induction", "each name must range over the whole domain of its variable")
    for premise, value in ((base, sympy.Integer(0)), (step, variable + 1)):
        wanted = [substitute(side, {variable: value}) for side in sides]
        if premise.relation != relation or not (
            same(premise.left, wanted[0]) and same(premise.right, wanted[1])
        ):
            raise refuse("induction", f"{premise.formula} is not the claim at {value}")
