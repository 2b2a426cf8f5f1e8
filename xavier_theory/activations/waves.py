"""E[φ(Z)^k · p(Z)] for sums of zⁿ·sin and zⁿ·cos, by their exponentials, however fast they are.

φ(z) = Σ c·zⁿ·e^(i(ωz + θ)) with whole n and rational ω, θ; products of sines become sums by adding
exponents.
For Z ~ N(m, q), completing the square,

    E[Zⁿ·e^(iωZ)] = e^(iωm − ω²q/2)·E[(m + iωq + √q·X)ⁿ],  X ~ N(0, 1),

evaluated in balls. Quadrature would need thousands of nodes where ω√q is large.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from flint import acb, acb_poly, arb, fmpq

from xavier_theory.activations.expressions.nodes import (
    Apply,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Variable,
    postorder,
)
from xavier_theory.activations.expressions.polynomials import coefficients

Key = tuple[int, Fraction, Fraction]  # n, ω, θ
Waves = dict[Key, tuple[Fraction, Fraction]]  # to the real and the imaginary part of c
_MOST_TERMS = 400
_MOST_DEGREE = 64
_FAST = 16  # ω√q beyond which quadrature is slow
_NOTHING = -10_000  # e^x below it is enclosed around 0
_ONE: Waves = {(0, Fraction(0), Fraction(0)): (Fraction(1), Fraction(0))}


def fast_waves(root: Node, variance: Fraction, power: int) -> Waves | None:
    """φ^power as waves, where it is a sum of them and oscillates fast; None otherwise."""
    waves = _waves(root)
    if waves is None:
        return None
    fastest = max((abs(frequency) for _, frequency, _ in waves), default=Fraction(0))
    return _raised(waves, power) if fastest**2 * variance > _FAST**2 else None


def waves_expectation(
    waves: Waves, mean: arb, variance: arb, weight: Callable[[acb_poly], acb_poly] | None
) -> arb:
    """The expectation of waves times a polynomial, under N(mean, variance)."""
    polynomial = acb_poly([1]) if weight is None else acb_poly(weight(acb_poly([0, 1])))
    total = acb(0)
    for (degree, frequency, phase), (real, imaginary) in waves.items():
        omega = _ball(frequency)
        centre = acb(mean, omega * variance)
        damping, turn = -(omega**2) * variance / 2, omega * mean + _ball(phase)
        if damping < _NOTHING:  # |e^(x + iy)| = e^x, whose exact binary places nobody wants
            size = arb(0, 1) * arb(_NOTHING).exp()
            factor = acb(size, size)
        else:
            factor = acb(damping, turn).exp()
        inner = acb(0)
        for k, coefficient in enumerate(polynomial.coeffs()):
            inner += coefficient * _central(centre, variance, degree + k)
        total += acb(_ball(real), _ball(imaginary)) * factor * inner
    return total.real


def _central(centre: acb, variance: arb, power: int) -> acb:
    """E[(centre + √variance·X)^power], from E[X^2j] = (2j − 1)!!."""
    total, double = acb(0), 1
    for j in range(power // 2 + 1):
        double *= max(2 * j - 1, 1)
        total += math.comb(power, 2 * j) * double * variance**j * centre ** (power - 2 * j)
    return total


@lru_cache(maxsize=512)
def _waves(root: Node) -> Waves | None:
    known: dict[Node, Waves] = {}
    for node in postorder(root):
        value = _rule(node, known)
        if value is None or len(value) > _MOST_TERMS:
            return None
        known[node] = value
    return known[root]


def _rule(node: Node, known: dict[Node, Waves]) -> Waves | None:
    match node:
        case Number():
            return {(0, Fraction(0), Fraction(0)): (node.value, Fraction(0))}
        case Variable():
            return {(1, Fraction(0), Fraction(0)): (Fraction(1), Fraction(0))}
        case Sum():
            total: Waves = {}
            for term in node.terms:
                for key, value in known[term].items():
                    _gather(total, key, value)
            return total
        case Product():
            product: Waves | None = _ONE
            for factor in node.factors:
                product = None if product is None else _times(product, known[factor])
            return product
        case Power() if node.exponent.denominator == 1 and 0 < node.exponent <= _MOST_DEGREE:
            return _raised(known[node.base], int(node.exponent))
        case Apply() if node.function in ("sin", "cos"):
            return _wave(node)
    return None


def _wave(node: Apply) -> Waves | None:
    """(e^iu ± e^−iu)/2, over i for the sine."""
    line = coefficients(node.argument)
    if line is None or len(line) > 2:
        return None
    phase, frequency = (*line, Fraction(0), Fraction(0))[:2]
    half = Fraction(1, 2)
    sides = ((half, Fraction(0)), (half, Fraction(0)))
    if node.function == "sin":
        sides = ((Fraction(0), -half), (Fraction(0), half))
    found: Waves = {}
    _gather(found, (0, frequency, phase), sides[0])
    _gather(found, (0, -frequency, -phase), sides[1])
    return found


def _raised(waves: Waves, power: int) -> Waves | None:
    result: Waves | None = _ONE
    for _ in range(power):
        result = None if result is None else _times(result, waves)
    return result


def _times(left: Waves, right: Waves) -> Waves | None:
    if len(left) * len(right) > _MOST_TERMS**2:
        return None
    found: Waves = {}
    for (n, omega, theta), (a, b) in left.items():
        for (m, other, shift), (c, d) in right.items():
            key = (n + m, omega + other, theta + shift)
            _gather(found, key, (a * c - b * d, a * d + b * c))
    small = len(found) <= _MOST_TERMS and all(n <= _MOST_DEGREE for n, _, _ in found)
    return found if small else None


def _gather(waves: Waves, key: Key, value: tuple[Fraction, Fraction]) -> None:
    before = waves.get(key, (Fraction(0), Fraction(0)))
    waves[key] = (before[0] + value[0], before[1] + value[1])


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))
