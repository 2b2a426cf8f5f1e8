"""Certified integrals: right where they answer, and silent nowhere else."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from xavier_theory.activations.certified import (
    NotCertifiedError,
    certified_integral,
    gaussian_expectation,
    narrow_enough,
)
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.growth import ExponentialGrowth, PolynomialGrowth
from xavier_theory.activations.piecewise import PiecewiseAnalytic
from xavier_theory.errors import InvalidInputError

BOUNDED = PolynomialGrowth(Fraction(1))
LINEAR = PolynomialGrowth(Fraction(1), 1)


def absolute(z, analytic):
    return z.real_abs(analytic=analytic)


def enclosure_of(ball_maker, bits=400):
    """An independent closed form, evaluated to far more digits than are asked for."""
    with ctx.workprec(bits):
        return Enclosure.from_arb(ball_maker())


def require_tight(found, truth, digits=15):
    """The interval contains the truth (itself a far narrower interval) and is narrow."""
    assert found.lower <= truth.lower and truth.upper <= found.upper
    assert found.width <= abs(found.midpoint) / 10**digits


def test_the_mean_of_the_absolute_value_is_enclosed_for_any_variance():
    for q in (1, 4, Fraction(1, 3), Fraction(1, 10**20), 10**20):
        ratio = Fraction(q)
        truth = enclosure_of(
            lambda ratio=ratio: (arb(2 * ratio.numerator) / (ratio.denominator * arb.pi())).sqrt()
        )
        require_tight(gaussian_expectation(absolute, q, growth=LINEAR), truth)
        require_tight(gaussian_expectation(absolute, q, growth=LINEAR, kinks=[0]), truth)


def test_a_kink_that_no_float_holds_and_cuts_where_nothing_happens_change_nothing():
    truth = enclosure_of(lambda: (2 / arb.pi()).sqrt())
    cuts = [Fraction(1, 3), 0, Fraction(-22, 7), 10**6]
    require_tight(gaussian_expectation(absolute, growth=LINEAR, kinks=cuts), truth)


def test_a_kink_off_zero_agrees_with_its_closed_form():
    # E max(Z − 1/3, 0) = φ(1/3) − (1/3)·(1 − Φ(1/3)).
    third = Fraction(1, 3)
    hinge = PiecewiseAnalytic((third,), (lambda _z, _: acb(0), lambda z, _: z - acb(1) / 3))

    def closed():
        point = arb(1) / 3
        density = (-point * point / 2).exp() / (2 * arb.pi()).sqrt()
        return density - point * (point / arb(2).sqrt()).erfc() / 2

    require_tight(gaussian_expectation(hinge, growth=LINEAR), enclosure_of(closed))
    shifted = gaussian_expectation(
        lambda z, analytic: (z - acb(1) / 3).real_max(acb(0), analytic=analytic), growth=LINEAR
    )
    require_tight(shifted, enclosure_of(closed))


def test_asymmetric_limits_need_the_forwarded_flag():
    require_tight(certified_integral(absolute, -11, 12), Enclosure(*[Fraction(265, 2)] * 2), 12)
    density = certified_integral(
        lambda z, analytic: absolute(z, analytic) * (-z * z / 2).exp(), -11, 12
    )
    truth = enclosure_of(lambda: 2 - arb(-60.5).exp() - arb(-72).exp())
    require_tight(density, truth)
    ignoring = acb.integral(lambda z, _: z.real_abs() * (-z * z / 2).exp(), -11, 12).real
    assert not ignoring.overlaps(arb(2)), "the trap is gone: say so in the docstring of Branch"


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 12), st.fractions(Fraction(1, 50), 50, max_denominator=60))
def test_even_gaussian_moments_are_enclosed(half, q):
    power = 2 * half
    truth = math.prod(range(1, power, 2)) * q**half
    found = gaussian_expectation(
        lambda z, _: z**power, q, growth=PolynomialGrowth(Fraction(1), power)
    )
    require_tight(found, Enclosure(truth, truth))
    assert Fraction(1000001, 1000000) * truth not in found


@settings(deadline=None, max_examples=15)
@given(st.fractions(-3, 3, max_denominator=8), st.fractions(Fraction(1, 8), 4, max_denominator=8))
def test_the_moment_generating_function_is_enclosed(rate, q):
    truth = enclosure_of(
        lambda: (arb((rate**2 * q).numerator) / (2 * (rate**2 * q).denominator)).exp()
    )
    found = gaussian_expectation(
        lambda z, _: (z * rate.numerator / rate.denominator).exp(),
        q,
        growth=ExponentialGrowth(Fraction(1), abs(rate)),
    )
    require_tight(found, truth)


def test_tails_are_bounded_for_both_kinds_of_growth():
    # The tail bound is an integral with a closed form: compare it with quadrature beyond the cut.
    cut, q = Fraction(2), Fraction(3, 2)
    for growth in (PolynomialGrowth(Fraction(3), 5), ExponentialGrowth(Fraction(3), Fraction(2))):
        with ctx.workprec(120):
            norm = (3 * arb.pi()).sqrt()
            upper_half = acb.integral(
                lambda z, _, g=growth, norm=norm: g.at(z) * (-z * z / 3).exp() / norm,
                acb(2),
                acb(60),
            )
            gap = growth.tail(cut, q) - 2 * upper_half.real
        assert gap.abs_upper() < arb(1e-25)
        assert gap.overlaps(arb(0)) or gap.abs_upper() < arb(1e-25)


def test_derived_growth_bounds_hold_at_many_sizes():
    for growth in (PolynomialGrowth(Fraction(2), 3), ExponentialGrowth(Fraction(2), Fraction(1))):
        for size in (0.0, 0.3, 1.0, 2.5, 40.0):
            ball = arb(size)
            value, slack = float(growth.at(ball)), 1 + 1e-12
            assert float(growth.squared().at(ball)) * slack >= value**2
            assert float(growth.scored().at(ball)) * slack >= value * abs(size**2 - 1) / 2


@pytest.mark.parametrize(
    ("function", "wrong"),
    [
        (lambda z, _: z * z, LINEAR),
        (lambda z, _: z.exp(), PolynomialGrowth(Fraction(1), 4)),
        (lambda z, _: (2 * z).exp(), ExponentialGrowth(Fraction(1), Fraction(1))),
        (lambda z, _: 3 * z.cos(), BOUNDED),
        (lambda z, _: z * Fraction(1, 1000).numerator / 1000, BOUNDED),
    ],
)
def test_a_false_growth_bound_is_detected(function, wrong):
    with pytest.raises(NotCertifiedError, match="is false at z"):
        gaussian_expectation(function, growth=wrong)


@pytest.mark.parametrize(
    "function", [lambda z, _: 1 / z, lambda z, _: (z + 1) ** -2, lambda _z, _: acb("nan")]
)
def test_what_is_not_integrable_or_not_a_number_is_refused(function):
    with pytest.raises(NotCertifiedError):
        gaussian_expectation(function, growth=PolynomialGrowth(Fraction(10**30)))
    with pytest.raises(NotCertifiedError):
        certified_integral(function, -2, 2)


def test_an_integrand_that_is_not_real_is_refused_even_when_its_integral_vanishes():
    with pytest.raises(NotCertifiedError, match="not real"):
        gaussian_expectation(lambda z, _: z * 1j, growth=LINEAR)


def test_errors_of_the_integrand_arrive_as_themselves():
    def broken(z, _):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        certified_integral(broken, 0, 1)


def test_values_that_are_not_balls_are_converted_or_refused():
    assert Fraction(7, 2) in certified_integral(lambda _z, _: 3.5, 0, 1)
    with pytest.raises(TypeError):
        certified_integral(lambda _z, _: None, 0, 1)


def test_more_digits_are_delivered_and_precision_is_left_as_found():
    before = ctx.prec
    found = gaussian_expectation(lambda z, _: z.tanh() ** 2, growth=BOUNDED, digits=60)
    assert found.width < Fraction(1, 10**60)
    assert ctx.prec == before


@pytest.mark.parametrize("q", [0, -1, math.nan, math.inf, "z", None, True])
def test_a_bad_variance_is_refused(q):
    with pytest.raises(InvalidInputError, match="variance q"):
        gaussian_expectation(absolute, q, growth=LINEAR)


@pytest.mark.parametrize(("lower", "upper"), [(1, 0), (0, math.inf), (math.nan, 1)])
def test_bad_limits_are_refused(lower, upper):
    with pytest.raises(InvalidInputError, match="limit"):
        certified_integral(absolute, lower, upper)


@pytest.mark.parametrize("digits", [0, -3, 2.5, 201])
def test_bad_digits_are_refused(digits):
    with pytest.raises(InvalidInputError, match="digits"):
        certified_integral(absolute, 0, 1, digits=digits)


def test_a_piecewise_function_checks_itself():
    branch = lambda z, _: z  # noqa: E731
    with pytest.raises(InvalidInputError, match="need 2 branches"):
        PiecewiseAnalytic((Fraction(0),), (branch,))
    with pytest.raises(InvalidInputError, match="increase"):
        PiecewiseAnalytic((Fraction(1), Fraction(1)), (branch,) * 3)
    with pytest.raises(InvalidInputError, match="own kinks"):
        certified_integral(PiecewiseAnalytic((), (branch,)), 0, 1, kinks=[0])
    with pytest.raises(InvalidInputError, match="callable"):
        certified_integral(3, 0, 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: PolynomialGrowth(Fraction(0)),
        lambda: PolynomialGrowth(Fraction(1), -1),
        lambda: ExponentialGrowth(Fraction(1), Fraction(-1)),
    ],
)
def test_bad_growth_is_refused(make):
    with pytest.raises(InvalidInputError, match="growth needs"):
        make()


def test_precision_that_does_not_help_is_not_raised_further():
    asked = []

    def attempt():
        asked.append(ctx.prec)
        return arb(1, 0.5)

    with pytest.raises(NotCertifiedError, match="not certified to 10 digits; best:"):
        narrow_enough(attempt, 10, "a ball")
    assert len(asked) == 2 and asked[1] == 2 * asked[0]
    with pytest.raises(NotCertifiedError, match="no finite bound was found"):
        narrow_enough(lambda: arb("nan"), 10, "a ball")
