"""Counterexamples to `maxout-second-moment` that are beyond the search in finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _weight_of_the_size_of_its_input() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Var(W) of a normal W of variance 1/3, and E[z²]/q with z = W |W| and q = E[W²]."""

    def moment(power: int) -> mpmath.mpf:
        scale = 1 / mpmath.sqrt(3)
        return mpmath.quad(lambda w: (scale * w) ** power * mpmath.npdf(w), [-12, 0, 12])

    return moment(2) - moment(1) ** 2, moment(4) / moment(2)


CONTINUOUS = {
    "weights_are_independent_of_the_inputs": Continuous(
        "fan_in = 1\nW[1, 1] is normal with mean 0 and variance 1/3\n"
        "y[1, 1] = |W[1, 1]|, y[2, 1] = -|W[1, 1]|\n"
        "so z[1] = W[1, 1] |W[1, 1]|, second_moment = 1/3",
        sympy.Rational(1, 3),
        sympy.Integer(1),
        _weight_of_the_size_of_its_input,
    ),
}
