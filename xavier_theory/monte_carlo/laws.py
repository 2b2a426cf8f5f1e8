"""Laws for independent weights of mean zero and a stated variance, with their exact kurtosis.

Kurtosis is κ = E w⁴/(E w²)², not in excess of 3. It fixes the fourth moment of a pre-activation
z = Σ_j W_j a_j given a, and so what a test of E z² needs: Var z²/(E z²)² = κ_z − 1.

The heavy-tailed law is Student's t with 5 degrees of freedom: κ = 9, the largest whole kurtosis
in its family, with a fifth moment that is infinite. A test of E z² needs Var z², so the fourth
moment of z and no more; bounds made for light tails (an estimated variance of z², which needs
the eighth moment) have no guarantee on it, and that is what it is here to show.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xavier_theory.errors import InvalidInputError, UnknownNameError

__all__ = [
    "LAWS",
    "Law",
    "law",
    "preactivation_bound",
    "preactivation_fourth_moment",
    "preactivation_kurtosis",
]

Shape = int | tuple[int, ...]
StandardSampler = Callable[[np.random.Generator, Shape], NDArray[np.float64]]


@dataclass(frozen=True)
class Law:
    """A law of weights.

    `kurtosis`: E w⁴/(E w²)², a Fraction where it is rational; `source` gives its formula.
    `bound`: the largest |w| in units of √(E w²), or inf. `variance_factor`: E w² over the
    variance stated, 1 but for the uncorrected truncated normal. All laws have mean zero;
    `symmetric`: w and −w have the same law.
    """

    name: str
    kurtosis: Fraction | float
    bound: float
    variance_factor: float
    symmetric: bool
    source: str
    standard: StandardSampler

    def sample(
        self, generator: np.random.Generator, shape: Shape, variance: float
    ) -> NDArray[np.float64]:
        """Draw weights of `shape` with E w² = `variance`·`variance_factor`.

        Raises `InvalidInputError` on a negative, NaN or infinite variance.
        """
        return math.sqrt(_variance(variance)) * self.standard(generator, shape)


def _variance(variance: float) -> float:
    """Return a variance as a float, refusing what is none."""
    if isinstance(variance, bool) or not isinstance(variance, (int, float, np.number, Fraction)):
        raise InvalidInputError(f"a variance must be a number, got {variance!r}")
    value = float(variance)
    if not (math.isfinite(value) and value >= 0.0):
        raise InvalidInputError(f"a variance must be finite and not negative, got {value!r}")
    return value


def _normal(generator: np.random.Generator, shape: Shape) -> NDArray[np.float64]:
    return generator.standard_normal(shape)


def _uniform(generator: np.random.Generator, shape: Shape) -> NDArray[np.float64]:
    return generator.uniform(-math.sqrt(3.0), math.sqrt(3.0), shape)


def _rademacher(generator: np.random.Generator, shape: Shape) -> NDArray[np.float64]:
    return generator.integers(0, 2, shape).astype(np.float64) * 2.0 - 1.0


def _truncated(generator: np.random.Generator, shape: Shape) -> NDArray[np.float64]:
    """Draw N(0, 1) given |w| ≤ 2, by inversion."""
    low = float(special.ndtr(-2.0))
    draws = special.ndtri(generator.uniform(low, 1.0 - low, shape))
    return np.clip(draws, -2.0, 2.0)  # inversion may round past the end


_CUT = 2.0 * math.exp(-2.0) / math.sqrt(2.0 * math.pi) / math.erf(math.sqrt(2.0))
"""φ(2)/P(|Z| ≤ 2), twice: what integration by parts leaves at the ends, over the end itself."""
_TRUNCATED_VARIANCE = 1.0 - 2.0 * _CUT
_TRUNCATED_KURTOSIS = (3.0 * _TRUNCATED_VARIANCE - 8.0 * _CUT) / _TRUNCATED_VARIANCE**2
_TRUNCATED_BOUND = 2.0 / math.sqrt(_TRUNCATED_VARIANCE)
_TRUNCATED_SOURCE = (
    "by parts, with c = 2φ(2)/P(|Z| ≤ 2): E w² = 1 − 2c, E w⁴ = 3 E w² − 8c "
    "(Johnson, Kotz & Balakrishnan 1994, chapter 13)"
)
_DEGREES = 5


def _student(generator: np.random.Generator, shape: Shape) -> NDArray[np.float64]:
    return generator.standard_t(_DEGREES, shape) * math.sqrt((_DEGREES - 2) / _DEGREES)


def _corrected(generator: np.random.Generator, shape: Shape) -> NDArray[np.float64]:
    return _truncated(generator, shape) / math.sqrt(_TRUNCATED_VARIANCE)


LAWS: Mapping[str, Law] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            Law("normal", Fraction(3), math.inf, 1.0, True, "E Z⁴ = 3", _normal),
            Law(
                "uniform",
                Fraction(9, 5),
                math.sqrt(3.0),
                1.0,
                True,
                "on [−c, c]: E w² = c²/3, E w⁴ = c⁴/5",
                _uniform,
            ),
            Law(
                "truncated-normal",
                _TRUNCATED_KURTOSIS,
                _TRUNCATED_BOUND,
                1.0,
                True,
                _TRUNCATED_SOURCE,
                _corrected,
            ),
            Law(
                "truncated-normal-uncorrected",
                _TRUNCATED_KURTOSIS,
                _TRUNCATED_BOUND,
                _TRUNCATED_VARIANCE,
                True,
                _TRUNCATED_SOURCE,
                _truncated,
            ),
            Law("rademacher", Fraction(1), 1.0, 1.0, True, "w² = 1", _rademacher),
            Law(
                "student-t",
                3 + Fraction(6, _DEGREES - 4),
                math.inf,
                1.0,
                True,
                "κ = 3 + 6/(ν − 4), ν = 5 (Johnson, Kotz & Balakrishnan 1995, §28.2)",
                _student,
            ),
        )
    }
)
"""Every law by name."""


def law(name: str) -> Law:
    """Return the law called `name`, or raise `UnknownNameError` with the nearest name."""
    key = str(name).replace("_", "-")
    if key not in LAWS:
        raise UnknownNameError("weight law", name, LAWS)
    return LAWS[key]


def _inputs(inputs: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(inputs, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0 or not np.isfinite(values).all():
        raise InvalidInputError(
            f"a layer's input must be finite with fan_in ≥ 1 last, got shape {values.shape}"
        )
    return values


def preactivation_fourth_moment(
    weights: Law, variance: float, inputs: ArrayLike
) -> NDArray[np.float64]:
    """Return E z⁴ given a, for z = Σ_j W_j a_j with independent W_j of the law.

    3 v²(Σ a_j²)² + (κ − 3) v² Σ a_j⁴ with v = E W²: of the terms of E(Σ W_j a_j)⁴ only equal
    pairs and fourth powers survive, as E W = 0. `inputs`: `(..., fan_in)`; returns `(...)`.
    """
    values = _inputs(inputs)
    second = _variance(variance) * weights.variance_factor
    squares = np.square(values)
    excess = float(weights.kurtosis - 3)
    total: NDArray[np.float64] = np.asarray(
        3.0 * np.square(squares.sum(axis=-1)) + excess * np.square(squares).sum(axis=-1)
    )
    return second**2 * total


def preactivation_kurtosis(weights: Law, inputs: ArrayLike) -> NDArray[np.float64]:
    """Return κ_z = 3 + (κ − 3) Σ a_j⁴/(Σ a_j²)² given a; between κ and 3 always.

    `inputs`: `(..., fan_in)`, none all zero; returns `(...)`.
    """
    squares = np.square(_inputs(inputs))
    totals = squares.sum(axis=-1)
    if (totals == 0.0).any():
        raise InvalidInputError("a layer whose input is all zero has no kurtosis")
    shares = squares / totals[..., np.newaxis]
    return 3.0 + float(weights.kurtosis - 3) * np.asarray(np.square(shares).sum(axis=-1))


def preactivation_bound(weights: Law, variance: float, inputs: ArrayLike) -> NDArray[np.float64]:
    """Return the largest |z| = Σ_j |W_j||a_j| given a (inf for laws without bound).

    `inputs`: `(..., fan_in)`; returns `(...)`, 0 where the input or the variance is 0.
    """
    reach = np.abs(_inputs(inputs)).sum(axis=-1)
    deviation = math.sqrt(_variance(variance) * weights.variance_factor)
    scaled = np.asarray(deviation * reach)
    # A bound of inf times a reach of 0 would be nan; where() evaluates both branches.
    return np.where(scaled > 0.0, weights.bound * np.maximum(scaled, 5e-324), 0.0)
