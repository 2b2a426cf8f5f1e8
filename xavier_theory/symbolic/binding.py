"""Bound indices: closing and opening binders, and substitution that cannot capture.

Every term that leaves this module is *closed*: each ``Bound`` in it belongs to a binder of its own.
That is why substitution needs no renaming: what is put in has no loose bound index, and what it
goes into has no names to clash.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from sympy import Expr, Integer, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.symbolic.errors import IllFormedTermError
from xavier_theory.symbolic.terms import (
    INDEX_NAMES,
    Binder,
    Bound,
    Entry,
    Family,
    ProductOver,
    SumExcept,
    SumOver,
    scalar,
)


def _rebuild(term: Basic, depth: int, leaf: Any) -> Basic:
    """``term`` with ``leaf(node, depth)`` in place of each node for which it is not None."""
    replaced = leaf(term, depth)
    if replaced is not None:
        return replaced
    if not term.args:
        return term
    if isinstance(term, Binder):
        outer = [_rebuild(arg, depth, leaf) for arg in term.args[:-1]]
        return term.func(*outer, _rebuild(term.body, depth + 1, leaf))
    return term.func(*(_rebuild(arg, depth, leaf) for arg in term.args))


def abstract(term: Basic, *symbols: Symbol) -> Basic:
    """``term`` closed over ``symbols``: ``Bound(k)`` stands for the k-th of them.

    Under binders of its own, ``Bound`` counts these too: d binders further in, ``Bound(d + k)``.
    """
    place = {symbol: position for position, symbol in enumerate(symbols)}

    def leaf(node: Basic, depth: int) -> Basic | None:
        return Bound(depth + place[node]) if node in place else None

    return _rebuild(term, 0, leaf)


def instantiate(body: Basic, *values: Expr) -> Basic:
    """``body`` with the k-th of the closed ``values`` in place of its loose ``Bound(k)``."""

    def leaf(node: Basic, depth: int) -> Basic | None:
        if not isinstance(node, Bound) or node.depth < depth:
            return None
        if node.depth - depth >= len(values):
            raise IndexError(f"no value for the loose bound index {node}")
        return values[node.depth - depth]

    return _rebuild(body, 0, leaf)


def substitute(term: Basic, values: Mapping[Basic, Basic]) -> Basic:
    """``term`` with closed terms in place of closed subterms, as ``values`` says, all at once."""

    def leaf(node: Basic, depth: int) -> Basic | None:
        return values.get(node)

    return _rebuild(term, 0, leaf)


def substitute_all(
    term: Basic,
    scalars: Mapping[Symbol, Basic],
    bodies: Mapping[Family, Basic],
    functions: Mapping[Any, Basic],
) -> Basic:
    """``term`` with closed terms for scalars, ``bodies[F]`` for ``F[i1, …]``, all at once.

    ``functions[f]`` is for ``f(x1, …)``. In it, and in ``bodies[F]``, ``Bound(k)`` stands for the
    k-th argument or index.
    """

    def leaf(node: Basic, depth: int) -> Basic | None:
        if isinstance(node, Symbol):
            return scalars.get(node)
        if isinstance(node, AppliedUndef) and node.func in functions:
            return _lifted(functions[node.func], [_rebuild(a, depth, leaf) for a in node.args])
        if not isinstance(node, Entry) or node.family not in bodies:
            return None
        indices = [_rebuild(index, depth, leaf) for index in node.indices]
        return _lifted(bodies[node.family], indices)

    return _rebuild(term, 0, leaf)


def _lifted(body: Basic, indices: list[Basic]) -> Basic:
    """``body`` applied to ``indices``, which may hold bound indices of binders around the whole."""

    def leaf(node: Basic, depth: int) -> Basic | None:
        if isinstance(node, Bound) and node.depth >= depth:
            return shift(indices[node.depth - depth], depth)
        return None

    return _rebuild(body, 0, leaf)


def shift(term: Basic, by: int) -> Basic:
    """``term`` as it reads ``by`` binders further in: its loose bound indices raised by ``by``."""

    def leaf(node: Basic, depth: int) -> Basic | None:
        return Bound(node.depth + by) if isinstance(node, Bound) and node.depth >= depth else None

    return _rebuild(term, 0, leaf) if by else term


def fresh_index(*terms: Basic) -> Symbol:
    """The first of j, k, m, … that is the name of no free symbol in ``terms``."""
    taken = {symbol.name for term in terms for symbol in term.free_symbols}
    for name in chain(INDEX_NAMES, (f"j{number}" for number in range(1, 1000))):
        if name not in taken:
            return scalar(name, "width")
    raise IllFormedTermError("more than a thousand names of indices")


def _whole(body: Any) -> Basic:
    return Integer(body) if isinstance(body, int) else body


def sum_over(index: Symbol, upper: Any, body: Any) -> SumOver:
    """The sum of ``body`` over ``index`` = 1..``upper``."""
    return SumOver(upper, abstract(_whole(body), index))


def sum_except(index: Symbol, upper: Any, excluded: Any, body: Any) -> SumExcept:
    """The sum of ``body`` over ``index`` = 1..``upper`` without the value ``excluded``."""
    return SumExcept(upper, excluded, abstract(_whole(body), index))


def product_over(index: Symbol, upper: Any, body: Any) -> ProductOver:
    """The product of ``body`` over ``index`` = 1..``upper``."""
    return ProductOver(upper, abstract(_whole(body), index))
