"""Gates and maxout, against mpmath's quadrature, closed forms and differences."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy

import xavier_theory as xt
from xavier_theory.activations import dual_kernel, length_map_of
from xavier_theory.activations.gain_text import gain_data
from xavier_theory.activations.mean_field.drift import drift_depth, gain_stability
from xavier_theory.activations.mean_field.kernels import C
from xavier_theory.activations.units import UnitMoments
from xavier_theory.errors import InvalidInputError

PHI: dict[str, Callable[[Any], Any]] = {
    "swiglu": lambda u: u / (1 + mpmath.exp(-u)),
    "geglu": lambda u: u * mpmath.ncdf(u),
    "glu": lambda u: 1 / (1 + mpmath.exp(-u)),
    "reglu": lambda u: max(u, 0),
    "bilinear": lambda u: u,
    "tanh(u)*v": mpmath.tanh,
    "v * erf(2*u)": lambda u: mpmath.erf(2 * u),
}


def mean(f: Callable[[Any], Any], q: Any) -> Any:
    """E f(u), u ~ N(0, q)."""
    root = mpmath.sqrt(q)
    return mpmath.quad(lambda z: f(root * z) * mpmath.npdf(z), [*range(-12, 13, 3)])


@pytest.mark.parametrize(("name", "q"), [(name, 1 + 3 * (name == "swiglu")) for name in PHI])
def test_a_gate_has_the_moments_of_the_product(name: str, q: int) -> None:
    phi, found = PHI[name], xt.gain(name, q=q)
    with mpmath.workdps(20):

        def square(at: Any) -> Any:
            """E[(phi(u) v)^2], E[v^2] = q."""
            return at * mean(lambda u: phi(u) ** 2, at)

        h = mpmath.mpf("1e-7")
        slope = (square(q + h) - square(q - h)) / (2 * h)
        steps = mean(lambda u: ((phi(u + h) - phi(u - h)) / (2 * h)) ** 2, q)
        gain = mpmath.sqrt(q / square(q))
        along = square(q) / q + q * steps  # by v, and by u
        fourth = 3 * q**2 * mean(lambda u: phi(u) ** 4, q)
    assert found.certified and found.value == pytest.approx(float(gain), rel=1e-14)
    assert float(found.length_map_slope) == pytest.approx(float(gain**2 * slope), rel=1e-9)
    assert float(found.backward_factor) == pytest.approx(float(gain**2 * along), rel=1e-7)
    assert isinstance(found.moments, UnitMoments)
    assert float(found.moments.fourth_moment) == pytest.approx(float(fourth), rel=1e-9)
    backward = xt.gain(name, q=q, convention="backward").value
    assert backward == pytest.approx(float(along) ** -0.5, rel=1e-7)
    centred = xt.gain(name, q=q, convention="standard-deviation")
    assert centred.value == found.value  # the mean of the product is 0


def test_gates_and_maxout_have_maps() -> None:
    """V as its definition, V' as a difference of it, κ(1) = V, and κ'(1) = χ (Stein's identity)."""
    law = length_map_of("swiglu", "gain", "1/5")
    assert float(law.at(1)) == pytest.approx(1.2, rel=1e-14)
    assert float(law.slope(1)) == pytest.approx(2.172594, rel=1e-6)
    for name, parameters in (("swiglu", {}), ("reglu", {}), ("maxout", {"pieces": 3})):
        found = length_map_of(name, 2, 0.1, **parameters)
        h = Fraction(1, 10**6)
        between = (float(found.at(3 + h)) - float(found.at(3 - h))) / float(2 * h)
        assert float(found.slope(3)) == pytest.approx(between, rel=1e-6)
        scale = float(xt.gain(name, q=3, **parameters).moments.second_moment)
        assert float(found.at(3)) == pytest.approx(2 * scale + 0.1, rel=1e-14)
        assert found.at(0).value == 0.1
        moments = xt.gain(name, q=3, **parameters).moments
        twice = 2 * float(moments.derivative_second_moment)
        assert float(found.gradient_factor(3)) == pytest.approx(twice, rel=1e-14)
    kernel, alone = dual_kernel("swiglu", 2), dual_kernel("silu", 2)
    for c in (-1, -0.5, 0, 0.25):
        assert float(kernel.at(c)) == pytest.approx(2 * c * float(alone.at(c)), rel=1e-12)
    assert float(kernel.at(1)) == pytest.approx(float(length_map_of("swiglu", 1).at(2)), rel=1e-14)
    form = dual_kernel("geglu").closed_form
    assert form is not None
    slope = float(sympy.diff(form, C).subs(C, 1))
    along = float(xt.gain("geglu").moments.derivative_second_moment)
    assert slope == pytest.approx(along, rel=1e-12)


def test_swiglu_is_unstable_and_its_slope_is_one_more_than_silus() -> None:
    found, alone = xt.gain("SwiGLU"), xt.gain("silu")
    assert found.value == alone.value
    assert f"{found.length_map_slope:.6f}" == "2.172594"
    assert f"{alone.length_map_slope:.6f}" == "1.172594"
    assert gain_stability(found) == gain_stability(xt.gain("reglu")) == "unstable"
    assert xt.variance("swiglu", fan_in=100) == xt.variance("silu", fan_in=100)
    assert drift_depth(found, 1000) < drift_depth(alone, 1000)
    assert "instead" not in gain_data(found) or not gain_data(found)["instead"]
    assert "a = silu(u) v of independent N(0, q)" in str(found)
    assert repr(pickle.loads(pickle.dumps(found))) == repr(found)


# E[max(Z_1, ..., Z_k)^2] (David & Nagaraja 2003, section 3.2), and E[max]
MAXOUT = {
    2: (1.0, 1 / math.sqrt(math.pi)),
    3: (1 + math.sqrt(3) / (2 * math.pi), 1.5 / math.sqrt(math.pi)),
    4: (1 + math.sqrt(3) / math.pi, None),
}


@pytest.mark.parametrize("pieces", MAXOUT)
def test_maxout_has_the_moments_of_the_largest(pieces: int) -> None:
    square, first = MAXOUT[pieces]
    for q in (1, "25/9"):
        found = xt.gain("maxout", pieces=pieces, q=q)
        assert found.value == pytest.approx(square**-0.5, rel=1e-15)
        assert float(found.backward_factor) == pytest.approx(1 / square, rel=1e-15)
        assert float(found.length_map_slope) == pytest.approx(1, rel=1e-15)
        assert gain_stability(found) == "marginal"
    if first is not None:
        centred = xt.gain("maxout", pieces=pieces, convention="standard-deviation").value
        assert centred == pytest.approx((square - first**2) ** -0.5, rel=1e-14)
    assert xt.gain("maxout").closed_form == 1
    assert "a = max(u1, u2, u3, ...) of" in str(xt.gain("maxout", pieces=Fraction(5)))


def test_rrelu_in_training_has_random_slopes() -> None:
    """E[a²] for a uniform slope a, whose mean square is more than its mean's square."""
    found, evaluated = xt.gain("rrelu", training=True), xt.gain("rrelu")
    square = (1 / 8 + 1 / 3) ** 2 / 4 + (1 / 3 - 1 / 8) ** 2 / 12
    assert found.value == pytest.approx((2 / (1 + square)) ** 0.5, rel=1e-15)
    assert evaluated.value == pytest.approx((2 / (1 + (11 / 48) ** 2)) ** 0.5, rel=1e-15)
    assert found.closed_form is not None and float(found.closed_form) == pytest.approx(found)
    assert float(found.backward_factor) == pytest.approx(1, rel=1e-15)
    assert gain_stability(found) == "marginal"
    wide = xt.gain("nn.RReLU", training=True, lower=-1, upper=1, q=3)
    assert wide.value == pytest.approx(1.5**0.5, rel=1e-15)
    assert isinstance(wide.moments, UnitMoments)
    # E[max(z, 0)^4] = 3q²/2, E[a⁴] = 1/5; the mean of a is 0
    assert float(wide.moments.fourth_moment) == pytest.approx(27 / 2 * 1.2, rel=1e-14)
    assert float(wide.moments.mean) == pytest.approx((3 / (2 * math.pi)) ** 0.5, rel=1e-14)
    assert xt.gain("rrelu", training=False).value == evaluated.value
    assert "a = max(u, 0) + s min(u, 0), s uniform on [1/8, 1/3], of" in str(found)


def test_a_gates_parameters_are_those_of_its_activation() -> None:
    assert xt.gain("leaky_relu(u, 1/5)*v").value == xt.gain("leaky_relu", slope=0.2).value
    assert xt.gain("torch.sigmoid(u) * v").value == xt.gain("glu").value
    both = xt.gain("(tanh(u) + u/2) * v"), xt.gain("v*(tanh(u) + u/2)")
    assert both[0].value == both[1].value == xt.gain("tanh(z) + z/2").value


def test_the_weights_behind_a_gate_are_initialized() -> None:
    found = xt.initialization("swiglu", (64, 256))
    assert found.variance == pytest.approx(xt.gain("silu").value ** 2 / 256, rel=1e-15)
    assert found.theorem == "gated-product" and found.stability == "unstable"
    assert xt.initialization("maxout", (8, 8)).theorem == "maxout-second-moment"


@pytest.mark.parametrize(("ask", "says"), [
    (lambda: xt.gain("softmax"), "softmax is no elementwise activation"),
    (lambda: xt.gain("nn.LogSoftmax"), "LogSoftmax is no elementwise activation"),
    (lambda: xt.gain("LayerNorm"), "each output depends on several inputs"),
    (lambda: xt.phase("swiglu", 1), r"swiglu is a gate silu\(u\)·v of two pre-activations"),
    (lambda: xt.sample(4, 2, "GEGLU"), r"GEGLU is a gate gelu\(u\)·v"),
    (lambda: xt.phase("maxout", 1), "maxout is the largest of several pre-activations"),
    (lambda: xt.gain("maxout", pieces=1), "maxout's pieces must be at least 2"),
    (lambda: xt.gain("maxout", pieces=101), "maxout takes pieces, a whole number up to 100"),
    (lambda: xt.gain("maxout", slope=1), "maxout takes pieces"),
    (lambda: xt.gain("swiglu", slope=1), "silu takes no parameters"),
    (lambda: xt.gain("tanh(u)*v*v"), "unknown name 'u'; the variable is z"),
    (lambda: xt.gain("sin(u) + u*v"), "unknown name"), (lambda: xt.gain("v*u + 1"), "unknown name"),
    (lambda: xt.gain("tanh(u*z)*v"), "unknown name"), (lambda: xt.gain("u*v)"), "cannot be read"),
    (lambda: xt.gain("where(u>0,1,-1)*v", convention="backward"), "has no backward gain"),
])  # fmt: skip
def test_what_is_asked_wrongly_is_told(ask: Callable[[], Any], says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        ask()
