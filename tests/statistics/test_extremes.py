"""Every test, and what it is compared with, at the ends of what floats hold."""

import contextlib
import math
import warnings
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import special

from benchmarks.calibration_suite.methods.bounded_mean import bounded_mean_test
from benchmarks.calibration_suite.methods.median_of_means import MedianOfMeansTest
from benchmarks.calibration_suite.methods.rectified_variance import RectifiedVarianceTest
from tests.statistics.calibration import RATES
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import (
    ChernoffMeanTest,
    ErrorRates,
    GaussianVarianceTest,
    HeavyTailedMeanTest,
    ProportionTest,
    SequentialGaussianVarianceTest,
    StatisticalTest,
    Tolerance,
    log_chi_square,
    weighted_chi_square,
)
from xavier_theory.statistics.proportion import clopper_pearson
from xavier_theory.statistics.search import LARGEST_SAMPLE

METHODS: Any = {
    "hoeffding": None,
    "bernstein": 0.2,
    "dkwm": None,
    "empirical-bernstein": 0.2,
    "betting": 0.2,
}
TESTS: dict[str, tuple[StatisticalTest, float]] = {
    "gaussian": (GaussianVarianceTest(), 1.0),
    "sequential": (SequentialGaussianVarianceTest(), 1.0),
    "rectified": (RectifiedVarianceTest(), 1.0),
    "logarithms": (ChernoffMeanTest(log_chi_square(4), "location", Tolerance("absolute")), 0.5),
    "weighted": (ChernoffMeanTest(weighted_chi_square([1.0, 0.3]), "scale"), 1.0),
    "proportion": (ProportionTest(), 0.5),
    **{m: (bounded_mean_test(0.0, 1.0, bound, m), 0.5) for m, bound in METHODS.items()},
    "catoni": (HeavyTailedMeanTest(relative_variance_bound=8), 1),
    "median-of-means": (MedianOfMeansTest(relative_variance_bound=8), 1),
    "catoni-location": (HeavyTailedMeanTest(variance_bound=8.0), 1.0),
}
each = pytest.mark.parametrize("name", TESTS)


@pytest.mark.parametrize(
    "sample",
    [
        np.array([1j, 0.5]),
        np.ma.array([0.0, 1.0], mask=[True, False]),
        [[0.0, 1.0], [1.0]],
        [1.0, math.nan],
        np.array([0.5, np.inf], np.float32),
        np.zeros((0, 3)),
        ["a"],
    ],
)
@each
def test_what_is_no_sample_is_refused_in_one_line(name: str, sample: Any) -> None:
    test, prediction = TESTS[name]
    with pytest.raises(InvalidInputError) as refusal:
        test.run(sample, prediction, RATES)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.float16, np.float32])
@each
def test_other_types_of_number_are_taken_for_what_they_are(name: str, dtype: Any) -> None:
    test, prediction = TESTS[name]
    bits = np.arange(400) % 2
    assert test.run(bits.astype(dtype), prediction, RATES) == test.run(
        bits.astype(float).reshape(20, 20), prediction, RATES
    )


@pytest.mark.parametrize("scale", [1e-310, 1e-200, 1e200, 1e305])
@each
def test_values_at_the_ends_of_the_range_give_a_verdict_or_one_line(
    name: str, scale: float
) -> None:
    """No warning, no other exception, no NaN."""
    test, prediction = TESTS[name]
    sample = scale * np.linspace(0.1, 1.0, 300)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(InvalidInputError):
            outcome = test.run(sample, prediction, RATES)
            assert not math.isnan(outcome.estimate + outcome.prediction.lower)
            assert outcome.lower <= outcome.upper


@pytest.mark.parametrize(
    "prediction", [True, None, "1", 10**400, math.nan, math.inf, (1.0, 0.5), [0.4, 0.5], 1j]
)
@each
def test_what_is_no_prediction_is_refused(name: str, prediction: Any) -> None:
    with pytest.raises(InvalidInputError):
        TESTS[name][0].sample_size(RATES, prediction)


@pytest.mark.parametrize("prediction", [5e-324, 1e-308, 1e308])
@each
def test_predictions_at_the_ends_of_the_range_are_planned_or_refused(
    name: str, prediction: float
) -> None:
    with contextlib.suppress(InvalidInputError):
        assert 1 <= TESTS[name][0].sample_size(RATES, prediction) <= LARGEST_SAMPLE


