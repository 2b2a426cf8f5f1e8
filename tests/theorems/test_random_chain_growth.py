"""random-chain-growth, against numerical integrals of the chi-square density."""

from __future__ import annotations

import mpmath
import pytest

from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems import derive
from xavier_theory.theorems.random_chain_growth.proof import depth, log_norm, width
from xavier_theory.theorems.symbols import j, l, layer_a

NAME = "random-chain-growth"


def mean_log_chi_square(degrees: int) -> mpmath.mpf:
    """E log C from the density of C, with C = exp(u) so that the integrand is smooth."""
    half = mpmath.mpf(degrees) / 2
    norm = 2**half * mpmath.gamma(half)
    return mpmath.quad(
        lambda u: u * mpmath.exp(half * u - mpmath.exp(u) / 2) / norm,
        [-120 / half, -10, 0, 2, 5, 8],
    )


def test_it_takes_width_and_weight_variance() -> None:
    assert derive(NAME).parameters == ("width", "weight_variance")


def test_at_width_two_a_kept_variance_shrinks_by_eulers_constant() -> None:
    found = derive(NAME).predict(width=2, weight_variance=0.5)
    assert found == pytest.approx(-float(mpmath.euler) / 2, rel=1e-15)


def test_at_width_one_it_is_the_mean_log_of_a_gaussian() -> None:
    integral = 2 * mpmath.quad(lambda x: mpmath.log(x) * mpmath.npdf(x), [0, 0.1, 1, 12])
    found = derive(NAME).predict(width=1, weight_variance=1)
    assert found == pytest.approx(float(integral), rel=1e-10)


@pytest.mark.parametrize("degrees", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("variance", [0.25, 1, 3])
def test_it_is_half_the_mean_log_of_one_layers_gain(degrees: int, variance: float) -> None:
    found = derive(NAME).predict(width=degrees, weight_variance=variance)
    wanted = (mean_log_chi_square(degrees) + mpmath.log(variance)) / 2
    assert found == pytest.approx(float(wanted), rel=1e-9, abs=1e-12)


def test_the_conclusion_is_the_growth_per_layer_of_the_log_norm() -> None:
    found = derive(NAME).results["conclusion"]
    norms = {layer: sum_over(j, width, layer_a[layer, j] ** 2) for layer in (0, depth)}
    assert log_norm(depth).args[0] == norms[depth]
    gained = E(log_norm(depth)) - E(log_norm(0))
    assert (found.relation, found.left) == ("=", gained / (2 * depth))
    one_layer = derive(NAME).results["one_layer"]
    assert one_layer.left == E(log_norm(l + 1))


def test_one_layer_adds_twice_the_growth() -> None:
    step = derive(NAME).results["one_layer"]
    added = step.right - E(log_norm(l))
    values = {symbol: 4 if symbol == width else 2 for symbol in added.free_symbols}
    wanted = mean_log_chi_square(4) + mpmath.log(2)
    assert float(added.subs(values)) == pytest.approx(float(wanted), rel=1e-9)


@pytest.mark.parametrize("degrees", [1, 2, 10, 1000])
def test_typical_growth_is_below_the_mean_squares(degrees: int) -> None:
    found = derive(NAME)
    upper = found.predict("below_mean_square", width=degrees, weight_variance=0.3)
    mean_square = float(mpmath.log(degrees * 0.3)) / 2
    assert upper == pytest.approx(mean_square - 1 / (2 * degrees), rel=1e-12)
    typical = found.predict(width=degrees, weight_variance=0.3)
    assert typical < upper < mean_square
    assert upper - typical < 1 / (6 * degrees**2)  # DLMF 5.11(ii)


@pytest.mark.parametrize(("degrees", "factor"), [(2, 1.781), (64, 1.0158)])
def test_typical_growth_is_one_at_a_larger_variance(degrees: int, factor: float) -> None:
    found = derive(NAME).predict(width=degrees, weight_variance=factor / degrees)
    assert abs(found) < 1e-4
