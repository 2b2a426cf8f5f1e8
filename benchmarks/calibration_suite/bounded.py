"""Means of bounded scalars: a coin, the law of largest variance, and a Beta law that varies little.

A coin's sample is a count of successes, so all but betting, which depends on the order, are drawn
as counts; Beta laws and betting from raw samples. A variance is tested as the mean of ½(x₁ − x₂)².
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xavier_theory.statistics import BoundedMeanTest, ErrorRates, StatisticalTest

from .judging import Verdicts
from .methods.betting_mean import BettingMeanTest
from .methods.bounded_mean import (
    Method,
    bounded_mean_test,
    bounded_variance_test,
    paired_half_squares,
)
from .methods.empirical_bernstein import EmpiricalBernsteinTest
from .subjects import Array, Subject, equal_rates, factors

__all__ = ["bounded_subjects", "judge_samples", "runs_for"]

Draw = Callable[[np.random.Generator, int, int, float], Array]
"""(generator, runs, n, mean) ↦ raw samples, shape `(runs, n)`."""

_MEAN = 0.5
_DELTA = 0.2
_BLOCKS = 8
_MANY = 100_000
_METHODS: tuple[tuple[Method, float | None], ...] = (
    ("hoeffding", None),
    ("dkwm", None),
    ("bernstein", 0.25),
    ("empirical-bernstein", None),
    ("betting", None),
)


def bounded_subjects() -> list[Subject]:
    """Return the subjects with bounded scalars, in the order of the table."""
    coins = [_coin(method, bound) for method, bound in _METHODS]
    narrow: tuple[Method, ...] = ("bernstein", "empirical-bernstein", "betting")
    betas = [_beta(method) for method in narrow]
    variances = [_variance(method) for method, bound in _METHODS if bound is None]
    return [*coins, *betas, *variances]


def runs_for(rates: ErrorRates) -> int:
    """Return how many raw runs resolve the smaller rate: with no hit at all, half of it."""
    return int(40 / rates.refutation_level)


def coin(generator: np.random.Generator, runs: int, n: int, mean: float) -> Array:
    """Values 0 and 1: the law of largest variance on [0, 1]."""
    return (generator.random((runs, n)) < mean).astype(float)


def beta(generator: np.random.Generator, runs: int, n: int, mean: float) -> Array:
    """Beta law of variance mean(1 − mean)/6, below 0.05."""
    return generator.beta(5 * mean, 5 * (1 - mean), (runs, n))


def half_squares(generator: np.random.Generator, runs: int, n: int, mean: float) -> Array:
    """½(x₁ − x₂)² of uniform x in [−√3, √3] scaled to the variance `mean`."""
    half = np.sqrt(3.0 * mean)
    flat = paired_half_squares(generator.uniform(-half, half, 2 * runs * n))
    return flat.reshape(runs, n)


def judge_samples(
    test: StatisticalTest, samples: Array, prediction: float, rates: ErrorRates
) -> list[str]:
    """Return the verdict of each row, judged by the method's own code."""
    if isinstance(test, BoundedMeanTest):
        n = samples.shape[1]
        return [str(v) for v in test.verdicts(samples.mean(axis=1), n, prediction, rates)]
    if isinstance(test, EmpiricalBernsteinTest):
        moments = zip(samples.mean(axis=1), samples.var(axis=1, ddof=1), strict=True)
        judged = (test.judge(m, v, samples.shape[1], prediction, rates) for m, v in moments)
        return [outcome.verdict.value for outcome in judged]
    return [_in_blocks(test, row, prediction, rates) for row in samples]


def _in_blocks(test: StatisticalTest, row: Array, prediction: float, rates: ErrorRates) -> str:
    """Return the verdict of a sequential run that is given its sample in a few blocks."""
    run = test.start(prediction, rates, row.size)
    for part in np.array_split(row, _BLOCKS):
        run.update(part)
        if run.finished:
            break
    return run.outcome().verdict.value


def _coin(method: Method, bound: float | None) -> Subject:
    test = bounded_mean_test(0.0, 1.0, bound, method)
    if isinstance(test, BettingMeanTest):
        return _raw(f"bounded mean, {method}", "coin", test, coin, _MEAN)

    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        found = {}
        for truth, factor in factors(rates.delta).items():
            counts = generator.binomial(n, factor * _MEAN, runs)
            distinct, where = np.unique(counts, return_inverse=True)
            samples = np.arange(n) < distinct[:, np.newaxis]
            verdicts = judge_samples(test, samples.astype(float), _MEAN, rates)
            found[truth] = np.array(verdicts)[where]
        return found

    def size(rates: ErrorRates) -> int:
        return test.sample_size(rates, _MEAN)

    return Subject(
        f"bounded mean, {method}",
        "coin",
        test.guarantee,
        "drawn from its exact law",
        equal_rates(_DELTA, 0.1, 0.01, 0.001),
        size,
        play,
        lambda rates: _MANY,
    )


def _beta(method: Method) -> Subject:
    test = bounded_mean_test(0.0, 1.0, 0.05, method)
    name = f"bounded mean, {method}"
    return _raw(name, "Beta, variance bound 0.05", test, beta, _MEAN)


def _variance(method: Method) -> Subject:
    """Test the variance of uniform weights, at a range that holds the widest of the truths."""
    reach = float(np.sqrt(3.0 * (1.0 + _DELTA)))
    test = bounded_variance_test(-reach, reach, method)
    return _raw(f"bounded variance, {method}", "pairs of uniforms", test, half_squares, 1.0)


def _raw(name: str, law: str, test: StatisticalTest, draw: Draw, prediction: float) -> Subject:
    """Return a subject whose samples are drawn whole, a few runs at a time."""

    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        step = max(1, 2**20 // n)
        found = {}
        for truth, factor in factors(rates.delta).items():
            verdicts: list[str] = []
            while len(verdicts) < runs:
                samples = draw(generator, min(step, runs - len(verdicts)), n, factor * prediction)
                verdicts += judge_samples(test, samples, prediction, rates)
            found[truth] = np.array(verdicts)
        return found

    def size(rates: ErrorRates) -> int:
        return test.sample_size(rates, prediction)

    rates = equal_rates(_DELTA, 0.1, 0.01)
    return Subject(name, law, test.guarantee, "raw samples", rates, size, play, runs_for)
