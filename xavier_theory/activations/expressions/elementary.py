"""The elementary functions of the language: one record each, with all that is known of it.

A record knows the function for arrays and for complex boxes (with the flag ``analytic``, forwarded
wherever there is a branch cut), its derivative, its direction, its limits, where it is defined, and
how it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import acb, arb

from xavier_theory.activations.expressions.building import (
    add,
    apply,
    divide,
    multiply,
    negate,
    number,
    power,
    subtract,
)
from xavier_theory.activations.expressions.nodes import ONE, Constant, Node

_HALF = Fraction(1, 2)
_PI = Constant("pi")


@dataclass(frozen=True)
class Elementary:
    """A function of one real argument.

    ``direction`` is 1 (increasing), −1 (decreasing) or 0 (neither); ``limits`` are those at −∞ and
    +∞ (None: infinite, with the sign that the direction gives). ``size`` bounds |f|, where there is
    a bound. ``domain`` lists ``(node, strict)``: each node must be > 0 (≥ 0 if not strict).
    """

    array: Callable[[np.ndarray], np.ndarray]
    ball: Callable[[acb, bool], acb]
    derivative: Callable[[Node], Node]
    direction: int
    limits: tuple[Any, Any] = (None, None)
    size: Fraction | None = None
    domain: Callable[[Node], tuple[tuple[Node, bool], ...]] = lambda _: ()


def constant_ball(name: str) -> arb:
    """The constant at flint's current precision."""
    if name == "pi":
        return arb.pi()
    if name == "e":
        return arb(1).exp()
    return _selu_constants()[0 if name == "selu_scale" else 1]


def _selu_constants() -> tuple[arb, arb]:
    """Scale and alpha that give selu(Z), Z ~ N(0, 1), mean 0 and second moment 1.

    alpha = E[Z; Z > 0]/E[1 − e^Z; Z < 0], and the scale makes the second moment 1; the same numbers
    as equation 14 of Klambauer et al. 2017.
    """
    root, e = arb(1).exp().sqrt(), arb(1).exp()
    once = (1 / arb(2).sqrt()).erfc() / 2
    twice = arb(2).sqrt().erfc() / 2
    alpha = 1 / (2 * arb.pi()).sqrt() / (arb(1) / 2 - root * once)
    below = e * e * twice - 2 * root * once + arb(1) / 2
    return 1 / (arb(1) / 2 + alpha * alpha * below).sqrt(), alpha


def _sigmoid_array(z: np.ndarray) -> np.ndarray:
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


def _special(name: str) -> Callable[[np.ndarray], np.ndarray]:
    def function(z: np.ndarray) -> np.ndarray:
        from scipy import special

        return getattr(special, name)(z)

    return function


def _softplus_ball(z: acb, analytic: bool) -> acb:
    if z.real.mid() > 0:  # the same function, where e^z would be too wide a ball to use
        return z + (1 + (-z).exp()).log(analytic=analytic)
    return (1 + z.exp()).log(analytic=analytic)


def _arcsinh_ball(z: acb, analytic: bool) -> acb:
    """log(z + √(1 + z²)) on the right half plane, where nothing cancels; odd. Flint's is wide."""
    if z.real.mid() < 0:
        return -_arcsinh_ball(-z, analytic)
    return (z + (1 + z * z).sqrt(analytic=analytic)).log(analytic=analytic)


def _off_cut(function: Callable[[acb], acb], crosses: Callable[[acb], bool]) -> Any:
    """A function whose cut flint does not check by itself."""
    return lambda z, analytic: acb("nan") if analytic and crosses(z) else function(z)


def _on_imaginary_cut(z: acb) -> bool:
    return bool(z.real.contains(0)) and not z.imag.abs_upper() < 1


def _beyond_unit(z: acb) -> bool:
    return bool(z.imag.contains(0)) and not z.real.abs_upper() < 1


def _below_unit(z: acb) -> bool:
    return bool(z.imag.contains(0)) and not z.real > 1


def _inside_unit(u: Node) -> tuple[tuple[Node, bool], ...]:
    return ((subtract(ONE, u), False), (add(ONE, u), False))


def _one_minus_square(u: Node) -> Node:
    return subtract(ONE, power(u, 2))


def _gaussian(u: Node, scale: Node, rate: Fraction) -> Node:
    return multiply(scale, apply("exp", multiply(number(-rate), power(u, 2))))


_ROOT_PI = power(_PI, -_HALF)
_ERF_SCALE = multiply(number(2), _ROOT_PI)
_PHI_SCALE = multiply(_ROOT_PI, power(number(2), -_HALF))

