"""Bounded means: the package's two methods, and those that they are compared with."""

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.calibration_suite.methods.betting_mean import BettingMeanTest
from benchmarks.calibration_suite.methods.bounded_mean import (
    Method,
    bounded_mean_test,
    bounded_variance_test,
    paired_half_squares,
)
from benchmarks.calibration_suite.methods.empirical_bernstein import empirical_bernstein_radius
from tests.statistics.calibration import RATES, require_promises, require_rate
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import BoundedMeanTest, ErrorRates, Tolerance, Verdict
from xavier_theory.statistics.bounded_mean import (
    SampleRange,
    bernstein_radius,
    hoeffding_radius,
)

METHODS: list[tuple[Method, float | None]] = [
    ("hoeffding", None),
    ("dkwm", None),
    ("bernstein", 0.25),
    ("bernstein", 0.05),
    ("empirical-bernstein", None),
    ("empirical-bernstein", 0.05),
    ("betting", None),
    ("betting", 0.05),
]
SMALL = ErrorRates(0.2, 0.05, 0.05)


def coin(generator: np.random.Generator, n: int, mean: float) -> np.ndarray:
    """The law of largest variance on [0, 1]."""
    return (generator.random(n) < mean).astype(float)


def beta(generator: np.random.Generator, n: int, mean: float) -> np.ndarray:
    """Variance mean(1 − mean)/6, below 0.05."""
    return generator.beta(5 * mean, 5 * (1 - mean), n)


@pytest.mark.parametrize(("method", "variance_bound"), METHODS)
def test_promises_hold_in_simulated_runs(method: Method, variance_bound: float | None) -> None:
    generator = np.random.default_rng(51)
    test = bounded_mean_test(0.0, 1.0, variance_bound, method)
    n = test.sample_size(SMALL, 0.5)
    draw = beta if variance_bound == 0.05 else coin

    def verdicts(truth: float) -> np.ndarray:
        samples = (draw(generator, n, 0.5 * truth) for _ in range(150))
        return np.array([test.run(sample, 0.5, SMALL).verdict for sample in samples])

    require_promises(verdicts, (1.2, 0.8), SMALL)


@pytest.mark.parametrize(
    "radius",
    [
        lambda n, tail: hoeffding_radius(1.0, n, tail),
        lambda n, tail: bernstein_radius(1.0, 0.09, n, tail),
    ],
)
def test_radii_bound_the_exact_binomial_tails(radius: Callable[[int, float], float]) -> None:
    from scipy import stats

    for n in (20, 500):
        for tail in (0.2, 1e-3, 1e-6):
            for theta in (0.1, 0.9):
                reach = n * radius(n, tail)
                above = stats.binom.sf(np.ceil(n * theta + reach - 1e-9) - 1, n, theta)
                below = stats.binom.cdf(np.floor(n * theta - reach + 1e-9), n, theta)
                assert max(above, below) <= tail


def test_the_empirical_bernstein_limit_covers_an_exact_law() -> None:
    from scipy import stats

    n, theta, tail = 400, 0.1, 0.05
    k = np.arange(n + 1)
    means = k / n
    variances = means * (1 - means) * n / (n - 1)
    radii = np.array([empirical_bernstein_radius(1.0, v, n, tail) for v in variances])
    weights = stats.binom.pmf(k, n, theta)
    assert weights[theta >= means + radii].sum() <= tail
    assert weights[theta <= means - radii].sum() <= tail


def test_sample_sizes_compare_as_they_should() -> None:
    rates = ErrorRates(0.01, 1e-6, 1e-6)
    size = {
        (method, bound): bounded_mean_test(0, 1, bound, method).sample_size(rates, 0.5)
        for method, bound in METHODS
    }
    # In units of (range/tolerance)²; the tolerance is 0.01 · 0.5.
    assert size["dkwm", None] / 200**2 == pytest.approx(29.7, abs=0.1)
    assert size["hoeffding", None] < size["dkwm", None]
    assert size["bernstein", 0.05] < size["hoeffding", None] / 4
    assert size["empirical-bernstein", 0.05] < size["hoeffding", None] / 3
    assert size["betting", 0.05] < 1.1 * size["bernstein", 0.05]


@pytest.mark.parametrize(("method", "variance_bound"), METHODS)
def test_detectable_inverts_the_sample_size(method: Method, variance_bound: float | None) -> None:
    test = bounded_mean_test(-1.0, 3.0, variance_bound, method, Tolerance("absolute"))
    n = test.sample_size(RATES, 0.0)
    assert test.detectable(n, 0.05, 0.05, 0.0) <= 0.1 * (1 + 1e-6)
    assert test.detectable(n - 1, 0.05, 0.05, 0.0) > 0.1


def test_betting_stops_long_before_the_fixed_size_where_the_variance_is_small() -> None:
    generator = np.random.default_rng(52)
    test = bounded_mean_test(0.0, 1.0, None, "betting")
    rates = ErrorRates(0.1, 1e-3, 1e-3)
    n = test.sample_size(rates, 0.5)
    used = [test.run(beta(generator, n, 0.5), 0.5, rates).n for _ in range(20)]
    assert np.mean(used) < 0.2 * n


