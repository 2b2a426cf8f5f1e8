import math

import numpy as np
import pytest
from scipy import stats

from tests.statistics.calibration import RATES, require_promises
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import ErrorRates, ProportionTest, Tolerance, Verdict
from xavier_theory.statistics.proportion import clopper_pearson

TEST = ProportionTest()


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (512, 1000)])
def test_clopper_pearson_solves_its_equations(k: int, n: int) -> None:
    low, high = clopper_pearson(k, n, 0.01)
    if k > 0:
        assert stats.binom.sf(k - 1, n, low) == pytest.approx(0.01, rel=1e-9)
    else:
        assert low == -math.inf
    if k < n:
        assert stats.binom.cdf(k, n, high) == pytest.approx(0.01, rel=1e-9)
    else:
        assert high == math.inf


@pytest.mark.parametrize("prediction", [0.5, 0.1, (0.2, 0.3)])
@pytest.mark.parametrize(("alpha", "beta"), [(0.05, 0.05), (1e-3, 0.1), (0.1, 1e-4)])
def test_promises_hold_by_summing_the_binomial_law(
    prediction: float | tuple[float, float], alpha: float, beta: float
) -> None:
    """Independent of the package's planning: every count's verdict, weighted by its probability."""
    rates = ErrorRates(0.3, alpha, beta)
    n = TEST.sample_size(rates, prediction)
    verdicts = np.array([TEST.judge(k, n, prediction, rates).verdict for k in range(n + 1)])
    low, high = prediction if isinstance(prediction, tuple) else (prediction, prediction)
    for truth in (low, high, (low + high) / 2):
        weights = stats.binom.pmf(np.arange(n + 1), n, truth)
        assert weights[verdicts == "refuted"].sum() <= alpha
        assert weights[verdicts == "consistent"].sum() >= 1 - beta
    for truth in (0.7 * low, 1.3 * high, 0.5 * low):
        weights = stats.binom.pmf(np.arange(n + 1), n, truth)
        assert weights[verdicts == "consistent"].sum() <= alpha
        assert weights[verdicts == "refuted"].sum() >= 1 - beta


def test_promises_hold_in_simulated_runs() -> None:
    generator = np.random.default_rng(41)
    n = TEST.sample_size(RATES, 0.5)

    def verdicts(truth: float) -> np.ndarray:
        counts = TEST.simulate(generator, n, 0.5 * truth, 400)
        return np.array([TEST.judge(int(k), n, 0.5, RATES).verdict for k in counts])

    require_promises(verdicts, (1.1, 0.9))


def test_detectable_inverts_the_sample_size() -> None:
    n = TEST.sample_size(RATES, 0.3)
    assert TEST.detectable(n, 0.05, 0.05, 0.3) <= 0.1
    assert TEST.detectable(4 * n, 0.05, 0.05, 0.3) == pytest.approx(0.05, rel=0.05)
    with pytest.raises(InvalidInputError, match="no error below"):
        TEST.detectable(1, 1e-6, 1e-6, 0.3)


def test_a_probability_of_zero_takes_an_absolute_tolerance() -> None:
    test = ProportionTest(Tolerance("absolute"))
    rates = ErrorRates(0.01, 1e-3, 1e-3)
    n = test.sample_size(rates, 0.0)
    assert n == math.ceil(math.log(1e-3) / math.log1p(-0.01))  # no success among n
    assert test.run(np.zeros(n), 0.0, rates).verdict is Verdict.CONSISTENT
    assert test.run(np.arange(n) == 3, 0.0, rates).verdict is Verdict.REFUTED


def test_the_ends_of_the_unit_interval_need_no_evidence() -> None:
    rates = ErrorRates(0.1, 1e-3, 1e-3)
    n = TEST.sample_size(rates, 1.0)
    assert TEST.judge(n, n, 1.0, rates).verdict is Verdict.CONSISTENT
    assert TEST.judge(n - 1, n, 1.0, rates).verdict is Verdict.REFUTED
    with pytest.raises(InvalidInputError, match="every probability"):
        ProportionTest(Tolerance("absolute")).judge(1, 2, 0.5, ErrorRates(0.6, 0.1, 0.1))


def test_a_planted_wrong_coin_is_refuted_from_raw_trials() -> None:
    generator = np.random.default_rng(42)
    rates = ErrorRates(0.1, 1e-9, 1e-9)
    n = TEST.sample_size(rates, 0.5)
    run = TEST.start(0.5, rates)
    for size in (n // 2, n - n // 2):
        run.update(generator.random(size) < 0.55)
    assert run.n == n
    assert run.outcome().verdict is Verdict.REFUTED
    assert TEST.run(generator.random(n) < 0.5, 0.5, rates).verdict is Verdict.CONSISTENT


def test_bad_requests_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="0 or 1"):
        TEST.run([0, 1, 2], 0.5, RATES)
    with pytest.raises(InvalidInputError, match="too few"):
        TEST.run([], 0.5, RATES)
    with pytest.raises(InvalidInputError, match="cannot be"):
        TEST.judge(11, 10, 0.5, RATES)
    with pytest.raises(InvalidInputError, match="lies in"):
        TEST.sample_size(RATES, 1.5)
    with pytest.raises(InvalidInputError, match="absolute"):
        TEST.sample_size(RATES, 0.0)
