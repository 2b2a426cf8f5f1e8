"""Hypothesis strategies that draw finite models of assumptions by construction."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import hypothesis
from hypothesis import strategies
from sympy.core.basic import Basic

from xavier_theory.finite_models.drawing.choices import LENGTH
from xavier_theory.finite_models.drawing.plan import Plan
from xavier_theory.finite_models.drawing.theory import Solved, Theory
from xavier_theory.finite_models.errors import UnluckyDrawError
from xavier_theory.finite_models.evaluation.model import Model, Shape, member_at
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Family

BYTES = strategies.binary(min_size=LENGTH, max_size=LENGTH)
"""What a model is made of; zeros make the simplest one."""


def models(
    context: Context,
    terms: Iterable[Basic] = (),
    families: Iterable[Family] = (),
    shape: Shape | None = None,
    variant: int = 0,
    solved: Solved | None = None,
) -> strategies.SearchStrategy[Model]:
    """Models of the context's assumptions and definitions in which ``terms`` have values.

    ``families`` get a value at all indices 1..``shape.units``. ``variant`` chooses among the ways
    to let members depend on each other. Raises ``CannotBuildModelError`` where no model is known.
    """
    sizes = shape or Shape()
    wanted = [encode(term) for term in terms]
    spread = [(("member", f.name, f.random, f.domain), f.arity) for f in families]

    def read(reader: Reader) -> list[int]:
        places = [reader.read(term) for term in wanted]
        units = range(1, sizes.units + 1)
        members = [member_at(f, at) for f, n in spread for at in product(units, repeat=n)]
        return places + [reader.member(member) for member in members]

    theory = Theory(context.assumptions, context.definitions, solved or {})
    plan = Plan(theory, sizes, read, variant)

    def draw(data: bytes) -> Model:
        try:
            return plan.completed(*plan.draw(data))
        except UnluckyDrawError:
            hypothesis.reject()

    return BYTES.map(draw)
