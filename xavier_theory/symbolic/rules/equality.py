"""Rules about definitions, assumptions and equality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from xavier_theory.symbolic import rewriting
from xavier_theory.symbolic.assumptions import Assumption, distinct
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.language import well_formed
from xavier_theory.symbolic.normal_form import is_zero_function
from xavier_theory.symbolic.rules.engine import Inferred, divides_safely, instance, refuse, rule
from xavier_theory.symbolic.signs import is_nonnegative


@rule
def definition(context: Context, name: str, *values: Any) -> Inferred:
    """⟹ head = body, an instance of a definition at ``values`` of its variables."""
    found = context.definition(name)
    terms = instance("definition", found.domains, values)
    return Inferred("=", *found.equation(*terms))


@rule
def by_assumption(context: Context, name: str, *values: Any) -> Inferred:
    """⟹ an instance of a declared equation or inequality; of ``positive`` t it is 0 <= t.

    Γ: the assumption.
    """
    return _assumed("by_assumption", context.named(name), values)


@rule
def suppose(context: Context, hypothesis: Assumption, *values: Any) -> Inferred:
    """⟹ an instance of ``hypothesis``, which stays in Γ until an induction discharges it."""
    return _assumed("suppose", hypothesis, values)


def _assumed(rule_name: str, assumption: Assumption, values: Sequence[Any]) -> Inferred:
    relations = {"equation": "=", "at_most": "<=", "positive": "<="}
    if assumption.kind not in relations:
        raise refuse(rule_name, f"{assumption.name} is no equation or inequality")
    terms = instance(rule_name, assumption.domains, values)
    used = {assumption}
    for first, second in assumption.conditions:
        difference = terms[first] - terms[second]
        if not (difference.is_Integer and difference != 0):
            if terms[first] == terms[second] or not (
                terms[first].is_Symbol and terms[second].is_Symbol
            ):
                raise refuse(
                    rule_name,
                    f"{assumption.name} needs {terms[first]} and {terms[second]} distinct",
                )
            used.add(distinct(terms[first], terms[second]))
    parts = assumption.at(*terms)
    left, right = (sympy.Integer(0), parts[0]) if assumption.kind == "positive" else parts
    return Inferred(relations[assumption.kind], left, right, frozenset(used))


@rule
def rewrite(context: Context, target: Step, equation: Step, side: str = "right") -> Inferred:
    """left R right, s = t ⟹ the same with t for every s in one side, also under binders.

    A free index of ``equation`` may be bound in ``target`` (it holds for all its values); its
    ``distinct`` conditions are then discharged by the sum that leaves the other index out. Refuses
    if s does not occur, or if another assumption of ``equation`` speaks of an index that is bound.
    """
    if equation.relation != "=" or side not in ("left", "right"):
        raise refuse("rewrite", "it takes an equation and a side, left or right")
    whole = target.right if side == "right" else target.left
    done = rewriting.replace(
        whole, equation.left, equation.right, equation.assumptions, context.parameters
    )
    # Γ of the equation comes in as far as it is not discharged at every place; Γ of the target
    # stays.
    discharged = equation.assumptions - done.assumptions - target.assumptions
    sides = (done.term, target.right) if side == "left" else (target.left, done.term)
    return Inferred(target.relation, *sides, discharged=frozenset(discharged))


@rule
def congruence(context: Context, term: Any, equation: Step) -> Inferred:
    """s = t ⟹ C[s] = C[t] for the term C[s], also under binders.

    Conditions and refusals as in ``rewrite``.
    """
    if equation.relation != "=":
        raise refuse("congruence", "it takes an equation")
    term = well_formed(term)
    done = rewriting.replace(
        term, equation.left, equation.right, equation.assumptions, context.parameters
    )
    return Inferred("=", term, done.term, discharged=equation.assumptions - done.assumptions)


@rule
def linear_combination(
    context: Context,
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
    rest = right - left
    used = divides_safely(context, "linear_combination", left, right, *factors)
    for premise, factor in zip(premises, factors, strict=True):
        used |= divides_safely(context, "linear_combination", premise.left, premise.right)
        if premise.relation == "<=" and (relation == "=" or not is_nonnegative(factor)):
            raise refuse(
                "linear_combination", f"an inequality cannot be multiplied by {factor} here"
            )
        rest -= factor * (premise.right - premise.left)
    if not is_zero_function(rest):
        raise refuse("linear_combination", f"{left} {relation} {right} does not follow by algebra")
    return Inferred(relation, left, right, used)


@rule
def nonnegative(context: Context, term: Any) -> Inferred:
    """⟹ 0 <= term, where that can be read off its form.

    From squares, from declared domains, and from sums and products of such.
    """
    term = well_formed(term)
    if not is_nonnegative(term):
        raise refuse("nonnegative", f"{term} is not plainly >= 0")
    return Inferred("<=", sympy.Integer(0), term, divides_safely(context, "nonnegative", term))


@rule
def nonnegative_product(context: Context, first: Step, second: Step) -> Inferred:
    """0 <= p, 0 <= q ⟹ 0 <= p q."""
    for step in (first, second):
        if step.relation != "<=" or step.left != 0:
            raise refuse(
                "nonnegative_product", f"{step.formula} does not say that something is >= 0"
            )
    return Inferred("<=", sympy.Integer(0), first.right * second.right)
