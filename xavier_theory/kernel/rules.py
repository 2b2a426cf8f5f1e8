"""The rules about equality, sums and induction. A rule computes a judgement from its premises.

In the docstrings: premises / conclusion; Gamma is that of the premises and what is named. Each
conclusion holds at every outcome, for all values of its free scalars, in every model of its Gamma
and of the definitions. ``stated`` is what the certificate says that the line concludes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

# fmt: off
from xavier_theory.kernel.algebra import (add, canonical, equal, is_zero, normal, plain, scale,
    term_of)
from xavier_theory.kernel.assumptions import Assumption, Gamma, Judgement, distinct
from xavier_theory.kernel.signs import is_natural, require_within, sign
from xavier_theory.kernel.terms import (
    BINDERS,
    MINUS_ONE,
    ONE,
    OPERATORS,
    ZERO,
    Term,
    closed,
    free,
    is_random,
    loose,
    minus,
    need,
    nodes,
    opened,
    replaced,
    shift,
    size,
    spend,
    walk,
)
# fmt: on

Known = frozenset[Term]
Lines = Sequence[Judgement]
RELATIONS = ("=", "<=", "<")


def gamma_of(*lines: Judgement) -> Gamma:
    """All that the judgements rest on."""
    return frozenset().union(*(line.gamma for line in lines))


def require_generic(names: Sequence[Term], gamma: Gamma, parameters: Known) -> None:
    """``names`` are scalars of which Gamma and the definitions know nothing: each means "any"."""
    spend(sum(4 + size(t) // 64 for a in gamma for g in a.groups for t in g))
    said = frozenset().union(*(a.free() for a in gamma))
    for name in names:
        need(name[0] == "scalar" and names.count(name) == 1, "{} is no name for an index", name)
        need(name not in parameters, "{} is one number: a definition speaks of it", name)
        if name in said:
            a = min((a for a in gamma if name in a.free()), key=repr)
            why = f"{{}} is one number: an assumption ({a.kind}) speaks of it, about {{}}"
            need(False, why, name, a.groups[0][0])


def says_nonnegative(line: Judgement) -> bool:
    """Whether ``line`` says 0 <= t or 0 < t."""
    return line.relation in ("<", "<=") and equal(line.left, ZERO)


def assume(a: Assumption, values: Sequence[Term]) -> Judgement:
    """/ an instance of a relation that is assumed; where it asks so, indices differ."""
    require_within(values, a.domains)
    used = frozenset((a,)).union(*(distinct(values[i], values[j]) for i, j in a.conditions))
    relation = {"equation": "=", "at_most": "<=", "positive": "<"}.get(a.kind, "")
    need(relation, f"an assumption of the kind {a.kind} is no relation")
    left, right = (ZERO, *a.at(values)[0])[-2:]
    return Judgement(relation, left, right, used)


def algebra(stated: Judgement, known: Known, lines: Lines, by: Sequence[Term]) -> Judgement:
    """l_k R_k r_k / left R right, where right - left = sum of m_k (r_k - l_k) by the normal form.

    For an inequality, m_k >= 0 plainly if R_k is one; for a strict one, some m_k > 0 of a strict
    premise. Adding up inequalities times numbers >= 0 is sound.
    """
    relation, left, right, _ = stated
    rest, strict = normal(minus(right, left), known), False
    for line, m in zip(lines, by, strict=True):
        need(line.relation in RELATIONS, "a premise is no relation")
        if line.relation != "=":
            level = plain(m, known)
            need(relation != "=" and level, "an inequality cannot be multiplied by {}", m)
            strict |= line.relation == "<" and level == 2
        rest = add(rest, scale(normal(("*", m, minus(line.right, line.left)), known), -1))
    need(relation in ("=", "<=") or (relation == "<" and strict), "it is not strict")
    need(is_zero(rest, known), "it does not follow by algebra: {} is left", term_of(rest))
    return Judgement(relation, left, right, gamma_of(*lines))


def plain_sign(known: Known, term: Term) -> Judgement:
    """/ 0 < t or 0 <= t, where that can be read off the form of t (``signs.py``)."""
    level = plain(term, known)
    need(level, "{} is not plainly >= 0", term)
    return Judgement("<" if level == 2 else "<=", ZERO, term)


def product(one: Judgement, two: Judgement) -> Judgement:
    """0 <= p, 0 <= q / 0 <= p q."""
    need(says_nonnegative(one) and says_nonnegative(two), "a premise does not say 0 <= t")
    return Judgement("<=", ZERO, ("*", one.right, two.right), gamma_of(one, two))


def congruence(template: Term, lines: Lines) -> Judgement:
    """s_k = t_k / C[s_1, ...] = C[t_1, ...] for a term C with the holes #0, #1, ...

    The sides have no loose index, so nothing is captured; they are equal at every outcome, so
    their means are as well.
    """
    need(all(line.relation == "=" for line in lines), "a premise is no equation")
    left = opened(template, *(line.left for line in lines))
    return Judgement("=", left, opened(template, *(line.right for line in lines)), gamma_of(*lines))


def bind(
    parameters: Known, line: Judgement, name: Term, head: str, ends: Sequence[Term]
) -> Judgement:
    """f(i) R g(i) / sum of f over i = 1..n R sum of g, for any width i; = for products as well.

    A sum that leaves x out discharges that i and x differ.
    """
    need(line.relation == "=" or (line.relation == "<=" and head != "product"), "its relation")
    need(head in BINDERS and len(ends) == (2 if head == "sum-except" else 1), "its ends")
    need(name[0] == "scalar" and name[2] == "width", "the index of a sum is a width")
    need(not any(name in free(end) for end in ends), "the ends of a range speak of its index")
    gamma = line.gamma - (distinct(name, ends[1]) if len(ends) == 2 else frozenset())
    require_generic([name], gamma, parameters)
    left, right = ((head, *ends, closed(side, name)) for side in (line.left, line.right))
    return Judgement(line.relation, left, right, gamma)


def cases(stated: Judgement, known: Known, on: Term) -> Judgement:
    """/ left R right, = or <=, which holds by the normal form for u >= 0 and for u <= 0.

    Where a step of u occurs: for u > 0, for u = 0 and for u < 0. In each case relu(u), abs(u),
    step(u), those of -u, and max and min of two terms that differ by u, are known. Where u is
    random they stand outside of E, Var and Cov, inside which it has no one sign.
    """
    relation, left, right, _ = stated
    u, neg = canonical(on), canonical(("*", MINUS_ONE, on))
    need(relation in ("=", "<="), "the relation is = or <=")

    def side_of(node: Term) -> int:
        """1 if the node depends on the sign of u, -1 if it does on that of -u, else 0."""
        if node[0] not in ("relu", "abs", "step", "max", "min") or any(map(loose, node[1:])):
            return 0
        about = canonical(minus(*node[1:]) if len(node) == 3 else node[1])
        return 1 if about == u else -1 if about == neg else 0

    inside = [n for t in (left, right) for m in nodes(t) if m[0] in OPERATORS for n in nodes(m)]
    need(not is_random(on) or not any(map(side_of, inside)), "not one case inside a mean")

    def value(case: int, node: Term, _: int) -> Term | None:
        positive = case * side_of(node) > 0
        if not side_of(node):
            return ZERO if case == 0 and node == on and on not in inside else None
        if node[0] in ("max", "min"):
            return node[1] if positive == (node[0] == "max") else node[2]
        if node[0] == "step":
            return ONE if positive else ZERO
        if case == 0 or (node[0] == "relu" and not positive):
            return ZERO
        return node[1] if positive else ("*", MINUS_ONE, node[1])

    jumps = any(n[0] == "step" and side_of(n) for t in (left, right) for n in nodes(t))
    for case in (1, 0, -1) if jumps else (1, -1):
        known_here = partial(value, case)
        one, two = (walk(side, known_here) for side in (left, right))
        rest = normal(minus(two, one), known)
        holds = is_zero(rest, known) or (relation == "<=" and sign(term_of(rest), known))
        need(holds, f"it fails where {{}} {'=><'[case]} 0", on)
    return Judgement(relation, left, right)


def diagonal(term: Term) -> Judgement:
    """/ sum_j sum_k f(j, k) = sum_j f(j, j) + sum_j sum_{k != j} f(j, k), over one range."""
    need(term[0] == "sum" and term[2][0] == "sum", "no double sum")
    end, inner = term[1], term[2]
    need(inner[1] == shift(end, 1), "the two sums have different ranges")
    same = opened(inner[2], ("bound", 0), ("bound", 0))
    rest = ("sum-except", inner[1], ("bound", 0), inner[2])
    return Judgement("=", term, ("+", ("sum", end, same), ("sum", end, rest)))


def peel(term: Term) -> Judgement:
    """/ op_{1..n} f = (op_{1..n-1} f) op f(n) for n >= 1, and the empty sum is 0, product 1."""
    need(term[0] in ("sum", "product"), "no sum or product over 1..n")
    end, body = term[1:]
    if end == ZERO:
        return Judgement("=", term, ZERO if term[0] == "sum" else ONE)
    before = canonical(("+", end, MINUS_ONE))
    need(is_natural(before), "{} is not plainly one more than a natural number", end)
    head = "+" if term[0] == "sum" else "*"
    return Judgement("=", term, (head, (term[0], before, body), opened(body, end)))


Claim = tuple[Judgement, Judgement, Assumption, Sequence[Term]]


def induction(parameters: Known, variable: Term, claims: Sequence[Claim]) -> Judgement:
    """P_k(0) and P_1(l), ..., P_m(l) |- P_k(l + 1) / P_1(l) for every natural l.

    Each P_k is an assumption, said of all its variables; its base and step name these, generic.
    Discharges the P_k, which no base uses; the rest of Gamma does not speak of l or the names.
    """
    need(variable[0] == "scalar" and variable[2] == "natural", "induction is over the naturals")
    hypotheses = frozenset(claim[2] for claim in claims)
    for base, step, claim, names in claims:
        need(
            claim.kind in ("equation", "at_most") and not claim.conditions, "a claim is a relation"
        )
        need([n[0] == "scalar" and n[2] for n in names] == list(claim.domains), "its names")
        need(not {variable, *claim.free()} & set(names), "its names are new")
        need(len(set(names)) == len(names), "one name for two variables")
        sides = claim.at(names)[0]
        for premise, at in ((base, ZERO), (step, ("+", variable, ONE))):
            need(premise.relation == ("=" if claim.kind == "equation" else "<="), "its relation")
            wanted = [replaced(side, {variable: at}) for side in sides]
            same = equal(premise.left, wanted[0]) and equal(premise.right, wanted[1])
            need(same, "a premise is not the claim at {}", at)
        need(not hypotheses & base.gamma, "a base uses a hypothesis")
    rest = gamma_of(*(line for claim in claims for line in claim[:2])) - hypotheses
    # a step may use every hypothesis: what generalizes one claim generalizes all of them
    general = {variable, *(name for claim in claims for name in claim[3])}
    require_generic(sorted(general), rest, parameters)
    left, right = claims[0][2].at(claims[0][3])[0]
    return Judgement(claims[0][0].relation, left, right, rest)
