"""Pairs of correlated Gaussians: the closed forms are integrals, and a jump is not overlooked."""

from __future__ import annotations

import pytest
import sympy
from flint import arb
from sympy import Integer, Rational, Symbol, sqrt

from xavier_theory.activations.moments import gaussian_moments
from xavier_theory.continuous_models.kinks import mean_with_kinks
from xavier_theory.finite_models.arithmetic import equal, precision
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.verification import gaussian_pairs
from xavier_theory.verification.gaussian_pairs import SMOOTHED, Q, Smoothed, pairs_agree, x

LEMMA = LEMMAS["gaussian-decorrelation-slope"]
CASES = pytest.mark.parametrize("name", SMOOTHED)
m, s, c = gaussian_pairs._m, gaussian_pairs._s, gaussian_pairs._c
z = Symbol("z", real=True)


def integral(integrand: sympy.Expr) -> arb:
    return gaussian_moments(integrand, 1, digits=30).mean.to_arb()


def number(term: sympy.Expr) -> arb:
    """To 50 digits: sines of numbers are no terms of the core."""
    return arb(str(sympy.N(term, 50)))


@CASES
@pytest.mark.parametrize(
    ("at", "spread"), [(Rational(1, 3), Rational(1, 2)), (Integer(-2), Integer(1))]
)
def test_the_means_are_those_of_the_function_and_its_slope(
    name: str, at: sympy.Expr, spread: sympy.Expr
) -> None:
    case = SMOOTHED[name]
    for function, closed in ((case.function, case.mean), (case.slope, case.slope_mean)):
        with precision():
            found = integral(function.xreplace({x: at + spread * z}))
            assert equal(found, number(closed.xreplace({m: at, s: spread})))


@pytest.mark.parametrize("name", [n for n, case in SMOOTHED.items() if case.pair is not None])
def test_a_closed_pair_is_the_mean_of_the_square(name: str) -> None:
    case, half = SMOOTHED[name], Rational(1, 2)
    inner = case.mean.xreplace({m: sqrt(Q * half) * z, s: sqrt(Q * half)})
    with precision():
        assert equal(integral(inner**2), number(case.pair.xreplace({c: half})))


@pytest.mark.parametrize(
    ("correlation", "angle"), [(Rational(1, 2), sympy.pi / 3), (sqrt(3) / 2, sympy.pi / 6)]
)
def test_the_slopes_of_two_relus_are_the_arc_cosine_kernel(
    correlation: sympy.Expr, angle: sympy.Expr
) -> None:
    """E[step(U) step(V)] = (π − arccos c)/(2π): Cho & Saul (2009), n = 0."""
    at = {m: sqrt(Q * correlation) * z, s: sqrt(Q * (1 - correlation))}
    square = SMOOTHED["relu"].slope_mean.xreplace(at) ** 2
    with precision():
        assert equal(integral(square), number((1 - angle / sympy.pi) / 2))


def test_a_jump_is_no_integral_of_its_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    step = SMOOTHED["relu"]
    jump = Smoothed(step.slope, Integer(0), step.slope_mean, Integer(0), None)
    monkeypatch.setattr(gaussian_pairs, "SMOOTHED", {"step": jump})
    assert pairs_agree(LEMMA) == [False] * len(gaussian_pairs._CORRELATIONS)


@pytest.mark.parametrize("name", ["relu", "sin"])
def test_a_slope_that_is_a_little_off_is_noticed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = SMOOTHED[name]
    off = case._replace(slope=case.slope * 2, slope_mean=case.slope_mean * Rational(1001, 1000))
    monkeypatch.setattr(gaussian_pairs, "SMOOTHED", {name: off})
    assert set(pairs_agree(LEMMA)) == {False}


@pytest.mark.parametrize(
    "inside",
    [
        sympy.Max(3 * z, 0) ** 2 * z,
        (2 * sympy.Max(z / 2, 0) - 3 * sympy.Max(-z / 2, 0)) ** 3 + z,
        (sympy.Heaviside(2 * z, 0) + 5 * sympy.Heaviside(-2 * z, 0)) ** 2 * z**2,
    ],
)
def test_a_polynomial_on_each_half_line_has_a_closed_mean(inside: sympy.Expr) -> None:
    with precision():
        assert equal(integral(inside), number(mean_with_kinks(inside, [z]))) is True


def test_a_pair_of_rectifiers_has_a_closed_mean() -> None:
    n, k, half = Symbol("n", real=True), Symbol("k", real=True), Rational(1, 2)
    first, second = (sqrt(Q * half) * (z + noise) for noise in (n, k))
    inner = SMOOTHED["relu"].mean.xreplace({m: sqrt(Q * half) * z, s: sqrt(Q * half)})
    both = sympy.Max(first, 0) * sympy.Max(second, 0)
    mixed = sympy.Max(first, 0) * sympy.Max(-second, 0)
    lower = SMOOTHED["relu"].mean.xreplace({m: -sqrt(Q * half) * z, s: sqrt(Q * half)})
    with precision():
        assert equal(integral(inner**2), number(mean_with_kinks(both, [z, n, k]))) is True
        assert equal(integral(inner * lower), number(mean_with_kinks(mixed, [z, n, k]))) is True


@pytest.mark.parametrize(
    ("inside", "members"),
    [
        (sympy.Max(z - 1, 0), 1),
        (sympy.exp(sympy.Max(z, 0)), 1),
        (sympy.Max(z, 0) * sympy.Max(c * z - m, 0) ** 2, 2),
        (sympy.Max(z * m, 0) * sympy.Max(z, 0), 2),
        (z * sympy.Max(z, 0) * sympy.Max(m, 0), 2),
    ],
)
def test_other_means_are_left_open(inside: sympy.Expr, members: int) -> None:
    assert mean_with_kinks(inside, [z, m][:members]) is None


TANGENT = LEMMAS["gaussian-pair-above-tangent"]


def test_a_pair_lies_above_its_tangents_and_not_far_above_all_of_them() -> None:
    assert set(pairs_agree(TANGENT)) == {True}
    assert set(pairs_agree(TANGENT, Rational(-1, 100))) == {True, False}


@CASES
def test_a_slope_that_is_too_steep_is_no_tangent(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice the slope: at 51/100 and beside 1/10 the line then lies above the pair."""
    case = SMOOTHED[name]
    steep = case._replace(slope=case.slope * 2, slope_mean=case.slope_mean * 2)
    monkeypatch.setattr(gaussian_pairs, "SMOOTHED", {name: steep})
    assert False in pairs_agree(TANGENT)
