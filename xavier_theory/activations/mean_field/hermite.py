"""The dual kernel by Hermite's polynomials, with a proven bound on what is left out.

Notation: h_n = He_n/√n!, orthonormal under N(0, 1); a_n = E[φ(√q·Z)·h_n(Z)]. By Mehler's formula
κ(c) = E[φ(√q·Z₁)·φ(√q·Z₂)] = Σ a_n²·cⁿ for E[Z₁Z₂] = c, and Σ a_n² = E[φ(√q·Z)²] (Parseval). So
the terms beyond N lie between 0 and |c|^(N+1)·R, R = E[φ²] − Σ_{n ≤ N} a_n², up to their sign.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import acb, arb, ctx

from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.expressions.nodes import Node
from xavier_theory.activations.gaussian_integrals import Weighting, expectation, number
from xavier_theory.activations.mean_field.length import second_moment
from xavier_theory.activations.moments import gaussian
from xavier_theory.errors import InvalidInputError

_BITS = 200


@dataclass(frozen=True)
class KernelSeries:
    """κ(c) = Σ squares[n]·cⁿ + a rest; ``total`` is κ(1) = E[φ(√q·Z)²]."""

    squares: tuple[Enclosure, ...]
    total: Enclosure

    @property
    def rest(self) -> Enclosure:
        """What the terms beyond the last one add at c = 1."""
        with ctx.workprec(_BITS):
            left = self.total.to_arb()
            for square in self.squares:
                left -= square.to_arb()
            found = Enclosure.from_arb(left)
        return Enclosure(Fraction(0), max(found.upper, Fraction(0)))

    def at(self, c: Fraction) -> Enclosure:
        """κ(c) for −1 ≤ c ≤ 1."""
        if abs(c) > 1:
            raise InvalidInputError(f"a correlation lies between -1 and 1, got {c}")
        if c == 1:
            return self.total
        with ctx.workprec(_BITS):
            value = arb(0)
            for square in reversed(self.squares):
                value = value * number(c) + square.to_arb()
            tail = number(abs(c)) ** len(self.squares) * number(self.rest.upper)
            return Enclosure.from_arb(value + (tail.union(arb(0)) if c >= 0 else arb(0, 1) * tail))


@lru_cache(maxsize=64)
def kernel_series(root: Node, q: Fraction, terms: int, digits: int) -> KernelSeries:
    """The first ``terms`` terms, each with ``digits`` digits.

    Raises ``NotCertifiedError`` where a coefficient cannot be enclosed, and
    ``InfiniteMomentError`` where E[φ(√q·Z)²] is infinite.
    """
    total = second_moment(root, q, digits)
    return KernelSeries(tuple(_square(root, q, n, digits) for n in range(terms)), total)


@lru_cache(maxsize=4096)
def _square(root: Node, q: Fraction, n: int, digits: int) -> Enclosure:
    found = expectation(root, gaussian(q), digits, weight=hermite_weight(n, q), quick=True)
    with ctx.workprec(4 * digits + 64):
        square = Enclosure.from_arb(found.to_arb() * found.to_arb())
    return Enclosure(max(square.lower, Fraction(0)), square.upper)


def hermite_weight(n: int, q: Fraction) -> Weighting:
    """z ↦ h_n(z/√q) with a bound on its size."""

    def weight(z: acb) -> acb:
        x = z * number(q).rsqrt()
        previous, current = acb(0), acb(1)
        for k in range(n):  # He_{k+1} = x·He_k − k·He_{k−1}
            previous, current = current, x * current - previous * k
        return current * arb(math.factorial(n)).rsqrt()

    # |h_n(x)| ≤ Σ|coefficients|·max(1, |x|)ⁿ, and the coefficients add up to |He_n(i)|.
    last, size = 0, 1
    for k in range(n):
        last, size = size, size + k * last
    scale = max(Fraction(1), 1 / q) ** ((n + 1) // 2)
    return Weighting(weight, n, scale * Fraction(size, max(math.isqrt(math.factorial(n)), 1)))
