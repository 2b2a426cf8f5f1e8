import numpy as np
import pytest

from tests.statistics.calibration import RATES, require_promises, require_rate
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import (
    ErrorRates,
    GaussianVarianceTest,
    SequentialGaussianVarianceTest,
    Verdict,
)
from xavier_theory.statistics.sequential_variance import likelihood_limits

TEST = SequentialGaussianVarianceTest()


def test_promises_hold_in_simulated_runs() -> None:
    generator = np.random.default_rng(11)
    require_promises(
        lambda truth: TEST.simulate(generator, truth, RATES, 600).verdicts, (1.1, 0.9, 1.4)
    )


def test_it_never_exceeds_its_plan_and_saves_more_than_half_at_a_true_formula() -> None:
    rates = ErrorRates(0.01, 1e-6, 1e-6)
    planned = TEST.sample_size(rates)
    assert planned == GaussianVarianceTest().sample_size(rates.halved())
    runs = TEST.simulate(np.random.default_rng(12), 1.0, rates, 300)
    assert runs.samples.max() <= planned
    assert runs.samples.mean() < 0.5 * GaussianVarianceTest().sample_size(rates)
    assert (runs.verdicts == "consistent").all()


def test_limits_hold_at_all_looks_at_once() -> None:
    generator = np.random.default_rng(13)
    ends = np.arange(50, 20_001, 50)
    totals = np.cumsum(generator.chisquare(50, (1000, ends.size)), axis=1)
    low, high = likelihood_limits(ends, totals, 0.1, 0.05)
    require_rate(int((low >= 1.0).any(axis=1).sum()), 1000, 0.05, "lower limit above the truth")
    require_rate(int((high <= 1.0).any(axis=1).sum()), 1000, 0.05, "upper limit below the truth")
    assert (low < high).all()


def test_a_run_stops_at_the_first_verdict_and_refuses_more() -> None:
    z = np.random.default_rng(14).standard_normal(4000)
    run = TEST.start(1.0, RATES)
    while not run.finished:
        run.update(z[run.n : run.n + 100] * 1.3)
    assert run.outcome().verdict is Verdict.REFUTED
    assert run.n < TEST.sample_size(RATES) / 2
    with pytest.raises(InvalidInputError, match="has ended"):
        run.update(z)


def test_the_end_is_decided_by_the_fixed_test_on_exactly_the_planned_number() -> None:
    generator = np.random.default_rng(15)
    planned = TEST.sample_size(RATES)
    run = TEST.start(1.0, RATES)
    run.update(generator.standard_normal(planned + 500))
    outcome = run.outcome()
    assert outcome.n == planned
    assert run.remaining == 0
    assert outcome.rates == RATES
    assert outcome.law == TEST.law


def test_before_the_end_the_question_is_open() -> None:
    run = TEST.start(1.0, RATES)
    with pytest.raises(InvalidInputError, match="too few"):
        run.outcome()
    run.update([0.3, -1.2])
    assert run.outcome().verdict is Verdict.UNDECIDED


def test_run_uses_conditional_variances_and_stops_early() -> None:
    generator = np.random.default_rng(16)
    variances = generator.uniform(0.5, 2.0, 8000)
    z = generator.standard_normal(8000) * np.sqrt(variances)
    outcome = TEST.run(z * np.sqrt(1.5), 1.0, ErrorRates(0.1, 1e-6, 1e-6), variances)
    assert outcome.verdict is Verdict.REFUTED
    assert outcome.n < 8000


def test_constant_and_empty_samples_are_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"equal 1\.0"):
        TEST.run(np.ones(50), 1.0, RATES)
    with pytest.raises(InvalidInputError, match="too few"):
        TEST.run([], 1.0, RATES)
