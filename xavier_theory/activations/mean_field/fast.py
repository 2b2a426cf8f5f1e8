"""The maps in floating point, many points at once: for pictures, never for a verdict.

The length map and the gradient's factor are in ``length_map``; here are the correlation map, the
edge of chaos, and the phases of a grid of (σ_w², σ_b²). The tests hold all of it against certified
values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.enclosures import Infinity
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.activations.length_map import activation_moment, backward_factor
from xavier_theory.activations.mean_field.length import mean_square_slope
from xavier_theory.activations.moments import gaussian
from xavier_theory.activations.quadrature import QuadratureError, normal_panels
from xavier_theory.errors import InvalidInputError, XavierTheoryError

ORDERED, CHAOTIC, UNBOUNDED = 0, 1, 2
_TERMS = 256
_REACH, _PANELS, _ORDER = 12.0, 96, 16
_GRID = np.logspace(-9, 6, 1501)


@dataclass(frozen=True)
class LengthTable:
    """W(q) and E[φ'²] on a grid of ``q``, each ``(m,)``; ``slope`` is ∞ where φ jumps."""

    q: np.ndarray
    moment: np.ndarray
    slope: np.ndarray


@dataclass(frozen=True)
class PhaseGrid:
    """Phases on a grid, each array ``(len(weight_variance), len(bias_variance))``.

    ``q`` is the fixed point that lengths go to (∞ where they grow without bound), ``factor`` χ₁
    there, ``phase`` 0 where it is below 1, 1 where it is at least 1, and 2 where lengths grow
    without bound.
    """

    weight_variance: np.ndarray
    bias_variance: np.ndarray
    q: np.ndarray
    factor: np.ndarray
    phase: np.ndarray


def correlation_map(
    activation: object,
    c: float | np.ndarray,
    q: float,
    sigma_w2: float,
    sigma_b2: float = 0.0,
) -> np.ndarray:
    """(σ_w²·κ(c) + σ_b²)/V(q) at the second moment ``q`` > 0, entry by entry of ``c`` in [−1, 1].

    It is the correlation after one layer; at a fixed point V(q) = q.
    """
    points = np.asarray(c, dtype=float)
    if not np.all(np.abs(points) <= 1):
        raise InvalidInputError("a correlation lies between -1 and 1")
    squares = kernel_squares(activation, q)
    kernel = np.polynomial.polynomial.polyval(points, squares)
    total = float(np.sum(squares))
    return (sigma_w2 * kernel + sigma_b2) / (sigma_w2 * total + sigma_b2)


def kernel_squares(activation: object, q: float, terms: int = _TERMS) -> np.ndarray:
    """a_n² for n below ``terms``, an even number; the last two also stand for all beyond.

    See ``hermite``. κ(1) = E[φ(√q·Z)²] and κ(−1) = E[φ(√q·Z)·φ(−√q·Z)] are met exactly.
    """
    known = as_activation(activation)
    if not (np.isfinite(q) and q > 0):
        raise InvalidInputError(f"the second moment q must be positive, got {q!r}")
    deviation = float(np.sqrt(q))
    nodes, weights = _rule(known, deviation)
    values = np.asarray(known.function(deviation * nodes)) * weights
    previous, current = np.zeros_like(nodes), np.ones_like(nodes)
    squares = np.empty(terms)
    for n in range(terms):
        squares[n] = float(values @ current) ** 2
        following = (nodes * current - np.sqrt(n) * previous) / np.sqrt(n + 1)
        previous, current = current, following
    total = float(activation_moment(known, q))
    opposite = float(values @ np.asarray(known.function(-deviation * nodes)))
    for parity, sum_of_all in ((0, (total + opposite) / 2), (1, (total - opposite) / 2)):
        squares[terms - 2 + parity] += max(sum_of_all - float(np.sum(squares[parity::2])), 0.0)
    return squares


def length_table(activation: object) -> LengthTable:
    """W and E[φ'²] for q from 1e-9 up to 1e6, or as far from 1 as the quadrature goes."""
    known = as_activation(activation)
    jumps = _jumps(known)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for part in np.array_split(_GRID, 30):
        try:
            moment = activation_moment(known, part)
            slope = np.full(part.shape, np.inf) if jumps else backward_factor(known, part, 1.0)
        except QuadratureError:
            if part[0] <= 1.0 <= part[-1]:
                raise
            if part[0] > 1.0:
                break
            found.clear()  # below 1: what is nearer to 0 is left out
            continue
        found.append((part, moment, slope))
    return LengthTable(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


def edge_of_chaos(table: LengthTable) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(q, σ_w², σ_b²) where χ₁ = 1 at the fixed point q: σ_w² = 1/E[φ'²], σ_b² = q − σ_w²·W(q).

    Only where σ_b² ≥ 0; the three arrays have one length, which may be 0.
    """
    with np.errstate(divide="ignore", over="ignore"):
        weight = 1.0 / table.slope
        bias = table.q - weight * table.moment
    keep = np.isfinite(weight) & (weight > 0) & (bias >= -1e-12 * table.q)
    return table.q[keep], weight[keep], np.maximum(bias[keep], 0.0)


def phase_grid(
    activation: object,
    weight_variance: np.ndarray,
    bias_variance: np.ndarray,
    *,
    start: float = 1.0,
    table: LengthTable | None = None,
) -> PhaseGrid:
    """The phases where lengths start at ``start``, as ``phases.phase`` defines them.

    Both variances are ``(m,)`` and ``(n,)``, finite and not negative.
    """
    weights, biases = _not_negative(weight_variance), _not_negative(bias_variance)
    if not exact_fraction(start, "the start q") > 0:
        raise InvalidInputError(f"the start q must be positive, got {start!r}")
    known = table if table is not None else length_table(activation)
    rows = [_settled(known, np.full_like(biases, weight), biases, start) for weight in weights]
    q, factor = (np.stack([row[k] for row in rows]) for k in (0, 1))
    return PhaseGrid(weights, biases, q, factor, _phases(q, factor))


def phases_at(
    table: LengthTable, weight_variance: np.ndarray, bias_variance: np.ndarray, start: float = 1.0
) -> np.ndarray:
    """The phases at points, each ``(m,)``, as ``PhaseGrid`` has them."""
    return _phases(*_settled(table, weight_variance, bias_variance, start))


def _phases(q: np.ndarray, factor: np.ndarray) -> np.ndarray:
    return np.where(np.isinf(q), UNBOUNDED, np.where(factor < 1, ORDERED, CHAOTIC))


def _settled(
    table: LengthTable, weights: np.ndarray, biases: np.ndarray, start: float
) -> tuple[np.ndarray, np.ndarray]:
    """q* and χ₁, entry by entry: the first change of sign of V(q) − q from ``start``."""
    first = int(np.clip(np.searchsorted(table.q, start), 1, table.q.size - 1))
    excess = weights[:, None] * table.moment - table.q + biases[:, None]
    up = excess[:, first] > 0
    above, below = excess[:, first:] <= 0, excess[:, first::-1] >= 0
    ends = np.where(up, first + np.argmax(above, axis=1) - 1, first - np.argmax(below, axis=1))
    none = np.where(up, ~np.any(above, axis=1), ~np.any(below, axis=1))
    ends = np.clip(ends, 0, table.q.size - 2)
    rows = np.arange(biases.size)
    left, right = excess[rows, ends], excess[rows, ends + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(np.nan_to_num(left / (left - right)), 0.0, 1.0)
    log_q = np.log(table.q)
    places = np.exp(log_q[ends] + share * (log_q[ends + 1] - log_q[ends]))
    places = np.where(none, np.where(up, np.inf, 0.0), places)
    slope = np.interp(np.log(np.maximum(places, table.q[0])), log_q, table.slope)
    return places, weights * slope


def _not_negative(values: np.ndarray) -> np.ndarray:
    found = np.asarray(values, dtype=float)
    if found.ndim != 1 or not np.all(np.isfinite(found)) or np.any(found < 0):
        raise InvalidInputError("variances are a list of finite numbers that are not negative")
    return found


def _jumps(known: Activation) -> bool:
    try:
        return isinstance(mean_square_slope(known, gaussian(1).variance, 20), Infinity)
    except XavierTheoryError:
        return False


def _rule(known: Activation, deviation: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss–Legendre nodes between ±12 with the density in the weights, cut at the kinks."""
    kinks = np.array([float(kink) / deviation for kink in known.kinks])
    fixed = np.linspace(-_REACH, _REACH, _PANELS + 1)
    kinks = kinks[np.abs(kinks) < _REACH]
    ends = np.unique(np.concatenate([fixed, kinks, -kinks]))
    return normal_panels(ends, _ORDER)
