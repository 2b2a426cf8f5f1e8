"""Bounded means by the DKW band, the baseline: what a test of the whole distribution costs.

The empirical cdf is within √(log(2/γ)/(2n)) of the cdf everywhere, except with probability γ
(Massart 1990), and the means of two laws on a range of width R differ by at most R times that.
"""

from __future__ import annotations

from xavier_theory.statistics import BoundedMeanTest, Tolerance

__all__ = ["DkwmMeanTest"]


class DkwmMeanTest(BoundedMeanTest):
    """Test a mean in [`low`, `high`] with the radius of the band: Hoeffding's at half the tail."""

    def __init__(self, low: float, high: float, tolerance: Tolerance | None = None) -> None:
        super().__init__(low, high, None, "hoeffding", tolerance)
        self.law = "bounded mean (dkwm)"

    def _radius(self, tail: float, n: int) -> float:
        return super()._radius(tail / 2, n)
