"""The value of a term against independent enumeration with Python's fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from xavier_theory.finite_models import (
    CannotBuildModelError,
    FiniteModelError,
    MissingValueError,
    Model,
    OutsideDomainError,
    Shape,
    compare,
    evaluate,
)
from xavier_theory.finite_models.arithmetic import FUNCTIONS, arb, fmpq, fraction, polygamma, power
from xavier_theory.symbolic.binding import product_over, sum_except, sum_over
from xavier_theory.symbolic.judgements import define
from xavier_theory.symbolic.terms import (
    Cov,
    E,
    Var,
    constants,
    random_family,
    relu,
    scalar,
    sigmoid,
)

W, a, z = random_family("W", 1), random_family("a", 1), random_family("z", 2)
c = constants("c", 1)
n, i, j = (scalar(name, "width") for name in ("n", "i", "j"))
layer = scalar("l", "natural")
v = scalar("v", "positive")
F = Fraction
phi = sympy.Function("phi", real=True)

rationals = st.fractions(min_value=-4, max_value=4, max_denominator=6)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[F], dict[str, list[F]], F]:
    """Weights of three atoms, the values of W[1], W[2], a[1], a[2] there, and a positive number."""
    parts = [draw(st.integers(1, 5)) for _ in range(3)]
    values = {name: [draw(rationals) for _ in range(3)] for name in ("W1", "W2", "a1", "a2")}
    return (
        [F(p, sum(parts)) for p in parts],
        values,
        draw(st.fractions(F(1, 3), 3, max_denominator=5)),
    )


def model_of(table: tuple[list[F], dict[str, list[F]], F]) -> Model:
    weights, x, number = table
    members = {
        W[1]: x["W1"],
        W[2]: x["W2"],
        a[1]: x["a1"],
        a[2]: x["a2"],
        c[1]: F(5, 2),
        c[2]: F(-1),
    }
    return Model.of(
        weights, members, {v: number}, {"phi": lambda t: t * t - 2 * t + 3}, Shape.of({n: 2})
    )


def mean(weights: list[F], values: list[F]) -> F:
    return sum((w * x for w, x in zip(weights, values, strict=True)), F(0))


@given(tables())
def test_moments_of_a_sum_agree_with_enumeration(
    table: tuple[list[F], dict[str, list[F]], F],
) -> None:
    weights, x, number = table
    model = model_of(table)
    total = sum_over(j, n, W[j] * a[j] + c[j] / v)
    rows = [
        x["W1"][k] * x["a1"][k] + F(5, 2) / number + x["W2"][k] * x["a2"][k] - 1 / number
        for k in range(3)
    ]
    first, second = mean(weights, rows), mean(weights, [r * r for r in rows])
    assert [fraction(y) for y in evaluate(total, model)] == rows
    assert fraction(evaluate(E(total), model)) == first
    assert fraction(evaluate(Var(total), model)) == second - first**2
    with_w = mean(weights, [r * w for r, w in zip(rows, x["W1"], strict=True)])
    assert fraction(evaluate(Cov(W[1], total), model)) == with_w - first * mean(weights, x["W1"])


@given(tables())
def test_functions_and_products_agree_with_enumeration(
    table: tuple[list[F], dict[str, list[F]], F],
) -> None:
    weights, x, number = table
    model = model_of(table)
    assert fraction(evaluate(E(relu(W[1]) * sympy.Abs(a[2])), model)) == mean(
        weights, [max(p, F(0)) * abs(q) for p, q in zip(x["W1"], x["a2"], strict=True)]
    )
    assert fraction(evaluate(E(phi(W[2])), model)) == mean(
        weights, [t * t - 2 * t + 3 for t in x["W2"]]
    )
    whole = product_over(j, n, W[j] + v)
    assert [fraction(y) for y in evaluate(whole, model)] == [
        (p + number) * (q + number) for p, q in zip(x["W1"], x["W2"], strict=True)
    ]


@given(tables())
def test_the_largest_and_the_smallest_agree_with_enumeration(
    table: tuple[list[F], dict[str, list[F]], F],
) -> None:
    _, x, number = table
    model = model_of(table)
    rows = list(zip(x["W1"], x["W2"], x["a1"], strict=True))
    for head, plain in ((sympy.Max, max), (sympy.Min, min)):
        found = evaluate(head(W[1], W[2], a[1], v), model)
        assert [fraction(y) for y in found] == [plain(*row, number) for row in rows]


def test_a_sum_that_leaves_an_index_out() -> None:
    model = Model.of([F(1)], {c[1]: 2, c[2]: 3, c[3]: 5}, shape=Shape.of({n: 3}))
    assert evaluate(sum_except(j, n, i, c[j]), model, values={i: 2}) == 7
    with pytest.raises(OutsideDomainError):
        evaluate(sum_except(j, n, i, c[j]), model, values={i: 4})


def test_a_recursive_definition_is_computed_from_its_bodies() -> None:
    body = sum_over(j, n, c[j] * z[layer, j])
    definition = define("layer", z[layer + 1, i], body, layer, i)
    model = Model.of(
        [F(1, 3), F(2, 3)],
        {z[0, 1]: [1, 2], z[0, 2]: [0, -1], c[1]: 2, c[2]: 3},
        shape=Shape.of({n: 2}),
    )
    assert evaluate(z[1, 1], model, [definition]) == (2, 1)
    assert evaluate(z[2, 1], model, [definition]) == (2 * 2 + 3 * 2, 2 * 1 + 3 * 1)
    with pytest.raises(OutsideDomainError):
        evaluate(z[layer - 1, 1], model, [definition], {layer: 0})


def test_an_index_is_a_whole_number_that_is_known() -> None:
    model = Model.of([F(1)], {c[1]: 7, c[2]: 3}, shape=Shape.of({n: 3}))
    assert evaluate(c[(n - 1) / 2] + c[(i + n) / 2], model, values={i: 1}) == 7 + 3
    with pytest.raises(FiniteModelError, match="not a whole number: 3/2"):
        evaluate(c[n / 2], model)
    with pytest.raises(CannotBuildModelError, match=r"'i'.*no whole number"):
        evaluate(c[i], model)
    with pytest.raises(FiniteModelError, match="not the kind of index"):
        evaluate(c[n**2], model)


def test_what_the_model_does_not_know_is_an_error_and_not_zero() -> None:
    model = Model.of([F(1)], {W[1]: [1]})
    with pytest.raises(MissingValueError, match=r"W\[2\]"):
        evaluate(W[1] + W[2], model)
    with pytest.raises(MissingValueError, match="v"):
        evaluate(v * W[1], model)
    with pytest.raises(MissingValueError, match="phi"):
        evaluate(phi(W[1]), model)


@pytest.mark.parametrize(
    "term", [1 / W[1], sympy.log(W[1]), E(sympy.sqrt(W[1] - 1)), E(1 / W[1]) + v]
)
def test_a_term_outside_its_domain_is_undefined(term: sympy.Expr) -> None:
    model = Model.of([F(1, 2), F(1, 2)], {W[1]: [0, 1]}, {v: 1})
    with pytest.raises(OutsideDomainError):
        evaluate(term, model)


def test_roots_stay_exact_where_they_are_rational() -> None:
    assert power(fmpq(9, 4), fmpq(1, 2)) == fmpq(3, 2)
    assert power(fmpq(8, 27), fmpq(-2, 3)) == fmpq(9, 4)
    assert power(fmpq(0), fmpq(1, 2)) == 0
    assert isinstance(power(fmpq(2), fmpq(1, 2)), arb)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exp", math.exp(0.5)),
        ("log", math.log(0.5)),
        ("tanh", math.tanh(0.5)),
        ("erf", math.erf(0.5)),
        ("sigmoid", 1 / (1 + math.exp(-0.5))),
    ],
)
def test_balls_enclose_transcendental_functions(name: str, value: float) -> None:
    ball = FUNCTIONS[name](fmpq(1, 2))
    assert abs(float(ball.mid()) - value) < 1e-15
    assert float(ball.rad()) < 1e-14


def test_polygamma_is_the_digamma_function_and_its_derivatives() -> None:
    assert polygamma(fmpq(0), fmpq(1)).overlaps(-arb.const_euler())
    assert polygamma(fmpq(1), fmpq(1)).overlaps(arb.pi() ** 2 / 6)


def test_transcendental_identities_are_certified_and_wrong_ones_refuted() -> None:
    model = Model.of([F(1, 2), F(1, 2)], {W[1]: [1, F(-2, 3)]}, {v: F(5, 7)})
    assert compare("=", sigmoid(-W[1]), 1 - sigmoid(W[1]), model) is True
    assert compare("=", sympy.exp(W[1] + v), sympy.exp(v) * sympy.exp(W[1]), model) is True
    off = sympy.exp(v) * (1 + sympy.Rational(1, 10**20))
    assert compare("=", sympy.exp(W[1] + v), off * sympy.exp(W[1]), model) is False
    assert compare("<=", sympy.tanh(v), v, model) is True
    assert compare("<=", sympy.erf(v), v - sympy.Rational(1, 10), model) is False
    assert compare("<=", sigmoid(W[1]) + sigmoid(-W[1]), sympy.Integer(1), model) is None
