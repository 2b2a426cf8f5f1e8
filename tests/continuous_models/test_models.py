"""Models of standard normals: they give the right values, and refuse what they cannot know."""

from __future__ import annotations

import pytest
import sympy
from sympy import Function, Integer, Lambda, Rational, exp, sqrt

from xavier_theory.continuous_models import (
    Model,
    NoValueError,
    StandardNormal,
    holds,
    model_of,
    models,
    value,
)
from xavier_theory.finite_models.arithmetic import equal, exact, precision
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.symbolic.assumptions import (
    derivative,
    equation,
    finite_moment,
    independent,
    law,
    symmetric,
)
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.symbolic.terms import E, random_variable, relu, scalar, unit_step
from xavier_theory.verification.gaussian_lemmas import holds_for_functions

A, B = random_variable("A"), random_variable("B")
x, q, w = scalar("x"), scalar("q", "positive"), scalar("w", "positive")
phi, slope = Function("phi", real=True), Function("slope", real=True)
t = sympy.Symbol("t", real=True)
ONE = {A: StandardNormal()}
PAIR = {A: StandardNormal(), B: StandardNormal()}
SQUARE = {"phi": Lambda(t, t**2)}
NORMALS = law("normals", "gaussian", [A, B], [Integer(0), Integer(1)])
LEMMAS_OF_GAUSSIANS = [
    n for n in LEMMAS if n.startswith("gaussian-") and n != "gaussian-layer-norm"
]


def test_polynomials_in_several_variables_are_exact() -> None:
    model = Model({q: Rational(4)}, SQUARE, PAIR)
    assert value(E(phi(A + B) * A**2 + sqrt(q) * B**4), model) == exact(4 + 2 * 3)


def test_a_mean_that_is_no_polynomial_is_a_certified_ball() -> None:
    model = Model({}, laws=ONE)
    with precision():
        found = value(E(relu(A) ** 2 * exp(-(A**2))), model)
        assert equal(found, value(sqrt(Rational(1, 27)) / 2, model)) is True
        assert equal(found, value(sqrt(Rational(1, 27)) / 3, model)) is False


def test_what_is_not_known_is_refused() -> None:
    model = Model({}, laws=PAIR)
    for term in (E(exp(A * B)), E(phi(A)), E(random_variable("X")), q):
        with pytest.raises(NoValueError):
            value(term, model)


def test_a_derivative_and_an_equation_are_given_their_meaning() -> None:
    given = (
        derivative("slope", E(w * phi(sqrt(q) * A)), slope(q), q),
        equation("w", w * E(phi(A)), Integer(3)),
    )
    model = model_of(given, ONE, {}, {"phi": Lambda(t, t**4 + t)})
    assert model.numbers == {w: 1}
    assert model.meanings["slope"](q) == 6 * q


def test_a_slope_is_the_derivative_only_where_that_is_said() -> None:
    """On the positive numbers here; a slip that asks for it elsewhere asks for any number."""
    given = (derivative("slope", E(phi(sqrt(q) * A)), slope(q), q),)
    model = model_of(given, ONE, {}, {"phi": Lambda(t, t**4)})
    assert value(slope(Integer(2)), model) == exact(12)
    assert value(slope(Integer(-2)), model) == exact(1)


def test_an_equation_ties_its_scalar_only_where_it_is_assumed() -> None:
    tie = equation("w", w, 2 * E(phi(A) ** 2))
    context = Context((NORMALS, tie))
    for assumed, always in ((frozenset({NORMALS, tie}), True), (frozenset({NORMALS}), False)):
        found = models(context, assumed, (w,))
        assert len(found) == 3
        assert all(holds("=", *tie.parts, model) is always for model in found)


def test_a_mean_that_is_infinite_has_no_value_and_one_that_is_not_known_is_refused() -> None:
    model = Model({}, laws=ONE)
    with pytest.raises(OutsideDomainError, match="infinite"):
        value(E(exp(A**2)), model)
    for term in (E(exp(exp(A))), E(sympy.polygamma(0, exp(A)))):
        with pytest.raises(NoValueError, match="no mean is known"):
            value(term, model)


def test_relations_that_fail_leave_no_model() -> None:
    wrong = equation("wrong", E(A**2), Integer(2))
    context = Context((NORMALS, wrong))
    assert models(context, frozenset({NORMALS}), ())
    assert models(context, frozenset({NORMALS, wrong}), ()) == []
    assert models(Context(), frozenset(), ()) == []


def test_an_assumption_that_cannot_be_checked_leaves_no_model() -> None:
    index = scalar("i", "natural")
    strange = (
        independent("apart", [A], [B]),
        symmetric("symmetric", A),
        equation("for all", q * index, q * index, index),
        derivative("twice the slope", phi(x), 2 * slope(x), x),
        finite_moment("not finite", exp(A**2), 1),
    )
    for assumption in strange:
        context = Context((NORMALS, assumption))
        assert models(context, frozenset({NORMALS, assumption}), ()) == []
        assert models(context, frozenset({NORMALS}), ())


@pytest.mark.parametrize("name", LEMMAS_OF_GAUSSIANS)
def test_a_lemma_holds_and_a_wrong_one_does_not(name: str) -> None:
    lemma = LEMMAS[name]
    assert holds_for_functions(lemma) is True
    assert holds_for_functions(lemma, Rational(1, 10**12)) is False


def test_the_slope_of_a_mean_without_a_closed_form_is_a_certified_mean() -> None:
    """d/dq E exp(−relu(√q A)) at q = 1 is −E[A exp(−A); A > 0]/2 = −(1/√(2π) − T)/2."""
    given = (derivative("slope", E(exp(-relu(sqrt(q) * A))), slope(q), q),)
    model = model_of(given, ONE, {}, {})
    tail = exp(Rational(1, 2)) * (1 - sympy.erf(1 / sqrt(2))) / 2
    with precision():
        expected = -(1 / sqrt(2 * sympy.pi) - tail) / 2
        assert equal(value(slope(1), model), value(expected, model)) is True
        assert equal(value(slope(2), model), value(expected, model)) is False
        assert equal(value(slope(-1), model), exact(1)) is True


def test_no_slope_is_known_of_a_mean_with_a_jump() -> None:
    given = (derivative("slope", E(exp(A) * unit_step(sqrt(q) * A - 1)), slope(q), q),)
    with pytest.raises(NoValueError, match="no derivative is known"):
        model_of(given, ONE, {}, {})
