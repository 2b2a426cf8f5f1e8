"""Two-sample comparisons whose false-alarm rate is proven for every sample size.

``rate`` is the largest probability with which a comparison of samples of one law may fail. Every
test of this folder spends at most ``RATE``; there are fewer than 100 of them, so that a run of
all fails by chance with probability below 1e-10.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

RATE = 1e-12


def ks_threshold(sizes: tuple[int, ...], rate: float) -> float:
    """Distance that the empirical distribution functions exceed with probability at most ``rate``.

    The triangle inequality, and Massart's bound 2·exp(−2 n t²) for each sample.
    """
    return sum(math.sqrt(math.log(2 * len(sizes) / rate) / (2 * n)) for n in sizes)


def ks_distance(first: np.ndarray, second: np.ndarray) -> float:
    """The largest difference of the two empirical distribution functions."""
    grid = np.sort(np.concatenate([first, second]))
    ours = np.searchsorted(np.sort(first), grid, side="right") / len(first)
    theirs = np.searchsorted(np.sort(second), grid, side="right") / len(second)
    return float(np.max(np.abs(ours - theirs)))


def ks_differs(first: np.ndarray, second: np.ndarray, rate: float = RATE) -> bool:
    """Whether the columns of two samples, ``(n, k)`` and ``(m, k)``, differ in law."""
    columns = first.shape[1]
    limit = ks_threshold((len(first), len(second)), rate / columns)
    return any(ks_distance(first[:, k], second[:, k]) > limit for k in range(columns))


def ks_differs_from(values: np.ndarray, law: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether a sample ``(n,)`` differs from the distribution function ``law``, continuous."""
    found = np.sort(values)
    exact = law(found)
    above = np.arange(1, len(found) + 1) / len(found)
    distance = max(np.max(above - exact), np.max(exact - above + 1 / len(found)))
    return bool(distance > ks_threshold((len(found),), RATE))


def characteristic_differs(
    first: np.ndarray, second: np.ndarray, frequencies: np.ndarray, rate: float = RATE
) -> bool:
    """Whether joint laws differ at some of the ``frequencies``, ``(f, k)``.

    The energy distance is the integral of |φ_X(t) − φ_Y(t)|² over all t, weighted; this looks at
    cos⟨t, x⟩ and sin⟨t, x⟩ at some t, where Hoeffding's inequality holds for every sample size.
    """
    each = rate / (4 * len(frequencies))
    limit = sum(math.sqrt(2 * math.log(2 / each) / n) for n in (len(first), len(second)))
    gaps = [
        np.abs(
            np.mean(wave(first @ frequencies.T), axis=0)
            - np.mean(wave(second @ frequencies.T), axis=0)
        )
        for wave in (np.cos, np.sin)
    ]
    return bool(np.max(gaps) > limit)


def second_moments_differ(
    first: np.ndarray, second: np.ndarray, clip: float, rate: float = RATE
) -> bool:
    """Whether some E x_i x_j differ, for samples ``(n, k)`` of one size, products clipped.

    Products are cut off at ±``clip``; under one law their differences are independent with mean
    zero, and Maurer & Pontil's empirical Bernstein bound (2009, theorem 4) holds for their mean.
    """
    i, j = np.triu_indices(first.shape[1])
    cut = [np.clip(x[:, i] * x[:, j], -clip, clip) for x in (first, second)]
    gaps = cut[0] - cut[1]
    n, log = len(gaps), math.log(4 * len(i) / rate)
    spread = np.var(gaps, axis=0, ddof=1)
    limit = np.sqrt(2 * spread * log / n) + 7 * 4 * clip * log / (3 * (n - 1))
    return bool((np.abs(gaps.mean(axis=0)) > limit).any())
