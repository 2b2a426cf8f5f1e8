import numpy as np
import pytest

from tests.statistics.calibration import RATES
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import (
    ErrorRates,
    GaussianVarianceTest,
    SequentialGaussianVarianceTest,
    require_memory,
    run_streamed,
    run_whole,
)
from xavier_theory.statistics.samples import Moments, memory_limit


def test_moments_do_not_depend_on_how_the_sample_is_cut() -> None:
    sample = 1e6 + np.random.default_rng(71).standard_normal(10_001)
    whole, pieces = Moments(), Moments()
    whole.update(sample)
    for part in np.split(sample, [0, 1, 17, 9000]):
        pieces.update(part)
    assert pieces.n == whole.n == 10_001
    assert pieces.mean == pytest.approx(sample.mean(), rel=1e-15)
    assert pieces.variance == pytest.approx(sample.var(ddof=1), rel=1e-9)
    assert whole.variance == pytest.approx(sample.var(ddof=1), rel=1e-12)
    assert (pieces.smallest, pieces.largest) == (sample.min(), sample.max())


def test_a_streamed_run_equals_a_whole_one() -> None:
    test = GaussianVarianceTest()
    draw = np.random.default_rng(72).standard_normal
    streamed = run_streamed(test, draw, 1.0, RATES, block=1000)
    draw = np.random.default_rng(72).standard_normal
    whole = run_whole(test, draw, 1.0, RATES)
    assert streamed.n == whole.n == test.sample_size(RATES)
    assert streamed.estimate == pytest.approx(whole.estimate, rel=1e-12)
    assert streamed.verdict is whole.verdict


def test_a_sequential_run_draws_no_more_than_it_needs() -> None:
    drawn = []

    def draw(n: int) -> np.ndarray:
        drawn.append(n)
        return np.random.default_rng(n).standard_normal(n) * 2.0

    outcome = run_streamed(SequentialGaussianVarianceTest(), draw, 1.0, RATES, block=64)
    assert outcome.verdict == "refuted"
    assert sum(drawn) == outcome.n < 1000


def test_a_sample_beyond_memory_is_refused_with_its_size_and_the_way_out() -> None:
    with pytest.raises(InvalidInputError, match=r"1,000,000,000,000 samples .* run_streamed"):
        require_memory(10**12, limit=2**30)
    require_memory(1000, limit=8000)
    assert memory_limit() > 2**20

    def never(n: int) -> np.ndarray:
        raise RuntimeError("the sampler must not be called")

    rates = ErrorRates(2e-5, 1e-6, 1e-6)
    with pytest.raises(InvalidInputError, match="GiB at once"):
        run_whole(GaussianVarianceTest(), never, 1.0, rates)


def test_a_sampler_that_returns_nothing_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="empty block"):
        run_streamed(GaussianVarianceTest(), lambda n: np.empty(0), 1.0, RATES)
