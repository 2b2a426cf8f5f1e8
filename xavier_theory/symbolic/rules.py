"""The rules: the only functions that make steps.

Each docstring gives the inference as *premises ⟹ conclusion*, then what makes the rule refuse. A rule either returns
a step or raises; none returns its input unchanged. Γ of a conclusion is the union of the premises' Γ and of what the
rule itself used, unless the docstring says that something is discharged. ``RULES`` lists them all.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.symbolic import lemmas, rewriting, sums
from xavier_theory.symbolic.assumptions import Assumption, distinct
from xavier_theory.symbolic.binding import instantiate, substitute
from xavier_theory.symbolic.calculus import derivative
from xavier_theory.symbolic.errors import MissingAssumptionError, RuleRefusedError
from xavier_theory.symbolic.integrability import integrable
from xavier_theory.symbolic.judgements import Context, Step, take_step_maker, untampered
from xavier_theory.symbolic.language import same, well_formed
from xavier_theory.symbolic.matching import in_domains, match, separates
from xavier_theory.symbolic.normal_form import denominators, is_zero_function
from xavier_theory.symbolic.signs import in_domain, is_nonnegative
from xavier_theory.symbolic.specializing import Specialization, positive_by
from xavier_theory.symbolic.terms import Cov, E, Entry, Var, entries, is_random, relu

_make_step = take_step_maker()
RULES: dict[str, Callable[..., Step]] = {}
Used = frozenset[Assumption]
NOTHING: Used = frozenset()


@dataclass(frozen=True)
class Inferred:
    """What a rule concludes: the relation, what it used itself, what it discharged."""

    relation: str
    left: Any
    right: Any
    used: Used = NOTHING
    discharged: Used = NOTHING
    inherits: bool = True


def rule(function: Callable[..., Inferred]) -> Callable[..., Step]:
    """Register ``function(context, …)`` as a rule: check its premises, and seal what it concludes as a step."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def apply(context: Context, *arguments: Any, **named: Any) -> Step:
        bound = signature.bind(context, *arguments, **named)
        values = {name: value for name, value in bound.arguments.items() if name != "context"}
        premises = tuple(_premises(list(values.values())))
        inferred = function(*bound.args, **bound.kwargs)
        if inferred.inherits and any(premise.context != context for premise in premises):
            raise RuleRefusedError(function.__name__, "a premise belongs to another context")
        inherited = (
            frozenset().union(*(p.assumptions for p in premises)) if inferred.inherits else NOTHING
        )
        return _make_step(
            rule=function.__name__,
            arguments=values,
            premises=premises,
            context=context,
            relation=inferred.relation,
            left=inferred.left,
            right=inferred.right,
            assumptions=(inherited - inferred.discharged) | inferred.used,
        )

    RULES[function.__name__] = apply
    return apply


def _premises(values: Sequence[Any]) -> list[Step]:
    found: list[Step] = []
    for value in values:
        if isinstance(value, Step):
            found.append(untampered(value))
        elif isinstance(value, list | tuple):
            found += _premises(value)
    return found


def _refuse(rule_name: str, reason: str) -> RuleRefusedError:
    return RuleRefusedError(rule_name, reason)


def _divides_safely(context: Context, rule_name: str, *terms: Basic) -> Used:
    """What makes every denominator in ``terms`` nonzero."""
    used = NOTHING
    for term in terms:
        for denominator in denominators(term):
            used |= positive_by(context, rule_name, denominator)
    return used


# --- definitions, assumptions, equality -----------------------------------------------------------


@rule
def definition(context: Context, name: str, *values: Any) -> Inferred:
    """⟹ head = body, an instance of a definition at ``values`` of its variables."""
    found = context.definition(name)
    terms = _instance("definition", found.domains, values)
    return Inferred("=", *found.equation(*terms))


@rule
def by_assumption(context: Context, name: str, *values: Any) -> Inferred:
    """⟹ an instance of a declared equation or inequality; of ``positive`` t, 0 <= t. Γ: the assumption."""
    return _assumed("by_assumption", context.named(name), values)


@rule
def suppose(context: Context, hypothesis: Assumption, *values: Any) -> Inferred:
    """⟹ an instance of ``hypothesis``, which stays in Γ until an induction discharges it."""
    return _assumed("suppose", hypothesis, values)


