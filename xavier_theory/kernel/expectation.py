"""The rules about integrability, means, variances and laws.

On a probability space. E[t] of a t that is not integrable is an unknown number (>= 0 if t >= 0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from xavier_theory.kernel.algebra import canonical, equal, normal, value_of
from xavier_theory.kernel.assumptions import Assumption, Gamma, Judgement, covers, separates
from xavier_theory.kernel.rules import Lines, gamma_of, require_generic
from xavier_theory.kernel.signs import sign
from xavier_theory.kernel.terms import (
    MINUS_ONE,
    ONE,
    Refused,
    Term,
    closed,
    free,
    is_random,
    members,
    minus,
    need,
    number,
    opened,
    replaced,
    show,
    walk,
)

TWO = number(2)


def require_integrable(line: Judgement, term: Term) -> None:
    """``line`` says that ``term`` is integrable."""
    said = line.relation == "integrable" and equal(line.left, term)
    need(said, f"a premise is not that {show(term)[:80]} is integrable")


def is_constant(term: Term) -> Judgement:
    """/ t is integrable, where t does not depend on the outcome."""
    need(not is_random(term), f"{show(term)} is random")
    return Judgement("integrable", term, ONE)


def of_moment(
    assumption: Assumption, groups: Sequence[Sequence[Term]], x: Term, k: int
) -> Judgement:
    """/ X^k is integrable: E|X|^m is finite and k <= m, or X is Gaussian, or has a density on [a, b].

    For E|X|^k <= 1 + E|X|^m; a Gaussian, and what is bounded, has all moments.
    """
    need(k >= 1, "a moment of the order 1 or more")
    if assumption.kind == "moment":
        need(k <= groups[0][1][1] and equal(x, groups[0][0]), "no such moment is assumed")
    elif assumption.kind == "density":
        need(equal(x, groups[0][0]), "another variable has the density")
    else:
        gaussian = assumption.kind == "law" and assumption.label == "gaussian"
        need(gaussian and any(covers(p, x) for p in groups[0]), f"{show(x)} is not Gaussian by it")
    return Judgement("integrable", ("^", x, number(k)), ONE, frozenset((assumption,)))


def of_product(factors: Sequence[tuple[Term, int]], lines: Lines) -> Judgement:
    """x_k^D integrable, D = d_1 + d_2 + ... / x_1^d_1 x_2^d_2 ... is integrable (Hoelder)."""
    need(factors and len(lines) == len(factors), "one premise for each factor")
    need(all(d >= 1 for _, d in factors), "a power of 1 or more")
    total = sum(d for _, d in factors)
    for (x, _), line in zip(factors, lines, strict=True):
        require_integrable(line, ("^", x, number(total)))
    product = ("*", *(("^", x, number(d)) for x, d in factors))
    return Judgement("integrable", product, ONE, gamma_of(*lines))


def pieces(
    term: Term, names: Iterator[Term], leaf: Callable[[Term, Sequence[Term]], Term],
    bound: tuple[Term, ...] = (),
) -> Term:
    """``term`` with leaf(x) at the random x that it is linear in: under +, numbers *, and sums.

    The indices of sums are called by ``names``.
    """
    if not is_random(term):
        return term
    if term[0] == "+":
        return ("+", *(pieces(part, names, leaf, bound) for part in term[1:]))
    if term[0] == "*":
        random = [part for part in term[1:] if is_random(part)]
        fixed = [part for part in term[1:] if not is_random(part)]
        if len(random) == 1:
            return ("*", *fixed, pieces(random[0], names, leaf, bound))
        return ("*", *fixed, leaf(("*", *random), bound))
    if term[0] in ("sum", "sum-except"):
        name = next(names)
        need(name[0] == "scalar" and name[2] == "width", "the index of a sum is a width")
        need(name not in free(term) and name not in bound, f"{show(name)} is taken")
        body = pieces(opened(term[-1], name), names, leaf, (*bound, name))
        return (*term[:-1], closed(body, name))
    return leaf(term, bound)


def _known_pieces(
    lines: Lines, parameters: frozenset[Term]
) -> Callable[[Term, Sequence[Term]], tuple[Term, Gamma]]:
    known = {canonical(line.left): line for line in lines if line.relation == "integrable"}

    def find(x: Term, bound: Sequence[Term]) -> tuple[Term, Gamma]:
        line = known.get(canonical(x))
        if line is None:
            raise Refused(f"that {show(x)[:80]} is integrable is no premise")
        require_generic(bound, line.gamma, parameters)
        return x, line.gamma

    return find


def of_sum(term: Term, names: Sequence[Term], lines: Lines, parameters: frozenset[Term]) -> Judgement:
    """x integrable, for each piece x of t / t is integrable, a sum of numbers times pieces."""
    find = _known_pieces(lines, parameters)
    pieces(term, iter(names), lambda x, bound: find(x, bound)[0])
    return Judgement("integrable", term, ONE, gamma_of(*lines))


def linear(term: Term, names: Sequence[Term], lines: Lines, parameters: frozenset[Term]) -> Judgement:
    """x integrable, for each piece x of t / E[t] = t with E[x] for x: E is linear."""
    find = _known_pieces(lines, parameters)
    right = pieces(term, iter(names), lambda x, bound: ("E", find(x, bound)[0]))
    return Judgement("=", ("E", term), right, gamma_of(*lines))


def dominant(term: Term) -> Term:
    """A term s with |t| <= |s| at every outcome."""
    head = term[0]
    if head in ("tanh", "erf", "sigmoid", "step"):
        return ONE
    if head in ("relu", "abs"):
        return dominant(term[1])
    if head in ("max", "min"):
        return ("+", *(("abs", part) for part in term[1:]))
    if head == "exp" and sign(canonical(("*", MINUS_ONE, term[1]))):
        return ONE
    if head == "*":
        return ("*", *map(dominant, term[1:]))
    if head == "^" and term[2][0] == "number" and term[2][2] == 1 and term[2][1] > 0:
        return ("^", dominant(term[1]), term[2])
    return term


def dominated(term: Term, line: Judgement) -> Judgement:
    """s integrable / t is integrable, where |t| <= |s| by the form of t (``dominant``)."""
    require_integrable(line, dominant(term))
    return Judgement("integrable", term, ONE, line.gamma)


def carried(line: Judgement, equation: Judgement) -> Judgement:
    """s integrable, s = t / t is integrable."""
    need(equation.relation == "=", "no equation")
    require_integrable(line, equation.left)
    return Judgement("integrable", equation.right, ONE, gamma_of(line, equation))


def independent(
    assumption: Assumption, groups: Sequence[Sequence[Term]], x: Term, y: Term, lines: Lines,
    relation: str,
) -> Judgement:
    """X, Y integrable and independent / X Y is integrable | E[X Y] = E[X] E[Y] (Fubini)."""
    need(assumption.kind == "independent" and len(lines) == 2, "no independence, two premises")
    need(separates(groups, x, y), "the independence does not separate the two factors")
    require_integrable(lines[0], x)
    require_integrable(lines[1], y)
    gamma = gamma_of(*lines) | {assumption}
    if relation == "integrable":
        return Judgement("integrable", ("*", x, y), ONE, gamma)
    return Judgement("=", ("E", ("*", x, y)), ("*", ("E", x), ("E", y)), gamma)


def variance(x: Term, line: Judgement) -> Judgement:
    """X^2 integrable / Var(X) = E[X^2] - E[X]^2."""
    require_integrable(line, ("^", x, TWO))
    return Judgement("=", ("Var", x), minus(("E", ("^", x, TWO)), ("^", ("E", x), TWO)), line.gamma)


def covariance(x: Term, y: Term, lines: Lines) -> Judgement:
    """X Y, X, Y integrable / Cov(X, Y) = E[X Y] - E[X] E[Y]."""
    need(len(lines) == 3, "three premises")
    for line, term in zip(lines, (("*", x, y), x, y), strict=True):
        require_integrable(line, term)
    right = minus(("E", ("*", x, y)), ("*", ("E", x), ("E", y)))
    return Judgement("=", ("Cov", x, y), right, gamma_of(*lines))


def monotone(line: Judgement, lines: Lines) -> Judgement:
    """X <= Y at every outcome, both integrable / E[X] <= E[Y]."""
    need(line.relation in ("<=", "=") and len(lines) == 2, "an inequality, two premises")
    require_integrable(lines[0], line.left)
    require_integrable(lines[1], line.right)
    return Judgement("<=", ("E", line.left), ("E", line.right), gamma_of(line, *lines))


def symmetry(
    assumption: Assumption, groups: Sequence[Sequence[Term]], term: Term,
    to: Mapping[Term, tuple[Term, int]],
) -> Judgement:
    """/ E[f(X)] = E[f(Y)], where X and Y have one joint law: all random members of f are in X.

    symmetric members, or Gaussian ones of mean 0: Y = -X.  same-law X; Y: as it says.
    law: Y permutes the different members that ``to`` lists (and flips signs, Gaussian of mean 0).
    """
    random = set(members(term))
    need(not any(set(members(m)) & random for m in _averages(term)), "a member is also averaged")
    centred = assumption.kind == "law" and assumption.label == "gaussian" and (
        canonical(groups[1][0]) == number(0)
    )
    flips = assumption.kind == "symmetric" or centred
    if assumption.kind == "same-law":
        need(len(groups[0]) == len(groups[1]) and not to, "two lists of one length")
        values = dict(zip(groups[0], groups[1], strict=True))
        need(random <= set(groups[0]), "a member is in no list")
    else:
        need(all(any(covers(p, m) for p in groups[0]) for m in random), "a member has another law")
        values = {m: ("*", MINUS_ONE, m) for m in random} if flips and not to else {}
        if to:
            need(assumption.kind == "law" and random <= set(to), "only members of a law change places")
            need({m for m, _ in to.values()} == set(to), "it is no permutation")
            need(all(any(covers(p, m) for p in groups[0]) for m in to), "a member has another law")
            need(all(_differ(a, b) for a in to for b in to if a != b), "two members may be one")
            need(all(s == 1 or (s == -1 and centred) for _, s in to.values()), "a sign changes")
            values = {m: ("*", number(s), other) for m, (other, s) in to.items()}
        need(values or not random, "nothing in it says that the law stays")
    return Judgement(
        "=", ("E", term), ("E", replaced(term, values)), frozenset((assumption,))
    )


def _averages(term: Term) -> list[Term]:
    found: list[Term] = []

    def leaf(node: Term, _: int) -> Term | None:
        if node[0] in ("E", "Var", "Cov"):
            found.append(node)
            return node
        return None

    walk(term, leaf)
    return found


def _differ(a: Term, b: Term) -> bool:
    """Whether two members are plainly different ones."""
    if a[:4] != b[:4]:
        return True
    gaps = [normal(minus(i, j)) for i, j in zip(a[4:], b[4:], strict=True)]
    return any(gap and value_of(gap) is not None for gap in gaps)
