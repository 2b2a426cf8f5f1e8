"""What encloses the numbers that `maxout-second-moment` prints."""

from __future__ import annotations

from itertools import product

from flint import arb

from xavier_theory.activations import gaussian_moments


def _largest_of_signs() -> int:
    """max(s₁, s₂, s₃)² of signs, the same for all: its one value."""
    (value,) = {max(signs) ** 2 for signs in product((-1, 1), repeat=3)}
    return value


NUMBERS = {
    "pieces is 0.564": lambda: 1 / arb.pi().sqrt(),
    # E max² = 3 E[Z² Φ(Z)²], and Z Φ(Z) is GELU
    "a second moment of 1.276": lambda: 3 * gaussian_moments("gelu").second_moment.to_arb(),
    "three independent signs always 1": _largest_of_signs,
}
