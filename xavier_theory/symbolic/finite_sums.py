"""The algebra of finite sums and products over units: what the rules about them compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod

import sympy
from sympy import Expr, Integer, Symbol
from sympy.core.basic import Basic

from xavier_theory.symbolic.binding import abstract, fresh_index, instantiate, sum_except, sum_over
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.signs import is_natural
from xavier_theory.symbolic.terms import Binder, ProductOver, SumExcept, SumOver, is_random

MOST_ADDENDS, MOST_FACTORS = 10_000, 12


def addends(term: Basic) -> list[Expr]:
    """``term`` multiplied out at its outermost level, as a list of what is added up."""
    if isinstance(term, sympy.Add):
        return [addend for part in term.args for addend in addends(part)]
    if _is_expandable_power(term):
        return _multiplied([addends(term.base)] * int(term.exp))
    if isinstance(term, sympy.Mul):
        return _multiplied([addends(factor) for factor in term.args])
    return [term]


def _is_expandable_power(term: Basic) -> bool:
    """Whether ``term`` is a small whole power of a sum or product."""
    return (
        isinstance(term, sympy.Pow)
        and isinstance(term.exp, Integer)
        and 1 < term.exp < 10
        and isinstance(term.base, sympy.Add | sympy.Mul)
    )


def _multiplied(choices: Sequence[Sequence[Expr]]) -> list[Expr]:
    if prod(map(len, choices)) > MOST_ADDENDS:
        raise RuleRefusedError("sums", f"more than {MOST_ADDENDS} products to write out")
    return [sympy.Mul(*choice) for choice in product(*choices)]


def _separated(addend: Expr, is_outside: object) -> tuple[Expr, Expr]:
    """An addend as (factors that can be taken out, the others)."""
    factors = sympy.Mul.make_args(addend)
    outside = [factor for factor in factors if is_outside(factor)]  # type: ignore[operator]
    inside = [factor for factor in factors if not is_outside(factor)]  # type: ignore[operator]
    return sympy.Mul(*outside), sympy.Mul(*inside)


def linear_expectation(body: Basic, mean: Callable[[Expr], Expr]) -> Expr:
    """E[``body``] by linearity: constants and sums outside, ``mean`` of each piece."""
    total = Integer(0)
    for addend in addends(body):
        constant, rest = _separated(addend, lambda factor: not is_random(factor))
        if rest == 1:
            total += constant
        elif isinstance(rest, SumOver | SumExcept) and not is_random_range(rest):
            index, inside = rest.opened()
            total += constant * rest.func(
                *rest.args[:-1], abstract(linear_expectation(inside, mean), index)
            )
        else:
            total += constant * mean(rest)
    return total


def is_random_range(term: Binder) -> bool:
    """Whether the range of a binder depends on the outcome."""
    return any(is_random(arg) for arg in term.args[:-1])


def splits(factors: Sequence[Expr]) -> Iterator[tuple[Expr, Expr]]:
    """The ways to put the factors into two nonempty products."""
    if len(factors) > MOST_FACTORS:
        raise RuleRefusedError("independence", f"a product of more than {MOST_FACTORS} factors")
    for sides in product((True, False), repeat=len(factors)):
        left = [factor for factor, side in zip(factors, sides, strict=True) if side]
        right = [factor for factor, side in zip(factors, sides, strict=True) if not side]
        if left and right:
            yield sympy.Mul(*left), sympy.Mul(*right)


def multiplied_out(term: Basic) -> Expr:
    """(Σ_j f_j)(Σ_k g_k) or (Σ_j f_j)² as a double sum."""
    factors = [term.base] * 2 if isinstance(term, sympy.Pow) and term.exp == 2 else list(term.args)
    if len(factors) != 2 or not all(isinstance(factor, SumOver) for factor in factors):
        raise RuleRefusedError(
            "product_of_sums", f"{term} is no product of two sums and no square of one"
        )
    first = fresh_index(term)
    second = fresh_index(term, first)
    left, right = (instantiate(f.body, i) for f, i in zip(factors, (first, second), strict=True))
    return sum_over(first, factors[0].upper, sum_over(second, factors[1].upper, left * right))


def diagonal_and_rest(term: Basic) -> Expr:
    """Σ_j Σ_k f(j, k) as its diagonal and the rest."""
    if isinstance(term, SumOver):
        first, inner = term.opened()
        if isinstance(inner, SumOver) and inner.upper == term.upper:
            second = fresh_index(inner, first)
            body = instantiate(inner.body, second)
            rest = sum_except(second, inner.upper, first, body)
            diagonal = instantiate(inner.body, first)
            return sum_over(first, term.upper, diagonal) + sum_over(first, term.upper, rest)
    raise RuleRefusedError("split_diagonal", f"{term} is no double sum over one range")


def linear_sum(term: Basic) -> Expr:
    """A sum with constant factors taken out and constants counted, inner sums first."""
    if not isinstance(term, SumOver | SumExcept):
        raise RuleRefusedError("sum_is_linear", f"{term} is no sum")
    index, body = term.opened()
    total = Integer(0)
    for addend in addends(_inner_sums_first(body)):
        outside, inside = _separated(addend, lambda factor: index not in factor.free_symbols)
        total += outside * _counted(term, index, inside)
    return total


def _inner_sums_first(body: Basic) -> Basic:
    if isinstance(body, SumOver | SumExcept):
        return linear_sum(body)
    if isinstance(body, sympy.Add | sympy.Mul):
        return body.func(*(_inner_sums_first(part) for part in body.args))
    return body


def _counted(term: SumOver | SumExcept, index: Symbol, inside: Expr) -> Expr:
    if inside == 0:
        return Integer(0)
    if inside == 1 and term.excluded is None:
        return term.upper
    return term.func(*term.args[:-1], abstract(inside, index))


def peeled(term: Basic) -> Expr:
    """A sum or product up to n + 1 as the one up to n and its last term; up to 0 as 0 or 1."""
    if not isinstance(term, SumOver | ProductOver):
        raise RuleRefusedError("peel", f"{term} is no sum or product over 1..n")
    product_like = isinstance(term, ProductOver)
    if term.upper == 0:
        return Integer(1 if product_like else 0)
    before = term.upper - 1
    if not is_natural(before):
        raise RuleRefusedError(
            "peel", f"{term.upper} is not plainly one more than a natural number"
        )
    last = instantiate(term.body, term.upper)
    rest = term.func(before, term.body)
    return rest * last if product_like else rest + last
