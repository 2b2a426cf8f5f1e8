"""What encloses the numbers that `gain-stability` prints."""

from __future__ import annotations

from flint import arb

from xavier_theory.activations import gaussian_moments
from xavier_theory.activations.mean_field.remedies import CriticalPoint, stable_critical_point


def _slope(name: str) -> arb:
    """V'(1) at the gain: E[Z² φ²] = 2 E[Z φ φ'] + E[φ²], by parts, in the conclusion."""
    moments = gaussian_moments(name)
    return moments.cross_moment.to_arb() / moments.second_moment.to_arb()


def _kurtosis(name: str, square: str) -> arb:
    """E[φ⁴]/E[φ²]²; ``square`` is φ² as a text."""
    fourth = gaussian_moments(square).second_moment.to_arb()
    return fourth / gaussian_moments(name).second_moment.to_arb() ** 2


def _remedy() -> CriticalPoint:
    found = stable_critical_point("gelu")
    if found is None or found.q != 4:
        raise ArithmeticError("GELU has no stable critical point at q = 4")
    return found


NUMBERS = {
    "tanh 0.46": lambda: _slope("tanh"),
    "ELU 0.89": lambda: _slope("elu"),
    "SELU 0.78": lambda: _slope("selu"),
    "Mish 1.08": lambda: _slope("mish"),
    "GELU 1.14": lambda: _slope("gelu"),
    "SiLU 1.17": lambda: _slope("silu"),
    "hardswish 1.22": lambda: _slope("hardswish"),
    "κ is 7.216": lambda: _kurtosis("gelu", "(z*(1 + erf(z/sqrt(2)))/2)**2"),
    "for SiLU 7.26": lambda: _kurtosis("silu", "(z*sigmoid(z))**2"),
    "for relu 6": lambda: _kurtosis("relu", "relu(z)**2"),
    "for tanh 1.63": lambda: _kurtosis("tanh", "tanh(z)**2"),
    "σ_w² = 1.9761": lambda: _remedy().weight_variance,
    "σ_b² = 0.1864": lambda: _remedy().bias_variance,
    "V' is 0.9963": lambda: _remedy().slope,
}
