"""rectangular-orthogonal, against the gains that its page gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from xavier_theory.theorems import derive

NAME = "rectangular-orthogonal"


def test_a_block_of_four_keeps_a_quarter_and_the_whole_its_length() -> None:
    """Of one matrix with orthonormal columns the outputs share the squared length exactly."""
    n, m = 3, 12
    whole = stats.ortho_group.rvs(m, random_state=1)[:, :n]
    x = np.ones(n)
    mean = float(np.square(whole @ x).mean())
    predicted = derive(NAME).predict(fan_in=n, fan_out=m, second_moment=1)
    assert predicted == 0.25
    assert mean == pytest.approx(predicted, rel=1e-12)


@pytest.mark.parametrize(("n", "m"), [(4, 9), (5, 5)])
def test_the_gain_of_the_page_keeps_the_mean_square(n: int, m: int) -> None:
    gain = math.sqrt(m / n)
    predicted = derive(NAME).predict(fan_in=n, fan_out=m, second_moment=gain**2)
    assert predicted == pytest.approx(1, rel=1e-14)
