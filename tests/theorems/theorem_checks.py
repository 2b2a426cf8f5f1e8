"""What every theorem's tests share: replay, and what happens without one of its assumptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from xavier_theory import kernel
from xavier_theory.kernel.algebra import equal
from xavier_theory.symbolic.assumptions import Assumption, families
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.theorems import derive, theorem_module

SAID_OF_KIND = {
    "derivative": ("(derivative:",),
    "equation": ("(equation:",),
    "independent": ("(independent:", "independence that separates"),
    "law": ("(law:",),
    "primitive": ("(primitive:",),
    "moment": ("finite moment of order",),
    "symmetric": ("symmetry of",),
}


def assert_replays(name: str) -> None:
    """The certificate, as JSON text, proves the same results from the same assumptions."""
    derivation = derive(name)
    replayed = kernel.check(json.dumps(derivation.certificate(bundle=True)))[name]
    assert replayed.conclusion == derivation.main
    listed = list(replayed.assumptions.values())
    assert set(replayed.results) == set(derivation.results)
    for result, judgement in replayed.results.items():
        step = derivation.results[result]
        assert judgement.relation == step.relation
        assert equal(judgement.left, encode(step.left))
        assert equal(judgement.right, encode(step.right))
        assert judgement.gamma <= set(listed)
        assert judgement.gamma == {a.in_kernel for a in step.assumptions}


def assert_each_assumption_is_needed(
    name: str, monkeypatch: pytest.MonkeyPatch, instead: Mapping[str, str] | None = None
) -> None:
    """Without any one of its assumptions a theorem is refused, and the refusal says which.

    ``instead``: for an assumption that several rules use, what the first of them misses.
    """
    module, derivation = theorem_module(name), derive(name)
    whole: Context = module.CONTEXT
    used = frozenset().union(*(step.assumptions for step in derivation.results.values()))
    assert used == frozenset(whole.assumptions), "every declared assumption is used"
    for dropped in whole.assumptions:
        others = tuple(a for a in whole.assumptions if a != dropped)
        monkeypatch.setattr(module, "CONTEXT", Context(others, whole.definitions))
        with pytest.raises(RuleRefusedError) as refusal:
            module.derive()
        wanted = (instead or {}).get(dropped.name)
        message = str(refusal.value)
        assert wanted in message if wanted else is_said(dropped, message), (dropped.name, message)


def is_said(dropped: Assumption, message: str) -> bool:
    """Whether ``message`` names the assumption, or its kind and the families it speaks of."""
    if dropped.name in message:
        return True
    if dropped.kind == "positive":
        return f"{dropped.parts[0]} > 0" in message
    kind = any(said in message for said in SAID_OF_KIND.get(dropped.kind, ()))
    return kind and all(family.name in message for family in families(dropped))


def signs(count: int) -> list[tuple[int, ...]]:
    """All ``count``-tuples of signs."""
    return list(product((-1, 1), repeat=count))


def mean(values: list[Any]) -> Any:
    """The mean of equally likely values, exact if they are."""
    return sum(values) * Fraction(1, len(values))


def variance(values: list[Any]) -> Any:
    """The variance of equally likely values."""
    return mean([value**2 for value in values]) - mean(values) ** 2
