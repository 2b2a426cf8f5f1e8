"""Rules about definitions, assumptions and equality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Expr, Symbol
from sympy.core.basic import Basic

from xavier_theory.kernel.algebra import add, is_zero, normal, positive_terms, scale
from xavier_theory.kernel.terms import minus
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import abstract
from xavier_theory.symbolic.encoding import decode, encode, well_formed
from xavier_theory.symbolic.errors import MissingAssumptionError
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.lines import Line, Notebook
from xavier_theory.symbolic.tactics.engine import (
    Inferred,
    denominators,
    instance,
    is_nonnegative,
    known_by,
    positives,
    refuse,
    rule,
)
from xavier_theory.symbolic.terms import Binder, Bound, ProductOver, SumExcept, SumOver


@rule
def definition(book: Notebook, name: str, *values: Any) -> Inferred:
    """⟹ head = body, an instance of a definition at ``values`` of its variables."""
    found = book.context.definition(name)
    terms = instance("definition", found.domains, values)
    sides = found.equation(*terms)
    line = book.write("define", found, [encode(t) for t in terms], stated=("=", *sides))
    return Inferred("=", *sides, line)


@rule
def by_assumption(book: Notebook, name: str, *values: Any) -> Inferred:
    """⟹ an instance of a declared equation or inequality; of ``positive`` t it is 0 <= t.

    Γ: the assumption.
    """
    return _assumed(book, "by_assumption", book.context.named(name), values)


@rule
def suppose(book: Notebook, hypothesis: Assumption, *values: Any) -> Inferred:
    """⟹ an instance of ``hypothesis``, which stays in Γ until an induction discharges it."""
    return _assumed(book, "suppose", hypothesis, values)


def _assumed(
    book: Notebook, rule_name: str, assumption: Assumption, values: Sequence[Any]
) -> Inferred:
    relations = {"equation": "=", "at_most": "<=", "positive": "<="}
    if assumption.kind not in relations:
        raise refuse(rule_name, f"{assumption.name} is no equation or inequality")
    terms = instance(rule_name, assumption.domains, values)
    for first, second in assumption.conditions:
        if terms[first] == terms[second]:
            raise refuse(
                rule_name, f"{assumption.name} needs {terms[first]} and {terms[second]} distinct"
            )
    parts = assumption.at(*terms)
    left, right = (sympy.Integer(0), parts[0]) if assumption.kind == "positive" else parts
    relation = relations[assumption.kind]
    line = book.assume(assumption, terms, (relation, left, right))
    return Inferred(relation, left, right, line)


@rule
def rewrite(book: Notebook, target: Step, equation: Step, side: str = "right") -> Inferred:
    """left R right, s = t ⟹ the same with t for every s in one side, also under binders.

    A free index of ``equation`` may be bound in ``target`` (it holds for all its values); its
    ``distinct`` conditions are then discharged by the sum that leaves the other index out. Refuses
    if s does not occur, or if another assumption of ``equation`` speaks of an index that is bound.
    """
    if equation.relation != "=" or side not in ("left", "right"):
        raise refuse("rewrite", "it takes an equation and a side, left or right")
    whole = target.right if side == "right" else target.left
    new, line = _replaced(book, whole, equation)
    sides = (new, target.right) if side == "left" else (target.left, new)
    by = [1, 1 if side == "right" else -1]
    positive = positives(book, target.left, target.right, new, equation.left, equation.right)
    combined = book.algebra(
        target.relation, *sides, [target.line, line], list(map(sympy.Integer, by)), positive
    )
    return Inferred(target.relation, *sides, combined)


@rule
def congruence(book: Notebook, term: Any, equation: Step) -> Inferred:
    """s = t ⟹ C[s] = C[t] for the term C[s], also under binders.

    Conditions and refusals as in ``rewrite``.
    """
    if equation.relation != "=":
        raise refuse("congruence", "it takes an equation")
    term = well_formed(term)
    new, line = _replaced(book, term, equation)
    positive = positives(book, term, new, equation.left, equation.right)
    one = [sympy.Integer(1)]
    return Inferred("=", term, new, book.algebra("=", term, new, [line], one, positive))


class _Replacer:
    """Replaces s by t where s = t was shown, and writes the lines that show the new term equal.

    A binder is opened with its own name for its index, which the equation may speak of; the line
    about its body is then bound again.
    """

    def __init__(self, book: Notebook, equation: Step) -> None:
        self.book, self.equation = book, equation

    def visit(self, term: Basic, bound: tuple[Symbol, ...]) -> tuple[Basic, Line] | None:
        """The term with the replacements, and a line that says so; None if there is none."""
        if term == self.equation.left:
            self._require_free(bound)
            return self.equation.right, self.equation.line
        holes: list[tuple[Basic, Basic, Line]] = []
        new, template = self._outside_binders(term, bound, holes)
        if not holes:
            return None
        if isinstance(template, Bound):
            return holes[0][1], holes[0][2]
        line = self.book.write("congruence", encode(template), [line for _, _, line in holes])
        return new, line

    def _outside_binders(
        self, term: Basic, bound: tuple[Symbol, ...], holes: list[tuple[Basic, Basic, Line]]
    ) -> tuple[Basic, Basic]:
        """The new term, and a template with a loose index for each part that changes."""
        if term == self.equation.left:
            self._require_free(bound)
            found = (term, self.equation.right, self.equation.line)
        elif isinstance(term, Binder):
            inner = self._binder(term, bound)
            if inner is None:
                return term, term
            found = (term, *inner)
        elif not term.args:
            return term, term
        else:
            pairs = [self._outside_binders(part, bound, holes) for part in term.args]
            if all(one is two for (one, _), two in zip(pairs, term.args, strict=True)):
                return term, term
            return term.func(*(n for n, _ in pairs)), _unevaluated(term, [t for _, t in pairs])
        for place, hole in enumerate(holes):
            if hole[0] == found[0]:
                return hole[1], Bound(place)
        holes.append(found)
        return found[1], Bound(len(holes) - 1)

    def _binder(self, term: Binder, bound: tuple[Symbol, ...]) -> tuple[Basic, Line] | None:
        """A sum or product whose body changes, and the line that says so."""
        for end in term.args[:-1]:
            if end.has(self.equation.left):
                raise refuse("rewrite", f"{self.equation.left} is the end of a range in {term}")
        index, body = term.opened()
        found = self.visit(body, (*bound, index))
        if found is None:
            return None
        new, line = found
        heads = {SumOver: "sum", SumExcept: "sum-except", ProductOver: "product"}
        ends = [encode(end) for end in term.args[:-1]]
        changed = term.func(*term.args[:-1], abstract(new, index))
        return changed, self.book.write("bind", line, encode(index), heads[type(term)], ends)

    def _require_free(self, bound: tuple[Symbol, ...]) -> None:
        spoken = self.equation.left.free_symbols | self.equation.right.free_symbols
        if self.book.context.parameters & set(bound) & spoken:
            raise refuse("rewrite", "a definition speaks of an index that is bound here")


def _unevaluated(term: Basic, parts: Sequence[Basic]) -> Expr:
    """A head around parts with holes, as it stands: sympy must not merge two equal holes."""
    if isinstance(term, sympy.Add | sympy.Mul | sympy.Pow):
        return term.func(*parts, evaluate=False)
    return term.func(*parts)


def _replaced(book: Notebook, term: Basic, equation: Step) -> tuple[Basic, Line]:
    found = _Replacer(book, equation).visit(term, ())
    if found is None:
        raise refuse("rewrite", f"{equation.left} does not occur in {term}")
    return found


@rule
def linear_combination(
    book: Notebook,
    relation: str,
    left: Any,
    right: Any,
    premises: Sequence[Step] = (),
    multipliers: Sequence[Any] = (),
) -> Inferred:
    """l_k R_k r_k ⟹ left R right, where right - left = Σ m_k (r_k - l_k).

    The last equality is decided by the normal form of rational functions; with no premises the rule
    is pure algebra. The multiplier of an inequality must plainly be >= 0, and the
    conclusion is then an inequality. Refuses if the normal forms differ, or if a denominator is not
    known to be nonzero.
    """
    left, right = well_formed(left), well_formed(right)
    factors = [well_formed(multiplier) for multiplier in multipliers]
    if len(factors) != len(premises) or relation not in ("=", "<="):
        raise refuse(
            "linear_combination", "each premise needs one multiplier, and the relation is = or <="
        )
    sides = [side for premise in premises for side in (premise.left, premise.right)]
    positive = positives(book, left, right, *factors, *sides)
    known = known_by(positive)
    for premise, factor in zip(premises, factors, strict=True):
        if premise.relation == "<=" and (relation == "=" or not is_nonnegative(factor, known)):
            _require_positive("linear_combination", [factor], known)
            raise refuse(
                "linear_combination", f"an inequality cannot be multiplied by {factor} here"
            )
    _require_combination(book, left, right, premises, factors, positive)
    lines = [premise.line for premise in premises]
    line = book.algebra(relation, left, right, lines, factors, positive)
    return Inferred(relation, left, right, line)


def _require_combination(
    book: Notebook,
    left: Basic,
    right: Basic,
    premises: Sequence[Step],
    factors: Sequence[Any],
    positive: Sequence[Line],
) -> None:
    """Refuse, in the author's terms, what the kernel will not accept."""
    known = known_by(positive)
    rest = normal(minus(encode(right), encode(left)), known)
    for premise, factor in zip(premises, factors, strict=True):
        gap = ("*", encode(factor), minus(encode(premise.right), encode(premise.left)))
        rest = add(rest, scale(normal(gap, known), -1))
    if is_zero(rest, known):
        return
    _require_positive("linear_combination", [left, right, *factors], known)
    raise refuse("linear_combination", f"{left} and {right}: this does not follow by algebra")


