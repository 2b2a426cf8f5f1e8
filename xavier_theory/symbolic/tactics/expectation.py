"""Rules about expectations, variances and covariances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy.core.basic import Basic

from xavier_theory.symbolic import finite_sums
from xavier_theory.symbolic.binding import instantiate, substitute
from xavier_theory.symbolic.encoding import encode, same, well_formed
from xavier_theory.symbolic.errors import MissingAssumptionError
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.lines import Line, Notebook
from xavier_theory.symbolic.matching import in_domains, match, separating
from xavier_theory.symbolic.tactics.engine import Inferred, instance, positives, refuse, rule
from xavier_theory.symbolic.tactics.integrability import integrable, linear_in
from xavier_theory.symbolic.terms import Cov, E, Entry, Var, entries, is_random


def _linearity(book: Notebook, rule_name: str, term: Basic, spread: Basic, result: Basic) -> Line:
    """The line E[``term``] = ``result``, where ``spread`` is ``term`` as a sum of pieces."""
    names, lines = linear_in(book, rule_name, spread)
    positive = positives(book, term, result)
    return book.write(
        "linear",
        encode(spread),
        names,
        lines,
        "=",
        stated=("=", E(term), result),
        positive=positive,
    )


@rule
def expectation_is_linear(book: Notebook, term: Any) -> Inferred:
    """⟹ E[Σ c_k X_k] = Σ c_k E[X_k], sums over units included; E of a constant is the constant.

    Γ: what makes each X_k integrable. Refuses if that is not declared, or if there is nothing to
    expand.
    """
    term = _expect_head("expectation_is_linear", term, E)
    result = finite_sums.linear_expectation(term.args[0], E)
    if same(result, term):
        raise refuse("expectation_is_linear", f"there is nothing to expand in {term}")
    spread = finite_sums.linear_expectation(term.args[0], lambda piece: piece)
    line = _linearity(book, "expectation_is_linear", term.args[0], spread, result)
    return Inferred("=", term, result, line)


@rule
def independence(book: Notebook, term: Any) -> Inferred:
    """⟹ E[X Y] = E[X] E[Y] for X and Y made of members that a declared independence separates.

    Γ: that independence, and what makes X and Y integrable.
    """
    term = _expect_head("independence", term, E)
    factors = [f for f in sympy.Mul.make_args(term.args[0]) if is_random(f)]
    constant = sympy.Mul(*(f for f in sympy.Mul.make_args(term.args[0]) if not is_random(f)))
    for assumption in book.context.of_kind("independent"):
        for left, right in finite_sums.splits(factors):
            values = separating(assumption, _members(left), _members(right))
            if values is not None:
                line = _independent(book, assumption, values, left, right)
                result = constant * E(left) * E(right)
                if constant != 1:
                    outside = constant * E(left * right)
                    spread = _linearity(book, "independence", term.args[0], term.args[0], outside)
                    by = [sympy.Integer(1), constant]
                    positive = positives(book, term, result)
                    line = book.algebra("=", term, result, [spread, line], by, positive)
                return Inferred("=", term, result, line)
    names = sorted({str(entry) for factor in factors for entry in _members(factor)})
    raise MissingAssumptionError(
        "independence", f"independence that separates {' and '.join(names)}"
    )


def _independent(book: Notebook, assumption: Any, values: Any, left: Any, right: Any) -> Line:
    lines = [integrable(book, "independence", side) for side in (left, right)]
    at = [encode(value) for value in values]
    stated = ("=", E(left * right), E(left) * E(right))
    return book.write(
        "independent", [assumption, at], encode(left), encode(right), lines, "=", stated=stated
    )


def _members(term: Basic) -> list[Entry]:
    return [entry for entry in entries(term) if entry.family.random]


def _expect_head(rule_name: str, term: Any, head: Any) -> Any:
    term = well_formed(term)
    if not isinstance(term, head):
        raise refuse(rule_name, f"{term} is no {head.__name__} term")
    return term


@rule
def variance_definition(book: Notebook, term: Any) -> Inferred:
    """⟹ Var(X) = E[X²] - E[X]². Γ: what makes X² integrable."""
    (x,) = _expect_head("variance_definition", term, Var).args
    right = E(x**2) - E(x) ** 2
    shown = integrable(book, "variance_definition", x**2)
    line = book.write(
        "variance", encode(x), shown, stated=("=", term, right), positive=positives(book, x)
    )
    return Inferred("=", term, right, line)


@rule
def covariance_definition(book: Notebook, term: Any) -> Inferred:
    """⟹ Cov(X, Y) = E[X Y] - E[X] E[Y]. Γ: what makes X Y, X and Y integrable."""
    x, y = _expect_head("covariance_definition", term, Cov).args
    right = E(x * y) - E(x) * E(y)
    lines = [integrable(book, "covariance_definition", t) for t in (x * y, x, y)]
    stated = ("=", term, right)
    positive = positives(book, x, y)
    line = book.write("covariance", encode(x), encode(y), lines, stated=stated, positive=positive)
    return Inferred("=", term, right, line)


@rule
def expectation_is_monotone(book: Notebook, premise: Step) -> Inferred:
    """X <= Y at every outcome ⟹ E[X] <= E[Y]. Γ: what makes X and Y integrable."""
    if premise.relation != "<=":
        raise refuse("expectation_is_monotone", "its premise is an inequality")
    sides = (premise.left, premise.right)
    lines = [integrable(book, "expectation_is_monotone", side) for side in sides]
    left, right = map(E, sides)
    stated = ("<=", left, right)
    line = book.write(
        "monotone", premise.line, lines, stated=stated, positive=positives(book, *sides)
    )
    return Inferred("<=", left, right, line)


@rule
def symmetry(book: Notebook, term: Any, member: Any) -> Inferred:
    """⟹ E[f(X)] = E[f(-X)] for X declared symmetric, or Gaussian with mean 0. Γ: that.

    Refuses if f depends on another random member.
    """
    term, member = _expect_head("symmetry", term, E), well_formed(member)
    if {*_members(term.args[0])} != {member}:
        raise refuse("symmetry", f"{term} does not depend on {member} alone")
    for assumption in (*book.context.of_kind("symmetric"), *book.context.of_kind("law")):
        if assumption.kind == "law" and not (
            assumption.label == "gaussian" and assumption.groups[1][0] == 0
        ):
            continue
        for pattern in assumption.groups[0]:
            bindings = match(pattern, member, {})
            if bindings is not None and in_domains(assumption, bindings):
                mirrored = E(substitute(term.args[0], {member: -member}))
                at = [encode(bindings[k]) for k in range(len(assumption.domains))]
                return _of_one_law(book, [assumption, at], term, mirrored, [])
    raise MissingAssumptionError("symmetry", f"symmetry of {member} about 0")


@rule
def same_law(book: Notebook, term: Any, name: str, *values: Any) -> Inferred:
    """⟹ E[f(X)] = E[f(Y)] for lists X and Y declared to have one joint law. Γ: that.

    ``term`` is E[f(X)], X the first list of the assumption called ``name`` at these ``values`` of
    its variables; each member of X is replaced by that of Y in its place. Refuses if f depends on
    a random member that is not in X.
    """
    term, assumption = _expect_head("same_law", term, E), book.context.named(name)
    if assumption.kind != "same-law":
        raise refuse("same_law", f"{name} does not say that two lists have one law")
    at = instance("same_law", assumption.domains, values)
    first, second = ([instantiate(t, *at) for t in group] for group in assumption.groups)
    right = E(substitute(term.args[0], dict(zip(first, second, strict=True))))
    codes = [encode(value) for value in at]
    return _of_one_law(book, [assumption, codes], term, right, [])


@rule
def exchange(book: Notebook, term: Any, name: str, to: Mapping[Any, Any]) -> Inferred:
    """⟹ E[f(X)] = E[f(Y)], Y the members X of a declared iid law in another order. Γ: that.

    ``to`` maps each member to another, or, Gaussian of mean 0, to another's negative. Refuses if
    it is no permutation, if two members may be one, or if f depends on another random member.
    """
    term, assumption = _expect_head("exchange", term, E), book.context.named(name)
    values = {well_formed(member): well_formed(other) for member, other in to.items()}
    right = E(substitute(term.args[0], values))
    flips = {member: -other in values for member, other in values.items()}
    pairs: list[Any] = [
        [encode(m), encode(-other if flips[m] else other), -1 if flips[m] else 1]
        for m, other in values.items()
    ]
    bindings = _variables_of(assumption, list(values))
    return _of_one_law(book, [assumption, bindings], term, right, pairs)


def _variables_of(assumption: Any, members: list[Any]) -> list[Any]:
    """The values of a law's variables at which it is about ``members``."""
    for pattern in assumption.groups[0]:
        bindings = match(pattern, members[0], {}) if members else {}
        if bindings is not None and in_domains(assumption, bindings):
            return [encode(bindings[k]) for k in range(len(assumption.domains))]
    raise MissingAssumptionError("exchange", f"one law of {', '.join(map(str, members))}")


def _of_one_law(book: Notebook, of: list[Any], term: Any, right: Any, to: list[Any]) -> Inferred:
    stated = ("=", term, right)
    positive = positives(book, term)
    inner = encode(term.args[0])
    line = book.write("symmetry", of, inner, to, stated=stated, positive=positive)
    return Inferred("=", term, right, line)
