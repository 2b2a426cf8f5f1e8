"""A sample's whole distribution against a law: no parameter is fitted, no size is assumed large.

Every bound holds for n independent draws of *any* law with the stated distribution function.

- ``band``: P(sup |Fₙ − F| > ε) ≤ 2 exp(−2nε²) (Massart 1990, corollary 1).
- ``nearest_end``: the largest of n draws stays below the quantile at 1 − t with probability
  (1 − t)ⁿ.
- ``fewest_distinct``: draws fall on m cells with probabilities p. The indicators "cell is met" are
  negatively associated (Joag-Dev & Proschan 1983, section 3.1), so that D, the number of cells met,
  has P(D ≤ E D − t) ≤ exp(−t²/(2 E D)), Chernoff's bound (Dubhashi & Ranjan 1998, proposition 5).
- ``most_equal``: the number of draws that equal one value of probability at most p.

Rounding. A value that is computed in a floating-point type carries a few rounding errors; a law is
held against a sample within ``slack`` of each value, relative, and ``floor`` absolutely.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xavier_theory.conformance.laws import Law

ROUNDINGS = 5
"""A value may be off by so many units roundoff: the parameter's, and those of its arithmetic."""

RESOLUTION = 2.0**-22
"""An atom may weigh so much: uniform numbers of 23 bits are the coarsest of single precision."""


@dataclass(frozen=True)
class Precision:
    """A floating-point type: ``bits`` of its significand, and its least positive number."""

    name: str
    bits: int
    least: float

    @property
    def unit(self) -> float:
        """The unit roundoff 2^−bits."""
        return 2.0**-self.bits

    @property
    def slack(self) -> float:
        """By how much a value may be off, relative."""
        return ROUNDINGS * self.unit

    @property
    def floor(self) -> float:
        """By how much a value may be off beside zero."""
        return ROUNDINGS * self.least

    @property
    def narrow(self) -> bool:
        """Whether the type has 16 bits, so that all its numbers can be listed."""
        return self.bits <= 11

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The numbers of a narrow type by their codes, from 0 to 2¹⁶ − 1; some are NaN."""
        codes = np.arange(2**16, dtype=np.uint16)
        with np.errstate(invalid="ignore"):
            if self.name == "float16":
                return codes.view(np.float16).astype(np.float64)
            return (codes.astype(np.uint32) << np.uint32(16)).view(np.float32).astype(np.float64)

    @cached_property
    def grid(self) -> NDArray[np.float64]:
        """Every finite number of a narrow type, in order."""
        return np.unique(self.numbers[np.isfinite(self.numbers)])

    def codes(self, sample: NDArray[np.floating]) -> NDArray[np.uint16]:
        """The codes of a narrow type's numbers."""
        if self.name == "float16":
            return sample.astype(np.float16).view(np.uint16)
        upper: NDArray[np.uint32] = sample.astype(np.float32).view(np.uint32) >> np.uint32(16)
        return upper.astype(np.uint16)


PRECISIONS = {
    "float64": Precision("float64", 53, 2.0**-1074),
    "float32": Precision("float32", 24, 2.0**-149),
    "float16": Precision("float16", 11, 2.0**-24),
    "bfloat16": Precision("bfloat16", 8, 2.0**-133),
}
PARTS = {"complex64": "float32", "complex128": "float64", "complex32": "float16"}


def precision(dtype: str) -> Precision:
    """The type of a value, or of the parts of a complex one."""
    return PRECISIONS[PARTS.get(dtype, dtype)]


@dataclass(frozen=True)
class Counted:
    """A sample as its distinct ``values`` in order and how often each was drawn, ``counts``."""

    values: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, sample: NDArray[np.floating], kind: Precision | None = None) -> Counted:
        """Count a sample of any shape, which is finite; numbers of a narrow ``kind`` by code."""
        if kind is None or not kind.narrow or sample.size < 2**16:
            values, counts = np.unique(sample, return_counts=True)
            return cls(values.astype(np.float64), counts)
        found = np.bincount(kind.codes(np.ravel(sample)), minlength=2**16)
        met = np.flatnonzero(found)
        values, places = np.unique(kind.numbers[met], return_inverse=True)  # 0 has two codes
        return cls(values, np.bincount(places, found[met]).astype(np.int64))

    @cached_property
    def n(self) -> int:
        """How many draws there are."""
        return int(self.counts.sum())

    @cached_property
    def mean(self) -> float:
        """Their mean."""
        return float(np.dot(self.values, self.counts) / self.n)

    def mean_square(self, centre: float) -> float:
        """The mean of their squared distance from ``centre``."""
        return float(np.dot(np.square(self.values - centre), self.counts) / self.n)

    def count(self, where: NDArray[np.bool_]) -> int:
        """How many draws have a value ``where`` the mask over ``values`` is true."""
        return int(self.counts[where].sum())


def distance(sample: Counted, law: Law, kind: Precision) -> tuple[float, float]:
    """The largest excess of |Fₙ − F| over what rounding explains, and the value where it is."""
    wide = np.abs(sample.values) * kind.slack + kind.floor
    after = np.cumsum(sample.counts) / sample.n
    before = after - sample.counts / sample.n
    over = after - law.cdf(sample.values + wide)
    under = law.cdf(sample.values - wide) - before
    worst = np.maximum(over, under)
    place = int(np.argmax(worst))
    return max(float(worst[place]), 0.0), float(sample.values[place])


def band(n: int, alpha: float) -> float:
    """ε of Massart's bound at ``alpha`` for n draws."""
    return math.sqrt(math.log(2 / alpha) / (2 * n))


def nearest_end(law: Law, n: int, alpha: float, upper: bool) -> float:
    """What the extreme of n draws reaches, with probability at least 1 − ``alpha``."""
    share = -math.expm1(math.log(alpha) / n)
    return float(law.quantile(np.float64(1 - share if upper else share)))  # type: ignore[arg-type]


def fewest_distinct(law: Law, n: int, kind: Precision, alpha: float) -> float:
    """A number of distinct values that n draws reach, with probability at least 1 − ``alpha``.

    Half of what is expected of the law rounded to ``kind``; of single precision and wider half of
    what is expected of 2²² equally probable values.
    """
    if not kind.narrow:
        expected = -math.expm1(-n * RESOLUTION) / RESOLUTION
    else:
        ends = law.cdf((kind.grid[1:] + kind.grid[:-1]) / 2)
        shares = np.diff(ends, prepend=0.0, append=1.0)
        expected = float(np.sum(-np.expm1(n * np.log1p(-np.minimum(shares, 1 - 2.0**-53)))))
    half = expected / 2
    return max(half - math.sqrt(2 * half * math.log(1 / alpha)), 1.0)


def most_equal(n: int, share: float, alpha: float) -> int:
    """The least k with P(Binomial(n, share) > k) ≤ ``alpha``."""
    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        if special.bdtrc(middle, n, share) <= alpha:
            high = middle
        else:
            low = middle
    return high
