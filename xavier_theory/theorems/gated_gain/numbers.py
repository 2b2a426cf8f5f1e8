"""What encloses the numbers that `gated-gain` prints."""

from __future__ import annotations

from flint import arb

from xavier_theory.activations import gaussian_moments

_APPROXIMATION = "z*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z**3)))/2"


def _square(name: str) -> arb:
    """E[φ(Z)²]."""
    return gaussian_moments(name).second_moment.to_arb()


NUMBERS = {
    "= 0.4252": lambda: _square("gelu"),
    "multiplies it by 0.850": lambda: 2 * _square("gelu"),
    "GELU use Var(W) = 2.3517": lambda: 1 / _square("gelu"),
    "SiLU 2.8108": lambda: 1 / _square("silu"),
    "pre-activations by 0.712": lambda: 2 * _square("silu"),
    "own: Var(W) = 2.35187": lambda: 1 / _square(_APPROXIMATION),
    "GELU's is 2.35172": lambda: 1 / _square("gelu"),
}
