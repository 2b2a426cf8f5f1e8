"""When an expectation exists: lines that show it from moments, laws and independence.

A product of d members (with multiplicity) is integrable when each has a finite d-th absolute
moment (Hölder), or when an assumed independence splits the members into two groups for each of
which it is (Fubini). Bounded functions, and exp of what is <= 0, count for nothing; relu and abs
count like their argument; a defined member counts like its definition unless a moment of it is
assumed. A Gaussian has moments of every order. Anything else counts as a member of its own, and
needs a moment assumption about itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy
from sympy import Integer
from sympy.core.basic import Basic

from xavier_theory.kernel.expectation import dominant, pieces
from xavier_theory.kernel.terms import Term
from xavier_theory.kernel.terms import is_random as depends_on_the_outcome
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import abstract, instantiate
from xavier_theory.symbolic.encoding import decode, encode
from xavier_theory.symbolic.errors import MissingAssumptionError, RuleRefusedError
from xavier_theory.symbolic.finite_sums import addends, is_random_range
from xavier_theory.symbolic.lines import Line, Notebook
from xavier_theory.symbolic.matching import in_domains, match, separating
from xavier_theory.symbolic.signs import in_domain
from xavier_theory.symbolic.terms import (
    Entry,
    SumExcept,
    SumOver,
    entries,
    is_random,
    scalar,
)

Monomial = Counter[Basic]
MOST_MEMBERS = 12


@dataclass(frozen=True)
class _Asked:
    """For whom integrability is shown: what the messages name."""

    book: Notebook
    rule: str
    names: Iterator[int]


def integrable(book: Notebook, rule: str, term: Basic) -> Line:
    """A line that says that ``term`` is integrable.

    Raises ``MissingAssumptionError`` if nothing declared shows it.
    """
    return _or_assumed(_Asked(book, rule, iter(range(10_000))), term, _sum)


def _or_assumed(asked: _Asked, term: Basic, show: Callable[[_Asked, Basic], Line]) -> Line:
    """``show`` by the parts of ``term``, or by a declared moment of the whole."""
    try:
        return show(asked, term)
    except MissingAssumptionError:
        line = _moment(asked.book, term, 1)
        if line is None:
            raise
        return line


def linear_in(book: Notebook, rule: str, term: Basic) -> tuple[list[Term], list[Line]]:
    """The names of the sums of ``term``, and lines that its pieces are integrable."""
    asked = _Asked(book, rule, iter(range(10_000)))
    return _pieces(asked, encode(term))


def _pieces(asked: _Asked, term: Term) -> tuple[list[Term], list[Line]]:
    used: list[Term] = []
    found: list[Term] = []

    def named() -> Iterator[Term]:
        for number in asked.names:
            used.append(("scalar", f"_{number}", "width"))
            yield used[-1]

    def leaf(piece: Term, bound: Sequence[Term]) -> Term:
        if piece not in found:
            found.append(piece)
        return piece

    pieces(term, named(), leaf)
    return used, [_or_assumed(asked, decode(piece), _product) for piece in found]


def _sum(asked: _Asked, term: Basic) -> Line:
    """A term as a sum of numbers times pieces, each a product of members."""
    if not is_random(term):
        return asked.book.write("linear", encode(term), [], [], "integrable")
    spread = encode(_spread(term, asked.names))
    names, lines = _pieces(asked, spread)
    factors = spread[1:] if spread[0] == "*" else (spread,)
    if not names and spread[0] != "+" and all(map(depends_on_the_outcome, factors)):
        return lines[0]  # one piece, and nothing around it
    stated = ("integrable", term, Integer(1))
    return asked.book.write("linear", spread, names, lines, "integrable", stated=stated)


def _spread(term: Basic, names: Iterator[int]) -> Basic:
    """``term`` multiplied out, with every random factor that is a sum as a sum around the rest."""
    total: Any = Integer(0)
    for addend in addends(term):
        factors = [f for part in sympy.Mul.make_args(addend) for f in _repeated(part)]
        total += _spread_product(factors, names)
    return total


def _repeated(factor: Basic) -> list[Basic]:
    base, power = factor.as_base_exp()
    if isinstance(base, SumOver | SumExcept) and isinstance(power, Integer) and power > 1:
        return [base] * int(power)
    return [factor]


def _is_random_sum(term: Basic) -> bool:
    return isinstance(term, SumOver | SumExcept) and is_random(term) and not is_random_range(term)


def _spread_product(factors: Sequence[Any], names: Iterator[int]) -> Basic:
    for place, factor in enumerate(factors):
        if _is_random_sum(factor):
            index = scalar(f"_{next(names)}", "width")
            rest = [*factors[:place], *factors[place + 1 :]]
            inside = sympy.Mul(instantiate(factor.body, index), *rest)
            return factor.func(*factor.args[:-1], abstract(_spread(inside, names), index))
    return sympy.Mul(*factors)


def _product(asked: _Asked, piece: Basic) -> Line:
    """A product of members, of powers of them, and of what is bounded by such."""
    simpler = dominant(encode(piece))
    if simpler != encode(piece):
        line = _sum(asked, decode(simpler))
        return asked.book.write("dominated", encode(piece), line)
    if any(_is_random_sum(factor.as_base_exp()[0]) for factor in sympy.Mul.make_args(piece)):
        return _sum(asked, piece)
    monomial: Monomial = Counter()
    for factor in sympy.Mul.make_args(piece):
        base, power = factor.as_base_exp()
        whole = isinstance(power, Integer) and power > 0
        monomial[base if whole else factor] += int(power) if whole else 1
    found = _members(asked, monomial)
    if found is not None:
        return found
    line_ = _unfolded(asked, piece)
    if line_ is not None:
        return line_
    degree = sum(monomial.values())
    said = ", ".join(sorted({str(member) for member in monomial}))
    raise MissingAssumptionError(asked.rule, f"finite moment of order {degree} of {said}")


def _members(asked: _Asked, monomial: Monomial) -> Line | None:
    degree = sum(monomial.values())
    by_hoelder = [_moment(asked.book, member, degree) for member in monomial]
    found = [line for line in by_hoelder if line is not None]
    if len(found) == len(monomial):
        if len(found) == 1:
            return found[0]
        factors: list[Any] = [[encode(m), d] for m, d in monomial.items()]
        return asked.book.write("hoelder", factors, found)
    for assumption in asked.book.context.of_kind("independent"):
        for left, right in _splits(monomial):
            sides = [_random_entries(side) for side in (left, right)]
            values = separating(assumption, *sides)
            if values is None:
                continue
            lines = [_members(asked, left), _members(asked, right)]
            if None not in lines:
                x, y = (encode(_term(side)) for side in (left, right))
                at = [encode(value) for value in values]
                return asked.book.write("independent", [assumption, at], x, y, lines, "integrable")
    return None


def _term(monomial: Monomial) -> Basic:
    return sympy.Mul(*(member**power for member, power in monomial.items()))


def _unfolded(asked: _Asked, piece: Basic) -> Line | None:
    """By the definitions of the members that have one; None if none has."""
    values: dict[Basic, tuple[Basic, Line]] = {}
    for member in set(entries(piece)):
        for definition in asked.book.context.definitions:
            bindings = match(definition.head, member, {}) if member.family.random else None
            if bindings is not None and len(bindings) == len(definition.domains):
                at = [bindings[place] for place in range(len(bindings))]
                if all(in_domain(v, d) for v, d in zip(at, definition.domains, strict=True)):
                    line = asked.book.write("define", definition, [encode(v) for v in at])
                    values[member] = (definition.equation(*at)[1], line)
                    break
    if not values:
        return None
    from xavier_theory.symbolic.binding import substitute
    from xavier_theory.symbolic.terms import Bound

    members = sorted(values, key=str)
    template = substitute(piece, {m: Bound(k) for k, m in enumerate(members)})
    unfolded = substitute(piece, {m: values[m][0] for m in members})
    equal = asked.book.write("congruence", encode(template), [values[m][1] for m in members])
    back = asked.book.algebra("=", unfolded, piece, [equal], [Integer(-1)])
    return asked.book.write("carried", _sum(asked, unfolded), back)


def _moment(book: Notebook, member: Basic, degree: int) -> Line | None:
    """E|member|^degree is finite, by the weakest declared moment assumption that says so."""
    fitting: list[tuple[Any, str, Assumption, Mapping[int, Any]]] = []
    for assumption in book.context.of_kind("moment"):
        pattern, order = assumption.parts
        bindings = match(pattern, member, {})
        if order >= degree and bindings is not None and in_domains(assumption, bindings):
            fitting.append((order, assumption.text, assumption, bindings))
    for assumption in book.context.of_kind("density"):  # on a bounded interval: of every order
        if assumption.parts[0] == member:
            fitting.append((sympy.oo, assumption.text, assumption, {}))
    for assumption in book.context.of_kind("law"):  # so are those of a Gaussian
        for pattern in assumption.groups[0] if assumption.label == "gaussian" else ():
            bindings = match(pattern, member, {})
            if bindings is not None and in_domains(assumption, bindings):
                fitting.append((sympy.oo, assumption.text, assumption, bindings))
    if not fitting:
        return None
    _, _, best, found = min(fitting, key=lambda item: item[:2])
    at = [encode(found[place]) for place in range(len(best.domains))]
    return book.write("moment", [best, at], encode(member), degree)


def _random_entries(monomial: Monomial) -> list[Entry]:
    return [entry for member in monomial for entry in entries(member) if entry.family.random]


def _splits(monomial: Monomial) -> list[tuple[Monomial, Monomial]]:
    """The ways to put the members into two nonempty groups."""
    members = sorted(monomial, key=str)
    if len(members) > MOST_MEMBERS:
        raise RuleRefusedError("integrability", f"a product of more than {MOST_MEMBERS} members")
    result = []
    for sides in product((0, 1), repeat=len(members)):
        sided = dict(zip(members, sides, strict=True))
        left, right = (Counter({m: monomial[m] for m in members if sided[m] == s}) for s in (0, 1))
        if left and right:
            result.append((left, right))
    return result
