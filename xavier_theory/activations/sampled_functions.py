"""A function of which only values are known, sampled until polynomials follow it.

Panels are a quarter of a standard deviation wide. On each the function is replaced by the
polynomial through 21 Gauss nodes; that must agree with thousands of values between them (spaced by
a standard deviation over 8192), or the panel is halved, down to the spacing of doubles. So kinks
and jumps are found, and any feature wider than that spacing; a narrower one may go unseen. Slopes
are those of the polynomials. A value that is rounded to float32 or less is believed to that only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import legendre

from xavier_theory.activations.budget import FLOATS_PER_UNIT, spend
from xavier_theory.errors import InvalidInputError, XavierTheoryError

ArrayFunction = Callable[[np.ndarray], np.ndarray]
REACH = 38.0  # standard deviations: the density is 1e-314 there, the last that a float can hold
_NEAR, _WIDTH = 9.5, 0.25  # the density beyond is 1e-20: panels there follow growth, not features
_NODES, _SCANNED = 21, 2048
_TOLERANCE = 1e-14  # of the root mean square, in what a panel contributes
_ROUNDING = 32  # units in the last place that a value may be off
_NARROWEST = 1e-13
_ROUNDS, _MOST_PANELS = 60, 20_000
_CHUNK = 2**16
_UNTRUSTED = 1e-9  # a panel as narrow as that is where something ends, or has no end
_FAR = 30.0
_UNFOLLOWED = 1e-3  # of the size of φ: farther off a polynomial is none
_JUMP = 1e-7  # of the function's size: less across a panel of no width is rounding
_DOUBLE = 2.0**-52


@dataclass(frozen=True, eq=False)
class SampledFunction:
    """Panels in units of t = z/deviation, with values and slopes at Gauss nodes.

    ``nodes``, ``shares`` (weight times density), ``values``, ``slopes`` and ``slope_errors`` are
    ``(m, 21)``; ``coarse`` are the shares of a rule on every other node, ``widths`` ``(m, 1)``.
    ``jump`` is the z of a jump, or None; ``epsilon`` the relative rounding of a value.
    """

    nodes: np.ndarray
    widths: np.ndarray
    shares: np.ndarray
    coarse: np.ndarray
    values: np.ndarray
    slopes: np.ndarray
    slope_errors: np.ndarray
    jump: float | None
    epsilon: float

    def mean(self, integrand: np.ndarray, error: np.ndarray | None = None) -> tuple[float, ...]:
        """E of an integrand ``(m, 21)``, its error, E of its absolute value, and the ends' share.

        The error is what two rules differ by, what lies on panels too narrow to be trusted, and
        rounding: that of the values, or the ``error`` of the integrand that is given.
        """
        with np.errstate(invalid="ignore", over="ignore"):  # what is infinite is refused later
            return self._mean(integrand, error)

    def _mean(self, integrand: np.ndarray, error: np.ndarray | None) -> tuple[float, ...]:
        fine, rough = self.shares * integrand, self.coarse * integrand
        sizes = np.abs(fine)
        gap = np.abs(np.sum(fine, axis=1) - np.sum(rough, axis=1))
        steep = float(np.sum(sizes * (self.widths < _UNTRUSTED)))
        size = float(np.sum(sizes))
        if error is None:
            rounding = _ROUNDING * self.epsilon * size
        else:
            rounding = float(np.sum(self.shares * error)) + 2.0**-50 * size
        far = float(np.sum(sizes * (np.abs(self.nodes) > _FAR)))
        return float(np.sum(fine)), float(np.sum(gap)) + steep + rounding, size, far


def sample_function(f: ArrayFunction, mean: float, deviation: float) -> SampledFunction:
    """Sample f(mean + deviation·t) for |t| ≤ 38.

    Raises ``InvalidInputError`` when ``f`` fails, is not a function of its argument alone, or gives
    something that is not real and finite.
    """
    epsilon = _epsilon(f, mean + deviation * np.linspace(-4.0, 4.0, 256))

    def at(t: np.ndarray) -> np.ndarray:
        flat = (mean + deviation * t).ravel()
        parts = [checked_values(f, flat[k : k + _CHUNK]) for k in range(0, flat.size, _CHUNK)]
        return np.concatenate(parts).reshape(t.shape)

    left, right, values, gap = _refined(at, epsilon)
    widths = (right - left)[:, None]
    nodes, weights, short, to_slopes, _ = _rules()
    t = 0.5 * (right + left)[:, None] + 0.5 * widths * nodes
    density = 0.5 * widths * np.exp(-0.5 * t * t) / np.sqrt(2.0 * np.pi)
    shares = weights * density
    with np.errstate(over="ignore", invalid="ignore"):  # an infinite size: nothing is a jump
        size = float(np.sum(values**2 * shares)) ** 0.5
    place = _jump(at, left, size)
    scale = 0.5 * widths * deviation
    slopes = (values @ to_slopes.T) / scale
    largest = np.max(np.abs(values), axis=1, keepdims=True)
    errors = np.broadcast_to(_NODES * epsilon * largest / scale, values.shape)
    # no polynomial follows φ across a kink or a jump, where there is no slope either
    kink = (widths < 4 * _NARROWEST * np.maximum(1.0, np.abs(t))) | (
        gap[:, None] > _UNFOLLOWED * largest
    )
    return SampledFunction(
        t, widths, shares, short * density, values, np.where(kink, 0.0, slopes),
        np.where(kink, 0.0, errors), None if place is None else mean + deviation * place, epsilon,
    )  # fmt: skip


def _jump(at: ArrayFunction, ends: np.ndarray, size: float) -> float | None:
    """Where the values on both sides of a panel's end differ by as much, however near they are."""
    step = 4 * _NARROWEST * np.maximum(1.0, np.abs(ends))
    across = np.abs([at(ends + k * step) - at(ends - k * step) for k in (1.0, 1e2, 1e4)])
    near = across[0]
    steady = np.max(across, axis=0) < 2 * np.min(across, axis=0)
    jumps = (near > _JUMP * size) & steady & (np.abs(ends) < _NEAR)
    return float(ends[int(np.argmax(jumps * near))]) if jumps.any() else None