def _assumed(rule_name: str, assumption: Assumption, values: Sequence[Any]) -> Inferred:
    relations = {"equation": "=", "at_most": "<=", "positive": "<="}
    if assumption.kind not in relations:
        raise _refuse(rule_name, f"{assumption.name} is no equation or inequality")
    terms = _instance(rule_name, assumption.domains, values)
    used = {assumption}
    for first, second in assumption.conditions:
        difference = terms[first] - terms[second]
        if not (difference.is_Integer and difference != 0):
            if terms[first] == terms[second] or not (
                terms[first].is_Symbol and terms[second].is_Symbol
            ):
                raise _refuse(
                    rule_name,
                    f"{assumption.name} needs {terms[first]} and {terms[second]} distinct",
                )
            used.add(distinct(terms[first], terms[second]))
    parts = assumption.at(*terms)
    left, right = (sympy.Integer(0), parts[0]) if assumption.kind == "positive" else parts
    return Inferred(relations[assumption.kind], left, right, frozenset(used))


def _instance(rule_name: str, domains: Sequence[str], values: Sequence[Any]) -> list[Any]:
    terms = [well_formed(value) for value in values]
    if len(terms) != len(domains):
        raise _refuse(rule_name, f"it takes {len(domains)} values, got {len(terms)}")
    for term, domain in zip(terms, domains, strict=True):
        if not in_domain(term, domain) or is_random(term):
            raise _refuse(rule_name, f"{term} is not plainly a {domain} number")
    return terms


@rule
def rewrite(context: Context, target: Step, equation: Step, side: str = "right") -> Inferred:
    """left R right, s = t ⟹ the same with t for every s in one side, also under binders.

    A free index of ``equation`` may be bound in ``target`` (it holds for all its values); its ``distinct``
    conditions are then discharged by the sum that leaves the other index out. Refuses if s does not occur, or if
    another assumption of ``equation`` speaks of an index that is bound.
    """
    if equation.relation != "=" or side not in ("left", "right"):
        raise _refuse("rewrite", "it takes an equation and a side, left or right")
    whole = target.right if side == "right" else target.left
    done = rewriting.replace(whole, equation.left, equation.right, equation.assumptions)
    # Γ of the equation comes in as far as it is not discharged at every place; Γ of the target stays.
    discharged = equation.assumptions - done.assumptions - target.assumptions
    sides = (done.term, target.right) if side == "left" else (target.left, done.term)
    return Inferred(target.relation, *sides, discharged=frozenset(discharged))


@rule
def congruence(context: Context, term: Any, equation: Step) -> Inferred:
    """s = t ⟹ C[s] = C[t] for the term C[s], also under binders; conditions and refusals as in ``rewrite``."""
    if equation.relation != "=":
        raise _refuse("congruence", "it takes an equation")
    term = well_formed(term)
    done = rewriting.replace(term, equation.left, equation.right, equation.assumptions)
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
    """l_k R_k r_k ⟹ left R right, where right - left = Σ m_k (r_k - l_k) by the normal form of rational functions.

    With no premises: pure algebra. The multiplier of an inequality must plainly be >= 0, and the conclusion is then
    an inequality. Refuses if the normal forms differ, or if a denominator is not known to be nonzero.
    """
    left, right = well_formed(left), well_formed(right)
    factors = [well_formed(multiplier) for multiplier in multipliers]
    if len(factors) != len(premises) or relation not in ("=", "<="):
        raise _refuse(
            "linear_combination", "each premise needs one multiplier, and the relation is = or <="
        )
    rest = right - left
    used = _divides_safely(context, "linear_combination", left, right, *factors)
    for premise, factor in zip(premises, factors, strict=True):
        used |= _divides_safely(context, "linear_combination", premise.left, premise.right)
        if premise.relation == "<=":
            if relation == "=" or not is_nonnegative(factor):
                raise _refuse(
                    "linear_combination", f"an inequality cannot be multiplied by {factor} here"
                )
        rest -= factor * (premise.right - premise.left)
    if not is_zero_function(rest):
        raise _refuse("linear_combination", f"{left} {relation} {right} does not follow by algebra")
    return Inferred(relation, left, right, used)


