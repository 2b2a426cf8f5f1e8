"""Fast Gaussian expectations in floating point, for many variances at once.

E[f(√q·Z)] by Gauss–Legendre panels. The panels end at the kinks of f, at multiples of √q (where the
density changes; further out for functions that grow like exponentials), at ±1, ±2, …, ±512 (where
the usual activations saturate), and beyond each kink where the density has fallen by e³, e⁹ and
e²⁷, so that f times the density is smooth and slow on each. Two orders are compared, and a
disagreement raises: a wrong number is never returned silently. The tests hold the results against
certified enclosures.
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
_TINY = np.finfo(float).tiny
_SATURATION = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 128.0, 512.0])


class QuadratureError(XavierTheoryError):
    """The fast quadrature did not converge for this function and variance."""


def gaussian_mean(
    f: Callable[[np.ndarray], np.ndarray],
    q: float | np.ndarray,
    kinks: Sequence[Fraction | float] = (),
) -> np.ndarray:
    """E[f(√q·Z)], Z ~ N(0, 1), for each entry of ``q`` (any shape, entries ≥ 0 and finite).

    ``f`` maps arrays to arrays elementwise. Returns an array of ``q``'s shape. Raises
    ``InvalidInputError`` for a bad ``q`` and ``QuadratureError`` when two orders differ by more
    than 1e-9 of E|f|.
    """
    variances = np.asarray(q, dtype=float)
    if not np.all(np.isfinite(variances)) or np.any(variances < 0):
        raise InvalidInputError("the variance q must be finite and not negative")
    flat = np.sqrt(variances).reshape(-1, 1)
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused below
        spreads = _SPREADS
        coarse, fine = (_panel_sum(f, flat, kinks, order, spreads) for order in _ORDERS)
        if not np.all(_edge(f, flat, spreads) <= _NEGLIGIBLE * fine[1] + _TINY):
            spreads = np.concatenate([_SPREADS, _FAR_SPREADS])
            coarse, fine = (_panel_sum(f, flat, kinks, order, spreads) for order in _ORDERS)
        cut_off = _edge(f, flat, spreads) > _NEGLIGIBLE * fine[1] + _TINY
        gap = np.where(cut_off, np.inf, np.abs(coarse[0] - fine[0]))
    if not np.all(gap <= _RELATIVE * fine[1] + _TINY):
        worst = int(np.argmax(np.where(np.isfinite(gap), gap / (fine[1] + _TINY), np.inf)))
        raise QuadratureError(
            f"the fast quadrature has not converged at q = {float(flat[worst, 0] ** 2):.6g}; "
            "use the certified expectation"
        )
    return fine[0].reshape(variances.shape)


def _panel_sum(
    f: Callable[[np.ndarray], np.ndarray],
    deviations: np.ndarray,
    kinks: Sequence[Fraction | float],
    order: int,
    spreads: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The sums for f and for |f|, each ``(m,)``, from deviations ``(m, 1)``."""
    ends = _panel_ends(deviations, kinks, spreads)
    nodes, weights = np.polynomial.legendre.leggauss(order)
    half = 0.5 * np.diff(ends, axis=1)[:, :, None]
    centre = 0.5 * (ends[:, 1:] + ends[:, :-1])[:, :, None]
    points = centre + half * nodes
    density = np.exp(-0.5 * points**2) / np.sqrt(2.0 * np.pi)
    share = half * weights * density
    values = f(deviations[:, :, None] * points)
    return np.sum(share * values, axis=(1, 2)), np.sum(share * np.abs(values), axis=(1, 2))


def _edge(
    f: Callable[[np.ndarray], np.ndarray], deviations: np.ndarray, spreads: np.ndarray
) -> np.ndarray:
    """The integrand's greater size at the two outermost ends, ``(m,)``."""
    far = spreads[-1]
    with np.errstate(over="ignore"):
        sizes = np.abs(f(deviations * np.array([-far, far])))
        return np.max(sizes * np.exp(-0.5 * far**2), axis=1)


def _panel_ends(
    deviations: np.ndarray, kinks: Sequence[Fraction | float], spreads: np.ndarray
) -> np.ndarray:
    """The sorted panel ends in units of √q, ``(m, panels + 1)``; some panels have width zero."""
    places = np.concatenate([_SATURATION, -_SATURATION, [float(kink) for kink in kinks]])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scaled = np.nan_to_num(places / deviations, nan=0.0, posinf=np.inf, neginf=-np.inf)
    limit = spreads[-1]
    if len(kinks):
        far = scaled[:, _SATURATION.size * 2 :]
        with np.errstate(invalid="ignore"):
            beyond = far[:, :, None] + _DECAYS / np.where(np.abs(far) > 1, far, np.inf)[:, :, None]
        scaled = np.concatenate([scaled, beyond.reshape(len(far), -1)], axis=1)
    fixed = np.concatenate([spreads, -spreads, [0.0]])
    broadcast = np.broadcast_to(fixed, (deviations.shape[0], fixed.size))
    return np.sort(np.concatenate([np.clip(scaled, -limit, limit), broadcast], axis=1), axis=1)
