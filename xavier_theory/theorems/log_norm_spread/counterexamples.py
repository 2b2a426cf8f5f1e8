"""Counterexamples to `log-norm-spread` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _factor_that_is_its_input() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Var(2 log C), and twice Var(log C), for a chi-square C with two degrees of freedom."""

    def moment(power: int) -> mpmath.mpf:
        def integrand(s: mpmath.mpf) -> mpmath.mpf:
            x = mpmath.exp(s)  # log x = s
            return s**power * mpmath.exp(-x / 2) / 2 * x

        return mpmath.quad(integrand, [-60, -20, -10, -5, -2, 0, 1, 2, 3, 5])

    spread = moment(2) - moment(1) ** 2
    return 4 * spread, 2 * spread


CONTINUOUS = {
    "factors_are_uncorrelated_with_the_length_below": Continuous(
        "width = 2\ndepth = 1\nweight_variance = 1\n"
        "C[l] are independent chi-squares with two degrees of freedom, x[l] = log C[l]\n"
        "Lambda[0] = x[1], so that Lambda[1] = 2 x[1]; Lambda[1] and x[2] are independent",
        2 * sympy.pi**2 / 3,
        sympy.pi**2 / 3,
        _factor_that_is_its_input,
    ),
}
