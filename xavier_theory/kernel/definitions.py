"""Definitions: what a family is, by means of others, such that no model contradicts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

# fmt: off
from xavier_theory.kernel.algebra import add, equal, normal
from xavier_theory.kernel.assumptions import fresh
from xavier_theory.kernel.signs import require_within, sign, well_formed, within
from xavier_theory.kernel.terms import (DOMAINS, EVERY, ONE, Term, free, is_random, need, nodes,
    opened, parts)
# fmt: on


class Definition(NamedTuple):
    """head = body for all values of its variables, the loose indices: what a family is."""

    domains: tuple[str, ...]
    head: Term
    body: Term

    def at(self, values: Sequence[Term]) -> tuple[Term, Term]:
        """Head and body for values of its variables."""
        require_within(values, self.domains)
        return opened(self.head, *values), opened(self.body, *values)


def parameters_of(definitions: Sequence[Definition]) -> frozenset[Term]:
    """The scalars that definitions speak of: one number each, never "any"."""
    return frozenset().union(*(free(side) for d in definitions for side in d[1:]))


def require_definitions(found: Mapping[str, Definition]) -> None:
    """F[v, ...] or F[v + 1, ...] := body, by what is defined earlier, or one layer below.

    The layer is the first index. So they are met one after the other: every model extends to them.
    """
    defined = [d.head[1] for d in found.values()]
    need(len(set(defined)) == len(defined), "a family is defined twice")
    opened_ = {name: d.at(fresh(d.domains)) for name, d in found.items()}
    below = {name: [n for n in nodes(body) if _is_below(n, head)] for name, (head, body) in
             opened_.items()}  # fmt: skip
    layered = any(below.values()) or any(d.head[4:5] == (("+", ("bound", 0), ONE),) or
        d.head[4:5] == (("+", ONE, ("bound", 0)),) for d in found.values())  # fmt: skip
    for place, (name, d) in enumerate(found.items()):
        head, body = opened_[name]
        variables = [("bound", k) for k in range(len(d.domains))]
        up = [[v, *((("+", v, ONE), ("+", ONE, v)) if k == 0 else ())] for k, v in
              enumerate(variables)]  # fmt: skip
        indices = parts(d.head)
        need(d.head[0] == "member" and len(indices) == len(up), f"{name}: a family, its variables")
        heads = all(index in options for index, options in zip(indices, up, strict=True))
        need(heads, f"{name}: its head is F[v, ...] or F[v + 1, ...]")
        need(d.head[2] or not is_random(body), f"{name}: a constant is not random")
        natural = d.head[3] not in ("natural", "width") or within(body, d.head[3])
        plain = natural and sign(well_formed(body)) >= DOMAINS[d.head[3]]
        need(plain and EVERY not in nodes(body), f"{name}: it is not plainly {d.head[3]}")
        need(not below[name] or d.domains[0] in ("natural", "width"), f"{name}: no first layer")
        for node in (n for n in nodes(body) if n[0] == "member" and n[1] in defined):
            level = len(node) > 4 and len(head) > 4 and equal(node[4], head[4])
            fine = node[1] in defined[:place] and (not layered or level)
            need(fine or node in below[name], f"{name}: it runs in a circle")


def _is_below(node: Term, head: Term) -> bool:
    layers = node[0] == "member" and len(node) > 4 and len(head) > 4
    return layers and add(normal(node[4]), normal(ONE)) == normal(head[4])