@rule
def nonnegative(context: Context, term: Any) -> Inferred:
    """⟹ 0 <= term, where that can be read off its form: squares, sums and products of such, declared domains."""
    term = well_formed(term)
    if not is_nonnegative(term):
        raise _refuse("nonnegative", f"{term} is not plainly >= 0")
    return Inferred("<=", sympy.Integer(0), term, _divides_safely(context, "nonnegative", term))


@rule
def nonnegative_product(context: Context, first: Step, second: Step) -> Inferred:
    """0 <= p, 0 <= q ⟹ 0 <= p q."""
    for step in (first, second):
        if step.relation != "<=" or step.left != 0:
            raise _refuse(
                "nonnegative_product", f"{step.formula} does not say that something is >= 0"
            )
    return Inferred("<=", sympy.Integer(0), first.right * second.right)


@rule
def specialize(
    context: Context,
    theorem: Step,
    scalars: Mapping[str, Any],
    families: Mapping[str, Sequence[Any]] | None = None,
    given: Sequence[Step] = (),
) -> Inferred:
    """A judgement ⟹ its instance: scalars and indices replaced by terms, families by terms in their indices.

    ``scalars`` maps names to terms; ``families`` maps names to (variables…, term). The judgement may come from
    another context: each assumption in its Γ, so instantiated, must be declared here, hold here by form, or be
    a judgement in ``given``, and each definition it stands on must hold here. Refuses if a term is not in the scalar's domain, or if a random
    term takes the place of a constant.
    """
    if any(step.context != context for step in given):
        raise _refuse("specialize", "a given judgement belongs to another context")
    plan = Specialization.of(theorem, scalars, families or {}, given)
    return Inferred(theorem.relation, *plan.sides(), plan.transferred(context), inherits=False)


@rule
def cite(
    context: Context,
    lemma: str,
    scalars: Mapping[str, Any],
    families: Mapping[str, Sequence[Any]] | None = None,
) -> Inferred:
    """⟹ an instance of a lemma from the literature (``lemmas.LEMMAS``: statement, source, independent check).

    Instantiated like a theorem in ``specialize``; Γ: the lemma's own assumptions, which must be declared.
    """
    found = lemmas.lemma(lemma)
    plan = Specialization.of(found, scalars, families or {})
    return Inferred(found.relation, *plan.sides(), plan.transferred(context))


# --- expectation ----------------------------------------------------------------------------------


@rule
def expectation_is_linear(context: Context, term: Any) -> Inferred:
    """⟹ E[Σ c_k X_k] = Σ c_k E[X_k], sums over units included; E of a constant is the constant.

    Γ: what makes each X_k integrable. Refuses if that is not declared, or if there is nothing to expand.
    """
    term = _expect_head("expectation_is_linear", term, E)
    result = sums.linear_expectation(term.args[0])
    if same(result, term):
        raise _refuse("expectation_is_linear", f"there is nothing to expand in {term}")
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
        for left, right in sums.splits(factors):
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
        raise _refuse(rule_name, f"{term} is no {head.__name__} term")
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
        raise _refuse("expectation_is_monotone", "its premise is an inequality")
    used = integrable(context, "expectation_is_monotone", premise.left)
    used |= integrable(context, "expectation_is_monotone", premise.right)
    return Inferred("<=", E(premise.left), E(premise.right), used)


@rule
def symmetry(context: Context, term: Any, member: Any) -> Inferred:
    """⟹ E[f(X)] = E[f(-X)] for X declared symmetric, f depending on no other random member. Γ: the symmetry."""
    term, member = _expect_head("symmetry", term, E), well_formed(member)
    if {*_members(term.args[0])} != {member}:
        raise _refuse("symmetry", f"{term} does not depend on {member} alone")
    for assumption in context.of_kind("symmetric"):
        bindings = match(assumption.parts[0], member, {})
        if bindings is not None and in_domains(assumption, bindings):
            mirrored = E(substitute(term.args[0], {member: -member}))
            return Inferred("=", term, mirrored, frozenset({assumption}))
    raise MissingAssumptionError("symmetry", f"symmetry of {member} about 0")


# --- finite sums and products ---------------------------------------------------------------------


@rule
def product_of_sums(context: Context, term: Any) -> Inferred:
    """⟹ (Σ_j f_j)(Σ_k g_k) = Σ_j Σ_k f_j g_k, also for the square of a sum."""
    return Inferred("=", term, sums.multiplied_out(well_formed(term)))


