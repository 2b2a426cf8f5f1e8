"""The rules about integrability, means, variances and laws.

On a probability space. E[t] of a t that is not integrable is an unknown number (>= 0 if t >= 0).
``groups`` are the terms of the assumption ``a`` at the values that the certificate gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

# fmt: off
from xavier_theory.kernel.algebra import canonical, equal
from xavier_theory.kernel.assumptions import Assumption, Judgement, covers, differ, separates
from xavier_theory.kernel.rules import Known, Lines, gamma_of, require_generic
from xavier_theory.kernel.signs import sign
from xavier_theory.kernel.terms import (MINUS_ONE, ONE, OPERATORS, ZERO, Term, closed, free,
    is_random, members, minus, need, nodes, number, opened, replaced)
# fmt: on

Groups = Sequence[Sequence[Term]]
TWO = number(2)


def require_integrable(lines: Lines, *terms: Term) -> None:
    """The lines say, one each, that the terms are integrable."""
    for line, term in zip(lines, terms, strict=True):
        said = line.relation == "integrable" and equal(line.left, term)
        need(said, "that {} is integrable is not the premise", term)


def moment(a: Assumption, groups: Groups, x: Term, k: int) -> Judgement:
    """/ X^k is integrable: E|X|^m is finite, k <= m; or X is Gaussian, or has a density on [a, b].

    For E|X|^k <= 1 + E|X|^m; a Gaussian, and what is bounded, has all moments.
    """
    need(k >= 1, "a moment of the order 1 or more")
    if a.kind in ("moment", "density"):
        need(equal(x, groups[0][0]), "{} is not the variable", x)
        need(a.kind == "density" or k <= groups[0][1][1], "no such moment is assumed")
    else:
        gaussian = a.kind == "law" and a.label == "gaussian"
        need(gaussian and any(covers(p, x) for p in groups[0]), "{} is not Gaussian by it", x)
    return Judgement("integrable", ("^", x, number(k)), ONE, frozenset((a,)))


def hoelder(factors: Sequence[tuple[Term, int]], lines: Lines) -> Judgement:
    """x_k^D integrable, D = d_1 + d_2 + ... / x_1^d_1 x_2^d_2 ... is integrable (Hoelder)."""
    need(factors and all(d >= 1 for _, d in factors), "powers of 1 or more")
    total = number(sum(d for _, d in factors))
    require_integrable(lines, *(("^", x, total) for x, _ in factors))
    product = ("*", *(("^", x, number(d)) for x, d in factors))
    return Judgement("integrable", product, ONE, gamma_of(*lines))


def pieces(
    term: Term,
    names: Iterator[Term],
    leaf: Callable[[Term, tuple[Term, ...]], Term],
    bound: tuple[Term, ...] = (),
) -> Term:
    """``term`` with leaf(x) at the random x that it is linear in: under +, numbers *, and sums.

    The indices of sums are called by ``names``, those around x are ``bound``.
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
        name = next(names, ONE)
        need(name[0] == "scalar" and name[2] == "width", "the index of a sum is a width")
        need(name not in free(term) and name not in bound, "the name {} is taken", name)
        body = pieces(opened(term[-1], name), names, leaf, (*bound, name))
        return (*term[:-1], closed(body, name))
    return leaf(term, bound)


def linear(
    parameters: Known, term: Term, names: Sequence[Term], lines: Lines, integrable: bool
) -> Judgement:
    """x integrable, for each piece x of t / t is integrable | E[t] = t with E[x] for x."""
    known = {canonical(line.left): line for line in lines if line.relation == "integrable"}

    def leaf(x: Term, bound: tuple[Term, ...]) -> Term:
        line = known.get(canonical(x))
        need(line, "that {} is integrable is no premise", x)
        require_generic(bound, gamma_of(*(line,) if line else ()), parameters)
        return ("E", x)

    waiting = iter(names)
    right = pieces(term, waiting, leaf)
    need(next(waiting, None) is None, "more names than sums")
    gamma = gamma_of(*lines)
    if integrable:
        return Judgement("integrable", term, ONE, gamma)
    return Judgement("=", ("E", term), right, gamma)


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
    require_integrable([line], dominant(term))
    return Judgement("integrable", term, ONE, line.gamma)


