"""Opaque functions are real functions of real arguments: what may and may not take their place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sympy import Function, erf, log, sqrt

from tests.symbolic.proofs import RULES
from xavier_theory.api import check
from xavier_theory.finite_models import check_step
from xavier_theory.symbolic.assumptions import equation, finite_moment, positive
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.errors import KernelError, MissingAssumptionError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, Var, random_family, random_variable, relu, scalar

i, j, n = (scalar(name, "width") for name in "ijn")
t, u, c = scalar("t"), scalar("u"), scalar("c")
v = scalar("v", "positive")
phi, psi = Function("phi", real=True), Function("psi", real=True)
X = random_variable("X")
Y, a = random_family("Y", 1), random_family("a", 1)
GENERAL = Context(
    (finite_moment("phi of X has a variance", phi(X), 2),),
    (define("activation", a[i], phi(Y[i]), i),),
)


def variance() -> Step:
    """Var φ(X) = E[φ(X)²] − E[φ(X)]²."""
    return RULES["variance_definition"](GENERAL, Var(phi(X)))


def of(context: Context, theorem: Step, *body: Any) -> Step:
    return RULES["specialize"](context, theorem, {}, {}, [], {"phi": body})


FOURTH = Context((finite_moment("X4", X, 4),))


def test_a_term_takes_the_place_of_a_function() -> None:
    found = of(FOURTH, variance(), t, c * t**2 + 1)
    square = c * X**2 + 1
    assert (found.left, found.right) == (Var(square), E(square**2) - E(square) ** 2)
    assert found.assumptions == frozenset(FOURTH.assumptions)
    assert check_step(found, examples=25, seed=1).verdict == "held"


def test_another_function_takes_its_place() -> None:
    context = Context((finite_moment("psi2", psi(X), 2),))
    assert of(context, variance(), t, psi(t)).left == Var(psi(X))


def test_a_function_that_stays_keeps_its_assumptions() -> None:
    with pytest.raises(MissingAssumptionError, match="finite moment of order 2 of psi"):
        of(FOURTH, variance(), t, psi(t))


def test_arguments_under_a_sum_keep_their_indices() -> None:
    sums = RULES["product_of_sums"](Context(), sum_over(j, n, phi(Y[j])) ** 2)
    found = of(Context(), sums, t, sum_over(i, 3, relu(t) + c))
    assert found.left == sum_over(j, n, sum_over(i, 3, relu(Y[j]) + c)) ** 2
    assert check_step(found, examples=25, seed=1).verdict == "held"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ((t, log(t)), r"finite moment of order 2 of log\(X\)"),
        ((t, sqrt(t)), "X > 0"),  # sqrt(X)^2 is X for X >= 0 only
        ((t, 1 / t), r"finite moment of order 1 of X\*\*\(-2\)"),
        ((t, t * X), "random, and phi stands for a function"),
        ((t, u, t * u), "1 indices or arguments, not 2"),
        ((c * t, t), "different scalars"),
        ((v, v), "all real numbers"),
        ((n, sum_over(j, n, c)), "all real numbers"),
    ],
)
def test_what_is_no_real_function_is_refused(body: tuple[Any, ...], said: str) -> None:
    with pytest.raises(RuleRefusedError, match=said):
        of(FOURTH, variance(), *body)


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(RuleRefusedError, match="no function called psi"):
        RULES["specialize"](FOURTH, variance(), {}, {}, [], {"psi": (t, t)})


def test_a_division_by_a_positive_constant_is_named() -> None:
    context = Context((*FOURTH.assumptions, positive("c is positive", c)))
    assert of(context, variance(), t, t / c).assumptions == frozenset(context.assumptions)
    with pytest.raises(MissingAssumptionError, match="c > 0"):
        of(FOURTH, variance(), t, t / c)


def test_two_numbers_of_arguments_are_refused() -> None:
    both = RULES["linear_combination"](Context(), "=", phi(c) + phi(c, u), phi(c, u) + phi(c))
    with pytest.raises(RuleRefusedError, match="indices or arguments"):
        of(Context(), both, t, t)


def test_a_definition_must_hold_with_the_new_function() -> None:
    unfolded = RULES["definition"](GENERAL, "activation", i)
    with pytest.raises(RuleRefusedError, match="does not hold here"):
        of(Context(), unfolded, t, relu(t))
    fitting = Context((), (define("relu", a[i], relu(Y[i]), i),))
    assert of(fitting, unfolded, t, relu(t)).right == relu(Y[i])


def test_an_equation_about_the_function_must_be_declared() -> None:
    odd = Context((equation("odd", phi(-t), -phi(t), t),))
    step = RULES["by_assumption"](odd, "odd", c)
    with pytest.raises(MissingAssumptionError, match="odd"):
        of(Context(), step, t, t**2)
    assert of(Context(), step, t, erf(t)).right == -erf(c)


def test_a_lemma_is_read_with_functions_alone_that_it_has() -> None:
    with pytest.raises(RuleRefusedError, match="no function called phi"):
        RULES["cite"](Context(), "tanh-is-bounded", {}, {}, {"phi": (t, t)})


def test_a_certificate_replays_what_took_a_functions_place() -> None:
    general = Proof("general", GENERAL)
    lemma = general.conclude(general.variance_definition(Var(phi(X))))
    p = Proof("special", FOURTH)
    whole = p.theorem(lemma, None, functions={"phi": (t, t * erf(t) + t)})
    text = json.dumps(p.conclude(whole).certificate(bundle=True))
    assert check(text).results["conclusion"] == whole.line.judgement
    with pytest.raises(KernelError):
        check(text.replace('"erf"', '"log"', 1))
