"""log-norm-spread, against numerical integrals of the chi-square density."""

from __future__ import annotations

import mpmath
import pytest

from xavier_theory.theorems import derive

NAME = "log-norm-spread"


def log_moment(degrees: int, power: int) -> mpmath.mpf:
    """E (log C)^power from the density of C, with C = exp(u) so that the integrand is smooth."""
    half = mpmath.mpf(degrees) / 2
    norm = 2**half * mpmath.gamma(half)
    return mpmath.quad(
        lambda u: u**power * mpmath.exp(half * u - mpmath.exp(u) / 2) / norm,
        [-120 / half, -10, 0, 2, 5, 8],
    )


@pytest.mark.parametrize("degrees", [1, 2, 3, 8, 64])
def test_a_layer_adds_the_variance_of_a_chi_squares_logarithm(degrees: int) -> None:
    found = derive(NAME).predict(width=degrees, depth=1, input_spread=0)
    wanted = log_moment(degrees, 2) - log_moment(degrees, 1) ** 2
    assert found == pytest.approx(float(wanted), rel=1e-9)


def test_layers_add_up_to_the_spread_of_the_input() -> None:
    found = derive(NAME)
    one, ten = (found.predict(width=16, depth=depth, input_spread=0.5) for depth in (1, 10))
    assert ten - 0.5 == pytest.approx(10 * (one - 0.5), rel=1e-12)
    assert found.predict(width=1, depth=0, input_spread=0.5) == 0.5


@pytest.mark.parametrize("degrees", [1, 2, 100, 10**6])
def test_it_is_a_little_more_than_two_over_the_width(degrees: int) -> None:
    found = derive(NAME).predict(width=degrees, depth=1, input_spread=0)
    assert 2 / degrees < found < 2 / degrees + 4 / degrees**2
