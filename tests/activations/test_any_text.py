"""For any text, the public functions return or raise an ``XavierTheoryError``, in bounded time."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xavier_theory as xt
from benchmarks.hostile_texts import hostile_text
from xavier_theory.activations import budget, gaussian_moments
from xavier_theory.activations.budget import BudgetError, within_budget
from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.estimated_moments import EstimatedMoments
from xavier_theory.activations.moments import gaussian
from xavier_theory.errors import InvalidInputError, XavierTheoryError
from xavier_theory.monte_carlo.sample_networks import sample

NINE = "z"
for _ in range(10):
    NINE = f"(({NINE})**9 - z + 1)"
ASKED = {
    "gain": lambda text: xt.gain(text).backward_factor,
    "phase": lambda text: xt.phase(text, 1.5).estimate,
    "variance": lambda text: xt.variance(text, fan_in=3, convention="backward"),
    "sample": lambda text: sample(4, 2, text, 1.5, backward=True),
}
_SECONDS = 30.0  # of processor time: 20 are the last resort of a phase, 10 of an estimate


def answer_or_reason(name, text):
    start = time.process_time()
    try:
        ASKED[name](text)
    except XavierTheoryError as error:
        said = str(error)
        if not said.strip() or len(said) > 2000:
            raise AssertionError(f"{name} of {text!r} says {said[:200]!r}") from error
    taken = time.process_time() - start
    if taken > _SECONDS:
        raise AssertionError(f"{name} of {text!r} took {taken:.0f} s")


@pytest.mark.parametrize("name", ASKED)
@given(text=st.one_of(st.text(max_size=30), st.text("xz0123456789+-*/()., e^sinlogtanhwhere<>=&|")))
def test_any_text_has_an_answer_or_a_reason(name, text):
    answer_or_reason(name, text)


@pytest.mark.parametrize("name", ASKED)
def test_hostile_texts_have_an_answer_or_a_reason(name):
    # some other ones for each; benchmarks/reliability.py tries them by the thousand
    generator = np.random.default_rng([7, list(ASKED).index(name)])
    for text in [hostile_text(generator) for _ in range(10)]:
        answer_or_reason(name, text)


@pytest.mark.parametrize("text", [
    "exp(10**10)", "(exp(10**10))**2", "exp(-(10**10))*z", NINE, f"clip({NINE}, -1, 1)", "1e150*z",
    "1e155*z", "1e-200*z", "sin(" + "exp(" * 8 + "z" + ")" * 9, "tanh(" * 60 + "z" + ")" * 60,
    "1/cosh(100*z)", "arcsin(sin(z))",
])  # fmt: skip
@pytest.mark.parametrize("name", ["gain", "phase"])
def test_what_once_hung_or_crashed_does_not(name, text):
    answer_or_reason(name, text)


def test_a_gain_that_is_no_double_says_so():
    with pytest.raises(InvalidInputError, match="larger than 2"):
        xt.gain("exp(10**10)")
    with pytest.raises(XavierTheoryError, match="beyond the range of floats"):
        xt.gain("1e150*z")
    with pytest.raises(XavierTheoryError, match="beyond the range of floats"):
        xt.gain("1e-200*z")


def test_a_budget_that_is_used_up_leaves_an_estimate():
    tight = xt.gain("z*sigmoid(1.7*z)", budget=500)
    assert not tight.certified and "the budget of 500 evaluations is used up" in tight.reason
    assert abs(tight.value - xt.gain("z*sigmoid(1.7*z)").value) <= tight.error
    assert xt.gain("z*sigmoid(1.7*z)", budget=100_000).certified
    phase = xt.phase("z*sigmoid(1.7*z)", 2, "0.01", budget=2000)
    assert not phase.certified and "budget" in phase.reason and phase.estimate is not None
    for wrong in (0, -1, 1.5, "much"):
        with pytest.raises(InvalidInputError, match="the budget must be"):
            xt.gain("tanh", budget=wrong)


def test_a_question_within_another_shares_its_budget():
    moments = gaussian_moments("tanh(z)*sigmoid(z) + z")
    with within_budget(100, 1), pytest.raises(BudgetError):
        _ = moments.second_moment


def test_an_estimate_has_a_budget_of_its_own(monkeypatch):
    moments = EstimatedMoments(as_activation("tanh"), gaussian(1))
    with within_budget(1, 1):  # used up, or none would be asked for
        assert abs(moments.mean.value) < 1e-12
    monkeypatch.setattr(budget, "ESTIMATE", 2000)
    phase = xt.phase(lambda z: np.tanh(z), 1.5)
    assert phase.estimate is None and "budget of 2,000" in phase.why_no_estimate


def test_a_stall_ends_by_its_processor_time(monkeypatch):
    monkeypatch.setattr(budget, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(budget, "_SECONDS_PER_UNIT", 0.0)
    assert "seconds of processor time" in xt.gain("z*sigmoid(1.7*z) + 1/7").reason
