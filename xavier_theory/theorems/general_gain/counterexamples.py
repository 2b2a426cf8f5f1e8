"""Counterexamples to `general-gain` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _weight_that_is_its_input() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Var(W) of a standard normal W, and q/(n E[φ(y)²]) with y = W and φ(t) = t."""

    def moment(power: int) -> mpmath.mpf:
        return mpmath.quad(lambda w: w**power * mpmath.npdf(w), [-12, 0, 12])

    return moment(2) - moment(1) ** 2, moment(4) / moment(2)


CONTINUOUS = {
    "weights_are_independent_of_the_inputs": Continuous(
        "fan_in = 1\nW[1, 1] is a standard normal variable\ny[1] = W[1, 1]\nphi(t) = t\n"
        "so z[1] is the square of W[1, 1], activation_second_moment = 1, second_moment = 3",
        sympy.Integer(1),
        sympy.Integer(3),
        _weight_that_is_its_input,
    ),
}
