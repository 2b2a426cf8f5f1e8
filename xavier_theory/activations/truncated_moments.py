"""E[Z^n·e^(aZ + bZ²); l < Z < u] in closed form, Z ~ N(0, q), and with factors erf(αZ + β).

Completing the square makes it a moment of N(m, s²), s² = 1/(1/q − 2b), m = s²a; integration by
parts (Stein) lowers n. With factors erf the cited lemmas start the recursion, on the whole line:
E erf(αX + β) = erf((αm + β)/√(1 + 2α²s²)) for X ~ N(m, s²) (Owen 1980, 10,010.8), and
E erf(αX)² = (2/π)·arcsin(2α²s²/(1 + 2α²s²)) for X ~ N(0, s²) (Williams 1997, equation 11).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy import Integer, exp, pi, sqrt

MOST_DEGREE = 40


class NoClosedFormError(Exception):
    """The rules here do not reach this integral."""


@dataclass(frozen=True)
class Term:
    """``coefficient · z^power · e^(rate·z + curvature·z²) · ∏ erf(α·z + β)``, all sympy."""

    coefficient: Any
    power: int = 0
    rate: Any = 0
    curvature: Any = 0
    errors: tuple[tuple[Any, Any], ...] = ()

    def __mul__(self, other: Term) -> Term:
        return Term(
            self.coefficient * other.coefficient,
            self.power + other.power,
            self.rate + other.rate,
            self.curvature + other.curvature,
            tuple(sorted(self.errors + other.errors, key=str)),
        )


def term_moment(term: Term, q: Any, lower: Any, upper: Any) -> Any:
    """E[term; lower < Z < upper], Z ~ N(0, q); ends may be ±∞.

    Raises ``NoClosedFormError`` where no rule applies.
    """
    if term.power > MOST_DEGREE:
        raise NoClosedFormError(f"degree {term.power}")
    precision = 1 / q - 2 * sympy.sympify(term.curvature, strict=True)
    if not precision.is_positive:
        raise NoClosedFormError("the exponent is not known to leave a Gaussian")
    square = 1 / precision
    mean = square * sympy.sympify(term.rate, strict=True)
    factor = sqrt(square / q) * exp(mean * term.rate / 2)
    law = _Normal(mean, square)
    if term.errors:
        if (lower, upper) != (-sympy.oo, sympy.oo):
            raise NoClosedFormError("an error function on a part of the line")
        return term.coefficient * factor * _with_errors(term.power, term.errors, law)
    return term.coefficient * factor * _truncated(term.power, law, lower, upper)


@dataclass(frozen=True)
class _Normal:
    mean: Any
    square: Any  # the variance

    def standard(self, end: Any) -> Any:
        return (end - self.mean) / sqrt(self.square)

    def density(self, end: Any) -> Any:
        if end in (sympy.oo, -sympy.oo):
            return Integer(0)
        return exp(-((end - self.mean) ** 2) / (2 * self.square)) / sqrt(2 * pi * self.square)

    def distribution(self, end: Any) -> Any:
        if end in (sympy.oo, -sympy.oo):
            return Integer(1 if end == sympy.oo else 0)
        return (1 + sympy.erf(self.standard(end) / sqrt(2))) / 2


def _truncated(power: int, law: _Normal, lower: Any, upper: Any) -> Any:
    """M_n = m·M_(n−1) + (n − 1)s²·M_(n−2) − s²·[x^(n−1)·density] between the ends."""
    if law.mean.has(sympy.I) and (lower, upper) != (-sympy.oo, sympy.oo):
        raise NoClosedFormError("an oscillation on a part of the line")
    moments = [law.distribution(upper) - law.distribution(lower)]
    for n in range(1, power + 1):
        value = law.mean * moments[n - 1]
        if n > 1:
            value += (n - 1) * law.square * moments[n - 2]
        value -= law.square * (_edge(upper, n, law) - _edge(lower, n, law))
        moments.append(sympy.expand(value))
    return moments[power]


def _edge(end: Any, n: int, law: _Normal) -> Any:
    if end in (sympy.oo, -sympy.oo):
        return Integer(0)
    return end ** (n - 1) * law.density(end)


def _with_errors(power: int, errors: tuple[tuple[Any, Any], ...], law: _Normal) -> Any:
    """Stein: E[X^n f] = m·E[X^(n−1) f] + s²·((n − 1)·E[X^(n−2) f] + E[X^(n−1) f'])."""
    if not errors:
        return _truncated(power, law, -sympy.oo, sympy.oo)
    if power == 0:
        return _without_powers(errors, law)
    value = law.mean * _with_errors(power - 1, errors, law)
    if power > 1:
        value += law.square * (power - 1) * _with_errors(power - 2, errors, law)
    for k, (slope, shift) in enumerate(errors):
        rest = errors[:k] + errors[k + 1 :]
        # erf(αx + β)' = (2α/√π)·e^(−(αx + β)²)
        bump = Term(
            2 * slope / sqrt(pi) * exp(-(shift**2)),
            power - 1,
            -2 * slope * shift,
            -(slope**2),
            rest,
        )
        value += law.square * _under(bump, law)
    return sympy.expand(value)


def _under(term: Term, law: _Normal) -> Any:
    """E[term] under N(m, s²): shift by the density's own exponent, relative to N(0, s²)."""
    shifted = replace(term, rate=term.rate + law.mean / law.square)
    centred = term_moment(shifted, law.square, -sympy.oo, sympy.oo)
    return centred * exp(-(law.mean**2) / (2 * law.square))


def _without_powers(errors: tuple[tuple[Any, Any], ...], law: _Normal) -> Any:
    if len(errors) == 1:
        slope, shift = errors[0]
        return sympy.erf((slope * law.mean + shift) / sqrt(1 + 2 * slope**2 * law.square))
    if len(errors) == 2 and law.mean == 0 and all(shift == 0 for _, shift in errors):
        left, right = (slope for slope, _ in errors)
        spread = sqrt((1 + 2 * left**2 * law.square) * (1 + 2 * right**2 * law.square))
        return 2 / pi * sympy.asin(2 * left * right * law.square / spread)
    raise NoClosedFormError("a product of error functions off centre")
