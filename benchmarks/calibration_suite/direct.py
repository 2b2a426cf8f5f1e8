"""Tests whose sufficient statistic has an exact law: it is drawn at once, one number a run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xavier_theory.statistics import (
    ChernoffMeanTest,
    CumulantFunction,
    ErrorRates,
    GaussianVarianceTest,
    ProportionTest,
    SequentialGaussianVarianceTest,
    Tolerance,
    log_chi_square,
    rectified_chi_square,
    weighted_chi_square,
)

from .judging import Verdicts
from .methods.alive_norm import log_alive_chi_square
from .methods.rectified_variance import RectifiedVarianceTest
from .subjects import (
    Array,
    Subject,
    equal_rates,
    factors,
    in_chunks,
    unequal_rates,
)

__all__ = ["direct_subjects"]

_MANY = 200_000
_DRAWN = "drawn from its exact law"
_SUMS = "means of raw draws of the pivot"
_WIDTHS = (1.0, 0.3)
LEVELS = (0.1, 0.01, 0.001)
Means = Callable[[np.random.Generator, int, int], Array]
"""(generator, n, runs) ↦ the means of `runs` samples of n, shape `(runs,)`."""


def direct_subjects() -> list[Subject]:
    """Return the subjects with an exact law, in the order of the table."""
    return [*_squares(), _sequential(), *_chernoff(), *_proportions()]


def _many(rates: ErrorRates) -> int:
    return _MANY


def _squares() -> list[Subject]:
    fixed, rectified = GaussianVarianceTest(), RectifiedVarianceTest()
    rates = equal_rates(0.1, *LEVELS) + unequal_rates(0.1)
    subjects = []
    for name, test, law in (
        ("Gaussian variance", fixed, "χ²"),
        ("rectified second moment", rectified, "binomial mixture of χ²"),
    ):

        def play(
            generator: np.random.Generator,
            rates: ErrorRates,
            n: int,
            runs: int,
            test: GaussianVarianceTest | RectifiedVarianceTest = test,
        ) -> Verdicts:
            return {
                truth: test.verdicts(test.simulate(generator, n, factor, runs), n, 1.0, rates)
                for truth, factor in factors(rates.delta).items()
            }

        subjects.append(
            Subject(name, law, test.guarantee, _DRAWN, rates, test.sample_size, play, _many)
        )

    def interval(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        truths = {"true": 2.0, "above": 2.0 * (1 + rates.delta), "below": 1.0 - rates.delta}
        return {
            truth: fixed.verdicts(fixed.simulate(generator, n, theta, runs), n, (1.0, 2.0), rates)
            for truth, theta in truths.items()
        }

    def size(rates: ErrorRates) -> int:
        return fixed.sample_size(rates, (1.0, 2.0))

    law = "χ², prediction [1, 2], truth at its end"
    subjects.insert(
        1,
        Subject(
            "Gaussian variance", law, fixed.guarantee, _DRAWN, rates[:3], size, interval, _many
        ),
    )
    return subjects


def _sequential() -> Subject:
    test = SequentialGaussianVarianceTest()

    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        return {
            truth: np.concatenate(
                [
                    test.simulate(generator, factor, rates, min(4000, runs - start)).verdicts
                    for start in range(0, runs, 4000)
                ]
            )
            for truth, factor in factors(rates.delta).items()
        }

    def runs(rates: ErrorRates) -> int:
        return 60_000 if rates.alpha < 0.005 else 20_000

    rates = equal_rates(0.1, *LEVELS) + unequal_rates(0.1)
    law = "χ² increments, 256 looks"
    return Subject(
        "Gaussian variance, sequential",
        law,
        test.guarantee,
        _DRAWN,
        rates,
        test.sample_size,
        play,
        runs,
    )


def _chernoff() -> list[Subject]:
    absolute = Tolerance("absolute")
    subjects = []
    for cgf in (log_chi_square(4), log_alive_chi_square(8)):
        test = ChernoffMeanTest(cgf, "location", absolute)

        def located(
            generator: np.random.Generator,
            rates: ErrorRates,
            n: int,
            runs: int,
            test: ChernoffMeanTest = test,
        ) -> Verdicts:
            means = _means(test.cgf, generator, n, runs) - test.cgf.mean
            shifts = {"true": 0.0, "above": rates.delta, "below": -rates.delta}
            return {t: test.verdicts(means + shift, n, 0.0, rates) for t, shift in shifts.items()}

        def size(rates: ErrorRates, test: ChernoffMeanTest = test) -> int:
            return test.sample_size(rates, 0.0)

        subjects.append(
            Subject(
                "Chernoff, logarithms",
                cgf.name,
                test.guarantee,
                _SUMS,
                equal_rates(0.3, *LEVELS),
                size,
                located,
                lambda rates: int(max(10_000, 40 / rates.alpha)),
            )
        )
    weighted = ChernoffMeanTest(weighted_chi_square(_WIDTHS), "scale")
    rectified = ChernoffMeanTest(rectified_chi_square(), "scale")
    return [
        *subjects,
        _scale(weighted, "weighted χ²₁ (weights 1, 0.3)", _weighted_means),
        _scale(rectified, "rectified χ²₁", _rectified_means),
    ]


def _means(cgf: CumulantFunction, generator: np.random.Generator, n: int, runs: int) -> Array:
    def draw(count: int) -> Array:
        return cgf.sample(generator, count * n).reshape(count, n).mean(axis=1)

    return in_chunks(draw, runs, n)


def _weighted_means(generator: np.random.Generator, n: int, runs: int) -> Array:
    """Sums over n of λχ²₁ are λχ²_n."""
    return generator.chisquare(n, (runs, len(_WIDTHS))) @ np.array(_WIDTHS) / n


def _rectified_means(generator: np.random.Generator, n: int, runs: int) -> Array:
    return RectifiedVarianceTest().simulate(generator, n, 1.0, runs) / 2.0


def _scale(test: ChernoffMeanTest, law: str, means: Means) -> Subject:
    def play(generator: np.random.Generator, rates: ErrorRates, n: int, runs: int) -> Verdicts:
        pivots = means(generator, n, runs) / test.cgf.mean
        return {
            t: test.verdicts(f * pivots, n, 1.0, rates) for t, f in factors(rates.delta).items()
        }

    rates = equal_rates(0.1, *LEVELS)
    name = "Chernoff, scale"
    return Subject(name, law, test.guarantee, _DRAWN, rates, test.sample_size, play, _many)


def _proportions() -> list[Subject]:
    test = ProportionTest()
    subjects = []
    for prediction in (0.5, 0.1):

        def play(
            generator: np.random.Generator,
            rates: ErrorRates,
            n: int,
            runs: int,
            prediction: float = prediction,
        ) -> Verdicts:
            found = {}
            for truth, factor in factors(rates.delta).items():
                counts = test.simulate(generator, n, factor * prediction, runs)
                distinct, where = np.unique(counts, return_inverse=True)
                judged = [test.judge(int(k), n, prediction, rates).verdict for k in distinct]
                found[truth] = np.array([verdict.value for verdict in judged])[where]
            return found

        def size(rates: ErrorRates, prediction: float = prediction) -> int:
            return test.sample_size(rates, prediction)

        subjects.append(
            Subject(
                "proportion",
                f"binomial, p = {prediction}",
                test.guarantee,
                _DRAWN,
                equal_rates(0.2, *LEVELS) + unequal_rates(0.2),
                size,
                play,
                _many,
            )
        )
    return subjects
