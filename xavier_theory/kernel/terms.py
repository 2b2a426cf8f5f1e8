"""Terms: plain tuples, read strictly, with bound indices numbered by distance. Read this first.

A term is one of
    ("number", p, q)                            the rational p/q, q > 0, in lowest terms
    ("scalar", name, domain)                    a number that ranges over one of DOMAINS
    ("constant", "pi" | "e" | "euler-gamma")
    ("bound", k)                                the index of the k-th binder around it (0: nearest)
    ("every",)                                  as an index of a member: all of 1, 2, 3, ... jointly
    ("member", name, random, domain, i1, ...)   a member of an indexed family of numbers
    ("apply", name, t1, ...)                    an opaque Borel function of real numbers
    (head, t1, ...)                             one of HEADS; the last part of a binder is its body
Two terms are the same exactly when the tuples are equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count
from math import gcd
from typing import Any

Term = tuple[Any, ...]

DOMAINS = {"real": 0, "nonnegative": 1, "natural": 1, "positive": 2, "width": 2}
"""What a number may range over, with its plain sign (``signs.py``); width: 1, 2, 3, ..."""
BINDERS, OPERATORS = ("sum", "product", "sum-except"), ("E", "Var", "Cov")
CONSTANTS = ("pi", "e", "euler-gamma")
HEADS = {
    **dict.fromkeys(("relu", "step", "sigmoid", "abs", "exp", "log", "tanh", "erf", "E", "Var"), 1),
    **dict.fromkeys(("^", "Cov", "sum", "product", "polygamma", "max", "min"), 2),
    "+": None,
    "*": None,
    "sum-except": 3,
}
"""The heads with their numbers of parts; of + and * any number from one on."""
EVERY: Term = ("every",)
LARGEST_BITS, LARGEST_TERM, DEEPEST = 4_000, 2_000, 120
_NUMBER, _NAME = re.compile(r"-?[0-9]+(/[0-9]+)?"), re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_LABEL = re.compile(r"[A-Za-z0-9_]+([ -][A-Za-z0-9_]+)*")


class Refused(Exception):
    """The certificate is not accepted; the text says why, on one line whatever it quotes."""

    def __init__(self, why: str) -> None:
        super().__init__("".join(c if c.isprintable() else ascii(c)[1:-1] for c in why))


class Budget:
    """What a check may still cost, in steps of some microseconds; nothing counts outside one."""

    left = 10**18


def spend(cost: int) -> None:
    """Count ``cost`` steps; ``Refused`` when the budget of this check is used up."""
    Budget.left -= cost
    if Budget.left < 0:
        raise Refused("the budget of this check is used up: it takes too many steps")


def need(condition: object, why: str, *about: Term) -> None:
    """``Refused`` with the reason ``why``, in which {} stands for a term, unless ``condition``."""
    if not condition:
        raise Refused(why.format(*(show(term)[:200] for term in about)) if about else why)


def sorts(code: Any, kind: type) -> bool:
    """Whether ``code`` is a list of things of exactly one type."""
    return type(code) is list and all(type(item) is kind for item in code)


def is_label(name: Any) -> bool:
    """Whether ``name`` may name a theorem, result, assumption or definition."""
    return type(name) is str and len(name) <= 200 and _LABEL.fullmatch(name) is not None


def number(p: int, q: int = 1) -> Term:
    """The rational p/q in lowest terms, q > 0."""
    bits, divisor = max(abs(p), q).bit_length(), gcd(p, q)
    spend(bits // 256)
    need(bits <= LARGEST_BITS, "a number is too long")
    return ("number", p // divisor, q // divisor)


ZERO, ONE, MINUS_ONE = number(0), number(1), number(-1)


def minus(left: Term, right: Term) -> Term:
    """The term left - right."""
    return ("+", left, ("*", MINUS_ONE, right))


def parts(term: Term) -> tuple[Term, ...]:
    """The terms that ``term`` is made of."""
    head = term[0]
    if head in HEADS:
        return term[1:]
    return term[4:] if head == "member" else term[2:] if head == "apply" else ()


def with_parts(term: Term, new: Sequence[Term]) -> Term:
    """``term`` with other parts, as many."""
    return (*term[: len(term) - len(parts(term))], *new)


def walk(term: Term, leaf: Callable[[Term, int], Term | None], depth: int = 0) -> Term:
    """``term`` with ``leaf(node, depth)`` for each node where that is not None.

    ``depth`` binders around the node were entered.
    """
    spend(1 + size(term) // 64)  # what is known of a term is found by looking at all of it
    found = leaf(term, depth)
    if found is not None:
        spend(0 if found is term else size(found))
        return found
    old = parts(term)
    if not old:
        return term
    last = len(old) - 1 if term[0] in BINDERS else -1
    return with_parts(term, [walk(t, leaf, depth + (k == last)) for k, t in enumerate(old)])


@lru_cache(maxsize=1 << 16)
def size(term: Term) -> int:
    """The number of nodes, a long number counted by its length: what a look at ``term`` costs."""
    bits = term[1].bit_length() + term[2].bit_length() if term[0] == "number" else 0
    return 1 + bits // 64 + sum(map(size, parts(term)))


@lru_cache(maxsize=1 << 16)
def height(term: Term) -> int:
    """How deeply ``term`` is nested."""
    return 1 + max(map(height, parts(term)), default=0)


def require_fits(term: Term) -> None:
    """``Refused`` where ``term`` is too long or too deep for rules that walk it by recursion."""
    need(size(term) <= LARGEST_TERM, "a term is too long")
    need(height(term) <= DEEPEST, "a term is nested too deeply")


def shift(term: Term, by: int) -> Term:
    """``term`` as it reads ``by`` binders further in (out, if by < 0)."""

    def leaf(node: Term, depth: int) -> Term | None:
        if not loose(node):  # nothing below it moves
            return node
        return ("bound", node[1] + by) if node[0] == "bound" and node[1] >= depth else None

    return walk(term, leaf) if by and loose(term) else term


def opened(term: Term, *values: Term) -> Term:
    """``term`` with values[k] for its loose index k."""

    def leaf(node: Term, depth: int) -> Term | None:
        if not loose(node):
            return node
        if node[0] != "bound" or node[1] < depth:
            return None
        need(node[1] - depth < len(values), "an index has no binder")
        return shift(values[node[1] - depth], depth)

    return walk(term, leaf)


def replaced(term: Term, values: Mapping[Term, Term]) -> Term:
    """``term`` with values[t] for each subterm t, all at once; values have no loose index."""
    return walk(term, lambda node, depth: values.get(node))


def closed(term: Term, *names: Term) -> Term:
    """``term`` with its loose index k in place of names[k]."""

    def leaf(node: Term, depth: int) -> Term | None:
        return ("bound", depth + names.index(node)) if node in names else None

    return walk(term, leaf)


@lru_cache(maxsize=1 << 16)
def free(term: Term) -> frozenset[Term]:
    """The scalars in ``term``."""
    return frozenset((term,) if term[0] == "scalar" else ()).union(*map(free, parts(term)))


@lru_cache(maxsize=1 << 16)
def loose(term: Term) -> frozenset[int]:
    """The loose bound indices of ``term``, numbered as at its outermost level."""
    below = [loose(part) for part in parts(term)]
    if term[0] in BINDERS:
        below[-1] = frozenset(k - 1 for k in below[-1] if k)
    return frozenset((term[1],) if term[0] == "bound" else ()).union(*below)


@lru_cache(maxsize=1 << 16)
def is_random(term: Term) -> bool:
    """Whether ``term`` depends on the outcome: a random member outside of E, Var and Cov."""
    own = term[0] == "member" and term[2]
    return term[0] not in OPERATORS and (own or any(map(is_random, parts(term))))


def nodes(term: Term) -> Iterator[Term]:
    """All subterms, ``term`` first."""
    waiting = [term]
    while waiting:
        spend(1)
        yield (found := waiting.pop())
        waiting += reversed(parts(found))


def members(term: Term) -> list[Term]:
    """The random members in ``term``, inside E, Var and Cov as well."""
    return [node for node in nodes(term) if node[0] == "member" and node[2]]


def has_operator(term: Term) -> bool:
    """Whether E, Var or Cov occurs."""
    return any(node[0] in OPERATORS for node in nodes(term))


class Names:
    """What the names of one certificate stand for: each name, with its arity, for one thing."""

    def __init__(self, code: Any) -> None:
        need(type(code) is dict, "names is an object: name -> what it stands for")
        self.things: dict[str, Term] = {}
        for key, said in code.items():
            name, _, arity = key.partition("/")
            count = int(arity) if arity.isascii() and arity.isdigit() and len(arity) < 3 else 0
            whole = f"{name}/{count}" if count else name
            need(_NAME.fullmatch(name) and key == whole, f"{key!r}: a name")
            reserved = name in HEADS or name == "every" or key in CONSTANTS
            need(not reserved, f"{key}: reserved")
            need(sorts(said, str) and len(said) in (1, 2), f"{key}: [kind, domain] or [kind]")
            kind, domain = (*said, "real")[:2]
            need(domain in DOMAINS, f"{key}: a domain is one of {', '.join(DOMAINS)}")
            need(kind in ("scalar", "fixed") or domain == "real", f"{key}: it has no domain")
            member = ("member", name, kind == "random", domain)
            things: dict[str, Term] = {"fixed": member, "random": member}
            alone: dict[str, Term] = {"scalar": ("scalar", name, domain), **things}
            found = {"function": ("apply", name), **things} if count else alone
            need(kind in found, f"{key}: it is one of {', '.join(found)}")
            self.things[key] = found[kind]

    def __call__(self, name: str, arity: int) -> Term:
        """The beginning of the term that ``name`` with so many parts stands for."""
        key = f"{name}/{arity}" if arity else name
        need(key in self.things and "/" not in name, f"the name {key!r} is not declared")
        return self.things[key]

    def require(self, term: Term) -> Term:
        """``term``, if each name in it stands for what it is declared for."""
        for node in (n for n in nodes(term) if n[0] in ("scalar", "member", "apply")):
            inner = parts(node)
            same = self(node[1], len(inner)) == node[: len(node) - len(inner)]
            need(same, f"the name {node[1]} stands for something else here")
        return term


def read(code: Any, names: Names, table: Sequence[Term] = (), deep: int = 0) -> Term:
    """A term from JSON: a name, a number as text, the place of a row of ``table``, or a list.

    A list is a head or a name with its parts, or ["#", k] for a bound index.
    """
    spend(1)
    need(deep < DEEPEST, "a term is nested too deeply")
    if type(code) is int:
        need(0 <= code < len(table), f"row {code} of the table does not come before")
        return table[code]
    if type(code) is str:
        if _NUMBER.fullmatch(code):
            need(len(code) < LARGEST_BITS // 3, "a number is too long")
            p, _, q = code.partition("/")
            need(int(q or 1) > 0, f"{code}: its denominator")
            return number(int(p), int(q or 1))
        leaf = EVERY if code == "every" else ("constant", code) if code in CONSTANTS else None
        return leaf or names(code, 0)
    need(type(code) is list and code and type(code[0]) is str, "a term is text, a place or a list")
    head, *rest = code
    if head == "#":
        need(len(rest) == 1 and type(rest[0]) is int and 0 <= rest[0] < DEEPEST, "a bound index")
        return ("bound", rest[0])
    inner = tuple(read(part, names, table, deep + 1) for part in rest)
    need(inner and HEADS.get(head) in (None, len(inner)), f"{head} with {len(inner)} parts")
    term: Term = (head, *inner) if head in HEADS else (*names(head, len(inner)), *inner)
    require_fits(term)
    return term


def show(term: Term) -> str:
    """``term`` as a line of text; a loose bound index is #0, #1, ..."""
    return _shown(term, (), {n[1] for n in nodes(term) if n[0] in ("scalar", "member")})


