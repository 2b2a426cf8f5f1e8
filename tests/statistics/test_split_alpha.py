from fractions import Fraction

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import split_alpha


@pytest.mark.parametrize("n", [1, 3, 7, 49, 10**6 + 3])
@pytest.mark.parametrize("total", [1e-6, 0.1, 0.3])
def test_the_shares_never_exceed_the_total(total: float, n: int) -> None:
    share = split_alpha(total, n)
    assert Fraction(share) * n <= Fraction(total)
    assert share == pytest.approx(total / n, rel=1e-14)


@pytest.mark.parametrize(("total", "n"), [(0.0, 3), (1.0, 3), (0.1, 0), (0.1, -2), (0.1, 2.0)])
def test_ill_formed_splits_are_refused(total: float, n: int) -> None:
    with pytest.raises(InvalidInputError, match=r"total|number of checks"):
        split_alpha(total, n)
