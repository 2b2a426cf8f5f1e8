"""Counterexamples to `random-chain-growth` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _chosen_column() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Half of E log max(R, S) for two independent chi-squares with two degrees of freedom."""

    def integrand(s: mpmath.mpf) -> mpmath.mpf:
        x = mpmath.exp(s)  # log x = s; the density of the maximum is 2 F f
        return s * 2 * (1 - mpmath.exp(-x / 2)) * mpmath.exp(-x / 2) / 2 * x

    growth = mpmath.quad(integrand, [-45, -20, -10, -5, -2, 0, 1, 2, 3, 5])
    return growth / 2, (mpmath.digamma(1) + mpmath.log(2)) / 2


CONTINUOUS = {
    "weights_are_independent_of_the_layers_below": Continuous(
        "width = 2\ndepth = 1\nweight_variance = 1\n"
        "W[1, i, j] are independent standard normal variables\n"
        "a[0, :] is (1, 0) or (0, 1): the one that picks the longer column of W[1, :, :]\n"
        "so a[1, :] is that column, and its square is the larger of two chi-squares",
        sympy.log(2) - sympy.EulerGamma / 2,
        (sympy.log(2) - sympy.EulerGamma) / 2,
        _chosen_column,
    ),
}
