"""Counterexamples to `update-size` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _weight_that_is_its_activation() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[(V h)²] for h = V², V standard normal, and the n (n + e) of n = 1, e = Var(h)/E[h]²."""

    def moment(power: int) -> mpmath.mpf:
        return mpmath.quad(lambda v: v**power * mpmath.npdf(v), [-14, -4, 0, 4, 14])

    return moment(6), 1 + (moment(4) - moment(2) ** 2) / moment(2) ** 2


CONTINUOUS = {
    "outgoing_weights_are_independent_of_the_activations_below": Continuous(
        "width = 1\nstep_size = 1\nslope = 1\nV[1] is a standard normal variable, h[1] = V[1]²\n"
        "so output_variance = 1, second_moment = 1, excess = 2",
        sympy.Integer(15),
        sympy.Integer(3),
        _weight_that_is_its_activation,
    ),
}
