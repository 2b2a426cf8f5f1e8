"""Induction over the natural numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Symbol

from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.lines import Notebook
from xavier_theory.symbolic.signs import is_zero_function
from xavier_theory.symbolic.tactics.engine import Inferred, instance, refuse, rule
from xavier_theory.symbolic.terms import domain_of


@rule
def induction(
    book: Notebook,
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
    for claim in claims:
        if [*map(type, claim[:3])] != [Step, Step, Assumption] or len(claim) != 4:
            raise refuse("induction", "each claim is (base, step, hypothesis, names)")
        _require_claim(variable, *claim)
    left, right = hypothesis.at(*names)
    codes = [
        [first.line, second.line, claim, [encode(name) for name in symbols]]
        for first, second, claim, symbols in claims
    ]
    stated = (base.relation, left, right)
    line = book.write("induction", encode(variable), codes, stated=stated)
    return Inferred(base.relation, left, right, line)


def _require_claim(
    variable: Symbol, base: Step, step: Step, hypothesis: Assumption, names: Sequence[Symbol]
) -> None:
    """``base`` must be the hypothesis at 0, ``step`` that at l + 1, for free indices ``names``."""
    relation = {"equation": "=", "at_most": "<="}.get(hypothesis.kind)
    if relation is None or hypothesis.conditions:
        raise refuse("induction", "the hypothesis is an unconditional equation or inequality")
    sides = hypothesis.at(*instance("induction", hypothesis.domains, names))
    for premise, value in ((base, sympy.Integer(0)), (step, variable + 1)):
        wanted = [substitute(side, {variable: value}) for side in sides]
        if premise.relation != relation or not (
            is_zero_function(premise.left - wanted[0])
            and is_zero_function(premise.right - wanted[1])
        ):
            raise refuse("induction", f"{premise.formula} is not the claim at {value}")
