"""Phases, depth scales and correlation maps, against closed forms and mpmath."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.constants import constant_square
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.gains import gain
from xavier_theory.activations.mean_field import correlation, fast
from xavier_theory.activations.mean_field.correlation import CorrelationMap
from xavier_theory.activations.mean_field.hermite import kernel_series
from xavier_theory.activations.mean_field.kernels import dual_kernel
from xavier_theory.activations.mean_field.length import length_map_of
from xavier_theory.activations.mean_field.phases import depth_scale, phase
from xavier_theory.errors import InvalidInputError

UNDECIDED = "not distinguishable from critical at this precision"


@pytest.mark.parametrize(
    ("name", "weight", "bias", "says"),
    [
        ("tanh", Fraction(1, 2), 0, "ordered"),
        ("tanh", 1, 0, "critical"),
        ("tanh", Fraction(9, 4), 0, "chaotic"),
        ("tanh", Fraction(9, 4), 1, "ordered"),
        ("softsign", 1, 0, "critical"),
        ("softsign", Fraction(101, 100), 0, "chaotic"),
        ("relu", 2, 0, "critical"),
        ("relu", Fraction(199, 100), 0, "ordered"),
        ("relu", Fraction(201, 100), 0, "unbounded"),
        ("relu", 2, Fraction(1, 10), "unbounded"),
        ("abs", 1, 0, "critical"),
        ("selu", 1, 0, "chaotic"),
        ("step", 1, 0, "chaotic"),
        ("sign", 1, 1, "chaotic"),
        ("z**2", Fraction(1, 3), Fraction(1, 20), "unbounded"),
        ("where(z > 0, sqrt(z), 0)", 1, 0, "not certified"),
    ],
)
def test_phases_that_are_known(name, weight, bias, says):
    found = phase(name, weight, bias)
    assert found.name == says
    assert found.certified == (says != "not certified")


def test_criticality_is_proven_or_not_claimed():
    for name in ("relu", "tanh"):
        exact = phase(name, {"relu": 2, "tanh": 1}[name])
        assert exact.gradient_factor == Enclosure(Fraction(1), Fraction(1))
        assert isinstance(exact.correlation_scale, Infinity)
    # erf's slope at 0 is 2/√π: no rational σ_w² is critical, and one near π/4 is decided at last.
    assert phase("erf", Fraction(math.pi / 4)).name == "ordered"  # this double is below π/4
    beside = phase("erf", math.pi / 4)  # the float, which somebody means to be critical
    assert beside.name == UNDECIDED and "within its own rounding" in beside.reason


def test_a_float_beside_a_critical_number_is_said_to_be_so():
    """The square of a rounded gain, 2/1.04 by division, one unit in the last place above 1."""
    for name, weight, parameters in [
        ("relu", gain("relu").value ** 2, {}), ("leaky_relu", 2 / 1.04, {"slope": 0.2}),
        ("tanh", math.nextafter(1.0, 2.0), {}),
        ("leaky_relu", np.float32(2 / 1.04), {"slope": 0.2}),
    ]:  # fmt: skip
        found = phase(name, weight, **parameters)
        assert found.name == UNDECIDED and "within its own rounding of the critical" in found.reason
    for exact in ("25/13", "2/1.04", "gain", gain("leaky_relu", slope=0.2)):
        assert phase("leaky_relu", exact, slope=0.2).name == "critical"
    assert phase("relu", 2 + 1e-12).name == phase("relu", np.float32(2.001)).name == "unbounded"
    assert phase("tanh", 1 - 1e-12).name == "ordered"


@pytest.mark.parametrize(("name", "weight", "parameters"), [
    ("relu", "gain", {}), ("relu", "he", {}), ("relu", "kaiming", {}), ("relu", "2", {}),
    ("relu", "sqrt(2)**2", {}), ("relu", Decimal(2), {}), ("relu", "scale=4/2", {}),
    ("leaky_relu", "2/1.04", {"slope": 0.2}), ("leaky_relu", "2/1.04", {"slope": "1/5"}),
    ("tanh", 1.0, {}), ("relu", 2.0, {}), ("tanh", "xavier", {}), ("tanh", "orthogonal", {}),
    ("linear", "orthogonal=1", {}),
])  # fmt: skip
def test_what_is_meant_to_be_critical_is(name, weight, parameters):
    assert phase(name, weight, **parameters).name == "critical"


def test_a_gain_object_is_a_weight_variance():
    assert phase("relu", gain("relu")).name == "critical"
    assert phase("leaky_relu", gain("leaky_relu", slope=0.2), slope=0.2).name == "critical"
    squared = phase("tanh", gain("tanh")).length_map.weight_variance
    assert math.isclose(squared, gain("tanh").value ** 2, rel_tol=1e-15)


@pytest.mark.parametrize(("text", "weight", "excess"), [
    # E[(e^−|Z| − 1)²] → 1; log²2-like tails vanish: V(q) − q → c as q grows
    ("elu", 2, 1), ("z + sin(z)**2", 1, Fraction(3, 8)), ("softplus", 2, None),
    ("softplus(20*z)/20", 2, None),
])  # fmt: skip
def test_lengths_that_grow_by_a_constant_are_unbounded(text, weight, excess):
    found = phase(text, weight)
    assert found.name == "unbounded" and found.certified and "at every q" in found.reason
    if excess is not None:
        with mpmath.workdps(30):
            q = mpmath.mpf(10) ** 6
            if text == "elu":  # E[(1 − e^−|z|)²] by completing the square
                s = mpmath.sqrt(q)
                once = 2 * mpmath.exp(q / 2) * mpmath.ncdf(-s)
                truth = 1 - 2 * once + 2 * mpmath.exp(2 * q) * mpmath.ncdf(-2 * s)
            else:  # E sin⁴ = 3/8 − e^(−2q)/2 + e^(−8q)/8
                truth = mpmath.mpf(3) / 8
        at = found.length_map.at(Fraction(10**6))
        assert float(at.midpoint - 10**6) == pytest.approx(float(truth), abs=1e-9)
        assert float(truth) == pytest.approx(float(excess), abs=2e-3)


@pytest.mark.parametrize(
    ("text", "weight"), [("elu", Fraction(19, 10)), ("gelu", 2), ("z + sin(z)**2", Fraction(9, 10))]
)
def test_what_does_not_lie_above_the_line_is_not_called_so(text, weight):
    from xavier_theory.activations.mean_field.comparison import beside_identity

    assert beside_identity(as_activation(text).expression, Fraction(weight)) is None


@pytest.mark.parametrize("text", ["arcsinh(z)", "z*cos(z)", "sin(z)", "tanh"])
def test_below_the_line_lengths_fall_to_zero_and_are_critical(text):
    found = phase(text, 1)
    assert found.name == "critical" and found.fixed_point.is_zero


def test_the_kernel_at_opposite_inputs_is_a_single_mean():
    for text in ("tanh", "arcsinh(z)", "sin(z)"):  # odd: κ(−1) = −κ(1) exactly
        kernel = dual_kernel(text, 100)
        assert kernel.at(-1).width < 1e-15
        assert Enclosure(-kernel.at(1).upper, -kernel.at(1).lower).overlaps(kernel.at(-1))
    assert dual_kernel("relu").at(-1).upper == 0 or abs(dual_kernel("relu").at(-1).value) < 1e-18


def test_near_the_edge():
    # The edge at q = 1 for tanh, rounded to 60 digits: nothing can tell it from the edge.
    law = length_map_of("tanh", 1)
    weight = 1 / law.gradient_factor(Fraction(1)).midpoint
    bias = 1 - weight * law.moment(Fraction(1)).midpoint
    assert phase("tanh", weight, bias).name == UNDECIDED


def test_a_jump_makes_the_factor_infinite():
    found = phase("sign", 1, 1)
    assert isinstance(found.gradient_factor, Infinity)
    assert "jumps at z = 0" in found.reason
    # Where lengths fall to 0 the slope at 0 is not the limit of χ, which is infinite all the way.
    falling = phase("hardshrink", 1)
    assert falling.name == "not certified" and "infinite at every q > 0" in falling.reason


def test_a_jump_has_a_fixed_point_with_a_finite_slope():
    # step: κ(c) = 1/4 + asin(c)/2π (Sheppard), so C(c) = 1/2 + asin(c)/π at σ_w² = 2
    found = phase("step", 2)
    with mpmath.workdps(30):
        c = mpmath.findroot(lambda c: -mpmath.cos(mpmath.pi * c) - c, 0.8)
        slope = 1 / (mpmath.pi * mpmath.sqrt(1 - c**2))
        scale = -1 / mpmath.log(slope)
    exact = [(found.correlation.c, c), (found.correlation.slope, slope)]
    for ends, truth in [*exact, (found.correlation_scale, scale)]:
        assert ends.lower <= Fraction(str(truth)) <= ends.upper
        assert ends.width < Fraction(1, 1000)
    assert found.unsettled == ()


def test_a_constant_length_map_has_an_exact_fixed_point():
    for name, weight, bias, place in (
        ("step", 2, 0, 1), ("sign", 1, 1, 2),
        ("where(z > 1, 1, -1)", 3, Fraction(1, 2), Fraction(7, 2)),
        ("where(z > 0, 2, -1)", 2, 0, 5),
    ):  # fmt: skip
        found = phase(name, weight, bias)
        assert found.fixed_point.q == Enclosure(Fraction(place), Fraction(place))
        assert found.length_scale == Enclosure(Fraction(0), Fraction(0))
    for name in ("where(z > 1, 1, 0)", "where(z > 0, z, -1)", "tanh", "where(z > 0, pi, -pi)"):
        assert constant_square(as_activation(name).expression) is None


def test_the_correlations_of_an_odd_activation_go_to_zero():
    found = phase("erf", 2)
    assert found.correlation.c == Enclosure(Fraction(0), Fraction(0))
    q = found.fixed_point.q.value  # C(c) = (σ_w²/q)·(2/π)·asin(2qc/(1 + 2q))
    slope = 2 / q * 2 / math.pi * 2 * q / (1 + 2 * q)
    assert found.correlation.slope.value == pytest.approx(slope, abs=1e-12)
    assert phase("erf", 2, Fraction(1, 100)).correlation.c.lower > 0


def test_weights_may_be_as_small_as_a_large_activation_needs():
    found = phase("1e25*tanh(z)", 2.25e-50, Fraction(1, 100))
    assert found.name == "chaotic"
    assert found.fixed_point.q.value == pytest.approx(0.813322, rel=1e-5)
    with pytest.raises(InvalidInputError, match=r"between 2\^-200 and 2\^200"):
        phase("tanh", 1e-70)


def test_what_is_too_near_one_is_said_to_be_unsettled(monkeypatch):
    monkeypatch.setattr(correlation, "_TERMS", (12,))  # it fails with 48 as well, but slowly
    # just above the edge of chaos at q = 1: c* is nearer to 1 than its series can tell
    law = length_map_of("gelu", 1)
    weight = 1 / law.gradient_factor(Fraction(4)).midpoint * (1 + Fraction(1, 10**9))
    found = phase("gelu", weight, 4 - weight * law.moment(Fraction(4)).midpoint, start=4)
    assert found.name == "chaotic" and found.correlation_scale is None
    assert len(found.unsettled) == 1 and found.unsettled[0].startswith("c* and ξ_c: ")


@pytest.mark.parametrize(("name", "q"), [("relu", Fraction(3, 2)), ("step", Fraction(2))])
def test_the_slope_of_the_correlation_map_is_enclosed_at_a_q_that_is_an_interval(name, q):
    around = Enclosure(q - Fraction(1, 1000), q + Fraction(1, 1000))
    found = CorrelationMap(length_map_of(name, 2), around, terms=48)
    for c in (Fraction(0), Fraction(1, 2), Fraction(3, 4)):
        # κ'(c) is q·(π − acos c)/2π for relu (Cho & Saul 2009) and 1/(2π·√(1 − c²)) for step
        angle = math.pi - math.acos(c)
        sine = math.sqrt(1 - c**2)
        for place in (around.lower, around.upper):
            kernel = {"relu": float(place) * angle, "step": 1 / sine}[name] / (2 * math.pi)
            slope = found.slope_between(c, c)
            assert slope.lower_float <= 2 * kernel / float(place) <= slope.upper_float
    both = found.slope_between(Fraction(1, 4), Fraction(3, 4))
    assert both.lower <= found.slope_between(Fraction(1, 2), Fraction(1, 2)).lower


def test_the_correlation_map_of_erf_is_the_arcsine():
    q = Fraction(3, 4)
    found = CorrelationMap(length_map_of("erf", 2), Enclosure(q, q), terms=30)
    with mpmath.workdps(40):
        for c in (Fraction(-9, 10), Fraction(0), Fraction(1, 3), Fraction(4, 5)):
            share = mpmath.mpf(c.numerator) / c.denominator
            kernel = 2 / mpmath.pi * mpmath.asin(2 * share * mpmath.mpf("0.75") / mpmath.mpf("2.5"))
            exact = 2 * kernel / mpmath.mpf("0.75")
            value = found.at(c)
            assert value.lower_float - 1e-16 <= exact <= value.upper_float + 1e-16
            assert value.width < Fraction(1, 10**8)


def test_the_rest_of_the_series_is_bounded_truthfully():
    short = kernel_series(length_map_of("relu", 1).root, Fraction(1), 4, 12)
    for c in (-1.0, -0.5, 0.9, 1.0):
        angle = math.acos(c)
        exact = (math.sin(angle) + (math.pi - angle) * c) / (2 * math.pi)  # Cho & Saul 2009
        value = short.at(Fraction(c))
        assert value.lower_float - 1e-15 <= exact <= value.upper_float + 1e-15
    assert short.rest.upper > Fraction(1, 1000)
    with pytest.raises(InvalidInputError, match="between -1 and 1"):
        short.at(Fraction(3, 2))


def test_the_chaotic_fixed_point_of_erf_is_the_root_of_its_closed_form():
    found = phase("erf", 4, Fraction(1, 10))
    with mpmath.workdps(30):
        asin, pi = mpmath.asin, mpmath.pi
        q = mpmath.findroot(lambda q: 8 / pi * asin(2 * q / (1 + 2 * q)) + 0.1 - q, 3)
        image = lambda c: (8 / pi * asin(2 * q * c / (1 + 2 * q)) + mpmath.mpf("0.1")) / q  # noqa: E731
        c = mpmath.findroot(lambda c: image(c) - c, 0.1)
        slope = mpmath.diff(image, c)
    ends = found.correlation.c
    assert ends.lower_float <= float(c) + 1e-15 and float(c) - 1e-15 <= ends.upper_float
    assert found.correlation.slope.lower <= Fraction(str(slope)) <= found.correlation.slope.upper
    scale = found.correlation_scale
    assert scale.lower_float <= float(-1 / mpmath.log(slope)) <= scale.upper_float


def test_depth_scales_are_rounded_outward():
    half = depth_scale(Enclosure(Fraction(1, 2), Fraction(1, 2)))
    assert half.lower_float <= 1 / math.log(2) <= half.upper_float
    assert isinstance(depth_scale(Enclosure(Fraction(1), Fraction(1))), Infinity)
    assert depth_scale(Enclosure(Fraction(1, 2), Fraction(1))) is None
    assert depth_scale(Enclosure(Fraction(-1, 2), Fraction(1, 4))).lower == 0


@pytest.mark.parametrize("text", ["sin(exp(z))", "cos(z**20)", "exp(sin(10000*z))"])
def test_what_is_too_hard_gives_up_early_and_says_so(text):
    found = phase(text, 1)
    assert found.name == "not certified" and "is not certified to" in found.reason


@pytest.mark.parametrize("name", ["tanh", "gelu", "relu", "selu"])
def test_fast_maps_agree_with_certified_ones(name):
    points = np.array([-1.0, -0.3, 0.0, 0.5, 0.8, 1.0])
    quick = fast.correlation_map(name, points, 0.75, 1.5, 0.1)
    law = length_map_of(name, Fraction(3, 2), Fraction(1, 10))
    q = Fraction(3, 4)
    slow = CorrelationMap(law, Enclosure(q, q), terms=24)
    scale = Fraction(3, 4) / law.at(q).midpoint
    for value, c in zip(quick[1:-1], points[1:-1], strict=True):
        exact = slow.at(Fraction(c))
        assert exact.lower * scale - Fraction(1, 10**9) <= value
        assert value <= exact.upper * scale + Fraction(1, 10**9)
    assert quick[-1] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "weight", "bias"),
    [("tanh", 0.49, 0.0), ("tanh", 4.0, 0.04), ("tanh", 2.0, 1.0), ("relu", 1.0, 1.0),
     ("relu", 4.0, 1.0), ("step", 1.0, 0.04), ("gelu", 2.0, 0.04)],
)  # fmt: skip
def test_the_grid_agrees_with_single_phases(name, weight, bias):
    grid = fast.phase_grid(name, np.array([0.3, weight]), np.array([bias, 2.0, 3.0]))
    assert grid.q.shape == grid.factor.shape == grid.phase.shape == (2, 3)
    single = phase(name, weight, bias)
    assert grid.phase[1, 0] == {"ordered": 0, "chaotic": 1, "unbounded": 2}[single.name]
    if single.fixed_point is not None:
        assert grid.q[1, 0] == pytest.approx(single.fixed_point.q.value, rel=1e-3)


def test_the_edge_of_chaos_is_where_the_factor_is_one():
    table = fast.length_table("tanh")
    q, weight, bias = fast.edge_of_chaos(table)
    for k in (600, 900, 1100):
        law = length_map_of("tanh", float(weight[k]), float(bias[k]))
        place = Fraction(float(q[k]))
        assert law.gradient_factor(place).value == pytest.approx(1, abs=1e-9)
        assert law.at(place).value == pytest.approx(float(q[k]), rel=1e-9)
    assert fast.edge_of_chaos(fast.length_table("step"))[0].size == 0


@pytest.mark.parametrize("q", [0.0, -1.0, math.nan, math.inf])
def test_fast_kernels_refuse_bad_input(q):
    with pytest.raises(InvalidInputError, match="second moment"):
        fast.correlation_map("tanh", 0.5, q, 1.0)
    with pytest.raises(InvalidInputError, match="between -1 and 1"):
        fast.correlation_map("tanh", 1.5, 1.0, 1.0)
    with pytest.raises(InvalidInputError, match="variances"):
        fast.phase_grid("tanh", np.array([-1.0]), np.array([0.0]))
    with pytest.raises(InvalidInputError, match="start"):
        phase("tanh", 1, start=0)