def _shown(term: Term, indices: tuple[str, ...], taken: set[str]) -> str:
    """``indices`` names the bound indices, nearest first; all other names are ``taken``."""
    head = term[0]
    if head == "number":
        return str(term[1]) if term[2] == 1 else f"{term[1]}/{term[2]}"
    if head == "every":
        return "every"
    if head == "bound":
        return indices[term[1]] if term[1] < len(indices) else f"#{term[1] - len(indices)}"
    if head in BINDERS:
        names = chain("jkmpqrstuw", map("j{}".format, count()))
        name = next(n for n in names if n not in taken and n not in indices)
        skip = f", {name} != {_shown(term[2], indices, taken)}" if head == "sum-except" else ""
        ends = f"{name} = 1..{_shown(term[1], indices, taken)}{skip}"
        return f"{head.partition('-')[0]}({_shown(term[-1], (name, *indices), taken)}, {ends})"
    texts = [_shown(part, indices, taken) for part in parts(term)]
    spend(1 + sum(map(len, texts)) // 32)
    if head == "^":  # (-2)^2, x^(1/2)
        texts = [t if t.isalnum() or p[0] != "number" else f"({t})"
                 for t, p in zip(texts, term[1:], strict=True)]  # fmt: skip
    inner = ", ".join(texts)
    if head == "member":
        return f"{term[1]}[{inner}]" if inner else str(term[1])
    if head == "apply":
        return f"{term[1]}({inner})"
    if head in ("+", "*", "^"):
        return "(" + f" {head} ".join(texts) + ")"
    return f"{head}({inner})" if inner else str(term[-1] if head == "constant" else (*term, "")[1])