@rule
def split_diagonal(context: Context, term: Any) -> Inferred:
    """⟹ Σ_j Σ_k f(j, k) = Σ_j f(j, j) + Σ_j Σ_{k ≠ j} f(j, k), both sums over the same range."""
    return Inferred("=", term, sums.diagonal_and_rest(well_formed(term)))


@rule
def sum_is_linear(context: Context, term: Any) -> Inferred:
    """⟹ Σ_j (c f_j + g_j) = c Σ_j f_j + Σ_j g_j, and Σ_j c = n c (n - 1 where an index is left out)."""
    result = sums.linear_sum(well_formed(term))
    if same(result, term):
        raise _refuse("sum_is_linear", f"there is nothing to take out of {term}")
    return Inferred("=", term, result)


@rule
def peel(context: Context, term: Any) -> Inferred:
    """⟹ Π_{1..n+1} f = (Π_{1..n} f) f(n+1), and the empty product is 1; likewise for sums."""
    return Inferred("=", term, sums.peeled(well_formed(term)))


# --- functions of one real variable ---------------------------------------------------------------


@rule
def sign_cases(context: Context, left: Any, right: Any, on: Any) -> Inferred:
    """⟹ left = right if both cases on >= 0 and on <= 0 hold by algebra, relu and abs of ±on being known in each."""
    left, right, on = map(well_formed, (left, right, on))
    for sign in (1, -1):
        known = {
            relu(on): on if sign > 0 else sympy.Integer(0),
            relu(-on): sympy.Integer(0) if sign > 0 else -on,
            sympy.Abs(on): sign * on,
        }
        if not is_zero_function(substitute(left, known) - substitute(right, known)):
            raise _refuse(
                "sign_cases", f"{left} and {right} differ where {on} {'>=' if sign > 0 else '<='} 0"
            )
    return Inferred("=", left, right, _divides_safely(context, "sign_cases", left, right))


@rule
def same_sign(
    context: Context, first: Any, second: Any, variable: Symbol, slopes: Sequence[Step]
) -> Inferred:
    """0 <= f'(t), 0 <= g'(t) for all real t, f(0) = g(0) = 0 ⟹ 0 <= f(t) g(t): both have the sign of t."""
    functions = [well_formed(first), well_formed(second)]
    _require_slopes("same_sign", functions, variable, slopes)
    if any(not is_zero_function(substitute(f, {variable: sympy.Integer(0)})) for f in functions):
        raise _refuse("same_sign", "a function does not vanish at 0")
    return Inferred("<=", sympy.Integer(0), functions[0] * functions[1])


@rule
def association(
    context: Context, first: Any, second: Any, variable: Symbol, slopes: Sequence[Step], member: Any
) -> Inferred:
    """0 <= f'(t), 0 <= g'(t) for all real t ⟹ 0 <= Cov(f(X), g(X)): Chebyshev's association inequality.

    Γ: what makes f(X) g(X), f(X) and g(X) integrable. Source: Boucheron, Lugosi & Massart (2013), Theorem 2.14.
    """
    functions, member = [well_formed(first), well_formed(second)], well_formed(member)
    _require_slopes("association", functions, variable, slopes)
    if not isinstance(member, Entry):
        raise _refuse("association", f"{member} is no random variable")
    x, y = (substitute(f, {variable: member}) for f in functions)
    used = NOTHING.union(*(integrable(context, "association", term) for term in (x * y, x, y)))
    return Inferred("<=", sympy.Integer(0), Cov(x, y), used)


def _require_slopes(
    rule_name: str, functions: Sequence[Basic], variable: Symbol, slopes: Sequence[Step]
) -> None:
    """Each slope must say 0 <= f' for its function, with the variable free over all reals."""
    if variable != sympy.Symbol(variable.name, real=True) or len(slopes) != len(functions):
        raise _refuse(
            rule_name, f"it takes a real variable and one slope for each function, got {variable}"
        )
    for function, slope in zip(functions, slopes, strict=True):
        if slope.relation != "<=" or slope.left != 0 or is_random(function):
            raise _refuse(rule_name, f"{slope.formula} does not say that a slope is >= 0")
        if not is_zero_function(derivative(function, variable) - slope.right):
            raise _refuse(rule_name, f"{slope.right} is not the derivative of {function}")
        if any(variable in assumption.free_symbols for assumption in slope.assumptions):
            raise _refuse(rule_name, f"the slope of {function} is not known for every {variable}")


