import math

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import (
    ErrorRates,
    Hypothesis,
    Tolerance,
    Verdict,
)
from xavier_theory.statistics.decision import decide
from xavier_theory.statistics.hypothesis import as_hypothesis
from xavier_theory.statistics.search import smallest_sample

RATES = ErrorRates(0.1, 0.05, 0.01)


@pytest.mark.parametrize("name", ["delta", "alpha", "beta"])
@pytest.mark.parametrize("value", [0.0, 1.0, -0.1, 2, math.nan, math.inf, True, "0.1"])
def test_rates_outside_the_unit_interval_are_refused(name: str, value: object) -> None:
    with pytest.raises(InvalidInputError, match=name):
        ErrorRates(**{"delta": 0.1, "alpha": 0.1, "beta": 0.1} | {name: value})


@pytest.mark.parametrize(
    ("pair", "message"),
    [((2.0, 1.0), "empty"), ((math.nan, 1.0), "nan"), ((-math.inf, math.inf), "finite side")],
)
def test_a_prediction_that_is_no_interval_is_refused(
    pair: tuple[float, float], message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        Hypothesis(*pair)


@pytest.mark.parametrize("prediction", ["one", (1.0, 2.0, 3.0), None])
def test_a_prediction_of_another_kind_is_refused(prediction: object) -> None:
    with pytest.raises(InvalidInputError, match="a number or a pair"):
        as_hypothesis(prediction)  # type: ignore[arg-type]  # the point of the test


def test_tolerance_widens_each_finite_side_by_its_own_share() -> None:
    relative, absolute = Tolerance(), Tolerance("absolute", unit=2.0)
    assert relative.widen(Hypothesis(-2.0, 4.0), 0.5) == Hypothesis(-3.0, 6.0)
    assert absolute.widen(Hypothesis(-2.0, 4.0), 0.5) == Hypothesis(-3.0, 5.0)
    assert relative.widen(Hypothesis(-math.inf, 4.0), 0.5) == Hypothesis(-math.inf, 6.0)
    assert relative.smallest(Hypothesis(-2.0, 4.0), 0.5) == 1.0


def test_a_relative_tolerance_about_zero_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="absolute"):
        Tolerance().widen(Hypothesis(0.0, 0.0), 0.1)


@pytest.mark.parametrize(
    ("kind", "unit"), [("other", 1.0), ("absolute", 0.0), ("absolute", math.nan)]
)
def test_an_ill_formed_tolerance_is_refused(kind: str, unit: float) -> None:
    with pytest.raises(InvalidInputError, match="tolerance"):
        Tolerance(kind, unit)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.95, 1.05, Verdict.CONSISTENT),
        (0.85, 1.05, Verdict.UNDECIDED),
        (0.95, 1.15, Verdict.UNDECIDED),
        (1.01, 1.05, Verdict.REFUTED),
        (0.95, 0.99, Verdict.REFUTED),
        (1.2, 1.3, Verdict.REFUTED),
    ],
)
def test_decide_compares_limits_with_both_intervals(
    low: float, high: float, verdict: Verdict
) -> None:
    hypothesis = Hypothesis(1.0, 1.0)
    widened = Tolerance().widen(hypothesis, 0.1)
    assert decide(lambda tail: (low, high), hypothesis, widened, RATES) is verdict


def test_refutation_uses_the_smaller_rate_and_consistency_uses_alpha() -> None:
    tails: list[float] = []

    def limits(tail: float) -> tuple[float, float]:
        tails.append(tail)
        return 0.95, 1.05

    decide(limits, Hypothesis(1.0, 1.0), Hypothesis(0.9, 1.1), RATES)
    assert tails == [0.005, 0.05]


def test_a_one_sided_prediction_ignores_the_other_side() -> None:
    hypothesis = Hypothesis(-math.inf, 1.0)
    widened = Tolerance().widen(hypothesis, 0.1)
    assert decide(lambda _: (-5.0, 0.5), hypothesis, widened, RATES) is Verdict.CONSISTENT
    assert decide(lambda _: (1.5, 2.0), hypothesis, widened, RATES) is Verdict.REFUTED


@pytest.mark.parametrize("edge", [1, 2, 17, 1000, 10**9 + 7])
@pytest.mark.parametrize("guess", [None, 1, 900, 10**12])
@pytest.mark.parametrize("power", [0.25, 0.5, 1.0, 4.0])
def test_the_search_finds_the_edge_of_a_monotone_condition(
    edge: int, guess: int | None, power: float
) -> None:
    def ratio(n: int) -> float:
        return (edge / n) ** power

    assert smallest_sample(ratio, 1, guess) == edge


def test_the_search_copes_with_no_limit_below_some_size() -> None:
    assert smallest_sample(lambda n: math.inf if n < 5000 else 0.5, 1) == 5000


def test_the_search_gives_up_with_one_clear_line() -> None:
    with pytest.raises(InvalidInputError, match="no sample of up to"):
        smallest_sample(lambda n: 2.0, 1)
