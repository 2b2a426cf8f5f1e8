"""The laws that documentation names: moments, support, cdf and quantiles, derived in closed form.

Notation: φ and Φ are the density and the distribution function of N(0, 1). A normal law of mean m
and deviation s that is kept between a and b has, with α = (a − m)/s, β = (b − m)/s and
Z = Φ(β) − Φ(α),

    mean m + s·d,  d = (φ(α) − φ(β))/Z,     variance s²·(1 + (αφ(α) − βφ(β))/Z − d²)

(Johnson, Kotz & Balakrishnan 1994, volume 1, section 13.10.1); for a = −b it is ``weight-laws``.

Complex laws here do not change when they are turned: the phase is uniform, independent of the
modulus, and what tells them apart is the law of |w|². With E|w|² = 1:

    normal      |w|² is exponential, both parts are N(0, 1/2) and independent
    disk        |w|² is uniform on [0, 2]
    truncated   |w|² is exponential kept below c², of mean 1 − c²e^(−c²)/(1 − e^(−c²)), scaled
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xavier_theory.errors import InvalidInputError

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Law:
    """A real law with a continuous distribution function.

    ``low``, ``high``: the ends of its support, infinite where there are none. ``cdf`` and
    ``quantile`` act on arrays. ``square_variance``: a bound on Var(((X − mean)/std)²), exact but
    for a law that is not symmetric, where it is that of Bhatia & Davis (2000). ``gaussian``:
    whether sums of squares have the χ² law.
    """

    name: str
    mean: float
    std: float
    low: float
    high: float
    cdf: Callable[[Values], Values]
    quantile: Callable[[Values], Values]
    square_variance: float
    gaussian: bool = False

    @property
    def symmetric(self) -> bool:
        """Whether X − mean and mean − X have one law."""
        return math.isclose(self.low + self.high, 2 * self.mean, abs_tol=1e-12 * self.std) or (
            math.isinf(self.low) and math.isinf(self.high)
        )

    @property
    def reach(self) -> float:
        """The largest |X − mean|/std; infinite without ends."""
        return max(self.high - self.mean, self.mean - self.low) / self.std


@dataclass(frozen=True)
class ComplexLaw:
    """A law of complex numbers with uniform phase: ``energy`` is E|w|², ``squared`` |w|²'s law.

    ``gaussian``: whether both parts are normal.
    """

    name: str
    energy: float
    squared: Law
    gaussian: bool = False


def normal(mean: float, std: float) -> Law:
    """N(mean, std²)."""
    _positive("std", std)
    return Law(
        f"normal, mean {mean:.6g}, std {std:.6g}", mean, std, -math.inf, math.inf,
        lambda x: special.ndtr((x - mean) / std),
        lambda p: mean + std * special.ndtri(p),
        2.0,
        gaussian=True,
    )  # fmt: skip


def uniform(low: float, high: float) -> Law:
    """The uniform law between ``low`` and ``high``."""
    width = high - low
    _positive("high - low", width)
    # E((X − mean)/std)⁴ = 9/5
    return Law(
        f"uniform from {low:.6g} to {high:.6g}", (low + high) / 2, width / math.sqrt(12), low, high,
        lambda x: np.clip((x - low) / width, 0.0, 1.0),
        lambda p: low + width * np.asarray(p),
        0.8,
    )  # fmt: skip


def truncated_normal(mean: float, std: float, low: float, high: float) -> Law:
    """N(mean, std²) kept between ``low`` and ``high``; ``std`` is that before cutting."""
    _positive("std", std)
    _positive("high - low", high - low)
    a, b = (low - mean) / std, (high - mean) / std
    # far above the mean Φ rounds to 1: the mirrored law has the same digits below it
    flip = -1.0 if a > 0 else 1.0
    first, last = (a, b) if a <= 0 else (-b, -a)
    below, mass = special.ndtr(first), special.ndtr(last) - special.ndtr(first)
    if not mass > 0:
        raise InvalidInputError(
            f"no mass of N({mean:g}, {std:g}²) lies between {low:g} and {high:g}"
        )
    density = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) for z in (a, b)]
    shift = (density[0] - density[1]) / mass
    second = 1 + (a * density[0] - b * density[1]) / mass
    variance = second - shift**2
    centre, deviation = mean + std * shift, std * math.sqrt(variance)
    if a == -b:
        fourth = 3 * second + (a**3 * density[0] - b**3 * density[1]) / mass
        spread = fourth / variance**2 - 1
    else:
        reach = max(high - centre, centre - low) / deviation
        spread = reach**2 - 1  # (R − E Y)·E Y for 0 ≤ Y ≤ R, E Y = 1

    def cdf(x: Values) -> Values:
        z = flip * (np.clip(x, low, high) - mean) / std
        part = np.clip((special.ndtr(z) - below) / mass, 0.0, 1.0)
        return part if flip > 0 else 1.0 - part

    def quantile(p: Values) -> Values:
        share = np.asarray(p) if flip > 0 else 1.0 - np.asarray(p)
        z = flip * special.ndtri(below + mass * share)
        return np.clip(mean + std * z, low, high)

    name = f"normal, mean {mean:.6g}, std {std:.6g} before it is cut at {low:.6g} and {high:.6g}"
    return Law(name, centre, deviation, low, high, cdf, quantile, spread)


def complex_normal(energy: float) -> ComplexLaw:
    """Both parts N(0, energy/2), independent."""
    _positive("E|w|²", energy)
    squared = Law(
        "exponential", energy, energy, 0.0, math.inf,
        lambda x: -np.expm1(-np.maximum(x, 0.0) / energy),
        lambda p: -energy * np.log1p(-np.asarray(p)),
        8.0,
    )  # fmt: skip
    return ComplexLaw(f"complex normal, E|w|² = {energy:.6g}", energy, squared, gaussian=True)


def disk(energy: float) -> ComplexLaw:
    """Uniform on the disk of radius √(2·energy)."""
    _positive("E|w|²", energy)
    return ComplexLaw(f"uniform on a disk, E|w|² = {energy:.6g}", energy, uniform(0.0, 2 * energy))


def complex_truncated(energy: float, cut: float) -> ComplexLaw:
    """A complex normal law kept below ``cut`` of its own √E|w|², then scaled to ``energy``."""
    _positive("E|w|²", energy)
    _positive("cut", cut)
    top = cut * cut
    mass = -math.expm1(-top)
    kept = 1 - top * math.exp(-top) / mass  # E|w|² after cutting, of 1 before
    second = (2 - math.exp(-top) * (top * top + 2 * top + 2)) / mass
    unit = energy / kept
    squared = Law(
        "exponential, cut", energy, unit * math.sqrt(second - kept**2), 0.0, unit * top,
        lambda x: np.clip(-np.expm1(-np.maximum(x, 0.0) / unit) / mass, 0.0, 1.0),
        lambda p: -unit * np.log1p(-mass * np.asarray(p)),
        (top - kept) ** 2 / (second - kept**2) - 1,
    )  # fmt: skip
    return ComplexLaw(
        f"complex normal kept below {cut:g} deviations, E|w|² = {energy:.6g}", energy, squared
    )


def haar_entry(size: int, complex_: bool) -> Law:
    """The law of (the square of) one entry of a Haar-distributed matrix of ``size`` rows.

    A column is uniform on the sphere: q² is Beta(1/2, (size − 1)/2), and |q|² of a unitary one is
    Beta(1, size − 1) (Johnson, Kotz & Balakrishnan 1995, volume 2, section 25.2). ``size`` ≥ 2.
    """
    first = 1.0 if complex_ else 0.5
    last = first * (size - 1)
    mean = 1 / size
    std = math.sqrt(mean * (1 - mean) / (first + last + 1))
    return Law(
        f"Beta({first:g}, {last:g})", mean, std, 0.0, 1.0,
        lambda x: special.betainc(first, last, np.clip(x, 0.0, 1.0)),
        lambda p: special.betaincinv(first, last, np.asarray(p)),
        ((1 - mean) / std) ** 2 - 1,
    )  # fmt: skip


def _positive(what: str, value: Any) -> None:
    if not (math.isfinite(value) and value > 0):
        raise InvalidInputError(f"{what} of a law is positive and finite, got {value!r}")
