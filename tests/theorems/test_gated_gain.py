"""gated-gain, against certified moments and laws that are not Gaussian."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest

from xavier_theory.activations import gain, gaussian_moments
from xavier_theory.theorems import derive

NAME = "gated-gain"
Mean = Callable[[Callable[[mpmath.mpf], mpmath.mpf]], mpmath.mpf]


def gelu(t: mpmath.mpf) -> mpmath.mpf:
    return t * mpmath.ncdf(t)


def silu(t: mpmath.mpf) -> mpmath.mpf:
    return t / (1 + mpmath.exp(-t))


def uniform(end: float) -> Mean:
    return lambda f: mpmath.quad(f, [-end, 0, end]) / (2 * end)


def two_points(size: float) -> Mean:
    return lambda f: (f(mpmath.mpf(size)) + f(mpmath.mpf(-size))) / 2


LAWS = pytest.mark.parametrize("law", [uniform(0.1), uniform(3), two_points(1), two_points(9)])


def test_the_constant_is_certified() -> None:
    enclosed = gaussian_moments("gelu").second_moment
    value = derive(NAME).predict("second_moment")
    assert enclosed.lower_float <= value <= enclosed.upper_float
    assert derive(NAME).predict(fan_in=3) == pytest.approx(gain("gelu").value ** 2 / 3, rel=1e-14)


def test_the_figures_in_the_text() -> None:
    assert round(gain("gelu").value ** 2, 4) == 2.3517
    assert round(gain("silu").value ** 2, 4) == 2.8108
    assert round(2 * gaussian_moments("gelu").second_moment.value, 3) == 0.850
    assert round(2 * gaussian_moments("silu").second_moment.value, 3) == 0.712
    tanh_form = gain("gelu_tanh").value
    assert 1e-5 < abs(tanh_form / gain("gelu").value - 1) < 2e-4


@LAWS
@pytest.mark.parametrize(("phi", "least"), [(gelu, 0.25), (silu, 0.25)])
def test_a_gate_keeps_between_a_quarter_and_a_half(
    phi: Callable[[mpmath.mpf], mpmath.mpf], least: float, law: Mean
) -> None:
    share = law(lambda t: phi(t) ** 2) / law(lambda t: t**2)
    assert least <= share <= 0.5
    predicted = derive(NAME).predict("silu_at_most", second_moment=1)
    assert predicted == 0.5


def test_the_factor_under_he_falls_to_a_half_with_the_signal() -> None:
    factors = [
        2 * float(gaussian_moments("gelu", q).second_moment.midpoint) / q for q in (1, 0.1, 1e-4)
    ]
    assert factors == sorted(factors, reverse=True)
    assert factors[-1] == pytest.approx(0.5, abs=1e-3)
