"""What the rules share: how a conclusion is stated, and what makes denominators positive."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sympy.core.basic import Basic

from xavier_theory.kernel.algebra import plain, positive_terms
from xavier_theory.kernel.signs import is_natural, sign
from xavier_theory.kernel.terms import Term, loose, nodes
from xavier_theory.symbolic.encoding import decode, encode, well_formed
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.lines import Line, Notebook
from xavier_theory.symbolic.matching import in_domains, match
from xavier_theory.symbolic.signs import in_domain
from xavier_theory.symbolic.terms import is_random


@dataclass(frozen=True)
class Inferred:
    """What a rule concludes, and the last of the lines that show it."""

    relation: str
    left: Any
    right: Any
    line: Line


Rule = Callable[..., Inferred]
_rules: dict[str, Rule] = {}
RULES: Mapping[str, Rule] = MappingProxyType(_rules)


def rule(function: Rule) -> Rule:
    """Make ``function(book, …)`` a rule, which writes lines into a notebook."""
    _rules[function.__name__] = function
    return function


def refuse(rule_name: str, reason: str) -> RuleRefusedError:
    """The refusal to raise: which rule, and why."""
    return RuleRefusedError(rule_name, reason)


def denominators(*terms: Term) -> list[Term]:
    """The bases of powers that are junk, or divide by 0, where the base is not positive."""
    found: list[Term] = []
    for term in terms:
        for node in nodes(term):
            if node[0] != "^" or is_natural(node[2]) or loose(node):
                continue
            level = plain(node[1])
            if level < 2 and not (level == 1 and sign(node[2]) == 2) and node[1] not in found:
                found.append(node[1])
    return found


def positive_line(book: Notebook, term: Basic) -> Line | None:
    """A line that says 0 < ``term``, by a declared assumption."""
    for assumption in book.context.of_kind("positive"):
        bindings = match(assumption.parts[0], term, {})
        if bindings is not None and in_domains(assumption, bindings):
            return book.assume(assumption, [bindings[k] for k in range(len(bindings))])
    return None


def positives(book: Notebook, *terms: Any) -> list[Line]:
    """The lines that make the denominators in ``terms`` positive, as far as one is declared."""
    lines: list[Line] = []
    for term in denominators(*map(encode, terms)):
        line = positive_line(book, decode(term))
        if line is not None and line not in lines:
            lines.append(line)
    return lines


def known_by(lines: Sequence[Line]) -> frozenset[Term]:
    """The terms that ``positives`` says to be > 0, as the kernel takes them."""
    known = frozenset[Term]()
    for line in lines:
        assumption, values = line.arguments
        known |= positive_terms(encode(assumption.at(*map(decode, values))[0]))
    return known


def is_nonnegative(term: Any, known: frozenset[Term]) -> bool:
    """Whether ``term`` >= 0 can be read off its form, and from what is ``known`` to be > 0."""
    return plain(encode(term), known) > 0


def instance(rule_name: str, domains: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """``values`` as terms, one for each of ``domains`` and plainly in it; refuses anything else."""
    terms = [well_formed(value) for value in values]
    if len(terms) != len(domains):
        raise refuse(rule_name, f"it takes {len(domains)} values, got {len(terms)}")
    for term, domain in zip(terms, domains, strict=True):
        if not in_domain(term, domain) or is_random(term):
            raise refuse(rule_name, f"{term} is not plainly a {domain} number")
    return terms


__all__ = [
    "RULES",
    "Context",
    "Inferred",
    "denominators",
    "instance",
    "is_nonnegative",
    "known_by",
    "positives",
    "rule",
]