def _require_positive(rule_name: str, terms: Sequence[Any], known: frozenset[Any]) -> None:
    """Name the first denominator in ``terms`` that is not known to be positive."""
    for term in denominators(*map(encode, terms)):
        if not positive_terms(term) & known:
            raise MissingAssumptionError(rule_name, f"{decode(term)} > 0")


@rule
def nonnegative(book: Notebook, term: Any) -> Inferred:
    """⟹ 0 <= term, where that can be read off its form.

    From squares, from declared domains, and from sums and products of such.
    """
    term = well_formed(term)
    positive = positives(book, term)
    if not is_nonnegative(term, known_by(positive)):
        raise refuse("nonnegative", f"{term} is not plainly >= 0")
    zero = sympy.Integer(0)
    line = book.write("sign", encode(term), stated=("<=", zero, term), positive=positive)
    return Inferred("<=", zero, term, line)


@rule
def nonnegative_product(book: Notebook, first: Step, second: Step) -> Inferred:
    """0 <= p, 0 <= q ⟹ 0 <= p q."""
    for step in (first, second):
        if step.relation != "<=" or step.left != 0:
            raise refuse(
                "nonnegative_product", f"{step.formula} does not say that something is >= 0"
            )
    zero, product = sympy.Integer(0), first.right * second.right
    line = book.write("product", first.line, second.line, stated=("<=", zero, product))
    return Inferred("<=", zero, product, line)
