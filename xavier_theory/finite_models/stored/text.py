"""Counterexamples as data (JSON) and as words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import sympy
from flint import fmpq
from sympy import Integer
from sympy.core.basic import Basic

from xavier_theory.finite_models.arithmetic import Number
from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.finite_models.drawing.theory import Theory
from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.evaluation.model import (
    Blocks,
    Member,
    Model,
    Polynomial,
    Shape,
    member_at,
    name,
)
from xavier_theory.finite_models.search.sizes import Sizes
from xavier_theory.kernel.terms import Term, free, nodes
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.terms import EVERY, Cov, E, Entry, Var


def encode_model(model: Model, indices: Sequence[tuple[Term, int]]) -> dict[str, Any]:
    """A model with independent blocks as JSON data; numbers are texts such as ``-1/2``."""
    constant = {name(m): str(row[0]) for m, (blocks, row) in model.values.items() if not blocks}
    blocks = []
    for place, weights in enumerate(model.weights):
        members = {name(m): row for m, (at, row) in model.values.items() if at == (place,)}
        values = {label: [str(x) for x in row] for label, row in sorted(members.items())}
        blocks.append({"probabilities": [str(p) for p in weights], "values": values})
    functions = {
        head: [[str(c), list(exponents)] for c, exponents in meaning.terms]
        for head, meaning in model.functions.items()
        if isinstance(meaning, Polynomial)
    }
    return {
        "sizes": {name(scalar): value for scalar, value in model.shape.numbers},
        "widths": list(model.shape.widths),
        "indices": {name(scalar): value for scalar, value in indices},
        "scalars": {name(scalar): str(value) for scalar, value in model.scalars.items()},
        "functions": functions,
        "constants": dict(sorted(constant.items())),
        "blocks": blocks,
    }


def decode_model(
    data: dict[str, Any], claim: Claim, assumptions: Iterable[Assumption]
) -> tuple[Model, Sizes]:
    """The model that ``encode_model`` wrote, in the scalars and families of a claim.

    Raises ``FiniteModelError`` on a name that neither the claim nor its assumptions know.
    """
    terms = [*claim.terms, *Theory(tuple(assumptions), claim.context.definitions).terms]
    scalars = {name(scalar): scalar for term in terms for scalar in free(term)}
    families = {node[1]: node for term in terms for node in nodes(term) if node[0] == "member"}
    members = {label: ((), [text]) for label, text in data["constants"].items()}
    for place, block in enumerate(data["blocks"]):
        members.update({label: ((place,), row) for label, row in block["values"].items()})
    values: dict[Member, tuple[Blocks, tuple[Number, ...]]] = {
        _member(label, families): (blocks, tuple(map(number, row)))
        for label, (blocks, row) in members.items()
    }
    numbers = tuple((_known(scalars, s), int(value)) for s, value in data["sizes"].items())
    model = Model(
        tuple(tuple(map(number, block["probabilities"])) for block in data["blocks"]),
        values,
        {_known(scalars, label): number(text) for label, text in data["scalars"].items()},
        {
            head: Polynomial(tuple((number(c), tuple(exponents)) for c, exponents in terms_))
            for head, terms_ in data["functions"].items()
        },
        Shape(numbers, tuple(data["widths"])),
    )
    indices = tuple((_known(scalars, s), int(value)) for s, value in data["indices"].items())
    return model, Sizes(model.shape, indices, 0)


def number(text: str) -> Number:
    """The rational number that a text such as ``-1/2`` names."""
    top, _, bottom = text.partition("/")
    return fmpq(int(top), int(bottom or 1))


def _known(scalars: dict[str, Term], label: str) -> Term:
    if label not in scalars:
        raise FiniteModelError(f"no quantity is called {label}")
    return scalars[label]


def _member(label: str, families: dict[str, Term]) -> Member:
    found = re.fullmatch(r"(\w+)(?:\[([\d, ]*)\])?", label)
    if found is None or found[1] not in families:
        raise FiniteModelError(f"no family has the member {label}")
    indices = [int(index) for index in (found[2] or "").split(",") if index.strip()]
    return member_at(families[found[1]], indices)


def meaning(assumption: Assumption) -> str:
    """What may happen without an assumption, in words."""
    names = assumption.variables()
    groups = [[instantiate(term, *names) for term in g] for g in _complete(assumption)]
    parts = groups[0]
    if assumption.kind == "equation":
        return _without_equation(parts[0], parts[1])
    texts = [_text(term) for term in parts]
    sentences = {
        "at_most": lambda: f"{texts[0]} may be larger than {texts[1]}",
        "independent": lambda: f"{', '.join(texts)} may depend on {_text(groups[1][0])}",
        "symmetric": lambda: f"{texts[0]} and its negative may have different laws",
        "same-law": lambda: (
            f"({', '.join(texts)}) and ({', '.join(map(_text, groups[1]))}) may have different laws"
        ),
        "moment": lambda: f"E|{texts[0]}|^{texts[1]} may be infinite",
        "positive": lambda: f"{texts[0]} may be 0",
        "minimises": lambda: f"{texts[1]} may be any positive number",
        "derivative": lambda: f"{texts[1]} may be another number than the derivative",
        "primitive": lambda: f"{texts[1]} may be another number than the derivative",
        "density": lambda: f"{texts[0]} may have any law",
        "law": lambda: f"{', '.join(texts)} may have any laws",
    }
    return sentences[assumption.kind]()


def _complete(assumption: Assumption) -> tuple[tuple[Basic, ...], ...]:
    """The parts; of a density only the variable, for its body has an index of its own."""
    if assumption.kind == "density":
        return ((assumption.parts[0],),)
    return assumption.groups


def _without_equation(left: Basic, right: Basic) -> str:
    if isinstance(left, E) and right == Integer(0):
        return f"the mean of {_text(left.args[0])} may be anything"
    if isinstance(left, Cov) and right == Integer(0):
        return f"{_text(left.args[0])} and {_text(left.args[1])} may be correlated"
    if isinstance(left, Var | E):
        return f"{_text(left)} may be anything, {_text(right)} or not"
    return f"{_text(left)} may differ from {_text(right)}"


def _text(term: Basic) -> str:
    whole = {entry: sympy.Symbol(_joint(entry)) for entry in term.atoms(Entry) if entry.has(EVERY)}
    return str(term.xreplace(whole)) if whole else str(term)


def _joint(entry: Entry) -> str:
    inside = ", ".join(":" if index == EVERY else str(index) for index in entry.indices)
    return f"{entry.family.name}[{inside}]"
