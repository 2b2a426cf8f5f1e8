"""Rules about finite sums and products."""

from __future__ import annotations

from typing import Any

from sympy import Integer, Symbol

from xavier_theory.symbolic import finite_sums
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.encoding import encode, same, well_formed
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.lines import Notebook
from xavier_theory.symbolic.tactics.engine import Inferred, positives, refuse, rule


def _by_form(book: Notebook, term: Any, result: Any) -> Inferred:
    """Two terms that the normal form makes equal: sums are linear in it."""
    line = book.algebra("=", term, result, positive=positives(book, term))
    return Inferred("=", term, result, line)


@rule
def product_of_sums(book: Notebook, term: Any) -> Inferred:
    """⟹ (Σ_j f_j)(Σ_k g_k) = Σ_j Σ_k f_j g_k, also for the square of a sum."""
    return _by_form(book, term, finite_sums.multiplied_out(well_formed(term)))


@rule
def split_diagonal(book: Notebook, term: Any) -> Inferred:
    """⟹ Σ_j Σ_k f(j, k) = Σ_j f(j, j) + Σ_j Σ_{k ≠ j} f(j, k), both sums over the same range."""
    result = finite_sums.diagonal_and_rest(well_formed(term))
    line = book.write("diagonal", encode(term), stated=("=", term, result))
    return Inferred("=", term, result, line)


@rule
def sum_is_linear(book: Notebook, term: Any) -> Inferred:
    """⟹ Σ_j (c f_j + g_j) = c Σ_j f_j + Σ_j g_j, and Σ_j c = n c over a whole range 1..n."""
    result = finite_sums.linear_sum(well_formed(term))
    if same(result, term):
        raise refuse("sum_is_linear", f"there is nothing to take out of {term}")
    return _by_form(book, term, result)


@rule
def sum_is_monotone(book: Notebook, premise: Step, index: Symbol, upper: Any) -> Inferred:
    """f_i <= g_i for every i ⟹ Σ_{i=1..n} f_i <= Σ_{i=1..n} g_i, n being `upper`.

    Refuses if another assumption of the premise speaks of the index.
    """
    if premise.relation != "<=":
        raise refuse("sum_is_monotone", "its premise is an inequality")
    left, right = (sum_over(index, upper, side) for side in (premise.left, premise.right))
    line = book.write("bind", premise.line, encode(index), "sum", [encode(well_formed(upper))])
    sides = book.algebra("<=", left, right, [line], [Integer(1)], positives(book, left, right))
    return Inferred("<=", left, right, sides)


@rule
def peel(book: Notebook, term: Any) -> Inferred:
    """⟹ Π_{1..n+1} f = (Π_{1..n} f) f(n+1), and the empty product is 1; likewise for sums."""
    result = finite_sums.peeled(well_formed(term))
    return Inferred("=", term, result, book.write("peel", encode(term), stated=("=", term, result)))
