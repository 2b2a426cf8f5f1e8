"""The catalogue: every activation known by name, with all that the theory needs to know of it.

Each entry holds the function twice: for arrays (fast, floating point) and as analytic branches for
certified integration. Adding one is adding one ``_define`` below; an ``Activation`` may as well be
built elsewhere, and everything that takes a name takes the object too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from xavier_theory.activations import array_functions as arrays
from xavier_theory.activations import branches
from xavier_theory.activations.exact_numbers import decimal_fraction
from xavier_theory.activations.growth import Growth, PolynomialGrowth
from xavier_theory.activations.piecewise import PiecewiseAnalytic
from xavier_theory.errors import InvalidInputError, UnknownNameError

if TYPE_CHECKING:
    import sympy

ArrayFunction = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Activation:
    """An activation φ and what is known of it.

    ``function`` and ``derivative`` map arrays to arrays of the same shape. ``certified`` and
    ``certified_derivative`` are the same two for Arb; at a kink the derivative is one of the two
    one-sided ones, which no Gaussian expectation notices. ``growth`` bounds |φ|,
    ``derivative_growth`` bounds |φ'|. ``homogeneous`` means φ(cz) = cφ(z) for every c > 0.
    ``lipschitz`` is an upper bound of |φ'| within one percent of the least, or None when there is
    none. ``second_moment_form`` makes E[φ(Z)²], Z ~ N(0, 1), in closed form where one is known.
    """

    name: str
    function: ArrayFunction
    derivative: ArrayFunction
    certified: PiecewiseAnalytic
    certified_derivative: PiecewiseAnalytic
    growth: Growth
    derivative_growth: Growth
    homogeneous: bool = False
    lipschitz: Fraction | None = None
    parameters: tuple[tuple[str, Fraction], ...] = ()
    second_moment_form: Callable[[], sympy.Expr] | None = field(default=None, repr=False)

    @property
    def kinks(self) -> tuple[Fraction, ...]:
        """The points where φ is not analytic, in increasing order."""
        return self.certified.kinks


def activation_names() -> tuple[str, ...]:
    """The names that ``get_activation`` knows, in alphabetical order, without aliases."""
    return tuple(sorted(_MAKERS))


def get_activation(name: str | Activation, **parameters: float | Fraction) -> Activation:
    """The activation of that name; an ``Activation`` is returned as it is.

    Only ``leaky_relu`` (``slope``, 0.01) and ``elu`` (``alpha``, 1) have parameters. A float
    parameter means the decimal that it prints as. Raises ``UnknownNameError`` for an unknown name
    and ``InvalidInputError`` for a parameter that the activation does not have, or a bad value.
    """
    if isinstance(name, Activation):
        if parameters:
            raise InvalidInputError(f"{name.name} is built already; it takes no parameters")
        return name
    key = _ALIASES.get(str(name), str(name))
    if key not in _MAKERS:
        raise UnknownNameError("activation", str(name), sorted([*_MAKERS, *_ALIASES]))
    allowed = _PARAMETERS.get(key, {})
    for given in parameters:
        if given not in allowed:
            takes = f"takes only {', '.join(allowed)}" if allowed else "takes no parameters"
            raise InvalidInputError(f"{key} {takes}, got {given!r}")
    values = {p: decimal_fraction(v, f"{key}'s {p}") for p, v in (allowed | parameters).items()}
    return _made(key, tuple(values.items()))


@cache
def _made(name: str, parameters: tuple[tuple[str, Fraction], ...]) -> Activation:
    return _MAKERS[name](**dict(parameters))


def _define(
    name: str,
    function: ArrayFunction,
    derivative: ArrayFunction,
    certified: tuple[PiecewiseAnalytic, PiecewiseAnalytic],
    lipschitz: Fraction,
    *,
    at_zero: Fraction = Fraction(0),
    homogeneous: bool = False,
    parameters: tuple[tuple[str, Fraction], ...] = (),
    second_moment_form: str | None = None,
) -> Activation:
    """A Lipschitz activation: |φ(z)| ≤ |φ(0)| + lipschitz·|z| gives its growth."""
    steepest = max(lipschitz, Fraction(1, 10**6))  # a growth constant must be positive
    return Activation(
        name=name,
        function=function,
        derivative=derivative,
        certified=certified[0],
        certified_derivative=certified[1],
        growth=PolynomialGrowth(max(at_zero, steepest), 1),
        derivative_growth=PolynomialGrowth(steepest, 0),
        homogeneous=homogeneous,
        lipschitz=lipschitz,
        parameters=parameters,
        second_moment_form=_form(second_moment_form, parameters) if second_moment_form else None,
    )


def _form(name: str, parameters: tuple[tuple[str, Fraction], ...]) -> Callable[[], sympy.Expr]:
    def make() -> sympy.Expr:
        from xavier_theory.activations import closed_forms

        form: Callable[..., sympy.Expr] = getattr(closed_forms, name)
        return form(**dict(parameters))

    return make


def _two_slopes(
    name: str, left: Fraction, right: Fraction, form: str, **parameters: Fraction
) -> Activation:
    """φ(z) = left·z for z < 0 and right·z for z > 0."""
    return _define(
        name,
        arrays.two_slopes(float(left), float(right)),
        arrays.two_slopes_derivative(float(left), float(right)),
        branches.two_slopes(left, right),
        max(abs(left), abs(right)),
        homogeneous=True,
        parameters=tuple(parameters.items()),
        second_moment_form=form,
    )


def _leaky_relu(slope: Fraction) -> Activation:
    return _two_slopes("leaky_relu", slope, Fraction(1), "leaky_relu", slope=slope)


def _elu(alpha: Fraction) -> Activation:
    if alpha < 0:
        raise InvalidInputError(f"elu's alpha must not be negative, got {float(alpha)}")
    return _define(
        "elu",
        arrays.scaled_elu(1.0, float(alpha)),
        arrays.scaled_elu_derivative(1.0, float(alpha)),
        branches.elu(alpha),
        max(Fraction(1), alpha),
        parameters=(("alpha", alpha),),
        second_moment_form="elu",
    )


def _selu() -> Activation:
    scale, alpha = arrays.SELU_SCALE, arrays.SELU_ALPHA
    return _define(
        "selu",
        arrays.scaled_elu(scale, alpha),
        arrays.scaled_elu_derivative(scale, alpha),
        branches.selu(),
        Fraction(17581, 10000),
        second_moment_form="one",
    )


def _smooth(
    name: str, lipschitz: Fraction | int, form: str | None = None, at_zero: Fraction = Fraction(0)
) -> Callable[[], Activation]:
    """The maker of an activation whose functions are called ``name`` in both modules."""
    return lambda: _define(
        name,
        getattr(arrays, name),
        getattr(arrays, f"{name}_derivative"),
        getattr(branches, name)(),
        Fraction(lipschitz),
        at_zero=at_zero,
        second_moment_form=form,
    )


_PARAMETERS: dict[str, dict[str, float]] = {"leaky_relu": {"slope": 0.01}, "elu": {"alpha": 1.0}}

_ALIASES = {"identity": "linear", "swish": "silu"}

_MAKERS: dict[str, Callable[..., Activation]] = {
    "linear": lambda: _two_slopes("linear", Fraction(1), Fraction(1), "one"),
    "relu": lambda: _two_slopes("relu", Fraction(0), Fraction(1), "relu"),
    "abs": lambda: _two_slopes("abs", Fraction(-1), Fraction(1), "one"),
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": _selu,
    "tanh": _smooth("tanh", 1),
    "sigmoid": _smooth("sigmoid", Fraction(1, 4), at_zero=Fraction(1, 2)),
    "softplus": _smooth("softplus", 1, at_zero=Fraction(7, 10)),
    "silu": _smooth("silu", Fraction(11, 10)),
    "gelu": _smooth("gelu", Fraction(113, 100), "gelu"),
    "mish": _smooth("mish", Fraction(109, 100)),
    "erf": _smooth("erf", Fraction(11284, 10000), "erf"),
    "sin": _smooth("sin", 1, "sin"),
    "hardtanh": _smooth("hardtanh", 1, "hardtanh"),
    "hardswish": _smooth("hardswish", Fraction(3, 2)),
}
