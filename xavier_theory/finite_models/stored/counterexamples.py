"""The stored counterexamples, and their verification by the meaning of the assumptions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from flint import fmpq

from xavier_theory.finite_models.arithmetic import precision
from xavier_theory.finite_models.checking.claims import Claim, Values
from xavier_theory.finite_models.drawing.minima import stationary_point
from xavier_theory.finite_models.errors import FiniteModelError, OutsideDomainError
from xavier_theory.finite_models.evaluation.evaluate import relation_holds, value_of
from xavier_theory.finite_models.evaluation.model import Model
from xavier_theory.finite_models.evaluation.satisfaction import satisfies
from xavier_theory.finite_models.search.necessity import (
    NecessityResult,
    claim_about,
    every_assumption,
    side_text,
)
from xavier_theory.finite_models.search.scope import Scope, separate_law
from xavier_theory.finite_models.stored.continuous import Continuous
from xavier_theory.finite_models.stored.text import decode_model
from xavier_theory.kernel.terms import number, replaced
from xavier_theory.symbolic.assumptions import CONTINUOUS, Assumption


@lru_cache
def _stored(path: Path) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else ()


def stored_counterexamples(path: Path) -> tuple[NecessityResult, ...]:
    """What the search found for each assumption of a theorem, in the order of its assumptions.

    ``path`` is the file ``counterexamples.json`` in the theorem's folder, which ``make
    counterexamples`` writes. Empty for a theorem without assumptions, or one that was not searched
    yet.
    """
    return tuple(NecessityResult(**record) for record in _stored(path))


def store(path: Path, found: Iterable[NecessityResult]) -> None:
    """Put the answers about a theorem into its file, in place of the former ones."""
    text = json.dumps([asdict(result) for result in found], indent=1, ensure_ascii=False)
    beside = path.with_suffix(".part")
    beside.write_text(_compact(text) + "\n", encoding="utf-8")
    beside.replace(path)
    _stored.cache_clear()


def _compact(text: str) -> str:
    """Lists of plain values on one line each."""
    import re

    return re.sub(
        r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m[1]) + "]", text
    )


def verify_counterexample(
    result: NecessityResult, derivation: Any, continuous: Mapping[str, Continuous]
) -> bool:
    """Whether a counterexample to the theorem of ``derivation`` is one, exactly.

    ``continuous`` has its counterexamples with continuous laws, by assumption.
    The model satisfies every kept assumption and violates the dropped one; the sides have the
    stated values, and do not stand in the stated relation.
    """
    if result.kind == "continuous counterexample":
        known = continuous.get(result.assumption)
        written = (result.table, result.left, result.right, result.difference)
        return known is not None and known.sides == written and known.verify()
    if result.kind != "counterexample" or result.model is None:
        raise FiniteModelError(f"no counterexample was found to {result.assumption}")
    dropped = next(a for _, a in every_assumption(derivation) if a.name == result.assumption)
    claim, kept = claim_about(derivation, result.result, dropped)
    model, sizes = decode_model(result.model, claim, [*kept, dropped])
    scope = Scope(claim, kept, dropped, sizes)
    laws = [a for a in kept if a.kind in CONTINUOUS]
    if not all(separate_law(a, claim, [*kept, dropped]) for a in laws):
        return False
    if any(a.kind not in CONTINUOUS and scope.overlooks(a) for a in kept):
        return False
    for assumption in kept:
        speaks = assumption.kind not in CONTINUOUS and any(
            True for _ in scope.instances(assumption)
        )
        if speaks and not satisfies(model, assumption, claim.context.definitions, *scope.range):
            return False
    return _is_violated(model, dropped, claim.context.definitions, scope.range) and _fails(
        result, claim, model, dict(sizes.values)
    )


def _is_violated(
    model: Model, dropped: Assumption, definitions: Any, upper: tuple[int, int]
) -> bool:
    if dropped.kind in CONTINUOUS:
        return True  # a finite model has no density, and none of the laws that are named
    if dropped.kind == "minimises":
        best = stationary_point(dropped, model.shape.numbers)
        return bool(model.scalar(dropped.in_kernel.groups[0][1]) != fmpq(*best[1:]))
    return not satisfies(model, dropped, definitions, *upper)


def _fails(result: NecessityResult, claim: Claim, model: Model, values: Values) -> bool:
    """Whether the sides have the stated values and do not stand in the claim's relation."""
    definitions = [definition.in_kernel for definition in claim.context.definitions]
    indices = {scalar: number(value) for scalar, value in values.items()}
    terms = [replaced(side, indices) for side in claim.sides]
    sides = []
    for term in terms:
        try:
            sides.append(value_of(term, model, definitions))
        except OutsideDomainError:
            sides.append(None)
    with precision():
        if [side_text(side) for side in sides] != [result.left, result.right]:
            return False
    if None in sides:
        return result.difference == "undefined"
    return relation_holds(claim.relation, terms, model, definitions) is False
