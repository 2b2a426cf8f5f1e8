"""Assumptions as text for a terminal: what each says, on one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import Symbol

from xavier_theory.documents.assumptions import parts
from xavier_theory.documents.domains import at_zero, quantified
from xavier_theory.documents.plain_text import plain
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.terms import scalar

Body = Callable[[Assumption, Sequence[Symbol]], str]


def plain_assumption(assumption: Assumption) -> str:
    """What ``assumption`` says, and for which values: ``E(a[l, j]) = 0 for all l ≥ 0, j``."""
    variables = assumption.variables()
    body = _BODIES[assumption.kind](assumption, variables)
    if not variables:
        return body
    names = ", ".join(quantified(variable, str) for variable in variables)
    different = [
        f"{variables[first]} ≠ {variables[second]}" for first, second in assumption.conditions
    ]
    text = f"{body} for all {names}" + (f" with {', '.join(different)}" if different else "")
    return text + (" (at 0 from the right)" if at_zero(assumption) else "")


def _listed(terms: list[Any]) -> str:
    return ", ".join(plain(term) for term in terms)


def _of_parts(form: str) -> Body:
    def body(assumption: Assumption, variables: Sequence[Symbol]) -> str:
        return form.format(*map(plain, assumption.at(*variables)))

    return body


def _density(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    member, body, lower, upper = assumption.parts
    density = plain(instantiate(body, scalar("x")))
    return f"{plain(member)} has the density {density} for x from {plain(lower)} to {plain(upper)}"


def _derivative(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    term, slope = assumption.at(*variables)
    return f"d/d{variables[0]} {plain(term)} = {plain(slope)}"


def _independent(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    left, right = parts(assumption, variables)
    return f"{_listed(left)} independent of {_listed(right)}"


def _law(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    members, parameters = parts(assumption, variables)
    return f"{_listed(members)} iid {assumption.label}({_listed(parameters)})"


def _same_law(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    first, second = parts(assumption, variables)
    return f"({_listed(first)}) and ({_listed(second)}) have one law"


_BODIES: dict[str, Body] = {
    "same-law": _same_law,
    "equation": _of_parts("{} = {}"),
    "at_most": _of_parts("{} ≤ {}"),
    "symmetric": _of_parts("{0} and -{0} have one law"),
    "moment": _of_parts("E|{}|^{} finite"),
    "positive": _of_parts("{} > 0"),
    "distinct": _of_parts("{} ≠ {}"),
    "minimises": _of_parts("{} is least at {}"),
    "density": _density,
    "derivative": _derivative,
    "primitive": _of_parts("{} is an integral of {}"),
    "independent": _independent,
    "law": _law,
}
"""How each kind is written; a test holds this against the core's list of kinds."""
