"""The tests that hold an initializer's moments against its law: exact, or valid at every size.

Each is a pivot of ``statistics.pivot``, whose proof it uses; what is particular is Q's law:

- ``GaussianMeanTest``: the mean of n normal scalars of known deviation σ; Q ~ N(0, σ²/n) exactly.
- ``ScaleTest``: the mean of n independent scalars X = θY, where Y lies in [0, R], E Y = 1 and
  Var Y ≤ v; Q = Ȳ lies within Bernstein's radius of 1 (``statistics.bounded_mean``).
"""

from __future__ import annotations

import math

from scipy import special

from xavier_theory.statistics.bounded_mean import bernstein_radius
from xavier_theory.statistics.hypothesis import Tolerance
from xavier_theory.statistics.outcome import Guarantee
from xavier_theory.statistics.pivot import Design, Family, PivotTest


class GaussianMeanTest(PivotTest):
    """Test E X for independent X ~ N(θ, std²), std known."""

    law = "Gaussian mean"
    guarantee: Guarantee = "exact"
    family: Family = "location"

    def __init__(self, std: float) -> None:
        self.std = std
        self.tolerance = Tolerance("absolute", std)

    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        reach = -float(special.ndtri(tail)) * self.std / math.sqrt(n)
        return -reach, reach


class ScaleTest(PivotTest):
    """Test θ for independent X = θY, 0 ≤ Y ≤ ``top``, E Y = 1, Var Y ≤ ``variance``."""

    law = "scale of a bounded law (Bernstein)"
    guarantee: Guarantee = "finite-sample bound"
    family: Family = "scale"

    def __init__(self, top: float, variance: float) -> None:
        self.top, self.variance = top, variance

    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        radius = bernstein_radius(self.top, self.variance, n, tail)
        return 1.0 - radius, 1.0 + radius
