"""Tests that are wrong on purpose: the suite must report each as broken, on the promise named.

Each is a mistake that people make. None of them is in the package.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xavier_theory.monte_carlo.laws import LAWS
from xavier_theory.statistics import (
    BoundedMeanTest,
    ErrorRates,
    GaussianVarianceTest,
    Verdict,
)

from .judging import Verdicts
from .layers import preactivations
from .subjects import Array, Play, Subject, factors, in_chunks

__all__ = ["Planted", "planted_tests"]

_FIXED = GaussianVarianceTest()
_WRONG = "none (planted)"
_RUNS = 4000


@dataclass(frozen=True)
class Planted:
    """A wrong test, the promise that it breaks, and why."""

    subject: Subject
    breaks: str
    why: str


def planted_tests() -> list[Planted]:
    """Return every wrong test."""
    level = ErrorRates(0.1, 0.01, 0.01)
    return [
        Planted(
            _subject("z-test of depth", "relu net, width 16, 50 layers", _DEPTH, _depth, 300),
            "false refutation",
            "the mean over 2,000 nets is far from normal: E q²/(E q)² is 8e5",
        ),
        Planted(
            _subject("one-sided χ²", "χ²", level, _one_sided, _RUNS),
            "missed error",
            "a variance that is too small is never refuted",
        ),
        Planted(
            _subject("not shown to differ", "χ², a tenth of the sample", level, _unshown, _RUNS),
            "wrong consistent",
            "too few samples show no difference, and that is called consistent",
        ),
        Planted(
            _subject("peeking", "χ², 64 looks", level, _peeking, _RUNS),
            "false refutation",
            "a fixed-size limit is used at every look",
        ),
        Planted(
            _subject("shared weights", "8 images, correlation 0.9", level, _shared, _RUNS),
            "false refutation",
            "images that share one W are counted as independent draws",
        ),
        Planted(
            _subject("χ² for any weights", "layer, student-t weights", level, _student, _RUNS),
            "false refutation",
            "z² varies more than under Gaussian weights",
        ),
        Planted(
            _subject("false variance bound", "coin, bound 0.02", level, _false_bound, _RUNS),
            "false refutation",
            "the variance is 0.25, so that Bernstein's limits are too narrow",
        ),
    ]


_DEPTH = ErrorRates(0.1, 1e-3, 1e-3)


def _subject(test: str, law: str, rates: ErrorRates, play: Play, runs: int) -> Subject:
    size = _FIXED.sample_size
    return Subject(test, law, _WRONG, "simulated", (rates,), size, play, lambda rates: runs)


def _three(refuted: Array, consistent: Array) -> Array:
    names = [Verdict.REFUTED.value, Verdict.CONSISTENT.value]
    return np.select([refuted, consistent], names, Verdict.UNDECIDED.value)


def _depth(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
    """z-test of E q = 1, q = ‖a^[50]‖²/‖a^[0]‖², for He's relu nets of width 16.

    Given a layer, the next squared norm is (2/16)·χ²_K of it, K ~ Binomial(16, ½) active units.
    """
    width, layers, nets = 16, 50, 2000

    def scores(count: int) -> Array:
        q = np.ones((count, nets))
        for _ in range(layers):
            active = generator.binomial(width, 0.5, q.shape)
            q *= 2.0 / width * 2.0 * generator.standard_gamma(active / 2)
        return (q.mean(axis=1) - 1.0) / (q.std(axis=1, ddof=1) / np.sqrt(nets))

    refuted = np.abs(in_chunks(scores, runs, nets)) > 3.2905  # two-sided 1e-3
    return {"true": _three(refuted, ~refuted)}


def _one_sided(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
    _, high = _quantiles(rates.alpha, n)
    low, _ = _quantiles(rates.alpha, n)
    found = {}
    for truth, factor in factors(rates.delta).items():
        estimates = _FIXED.simulate(generator, n, factor, runs)
        found[truth] = _three(estimates >= high, estimates <= (1 + rates.delta) * low)
    return found


def _unshown(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
    few = n // 10
    low, high = _quantiles(rates.alpha / 2, few)
    found = {}
    for truth, factor in factors(rates.delta).items():
        estimates = _FIXED.simulate(generator, few, factor, runs)
        refuted = (estimates <= low) | (estimates >= high)
        found[truth] = _three(refuted, ~refuted)
    return found


def _peeking(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
    ends = np.unique(np.linspace(0, n, 65).astype(int)[1:])
    increments = generator.chisquare(np.diff(ends, prepend=0), (runs, ends.size))
    estimates = np.cumsum(increments, axis=1) / ends
    limits = np.array([_quantiles(rates.alpha / 2, int(end)) for end in ends])
    refuted = ((estimates <= limits[:, 0]) | (estimates >= limits[:, 1])).any(axis=1)
    return {"true": _three(refuted, ~refuted)}


def _shared(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
    """Σ z² over 8 images of one row of weights is a weighted sum of χ²₁ (weights: eigenvalues)."""
    images, correlation = 8, 0.9
    eigenvalues = np.full(images, 1.0 - correlation)
    eigenvalues[0] += images * correlation
    rows = n // images
    estimates = generator.chisquare(rows, (runs, images)) @ eigenvalues / (rows * images)
    return {"true": _FIXED.verdicts(estimates, rows * images, 1.0, rates)}


def _student(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
    few = n // 10  # enough for the promise about wrong claims, which holds at every size

    def draw(count: int) -> Array:
        z = preactivations(LAWS["student-t"], generator, (count, few))
        return np.square(z).mean(axis=1)

    return {"true": _FIXED.verdicts(in_chunks(draw, runs, 4 * few), few, 1.0, rates)}


def _false_bound(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
    test = BoundedMeanTest(0.0, 1.0, 0.02, "bernstein")
    n = test.sample_size(rates, 0.5)
    samples = (generator.random((runs, n)) < 0.5).mean(axis=1)
    return {"true": test.verdicts(samples, n, 0.5, rates)}


def _quantiles(tail: float, n: int) -> tuple[float, float]:
    """Return both χ²_n/n quantiles at `tail`."""
    from scipy import stats

    return float(stats.chi2.ppf(tail, n)) / n, float(stats.chi2.isf(tail, n)) / n
