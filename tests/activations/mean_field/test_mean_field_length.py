"""The certified length map and its fixed points, against closed forms and mpmath."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.gaussian_integrals import InfiniteMomentError
from xavier_theory.activations.mean_field.fixed_points import fixed_points
from xavier_theory.activations.mean_field.length import length_map_of
from xavier_theory.activations.mean_field.phases import phase
from xavier_theory.activations.mean_field.search import grows_on, isolate
from xavier_theory.activations.mean_field.shapes import bends_towards_zero
from xavier_theory.errors import InvalidInputError

PLACES = [Fraction(1, 1000), Fraction(1, 3), Fraction(2), Fraction(500)]


def erf_map(q, weight=2, bias=0):
    """Williams (1997), equation 11."""
    return weight * 2 / mpmath.pi * mpmath.asin(2 * q / (1 + 2 * q)) + bias


def holds(enclosure, value, slack="1e-30"):
    room = mpmath.mpf(slack)
    low, high = (
        mpmath.mpf(e.numerator) / e.denominator for e in (enclosure.lower, enclosure.upper)
    )
    return low - room <= value <= high + room


@pytest.mark.parametrize("q", PLACES)
def test_values_slopes_and_factors_are_those_of_closed_forms(q):
    with mpmath.workdps(50):
        place = mpmath.mpf(q.numerator) / q.denominator
        erf = length_map_of("erf", 2)
        assert holds(erf.at(q), erf_map(place))
        assert holds(erf.slope(q), mpmath.diff(erf_map, place), "1e-20")
        factor = erf.gradient_factor(q)  # E[φ'²] = (4/π)/√(1 + 4q)
        assert holds(factor, 8 / mpmath.pi / mpmath.sqrt(1 + 4 * place))
        assert not holds(
            factor, 8 / mpmath.pi / mpmath.sqrt(1 + 4 * place) * (1 + mpmath.mpf("1e-15"))
        )
        square = length_map_of("z**2", Fraction(1, 3), Fraction(1, 7))
        assert holds(square.at(q), place**2 + mpmath.mpf(1) / 7)
        assert holds(square.slope(q), 2 * place)


@pytest.mark.parametrize("name", ["erf", "gelu", "sign", "softplus", "z**2", "cos"])
def test_bounds_between_two_places_hold_inside(name):
    found = length_map_of(name, 2, Fraction(1, 10))
    for low, high in ((Fraction(1, 5), Fraction(1, 4)), (Fraction(1), Fraction(3))):
        values, slopes = found.between(low, high), found.slope_between(low, high)
        factors = found.gradient_factor_between(low, high)
        for k in range(5):
            q = low + (high - low) * Fraction(k, 4)
            assert values.lower <= found.at(q).upper and found.at(q).lower <= values.upper
            assert slopes.lower <= found.slope(q).upper and found.slope(q).lower <= slopes.upper
            if not isinstance(factors, Infinity):
                assert factors.overlaps(found.gradient_factor(q))


def test_the_limit_at_zero_is_exact():
    assert length_map_of("cos", 2).at(Fraction(0)).midpoint == 2
    assert length_map_of("step", 2).at(Fraction(0)).midpoint == 1  # (0² + 1²)/2, not φ(0)²
    assert length_map_of("gelu", 2, 1).at(Fraction(0)).midpoint == 1


def test_fixed_points_of_erf_are_roots_of_the_closed_form():
    with mpmath.workdps(40):
        for bias in (Fraction(0), Fraction(1, 50)):
            found = fixed_points(length_map_of("erf", 2, bias))
            exact = mpmath.findroot(
                lambda q, b=bias: erf_map(q, 2, mpmath.mpf(b.numerator) / b.denominator) - q, 0.9
            )
            positive = [p for p in found.points if not p.is_zero]
            assert len(positive) == 1 and positive[0].stability == "stable"
            assert holds(positive[0].q, exact)
            assert holds(positive[0].slope, mpmath.diff(erf_map, exact))
            assert not found.unsettled
            assert [p.stability for p in found.points if p.is_zero] == ["unstable"] * (bias == 0)


def test_every_fixed_point_of_a_parabola_is_found():
    found = fixed_points(length_map_of("z**2", Fraction(1, 3), Fraction(3, 16)))  # q² + 3/16 = q
    assert [p.stability for p in found.points] == ["stable", "unstable"]
    assert Fraction(1, 4) in found.points[0].q and Fraction(3, 4) in found.points[1].q
    none = fixed_points(length_map_of("z**2", Fraction(1, 3), Fraction(5, 16)))
    assert none.points == () and not none.unsettled
    # A double root at 1/2 can be neither proven nor excluded by intervals.
    double = fixed_points(length_map_of("z**2", Fraction(1, 3), Fraction(1, 4)))
    assert double.points == () and any(Fraction(1, 2) in u for u in double.unsettled)


def test_homogeneous_activations_are_exact():
    assert fixed_points(length_map_of("relu", 2)).every
    assert fixed_points(length_map_of("max(z, -z/2)", Fraction(8, 5))).every
    found = fixed_points(length_map_of("relu", Fraction(3, 2), Fraction(1, 10)))
    assert [p.q.lower for p in found.points] == [Fraction(2, 5)]
    assert found.points[0].q.width == 0 and found.searched_to is None
    assert fixed_points(length_map_of("relu", 3, 1)).points == ()


def test_slopes_of_at_most_one_do_not_contract_across_a_jump():
    calm = fixed_points(length_map_of("where(z > 1, 0, z)", Fraction(1, 2)))
    assert [p.is_zero for p in calm.points] == [True]
    jumping = fixed_points(length_map_of("where(z > 1, 100, z/2)", 1))
    assert any(not p.is_zero for p in jumping.points)
    assert fixed_points(length_map_of("tanh", 1)).points[0].stability == "marginal"


@pytest.mark.parametrize(
    ("text", "says"),
    [("tanh(z)", True), ("-tanh(z)", True), ("abs(arctan(z))", True), ("selu", True),
     ("hardtanh", True), ("min(z, z/2 + 1/2)", True), ("max(z, 2*z - 1)", False),
     ("where(z > 1, z/2, z)", False), ("gelu", False), ("sin(z)", False), ("tanh(z) + 1", False),
     ("z + z**3", False), ("tanh(z) - z/10", False)],
)  # fmt: skip
def test_what_bends_towards_zero(text, says):
    assert bends_towards_zero(as_activation(text).expression) is says


def test_a_map_that_falls_against_q_has_one_fixed_point_and_no_more():
    near = fixed_points(length_map_of("1000*tanh(z/1000)", Fraction(10201, 10000)))
    assert [p.is_zero for p in near.points] == [True, False]
    assert near.searched_to is None and not near.unsettled
    assert near.points[1].slope.upper < 1
    law = length_map_of("erf", 2, Fraction(1, 50))
    searched, _, _ = isolate(law, Fraction(1, 200), Fraction(1), whole=True)
    assert len(searched) == 1  # the search without the argument finds the same one
    assert searched[0].overlaps(fixed_points(law).points[0].q)


@pytest.mark.parametrize(
    ("weight", "bias", "says"),
    [(-1, 0, "weight variance"), (0, 0, "weight variance"), (float("nan"), 0, "weight variance"),
     (1, -1, "bias variance"), (1, float("inf"), "bias variance"), (1, 1e-300, "bias variance"),
     ("2*z", 0, "weight variance"), (None, 0, "weight variance")],
)  # fmt: skip
def test_bad_variances_are_refused(weight, bias, says):
    with pytest.raises(InvalidInputError, match=says):
        length_map_of("tanh", weight, bias)


def test_what_has_no_expression_is_not_certified():
    with pytest.raises(NotCertifiedError, match="callable"):
        fixed_points(length_map_of(lambda z: z / 2, 1))
    with pytest.raises(NotCertifiedError, match="slope"):
        fixed_points(length_map_of("where(z > 0, sqrt(z), 0)", 1))


def test_lengths_are_unbounded_only_where_nothing_can_stop_them():
    # V(q) = σ_w²/√(1 − q/2) for q < 2: q√(1 − q/2) has its greatest value √(16/27) at q = 4/3
    for weight in (Fraction(3, 4), Fraction(769, 1000)):
        found = phase("exp(z**2/8)", weight)
        place = found.fixed_point.q
        assert found.certified and place.lower > 1 and place.upper < Fraction(4, 3)
        for end, sign in ((place.lower, 1), (place.upper, -1)):  # V(q)² − q² changes its sign
            assert (weight**2 - end**2 * (1 - end / 2)) * sign >= 0
    assert phase("exp(z**2/8)", Fraction(771, 1000)).name == "unbounded"


class _Ending:
    """A length map that is ``value`` up to q = 3, and then ``error``."""

    def __init__(self, value, error):
        self.value, self.error = Fraction(value), error

    def at(self, q):
        if q > 3:
            raise self.error
        return Enclosure(self.value, self.value)


@pytest.mark.parametrize(("value", "error", "says"), [
    (10, InfiniteMomentError("infinite"), True), (3, InfiniteMomentError("infinite"), False),
    (10, NotCertifiedError("too hard"), False), (2**101, NotCertifiedError("too hard"), True),
])  # fmt: skip
def test_where_the_search_ended_is_not_where_lengths_are_without_bound(value, error, says):
    assert grows_on(_Ending(value, error), Fraction(3)) is says


def test_bounded_activations_have_a_fixed_point_however_large_the_weights():
    """V(q) = σ_w² (1 − e^(−2q))/2 for sin; V(q) <= σ_w² for tanh."""
    box = phase("sin", 2000**2).fixed_point.q
    assert box.lower <= Fraction(2000**2, 2) <= box.upper
    found = phase("tanh", 2000**2)
    assert found.name == "chaotic"
    assert found.fixed_point.q.upper < 2000**2
    assert phase("gelu", 4).name == "unbounded"
