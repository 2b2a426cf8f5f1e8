"""What encloses the numbers that `homogeneous-activation` prints."""

from __future__ import annotations

from flint import arb, ctx

from xavier_theory.activations import gaussian_moments
from xavier_theory.theorems.correlation_map.numbers import mean_square_of_slopes


def _after(layers: int) -> arb:
    """l²(1 − c) after ``layers`` of relu's correlation map, from c = 0.

    c' = (sin θ + (π − θ) cos θ)/π with c = cos θ (Cho & Saul 2009) rises with c, so that the ends
    of an interval go to ends.
    """
    with ctx.workprec(200):
        low = high = arb(0)
        for _ in range(layers):
            low, high = _next(low).lower(), _next(high).upper()
        return layers**2 * (1 - low.union(high))


def _next(c: arb) -> arb:
    """The correlation behind the next layer."""
    angle = c.acos()
    return (angle.sin() + (arb.pi() - angle) * c) / arb.pi()


def _shift() -> arb:
    """The m with E[(tanh + m)²] = E[tanh'²]."""
    return (mean_square_of_slopes() - gaussian_moments("tanh").second_moment.to_arb()).sqrt()


NUMBERS = {
    "Var(W) = 2.5362": lambda: 1 / gaussian_moments("tanh").second_moment.to_arb(),
    "backward for 2.1533": lambda: 1 / mean_square_of_slopes(),
    "at 43.1": lambda: _after(1_000),
    "at 44.3": lambda: _after(10_000),
    "9π²/2 is 44.4": lambda: 9 * arb.pi() ** 2 / 2,
    "tanh + 0.2648": _shift,
    "asks for n Var(W) = 2.1533": lambda: 1 / mean_square_of_slopes(),
}
