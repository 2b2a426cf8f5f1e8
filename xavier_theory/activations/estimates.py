"""E[f(Z)] in floating point by adaptive quadrature, where a certified enclosure is not to be had.

For Python callables, and for expressions about which something cannot be settled. The result is an
estimate and is called one; where even that does not converge, or does not look finite, it refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.errors import InvalidInputError, XavierTheoryError

ArrayFunction = Callable[[np.ndarray], np.ndarray]
_REACH = 38.0  # standard deviations: the density is 1e-314 there, the last that a float can hold
_ROUNDS = 50
_MOST_PANELS = 20_000
_RELATIVE = 1e-13
_AT_A_JUMP = 1e-9  # of the integral: what a panel of width 1e-13 may still leave open
_EDGE = 1e-9  # the integrand's size at the ends, relative to the integral, that is still believed


@dataclass(frozen=True)
class Estimate:
    """A number that is not certified. It has no bounds."""

    value: float

    @property
    def lower_float(self) -> None:
        """There is none."""
        return None

    @property
    def upper_float(self) -> None:
        """There is none."""
        return None


def estimate(f: ArrayFunction, mean: float, variance: float) -> Estimate:
    """E[f(Z)], Z ~ N(mean, variance), by Gauss–Legendre panels that are halved where they disagree.

    Raises ``InvalidInputError`` when ``f`` fails or gives something that is not real and finite,
    and ``NotCertifiedError`` when the panels do not settle or the integral looks infinite.
    """
    deviation = float(np.sqrt(variance))
    edges = np.linspace(-_REACH, _REACH, 77)

    def integrand(t: np.ndarray) -> np.ndarray:
        values = checked_values(f, mean + deviation * t)
        with np.errstate(over="ignore"):
            return values * np.exp(-0.5 * t * t) / np.sqrt(2.0 * np.pi)

    total, size = _adaptive(integrand, edges[:-1], edges[1:])
    ends = np.abs(integrand(np.array([-_REACH, _REACH])))
    if not np.all(ends <= _EDGE * max(size, np.finfo(float).tiny)):
        raise NotCertifiedError("the moment does not look finite")
    return Estimate(total)


def checked_values(f: ArrayFunction, points: np.ndarray) -> np.ndarray:
    """``f(points)``, required to be real, finite and of the points' shape."""
    try:
        with np.errstate(all="ignore"):
            values = np.asarray(f(points))
    except XavierTheoryError:
        raise
    except Exception as error:  # the callable is the user's: whatever it raises is reported as such
        raise InvalidInputError(
            f"the activation raised {type(error).__name__} for an array: {str(error)[:120]}"
        ) from error
    if values.shape != points.shape:
        raise InvalidInputError(
            f"the activation must keep the shape {points.shape}, it returned {values.shape}"
        )
    if np.iscomplexobj(values) or (
        not np.issubdtype(values.dtype, np.number) and values.dtype != bool
    ):
        raise InvalidInputError(f"the activation must return real numbers, got {values.dtype}")
    values = values.astype(float)
    bad = ~np.isfinite(values)
    if np.any(bad):
        where = float(points[bad].flat[int(np.argmin(np.abs(points[bad])))])
        raise InvalidInputError(
            f"the activation is not a finite real number in floating point at z = {where:.6g}"
        )
    return values


def _adaptive(integrand: ArrayFunction, left: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """The integrals of the integrand and of its absolute value."""
    total = size = 0.0
    coarse, fine = (np.polynomial.legendre.leggauss(order) for order in (10, 21))
    for _ in range(_ROUNDS):
        rough, _unused = _panels(integrand, left, right, coarse)
        better, absolute = _panels(integrand, left, right, fine)
        scale = size + float(np.sum(absolute))
        narrow = right - left < 1e-13 * np.maximum(1.0, np.abs(left))
        if np.any(narrow & (np.abs(rough - better) > _AT_A_JUMP * scale)):
            break  # not a jump but a pole
        settled = (np.abs(rough - better) <= _RELATIVE * scale / 32) | narrow
        total += float(np.sum(better[settled]))
        size += float(np.sum(absolute[settled]))
        left, right = left[~settled], right[~settled]
        if left.size == 0:
            return total, size
        middle = 0.5 * (left + right)
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
        if left.size > _MOST_PANELS:
            break
    raise NotCertifiedError("the quadrature of the activation does not converge")


def _panels(
    integrand: ArrayFunction,
    left: np.ndarray,
    right: np.ndarray,
    rule: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = rule
    half = 0.5 * (right - left)[:, None]
    values = integrand(0.5 * (left + right)[:, None] + half * nodes) * half
    return values @ weights, np.abs(values) @ weights