FUNCTIONS: dict[str, Elementary] = {
    "exp": Elementary(np.exp, lambda z, _: z.exp(), lambda u: apply("exp", u), 1, (0, None)),
    "expm1": Elementary(
        np.expm1, lambda z, _: z.expm1(), lambda u: apply("exp", u), 1, (-1, None),
    ),
    "log": Elementary(
        np.log, lambda z, analytic: z.log(analytic=analytic), lambda u: power(u, -1), 1,
        domain=lambda u: ((u, True),),
    ),
    "log1p": Elementary(
        np.log1p, lambda z, analytic: (1 + z).log(analytic=analytic),
        lambda u: power(add(ONE, u), -1), 1, domain=lambda u: ((add(ONE, u), True),),
    ),
    "sin": Elementary(
        np.sin, lambda z, _: z.sin(), lambda u: apply("cos", u), 0, size=Fraction(1)
    ),
    "cos": Elementary(
        np.cos, lambda z, _: z.cos(), lambda u: negate(apply("sin", u)), 0, size=Fraction(1)
    ),
    "sinh": Elementary(np.sinh, lambda z, _: z.sinh(), lambda u: apply("cosh", u), 1),
    "cosh": Elementary(np.cosh, lambda z, _: z.cosh(), lambda u: apply("sinh", u), 0),
    "tanh": Elementary(
        np.tanh, lambda z, _: z.tanh(), lambda u: subtract(ONE, power(apply("tanh", u), 2)),
        1, (-1, 1), Fraction(1),
    ),
    "sigmoid": Elementary(
        _sigmoid_array, lambda z, _: (1 + (z / 2).tanh()) / 2,
        lambda u: multiply(apply("sigmoid", u), apply("sigmoid", negate(u))),
        1, (0, 1), Fraction(1),
    ),
    "softplus": Elementary(
        lambda z: np.logaddexp(0.0, z), _softplus_ball, lambda u: apply("sigmoid", u), 1, (0, None),
    ),
    "erf": Elementary(
        _special("erf"), lambda z, _: z.erf(), lambda u: _gaussian(u, _ERF_SCALE, Fraction(1)),
        1, (-1, 1), Fraction(1),
    ),
    "erfc": Elementary(
        _special("erfc"), lambda z, _: z.erfc(),
        lambda u: negate(_gaussian(u, _ERF_SCALE, Fraction(1))),
        -1, (2, 0), Fraction(2),
    ),
    "Phi": Elementary(
        _special("ndtr"), lambda z, _: (-z / arb(2).sqrt()).erfc() / 2,
        lambda u: _gaussian(u, _PHI_SCALE, _HALF), 1, (0, 1), Fraction(1),
    ),
    "arctan": Elementary(
        np.arctan, _off_cut(lambda z: z.atan(), _on_imaginary_cut),
        lambda u: power(add(ONE, power(u, 2)), -1), 1, (Fraction(-11, 7), Fraction(11, 7)),
        Fraction(11, 7),
    ),
    "arcsinh": Elementary(
        np.arcsinh, _arcsinh_ball,
        lambda u: power(add(ONE, power(u, 2)), -_HALF), 1,
    ),
    "arcsin": Elementary(
        np.arcsin, _off_cut(lambda z: z.asin(), _beyond_unit),
        lambda u: power(_one_minus_square(u), -_HALF), 1, size=Fraction(11, 7), domain=_inside_unit,
    ),
    "arccos": Elementary(
        np.arccos, _off_cut(lambda z: z.acos(), _beyond_unit),
        lambda u: negate(power(_one_minus_square(u), -_HALF)), -1, size=Fraction(22, 7),
        domain=_inside_unit,
    ),
    "arctanh": Elementary(
        np.arctanh, _off_cut(lambda z: z.atanh(), _beyond_unit),
        lambda u: power(_one_minus_square(u), -1), 1,
        domain=lambda u: ((subtract(ONE, u), True), (add(ONE, u), True)),
    ),
    "arccosh": Elementary(
        np.arccosh, _off_cut(lambda z: z.acosh(), _below_unit),
        lambda u: power(subtract(power(u, 2), ONE), -_HALF), 1,
        domain=lambda u: ((subtract(u, ONE), False),),
    ),
}  # fmt: skip


# Functions that are short for others, for ``parsing``.
SHORTHANDS: dict[str, Callable[[Node], Node]] = {
    "sqrt": lambda u: power(u, _HALF),
    "square": lambda u: power(u, 2),
    "reciprocal": lambda u: power(u, -1),
    "tan": lambda u: divide(apply("sin", u), apply("cos", u)),
    "exp2": lambda u: apply("exp", multiply(u, apply("log", number(2)))),
    "log2": lambda u: divide(apply("log", u), apply("log", number(2))),
    "log10": lambda u: divide(apply("log", u), apply("log", number(10))),
}
