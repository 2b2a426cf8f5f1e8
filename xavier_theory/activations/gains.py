"""Gains and weight variances: which Var(W) makes q = 1 a fixed point of the length map.

Convention, everywhere: Var(W) = g²/fan with g² = 1/E[φ(Z)²], Z ~ N(0, 1). With it the second
moment of the pre-activations goes from 1 to 1. That is a fixed point, not always a stable one:
``length_map_slope`` is V'(1) for V(q) = g²·E[φ(√q·Z)²], and errors grow with depth where it is
above 1. ``backward_factor`` is χ₁ = g²·E[φ'(Z)²], by which the gradient's second moment changes per
layer. (Xavier's rule for tanh is the *linear* gain: ``variance("linear", ...)``.)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from flint import ctx

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.activations.certified import NotCertifiedError, gaussian_expectation
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.exact_numbers import positive_integer
from xavier_theory.errors import InvalidInputError, UnknownNameError

if TYPE_CHECKING:
    import sympy

CONVENTION = "g^2 = 1/E[phi(Z)^2], Z ~ N(0, 1)"
MODES = ("fan_in", "fan_out", "fan_avg")
_DIGITS = 25  # more than a float holds, so that rounding outward costs one unit in its last place


@dataclass(frozen=True)
class Gain:
    """The second-moment gain of an activation, with certified enclosures.

    ``value`` is the nearest float to the enclosure's centre; ``lower`` ≤ g ≤ ``upper`` are floats
    rounded outward. The exact rational ends are in ``enclosure``; ``second_moment`` encloses
    E[φ(Z)²] and ``derivative_second_moment`` E[φ'(Z)²].
    """

    activation: str
    enclosure: Enclosure
    second_moment: Enclosure
    derivative_second_moment: Enclosure
    backward_factor: Enclosure
    length_map_slope: Enclosure
    certified: bool
    convention: str
    _source: Activation

    @property
    def value(self) -> float:
        """The gain g as a float."""
        return self.enclosure.value

    @property
    def lower(self) -> float:
        """A float that is at most g."""
        return self.enclosure.lower_float

    @property
    def upper(self) -> float:
        """A float that is at least g."""
        return self.enclosure.upper_float

    @property
    def closed_form(self) -> sympy.Expr | None:
        """The gain as a sympy expression, where E[φ(Z)²] has a closed form; else None."""
        if self._source.second_moment_form is None:
            return None
        import sympy

        return sympy.sqrt(1 / self._source.second_moment_form())


def gain(activation: str | Activation, **parameters: float | Fraction) -> Gain:
    """The gain of an activation given by name (with its parameters) or as an object.

    Raises ``UnknownNameError`` for an unknown name, ``InvalidInputError`` for a bad parameter and
    ``NotCertifiedError`` when a moment cannot be enclosed or E[φ(Z)²] is not positive.
    """
    return _gain(get_activation(activation, **parameters))


def variance(
    activation: str | Activation,
    *,
    fan_in: int | None = None,
    fan_out: int | None = None,
    mode: str = "fan_in",
    **parameters: float | Fraction,
) -> float:
    """Var(W) = g²/fan for the activation *before* this layer's weights.

    ``mode`` chooses fan: ``fan_in``, ``fan_out``, or ``fan_avg`` = (fan_in + fan_out)/2 (Glorot's
    compromise). A width that the mode needs and is missing, not an integer or below 1 raises
    ``InvalidInputError``; so does one that is given and wrong, needed or not.
    """
    if mode not in MODES:
        raise UnknownNameError("mode", str(mode), MODES)
    given = {"fan_in": fan_in, "fan_out": fan_out}
    needed = ("fan_in", "fan_out") if mode == "fan_avg" else (mode,)
    missing = [name for name in needed if given[name] is None]
    if missing:
        raise InvalidInputError(f"mode {mode!r} needs {' and '.join(missing)}")
    widths = {name: positive_integer(v, name) for name, v in given.items() if v is not None}
    fan = Fraction(sum(widths[name] for name in needed), len(needed))
    return float(1 / (gain(activation, **parameters).second_moment.midpoint * fan))


@lru_cache(maxsize=256)
def _gain(activation: Activation) -> Gain:
    squared = activation.certified.squared()
    growth = activation.growth.squared()
    moment = gaussian_expectation(squared, growth=growth, digits=_DIGITS)
    if moment.lower <= 0:
        raise NotCertifiedError(f"{activation.name} has no gain: E[φ(Z)²] is not shown positive")
    derivative = gaussian_expectation(
        activation.certified_derivative.squared(),
        growth=activation.derivative_growth.squared(),
        digits=_DIGITS,
    )
    # By the score of N(0, q): d/dq E f(√q Z) = E[f(Z)(Z² − 1)]/2 at q = 1, with no derivative of f.
    slope = gaussian_expectation(
        squared.map(lambda z, value: value * (z * z - 1) / 2),
        growth=growth.scored(),
        digits=_DIGITS,
    )
    with ctx.workprec(8 * _DIGITS):
        ball = moment.to_arb()
        return Gain(
            activation=activation.name,
            enclosure=Enclosure.from_arb(1 / ball.sqrt()),
            second_moment=moment,
            derivative_second_moment=derivative,
            backward_factor=Enclosure.from_arb(derivative.to_arb() / ball),
            length_map_slope=Enclosure.from_arb(slope.to_arb() / ball),
            certified=True,
            convention=CONVENTION,
            _source=activation,
        )