def _refined(at: ArrayFunction, epsilon: float) -> tuple[np.ndarray, ...]:
    """Left and right ends, values at the nodes and the gaps of all panels."""
    inner = np.linspace(-_NEAR, _NEAR, int(2 * _NEAR / _WIDTH) + 1)
    outer = np.linspace(_NEAR, REACH, 115)
    edges = np.concatenate([-outer[:0:-1], inner, outer[1:]])
    left, right, between = edges[:-1], edges[1:], _SCANNED
    total = 0.0
    done: list[tuple[np.ndarray, ...]] = []
    nodes, weights, *_ = _rules()
    for _ in range(_ROUNDS):
        half, centre = 0.5 * (right - left)[:, None], 0.5 * (right + left)[:, None]
        values = at(centre + half * nodes)
        density = np.exp(-0.5 * np.minimum(np.abs(left), np.abs(right))[:, None] ** 2)
        with np.errstate(over="ignore"):
            total = max(total, float(np.sum(values**2 * half * weights * density)) ** 0.5)
        gap = _gap(at, centre, half, values, between)
        noise = _ROUNDING * epsilon * np.max(np.abs(values), axis=1)
        share = gap * density[:, 0] ** 0.5 * half[:, 0] ** 0.5
        settled = (gap <= noise) | (share <= _TOLERANCE * total)
        settled |= right - left < _NARROWEST * np.maximum(1.0, np.abs(left))
        done.append((left[settled], right[settled], values[settled], gap[settled]))
        left, right, values, gap = (part[~settled] for part in (left, right, values, gap))
        if left.size == 0:
            return _joined(done)
        if 2 * left.size > _MOST_PANELS:
            break
        middle = 0.5 * (left + right)
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
        between = max(between // 2, 8)
    done.append((left, right, values, gap))  # too many: what is left of them is in the error
    return _joined(done)


def _joined(done: list[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
    return tuple(np.concatenate(parts) for parts in zip(*done, strict=True))


def _gap(
    at: ArrayFunction, centre: np.ndarray, half: np.ndarray, values: np.ndarray, between: int
) -> np.ndarray:
    """The greatest distance of the function from the polynomial on each panel, at scanned places.

    Far out, where the density is nothing, only a few places are looked at.
    """
    gap = np.empty(len(values))
    near = np.abs(centre[:, 0]) <= _NEAR
    for chosen, count in ((near, between), (~near, min(between, 32))):
        if chosen.any():
            places, matrix = _scan(count)
            seen = at(centre[chosen] + half[chosen] * places)
            gap[chosen] = np.max(np.abs(seen - values[chosen] @ matrix.T), axis=1)
    return gap


@lru_cache(maxsize=1)
def _rules() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Nodes, weights, those on every other node, and matrices to slopes and to coefficients."""
    nodes, weights = legendre.leggauss(_NODES)
    vandermonde = legendre.legvander(nodes, _NODES - 1)
    to_coefficients = np.linalg.inv(vandermonde)
    degrees = np.arange(_NODES)
    slopes = np.stack(
        [legendre.legval(nodes, legendre.legder(row)) for row in np.eye(_NODES)[degrees]], axis=1
    )
    some = legendre.legvander(nodes[::2], 10)
    short = np.zeros(_NODES)
    short[::2] = np.linalg.solve(some.T, np.array([2.0, *[0.0] * 10]))
    return nodes, weights, short, slopes @ to_coefficients, to_coefficients


@lru_cache(maxsize=16)
def _scan(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Equidistant places, to just inside the ends, and the matrix from the nodes to there."""
    places = np.linspace(-1.0, 1.0, count) * (1.0 - 2.0**-30)
    matrix = legendre.legvander(places, _NODES - 1) @ _rules()[4]
    return places, matrix


def _epsilon(f: ArrayFunction, points: np.ndarray) -> float:
    """The rounding of the values' type; refuses a ``f`` that looks at more than its argument."""
    values = checked_values(f, points)
    backwards = checked_values(f, points[::-1])[::-1]
    alone = checked_values(f, points[128:129])
    wide = 1e-3 * np.maximum(1.0, np.abs(values))
    if not np.all(np.abs(values - backwards) <= wide) or abs(alone[0] - values[128]) > wide[128]:
        raise InvalidInputError(
            "the activation's value at a point depends on the other points or on earlier calls "
            "(np.vectorize takes its type from the first value: give it otypes=[float])"
        )
    with np.errstate(all="ignore"):
        found = np.asarray(f(points)).dtype
    if np.issubdtype(found, np.floating):
        return float(np.finfo(found).eps)
    return _DOUBLE


_ONE_NUMBER = "; a function f of one number is given as np.vectorize(f, otypes=[float])"


def checked_values(f: ArrayFunction, z: np.ndarray) -> np.ndarray:
    """f(z) as floats; one clear line where a user's callable is no activation at these points."""
    points = np.asarray(z, dtype=float)
    spend(1 + points.size // FLOATS_PER_UNIT)
    try:
        with np.errstate(all="ignore"):
            values = np.asarray(f(points))
    except XavierTheoryError:
        raise
    except Exception as error:  # the user's own code: whatever it raised is reported as such
        raise InvalidInputError(
            f"the activation raised {type(error).__name__} for an array: {str(error)[:120]}"
            + (_ONE_NUMBER if "array" in str(error) else "")  # as of math.tanh, or of an if
        ) from error
    if values.dtype == object or values.dtype.kind in "SU":
        kind = type(values.flat[0] if values.size else None).__name__
        raise InvalidInputError(f"the activation must return real numbers, got {kind}")
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
