import math

import numpy as np
import pytest
from scipy import integrate, stats

from benchmarks.calibration_suite.methods.rectified_variance import (
    RectifiedVarianceTest,
    _quantiles,
    rectified_cdf,
    rectified_sf,
)
from tests.statistics.calibration import RATES, require_promises
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import ErrorRates, Verdict

TEST = RectifiedVarianceTest()


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("x", [0.05, 1.0, 7.5])
def test_the_law_is_the_binomial_mixture(n: int, x: float) -> None:
    expected = 2.0**-n + sum(
        math.comb(n, k) * 2.0**-n * stats.chi2.cdf(x, k) for k in range(1, n + 1)
    )
    assert rectified_cdf(x, n)[0] == pytest.approx(expected, rel=1e-12)
    assert rectified_sf(x, n)[0] == pytest.approx(1 - expected, rel=1e-10)


def test_the_law_agrees_with_inversion_of_its_characteristic_function() -> None:
    """Gil-Pelaez: P(S > x) = 1/2 + (1/π) ∫ Im(e^{−itx} f(t))/t dt, f the n-th power below."""
    n, x = 60, 38.0

    def integrand(t: float) -> float:
        f = ((1 + (1 - 2j * t) ** -0.5) / 2) ** n
        return (np.exp(-1j * t * x) * f).imag / t

    value, _ = integrate.quad(integrand, 1e-12, 30.0, limit=2000)
    assert rectified_sf(x, n)[0] == pytest.approx(0.5 + value / math.pi, abs=1e-7)


def test_what_truncation_leaves_out_is_within_the_stated_bound() -> None:
    for n in (50, 3001):
        for x in (0.4 * n, 0.5 * n, 0.7 * n):
            exact = rectified_cdf(x, n, omitted=1e-300)[0]
            low, high = rectified_cdf(x, n, omitted=1e-4)
            assert low - 1e-12 <= exact <= high + 1e-12
            assert rectified_sf(x, n, omitted=1e-4)[1] + low <= 1 + 2e-4


@pytest.mark.parametrize("tail", [1e-7, 1e-3, 0.2, 0.7])
@pytest.mark.parametrize("n", [40, 5000])
def test_quantiles_are_on_the_safe_side(tail: float, n: int) -> None:
    low, high = _quantiles(tail, n)
    slack = 1 + 1e-8
    assert rectified_cdf(low * n / 2, n, omitted=1e-20)[1] <= tail * slack
    assert rectified_sf(high * n / 2, n, omitted=1e-20)[1] <= tail * slack
    assert rectified_cdf(low * n / 2, n, omitted=1e-20)[1] >= tail * (1 - 1e-5)
    assert rectified_sf(high * n / 2, n, omitted=1e-20)[1] >= tail * (1 - 1e-5)


def test_no_lower_quantile_below_the_probability_that_all_units_are_dead() -> None:
    assert _quantiles(1e-3, 5)[0] == 0.0
    assert _quantiles(0.04, 5)[0] > 0.0


def test_promises_hold_in_simulated_runs() -> None:
    generator = np.random.default_rng(21)
    n = TEST.sample_size(RATES)
    require_promises(
        lambda truth: TEST.verdicts(TEST.simulate(generator, n, truth, 600), n, 1.0, RATES),
        (1.1, 0.9),
    )


def test_sample_size_at_one_percent() -> None:
    assert TEST.sample_size(ErrorRates(0.01, 1e-2, 1e-2)) == pytest.approx(
        5 * ((stats.norm.isf(0.01) + stats.norm.isf(0.005)) / 0.01) ** 2, rel=0.01
    )


def test_a_planted_gain_of_one_for_two_is_refuted() -> None:
    generator = np.random.default_rng(22)
    variances = generator.uniform(0.5, 2.0, 20_000)
    activations = np.maximum(generator.standard_normal(20_000) * np.sqrt(variances), 0.0)
    right = TEST.run(activations, 1.0, ErrorRates(0.3, 1e-9, 1e-9), variances)
    assert right.verdict is Verdict.CONSISTENT
    wrong = TEST.run(activations, 2.0, ErrorRates(0.3, 1e-9, 1e-9), variances)
    assert wrong.verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("sample", "message"),
    [([0.0, 1.0, -0.1], "negative"), ([0.0, 0.0], "equal 0.0"), ([math.nan], "nan")],
)
def test_bad_samples_are_refused(sample: list[float], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        TEST.run(sample, 1.0, RATES)
