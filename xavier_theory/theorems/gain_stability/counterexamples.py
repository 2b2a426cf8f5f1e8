"""Counterexamples to `gain-stability` that are beyond finite models."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _slope_of_the_identity(scale: int, values: tuple[int, ...] | None = None) -> Any:
    """d/dp E[scale p Z²] at 1 by a difference, and (E[Z⁴]/E[Z²] − 1)/2, for φ(t) = t.

    Z has equally likely ``values``; without them it is standard normal.
    """

    def moment(power: int) -> mpmath.mpf:
        if values is not None:
            return mpmath.fsum(mpmath.mpf(z) ** power for z in values) / len(values)
        return mpmath.quad(lambda z: z**power * mpmath.npdf(z), [-12, 0, 12])

    def check() -> tuple[mpmath.mpf, mpmath.mpf]:
        at = [scale * p * moment(2) for p in (mpmath.mpf(1) / 2, mpmath.mpf(3) / 2)]
        return at[1] - at[0], (moment(4) / moment(2) - 1) / 2

    return check


CONTINUOUS = {
    "the_weights_have_the_gain": Continuous(
        "second_moment = 1\nweight_scale = 2\nphi(t) = t\nZ is standard normal\n"
        "so E(weight_scale*phi(sqrt(p)*Z)**2) = 2*p, and dV(p) = 2",
        sympy.Integer(2),
        sympy.Integer(1),
        _slope_of_the_identity(2),
    ),
    "z_is_standard_normal": Continuous(
        "second_moment = 1\nweight_scale = 1\nphi(t) = t\nZ is 1 or -1, equally likely\n"
        "so E(weight_scale*phi(sqrt(p)*Z)**2) = p, and dV(p) = 1",
        sympy.Integer(1),
        sympy.Integer(0),
        _slope_of_the_identity(1, (1, -1)),
    ),
}
