"""Assumptions and definitions for readers: a sentence and a formula each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sympy import Integer, Symbol

from xavier_theory.documents.domains import at_zero, quantified
from xavier_theory.documents.formulas import latex, relation_latex
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate, substitute
from xavier_theory.symbolic.judgements import Definition
from xavier_theory.symbolic.terms import EVERY, Entry, scalar

_LAWS = {"gaussian": r"\mathcal{N}", "chi-square": r"\chi^2"}


def sentence(assumption: Assumption) -> str:
    """The name as a sentence: ``weights_have_zero_mean`` is "Weights have zero mean"."""
    words = phrase(assumption)
    return words[0].upper() + words[1:]


def phrase(assumption: Assumption) -> str:
    """The name within a sentence; the random variables X and Y keep their capitals."""
    return re.sub(r"\b[xy]\b", lambda found: found[0].upper(), assumption.name.replace("_", " "))


def formula(assumption: Assumption) -> str:
    """What the assumption says, in LaTeX, with what it holds for."""
    variables = assumption.variables()
    body = _BODIES[assumption.kind](assumption, variables)
    conditions = [
        rf"{latex(variables[first])} \neq {latex(variables[second])}"
        for first, second in assumption.conditions
    ]
    note = r" \text{ (at } 0 \text{ from the right)}" if at_zero(assumption) else ""
    return body + _for_all(variables, conditions) + note


def definition_formula(definition: Definition) -> str:
    """``head := body`` in LaTeX."""
    head, body = definition.equation(*_named(definition))
    return f"{latex(head)} := {latex(body)}"


def _named(definition: Definition) -> list[Symbol]:
    """Names for a definition's variables: l for the layer, i and j for units."""
    names = {"natural": ["l", "t", "u"], "width": ["i", "j", "k", "m"]}
    return [scalar(names.get(domain, ["x", "y"]).pop(0), domain) for domain in definition.domains]


def _for_all(variables: Sequence[Symbol], conditions: Sequence[str]) -> str:
    if not variables:
        return ""
    names = ", ".join(quantified(variable, latex) for variable in variables)
    return rf" \quad \text{{for all }} {names}" + "".join(
        rf" \text{{ with }} {condition}" for condition in conditions
    )


def parts(assumption: Assumption, variables: Sequence[Symbol]) -> list[list[Any]]:
    """The groups of terms that an assumption is made of, at ``variables``."""
    return [[instantiate(term, *variables) for term in group] for group in assumption.groups]


def _relation(relation: str) -> Any:
    def body(assumption: Assumption, variables: Sequence[Symbol]) -> str:
        return relation_latex(relation, *assumption.at(*variables))

    return body


def _joint(members: Sequence[Any], variables: Sequence[Symbol] = ()) -> str:
    texts = [_family(member, variables) for member in members]
    return texts[0] if len(texts) == 1 else rf"\left({', '.join(texts)}\right)"


def _family(member: Any, variables: Sequence[Symbol]) -> str:
    """``W[i, EVERY]`` as a family: all W_ij for j from 1 on."""
    if not isinstance(member, Entry) or EVERY not in member.indices:
        return latex(member)
    taken = {variable.name for variable in variables}
    letters = (scalar(name, "width") for name in "ijkmpq" if name not in taken)
    indices = [next(letters) if index == EVERY else index for index in member.indices]
    named = [latex(new) for new, old in zip(indices, member.indices, strict=True) if old == EVERY]
    return rf"\left({latex(member.family[tuple(indices)])}\right)_{{{', '.join(named)}}}"


def _independent(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    left, right = parts(assumption, variables)
    return rf"{_joint(left, variables)} \perp {_joint(right, variables)}"


def _symmetric(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    (member,) = assumption.at(*variables)
    return rf"{latex(member)} \overset{{d}}{{=}} -{latex(member)}"


def _moment(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    member, order = assumption.at(*variables)
    power = "" if order == 1 else f"^{{{latex(order)}}}"
    return rf"\mathbb{{E}}\left[\left\lvert {latex(member)} \right\rvert{power}\right] < \infty"


def _positive(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    return f"{latex(assumption.at(*variables)[0])} > 0"


def _distinct(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    first, second = assumption.at(*variables)
    return rf"{latex(first)} \neq {latex(second)}"


def _minimises(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    objective, point = assumption.at(*variables)
    other = scalar("w", "positive")
    elsewhere = substitute(objective, {point: other})
    return rf"{latex(objective)} \leq {latex(elsewhere)} \quad \text{{for all }} w > 0"


def _density(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    member, body, lower, upper = assumption.parts
    at = scalar("x", "real")
    density = latex(instantiate(body, at))
    return (
        rf"{latex(member)} \text{{ has the density }} {density} "
        rf"\text{{ for }} x \in \left[{latex(lower)}, {latex(upper)}\right]"
    )


def _derivative(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    term, slope = assumption.at(*variables)
    at = latex(variables[0])
    return rf"\frac{{d}}{{d {at}}} {latex(term)} = {latex(slope)}"


def _primitive(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    term, _ = assumption.at(*variables)
    start, _ = assumption.at(Integer(0))
    _, inside = assumption.at(scalar("t"))
    begin, at = latex(start), latex(variables[0])
    return rf"{latex(term)} = {begin} + \int_0^{{{at}}} {latex(inside)} \thinspace dt"


def _law(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    members, parameters = parts(assumption, variables)
    name = _LAWS.get(assumption.label, rf"\text{{{assumption.label.replace('_', ' ')}}}")
    inside = ", ".join(map(latex, parameters))
    brackets = rf"\left({inside}\right)" if inside else ""
    return rf"{_joint(members, variables)} \overset{{\text{{iid}}}}{{\sim}} {name}{brackets}"


def _same_law(assumption: Assumption, variables: Sequence[Symbol]) -> str:
    first, second = (", ".join(map(latex, side)) for side in parts(assumption, variables))
    return rf"\left({first}\right) \overset{{d}}{{=}} \left({second}\right)"


_BODIES = {
    "same-law": _same_law,
    "equation": _relation("="),
    "at_most": _relation("<="),
    "independent": _independent,
    "symmetric": _symmetric,
    "moment": _moment,
    "positive": _positive,
    "distinct": _distinct,
    "minimises": _minimises,
    "density": _density,
    "derivative": _derivative,
    "primitive": _primitive,
    "law": _law,
}
"""How each kind of assumption is written; a test holds this against the core's list of kinds."""
