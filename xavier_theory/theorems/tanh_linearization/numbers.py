"""What encloses the numbers that `tanh-linearization` prints."""

from __future__ import annotations

from fractions import Fraction

from xavier_theory.activations import Enclosure, gaussian_moments

_DIGITS = 20


def _square(q: Fraction) -> Enclosure:
    """E tanh(√q Z)²."""
    return gaussian_moments("tanh", q, digits=_DIGITS).second_moment


def _kept(q: Fraction) -> Enclosure:
    """Var(tanh z)/Var(z); tanh is odd, so that it has no mean."""
    found = _square(q)
    return Enclosure(found.lower / q, found.upper / q)


def _after(layers: int) -> Enclosure:
    """The length map of tanh at σ_w = 1 and no biases, from q = 1. It rises with q."""
    low = high = Fraction(1)
    for _ in range(layers):
        low, high = _shortened(_square(low).lower, 0), _shortened(_square(high).upper, 1)
    return Enclosure(low, high)


def _shortened(q: Fraction, up: int) -> Fraction:
    """q with 18 digits, rounded down or up."""
    scale = 10**18
    return Fraction(q.numerator * scale // q.denominator + up, scale)


NUMBERS = {
    "tanh loses 2 %": lambda: Enclosure(
        1 - _kept(Fraction(1, 100)).upper, 1 - _kept(Fraction(1, 100)).lower
    ),
    "tanh keeps 39 %": lambda: _kept(Fraction(1)),
    "from 1 to 0.0161": lambda: _after(32),
    "to 0.0080": lambda: _after(64),
    "to 0.0040": lambda: _after(128),
}
