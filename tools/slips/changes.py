"""Perturbed formulas: what a slip of the pen makes of a conclusion.

A slip changes one place of one side: a rational number by 1 or by the factor 2, an exponent or
the last value of an index by 1, a sign, an index j to j + 1, a variance to a second moment or back;
it drops an addend or a factor; or it swaps two widths throughout a side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sympy import Add, Integer, Mul, Pow, Rational, Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.symbolic.encoding import well_formed
from xavier_theory.symbolic.errors import XavierTheoryError
from xavier_theory.symbolic.terms import Binder, E, Entry, Var, domain_of, scalar

Change = tuple[str, Basic]
"""What was done, and the term that came out."""

OTHER_WIDTH = scalar("another_width", "width")
"""Takes the place of a width where a claim has only one, so that it has no partner to swap with."""


@dataclass(frozen=True)
class Slip:
    """A perturbed result of a theorem: a claim that should be refuted."""

    theorem: str
    result: str
    change: str
    claim: Claim

    @property
    def name(self) -> str:
        """Theorem, result and change, for reports."""
        claim = self.claim
        formula = f"{claim.left} {claim.relation} {claim.right}"
        return f"{self.theorem}.{self.result}: {self.change}: {formula}"


def slips(derivation: Any) -> Iterator[Slip]:
    """Every slip of every result of a derivation, each formula once."""
    for result, step in derivation.results.items():
        original = Claim.of(step, derivation.context)
        seen: set[tuple[Basic, Basic]] = {(step.left, step.right)}
        for change, left, right in _sides(original):
            if (left, right) not in seen and _is_term(left) and _is_term(right):
                seen.add((left, right))
                claim = Claim(
                    f"{result}: {change}",
                    original.relation,
                    left,
                    right,
                    original.assumptions,
                    original.context,
                )
                yield Slip(derivation.name, result, change, claim)


def _sides(claim: Claim) -> Iterator[tuple[str, Basic, Basic]]:
    widths = _widths(claim)
    for change, right in (*changes(claim.right), *_swapped(claim.right, widths)):
        yield change, claim.left, right
    for change, left in changes(claim.left):
        yield f"{change}, on the left", left, claim.right


def _is_term(term: Basic) -> bool:
    """Whether a changed term is one of the language: sympy may have made infinity of it."""
    try:
        well_formed(term)
    except XavierTheoryError:
        return False
    return True


def changes(term: Basic) -> Iterator[Change]:
    """Every slip in ``term`` at one of its places."""
    yield from _whole(term)
    yield from _inside(term)


def _whole(term: Basic) -> Iterator[Change]:
    """Factor 2 and sign of a whole side, whose coefficient 1 is not written."""
    if term != 0:
        yield "twice", 2 * term
        yield "sign", -term
    else:
        yield "1 for 0", Integer(1)


def _inside(term: Basic) -> Iterator[Change]:
    yield from _here(term)
    if isinstance(term, Entry):
        return
    for place, child in enumerate(term.args):
        if isinstance(term, Pow) and place == 1:
            continue  # exponents have their own slip
        for change, other in _inside(child):
            if not (isinstance(term, Binder) and place == 0 and change.endswith(" squared")):
                yield change, _with(term, place, other)  # nobody sums up to a width's square


def _with(term: Basic, place: int, child: Basic) -> Basic:
    return term.func(*(child if k == place else arg for k, arg in enumerate(term.args)))


def _here(term: Basic) -> Iterator[Change]:
    if isinstance(term, Rational):
        yield from ((f"{value} for {term}", value) for value in (term + 1, term - 1, 2 * term))
    elif isinstance(term, Pow):
        for by in (1, -1):
            yield f"exponent {by:+d}", Pow(term.base, term.exp + by)
    elif isinstance(term, Binder):
        for by in (1, -1):
            yield f"upper limit {by:+d}", _with(term, 0, term.upper + by)
    elif isinstance(term, Entry):
        for place, index in enumerate(term.indices):
            yield f"{term.family} at the next index", _with(term, place + 1, index + 1)
    elif isinstance(term, Add):
        yield from _parts(term, "addend", lambda part: -part)
    elif isinstance(term, Mul):
        yield from _parts(term, "factor", None)
    elif isinstance(term, Var):
        yield "second moment for variance", E(term.args[0] ** 2)
    elif isinstance(term, E):
        inside = term.args[0]
        if isinstance(inside, Pow) and inside.exp == 2:
            yield "variance for second moment", Var(inside.base)
    if isinstance(term, Symbol | Entry) and not _is_index(term):
        yield f"{term} squared", term**2


def _parts(term: Basic, kind: str, negative: Any) -> Iterator[Change]:
    for place, part in enumerate(term.args):
        others = term.args[:place] + term.args[place + 1 :]
        yield f"{kind} {_name(part)} dropped", term.func(*others)
        if negative is not None:
            yield f"sign of {_name(part)}", term.func(*others, negative(part))


def _name(part: Basic) -> str:
    """A part as text, or its kind if it is under binders whose indices have no names here."""
    try:
        return str(part)
    except IndexError:
        return str(part.func.__name__)


def _is_index(term: Basic) -> bool:
    """Whether a leaf is a unit or layer index: its square is no slip that anyone makes."""
    return isinstance(term, Symbol) and domain_of(term) in ("width", "natural")


def _widths(claim: Claim) -> list[Symbol]:
    """The widths of layers that a claim speaks of: all its width scalars that pick no member."""
    picking = {s for t in (claim.left, claim.right) for e in t.atoms(Entry) for s in e.free_symbols}
    found = {s for term in (claim.left, claim.right) for s in term.free_symbols} - picking
    return sorted((s for s in found if domain_of(s) == "width"), key=str)


def _swapped(term: Basic, widths: list[Symbol]) -> Iterator[Change]:
    for first, second in combinations(widths, 2):
        swapped = term.subs({first: second, second: first}, simultaneous=True)
        yield f"{first} and {second} swapped", swapped
    if len(widths) == 1:
        yield "another layer's width", term.subs(widths[0], OTHER_WIDTH)
