"""The activations and their derivatives as analytic branches for Arb.

Every maker returns the pair (φ, φ'). A branch gets a complex box ``z`` and the flag ``analytic``;
meromorphic branches may ignore the flag, a logarithm must be given it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import acb, arb, fmpq

from xavier_theory.activations.piecewise import Branch, PiecewiseAnalytic

Pair = tuple[PiecewiseAnalytic, PiecewiseAnalytic]


def two_slopes(left: Fraction, right: Fraction) -> Pair:
    """left·z and right·z, meeting at 0; one branch where they are the same."""
    if left == right:
        return _entire(_linear(left), _constant(left))
    kinks = (Fraction(0),)
    return (
        PiecewiseAnalytic(kinks, (_linear(left), _linear(right))),
        PiecewiseAnalytic(kinks, (_constant(left), _constant(right))),
    )


def elu(alpha: Fraction) -> Pair:
    """alpha·(e^z − 1) below 0, z above."""
    return _elu(lambda: (arb(1), _number(alpha)))


def selu() -> Pair:
    """ELU with the scale and alpha that make mean 0 and variance 1 a fixed point.

    The constants are the exact ones (Klambauer et al. 2017, equation 14), not their decimals.
    """
    return _elu(_selu_constants)


def tanh() -> Pair:
    """Poles on the imaginary axis give balls that are not finite, as they should."""
    return _entire(lambda z, _: z.tanh(), lambda z, _: _sech_squared(z))


def sigmoid() -> Pair:
    """Through tanh, which Arb evaluates without overflow."""
    return _entire(lambda z, _: _sigmoid(z), lambda z, _: _sech_squared(z / 2) / 4)


def softplus() -> Pair:
    """log(1 + e^z): its cut is reached where 1 + e^z is negative, hence the flag."""
    return _entire(_softplus, lambda z, _: _sigmoid(z))


def silu() -> Pair:
    """z·σ(z)."""
    return _entire(
        lambda z, _: z * _sigmoid(z),
        lambda z, _: _sigmoid(z) * (1 + z * _sigmoid(-z)),
    )


def gelu() -> Pair:
    """z·Φ(z)."""
    return _entire(
        lambda z, _: z * _normal_distribution(z),
        lambda z, _: _normal_distribution(z) + z * (-z * z / 2).exp() / (2 * arb.pi()).sqrt(),
    )


def mish() -> Pair:
    """z·tanh(log(1 + e^z)) = z·(1 − 2/((1 + e^z)² + 1)), which is meromorphic."""
    return _entire(lambda z, _: z * _mish_gate(z), lambda z, _: _mish_derivative(z))


def erf() -> Pair:
    """The error function."""
    return _entire(lambda z, _: z.erf(), lambda z, _: 2 * (-z * z).exp() / arb.pi().sqrt())


def sin() -> Pair:
    """The sine."""
    return _entire(lambda z, _: z.sin(), lambda z, _: z.cos())


def hardtanh() -> Pair:
    """−1, z and 1, meeting at −1 and 1."""
    kinks = (Fraction(-1), Fraction(1))
    zero, one = _constant(Fraction(0)), _constant(Fraction(1))
    return (
        PiecewiseAnalytic(kinks, (_constant(Fraction(-1)), _linear(Fraction(1)), one)),
        PiecewiseAnalytic(kinks, (zero, one, zero)),
    )


def hardswish() -> Pair:
    """0, z(z + 3)/6 and z, meeting at −3 and 3."""
    kinks = (Fraction(-3), Fraction(3))
    zero, one = _constant(Fraction(0)), _constant(Fraction(1))
    return (
        PiecewiseAnalytic(kinks, (zero, lambda z, _: z * (z + 3) / 6, _linear(Fraction(1)))),
        PiecewiseAnalytic(kinks, (zero, lambda z, _: (2 * z + 3) / 6, one)),
    )


def _entire(function: Branch, derivative: Branch) -> Pair:
    return PiecewiseAnalytic((), (function,)), PiecewiseAnalytic((), (derivative,))


def _number(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def _linear(slope: Fraction) -> Branch:
    return lambda z, _: _number(slope) * z


def _constant(value: Fraction) -> Branch:
    return lambda _z, _: acb(_number(value))


def _elu(constants: Callable[[], tuple[arb, arb]]) -> Pair:
    def below(z: acb, _: bool) -> acb:
        scale, alpha = constants()
        return scale * alpha * z.expm1()

    def below_derivative(z: acb, _: bool) -> acb:
        scale, alpha = constants()
        return scale * alpha * z.exp()

    kinks = (Fraction(0),)
    return (
        PiecewiseAnalytic(kinks, (below, lambda z, _: constants()[0] * z)),
        PiecewiseAnalytic(kinks, (below_derivative, lambda _z, _: acb(constants()[0]))),
    )


def _selu_constants() -> tuple[arb, arb]:
    root, e, pi = arb(1).exp().sqrt(), arb(1).exp(), arb.pi()
    once = (1 / arb(2).sqrt()).erfc() * root
    twice = arb(2).sqrt().erfc() * e * e
    alpha = (2 / pi).sqrt() / (1 - once)
    inside = 2 * twice + pi * once * once - 2 * (2 + pi) * once + pi + 2
    return (1 - once) * (2 * pi).sqrt() / inside.sqrt(), alpha


def _sigmoid(z: acb) -> acb:
    return (1 + (z / 2).tanh()) / 2


def _sech_squared(z: acb) -> acb:
    return z.sech() ** 2


def _softplus(z: acb, analytic: bool) -> acb:
    if z.real.mid() > 0:  # the same function, where e^z would be too wide a ball to use
        return z + (1 + (-z).exp()).log(analytic=analytic)
    return (1 + z.exp()).log(analytic=analytic)


def _normal_distribution(z: acb) -> acb:
    return (1 + (z / arb(2).sqrt()).erf()) / 2


def _mish_gate(z: acb) -> acb:
    if z.real.mid() > 0:  # the same function, where e^z would be too wide a ball to use
        small = (-z).exp()
        return (1 + 2 * small) / (1 + 2 * small + 2 * small * small)
    return 1 - 2 / ((1 + z.exp()) ** 2 + 1)


def _mish_derivative(z: acb) -> acb:
    gate = _mish_gate(z)
    return gate + z * (1 - gate * gate) * _sigmoid(z)
