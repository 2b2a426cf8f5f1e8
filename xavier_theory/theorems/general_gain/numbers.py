"""What encloses the numbers that `general-gain` prints."""

from __future__ import annotations

from flint import arb

from xavier_theory.activations import gaussian_moments


def _tanh(q: int) -> arb:
    """g² of tanh at q."""
    return q / gaussian_moments("tanh", q).second_moment.to_arb()


NUMBERS = {
    "for tanh it is 2.536": lambda: _tanh(1),
    "tanh asks for 2.536": lambda: _tanh(1),
    "at q = 4 for 6.30": lambda: _tanh(4),
}
