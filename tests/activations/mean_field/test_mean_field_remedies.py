"""Stability, drift and what to do instead, against closed forms, mpmath and sampled chains."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy.stats import chi2

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.gains import gain
from xavier_theory.activations.mean_field.drift import drift_depth, gain_stability, log_variance
from xavier_theory.activations.mean_field.remedies import (
    affine_form,
    critical_point,
    stable_critical_point,
)
from xavier_theory.errors import InvalidInputError


def gaussian_mean(f):
    with mpmath.workdps(25):
        return mpmath.quad(lambda z: f(z) * mpmath.npdf(z), range(-12, 13, 2))


@pytest.mark.parametrize(
    ("name", "says"),
    [("gelu", "unstable"), ("silu", "unstable"), ("mish", "unstable"), ("hardswish", "unstable"),
     ("relu", "marginal"), ("leaky_relu", "marginal"), ("max(z, -z/2)", "marginal"),
     ("elu", "stable"), ("selu", "stable"), ("tanh", "stable")],
)  # fmt: skip
def test_stability_is_the_known_one(name, says):
    assert gain_stability(gain(name)) == says


def test_the_affine_form_of_gelu_keeps_length_and_gradient():
    """By mpmath: E[φ̂²] = 1, E[φ̂'²] = 1 and E[φ̂φ̂'Z] = the slope."""
    found = affine_form("gelu")
    scale, shift = (mpmath.mpf(x.midpoint.numerator) / x.midpoint.denominator
                    for x in (found.scale, found.shift))  # fmt: skip
    phi = lambda z: scale * (z * mpmath.ncdf(z) + shift)  # noqa: E731
    slope = lambda z: scale * (mpmath.ncdf(z) + z * mpmath.npdf(z))  # noqa: E731
    assert gaussian_mean(lambda z: phi(z) ** 2) == pytest.approx(1, abs=1e-15)
    assert gaussian_mean(lambda z: slope(z) ** 2) == pytest.approx(1, abs=1e-15)
    cross = gaussian_mean(lambda z: phi(z) * slope(z) * z)
    assert found.slope.value == pytest.approx(float(cross), rel=1e-14)
    assert found.stability == "stable" and found.slope.width < Fraction(1, 10**15)
    # The other solution of the same equations is worse.
    other = -gaussian_mean(lambda z: phi(z) / scale - shift) * 2 - shift
    image = lambda z: scale * (z * mpmath.ncdf(z) + other)  # noqa: E731
    assert gaussian_mean(lambda z: image(z) ** 2) == pytest.approx(1, abs=1e-15)
    assert gaussian_mean(lambda z: image(z) * slope(z) * z) > cross


def test_the_affine_form_of_a_line_is_the_line():
    found = affine_form("linear")
    assert 1 in found.scale and 0 in found.shift and 1 in found.slope
    assert found.stability is None


def test_the_critical_point_of_erf_is_that_of_its_closed_form():
    for q in (Fraction(1, 2), Fraction(1), Fraction(3)):
        found = critical_point("erf", q)
        with mpmath.workdps(30):
            place = mpmath.mpf(q.numerator) / q.denominator
            weight = mpmath.pi / 4 * mpmath.sqrt(1 + 4 * place)
            bias = place - weight * 2 / mpmath.pi * mpmath.asin(2 * place / (1 + 2 * place))
        assert found.weight_variance.value == pytest.approx(float(weight), rel=1e-15)
        assert found.bias_variance.value == pytest.approx(float(bias), rel=1e-14)


@pytest.mark.parametrize("name", ["gelu", "silu", "hardswish", "z*sigmoid(1.702*z)", "tanh"])
def test_a_stable_critical_point_is_both(name):
    found = stable_critical_point(name)
    assert found.stability == "stable" and found.slope.upper < 1
    again = critical_point(name, found.q)
    assert again == found
    assert found.bias_variance.lower >= 0


def test_where_there_is_none_it_is_said():
    assert stable_critical_point("relu") is None
    assert stable_critical_point("exp") is None
    for what in (critical_point, affine_form):
        with pytest.raises(InvalidInputError, match="jumps at z = 0"):
            what("sign")
    with pytest.raises(InvalidInputError, match="not shown positive"):
        affine_form("1 + 0*z")
    with pytest.raises(InvalidInputError, match="σ_b² < 0"):
        critical_point("softplus", 1)
    with pytest.raises(InvalidInputError, match="second-moment"):
        gain_stability(gain("gelu", convention="backward"))


def test_drift_depths():
    assert drift_depth(gain("relu"), 1000) == pytest.approx(200)  # κ = 6 − 1, by E relu⁴ = 3/2
    assert drift_depth(gain("tanh"), 1000) == math.inf
    assert 13 < drift_depth(gain("gelu"), 1024) < 16
    assert log_variance(gain("gelu"), 1024, 10**5) == math.inf
    for width in (0, -1, 1.5):
        with pytest.raises(InvalidInputError, match="width"):
            drift_depth(gain("gelu"), width)


@pytest.mark.parametrize("name", ["gelu", "relu", "elu"])
def test_sampled_chains_spread_as_predicted(name):
    """Var log Q after 5 layers of 4096 units, in 1500 networks.

    log Q is normal but for 1/n; the band is that of χ² at 1e-9, widened by 3 % for terms in 1/n.
    """
    networks, width, depth = 1500, 4096, 5
    rng = np.random.default_rng(np.random.SeedSequence(5))
    known, scale = get_activation(name), gain(name)
    q = np.ones(networks)
    for _ in range(depth):
        for part in np.array_split(np.arange(networks), 30):
            z = rng.standard_normal((part.size, width)) * np.sqrt(q[part])[:, None]
            q[part] = scale.value**2 * np.mean(known.function(z) ** 2, axis=1)
    ratio = float(np.var(np.log(q), ddof=1)) / log_variance(scale, width, depth)
    ends = chi2.ppf([5e-10, 1 - 5e-10], networks - 1) / (networks - 1)
    assert ends[0] / 1.03 < ratio < ends[1] * 1.03
    assert not ends[0] / 1.03 < ratio * 1.6 < ends[1] * 1.03, "a wrong κ or λ must show"
