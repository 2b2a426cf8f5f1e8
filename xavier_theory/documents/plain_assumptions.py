"""Assumptions as text for a terminal: what each says, on one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xavier_theory.documents.plain_text import plain
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.terms import scalar

Groups = list[list[Any]]


def plain_assumption(assumption: Assumption) -> str:
    """What ``assumption`` says, and for which values: ``E(W[i, j]) = 0 for all i, j``."""
    if assumption.kind == "density":
        return _density(assumption)
    variables = assumption.variables()
    groups = [[instantiate(term, *variables) for term in group] for group in assumption.groups]
    body = _BODIES[assumption.kind](groups, assumption.label)
    if assumption.kind == "derivative":
        body = f"d/d{variables[0]} {body}"
    if not variables:
        return body
    names = ", ".join(map(str, variables))
    different = [
        f"{variables[first]} ≠ {variables[second]}" for first, second in assumption.conditions
    ]
    return f"{body} for all {names}" + (f" with {', '.join(different)}" if different else "")


def _density(assumption: Assumption) -> str:
    member, body, lower, upper = assumption.parts
    density = plain(instantiate(body, scalar("x")))
    return f"{plain(member)} has the density {density} for x from {plain(lower)} to {plain(upper)}"


def _listed(terms: list[Any]) -> str:
    return ", ".join(plain(term) for term in terms)


def _of_parts(form: str) -> Callable[[Groups, str], str]:
    def body(groups: Groups, label: str) -> str:
        return form.format(*map(plain, groups[0]))

    return body


def _independent(groups: Groups, label: str) -> str:
    return f"{_listed(groups[0])} independent of {_listed(groups[1])}"


def _law(groups: Groups, label: str) -> str:
    return f"{_listed(groups[0])} iid {label}({_listed(groups[1])})"


_BODIES: dict[str, Callable[[Groups, str], str]] = {
    "equation": _of_parts("{} = {}"),
    "at_most": _of_parts("{} ≤ {}"),
    "symmetric": _of_parts("{0} and -{0} have one law"),
    "moment": _of_parts("E|{}|^{} finite"),
    "positive": _of_parts("{} > 0"),
    "distinct": _of_parts("{} ≠ {}"),
    "minimises": _of_parts("{} is least at {}"),
    "derivative": _of_parts("{} = {}"),
    "primitive": _of_parts("{} is an integral of {}"),
    "independent": _independent,
    "law": _law,
}
"""How each kind is written; densities apart; a test holds this against the core's list of kinds."""
