"""fused-projection, against the fans that frameworks count."""

from __future__ import annotations

from fractions import Fraction

import pytest

from xavier_theory.frameworks.fans import fans
from xavier_theory.theorems import derive

NAME = "fused-projection"


@pytest.mark.parametrize(("parts", "said"), [(1, 1), (3, Fraction(1, 2)), (4, Fraction(2, 5))])
def test_the_factor_is_fan_in_times_xaviers_variance(parts: int, said: Fraction) -> None:
    width = 64
    found = fans((parts * width, width), layout="torch")
    rule = Fraction(2, found.fan_in + found.fan_out)
    assert width * rule == said
    predicted = derive(NAME).predict(parts=parts, second_moment=1)
    assert predicted == pytest.approx(float(said), rel=1e-15)
