"""Replacing equals by equals, also under binders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.symbolic.assumptions import Assumption, distinct
from xavier_theory.symbolic.binding import abstract, build
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.terms import Binder


@dataclass(frozen=True)
class Replaced:
    """A term after replacement, and those of the equation's assumptions that it still rests on."""

    term: Basic
    assumptions: frozenset[Assumption]


class _Replacer:
    def __init__(
        self,
        old: Basic,
        new: Basic,
        assumptions: Iterable[Assumption],
        parameters: frozenset[Symbol],
    ) -> None:
        self.old, self.new, self.parameters = old, new, parameters
        self.given = frozenset(assumptions)
        self.kept: frozenset[Assumption] = frozenset()
        self.count = 0

    def visit(self, term: Basic, bound: tuple[Symbol, ...], known: frozenset[Assumption]) -> Basic:
        """``term`` with the replacements.

        ``bound`` are the names of the binders opened so far, ``known`` says which indices differ.
        """
        if term == self.old:
            self.count += 1
            self.kept |= self._undischarged(bound, known)
            return self.new
        if isinstance(term, Binder):
            outer = [self.visit(arg, bound, known) for arg in term.args[:-1]]
            index, body = term.opened()
            # This index hides an outer one of the same name, and what is known of that one.
            inside = frozenset(a for a in known if index not in a.free_symbols)
            if term.excluded is not None and term.excluded.is_Symbol:
                inside |= {distinct(index, term.excluded)}
            return term.func(*outer, abstract(self.visit(body, (*bound, index), inside), index))
        if not term.args:
            return term
        return build(term.func, *(self.visit(arg, bound, known) for arg in term.args))

    def _undischarged(
        self, bound: tuple[Symbol, ...], known: frozenset[Assumption]
    ) -> frozenset[Assumption]:
        if self.parameters & set(bound) & (self.old.free_symbols | self.new.free_symbols):
            raise RuleRefusedError("rewrite", "a definition speaks of an index that is bound here")
        kept = self.given - known
        for assumption in kept:
            if set(bound) & assumption.free_symbols:
                raise RuleRefusedError(
                    "rewrite",
                    f"the equation holds only where {assumption.name}, "
                    "and that index is bound here",
                )
        return kept


def replace(
    term: Basic,
    old: Basic,
    new: Basic,
    assumptions: Iterable[Assumption],
    parameters: frozenset[Symbol],
) -> Replaced:
    """``term`` with ``new`` for every ``old``.

    Under a binder, ``old`` and ``new`` call its index what ``Binder.opened`` calls it.
    ``parameters`` are the scalars that definitions speak of. Raises ``RuleRefusedError`` if ``old``
    does not occur, or if the equation rests on an assumption or a definition about an index that
    is bound where it does.
    """
    replacer = _Replacer(old, new, assumptions, parameters)
    result = replacer.visit(term, (), frozenset())
    if not replacer.count:
        raise RuleRefusedError("rewrite", f"{old} does not occur in {term}")
    return Replaced(result, replacer.kept)
