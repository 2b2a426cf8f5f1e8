"""Counterexamples to `length-map` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def square_of_the_weight() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] for z = W y with y = W standard normal, and E[y²]."""
    fourth, second = (
        mpmath.quad(lambda w, k=k: w**k * mpmath.npdf(w), [-12, 0, 12]) for k in (4, 2)
    )
    return fourth, second


CONTINUOUS = {
    "weights_are_independent_of_the_inputs": Continuous(
        "fan_in = 1\nfan_out = 1\nweight_scale = 1\nbias_variance = 0\n"
        "W[1, 1] is a standard normal variable\ny[1] = W[1, 1]\nphi(t) = t\nB[1] = 0\n"
        "so z[1] is the square of W[1, 1]",
        sympy.Integer(3),
        sympy.Integer(1),
        square_of_the_weight,
    ),
}
