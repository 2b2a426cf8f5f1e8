"""What encloses the numbers that `correlation-map` prints."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from xavier_theory.activations import Enclosure, gaussian_moments
from xavier_theory.activations.mean_field.phases import phase


def _forward() -> arb:
    """n Var(W) that keeps tanh's q = 1 forward."""
    return 1 / gaussian_moments("tanh").second_moment.to_arb()


def mean_square_of_slopes() -> arb:
    """E[tanh'(Z)²]."""
    return _enclosed(gaussian_moments("tanh").derivative_second_moment).to_arb()


def _enclosed(found: Any) -> Enclosure:
    if not isinstance(found, Enclosure):
        raise ArithmeticError(f"no number: {found}")
    return found


def _resting(scale: Fraction) -> tuple[Enclosure, Enclosure]:
    """The fixed point of tanh at σ_w² = ``scale`` without biases, and χ₁ there."""
    found = phase("tanh", scale, 0)
    if found.fixed_point is None:
        raise ArithmeticError("tanh has no fixed point there")
    return found.fixed_point.q, _enclosed(found.gradient_factor)


_BACKWARD, _FOUR = Fraction("1.4674") ** 2, Fraction(4)


NUMBERS = {
    "for σ_w = 1.5925": lambda: _forward().sqrt(),
    "backward for 1.4674": lambda: (1 / mean_square_of_slopes()).sqrt(),
    "a χ₁ of 1.178": lambda: _forward() * mean_square_of_slopes(),
    "by about 3,600": lambda: (_forward() * mean_square_of_slopes()) ** 50,
    "fixed point q = 0.725": lambda: _resting(_BACKWARD)[0],
    "where χ₁ is 1.126": lambda: _resting(_BACKWARD)[1],
    "gradients grow by about 380": lambda: _resting(_BACKWARD)[1].to_arb() ** 50,
    "fixed point q = 2.1215": lambda: _resting(_FOUR)[0],
    "χ₁ is 1.3627": lambda: _resting(_FOUR)[1],
}
