"""The domains of what a statement speaks of, for readers: ``q > 0``, ``n ∈ {1, 2, …}``.

Unsaid are the real numbers, and the indices of units and layers that count from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.documents.formulas import latex
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.symbolic.terms import EVERY, Entry, domain_of, entries, scalar

_SIGNS = {"positive": ("> 0", "> 0"), "nonnegative": (r"\geq 0", "≥ 0")}
_SETS = {
    "natural": (r"\in \{0, 1, 2, \ldots\}", "∈ {0, 1, 2, …}"),
    "width": (r"\in \{1, 2, \ldots\}", "∈ {1, 2, …}"),
}
"""What a domain says, in LaTeX and as plain text."""


def quantified(variable: Symbol, write: Callable[[Any], str]) -> str:
    """A variable that an assumption is for all of, with its domain: ``q > 0``, ``l ≥ 0``, ``x``."""
    domain = domain_of(variable)
    signs = _SIGNS.get("nonnegative" if domain == "natural" else domain or "")
    if signs is None:
        return write(variable)
    return f"{write(variable)} {signs[0 if write is latex else 1]}"


def at_zero(assumption: Assumption) -> bool:
    """Whether it is about a slope at the end of its domain, where there is one side only."""
    return assumption.kind == "derivative" and "nonnegative" in assumption.domains


def domains(terms: Iterable[Basic], write: Callable[[Any], str]) -> list[str]:
    """The domains of the free scalars and families of numbers in ``terms``, each once.

    ``write`` is ``latex`` or writes plain text. Indices that count from 1 are left out.
    """
    terms = list(terms)
    members = [entry for term in terms for entry in entries(term)]
    indices = {index for entry in members for index in entry.indices}
    free = {symbol for term in terms for symbol in term.free_symbols} - {EVERY}
    counted = {s for s in free & indices if domain_of(s) == "width"}
    families = {entry.family for entry in members if not entry.family.random}
    found = [(scalar_, domain_of(scalar_)) for scalar_ in free - counted]
    found += [(_any_member(family), family.domain) for family in families]
    place = 0 if write is latex else 1
    known = {**_SIGNS, **_SETS}
    said = [f"{write(what)} {known[of][place]}" for what, of in found if of in known]
    return sorted(set(said))


def _any_member(family: Any) -> Entry:
    names = (scalar(name, "width") for name in "ijkm")
    return Entry(family, *(next(names) for _ in range(family.arity)))


def domains_of(derivation: Derivation, write: Callable[[Any], str]) -> list[str]:
    """The domains of all that the results of a derivation and what they rest on speak of."""
    results = derivation.results.values()
    terms = [side for step in results for side in (step.left, step.right)]
    used = {assumption for step in results for assumption in step.assumptions}
    terms += [term for assumption in used for group in assumption.groups for term in group]
    return domains(terms, write)
