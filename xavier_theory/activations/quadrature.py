"""Fast Gaussian expectations in floating point, for many variances at once.

E[f(√q·Z)] by Gauss–Legendre panels that end at multiples of √q (where the density changes; further
out for functions that grow like exponentials), at the kinks of f, and beyond each kink where the
density has fallen by e³, e⁹ and e²⁷. Where f is an activation's, ``resolution`` adds panels that
resolve it with proof. For any other f panels end at ±1, ±2, …, ±512 too, two orders are compared,
and a disagreement raises; a feature that is narrow beside those panels may go unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from xavier_theory.errors import InvalidInputError, XavierTheoryError

_ORDERS = (12, 20)
_RELATIVE = 1e-9  # the disagreement between the two orders that is let pass
_SPREADS = np.array([1.5, 3.0, 4.5, 6.5, 9.0])  # in standard deviations; 9 leaves 2e-19 outside
_FAR_SPREADS = np.array([12.0, 16.0, 21.0, 27.0, 33.0, 37.5])  # for functions that grow like e^z
_NEGLIGIBLE = 1e-13  # the integrand's size at the outermost ends, relative to the integral
_DECAYS = np.array([3.0, 9.0, 27.0])  # beyond a kink far out, in lengths over which density falls
_MOST_POINTS = 2**16  # held at once: a diagram of many variances stays within a few megabytes
_TINY = np.finfo(float).tiny
_SATURATION = np.outer([1, -1], [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 128.0, 512.0]).ravel()


class QuadratureError(XavierTheoryError):
    """The fast quadrature did not converge for this function and variance."""


def gaussian_mean(
    f: Callable[[np.ndarray], np.ndarray],
    q: float | np.ndarray,
    kinks: Sequence[Fraction | float] = (),
    panels: Callable[[float], np.ndarray] | None = None,
) -> np.ndarray:
    """E[f(√q·Z)], Z ~ N(0, 1), for each entry of ``q`` (any shape, entries ≥ 0 and finite).

    ``f`` maps arrays to arrays elementwise; ``panels(reach)`` are the ends of panels that resolve
    it up to ±reach. Returns an array of ``q``'s shape. Raises ``InvalidInputError`` for a bad ``q``
    and ``QuadratureError`` where the result is not known to 1e-9 of E|f|: without panels, where
    two orders differ by more.
    """
    variances = np.asarray(q, dtype=float)
    if not np.all(np.isfinite(variances)) or np.any(variances < 0):
        raise InvalidInputError("the variance q must be finite and not negative")
    flat = np.sqrt(variances).reshape(-1)
    found = np.empty_like(flat)
    for part in _batches(flat) if panels is not None else [np.arange(flat.size)]:
        found[part] = _means(f, flat[part][:, None], kinks, panels)
    return found.reshape(variances.shape)


def _batches(deviations: np.ndarray) -> list[np.ndarray]:
    """Indices of deviations of one octave each: a panel far beyond them would be wasted."""
    octaves = np.floor(np.log2(np.maximum(deviations, _TINY))).astype(int)
    return [
        part
        for octave in np.unique(octaves)
        for part in np.array_split(np.flatnonzero(octaves == octave), 1 + deviations.size // 64)
        if part.size
    ]


def _means(
    f: Callable[[np.ndarray], np.ndarray],
    deviations: np.ndarray,
    kinks: Sequence[Fraction | float],
    panels: Callable[[float], np.ndarray] | None,
) -> np.ndarray:
    """The means for deviations ``(m, 1)``, ``(m,)``."""

    def sums(spreads: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if panels is None:
            ends = _panel_ends(deviations, kinks, spreads, _SATURATION)
            coarse = _panel_sum(f, deviations, ends, _ORDERS[0])
        else:
            places = panels(spreads[-1] * float(np.max(deviations)))
            ends = _panel_ends(deviations, kinks, spreads, places)
        fine = _panel_sum(f, deviations, ends, _ORDERS[1])
        gap = np.abs(coarse[0] - fine[0]) if panels is None else np.zeros(len(deviations))
        return (*fine, gap)

    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused below
        spreads = _SPREADS
        total, size, gap = sums(spreads)
        if not np.all(_edge(f, deviations, spreads) <= _NEGLIGIBLE * size + _TINY):
            spreads = np.concatenate([_SPREADS, _FAR_SPREADS])
            total, size, gap = sums(spreads)
        cut_off = _edge(f, deviations, spreads) > _NEGLIGIBLE * size + _TINY
        gap = np.where(cut_off | ~np.isfinite(total), np.inf, gap)
    if not np.all(gap <= _RELATIVE * size + _TINY):
        worst = int(np.argmax(np.where(np.isfinite(gap), gap / (size + _TINY), np.inf)))
        raise QuadratureError(
            f"the fast quadrature has not converged at q = {float(deviations[worst, 0] ** 2):.6g}; "
            "use the certified expectation"
        )
    return total


def _panel_sum(
    f: Callable[[np.ndarray], np.ndarray],
    deviations: np.ndarray,
    ends: np.ndarray,
    order: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The sums for f and for |f|, each ``(m,)``, from deviations ``(m, 1)``."""
    rows = max(1, _MOST_POINTS // (ends.shape[1] * order))
    blocks = [slice(at, at + rows) for at in range(0, len(deviations), rows)]
    sums = [_block_sum(f, deviations[block], ends[block], order) for block in blocks]
    total, size = (np.concatenate(each) for each in zip(*sums, strict=True))
    return total, size


def _block_sum(
    f: Callable[[np.ndarray], np.ndarray],
    deviations: np.ndarray,
    ends: np.ndarray,
    order: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The same for a few deviations, whose points are held at once."""
    points, share = normal_panels(ends, order)
    values = f(deviations * points)
    return np.sum(share * values, axis=1), np.sum(share * np.abs(values), axis=1)


def normal_panels(ends: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss–Legendre nodes between the ``ends``, sorted, and their weights times N(0, 1)'s density.

    From ``(…, panels + 1)`` to twice ``(…, panels·order)``; a panel may have width zero.
    """
    nodes, weights = np.polynomial.legendre.leggauss(order)
    half = 0.5 * np.diff(ends)[..., None]
    points = 0.5 * (ends[..., 1:] + ends[..., :-1])[..., None] + half * nodes
    density = np.exp(-0.5 * points**2) / np.sqrt(2.0 * np.pi)
    shape = (*ends.shape[:-1], -1)
    return points.reshape(shape), (half * weights * density).reshape(shape)


def _edge(
    f: Callable[[np.ndarray], np.ndarray], deviations: np.ndarray, spreads: np.ndarray
) -> np.ndarray:
    """The integrand's greater size at the two outermost ends, ``(m,)``."""
    far = spreads[-1]
    with np.errstate(over="ignore"):
        sizes = np.abs(f(deviations * np.array([-far, far])))
        return np.max(sizes * np.exp(-0.5 * far**2), axis=1)


def _panel_ends(
    deviations: np.ndarray,
    kinks: Sequence[Fraction | float],
    spreads: np.ndarray,
    places: np.ndarray,
) -> np.ndarray:
    """The sorted panel ends in units of √q, ``(m, panels + 1)``; some panels have width zero."""
    limit = spreads[-1]
    cuts = np.array([float(kink) for kink in kinks])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scaled, far = (
            np.nan_to_num(each / deviations, nan=0.0, posinf=np.inf, neginf=-np.inf)
            for each in (np.concatenate([places, cuts]), cuts)
        )
        if cuts.size:
            beyond = far[:, :, None] + _DECAYS / np.where(np.abs(far) > 1, far, np.inf)[:, :, None]
            scaled = np.concatenate([scaled, beyond.reshape(len(far), -1)], axis=1)
    fixed = np.concatenate([spreads, -spreads, [0.0]])
    broadcast = np.broadcast_to(fixed, (deviations.shape[0], fixed.size))
    return np.sort(np.concatenate([np.clip(scaled, -limit, limit), broadcast], axis=1), axis=1)
