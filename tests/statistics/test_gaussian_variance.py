import math

import numpy as np
import pytest
from scipy import stats

from tests.statistics.calibration import RATES, require_promises
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import ErrorRates, GaussianVarianceTest, Verdict

TEST = GaussianVarianceTest()


@pytest.mark.parametrize(
    ("rates", "size"),
    [(ErrorRates(0.01, 1e-6, 1e-6), 1_879_080), (ErrorRates(0.01, 1e-3, 1e-3), 822_348)],
)
def test_sample_size_is_the_smallest_that_keeps_all_four_promises(
    rates: ErrorRates, size: int
) -> None:
    assert TEST.sample_size(rates) == size
    at, below = (TEST.detectable(n, rates.alpha, rates.beta) for n in (size, size - 1))
    assert at <= rates.delta * (1 + 1e-8)
    assert below > rates.delta


@pytest.mark.parametrize(("alpha", "beta"), [(0.05, 0.05), (1e-3, 0.1), (0.1, 1e-3), (1e-6, 1e-6)])
def test_promises_hold_by_the_exact_power(alpha: float, beta: float) -> None:
    """Independent of the package's quantiles: probabilities of the verdict's regions by SciPy."""
    rates = ErrorRates(0.05, alpha, beta)
    n = TEST.sample_size(rates)
    law = stats.chi2(n, scale=1 / n)
    level = min(alpha, beta) / 2
    accept = law.ppf(level), law.isf(level)
    inside = max(accept[0], 0.95 * law.isf(alpha)), min(accept[1], 1.05 * law.ppf(alpha))
    slack = 1 + 1e-6
    assert law.cdf(accept[0]) + law.sf(accept[1]) <= alpha * slack
    assert law.cdf(inside[0]) + law.sf(inside[1]) <= beta * slack
    for truth in (1.05, 0.95):
        low, high = inside[0] / truth, inside[1] / truth
        assert law.cdf(high) - law.cdf(low) <= alpha * slack
        low, high = accept[0] / truth, accept[1] / truth
        assert law.cdf(high) - law.cdf(low) <= beta * slack
    edges = np.array([accept[0], accept[1], inside[0], inside[1]])
    outside = TEST.verdicts(edges[:2] * [1 - 1e-9, 1 + 1e-9], n, 1.0, rates)
    assert (outside == "refuted").all()
    within = TEST.verdicts(edges[2:] * [1 + 1e-9, 1 - 1e-9], n, 1.0, rates)
    assert (within == "consistent").all()


def test_promises_hold_in_simulated_runs() -> None:
    generator = np.random.default_rng(20_260_101)
    n = TEST.sample_size(RATES)
    require_promises(
        lambda truth: TEST.verdicts(TEST.simulate(generator, n, truth, 600), n, 1.0, RATES),
        (1.1, 0.9, 1.5),
    )


def test_an_interval_prediction_keeps_its_promises() -> None:
    generator = np.random.default_rng(7)
    n = TEST.sample_size(RATES, (1.0, 2.0))

    def verdicts(truth: float) -> np.ndarray:
        return TEST.verdicts(TEST.simulate(generator, n, truth, 400), n, (1.0, 2.0), RATES)

    require_promises(verdicts, (2.2, 0.9))
    require_promises(lambda truth: verdicts(2.0 * truth), (1.1, 0.45))


def test_a_planted_sampler_ten_percent_off_is_refuted_from_raw_samples() -> None:
    rates = ErrorRates(0.1, 1e-9, 1e-9)
    n = TEST.sample_size(rates, 2.0)
    z = np.random.default_rng(3).standard_normal(n) * math.sqrt(2.0)
    assert TEST.run(z, 2.0, rates).verdict is Verdict.CONSISTENT
    assert TEST.run(z * math.sqrt(1.1), 2.0, rates).verdict is Verdict.REFUTED
    assert TEST.run(z * math.sqrt(0.9), 2.0, rates).verdict is Verdict.REFUTED


def test_conditional_variances_standardize_each_scalar() -> None:
    generator = np.random.default_rng(5)
    variances = generator.uniform(0.1, 9.0, 50_000)
    z = generator.standard_normal(50_000) * np.sqrt(variances)
    whole = TEST.run(z, 1.0, RATES, conditional_variances=variances)
    assert whole.verdict is Verdict.CONSISTENT
    run = TEST.start(1.0, RATES)
    for part in np.array_split(np.arange(50_000), 7):
        run.update(z[part], variances[part])
    assert run.outcome().estimate == pytest.approx(whole.estimate, rel=1e-12)
    assert run.n == whole.n == 50_000


def test_too_few_samples_leave_the_question_open_and_say_so() -> None:
    outcome = TEST.judge(1.0, 20, 1.0, RATES)
    assert outcome.verdict is Verdict.UNDECIDED
    assert not outcome.powered
    assert outcome.lower < 1.0 < outcome.upper


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        ([], "too few samples"),
        ([1.0, math.nan], "nan at index 1"),
        ([math.inf, 1.0], "inf at index 0"),
        ([2.0, 2.0, 2.0], "all 3 samples equal 2.0"),
        ([0.0], "all 1 samples equal 0"),
        ([1e200, -1e200], "overflow"),
        (["a"], "real numbers"),
    ],
)
def test_bad_samples_are_refused(sample: list[object], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        TEST.run(sample, 1.0, RATES)


@pytest.mark.parametrize(
    ("variances", "message"), [([1.0, 0.0], "positive"), ([1.0, 1.0, 1.0], "2 samples came with 3")]
)
def test_bad_conditional_variances_are_refused(variances: list[float], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        TEST.run([1.0, 2.0], 1.0, RATES, conditional_variances=variances)


@pytest.mark.parametrize("prediction", [0.0, -1.0, (0.0, 1.0)])
def test_a_predicted_variance_that_is_not_positive_is_refused(prediction: float) -> None:
    with pytest.raises(InvalidInputError, match="positive"):
        TEST.sample_size(RATES, prediction)


def test_what_too_few_samples_detect_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no error below"):
        TEST.detectable(5, 1e-6, 1e-6)
    with pytest.raises(InvalidInputError, match="alpha"):
        TEST.detectable(5, 0.0, 1e-6)
    with pytest.raises(InvalidInputError, match="integer"):
        TEST.detectable(2.5, 0.1, 0.1)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(InvalidInputError, match="must be finite"):
        TEST.judge(math.nan, 10, 1.0, RATES)