def carried(line: Judgement, equation: Judgement) -> Judgement:
    """s integrable, s = t / t is integrable."""
    need(equation.relation == "=", "no equation")
    require_integrable([line], equation.left)
    return Judgement("integrable", equation.right, ONE, gamma_of(line, equation))


def independent(
    a: Assumption, groups: Groups, x: Term, y: Term, lines: Lines, integrable: bool
) -> Judgement:
    """X, Y integrable and independent / X Y is integrable | E[X Y] = E[X] E[Y] (Fubini)."""
    need(a.kind == "independent" and separates(groups, [x], [y]), "it does not separate the two")
    require_integrable(lines, x, y)
    gamma = gamma_of(*lines) | {a}
    if integrable:
        return Judgement("integrable", ("*", x, y), ONE, gamma)
    return Judgement("=", ("E", ("*", x, y)), ("*", ("E", x), ("E", y)), gamma)


def variance(x: Term, line: Judgement) -> Judgement:
    """X^2 integrable / Var(X) = E[X^2] - E[X]^2."""
    require_integrable([line], ("^", x, TWO))
    return Judgement("=", ("Var", x), minus(("E", ("^", x, TWO)), ("^", ("E", x), TWO)), line.gamma)


def covariance(x: Term, y: Term, lines: Lines) -> Judgement:
    """X Y, X, Y integrable / Cov(X, Y) = E[X Y] - E[X] E[Y]."""
    require_integrable(lines, ("*", x, y), x, y)
    right = minus(("E", ("*", x, y)), ("*", ("E", x), ("E", y)))
    return Judgement("=", ("Cov", x, y), right, gamma_of(*lines))


def monotone(line: Judgement, lines: Lines) -> Judgement:
    """X <= Y at every outcome, both integrable / E[X] <= E[Y]."""
    need(line.relation in ("<=", "="), "no inequality")
    require_integrable(lines, line.left, line.right)
    return Judgement("<=", ("E", line.left), ("E", line.right), gamma_of(line, *lines))


def symmetry(
    a: Assumption, groups: Groups, term: Term, to: Mapping[Term, tuple[Term, int]]
) -> Judgement:
    """/ E[f(X)] = E[f(Y)], where X and Y have one joint law: all random members of f are in X.

    symmetric members, or Gaussian ones of mean 0: Y = -X.  same-law X; Y: as it says.
    law: Y permutes the different members that ``to`` lists (and flips signs, Gaussian of mean 0).
    """
    random = set(members(term))
    averages = [n for n in nodes(term) if n[0] in OPERATORS]
    need(not any(members(n) for n in averages), "a mean inside the mean")
    centred = a.kind == "law" and a.label == "gaussian" and equal(groups[1][0], ZERO)
    if a.kind == "same-law":
        need(len(groups[0]) == len(groups[1]) and not to, "two lists of one length")
        need(random <= set(groups[0]), "a member is in no list")
        values = dict(zip(groups[0], groups[1], strict=True))
    else:
        covered = all(any(covers(p, m) for p in groups[0]) for m in (*random, *to))
        need(covered, "a member has another law")
        need(to or a.kind == "symmetric" or centred, "nothing in it says that the law stays")
        values = {m: ("*", MINUS_ONE, m) for m in random}
    if to:
        need(a.kind == "law" and random <= set(to), "only members of a law change places")
        need({m for m, _ in to.values()} == set(to), "it is no permutation")
        need(all(differ(m, n) for m in to for n in to if m != n), "two members may be one")
        need(all(s == 1 or (s == -1 and centred) for _, s in to.values()), "a sign changes")
        values = {m: ("*", number(s), other) for m, (other, s) in to.items()}
    return Judgement("=", ("E", term), ("E", replaced(term, values)), frozenset((a,)))
