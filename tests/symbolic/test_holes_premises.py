"""Attempts to slip a premise past the engine: each would be a way to prove 0 = 1."""

from __future__ import annotations

import copy
import pickle
from collections import deque
from types import SimpleNamespace

import pytest
from sympy import Integer
from xavier_theory.symbolic.rules import RULES, rule

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.errors import KernelError, TamperedError
from xavier_theory.symbolic.judgements import Context, Step, take_step_maker
from xavier_theory.symbolic.terms import scalar

x, y = scalar("x"), scalar("y")
EMPTY = Context()
ABSURD = SimpleNamespace(
    relation="=", left=Integer(0), right=Integer(1), assumptions=frozenset(), context=EMPTY
)


def test_premise_that_only_looks_like_a_step_is_refused() -> None:
    with pytest.raises(KernelError):
        RULES["linear_combination"](EMPTY, "=", 0, 1, [ABSURD], [1])
    step = RULES["nonnegative"](EMPTY, x**2)
    with pytest.raises(KernelError):
        RULES["rewrite"](EMPTY, step, ABSURD, "left")
    with pytest.raises(KernelError):
        RULES["specialize"](EMPTY, ABSURD, {})


@pytest.mark.parametrize("container", [deque, lambda items: dict.fromkeys(items).keys(), iter])
def test_premises_in_an_unusual_container_are_not_overlooked(container: object) -> None:
    hypothesis = equation("x is y", x, y)
    step = RULES["suppose"](EMPTY, hypothesis)
    with pytest.raises(KernelError):
        RULES["linear_combination"](EMPTY, "=", x, y, container([step]), [1])  # type: ignore[operator]
    kept = RULES["linear_combination"](EMPTY, "=", x, y, (step,), (1,))
    assert kept.assumptions == {hypothesis}


def test_step_made_by_object_new_is_refused() -> None:
    true = RULES["nonnegative"](EMPTY, Integer(1))
    forged = object.__new__(Step)
    for name in Step.__slots__:
        if name != "__weakref__":
            object.__setattr__(forged, name, getattr(true, name))
    with pytest.raises(TamperedError):
        RULES["linear_combination"](EMPTY, "<=", 0, 1, [forged], [1])


def test_step_whose_assumptions_were_dropped_is_refused() -> None:
    step = RULES["suppose"](EMPTY, equation("x is y", x, y))
    object.__setattr__(step, "assumptions", frozenset())
    with pytest.raises(TamperedError):
        RULES["linear_combination"](EMPTY, "=", x, y, [step], [1])


def test_steps_cannot_be_made_copied_pickled_or_changed() -> None:
    step = RULES["nonnegative"](EMPTY, x**2)
    with pytest.raises(TamperedError):
        Step()
    with pytest.raises(TamperedError):
        copy.copy(step)
    with pytest.raises(TamperedError):
        copy.deepcopy(step)
    with pytest.raises(TamperedError):
        pickle.dumps(step)
    with pytest.raises(TamperedError):
        step.left = x  # type: ignore[misc]
    with pytest.raises(TamperedError):
        del step.left
    with pytest.raises(TypeError):
        step.arguments["term"] = x


def test_subclass_of_step_is_refused() -> None:
    class Forged(Step):
        pass

    forged = object.__new__(Forged)
    for name, value in vars(ABSURD).items():
        object.__setattr__(forged, name, value)
    with pytest.raises(TamperedError):
        RULES["linear_combination"](EMPTY, "=", 0, 1, [forged], [1])


def test_power_to_make_steps_is_handed_out_once() -> None:
    with pytest.raises(TamperedError):
        take_step_maker()
    with pytest.raises(TamperedError):
        rule(lambda context: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(TypeError):
        RULES["anything"] = RULES["nonnegative"]  # type: ignore[index]


def test_context_that_only_looks_like_one_is_refused() -> None:
    class Obliging(Context):
        def named(self, name: str) -> object:  # type: ignore[override]
            return equation(name, 0, 1)

    with pytest.raises(KernelError):
        RULES["by_assumption"](Obliging(), "anything")


def test_step_altered_through_sympy_args_is_refused() -> None:
    step = RULES["nonnegative"](EMPTY, x**2 + 17 * y**2)
    honest = step.right._args
    step.right._args = (x, y)
    try:
        with pytest.raises(TamperedError):
            RULES["linear_combination"](EMPTY, "<=", 0, x + y, [step], [1])
    finally:
        step.right._args = honest


def test_assumption_altered_through_sympy_args_is_refused() -> None:
    hypothesis = equation("x is 19 y", x, 19 * y + 3)
    honest = hypothesis.parts[1]._args
    hypothesis.parts[1]._args = (x, Integer(1))
    try:
        with pytest.raises(TamperedError):
            RULES["by_assumption"](Context((hypothesis,)), "x is 19 y")
    finally:
        hypothesis.parts[1]._args = honest