def test_betting_capital_rarely_grows_at_a_true_mean() -> None:
    """Ville's inequality at the candidate that is the truth, over all times, in both directions."""
    generator = np.random.default_rng(53)
    test = BettingMeanTest(SampleRange(0.0, 1.0, None), Tolerance())
    highest = []
    for _ in range(300):
        run = test._start(test._hypothesis(0.3, 0.1), ErrorRates(0.1, 1e-12, 1e-12), 10**6)
        run.update(coin(generator, 2000, 0.3))
        highest.append(run._highest[:, run._ends == 0.3].ravel())
    for direction in np.array(highest).T:
        require_rate(int((direction >= np.log(20)).sum()), 300, 0.05, "capital of 20")


def test_betting_does_not_depend_on_how_the_sample_is_cut() -> None:
    sample = beta(np.random.default_rng(54), 3000, 0.4)
    rates = ErrorRates(0.1, 1e-9, 1e-9)
    totals = []
    for pieces in (1, 7, 300):
        run = bounded_mean_test(0.0, 1.0, None, "betting").start(0.42, rates)
        for part in np.array_split(sample[:300], pieces):
            run.update(part)
        totals.append(run._log_capitals)  # type: ignore[attr-defined]  # what is compared
    np.testing.assert_allclose(totals[0], totals[1], rtol=1e-9)
    np.testing.assert_allclose(totals[0], totals[2], rtol=1e-9)


def test_a_variance_is_the_mean_of_paired_half_squares() -> None:
    generator = np.random.default_rng(55)
    low, high = -np.sqrt(3.0), np.sqrt(3.0)
    test = bounded_variance_test(low, high, "betting")
    rates = ErrorRates(0.2, 1e-6, 1e-6)
    sample = generator.uniform(low, high, 2 * test.sample_size(rates, 1.0))
    assert test.run(paired_half_squares(sample), 1.0, rates).verdict is Verdict.CONSISTENT
    assert test.run(paired_half_squares(0.85 * sample), 1.0, rates).verdict is Verdict.REFUTED


def test_pairs_do_not_overlap() -> None:
    assert paired_half_squares([1.0, 3.0, 0.0, 1.0, 9.0]).tolist() == [2.0, 0.5]


def test_the_edge_of_the_range_needs_no_evidence() -> None:
    generator = np.random.default_rng(56)
    test = bounded_mean_test(0.0, 1.0, None, "betting")
    rates = ErrorRates(0.2, 1e-3, 1e-3)
    n = test.sample_size(rates, 0.95)
    assert test.run(coin(generator, n, 0.95), 0.95, rates).verdict is Verdict.CONSISTENT
    assert test.run(coin(generator, n, 0.7), 0.95, rates).verdict is Verdict.REFUTED


@pytest.mark.parametrize("method", [method for method, bound in METHODS if bound is None])
def test_samples_outside_the_bounds_are_refused(method: Method) -> None:
    test = bounded_mean_test(0.0, 1.0, None, method)
    with pytest.raises(InvalidInputError, match=r"1\.5 lies outside the stated bounds"):
        test.run([0.5, 1.5], 0.5, RATES)
    with pytest.raises(InvalidInputError, match="nan at index 0"):
        test.run([np.nan, 0.5], 0.5, RATES)
    with pytest.raises(InvalidInputError, match="too few samples"):
        test.run([], 0.5, RATES)
    with pytest.raises(InvalidInputError, match="predicted mean"):
        test.sample_size(RATES, 2.0)


def test_ill_formed_tests_are_refused() -> None:
    for low, high in ((1.0, 1.0), (0.0, np.inf), (np.nan, 1.0)):
        with pytest.raises(InvalidInputError, match="range"):
            BoundedMeanTest(low, high, None, "hoeffding")
    with pytest.raises(InvalidInputError, match="variance bound"):
        BoundedMeanTest(0.0, 1.0, -1.0, "bernstein")
    with pytest.raises(InvalidInputError, match="needs a variance_bound"):
        BoundedMeanTest(0.0, 1.0, None, "bernstein")
    for method in ("hoeffding", "dkwm"):
        with pytest.raises(InvalidInputError, match="takes no variance_bound"):
            bounded_mean_test(0.0, 1.0, 0.2, method)  # type: ignore[arg-type]  # a str to mypy
    for make in (BoundedMeanTest, bounded_mean_test):
        with pytest.raises(InvalidInputError, match="unknown method 'guess'; known: hoeffding, "):
            make(0.0, 1.0, None, "guess")  # type: ignore[arg-type]  # the point
    with pytest.raises(InvalidInputError, match="too few"):
        paired_half_squares([1.0])
    with pytest.raises(InvalidInputError, match=r"equal 2\.0"):
        paired_half_squares([2.0, 2.0])
    with pytest.raises(InvalidInputError, match="nothing to test"):
        bounded_mean_test(0.4, 0.6, None, "betting", Tolerance("absolute")).start(
            0.5, ErrorRates(0.5, 0.1, 0.1), 10
        )
