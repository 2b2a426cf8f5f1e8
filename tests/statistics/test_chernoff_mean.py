import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import integrate, stats

from benchmarks.calibration_suite.methods.alive_norm import log_alive_chi_square
from benchmarks.calibration_suite.methods.rectified_variance import RectifiedVarianceTest
from tests.statistics.calibration import RATES, require_promises
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import (
    ChernoffMeanTest,
    CumulantFunction,
    ErrorRates,
    GaussianVarianceTest,
    Tolerance,
    Verdict,
    log_chi_square,
    rectified_chi_square,
    weighted_chi_square,
)
from xavier_theory.statistics.chernoff_mean import chernoff_quantiles

ABSOLUTE = Tolerance("absolute")


def chi_square_expectation(function: Callable[[float], float], degrees: int) -> float:
    """E f(Y) for Y = log χ²_degrees, by quadrature in y."""

    def integrand(y: float) -> float:
        return function(y) * stats.chi2.pdf(math.exp(y), degrees) * math.exp(y)

    value, _ = integrate.quad(integrand, -200.0, 8.0, limit=2000, points=(-20.0, 0.0))
    return value


@pytest.mark.parametrize("degrees", [1, 2, 7])
@pytest.mark.parametrize("t", [-0.3, 0.4, 2.0])
def test_the_log_chi_square_cumulant_function_by_quadrature(degrees: int, t: float) -> None:
    cgf = log_chi_square(degrees)
    moment = chi_square_expectation(lambda y: math.exp(t * y), degrees)
    assert cgf.value(t) == pytest.approx(math.log(moment), rel=1e-6)
    assert cgf.mean == pytest.approx(chi_square_expectation(lambda y: y, degrees), rel=1e-6)


def test_the_alive_mixture_has_the_known_mean_and_variance_at_width_16() -> None:
    cgf = log_alive_chi_square(16)
    assert cgf.mean - math.log(8) == pytest.approx(-0.1764, abs=5e-5)
    assert cgf.variance == pytest.approx(0.4196, abs=5e-5)


@pytest.mark.parametrize(
    "cgf",
    [
        log_chi_square(3),
        log_alive_chi_square(4),
        weighted_chi_square([1.0, 0.5, 0.0]),
        rectified_chi_square(),
    ],
)
def test_mean_and_variance_are_the_derivatives_at_zero(cgf: CumulantFunction) -> None:
    h = 1e-4
    up, down = cgf.value(h), cgf.value(-h)
    assert (up - down) / (2 * h) == pytest.approx(cgf.mean, abs=1e-5)
    assert (up + down) / h**2 == pytest.approx(cgf.variance, rel=1e-4)
    sample = cgf.sample(np.random.default_rng(30), 200_000)
    assert abs(sample.mean() - cgf.mean) < 9 * math.sqrt(cgf.variance / 200_000)


@pytest.mark.parametrize("tail", [1e-6, 0.05])
@pytest.mark.parametrize("n", [1, 30, 5000])
def test_quantiles_are_safe_and_not_far_from_the_exact_ones(tail: float, n: int) -> None:
    low, high = chernoff_quantiles(weighted_chi_square([1.0]), tail, n)
    law = stats.chi2(n, scale=1 / n)
    assert law.cdf(low) <= tail
    assert law.sf(high) <= tail
    assert law.sf(high) >= tail**2.5


def test_the_bound_costs_more_than_the_exact_laws_but_not_much() -> None:
    rates = ErrorRates(0.02, 1e-3, 1e-3)
    for cgf, exact in (
        (weighted_chi_square([1.0]), GaussianVarianceTest()),
        (rectified_chi_square(), RectifiedVarianceTest()),
    ):
        bound = ChernoffMeanTest(cgf, "scale").sample_size(rates)
        assert exact.sample_size(rates) < bound < 1.6 * exact.sample_size(rates)


@pytest.mark.parametrize("cgf", [log_chi_square(4), log_alive_chi_square(8)])
def test_promises_hold_for_a_location_family(cgf: CumulantFunction) -> None:
    generator = np.random.default_rng(31)
    test = ChernoffMeanTest(cgf, "location", ABSOLUTE)
    n = test.sample_size(RATES, 0.0)
    require_promises(
        lambda truth: test.verdicts(test.simulate(generator, n, truth - 1.0, 300), n, 0.0, RATES),
        (1.1, 0.9),
    )


def test_promises_hold_for_a_scale_family() -> None:
    generator = np.random.default_rng(32)
    test = ChernoffMeanTest(weighted_chi_square([1.0, 0.3]), "scale")
    n = test.sample_size(RATES)
    require_promises(
        lambda truth: test.verdicts(test.simulate(generator, n, truth, 300), n, 1.0, RATES),
        (1.1, 0.9),
    )


def test_a_planted_layer_with_the_wrong_variance_is_refuted_in_logarithms() -> None:
    width, variance = 16, 0.25
    generator = np.random.default_rng(33)
    test = ChernoffMeanTest(log_chi_square(width), "location", ABSOLUTE)
    rates = ErrorRates(0.1, 1e-9, 1e-9)
    prediction = math.log(variance) + test.cgf.mean
    n = test.sample_size(rates, prediction)
    logs = np.log(variance * generator.chisquare(width, n))
    assert test.run(logs, prediction, rates).verdict is Verdict.CONSISTENT
    assert test.run(logs + math.log(1.12), prediction, rates).verdict is Verdict.REFUTED


def test_bad_requests_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="family"):
        ChernoffMeanTest(log_chi_square(3), "shape")  # type: ignore[arg-type]  # the point
    with pytest.raises(InvalidInputError, match="positive mean"):
        ChernoffMeanTest(log_chi_square(1), "scale")
    with pytest.raises(InvalidInputError, match="relative"):
        ChernoffMeanTest(weighted_chi_square([1.0]), "scale", ABSOLUTE)
    with pytest.raises(InvalidInputError, match="relative tolerance about the prediction 0"):
        ChernoffMeanTest(log_chi_square(3)).sample_size(RATES, 0.0)
    with pytest.raises(InvalidInputError, match=r"equal 1\.0"):
        ChernoffMeanTest(log_chi_square(3)).run([1.0, 1.0], 1.0, RATES)


@pytest.mark.parametrize("degrees", [0, -1, 2.5, True])
def test_bad_degrees_are_refused(degrees: int) -> None:
    for make in (log_chi_square, log_alive_chi_square):
        with pytest.raises(InvalidInputError, match="positive integer"):
            make(degrees)


@pytest.mark.parametrize("eigenvalues", [[], [0.0, 0.0], [1.0, -0.1], [math.nan]])
def test_bad_eigenvalues_are_refused(eigenvalues: list[float]) -> None:
    with pytest.raises(InvalidInputError, match="eigenvalues"):
        weighted_chi_square(eigenvalues)


def test_a_cumulant_function_must_be_finite_around_zero() -> None:
    with pytest.raises(InvalidInputError, match="around 0"):
        CumulantFunction("half", abs, 1.0, 1.0, 0.0, 1.0, lambda g, n: g.random(n))
