"""transposed-convolution, against the fans that are counted tap by tap."""

from __future__ import annotations

import pytest

from xavier_theory.frameworks.fans import fans
from xavier_theory.theorems import derive

NAME = "transposed-convolution"
CHANNELS = 8


@pytest.mark.parametrize(("side", "stride"), [(4, 2), (3, 2), (5, 3), (2, 3), (3, 1)])
def test_the_average_and_the_extremes_are_those_of_the_fans(side: int, stride: int) -> None:
    whole, rest = divmod(side, stride)
    phases = {"remainder": rest, "further_phases": stride - 1 - rest}
    derivation = derive(NAME)
    found = fans((CHANNELS, 16, side, side), layout="torch", transposed=True, stride=stride)
    mean = derivation.predict(whole_strides=whole, **phases)
    assert CHANNELS * mean == pytest.approx(float(found.effective_in), rel=1e-14)
    assert found.range_in == (CHANNELS * whole**2, CHANNELS * (whole + (rest > 0)) ** 2)
    spread = derivation.predict("spread", **phases)
    assert (spread == 0) == (found.range_in[0] == found.range_in[1])
