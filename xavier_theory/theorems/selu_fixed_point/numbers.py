"""What encloses the numbers that `selu-fixed-point` prints."""

from __future__ import annotations

from flint import arb, ctx

from xavier_theory.activations import Enclosure, gaussian_moments

_BITS = 120


def _constants() -> tuple[arb, arb]:
    """λ and α, solved from the results mean_of_any = 0 and second_moment_of_any = 1."""
    with ctx.workprec(_BITS):
        return _solved()


def _solved() -> tuple[arb, arb]:
    half, two = arb(1) / 2, arb(2)
    once = (1 - (1 / two.sqrt()).erf()) * half.exp()
    twice = (1 - two.sqrt().erf()) * two.exp()
    alpha = (2 / arb.pi()).sqrt() / (1 - once)
    return 1 / (half + alpha**2 * (half + twice / 2 - once)).sqrt(), alpha


def _length_slope() -> arb:
    """The result length_slope, at these constants."""
    half, two = arb(1) / 2, arb(2)
    once = (1 - (1 / two.sqrt()).erf()) * half.exp()
    twice = (1 - two.sqrt().erf()) * two.exp()
    scale, alpha = _constants()
    return scale**2 * (alpha**2 * (half + 5 * twice / 2 - 2 * once) + 3 * half) / 2 - half


def _mean_slope() -> arb:
    """The result mean_slope, at these constants."""
    once = (1 - (1 / arb(2).sqrt()).erf()) * (arb(1) / 2).exp()
    scale, alpha = _constants()
    edge = arb(2).sqrt() / arb.pi().sqrt()
    return scale * (edge - alpha * (arb(1) / 2 + edge / 2 - once)) / 2


def _chi() -> Enclosure:
    found = gaussian_moments("selu").derivative_second_moment
    if not isinstance(found, Enclosure):
        raise ArithmeticError(found.reason)
    return found


NUMBERS = {
    "in a layer to 0.783": _length_slope,
    "α = 1.673263242354377285": lambda: _constants()[1],
    "λ = 1.050700987355480493": lambda: _constants()[0],
    "the rows (0, 0.0888": _mean_slope,
    "and (0, 0.7826": _length_slope,
    "its norm is 0.7877": lambda: (_mean_slope() ** 2 + _length_slope() ** 2).sqrt(),
    "χ₁ is 1.07": _chi,
}
