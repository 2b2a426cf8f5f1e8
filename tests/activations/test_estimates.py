"""Callables and undecided expressions: estimates near the truth, never called certified."""

from __future__ import annotations

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.gains import gain
from xavier_theory.errors import InvalidInputError


@pytest.mark.parametrize(("function", "name"), [
    (np.tanh, "tanh"), (lambda z: np.maximum(z, 0), "relu"),
    (lambda z: z * np.clip(z + 3, 0, 6) / 6, "hardswish"), (np.exp, "exp"),
    (lambda z: np.where(z > 1, z, 0), "threshold"), (np.sign, "sign"),
])  # fmt: skip
def test_a_callable_gets_an_estimate(function, name):
    found, truth = gain(function), gain(name)
    assert not found.certified and "Python callable" in found.reason
    assert found.lower is None and found.upper is None and found.closed_form is None
    assert found.value == pytest.approx(truth.value, rel=1e-10)
    assert found.length_map_slope.value == pytest.approx(truth.length_map_slope.value, abs=1e-9)
    centred = gain(function, convention="standard-deviation", q=2)
    same = gain(name, convention="standard-deviation", q=2)
    assert centred.value == pytest.approx(same.value, rel=1e-10)


@pytest.mark.parametrize(("function", "name"), [
    (np.tanh, "tanh"), (lambda z: np.maximum(z, 0), "relu"), (np.exp, "exp"),
    (lambda z: np.clip(z, -1, 1), "hardtanh"), (lambda z: np.tanh(z.astype(np.float32)), "tanh"),
])  # fmt: skip
def test_a_callable_has_a_backward_gain_by_differences(function, name):
    found, truth = gain(function, convention="backward"), gain(name, convention="backward")
    assert not found.certified and abs(found.value - truth.value) <= found.error < 1e-4
    assert abs(gain(function).backward_factor.value - gain(name).backward_factor.value) <= (
        gain(function).backward_factor.error
    )


def test_a_callable_that_jumps_has_no_backward_gain():
    for function in (np.sign, np.floor, lambda z: np.where(z > 1 / 3, z, 0)):
        with pytest.raises(
            InvalidInputError, match=r"E\[φ'²\] is infinite, .* jumps at about z = "
        ):
            gain(function, convention="backward")


@pytest.mark.parametrize(("text", "value"), [
    ("where(sin(10*z)>0, 1, -1)", 1), ("sign(sin(50*z))", 1), ("where(sin(10*z)>0, z, -z)", 1),
])  # fmt: skip
def test_jumps_that_are_not_certified_are_seen(text, value):
    found = gain(text)
    assert not found.certified and abs(found.value - value) <= found.error
    assert found.backward_factor.value == math.inf
    with pytest.raises(InvalidInputError, match="jumps"):
        gain(text, convention="backward")


def test_a_vectorized_function_has_the_type_of_its_values_not_of_the_first():
    found = gain(np.vectorize(lambda x: max(0, x)))
    assert abs(found.value - math.sqrt(2)) <= found.error < 1e-12
    with pytest.raises(InvalidInputError, match="depends on the other points"):
        gain(lambda x: np.array([max(0, each) for each in x], dtype=type(max(0, x[0]))))
    state = iter(range(10**9))
    with pytest.raises(InvalidInputError, match="earlier calls"):
        gain(lambda x: x + next(state))


