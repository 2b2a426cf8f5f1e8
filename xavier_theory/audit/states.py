"""What is carried per tensor: moments, correlations, and the function of a Gaussian that it is.

Of a tensor X, averaged over everything that is not said to be shared:

    mean   E[X]
    q      E[X²], the second moment
    p      E[X X'] for the same feature of the same sample at another position
    c      E[X X'] for the same feature of another sample, at any position

``values`` are those of h at the nodes of a quadrature where X = h(Z) entry by entry, Z ~ N(0, 1),
and ``source`` names Z: of two tensors with one source products and sums are taken node by node.
With h = Σ aₙ hₙ in orthonormal Hermite polynomials, E[h(Z)h(Z')] = Σ aₙ² ρⁿ for E[Z Z'] = ρ
(Mehler; O'Donnell 2014, proposition 11.31): so p and c follow from
the correlations of the source. That pre-activations are Gaussian is the limit of infinite width.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.quadrature import normal_panels
from xavier_theory.audit import axes as ax

Array = NDArray[np.float64]
Profile = tuple[Array, ...] | None
_REACH, _PANELS, _ORDER, _TERMS = 16.0, 80, 8, 48
_ALIKE, _EXTREMES, _GROUPS = 0.1, 16, 16


@lru_cache(maxsize=1)
def quadrature() -> tuple[Array, Array, Array]:
    """Nodes, weights under N(0, 1), and the rows of Hermite's polynomials times the weights.

    Gauss–Legendre on panels that end at 0, where most kinks are. The square of the last polynomial
    times the density is spread up to 2√48 = 13.9.
    """
    nodes, mass = normal_panels(np.linspace(-_REACH, _REACH, _PANELS + 1), _ORDER)
    rows = np.empty((_TERMS, nodes.size))
    previous, current = np.zeros_like(nodes), np.ones_like(nodes)
    for n in range(_TERMS):
        rows[n] = current * mass
        following = (nodes * current - math.sqrt(n) * previous) / math.sqrt(n + 1)
        previous, current = current, following
    return nodes, mass, rows


@dataclass(frozen=True)
class State:
    """The moments of a tensor of ``shape``; the text of this file says what each is.

    ``rho_p`` and ``rho_c`` are the correlations of the source at another position and in another
    sample, in [−1, 1]. ``values`` is None where the tensor is taken as Gaussian itself. ``profile``
    says how q is spread along each factor of positions, with mean 1; None is evenly. Of a gradient
    ``lean`` says how q depends on the signal beside it, as ``laws`` has it; None is not at all.
    ``uneven`` is E[s]·E[1/s] over features, where s is what q is for one feature behind a weight,
    for the norms that divide by it; of a gradient, that it came back through such a norm.
    ``scatter`` is E[s]·E[1/s] where s is that of one position of one sample over its features: it
    is measured, 1 where it is not.
    """

    shape: ax.Shape
    axes: ax.Axes
    q: float
    mean: float
    p: float
    c: float
    values: Array | None = None
    source: int | None = None
    rho_p: float = 0.0
    rho_c: float = 0.0
    profile: Profile = None
    lean: Array | None = None
    uneven: float = 1.0
    scatter: float = 1.0

    @property
    def variance(self) -> float:
        """q − mean², at least 0."""
        return max(self.q - self.mean**2, 0.0)

    @property
    def even(self) -> float:
        """(mean √r)² over positions: 1 where q is the same everywhere.

        A position with r times the q is taken to have √r times the size: then mean² is this share
        of the mean square of the positions' means, and p and c of what they would be.
        """
        if self.profile is None:
            return 1.0
        return math.prod(float(np.sqrt(one).mean()) ** 2 for one in self.profile)

    @property
    def samples(self) -> int:
        """How many samples the tensor has."""
        return ax.count(self.axes, ax.SAMPLE)

    @property
    def positions(self) -> int:
        """How many positions."""
        return ax.count(self.axes, ax.POSITION)

    @property
    def features(self) -> int:
        """How many features."""
        return ax.count(self.axes, ax.FEATURE)

    @property
    def shared(self) -> float:
        """E over features of (the mean over samples and positions)²: what a batch shares."""
        b, p = self.samples, self.positions
        return (self.q + (p - 1) * self.p + p * (b - 1) * self.c) / (p * b)

    def moments(self) -> dict[str, float]:
        """The four numbers."""
        return {"q": self.q, "mean": self.mean, "p": self.p, "c": self.c}

    def scaled(self, factor: float) -> State:
        """The state of factor·X."""
        values = None if self.values is None else factor * self.values
        square = factor * factor
        return replace(
            self, q=square * self.q, mean=factor * self.mean, p=square * self.p,
            c=square * self.c, values=values,
        )  # fmt: skip

    def shifted(self, by: float) -> State:
        """The state of X + by."""
        values = None if self.values is None else self.values + by
        more = 2 * by * self.mean + by * by
        return replace(
            self, q=self.q + more, mean=self.mean + by, p=self.p + more, c=self.c + more,
            values=values,
        )  # fmt: skip

    def as_gaussian(self, source: int) -> State:
        """With a source: its own where it has one, else X = mean + √variance·Z.

        The law is that of a position with the q of all.
        """
        if self.values is not None:
            return self
        mean = self.mean / math.sqrt(self.even)
        spread = max(self.q - mean**2, 0.0)
        if spread <= 1e-12 * max(self.q, 1e-300):
            return replace(self, values=np.full_like(quadrature()[0], mean), source=source)
        rho = [max(-1.0, min(1.0, (x / self.even - mean**2) / spread)) for x in (self.p, self.c)]
        values = mean + math.sqrt(spread) * quadrature()[0]
        return replace(self, values=values, source=source, rho_p=rho[0], rho_c=rho[1])

    def plain(self, **changed: Any) -> State:
        """Without its source, and with other numbers."""
        return replace(self, values=None, source=None, rho_p=0.0, rho_c=0.0, **changed)


def of_values(state: State, values: Array) -> State:
    """A function of the source of ``state``, by its values at the nodes."""
    _, mass, rows = quadrature()
    squares = (rows @ values) ** 2
    q = float(values**2 @ mass)
    rest = max(q - float(np.sum(squares)), 0.0)

    def paired(rho: float) -> float:
        series = float(np.polynomial.polynomial.polyval(rho, squares))
        return series + rest * rho**_TERMS

    return replace(
        state, q=q, mean=float(values @ mass), p=paired(state.rho_p), c=paired(state.rho_c),
        values=values,
    )  # fmt: skip


def applied(state: State, function: Callable[[Array], Array]) -> State | None:
    """φ(X) entry by entry, for a state with a source; None where φ is not finite there.

    Where q differs between positions, φ is averaged over their sizes.

    Where X hardly varies (its deviation under a twentieth of its mean, as after a norm's mean
    square) nodes that are many deviations away are brought within six, where φ may have a pole.
    """
    if state.values is None:
        raise ValueError("applied needs a state with a source")
    values = state.values
    spread = math.sqrt(state.variance)
    if spread < abs(state.mean) / 20:
        values = np.clip(values, state.mean - 6 * spread, state.mean + 6 * spread)
    sizes, shares = _sizes(state)
    with np.errstate(all="ignore"):
        found = np.asarray(function(values), dtype=np.float64)
        others = [np.asarray(function(size * values), dtype=np.float64) for size in sizes]
    if not all(bool(np.all(np.isfinite(one))) for one in (found, *others)):
        return None
    alone = of_values(state, found)
    return _averaged(alone, sizes, shares, others) if others else alone


def _sizes(state: State) -> tuple[list[float], list[float]]:
    """√r of groups of positions, smallest first, and their shares; none where all are alike.

    The largest stand alone, as in a fourth moment they weigh most.
    """
    if state.profile is None:
        return [], []
    ratios = np.sort(_outer(state.profile).ravel())
    if ratios[-1] - ratios[0] < _ALIKE:
        return [], []
    parts = [*np.array_split(ratios[:-_EXTREMES], _GROUPS), *ratios[-_EXTREMES:, None]]
    parts = [part for part in parts if part.size]
    return (
        [math.sqrt(float(part.mean())) for part in parts],
        [part.size / ratios.size for part in parts],
    )


def _outer(profile: tuple[Array, ...]) -> Array:
    found = np.ones(())
    for one in profile:
        found = np.multiply.outer(found, one)
    return found


def _averaged(state: State, sizes: list[float], shares: list[float], values: list[Array]) -> State:
    """The moments over positions of all sizes; E[X X'] is that of two positions of any sizes."""
    _, mass, rows = quadrature()
    squares = np.array([one**2 @ mass for one in values])
    typical = np.average(values, axis=0, weights=shares)
    terms = (rows @ typical) ** 2
    rest = max(float(typical**2 @ mass - np.sum(terms)), 0.0)

    def paired(rho: float) -> float:
        return float(np.polynomial.polynomial.polyval(rho, terms)) + rest * rho**_TERMS

    profile = state.profile or ()
    there = np.interp(np.sqrt(_outer(profile)), sizes, squares)
    total = float(there.mean())
    places = range(len(profile))
    spread = tuple(
        there.mean(axis=tuple(i for i in places if i != place)) / total for place in places
    ) if total > 0 else None  # fmt: skip
    return replace(
        state, q=total, mean=float(typical @ mass),
        p=paired(state.rho_p), c=paired(state.rho_c), profile=spread,
    )  # fmt: skip
