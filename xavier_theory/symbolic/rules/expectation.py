"""Rules about expectations, variances and covariances."""

from __future__ import annotations

from typing import Any

import sympy
from sympy.core.basic import Basic

from xavier_theory.symbolic import finite_sums
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.errors import MissingAssumptionError
from xavier_theory.symbolic.integrability import integrable
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.language import same, well_formed
from xavier_theory.symbolic.matching import in_domains, match, separates
from xavier_theory.symbolic.rules.engine import NOTHING, Inferred, refuse, rule
from xavier_theory.symbolic.terms import Cov, E, Entry, Var, entries, is_random


@rule
def expectation_is_linear(context: Context, term: Any) -> Inferred:
    """⟹ E[Σ c_k X_k] = Σ c_k E[X_k], sums over units included; E of a constant is the constant.

    Γ: what makes each X_k integrable. Refuses if that is not declared, or if there is nothing to
    expand.
    """
    term = _expect_head("expectation_is_linear", term, E)
    result = finite_sums.linear_expectation(term.args[0])
    if same(result, term):
        raise refuse("expectation_is_linear", f"there is nothing to expand in {term}")
    return Inferred("=", term, result, integrable(context, "expectation_is_linear", term.args[0]))


@rule
def independence(context: Context, term: Any) -> Inferred:
    """⟹ E[X Y] = E[X] E[Y] for X and Y made of members that a declared independence separates.

    Γ: that independence, and what makes X and Y integrable.
    """
    term = _expect_head("independence", term, E)
    factors = [f for f in sympy.Mul.make_args(term.args[0]) if is_random(f)]
    constant = sympy.Mul(*(f for f in sympy.Mul.make_args(term.args[0]) if not is_random(f)))
    for assumption in context.of_kind("independent"):
        for left, right in finite_sums.splits(factors):
            if separates(assumption, _members(left), _members(right)):
                used = integrable(context, "independence", left) | integrable(
                    context, "independence", right
                )
                return Inferred("=", term, constant * E(left) * E(right), used | {assumption})
    names = sorted({str(entry) for factor in factors for entry in _members(factor)})
    raise MissingAssumptionError(
        "independence", f"independence that separates {' and '.join(names)}"
    )


def _members(term: Basic) -> list[Entry]:
    return [entry for entry in entries(term) if entry.family.random]


def _expect_head(rule_name: str, term: Any, head: Any) -> Any:
    term = well_formed(term)
    if not isinstance(term, head):
        raise refuse(rule_name, f"{term} is no {head.__name__} term")
    return term


@rule
def variance_definition(context: Context, term: Any) -> Inferred:
    """⟹ Var(X) = E[X²] - E[X]². Γ: what makes X² integrable."""
    (x,) = _expect_head("variance_definition", term, Var).args
    used = integrable(context, "variance_definition", x**2) | integrable(
        context, "variance_definition", x
    )
    return Inferred("=", Var(x), E(x**2) - E(x) ** 2, used)


@rule
def covariance_definition(context: Context, term: Any) -> Inferred:
    """⟹ Cov(X, Y) = E[X Y] - E[X] E[Y]. Γ: what makes X Y, X and Y integrable."""
    x, y = _expect_head("covariance_definition", term, Cov).args
    used = NOTHING.union(*(integrable(context, "covariance_definition", t) for t in (x * y, x, y)))
    return Inferred("=", Cov(x, y), E(x * y) - E(x) * E(y), used)


@rule
def expectation_is_monotone(context: Context, premise: Step) -> Inferred:
    """X <= Y at every outcome ⟹ E[X] <= E[Y]. Γ: what makes X and Y integrable."""
    if premise.relation != "<=":
        raise refuse("expectation_is_monotone", "its premise is an inequality")
    used = integrable(context, "expectation_is_monotone", premise.left)
    used |= integrable(context, "expectation_is_monotone", premise.right)
    return Inferred("<=", E(premise.left), E(premise.right), used)


@rule
def symmetry(context: Context, term: Any, member: Any) -> Inferred:
    """⟹ E[f(X)] = E[f(-X)] for X declared symmetric, or Gaussian with mean 0. Γ: that.

    Refuses if f depends on another random member.
    """
    term, member = _expect_head("symmetry", term, E), well_formed(member)
    if {*_members(term.args[0])} != {member}:
        raise refuse("symmetry", f"{term} does not depend on {member} alone")
    for assumption in (*context.of_kind("symmetric"), *context.of_kind("law")):
        if assumption.kind == "law" and not (
            assumption.label == "gaussian" and assumption.groups[1][0] == 0
        ):
            continue
        for pattern in assumption.groups[0]:
            bindings = match(pattern, member, {})
            if bindings is not None and in_domains(assumption, bindings):
                mirrored = E(substitute(term.args[0], {member: -member}))
                return Inferred("=", term, mirrored, frozenset({assumption}))
    raise MissingAssumptionError("symmetry", f"symmetry of {member} about 0")
