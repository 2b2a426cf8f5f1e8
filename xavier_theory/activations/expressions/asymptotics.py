"""The leading behaviour of an expression on a tail, exactly: φ(z) ~ c·t^k·e^(p(t)), t = |z| → ∞.

It proves that a moment is infinite, which an upper bound never can. Only what is certain gets an
answer: bounded oscillation, cancelling leading terms and unsettled conditions do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from xavier_theory.activations.expressions.elementary import constant_ball
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Constant,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Variable,
    postorder,
)
from xavier_theory.activations.expressions.polynomials import coefficients
from xavier_theory.activations.expressions.tapes import number_ball

_LIMITS: dict[str, tuple[int | None, int | None]] = {
    "tanh": (-1, 1), "erf": (-1, 1), "sigmoid": (None, 1), "Phi": (None, 1), "erfc": (2, None),
    "sign": (-1, 1),
}  # fmt: skip
Exponents = tuple[Fraction, ...]  # the coefficients of t, t², … in the exponent, without zeros last


@dataclass(frozen=True)
class Leading:
    """``coefficient · t^power · exp(Σ exponents[i]·t^(i+1))``; the coefficient excludes 0."""

    coefficient: arb
    power: Fraction
    exponents: Exponents

    @property
    def key(self) -> tuple[tuple[Fraction, ...], Fraction]:
        """Greater grows faster (compare keys of equal length, as ``_ordered`` makes them)."""
        return self.exponents, self.power

    def exponent(self, degree: int) -> Fraction:
        """The coefficient of t^degree in the exponent."""
        return self.exponents[degree - 1] if degree <= len(self.exponents) else Fraction(0)


def leading(root: Node, side: int) -> Leading | None:
    """The leading behaviour on a side, or None."""
    with ctx.workprec(128):
        known: dict[Node, Leading | None] = {}
        for node in postorder(root):
            known[node] = _rule(node, known, side)
        return known[root]


def grows(found: Leading) -> int:
    """1 if |φ| → ∞, −1 if φ → 0, 0 if φ tends to another number."""
    for coefficient in reversed(found.exponents):
        if coefficient != 0:
            return 1 if coefficient > 0 else -1
    return (found.power > 0) - (found.power < 0)


def _rule(node: Node, known: dict[Node, Leading | None], side: int) -> Leading | None:
    match node:
        case Number():
            return _plain(number_ball(node.value)) if node.value else None
        case Constant():
            return _plain(constant_ball(node.name))
        case Variable():
            return Leading(arb(side), Fraction(1), ())
    parts = [known[child] for child in node.children]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    match node:
        case Sum():
            return _sum(found)
        case Product():
            result = found[0]
            for part in found[1:]:
                result = _product(result, part)
            return result
        case Power():
            return _power(found[0], node.exponent)
        case Apply():
            return _apply(node, found[0], side)
    return None


def _plain(coefficient: arb) -> Leading:
    return Leading(coefficient, Fraction(0), ())


def _trimmed(exponents: list[Fraction]) -> Exponents:
    while exponents and exponents[-1] == 0:
        exponents.pop()
    return tuple(exponents)


def _order(part: Leading, length: int) -> tuple[Fraction, ...]:
    padded = (*part.exponents, *[Fraction(0)] * (length - len(part.exponents)))
    return (*reversed(padded), part.power)


def _sum(parts: list[Leading]) -> Leading | None:
    length = max(len(part.exponents) for part in parts)
    greatest = max(_order(part, length) for part in parts)
    chosen = [part for part in parts if _order(part, length) == greatest]
    total = arb(0)
    for part in chosen:
        total += part.coefficient
    return None if total.contains(0) else Leading(total, chosen[0].power, chosen[0].exponents)


def _product(left: Leading, right: Leading) -> Leading:
    length = max(len(left.exponents), len(right.exponents))
    exponents = [left.exponent(d) + right.exponent(d) for d in range(1, length + 1)]
    return Leading(
        left.coefficient * right.coefficient, left.power + right.power, _trimmed(exponents)
    )


def _power(base: Leading, exponent: Fraction) -> Leading | None:
    if exponent.denominator != 1 and not base.coefficient > 0:
        return None
    value = base.coefficient ** number_ball(exponent) if exponent.denominator != 1 else (
        base.coefficient ** int(exponent)
    )  # fmt: skip
    if not value.is_finite() or value.contains(0):
        return None
    return Leading(value, base.power * exponent, _trimmed([e * exponent for e in base.exponents]))


def _apply(node: Apply, argument: Leading, side: int) -> Leading | None:
    """Only where the argument runs to ±∞, or is a polynomial under an exponential."""
    if node.function in ("exp", "expm1", "sinh", "cosh"):
        exact = coefficients(node.argument)
        if exact is None:
            return None
        return _exponential(node.function, [c * side**k for k, c in enumerate(exact)])
    if grows(argument) <= 0:
        return None
    up = bool(argument.coefficient > 0)
    if node.function in _LIMITS:
        limit = _LIMITS[node.function][up]
        return None if limit is None else _plain(arb(limit))
    if node.function == "arctan":
        return _plain(arb.pi() / 2 if up else -arb.pi() / 2)
    if node.function == "softplus":
        return argument if up else None
    if node.function == "abs":
        return argument if up else Leading(-argument.coefficient, *_shape(argument))
    return None


def _shape(part: Leading) -> tuple[Fraction, Exponents]:
    return part.power, part.exponents


def _exponential(function: str, polynomial: list[Fraction]) -> Leading | None:
    exponents = _trimmed(polynomial[1:])
    constant = polynomial[0] if polynomial else Fraction(0)
    found = Leading(number_ball(constant).exp(), Fraction(0), exponents)
    if function == "exp":
        return found
    rising = bool(exponents) and exponents[-1] > 0
    if function == "expm1":
        return found if rising else (_plain(arb(-1)) if exponents else None)
    if not exponents:
        return None
    if rising:
        return Leading(found.coefficient / 2, *_shape(found))
    mirrored = Leading(1 / found.coefficient / 2, Fraction(0), tuple(-e for e in exponents))
    return mirrored if function == "cosh" else Leading(-mirrored.coefficient, *_shape(mirrored))
