"""Counterexamples to `homogeneous-activation` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _square_for_lines() -> tuple[mpmath.mpf, mpmath.mpf]:
    """t² at 2, and φ(1) max(2, 0) + φ(−1) max(−2, 0) for φ(t) = t²."""
    left, at, right = (mpmath.mpf(t) for t in (-1, 2, 1))
    return at**2, right**2 * max(at, mpmath.mpf(0)) + left**2 * max(-at, mpmath.mpf(0))


CONTINUOUS = {
    "the_activation_is_homogeneous": Continuous(
        "phi(t) = t**2\nx = 2",
        sympy.Integer(4),
        sympy.Integer(2),
        _square_for_lines,
    ),
}
