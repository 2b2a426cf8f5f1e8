"""Signs that are plain from a term's form and the domains of what is in it.

``known`` holds terms that a judgement says to be > 0. A loose bound index stands for 1, 2, 3, ...
(the index of a sum); the variables of an assumption are named before anything is asked of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

# fmt: off
from xavier_theory.kernel.terms import (BINDERS, DOMAINS, EVERY, MINUS_ONE, Term, is_random, need,
    nodes, parts, size, spend)
# fmt: on

NOTHING: frozenset[Term] = frozenset()


@lru_cache(maxsize=1 << 16)
def sign(term: Term, known: frozenset[Term] = NOTHING) -> int:
    """2 if ``term`` is plainly > 0, 1 if plainly >= 0, 0 if neither can be read off."""
    spend(1)
    head, inner = term[0], parts(term)
    if term in known or head in ("constant", "exp", "sigmoid", "bound"):
        return 2
    if head == "number":
        return 2 if term[1] > 0 else int(term[1] == 0)
    if head in ("scalar", "member"):
        return DOMAINS[term[2] if head == "scalar" else term[3]]
    if head in ("abs", "relu", "step", "Var"):
        return 1
    levels = [sign(part, known) for part in inner]
    if head in ("tanh", "erf"):  # odd and increasing
        return levels[0]
    if head == "E":  # of what is >= 0, also where it is not integrable
        return min(levels[0], 1)
    if head == "+":
        return max(levels) if min(levels) else int(is_natural(term))
    if head in ("*", "min", "max"):
        return max(levels) if head == "max" else min(levels)
    if head == "^":
        base, power = levels
        even = inner[1][0] == "number" and inner[1][2] == 1 and inner[1][1] % 2 == 0 < inner[1][1]
        return 2 if base == 2 else int(even or (base and (is_natural(inner[1]) or power == 2)))
    if head in BINDERS:  # a sum may be empty, or leave its only term out; a product is 1 then
        whole = head == "product" or (head == "sum" and sign(inner[0], known) == 2)
        return levels[-1] if whole else min(levels[-1], 1)
    return 0


@lru_cache(maxsize=1 << 16)
def is_natural(term: Term) -> bool:
    """Whether ``term`` is plainly one of 0, 1, 2, ...: such numbers, their sums, products, powers.

    And n - 1 for a plainly natural n >= 1.
    """
    spend(1)
    head = term[0]
    if head == "number":
        return bool(term[2] == 1 and term[1] >= 0)
    if head in ("scalar", "member"):
        return (term[2] if head == "scalar" else term[3]) in ("natural", "width")
    if head == "+" and term[1:].count(MINUS_ONE) == 1:
        rest = [part for part in term[1:] if part != MINUS_ONE]
        return all(map(is_natural, rest)) and any(sign(part) == 2 for part in rest)
    return head == "bound" or (head in ("+", "*", "^") and all(map(is_natural, term[1:])))


def within(term: Term, domain: str, known: frozenset[Term] = NOTHING) -> bool:
    """Whether ``term`` plainly is in ``domain``, at every outcome."""
    natural = domain not in ("natural", "width") or is_natural(term)
    return natural and sign(term, known) >= DOMAINS[domain]


def require_within(values: Sequence[Term], domains: Sequence[str]) -> None:
    """Each value is plainly in its domain, and none is random."""
    need(len(values) == len(domains), "one value for each variable")
    for value, domain in zip(values, domains, strict=True):
        need(within(value, domain) and not is_random(value), f"{{}} is not plainly {domain}", value)


@lru_cache(maxsize=1 << 14)
def well_formed(term: Term) -> Term:
    """``term``, if its ranges end at natural numbers, and its indices are not random.

    ``every`` stands only as a whole index of a member that is no index itself.
    """
    spend(1 + size(term) // 32)
    need(term != EVERY, "every is an index of a member alone")
    need(term[0] not in BINDERS or is_natural(term[1]), "the end of a range in {}", term)
    fixed = term[4:] if term[0] == "member" else term[1:-1] if term[0] in BINDERS else ()
    need(not any(map(is_random, fixed)), "a random index or range in {}", term)
    below = [part for part in parts(term) if part != EVERY or term[0] != "member"]
    inner = [n for part in below for n in nodes(part)] if term[0] == "member" else below
    need(EVERY not in inner, "every is an index of a member alone")
    for part in below:
        well_formed(part)
    return term
