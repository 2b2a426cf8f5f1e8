from fractions import Fraction

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import (
    DeterministicCheck,
    ErrorRates,
    GaussianVarianceTest,
    combine,
    split_alpha,
)
from xavier_theory.statistics.outcome import Outcome


def outcome(alpha: float, beta: float, n: int = 10**7) -> Outcome:
    return GaussianVarianceTest().judge(1.0, n, 1.0, ErrorRates(0.01, alpha, beta))


@pytest.mark.parametrize("n", [1, 3, 7, 49, 10**6 + 3])
@pytest.mark.parametrize("total", [1e-6, 0.1, 0.3])
def test_the_shares_never_exceed_the_total(total: float, n: int) -> None:
    share = split_alpha(total, n)
    assert Fraction(share) * n <= Fraction(total)
    assert share == pytest.approx(total / n, rel=1e-14)


def test_sidak_is_a_little_more_generous_and_exact() -> None:
    share = split_alpha(0.1, 20, independent=True)
    assert share > split_alpha(0.1, 20)
    assert 1 - (1 - share) ** 20 == pytest.approx(0.1, rel=1e-12)
    assert split_alpha(0.1, 1, independent=True) == 0.1


@pytest.mark.parametrize(("total", "n"), [(0.0, 3), (1.0, 3), (0.1, 0), (0.1, -2), (0.1, 2.0)])
def test_ill_formed_splits_are_refused(total: float, n: int) -> None:
    with pytest.raises(InvalidInputError, match=r"total|number of checks"):
        split_alpha(total, n)


def test_a_run_states_what_it_promises() -> None:
    share = split_alpha(1e-6, 3)
    rates = combine([outcome(share, 1e-6)] * 3 + [DeterministicCheck().run(1, 1)])
    assert rates.statement() == (
        "4 checks, total false-alarm probability ≤ 1e-06, each detects the error it states "
        "with probability ≥ 1 − 1e-06"
    )
    assert rates.to_dict()["false_alarm_probability"] == rates.false_alarm <= 1e-6
    assert (rates.checks, rates.deterministic, rates.underpowered) == (4, 1, 0)


def test_the_statement_rounds_up_and_admits_small_samples() -> None:
    rates = combine([outcome(0.0123, 0.2), outcome(0.1, 0.02, n=50)])
    assert rates.false_alarm == pytest.approx(0.0123 + 0.02)
    assert rates.miss == 0.2
    assert "≤ 0.033," in rates.statement()
    assert "except 1 with too few samples" in rates.statement()


def test_independence_is_used_only_when_stated() -> None:
    outcomes = [outcome(0.1, 0.1)] * 5
    assert combine(outcomes).false_alarm == pytest.approx(0.5)
    assert combine(outcomes, independent=True).false_alarm == pytest.approx(1 - 0.9**5)
    assert combine([outcome(0.4, 0.4)] * 5).false_alarm == 1.0


def test_a_deterministic_run_has_no_chance_in_it() -> None:
    rates = combine([DeterministicCheck().run(1, 1)])
    assert rates.false_alarm == 0.0
    assert "all deterministic" in rates.statement()
