import math
from fractions import Fraction

import numpy as np
import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import DeterministicCheck, Verdict


@pytest.mark.parametrize(
    ("actual", "predicted", "equal"),
    [
        (1.5, 1.5, True),
        (0.1 + 0.2, 0.3, False),
        (0.0, -0.0, False),
        (Fraction(1, 3), Fraction(2, 6), True),
        (Fraction(1, 3), 1 / 3, False),
        (10**30, 10**30 + 1, False),
        ([1.0, 2.0], [1.0, 2.0], True),
        (np.array([1.0, 2.0]), np.array([1.0, np.nextafter(2.0, 3.0)]), False),
        (np.float32(0.5), 0.5, True),
        ([Fraction(1, 2), 1], (Fraction(2, 4), 1), True),
    ],
)
def test_equality_is_exact(actual: object, predicted: object, equal: bool) -> None:
    outcome = DeterministicCheck().run(actual, predicted)
    assert outcome.verdict is (Verdict.CONSISTENT if equal else Verdict.REFUTED)
    assert outcome.guarantee == "deterministic"
    assert outcome.rates is None


def test_a_certified_bound_is_compared_without_rounding() -> None:
    bound = Fraction(1, 10)
    check = DeterministicCheck(bound)
    assert check.run(Fraction(11, 10), 1).passed
    assert not check.run(Fraction(11, 10) + Fraction(1, 10**40), 1).passed
    # 1.1 is a double above 11/10, so it lies outside; rounded subtraction would not see it.
    assert not check.run(1.1, 1).passed
    assert DeterministicCheck(0.1).run([1.0, 2.05], [1.0, 2.0]).passed


def test_the_first_difference_is_shown() -> None:
    outcome = DeterministicCheck().run([1.0, 2.0, 3.0], [1.0, 5.0, 6.0])
    assert (outcome.estimate, outcome.prediction.lower, outcome.n) == (2.0, 5.0, 3)


def test_integers_beyond_floats_are_compared_and_shown() -> None:
    outcome = DeterministicCheck().run(10**400, 10**400)
    assert outcome.passed
    assert math.isfinite(outcome.estimate)


@pytest.mark.parametrize(
    ("actual", "predicted", "message"),
    [
        (math.nan, 1.0, "finite"),
        (1.0, math.inf, "finite"),
        ([1.0, 2.0], [1.0], "shapes"),
        ([], [], "nothing"),
        ("1", 1, "int, float or Fraction"),
        (True, 1, "int, float or Fraction"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    actual: object, predicted: object, message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        DeterministicCheck().run(actual, predicted)


def test_ill_formed_bounds_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="not negative"):
        DeterministicCheck(-1)
