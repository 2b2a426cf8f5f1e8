"""What encloses the numbers that `truncated-normal` prints."""

from __future__ import annotations

from flint import arb


def _moments(low: int, high: int) -> tuple[arb, arb]:
    """The mean and the variance of N(0, 1) between the ends, by the results' formulas."""
    low_bell, high_bell = ((-(arb(end) ** 2) / 2).exp() for end in (low, high))
    twice_the_mass = (arb(high) / arb(2).sqrt()).erf() - (arb(low) / arb(2).sqrt()).erf()
    factor = (2 / arb.pi()).sqrt() / twice_the_mass
    mean = factor * (low_bell - high_bell)
    return mean, 1 + factor * (low * low_bell - high * high_bell) - mean * mean


NUMBERS = {
    "the variance is 1.165": lambda: 4 * _moments(-1, 1)[1],
    "with mean = 1 and std = 1 it is 0.616": lambda: _moments(-3, 1)[1],
    "the mean 0.717": lambda: 1 + _moments(-3, 1)[0],
    "a mean of −0.319": lambda: _moments(-2, 1)[0] / _moments(-2, 1)[1].sqrt(),
}
