"""What the rules conclude is true in random finite spaces, whatever is undefined is worth."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from flint import arb

from tests.kernel import applications, pairs
from tests.kernel.evaluation import Model, differ
from xavier_theory.kernel import algebra, rules, signs
from xavier_theory.kernel.replay import RULES
from xavier_theory.kernel.terms import Term, number

NOT_FINITE = {"antiderivative", "moment", "hoelder", "dominated", "carried"}
"""A density is in no finite space, where everything is integrable."""


def test_what_rules_conclude_is_true(run_seed: int) -> None:
    counts, wrong = applications.many_applications(run_seed, 4000)
    assert wrong == []
    evaluated = {rule for rule in RULES if counts[f"{rule} evaluated"]}
    assert evaluated | NOT_FINITE == set(RULES), counts
    assert counts["evaluated"] > 2000


def test_the_normal_form_keeps_values(run_seed: int) -> None:
    counts, wrong = pairs.many_pairs(run_seed, 1500)
    assert wrong == []
    assert counts["evaluated"] > 1500
    assert counts["equal"] > 300 and counts["not equal"] > 300


def _forget_caches() -> None:
    for function in (signs.sign, signs.is_natural, algebra._normal, algebra.canonical):
        function.cache_clear()


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A way to weaken the kernel for one test."""
    _forget_caches()
    yield monkeypatch
    monkeypatch.undo()
    _forget_caches()


def test_the_fuzz_finds_a_normal_form_that_takes_all_exponents_for_natural(planted: Any) -> None:
    planted.setattr(algebra, "is_natural", lambda term: True)
    _, wrong = pairs.many_pairs(0, 300)
    assert wrong


def test_the_fuzz_finds_a_sign_that_is_not_plain(planted: Any) -> None:
    honest = signs.sign
    planted.setattr(algebra, "sign", lambda term, known=signs.NOTHING: honest(term, known) or 1)
    _, wrong = pairs.many_pairs(0, 300)
    assert wrong


def test_the_fuzz_finds_an_inequality_times_what_may_be_negative(planted: Any) -> None:
    planted.setattr(rules, "plain", lambda term, known=signs.NOTHING: 2)
    _, wrong = applications.many_applications(0, 600)
    assert wrong


def test_the_fuzz_finds_a_binder_over_an_index_that_is_one_number(planted: Any) -> None:
    planted.setattr(rules, "require_generic", lambda names, gamma, parameters: None)
    _, wrong = applications.many_applications(0, 2000)
    assert wrong


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (("^", number(-8), number(2)), Fraction(64)),
        (("^", number(0), number(0)), Fraction(1)),
        (("^", number(0), number(1, 2)), Fraction(0)),
        (("^", number(4), number(-1, 2)), Fraction(1, 2)),
        (("sum", number(3), ("bound", 0)), Fraction(6)),
        (("product", number(0), number(7)), Fraction(1)),
        (("sum-except", number(3), number(2), ("bound", 0)), Fraction(4)),
        (("sum", number(2), ("sum", ("bound", 0), ("bound", 1))), Fraction(5)),
        (("step", number(0)), Fraction(0)),
        (("relu", number(-3)), Fraction(0)),
        (("max", number(-3), number(2)), Fraction(2)),
        (("log", ("exp", number(3))), Fraction(3)),
        (("E", ("member", "X", True, "real")), Fraction(1, 2)),
        (("Var", ("member", "X", True, "real")), Fraction(1, 4)),
        (("erf", number(1)), arb("0.842700792949714869341220635083 +/- 1e-29")),
    ],
)
def test_values_are_what_they_should_be(term: Term, value: Any) -> None:
    model = Model(random.Random(0))
    model.rules["X", 0] = lambda indices, w: Fraction(w[0])
    found = model.value(term)
    assert not differ(found, value)


def test_undefined_values_differ_from_model_to_model() -> None:
    values: Counter[Any] = Counter()
    for seed in range(20):
        values[Model(random.Random(seed)).value(("^", number(0), number(-1)))] += 1
    assert len(values) > 5
