"""What encloses the numbers that `sigmoid-gradient` prints."""

from __future__ import annotations

from xavier_theory.activations import gaussian_moments

NUMBERS = {
    "E[σ(z)²] is 0.293": lambda: gaussian_moments("sigmoid").second_moment,
    "of σ(z) is 0.043": lambda: gaussian_moments("sigmoid").variance,
}
