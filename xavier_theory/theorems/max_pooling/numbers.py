"""What encloses the numbers that `max-pooling` prints.

The largest of k independent standard normal Z has the density k Φ^(k−1) times their own; a relu
output has the mean square 1/2.
"""

from __future__ import annotations

from flint import arb

from xavier_theory.activations import gaussian_moments


def _factor(count: int) -> arb:
    """E[relu(max(Z_1, …, Z_k))²] over 1/2."""
    below = "((1 + erf(z/sqrt(2)))/2)"
    return gaussian_moments(f"{2 * count}*relu(z)**2*{below}**{count - 1}").mean.to_arb()


NUMBERS = {
    "the mean square is 3.09": lambda: _factor(4),
    "3 × 3 it is 5.13": lambda: _factor(9),
}
