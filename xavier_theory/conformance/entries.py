"""Checks of independent entries against a law: of one sample, and of two that should not depend.

A run's total error rate is split over its checks by the union bound; each function here takes the
share ``alpha`` of all the checks that it returns, and splits it again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from xavier_theory.conformance.checks import Finding, judged
from xavier_theory.conformance.distribution import (
    RESOLUTION,
    Counted,
    Precision,
    band,
    distance,
    fewest_distinct,
    most_equal,
    nearest_end,
)
from xavier_theory.conformance.laws import ComplexLaw, Law, uniform
from xavier_theory.conformance.pivots import GaussianMeanTest, ScaleTest
from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.bounded_mean import BoundedMeanTest
from xavier_theory.statistics.gaussian_variance import GaussianVarianceTest
from xavier_theory.statistics.hypothesis import Tolerance
from xavier_theory.statistics.proportion import clopper_pearson
from xavier_theory.statistics.rates import ErrorRates

Sample = NDArray[np.inexact]
LONGEST = 2**20  # entries among which dependence is looked for
PHASE = uniform(-math.pi, math.pi)


def real_findings(sample: Sample, law: Law, kind: Precision, alpha: float) -> list[Finding]:
    """Moments, distribution, support, atoms, number of values and symmetry of real entries."""
    counted = Counted.of(np.ravel(sample), kind)
    checks: list[Callable[[float], Finding]] = [
        lambda a: variance(counted.mean_square(law.mean), counted.n, law, kind, a),
        lambda a: mean(counted.mean, counted.n, law, kind, a),
        lambda a: distribution("distribution", counted, law, kind, a),
        lambda a: support(counted, law, kind),
        lambda a: reach(counted, law, kind, a),
        lambda a: zeros(counted, law, kind, a),
        lambda a: distinct(counted, law, kind, a),
    ]
    if law.symmetric and law.mean == 0:
        checks.append(lambda a: signs(counted, law, a))
    return [check(alpha / len(checks)) for check in checks]


def complex_findings(
    sample: Sample, law: ComplexLaw, kind: Precision, alpha: float
) -> list[Finding]:
    """The same of complex entries: of |w|², the phase, and the means of both parts."""
    flat = np.ravel(sample)
    squares = Counted.of(np.square(flat.real) + np.square(flat.imag))
    phases = Counted.of(np.angle(flat))
    # |w|² carries twice the roundings of w
    double = Precision(kind.name, kind.bits - 1, kind.least)
    part = math.sqrt(law.energy / 2)
    share = alpha / 7
    return [
        _energy(squares.mean, squares.n, law, kind, share),
        _part_mean("mean of the real part", float(flat.real.mean()), flat.size, law, part, share),
        _part_mean("mean of the imaginary part", float(flat.imag.mean()), flat.size, law, part,
                   share),
        distribution("distribution of |w|²", squares, law.squared, double, share),
        distribution("distribution of the phase", phases, PHASE, kind, share),
        support(squares, law.squared, double),
        zeros(squares, law.squared, double, share),
    ]  # fmt: skip


def variance(mean_square: float, n: int, law: Law, kind: Precision, alpha: float) -> Finding:
    """Var W over the documented one; an interval as if only the scale deviated."""
    off = kind.slack + kind.floor / law.std
    ratio = mean_square / law.std**2
    rates = rates_at(alpha)
    if law.gaussian:
        found = GaussianVarianceTest().judge(ratio, n, 1.0, rates)
    else:
        found = ScaleTest(law.reach**2, law.square_variance).judge(ratio, n, 1.0, rates)
    return judged("variance", ((1 - off) ** 2, (1 + off) ** 2), ratio,
                  (found.lower, found.upper), "ratio to the documented variance")  # fmt: skip


def _energy(mean_square: float, n: int, law: ComplexLaw, kind: Precision, alpha: float) -> Finding:
    off = kind.slack + kind.floor / math.sqrt(law.energy)
    ratio, squared, rates = mean_square / law.energy, law.squared, rates_at(alpha)
    if law.gaussian:  # 2n real parts, each normal
        found = GaussianVarianceTest().judge(ratio, 2 * n, 1.0, rates)
    else:
        spread = (squared.std / squared.mean) ** 2
        found = ScaleTest(squared.high / squared.mean, spread).judge(ratio, n, 1.0, rates)
    return judged("variance", ((1 - off) ** 2, (1 + off) ** 2), ratio,
                  (found.lower, found.upper), "ratio to the documented variance")  # fmt: skip


def mean(sampled: float, n: int, law: Law, kind: Precision, alpha: float) -> Finding:
    """(E W − documented)/σ; rounding to nearest leaves the mean 0 of a symmetric law alone."""
    off = abs(law.mean) * kind.slack / law.std
    return _shift("mean", (sampled - law.mean) / law.std, n, law.reach, (0.0 - off, off), alpha)


def _part_mean(
    name: str, sampled: float, n: int, law: ComplexLaw, part: float, alpha: float
) -> Finding:
    reach = math.inf if law.gaussian else math.sqrt(law.squared.high) / part
    return _shift(name, sampled / part, n, reach, (0.0, 0.0), alpha)


def _shift(
    name: str, shift: float, n: int, reach: float, allowed: tuple[float, float], alpha: float
) -> Finding:
    rates = rates_at(alpha)
    if math.isinf(reach):
        found = GaussianMeanTest(1.0).judge(shift, n, 0.0, rates)
    else:
        test = BoundedMeanTest(-reach, reach, 1.0, "bernstein", Tolerance("absolute"))
        # of a sample beyond its support the prediction alone is in the range
        found = test.judge(shift, n, 0.0, rates)
    return judged(name, allowed, shift, (found.lower, found.upper), "shift in deviations")


def distribution(name: str, counted: Counted, law: Law, kind: Precision, alpha: float) -> Finding:
    """The largest distance of the distribution functions, of which rounding explains none."""
    far, where = distance(counted, law, kind)
    epsilon = band(counted.n, alpha)
    return judged(name, (0.0, 0.0), far, (max(far - epsilon, 0.0), far + epsilon),
                  f"distance of the distribution functions, at {where:.4g}")  # fmt: skip


def support(counted: Counted, law: Law, kind: Precision) -> Finding:
    """How many entries lie beyond the documented ends: none may."""
    low, high = law.low, law.high
    beyond = (counted.values < low - abs(low) * kind.slack - kind.floor if math.isfinite(low)
              else np.zeros(counted.values.size, bool))  # fmt: skip
    if math.isfinite(high):
        beyond = beyond | (counted.values > high + abs(high) * kind.slack + kind.floor)
    share = counted.count(beyond) / counted.n
    return judged("support", (0.0, 0.0), share, (share, share), "share beyond the documented ends")


def reach(counted: Counted, law: Law, kind: Precision, alpha: float) -> Finding:
    """How far both extremes stay behind what the extremes of such a sample reach."""
    missing = 0.0
    lowest, highest = float(counted.values[0]), float(counted.values[-1])
    for upper, extreme in ((False, lowest), (True, highest)):
        near = nearest_end(law, counted.n, alpha / 2, upper)
        room = abs(near) * kind.slack + kind.floor
        gap = (near - extreme if upper else extreme - near) - room
        missing = max(missing, gap / law.std)
    return judged("tails", (0.0, 0.0), missing, (missing, missing),
                  "deviations between an extreme and what such samples reach")  # fmt: skip


def zeros(counted: Counted, law: Law, kind: Precision, alpha: float) -> Finding:
    """The share of exact zeros."""
    least = kind.floor
    lower, upper = law.cdf(np.array([-least, least]))
    allowed = RESOLUTION + float(upper - lower)
    return _atom("exact zeros", counted.count(counted.values == 0.0), counted.n, allowed, alpha)


def _atom(name: str, met: int, n: int, allowed: float, alpha: float) -> Finding:
    low, high = clopper_pearson(met, n, alpha / 2)
    inside = met <= most_equal(n, allowed, alpha)
    interval = (0.0 if inside else max(low, 0.0), min(high, 1.0))
    return judged(name, (0.0, allowed), met / n, interval, "share of the entries")


def distinct(counted: Counted, law: Law, kind: Precision, alpha: float) -> Finding:
    """How many different values there are; a law in this type has at least so many."""
    fewest = fewest_distinct(law, counted.n, kind, alpha)
    met = counted.values.size
    return judged("distinct values", (fewest, math.inf), met, (met, met),
                  f"different values among {counted.n}")  # fmt: skip


def signs(counted: Counted, law: Law, alpha: float) -> Finding:
    """The share of entries above the centre, of those that are not on it."""
    above = counted.count(counted.values > law.mean)
    trials = above + counted.count(counted.values < law.mean)
    low, high = clopper_pearson(above, trials, alpha / 2)
    # where the centre is no number of the type, values round to both its sides alike
    return judged("symmetry", (0.5, 0.5), above / trials, (max(low, 0.0), min(high, 1.0)),
                  "share above the centre")  # fmt: skip


def quarters(sample: Sample, law: Law | ComplexLaw) -> NDArray[np.int8]:
    """In which quarter of its law each entry lies; of complex entries, their phase."""
    if isinstance(law, ComplexLaw):
        return np.floor((np.angle(np.ravel(sample)) / math.pi + 1) * 2).clip(0, 3).astype(np.int8)
    flat = np.ravel(sample)
    found = np.zeros(flat.size, np.int8)
    for cut in law.quantile(np.array([0.25, 0.5, 0.75])):
        found += flat > cut
    return found


def agreement(
    name: str, pairs: list[tuple[NDArray[np.int8], NDArray[np.int8]]], alpha: float
) -> Finding:
    """How often two entries that should be independent lie in one quarter; the worst of ``pairs``.

    Each pair is two arrays of quarters, independent within each. With shares pᵢ and p'ᵢ that is
    Σ pᵢp'ᵢ = 1/4 + Σ (pᵢ − 1/4)(p'ᵢ − 1/4): rounding moves a share by little, and what was sampled
    bounds by how much.
    """
    if not pairs:
        raise InvalidInputError("there are no pairs of entries to compare")
    share = alpha / (2 * len(pairs))
    compared = [_agreement(name, *pair, share) for pair in pairs]
    return max(compared, key=_apart)


def _agreement(
    name: str, first: NDArray[np.int8], second: NDArray[np.int8], share: float
) -> Finding:
    n = first.size
    low, high = clopper_pearson(int(np.count_nonzero(first == second)), n, share / 2)
    off = sum(_far(first, second, quarter, share / 16) for quarter in range(4))
    return judged(name, (0.25 - off, 0.25 + off), float(np.mean(first == second)),
                  (max(low, 0.0), min(high, 1.0)), "share of pairs in one quarter")  # fmt: skip


def _far(first: NDArray[np.int8], second: NDArray[np.int8], quarter: int, alpha: float) -> float:
    """A bound on |p − 1/4|·|p' − 1/4| for the shares of a quarter in both arrays."""
    bounds = []
    for part in (first, second):
        low, high = clopper_pearson(int(np.count_nonzero(part == quarter)), part.size, alpha)
        bounds.append(max(abs(max(low, 0.0) - 0.25), abs(min(high, 1.0) - 0.25)))
    return bounds[0] * bounds[1]


def _apart(found: Finding) -> float:
    return max(found.interval[0] - found.documented[1], found.documented[0] - found.interval[1])


def lagged(flat: NDArray[np.int8], row: int) -> Iterator[tuple[NDArray[np.int8], NDArray[np.int8]]]:
    """Pairs of entries a lag apart, for every power of two, the row's length and half of all.

    The pairs of one lag share no entry, so that they are independent if the entries are.
    """
    flat = flat[:LONGEST]
    lags = {2**k for k in range(40) if 2 ** (k + 1) <= flat.size}
    lags |= {lag for lag in (row, flat.size // 2) if 0 < 2 * lag <= flat.size}
    for lag in sorted(lags):
        blocks = flat[: flat.size // (2 * lag) * 2 * lag].reshape(-1, 2, lag)
        yield blocks[:, 0].ravel(), blocks[:, 1].ravel()


def rates_at(alpha: float) -> ErrorRates:
    """Rates at which limits lie at α/2 on each side; δ, of being consistent, is not asked here."""
    return ErrorRates(0.5, alpha, alpha)
