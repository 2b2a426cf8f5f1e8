import numpy as np
import pytest

from tests.statistics.calibration import RATES
from xavier_theory.statistics import GaussianVarianceTest
from xavier_theory.statistics.samples import Moments


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
    sample = np.random.default_rng(72).standard_normal(test.sample_size(RATES))
    run = test.start(1.0, RATES)
    for block in np.array_split(sample, 7):
        run.update(block)
    streamed, whole = run.outcome(), test.run(sample, 1.0, RATES)
    assert streamed.n == whole.n == sample.size
    assert streamed.estimate == pytest.approx(whole.estimate, rel=1e-12)
    assert streamed.verdict is whole.verdict