def phi(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def steps(generator):
    """A function of random constants between random places, and E of its square."""
    places = np.sort(generator.normal(0, 1.5, generator.integers(1, 12)))
    heights = generator.normal(0, 1, places.size + 1)
    shares = np.diff([0.0, *(phi(c) for c in places), 1.0])
    return lambda z: heights[np.searchsorted(places, z)], float(np.sum(heights**2 * shares))


def bumps(generator):
    """A constant and bumps as narrow as 1e-3."""
    count = int(generator.integers(1, 5))
    terms = [(float(generator.normal()), 0.0, math.inf)]
    terms += [
        (float(generator.normal(0, 3)), float(generator.normal()), 10 ** generator.uniform(-3, 0))
        for _ in range(count)
    ]

    def function(z):
        return sum(h * np.exp(-(((z - c) / w) ** 2) / 2) for h, c, w in terms)

    total = 0.0
    for h, c, w in terms:
        for g, d, v in terms:  # E of a product of two bumps, by completing the square
            p, r = 1 / w**2, 1 / v**2
            s = 1 + p + r
            exponent = (p * c + r * d) ** 2 / s - p * c * c - r * d * d
            total += h * g / math.sqrt(s) * math.exp(exponent / 2)
    return function, total


def bends(generator):
    """Straight lines between random places, continuous, flat outside."""
    places = np.sort(generator.normal(0, 1.5, generator.integers(2, 12)))
    heights = generator.normal(0, 1, places.size)
    with mpmath.workdps(40):
        ends = list(zip(map(mpmath.mpf, places), map(mpmath.mpf, heights), strict=True))
        total = ends[0][1] ** 2 * mpmath.ncdf(ends[0][0])
        total += ends[-1][1] ** 2 * mpmath.ncdf(-ends[-1][0])
        for (a, u), (b, v) in pairwise(ends):
            m = (v - u) / (b - a)
            k, da, db = u - m * a, mpmath.npdf(a), mpmath.npdf(b)
            zero = mpmath.ncdf(b) - mpmath.ncdf(a)
            total += k * k * zero + 2 * k * m * (da - db) + m * m * (zero + a * da - b * db)
        return lambda z: np.interp(z, places, heights), float(total)


def waves(generator):
    """cos(kz + p): E of the square is (1 + e^(−2k²) cos 2p)/2."""
    k, p = float(10 ** generator.uniform(-1, 2)), float(generator.uniform(0, 6))
    return lambda z: np.cos(k * z + p), 0.5 + 0.5 * math.exp(-2 * k * k) * math.cos(2 * p)


def steep(generator):
    """Φ(k(z − c)): E of the square is that of two normals both below a line (by Owen's T)."""
    from scipy.special import ndtr, owens_t

    k, c = float(10 ** generator.uniform(0, 4)), float(generator.normal())
    h = -k * c / math.sqrt(1 + k * k)
    return lambda z: ndtr(k * (z - c)), float(
        ndtr(h) - 2 * owens_t(h, 1 / math.sqrt(1 + 2 * k * k))
    )


@pytest.mark.parametrize("kind", [steps, bumps, bends, waves, steep])
def test_the_error_of_an_estimate_is_true(kind):
    for seed in range(60):
        function, truth = kind(np.random.default_rng(seed))
        found = gain(function).second_moment
        assert abs(found.value - truth) <= found.error + 1e-14, (kind.__name__, seed)
        assert found.error <= 1e-4 * truth + 1e-12, (kind.__name__, seed)


def test_what_was_missed_is_found():
    """A bump of width 1e-3 beside relu, and a sigmoid that is steep over 1e-4."""
    from scipy.special import expit

    narrow = gain(lambda x: np.maximum(x, 0) + 3 * np.exp(-((1000 * (x - 0.37)) ** 2) / 2))
    assert narrow.value == pytest.approx(1.403012, abs=5e-7)
    with mpmath.workdps(30):
        cuts = [1 + k * mpmath.mpf("1e-4") for k in (-100, -10, -1, 0, 1, 10, 100)]
        square = lambda x: mpmath.npdf(x) / (1 + mpmath.exp(-10000 * (x - 1))) ** 2  # noqa: E731
        truth = 1 / mpmath.sqrt(mpmath.quad(square, [-3, *cuts, 3, 12]))
    found = gain(lambda x: expit(1e4 * (x - 1)))
    assert abs(found.value - float(truth)) <= max(found.error, 1e-13)


def test_an_undecided_expression_gets_an_estimate_with_the_reason():
    found = gain("where(z > 0, log(z), 0)")
    assert not found.certified and "log(z)" in found.reason and found.lower is None
    # E[log² Z; Z > 0] for Z ~ N(0, 1) is (γ + log 2)²/8 + π²/16.
    truth = (0.5772156649015329 + math.log(2)) ** 2 / 8 + math.pi**2 / 16
    assert found.second_moment.value == pytest.approx(truth, rel=1e-6)


@pytest.mark.parametrize(("function", "says"), [
    (lambda z: z[:3], "must keep the shape"), (lambda z: z + 1j, "must return real numbers"),
    (lambda z: 1 / z, "not a finite real number in floating point at z = |does not converge"),
    (np.log, "not a finite real number in floating point at z = -"),
    (lambda z: z > "a", "the activation raised"), (lambda: 1, "raised TypeError"),
    (lambda z: np.array(["a"] * z.size).reshape(z.shape), "must return real numbers"),
    (lambda z: np.exp(z**2 / 2), "does not look finite|not a finite"),
    (lambda z: 0 * z, "looks like 0"),
])  # fmt: skip
def test_a_callable_without_a_gain_is_refused(function, says):
    with pytest.raises((InvalidInputError, NotCertifiedError), match=says):
        gain(function)


def test_why_there_is_no_estimate_does_not_hide_why_there_is_no_enclosure():
    with pytest.raises(NotCertifiedError, match=r"not bounded near z = 0.* and no estimate: .*z ="):
        gain("log(abs(z)) + log(2 + exp(100*abs(z)))")
