"""The tests of whole distributions: their bounds hold, and what they count is right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.conformance.drawing import rounded
from xavier_theory.conformance.checks import judged
from xavier_theory.conformance.distribution import (
    PRECISIONS,
    RESOLUTION,
    Counted,
    Precision,
    band,
    distance,
    fewest_distinct,
    most_equal,
    nearest_end,
    precision,
)
from xavier_theory.conformance.entries import agreement, lagged
from xavier_theory.conformance.laws import normal, uniform
from xavier_theory.conformance.pivots import GaussianMeanTest, ScaleTest
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.rates import ErrorRates

EXACT = Precision("float64", 53, 2.0**-1074)


def test_the_distance_is_that_of_kolmogorov() -> None:
    sample = np.random.default_rng(3).standard_normal(1000)
    far, _ = distance(Counted.of(sample), normal(0.0, 1.0), EXACT)
    assert far == pytest.approx(stats.kstest(sample, "norm").statistic, abs=1e-12)


def test_bounds_hold_at_a_rate_that_can_be_counted() -> None:
    """Of 4,000 samples at 5 %, a bound that holds is passed by at most 5 % and 5 deviations."""
    rng, runs, n, alpha = np.random.default_rng(5), 4000, 200, 0.05
    law = uniform(0.0, 1.0)
    far = top = few = 0
    cells = 400
    expected = cells * -math.expm1(n * math.log1p(-1 / cells))
    fewest = expected - math.sqrt(2 * expected * math.log(1 / alpha))
    for _ in range(runs):
        sample = np.sort(rng.random(n))
        steps = np.arange(1, n + 1) / n
        far += max(np.max(steps - sample), np.max(sample - steps + 1 / n)) > band(n, alpha)
        top += sample[-1] < nearest_end(law, n, alpha, upper=True)
        few += len(set(np.floor(sample * cells))) < fewest
    most = runs * alpha + 5 * math.sqrt(runs * alpha)
    assert 0 < far <= most and 0 < top <= most and few <= most


def test_pivots_hold_their_level() -> None:
    rng, runs, n = np.random.default_rng(6), 4000, 50
    rates = ErrorRates(0.5, 0.05, 0.05)
    means = rng.standard_normal((runs, n)).mean(axis=1)
    missed = np.count_nonzero(GaussianMeanTest(1.0).verdicts(means, n, 0.0, rates) == "refuted")
    assert runs * 0.05 * 0.7 < missed < runs * 0.05 * 1.3  # exact
    ratios = 3 * np.square(rng.uniform(-1, 1, (runs, n))).mean(axis=1)
    test = ScaleTest(3.0, 0.8)
    assert np.count_nonzero(test.verdicts(ratios, n, 1.0, rates) == "refuted") <= runs * 0.05


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_a_narrow_type_is_counted_by_code(name: str) -> None:
    kind = precision(name)
    drawn = np.random.default_rng(7).standard_normal(2**17)
    sample = rounded(np.concatenate([drawn, [0.0, -0.0]]), name)
    by_code, by_value = Counted.of(sample, kind), Counted.of(sample)
    assert np.array_equal(by_code.values, by_value.values)
    assert np.array_equal(by_code.counts, by_value.counts)
    assert by_code.count(by_code.values == 0) >= 2
    assert by_code.mean == pytest.approx(float(np.mean(sample, dtype=float)), abs=1e-12)
    assert by_code.mean_square(0.5) == pytest.approx(np.mean((sample.astype(float) - 0.5) ** 2))


def test_the_numbers_of_narrow_types() -> None:
    half, brain = precision("float16"), precision("bfloat16")
    assert half.grid[-1] == 65504 and half.grid[half.grid > 0][0] == 2**-24 == half.least
    assert brain.grid[brain.grid > 0][0] == 2**-133 == brain.least
    assert half.grid.size == 2 * 31 * 2**10 - 1 and brain.grid.size == 2 * 255 * 2**7 - 1
    for kind in (half, brain):  # the next number after 1 is two units away
        assert kind.grid[kind.grid > 1][0] - 1 == 2 * kind.unit
    assert precision("complex64") is PRECISIONS["float32"]


@pytest.mark.parametrize("name", ["float32", "float16", "bfloat16"])
def test_right_samples_have_many_values(name: str) -> None:
    kind, law, n = precision(name), normal(0.0, 1.0), 2**20
    drawn = rounded(np.random.default_rng(8).standard_normal(n), name)
    met = Counted.of(drawn, kind).values.size
    fewest = fewest_distinct(law, n, kind, 1e-9)
    assert fewest < met < 2.6 * fewest  # half of what is expected of 2^22 or of the type's numbers


def test_most_equal_is_the_binomial_quantile() -> None:
    for n, share, alpha in ((10**6, RESOLUTION, 1e-9), (1000, 0.5, 1e-3), (5, 0.0, 0.1)):
        k = most_equal(n, share, alpha)
        assert stats.binom.sf(k, n, share) <= alpha
        assert k == 0 or stats.binom.sf(k - 1, n, share) > alpha


def test_lags_are_disjoint_pairs() -> None:
    flat = np.arange(24, dtype=np.int8)
    found = {int(after[0] - before[0]): (before, after) for before, after in lagged(flat, 5)}
    assert sorted(found) == [1, 2, 4, 5, 8, 12]
    for lag, (before, after) in found.items():
        assert np.array_equal(after - before, np.full(before.size, lag))
        both = np.concatenate([before, after])
        assert np.unique(both).size == both.size


def test_agreement_needs_pairs_and_allows_uneven_quarters() -> None:
    rng = np.random.default_rng(9)
    uneven = [rng.choice(4, 10**5, p=[0.4, 0.3, 0.2, 0.1]).astype(np.int8) for _ in range(2)]
    assert agreement("of two", [(uneven[0], uneven[1])], 1e-6).verdict == "conforms"
    assert agreement("of two", [(uneven[0], uneven[0])], 1e-6).verdict == "deviates"
    with pytest.raises(InvalidInputError, match="no pairs"):
        agreement("of none", [], 1e-6)


def test_a_finding_deviates_where_the_intervals_are_apart() -> None:
    assert judged("x", (0.0, 1.0), 1.5, (0.9, 2.0)).verdict == "conforms"
    assert judged("x", (0.0, 1.0), 1.5, (1.1, 2.0)).verdict == "deviates"
    assert judged("x", (0.0, 1.0), -1.0, (-2.0, -0.1)).verdict == "deviates"
