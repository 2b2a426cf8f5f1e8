"""Every weight law on a sampled layer: z = Σ_j W_j a_j, and the second moment of z, or of relu(z).

The input a is fixed and the weights are drawn entry by entry, so nothing but independence and the
law itself makes z. A variance off by δ scales z, and the estimates of scale families with it: one
set of draws serves all three truths (the union bound over comparisons allows it).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xavier_theory.monte_carlo.laws import (
    LAWS,
    Law,
    preactivation_bound,
    preactivation_kurtosis,
)
from xavier_theory.statistics import (
    ErrorRates,
    GaussianVarianceTest,
    HeavyTailedMeanTest,
    SequentialGaussianVarianceTest,
)

from .bounded import judge_samples, runs_for
from .judging import Verdicts
from .methods.bounded_mean import Method, bounded_mean_test
from .methods.median_of_means import MedianOfMeansTest
from .methods.rectified_variance import RectifiedVarianceTest
from .subjects import Array, Subject, equal_rates, factors, in_chunks

__all__ = ["INPUT", "layer_subjects", "preactivations"]

INPUT = np.array([1.0, 0.5, -0.5, 0.25])
"""a^[l−1] of every simulated layer."""
_UNIT = 1.0 / float(INPUT @ INPUT)  # the weight variance at which E z² = 1
_DELTA = 0.3
_RAW = "raw weights"
_BOUNDED = ("uniform", "truncated-normal", "rademacher")
_MADE = ("normal", *_BOUNDED, "student-t")


def layer_subjects() -> list[Subject]:
    """Return the subjects with sampled layers, in the order of the table."""
    subjects = [_gaussian(), _rectified(), _sequential()]
    for name in _MADE:
        subjects += [
            _heavy(LAWS[name], method, relu=False) for method in ("catoni", "median-of-means")
        ]
    subjects += [_heavy(LAWS[name], "catoni", relu=True) for name in ("rademacher", "student-t")]
    methods: tuple[Method, ...] = ("bernstein", "betting")
    for name in _BOUNDED:
        subjects += [_bounded(LAWS[name], method) for method in methods]
    return subjects


def preactivations(
    law: Law, generator: np.random.Generator, shape: tuple[int, ...], variance: float = _UNIT
) -> Array:
    """Return z of `shape`, one fresh row of weights for each."""
    return law.sample(generator, (*shape, INPUT.size), variance) @ INPUT


def _estimated(
    law: Law, estimate: Callable[[Array], Array]
) -> Callable[[np.random.Generator, int, int], Array]:
    """Return (generator, runs, n) ↦ estimates of E z² = 1 from raw weights, shape `(runs,)`."""

    def draw(generator: np.random.Generator, runs: int, n: int) -> Array:
        def piece(count: int) -> Array:
            return estimate(preactivations(law, generator, (count, n)))

        return in_chunks(piece, runs, n * INPUT.size)

    return draw


def _gaussian() -> Subject:
    test = GaussianVarianceTest()
    draw = _estimated(LAWS["normal"], lambda z: np.square(z).mean(axis=1))

    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        estimates = draw(generator, runs, n)
        found = factors(rates.delta)
        return {t: test.verdicts(f * estimates, n, 1.0, rates) for t, f in found.items()}

    rates = equal_rates(_DELTA, 0.1, 0.01, 0.001)
    law = "layer, normal weights"
    name = "Gaussian variance"
    return Subject(name, law, test.guarantee, _RAW, rates, test.sample_size, play, runs_for)


def _rectified() -> Subject:
    test = RectifiedVarianceTest()
    draw = _estimated(LAWS["normal"], lambda z: 2.0 * np.square(np.maximum(z, 0.0)).mean(axis=1))

    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        estimates = draw(generator, runs, n)
        found = factors(rates.delta)
        return {t: test.verdicts(f * estimates, n, 1.0, rates) for t, f in found.items()}

    rates = equal_rates(_DELTA, 0.1, 0.01)
    law = "relu layer, normal weights"
    name = "rectified second moment"
    return Subject(name, law, test.guarantee, _RAW, rates, test.sample_size, play, runs_for)


def _sequential() -> Subject:
    """Run the streaming form itself, on z in blocks."""
    test = SequentialGaussianVarianceTest()

    def verdict(z: Array, rates: ErrorRates) -> str:
        run = test.start(1.0, rates, z.size)
        for part in np.array_split(z, 16):
            run.update(part)
            if run.finished:
                break
        return run.outcome().verdict.value

    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        found: dict[str, list[str]] = {truth: [] for truth in factors(rates.delta)}
        for _ in range(runs):
            z = preactivations(LAWS["normal"], generator, (n,))
            for truth, factor in factors(rates.delta).items():
                found[truth].append(verdict(np.sqrt(factor) * z, rates))
        return {truth: np.array(verdicts) for truth, verdicts in found.items()}

    rates = equal_rates(_DELTA, 0.1, 0.01)
    law = "layer, normal weights"
    name = "Gaussian variance, sequential"
    return Subject(name, law, test.guarantee, _RAW, rates, test.sample_size, play, runs_for)


def _heavy(law: Law, method: str, relu: bool) -> Subject:
    """Return a subject whose moment bound comes from the law's kurtosis.

    E z⁴ = κ_z(E z²)²; relu halves E z² and E z⁴, so that the relative variance is 2κ_z − 1.
    """
    kurtosis = float(preactivation_kurtosis(law, INPUT))
    bound = 2.0 * kurtosis - 1.0 if relu else kurtosis - 1.0
    kind: type[HeavyTailedMeanTest | MedianOfMeansTest] = (
        HeavyTailedMeanTest if method == "catoni" else MedianOfMeansTest
    )
    test = kind(relative_variance_bound=bound)

    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        def estimate(z: Array) -> Array:
            squares = 2.0 * np.square(np.maximum(z, 0.0)) if relu else np.square(z)
            return test.estimates(squares, rates)

        estimates = _estimated(law, estimate)(generator, runs, n)
        found = factors(rates.delta)
        return {t: test.verdicts(f * estimates, n, 1.0, rates) for t, f in found.items()}

    return Subject(
        f"heavy-tailed mean, {method}",
        f"{'relu layer' if relu else 'layer'}, {law.name} weights",
        test.guarantee,
        _RAW,
        equal_rates(_DELTA, 0.1, 0.01),
        test.sample_size,
        play,
        runs_for,
    )


def _bounded(law: Law, method: Method) -> Subject:
    """Return a subject for bounded weights: z² ≤ (Σ|W_j a_j|)², and Var z² = (κ_z − 1)(E z²)²."""
    widest = 1.0 + _DELTA
    top = float(preactivation_bound(law, widest * _UNIT, INPUT)) ** 2 * (1 + 1e-12)
    spread = (float(preactivation_kurtosis(law, INPUT)) - 1.0) * widest**2 * (1 + 1e-12)
    test = bounded_mean_test(0.0, top, spread, method)

    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        found: dict[str, list[str]] = {truth: [] for truth in factors(rates.delta)}
        step = max(1, 2**18 // n)
        for start in range(0, runs, step):
            z = preactivations(law, generator, (min(step, runs - start), n))
            for truth, factor in factors(rates.delta).items():
                found[truth] += judge_samples(test, factor * np.square(z), 1.0, rates)
        return {truth: np.array(verdicts) for truth, verdicts in found.items()}

    return Subject(
        f"bounded mean, {method}",
        f"layer, {law.name} weights",
        test.guarantee,
        _RAW,
        equal_rates(_DELTA, 0.1, 0.01),
        test.sample_size,
        play,
        runs_for,
    )
