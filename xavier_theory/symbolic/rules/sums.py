"""Rules about finite sums and products."""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic import finite_sums
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.language import same, well_formed
from xavier_theory.symbolic.rules.engine import Inferred, refuse, rule


@rule
def product_of_sums(context: Context, term: Any) -> Inferred:
    """⟹ (Σ_j f_j)(Σ_k g_k) = Σ_j Σ_k f_j g_k, also for the square of a sum."""
    return Inferred("=", term, finite_sums.multiplied_out(well_formed(term)))


@rule
def split_diagonal(context: Context, term: Any) -> Inferred:
    """⟹ Σ_j Σ_k f(j, k) = Σ_j f(j, j) + Σ_j Σ_{k ≠ j} f(j, k), both sums over the same range."""
    return Inferred("=", term, finite_sums.diagonal_and_rest(well_formed(term)))


@rule
def sum_is_linear(context: Context, term: Any) -> Inferred:
    """⟹ Σ_j (c f_j + g_j) = c Σ_j f_j + Σ_j g_j, and Σ_j c = n c over a whole range 1..n."""
    result = finite_sums.linear_sum(well_formed(term))
    if same(result, term):
        raise refuse("sum_is_linear", f"there is nothing to take out of {term}")
    return Inferred("=", term, result)


@rule
def peel(context: Context, term: Any) -> Inferred:
    """⟹ Π_{1..n+1} f = (Π_{1..n} f) f(n+1), and the empty product is 1; likewise for sums."""
    return Inferred("=", term, finite_sums.peeled(well_formed(term)))
