"""Counterexamples that need a continuous law, so that no finite model can be one.

Each is written out by hand, with a check of its arithmetic that uses neither the kernel nor the
text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy

DIGITS = 20


@dataclass(frozen=True)
class Continuous:
    """A counterexample in words.

    Attributes
    ----------
    text: the model. left, right, difference: the sides of the result there.
    check: computes both sides from the model by quadrature: (left, right).
    """

    text: str
    left: sympy.Expr
    right: sympy.Expr
    check: Callable[[], tuple[mpmath.mpf, mpmath.mpf]]

    @property
    def sides(self) -> tuple[str, str, str, str]:
        """Text, left, right and difference, as ``NecessityResult`` takes them."""
        gap = sympy.simplify(self.left - self.right)
        return self.text, str(self.left), str(self.right), str(gap)

    def verify(self) -> bool:
        """Whether the sides are what quadrature says, and differ."""
        with mpmath.workdps(DIGITS):
            pairs = zip(self.check(), (self.left, self.right), strict=True)
            near = [
                abs(x - mpmath.mpf(sympy.N(y, DIGITS))) < mpmath.mpf(10) ** -12 for x, y in pairs
            ]
        return all(near) and bool(sympy.simplify(self.left - self.right) != 0)


def continuous_counterexample(theorem: str, assumption: str) -> Continuous | None:
    """The continuous counterexample to a theorem without an assumption, if one is written here."""
    return _KNOWN.get((theorem, assumption))


def _uniform_limits() -> tuple[mpmath.mpf, mpmath.mpf]:
    """U is uniform on [-1, 1]: its limit is 1. Its variance is 1/3, not the given 1."""
    variance = mpmath.quad(lambda u: u**2 / 2, [-1, 1])
    if variance > mpmath.mpf("0.34"):
        raise ArithmeticError(f"the variance {variance} of a uniform variable on [-1, 1]")
    return mpmath.mpf(1), mpmath.sqrt(3)


def _chosen_column() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Half of E log max(R, S) for two independent chi-squares with two degrees of freedom."""

    def integrand(s: mpmath.mpf) -> mpmath.mpf:
        x = mpmath.exp(s)  # log x = s; the density of the maximum is 2 F f
        return s * 2 * (1 - mpmath.exp(-x / 2)) * mpmath.exp(-x / 2) / 2 * x

    growth = mpmath.quad(integrand, [-45, -20, -10, -5, -2, 0, 1, 2, 3, 5])
    return growth / 2, (mpmath.digamma(1) + mpmath.log(2)) / 2


def _weight_that_is_its_input() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Var(W) of a standard normal W, and q/(n E[φ(y)²]) with y = W and φ(t) = t."""

    def moment(power: int) -> mpmath.mpf:
        return mpmath.quad(lambda w: w**power * mpmath.npdf(w), [-12, 0, 12])

    return moment(2) - moment(1) ** 2, moment(4) / moment(2)


def _factor_that_is_its_input() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Var(2 log C), and twice Var(log C), for a chi-square C with two degrees of freedom."""

    def moment(power: int) -> mpmath.mpf:
        def integrand(s: mpmath.mpf) -> mpmath.mpf:
            x = mpmath.exp(s)  # log x = s
            return s**power * mpmath.exp(-x / 2) / 2 * x

        return mpmath.quad(integrand, [-60, -20, -10, -5, -2, 0, 1, 2, 3, 5])

    spread = moment(2) - moment(1) ** 2
    return 4 * spread, 2 * spread


def _weight_that_is_its_activation() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[(V h)²] for h = V², V standard normal, and the n (n + e) of n = 1, e = Var(h)/E[h]²."""

    def moment(power: int) -> mpmath.mpf:
        return mpmath.quad(lambda v: v**power * mpmath.npdf(v), [-14, -4, 0, 4, 14])

    return moment(6), 1 + (moment(4) - moment(2) ** 2) / moment(2) ** 2


def _square_of_the_weight() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] for z = W y with y = W standard normal, and E[y²]."""
    fourth, second = (
        mpmath.quad(lambda w, k=k: w**k * mpmath.npdf(w), [-12, 0, 12]) for k in (4, 2)
    )
    return fourth, second


def _slope_of_the_identity(scale: int, values: tuple[int, ...] | None = None) -> Any:
    """d/dp E[scale p Z²] at 1 by a difference, and (E[Z⁴]/E[Z²] − 1)/2, for φ(t) = t.

    Z has equally likely ``values``; without them it is standard normal.
    """

    def moment(power: int) -> mpmath.mpf:
        if values is not None:
            return mpmath.fsum(mpmath.mpf(z) ** power for z in values) / len(values)
        return mpmath.quad(lambda z: z**power * mpmath.npdf(z), [-12, 0, 12])

    def check() -> tuple[mpmath.mpf, mpmath.mpf]:
        at = [scale * p * moment(2) for p in (mpmath.mpf(1) / 2, mpmath.mpf(3) / 2)]
        return at[1] - at[0], (moment(4) / moment(2) - 1) / 2

    return check


