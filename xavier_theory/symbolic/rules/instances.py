"""Rules that read a theorem or a cited lemma with other symbols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xavier_theory.symbolic import lemmas
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.rules.engine import Inferred, refuse, rule
from xavier_theory.symbolic.specializing import Specialization


@rule
def specialize(
    context: Context,
    theorem: Step,
    scalars: Mapping[str, Any],
    families: Mapping[str, Sequence[Any]] | None = None,
    given: Sequence[Step] = (),
    functions: Mapping[str, Sequence[Any]] | None = None,
) -> Inferred:
    """A judgement ⟹ its instance, with terms for its scalars, families and opaque functions.

    ``scalars`` maps names to terms; ``families`` and ``functions`` map names to (variables…,
    term). The judgement may come from another context: each assumption in its Γ, so instantiated,
    must be declared here, hold here by form, or be a judgement in ``given``, and each definition it
    stands on must hold here. Refuses if a term is not in the scalar's domain, if a function's term
    may be no real number for a real argument, or if a random term takes the place of a constant or
    a function.
    """
    if any(step.context != context for step in given):
        raise refuse("specialize", "a given judgement belongs to another context")
    plan = Specialization.of(theorem, scalars, families or {}, functions or {}, given)
    return Inferred(theorem.relation, *plan.sides(), plan.transferred(context), inherits=False)


@rule
def cite(
    context: Context,
    lemma: str,
    scalars: Mapping[str, Any],
    families: Mapping[str, Sequence[Any]] | None = None,
    functions: Mapping[str, Sequence[Any]] | None = None,
) -> Inferred:
    """⟹ an instance of a lemma from the literature, one of ``lemmas.LEMMAS``.

    Instantiated like a theorem in ``specialize``; Γ: the lemma's own assumptions, which must be
    declared.
    """
    found = lemmas.lemma(lemma)
    plan = Specialization.of(found, scalars, families or {}, functions or {})
    return Inferred(found.relation, *plan.sides(), plan.transferred(context))