@pytest.mark.parametrize("delta", [1e-7, 1e-12, 1e-17, 1e-100])
@each
def test_a_tolerance_that_no_sample_can_meet_is_refused_at_once(name: str, delta: float) -> None:
    test, prediction = TESTS[name]
    with pytest.raises(
        InvalidInputError, match=r"no sample of up to|float64 cannot|takes too long"
    ):
        test.sample_size(ErrorRates(delta, 1e-6, 1e-6), prediction)


@each
def test_counts_beyond_the_largest_sample_are_refused(name: str) -> None:
    test, prediction = TESTS[name]
    with pytest.raises(InvalidInputError, match=r"at most|too long"):
        test.detectable(10**15, 1e-6, 1e-6, prediction)


@pytest.mark.parametrize(("alpha", "beta"), [(0.9, 0.9), (0.5, 0.999), (1e-99, 1e-99)])
@each
def test_extreme_rates_are_planned_for_and_no_error_is_negative(
    name: str, alpha: float, beta: float
) -> None:
    test, prediction = TESTS[name]
    n = test.sample_size(ErrorRates(0.3, alpha, beta), prediction)
    assert n >= 1
    assert 0.0 < test.detectable(n, alpha, beta, prediction) <= 0.3 * (1 + 1e-9)


def test_rates_too_small_for_floats_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 1e-100"):
        ErrorRates(0.1, 1e-101, 0.1)


def test_underflowing_squares_are_refused_by_both_forms() -> None:
    sample = np.linspace(1e-200, 1e-190, 500)
    for test in (GaussianVarianceTest(), SequentialGaussianVarianceTest()):
        with pytest.raises(InvalidInputError, match="underflow"):
            test.run(sample, 1.0, RATES)


@pytest.mark.parametrize("n", [1, 10, 1000, 1_879_080, 10**7])
@pytest.mark.parametrize("tail", [1e-6, 5e-7, 1e-12])
def test_chi_square_quantiles_against_high_precision(n: int, tail: float) -> None:
    """Put back into the law at 60 digits, the quantiles have the tail asked for, to 9 digits."""
    test = GaussianVarianceTest()
    low, high = (1.0 / limit for limit in reversed(limits_of(test, n, tail)))
    with mpmath.workdps(60):
        half = mpmath.mpf(n) / 2
        below = lower_gamma(half, half * mpmath.mpf(low))
        above = 1 - lower_gamma(half, half * mpmath.mpf(high))
        assert abs(below / tail - 1) < 1e-7
        assert abs(above / tail - 1) < 1e-7


def limits_of(test: GaussianVarianceTest, n: int, tail: float) -> tuple[float, float]:
    outcome = test.judge(1.0, n, 1.0, ErrorRates(0.1, 2 * tail, 2 * tail))
    return outcome.lower, outcome.upper


def lower_gamma(a: Any, x: Any) -> Any:
    """P(a, x) by its series x^a e^(−x)/Γ(a + 1) Σ x^k/((a + 1)…(a + k)), at working precision."""
    term, total, k = mpmath.mpf(1), mpmath.mpf(1), 0
    while term > total * mpmath.mpf(10) ** -50:
        k += 1
        term *= x / (a + k)
        total += term
    return mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a + 1)) * total


@pytest.mark.parametrize(("k", "n"), [(3, 10), (500, 1000), (17, 100_000)])
def test_clopper_pearson_limits_against_high_precision(k: int, n: int) -> None:
    low, high = clopper_pearson(k, n, 1e-6)
    with mpmath.workdps(60):
        above = mpmath.betainc(k, n - k + 1, 0, low, regularized=True)
        below = mpmath.betainc(k + 1, n - k, high, 1, regularized=True)
        assert abs(above / 1e-6 - 1) < 1e-8
        assert abs(below / 1e-6 - 1) < 1e-8


def test_quantiles_of_the_largest_sample_against_another_expansion() -> None:
    """Cornish and Fisher's; SciPy's lower quantile is off by 0.28 deviations here."""
    n, z = 10**12, float(special.ndtri(1e-6))
    low, high = (1.0 / limit for limit in reversed(limits_of(GaussianVarianceTest(), n, 1e-6)))
    for quantile, deviation in ((low, z), (high, -z)):
        expected = deviation * math.sqrt(2 / n) + 2 * (z * z - 1) / (3 * n)
        assert quantile - 1 == pytest.approx(expected, rel=1e-9)
