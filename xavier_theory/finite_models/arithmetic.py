"""Numbers of finite models: exact rationals, and balls where a term leaves the rationals.

A number is a flint ``fmpq``, or an ``arb`` ball that encloses the true value. Comparisons answer
True, False or None (not decided). Run ball arithmetic within ``precision()``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from operator import mul
from typing import Any

import flint
import sympy
from flint import acb, arb, fmpq, fmpz

from xavier_theory.finite_models.errors import OutsideDomainError

Number = Any
"""``fmpq`` or ``arb``; flint publishes no types."""

BITS = 128
TIGHT = fmpq(1, 10**25)
"""Balls that overlap count as equal only if narrower than this, relative to their size."""

ZERO, ONE = fmpq(0), fmpq(1)


def precision() -> AbstractContextManager[Any]:
    """The working precision of balls, for a ``with`` statement."""
    return flint.ctx.workprec(BITS)


def exact(value: Any) -> Number:
    """``value`` (an int, ``Fraction``, sympy ``Rational`` or ``fmpq``) as an exact rational."""
    if isinstance(value, fmpq):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return fmpq(value)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    if isinstance(value, sympy.Rational):
        return fmpq(int(value.p), int(value.q))
    raise TypeError(f"{value!r} is no exact rational number")


def fraction(value: Number) -> Fraction:
    """An exact number as a ``Fraction``."""
    return Fraction(int(value.p), int(value.q))


def is_exact(value: Number) -> bool:
    """Whether a number is a rational, not a ball."""
    return isinstance(value, fmpq)


def finite(ball: Any) -> Number:
    """``ball``, if it encloses a number; ``OutsideDomainError`` if it encloses none."""
    if not ball.is_finite():
        raise OutsideDomainError("a function is evaluated outside its domain")
    return ball


def dot(weights: Iterable[Number], values: Iterable[Number]) -> Number:
    """The sum of products: an expectation."""
    return sum(map(mul, weights, values), ZERO)


def exact_root(value: Number, degree: int) -> Number | None:
    """The rational ``degree``-th root of a rational >= 0, if it has one."""
    numerator, denominator = (fmpz(int(part)).root(degree) for part in (value.p, value.q))
    root = fmpq(numerator, denominator)
    return root if root**degree == value else None


def power(base: Number, exponent: Number) -> Number:
    """``base ** exponent``.

    Raises ``OutsideDomainError`` for 0 to a negative power and for roots of negatives.
    """
    if is_exact(exponent) and exponent.q == 1:
        if exponent < 0 and is_exact(base) and base == 0:
            raise OutsideDomainError("division by zero")
        return finite(base ** int(exponent.p)) if not is_exact(base) else base ** int(exponent.p)
    if is_exact(base):
        if base < 0 or (base == 0 and not exponent > 0):
            raise OutsideDomainError(f"{base} to the power {exponent}")
        if base == 0:
            return ZERO
        root = exact_root(base, int(exponent.q)) if is_exact(exponent) else None
        if root is not None:
            return root ** int(exponent.p)
    return finite(arb(base) ** arb(exponent))


def relu(x: Number) -> Number:
    """max(x, 0)."""
    if is_exact(x):
        return max(x, ZERO)
    return (x + abs(x)) / 2


def unit_step(x: Number) -> Number:
    """1 for x > 0, else 0; a ball around 0 gives all between."""
    if is_exact(x):
        return ONE if x > 0 else ZERO
    if x > 0 or x <= 0:
        return ONE if x > 0 else ZERO
    return arb(0).union(arb(1))


def _exactly_at(
    point: Number, value: Number, otherwise: Callable[[Any], Any]
) -> Callable[[Number], Number]:
    def function(x: Number) -> Number:
        if is_exact(x) and x == point:
            return value
        return finite(otherwise(arb(x)))

    return function


def _logarithm(x: Any) -> Any:
    if not x > 0:
        raise OutsideDomainError(f"the logarithm of {x}")
    return x.log()


def polygamma(order: Number, x: Number) -> Number:
    """The ``order``-th derivative of the digamma function at ``x`` > 0."""
    if not (is_exact(order) and order.q == 1 and order >= 0 and x > 0):
        raise OutsideDomainError(f"polygamma({order}, {x})")
    return finite(acb(arb(x)).polygamma(int(order.p)).real)


FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    "relu": relu,
    "unit-step": unit_step,
    "abs": abs,
    "exp": _exactly_at(ZERO, ONE, lambda x: x.exp()),
    "log": _exactly_at(ONE, ZERO, _logarithm),
    "tanh": _exactly_at(ZERO, ZERO, lambda x: x.tanh()),
    "erf": _exactly_at(ZERO, ZERO, lambda x: x.erf()),
    "sigmoid": _exactly_at(ZERO, fmpq(1, 2), lambda x: 1 / (1 + (-x).exp())),
}
"""Functions of one number, by the names of the core's encoding."""

CONSTANTS: dict[str, Callable[[], Number]] = {
    "pi": arb.pi,
    "euler-gamma": arb.const_euler,
    "e": arb.const_e,
}


def _is_tight(ball: Number) -> bool:
    return is_exact(ball) or ball.rad() < arb(TIGHT) * (1 + abs(ball.mid()))


def equal(left: Number, right: Number) -> bool | None:
    """Whether two numbers are equal: exactly, or as tight overlapping balls; None: undecided."""
    if is_exact(left) and is_exact(right):
        return bool(left == right)
    first, second = arb(left), arb(right)
    if not first.overlaps(second):
        return False
    return True if _is_tight(first) and _is_tight(second) else None


def at_most(left: Number, right: Number) -> bool | None:
    """Whether ``left`` <= ``right``; None if the balls do not decide it."""
    if is_exact(left) and is_exact(right):
        return bool(left <= right)
    first, second = arb(left), arb(right)
    if first <= second:
        return True
    return False if first > second else None


def all_of(verdicts: Sequence[bool | None]) -> bool | None:
    """False if one is False, else None if one is None, else True."""
    if False in verdicts:
        return False
    return None if None in verdicts else True
