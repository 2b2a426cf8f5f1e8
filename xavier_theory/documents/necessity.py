"""What breaks without each assumption: the stored counterexamples as text for a page."""

from __future__ import annotations

from dataclasses import dataclass

from xavier_theory.finite_models.search.necessity import HEIGHTS, NecessityResult
from xavier_theory.finite_models.stored.counterexamples import stored_counterexamples
from xavier_theory.theorems import theorem_folder

__all__ = ["Without", "without_each_assumption"]


@dataclass(frozen=True)
class Without:
    """What is known of one assumption: a title, a sentence, and a counterexample's table or ""."""

    title: str
    sentence: str
    table: str


def without_each_assumption(theorem: str) -> list[Without]:
    """One entry for each assumption of a theorem, in the order in which they are declared."""
    return [
        _shown(result) for result in stored_counterexamples(theorem_folder(theorem).counterexamples)
    ]


def _shown(result: NecessityResult) -> Without:
    words = result.assumption.replace("_", " ")
    title = words[0].upper() + words[1:]
    return Without(title, _sentence(result), result.table if result.needed else "")


def _sentence(result: NecessityResult) -> str:
    if result.needed:
        where = "" if result.result in ("conclusion", "lower", "upper") else f" of {result.result}"
        model = _smallest(result) if result.kind == "counterexample" else "this model"
        return (
            f"Needed. Without it {result.meaning}. In {model} the left side{where} is "
            f"{result.left} and the right side {result.right}:"
        )
    if result.kind == "none found":
        return (
            f"None found in {result.models:,} models ({result.space}), which proves nothing: "
            f"{result.reason}."
        )
    if result.kind == "not needed":
        return f"Not needed: {result.reason}."
    return f"Not searched. Without it {result.meaning}; but {result.reason}."


def _smallest(result: NecessityResult) -> str:
    """Smallest among what was searched: to a lesser height where the search had no end at 4."""
    limit = f" in numbers of height up to {result.bound}" if result.bound < max(HEIGHTS) else ""
    return f"the smallest such model{limit}, of {_atoms(result)},"


def _atoms(result: NecessityResult) -> str:
    return f"{result.atoms} atom" + ("" if result.atoms == 1 else "s")