def _gelu_with_weights_of_one() -> tuple[mpmath.mpf, mpmath.mpf]:
    """1, and 1/E[GELU(Z)²]."""
    square = mpmath.quad(lambda z: (z * mpmath.ncdf(z)) ** 2 * mpmath.npdf(z), [-12, -4, 0, 4, 12])
    return mpmath.mpf(1), 1 / square


def _gelu_of_a_number() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Z is the number with GELU(Z) = 1: weights of variance 1 keep it, and not 1/E[GELU²]."""
    number = mpmath.findroot(lambda z: z * mpmath.ncdf(z) - 1, 1.1)
    return 1 / (number * mpmath.ncdf(number)) ** 2, _gelu_with_weights_of_one()[1]


def _limit_of_a_sign() -> tuple[mpmath.mpf, mpmath.mpf]:
    """U is 1 or -1: its limit is 1, and its variance too."""
    variance = (mpmath.mpf(1) ** 2 + mpmath.mpf(-1) ** 2) / 2
    return mpmath.mpf(1), mpmath.sqrt(3 * variance)


def _selu_moments() -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """Means of e^Z − 1 and its square at Z < 0, Z standard normal, and the α that balances."""

    def below(power: int) -> mpmath.mpf:
        return mpmath.quad(lambda z: mpmath.expm1(z) ** power * mpmath.npdf(z), [-14, -4, 0])

    above = mpmath.quad(lambda z: z * mpmath.npdf(z), [0, 4, 14])
    return below(1), below(2), -above / below(1)


def _selu_square() -> mpmath.mpf:
    """E[SELU(Z)²] for the α that balances and λ = 1."""
    _, second, steepness = _selu_moments()
    return mpmath.mpf(1) / 2 + steepness**2 * second


def _selu_mean() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[SELU(Z)] for α = λ = 1, and 0."""
    above = mpmath.quad(lambda z: z * mpmath.npdf(z), [0, 4, 14])
    return above + _selu_moments()[0], mpmath.mpf(0)


def _equal_weights() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[(W + W)²] for a standard normal W, and 2 E[W²]."""
    second = mpmath.quad(lambda w: w**2 * mpmath.npdf(w), [-12, 0, 12])
    return 4 * second, 2 * second


def _signal_of_one() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[W²] for a standard normal W, and twice that."""
    second = mpmath.quad(lambda w: w**2 * mpmath.npdf(w), [-12, 0, 12])
    return second, 2 * second


def _square_for_lines() -> tuple[mpmath.mpf, mpmath.mpf]:
    """t² at 2, and φ(1) max(2, 0) + φ(−1) max(−2, 0) for φ(t) = t²."""
    left, at, right = (mpmath.mpf(t) for t in (-1, 2, 1))
    return at**2, right**2 * max(at, mpmath.mpf(0)) + left**2 * max(-at, mpmath.mpf(0))


def _left_out(
    curve: Callable[[mpmath.mpf], mpmath.mpf], slope: int, fixed: int, bend: int
) -> tuple[mpmath.mpf, mpmath.mpf]:
    """|V(1) − q* − slope (1 − q*)| and bend (1 − q*)²/2, for a slope at q* called so."""
    apart = mpmath.mpf(1 - fixed)
    return abs(curve(mpmath.mpf(1)) - fixed - slope * apart), bend * apart**2 / 2


def _tail(s: int) -> Any:
    """e^{s²/2} Φ(−s)."""
    return sympy.exp(sympy.Rational(s * s, 2)) * sympy.erfc(s / sympy.sqrt(2)) / 2


