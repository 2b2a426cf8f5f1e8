"""Catoni's estimator, and the median of means that it is compared with."""

from typing import Any

import numpy as np
import pytest

from benchmarks.calibration_suite.methods.median_of_means import MedianOfMeansTest, block_count
from tests.statistics.calibration import RATES, require_promises
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import (
    ErrorRates,
    HeavyTailedMeanTest,
    Tolerance,
    Verdict,
)

# Squared Student t with 5 degrees, scaled to mean 1: variance 8. At 1.2 times the
# scale it is 11.52: the absolute bound below covers every truth that is simulated.
BOUNDS: list[dict[str, float]] = [
    {"variance_bound": 8.0 * 1.45},
    {"relative_variance_bound": 8.0},
]
LOOSE = ErrorRates(0.2, 0.05, 0.05)
Kind = Any


def squares(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.square(generator.standard_t(5, shape)) * 0.6


@pytest.mark.parametrize("kind", [HeavyTailedMeanTest, MedianOfMeansTest])
@pytest.mark.parametrize("bound", BOUNDS)
def test_promises_hold_for_a_squared_student_t(kind: Kind, bound: dict[str, Any]) -> None:
    generator = np.random.default_rng(61)
    test = kind(**bound)
    n = test.sample_size(LOOSE)

    def verdicts(truth: float) -> np.ndarray:
        samples = truth * squares(generator, (100, n))
        return test.verdicts(test.estimates(samples, LOOSE), n, 1.0, LOOSE)

    require_promises(verdicts, (1.2, 0.8), LOOSE)


def two_points(generator: np.random.Generator, runs: int, n: int, v: float) -> np.ndarray:
    """Mean 1 and variance v on {0, 1 + v}: the worst case of Cantelli's inequality."""
    return (generator.random((runs, n)) < 1 / (1 + v)) * (1.0 + v)


@pytest.mark.parametrize("kind", [HeavyTailedMeanTest, MedianOfMeansTest])
def test_promises_hold_for_the_most_lopsided_law_of_that_variance(kind: Kind) -> None:
    generator = np.random.default_rng(62)
    test = kind(relative_variance_bound=30.0)
    n = test.sample_size(LOOSE)

    def verdicts(truth: float) -> np.ndarray:
        samples = truth * two_points(generator, 60, n, 30.0)
        return test.verdicts(test.estimates(samples, LOOSE), n, 1.0, LOOSE)

    require_promises(verdicts, (1.2, 0.8), LOOSE)


def test_costs_at_one_percent_and_one_in_a_million() -> None:
    rates = ErrorRates(0.01, 1e-6, 1e-6)
    catoni = HeavyTailedMeanTest(relative_variance_bound=8.0).sample_size(rates)
    blocks = MedianOfMeansTest(relative_variance_bound=8.0)
    assert 9.0e6 < catoni < 9.3e6
    assert 5.5e7 < blocks.sample_size(rates) < 7e7
    # What a million draws of that law can afford:
    affordable = HeavyTailedMeanTest(relative_variance_bound=8.0).detectable(10**6, 1e-6, 1e-6)
    assert affordable == pytest.approx(0.031, abs=0.001)


@pytest.mark.parametrize("kind", [HeavyTailedMeanTest, MedianOfMeansTest])
@pytest.mark.parametrize("bound", BOUNDS)
def test_detectable_inverts_the_sample_size(kind: Kind, bound: dict[str, Any]) -> None:
    test = kind(**bound)
    n = test.sample_size(RATES)
    assert test.detectable(n, 0.05, 0.05) <= 0.1 * (1 + 1e-6)
    assert test.detectable(n - 1, 0.05, 0.05) > 0.1


@pytest.mark.parametrize("kind", [HeavyTailedMeanTest, MedianOfMeansTest])
@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("truth", [0.8, 0.93, 1.0, 1.07, 1.2])
def test_blocks_and_a_whole_sample_give_the_same_verdict(
    kind: Kind, bound: dict[str, Any], truth: float
) -> None:
    test = kind(**bound)
    n = test.sample_size(LOOSE)
    sample = truth * squares(np.random.default_rng(63), (n,))
    run = test.start(1.0, LOOSE)
    for part in np.split(sample, [1, 50, n // 3]):
        run.update(part)
    whole, streamed = test.run(sample, 1.0, LOOSE), run.outcome()
    assert streamed.verdict is whole.verdict
    assert streamed.n == whole.n == n
    assert streamed.lower <= whole.lower * (1 + 1e-9) + 1e-12
    assert streamed.upper >= whole.upper * (1 - 1e-9) - 1e-12
    assert streamed.lower <= streamed.estimate <= streamed.upper


def test_catoni_resists_one_wild_value_and_the_mean_does_not() -> None:
    sample = np.random.default_rng(64).standard_normal(20_000)
    sample[7] = 1e6
    test = HeavyTailedMeanTest(variance_bound=1.0, tolerance=Tolerance("absolute"))
    outcome = test.run(sample, 0.0, ErrorRates(0.2, 1e-3, 1e-3))
    assert abs(sample.mean()) > 40
    assert abs(outcome.estimate) < 0.1


def test_a_constant_sample_has_its_value_for_mean() -> None:
    outcome = HeavyTailedMeanTest(relative_variance_bound=2.0).run(np.ones(10_000), 1.0, RATES)
    assert outcome.estimate == 1.0
    assert outcome.verdict is Verdict.CONSISTENT


def test_the_number_of_blocks_grows_with_the_confidence() -> None:
    assert block_count(0.025) < block_count(1e-4) < block_count(5e-7) < 400


def test_without_a_moment_bound_no_test_exists() -> None:
    with pytest.raises(InvalidInputError, match="no finite-sample test of a mean exists"):
        HeavyTailedMeanTest()


def test_ill_formed_tests_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="one moment bound"):
        HeavyTailedMeanTest(variance_bound=1.0, relative_variance_bound=1.0)
    for value in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(InvalidInputError, match="variance_bound must be positive"):
            HeavyTailedMeanTest(variance_bound=value)
    with pytest.raises(InvalidInputError, match="tolerance is relative"):
        HeavyTailedMeanTest(relative_variance_bound=1.0, tolerance=Tolerance("absolute"))


@pytest.mark.parametrize("kind", [HeavyTailedMeanTest, MedianOfMeansTest])
def test_bad_samples_are_refused(kind: Kind) -> None:
    test = kind(relative_variance_bound=8.0)
    with pytest.raises(InvalidInputError, match="not negative"):
        test.run([1.0, -2.0], 1.0, RATES)
    with pytest.raises(InvalidInputError, match="inf at index 1"):
        test.run([1.0, np.inf], 1.0, RATES)
    with pytest.raises(InvalidInputError, match="too few samples"):
        test.run([1.0, 2.0, 3.0], 1.0, ErrorRates(0.1, 1e-6, 1e-6))
    with pytest.raises(InvalidInputError, match="too few samples"):
        test.run([], 1.0, RATES)


def test_all_zeros_are_refused_where_the_mean_is_positive() -> None:
    with pytest.raises(InvalidInputError, match="equal 0"):
        HeavyTailedMeanTest(relative_variance_bound=8.0).run(np.zeros(10_000), 1.0, RATES)