@rule
def moment_by_antiderivative(
    context: Context, name: str, integrand: Any, antiderivative: Any, at: Symbol
) -> Inferred:
    """F' = g · density on [a, b] ⟹ E[g(X)] = F(b) - F(a). Γ: the density.

    Refuses unless sympy's derivative of F equals g · density by the normal form.
    """
    assumption = context.named(name)
    if assumption.kind != "density":
        raise _refuse("moment_by_antiderivative", f"{name} is no density")
    member, body, lower, upper = assumption.parts
    integrand, antiderivative = well_formed(integrand), well_formed(antiderivative)
    slope = derivative(antiderivative, at)
    weight = instantiate(body, at)
    used = _divides_safely(context, "moment_by_antiderivative", slope, weight, integrand)
    if not is_zero_function(slope - integrand * weight):
        raise _refuse(
            "moment_by_antiderivative", f"{antiderivative} is no antiderivative of the integrand"
        )
    ends = [substitute(antiderivative, {at: end}) for end in (upper, lower)]
    return Inferred(
        "=", E(substitute(integrand, {at: member})), ends[0] - ends[1], used | {assumption}
    )


@rule
def stationarity(context: Context, name: str) -> Inferred:
    """v > 0 minimises f over the positive numbers ⟹ 0 = f'(v) (Fermat). Γ: that v minimises f."""
    assumption = context.named(name)
    if assumption.kind != "minimises":
        raise _refuse("stationarity", f"{name} does not say that something is a minimum")
    objective, point = assumption.parts
    return Inferred("=", sympy.Integer(0), derivative(objective, point), frozenset({assumption}))


# --- induction ------------------------------------------------------------------------------------


@rule
def induction(
    context: Context,
    base: Step,
    step: Step,
    variable: Symbol,
    hypothesis: Assumption,
    names: Sequence[Symbol] = (),
    together: Sequence[Sequence[Any]] = (),
) -> Inferred:
    """P(0); P(l) ⊢ P(l+1) ⟹ P(l) for every natural l. ``hypothesis`` is P(l) for all its own variables.

    ``together``: further claims (base, step, hypothesis, names), proved at once: each step may use them all.
    Discharges the hypotheses. Refuses if l, or one of the names (free indices of P), occurs in the rest of Γ.
    """
    if variable != sympy.Symbol(variable.name, integer=True, nonnegative=True):
        raise _refuse("induction", f"{variable} does not range over the naturals 0, 1, 2, ...")
    claims = [(base, step, hypothesis, names), *together]
    hypotheses = frozenset(claim[2] for claim in claims)
    for claim in claims:
        _require_claim(variable, *claim)
        if hypotheses & claim[0].assumptions:
            raise _refuse("induction", "a base case may not use a hypothesis")
        for assumption in (claim[0].assumptions | claim[1].assumptions) - hypotheses:
            if {variable, *claim[3]} & assumption.free_symbols:
                raise _refuse(
                    "induction", f"the assumption {assumption.name} is about one layer only"
                )
    left, right = hypothesis.at(*names)
    return Inferred(base.relation, left, right, discharged=hypotheses)


def _require_claim(
    variable: Symbol, base: Step, step: Step, hypothesis: Assumption, names: Sequence[Symbol]
) -> None:
    """``base`` must be the hypothesis at 0 and ``step`` the one at l + 1, for free indices ``names``."""
    relation = {"equation": "=", "at_most": "<="}.get(hypothesis.kind)
    if relation is None or hypothesis.conditions:
        raise _refuse("induction", "the hypothesis is an unconditional equation or inequality")
    sides = hypothesis.at(*_instance("induction", hypothesis.domains, names))
    if len(set(names)) != len(names) or any(name in hypothesis.free_symbols for name in names):
        raise _refuse("induction", "the names of the free indices must be new and different")
    for premise, value in ((base, sympy.Integer(0)), (step, variable + 1)):
        wanted = [substitute(side, {variable: value}) for side in sides]
        if premise.relation != relation or not (
            same(premise.left, wanted[0]) and same(premise.right, wanted[1])
        ):
            raise _refuse("induction", f"{premise.formula} is not the claim at {value}")