_BALANCING = sympy.sqrt(2 / sympy.pi) / (1 - 2 * _tail(1))
_SELU_SQUARE = sympy.Rational(1, 2) + _BALANCING**2 * (
    sympy.Rational(1, 2) - 2 * _tail(1) + _tail(2)
)
_KNOWN = {
    ("selu-fixed-point", "z_is_standard_normal"): Continuous(
        "fan_in = 1\nsteepness and outer_scale solve their equations\nZ = 1\n"
        "so SELU(Z) = outer_scale, and weight_variance = outer_scale**(-2)",
        _SELU_SQUARE,
        sympy.Integer(1),
        lambda: (_selu_square(), mpmath.mpf(1)),
    ),
    ("selu-fixed-point", "the_scale_normalizes"): Continuous(
        "fan_in = 1\nouter_scale = 1\nsteepness solves its equation\nZ is standard normal\n"
        "weight_variance = 1/E(SELU(Z)**2)",
        1 / _SELU_SQUARE,
        sympy.Integer(1),
        lambda: (1 / _selu_square(), mpmath.mpf(1)),
    ),
    ("selu-fixed-point", "the_layer_keeps_the_second_moment"): Continuous(
        "fan_in = 1\nweight_variance = 2\nsteepness and outer_scale solve their equations\n"
        "Z is standard normal",
        sympy.Integer(2),
        sympy.Integer(1),
        lambda: (mpmath.mpf(2), mpmath.mpf(1)),
    ),
    ("selu-fixed-point", "the_steepness_balances"): Continuous(
        "steepness = 1\nouter_scale = 1\nZ is standard normal",
        1 / sympy.sqrt(2 * sympy.pi) - sympy.Rational(1, 2) + _tail(1),
        sympy.Integer(0),
        _selu_mean,
    ),
    ("correlation-map", "weights_of_a_unit_are_uncorrelated"): Continuous(
        "fan_in = 2\nweight_scale = 2\nbias_variance = 0\nphi(t) = 1\nB[1] = 0\n"
        "W[1, 1] = W[1, 2] is a standard normal variable\nso z[1] = t[1] = 2 W[1, 1]",
        sympy.Integer(4),
        sympy.Integer(2),
        _equal_weights,
    ),
    ("correlation-map", "weights_are_independent_of_both_layers_below"): Continuous(
        "fan_in = 1\nweight_scale = 1\nbias_variance = 0\nphi(t) = t\nB[1] = 0\n"
        "W[1, 1] is a standard normal variable\ny[1] = u[1] = W[1, 1]\n"
        "so z[1] = t[1] is the square of W[1, 1]",
        sympy.Integer(3),
        sympy.Integer(1),
        _square_of_the_weight,
    ),
    ("correlation-map", "weights_out_of_a_unit_are_uncorrelated"): Continuous(
        "fan_in = 2\nweight_scale = 2\nsignal_second_moment = 1\ndphi(t) = 1\n"
        "delta[1] = delta[2] = 1\nW[1, 1] = W[2, 1] is a standard normal variable\n"
        "so r[1] = 2 W[1, 1]",
        sympy.Integer(4),
        sympy.Integer(2),
        _equal_weights,
    ),
    ("correlation-map", "the_backward_signal_is_independent_of_the_weights"): Continuous(
        "fan_in = 1\nweight_scale = 1\nsignal_second_moment = 1\ndphi(t) = 1\n"
        "W[1, 1] is a standard normal variable\ndelta[1] = W[1, 1]\n"
        "so r[1] is the square of W[1, 1]",
        sympy.Integer(3),
        sympy.Integer(1),
        _square_of_the_weight,
    ),
    ("correlation-map", "the_backward_signal_has_one_second_moment"): Continuous(
        "fan_in = 1\nweight_scale = 1\nsignal_second_moment = 2\ndphi(t) = 1\ndelta[1] = 1\n"
        "W[1, 1] is a standard normal variable\nso r[1] = W[1, 1]",
        sympy.Integer(1),
        sympy.Integer(2),
        _signal_of_one,
    ),
    ("correlation-map", "pre_activations_are_independent_of_what_comes_back"): Continuous(
        "fan_in = 1\nweight_scale = 1\nsignal_second_moment = 1\ndphi(t) = t\ndelta[1] = 1\n"
        "W[1, 1] is a standard normal variable\ny[1] = W[1, 1]\n"
        "so r[1] is the square of W[1, 1]",
        sympy.Integer(3),
        sympy.Integer(1),
        _square_of_the_weight,
    ),
    ("length-map", "weights_are_independent_of_the_inputs"): Continuous(
        "fan_in = 1\nfan_out = 1\nweight_scale = 1\nbias_variance = 0\n"
        "W[1, 1] is a standard normal variable\ny[1] = W[1, 1]\nphi(t) = t\nB[1] = 0\n"
        "so z[1] is the square of W[1, 1]",
        sympy.Integer(3),
        sympy.Integer(1),
        _square_of_the_weight,
    ),
    ("gain-stability", "the_weights_have_the_gain"): Continuous(
        "second_moment = 1\nweight_scale = 2\nphi(t) = t\nZ is standard normal\n"
        "so E(weight_scale*phi(sqrt(p)*Z)**2) = 2*p, and dV(p) = 2",
        sympy.Integer(2),
        sympy.Integer(1),
        _slope_of_the_identity(2),
    ),
    ("gain-stability", "z_is_standard_normal"): Continuous(
        "second_moment = 1\nweight_scale = 1\nphi(t) = t\nZ is 1 or -1, equally likely\n"
        "so E(weight_scale*phi(sqrt(p)*Z)**2) = p, and dV(p) = 1",
        sympy.Integer(1),
        sympy.Integer(0),
        _slope_of_the_identity(1, (1, -1)),
    ),
    ("homogeneous-activation", "the_activation_is_homogeneous"): Continuous(
        "phi(t) = t**2\nx = 2",
        sympy.Integer(4),
        sympy.Integer(2),
        _square_for_lines,
    ),
    ("near-fixed-point", "the_point_is_fixed"): Continuous(
        "V(t) = 0\ndV(t) = 0\nfixed_point = 1\nbend = 0\nx = 1",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: _left_out(lambda t: 0 * t, 0, fixed=1, bend=0),
    ),
    ("near-fixed-point", "the_map_has_the_slope"): Continuous(
        "V(t) = t\ndV(t) = 0\nfixed_point = 0\nbend = 0\nx = 1",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: _left_out(lambda t: t, 0, fixed=0, bend=0),
    ),
    ("near-fixed-point", "the_slope_changes_slowly"): Continuous(
        "V(t) = t**2\ndV(t) = 2*t\nfixed_point = 0\nbend = 0\nx = 1",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: _left_out(lambda t: t**2, 0, fixed=0, bend=0),
    ),
    ("gated-gain", "the_layer_keeps_the_second_moment"): Continuous(
        "fan_in = 1\nweight_variance = 1\nZ is standard normal",
        sympy.Integer(1),
        1 / (sympy.Rational(1, 3) + 1 / (2 * sympy.sqrt(3) * sympy.pi)),
        _gelu_with_weights_of_one,
    ),
    ("gated-gain", "z_is_standard_normal"): Continuous(
        "fan_in = 1\nweight_variance = 1\nZ is the number with Z·Φ(Z) = 1",
        sympy.Integer(1),
        1 / (sympy.Rational(1, 3) + 1 / (2 * sympy.sqrt(3) * sympy.pi)),
        _gelu_of_a_number,
    ),
    ("weight-laws", "the_weight_is_uniform"): Continuous(
        "limit = 1\nweight_variance = 1\nU is 1 or -1, with probability 1/2 each",
        sympy.Integer(1),
        sympy.sqrt(3),
        _limit_of_a_sign,
    ),
    ("update-size", "outgoing_weights_are_independent_of_the_activations_below"): Continuous(
        "width = 1\nstep_size = 1\nslope = 1\nV[1] is a standard normal variable, h[1] = V[1]²\n"
        "so output_variance = 1, second_moment = 1, excess = 2",
        sympy.Integer(15),
        sympy.Integer(3),
        _weight_that_is_its_activation,
    ),
    ("log-norm-spread", "factors_are_uncorrelated_with_the_length_below"): Continuous(
        "width = 2\ndepth = 1\nweight_variance = 1\n"
        "C[l] are independent chi-squares with two degrees of freedom, x[l] = log C[l]\n"
        "Lambda[0] = x[1], so that Lambda[1] = 2 x[1]; Lambda[1] and x[2] are independent",
        2 * sympy.pi**2 / 3,
        sympy.pi**2 / 3,
        _factor_that_is_its_input,
    ),
    ("general-gain", "weights_are_independent_of_the_inputs"): Continuous(
        "fan_in = 1\nW[1, 1] is a standard normal variable\ny[1] = W[1, 1]\nphi(t) = t\n"
        "so z[1] is the square of W[1, 1], activation_second_moment = 1, second_moment = 3",
        sympy.Integer(1),
        sympy.Integer(3),
        _weight_that_is_its_input,
    ),
    ("weight-laws", "the_weight_has_the_given_variance"): Continuous(
        "limit = 1\nweight_variance = 1\nU is uniform on [-1, 1], so that Var(U) = 1/3",
        sympy.Integer(1),
        sympy.sqrt(3),
        _uniform_limits,
    ),
    ("random-chain-growth", "weights_are_independent_of_the_layers_below"): Continuous(
        "width = 2\ndepth = 1\nweight_variance = 1\n"
        "W[1, i, j] are independent standard normal variables\n"
        "a[0, :] is (1, 0) or (0, 1): the one that picks the longer column of W[1, :, :]\n"
        "so a[1, :] is that column, and its square is the larger of two chi-squares",
        sympy.log(2) - sympy.EulerGamma / 2,
        (sympy.log(2) - sympy.EulerGamma) / 2,
        _chosen_column,
    ),
}
