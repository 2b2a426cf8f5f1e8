"""The activations and their derivatives for arrays: floating point, element by element.

Every function takes and returns an array of any shape. At a kink the derivative is the one from
the left.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717
_SQRT_2 = math.sqrt(2.0)


def two_slopes(left: float, right: float) -> Callable[[np.ndarray], np.ndarray]:
    """φ(z) = left·z for z ≤ 0 and right·z for z > 0."""
    if left == right:
        return lambda z: right * z
    if left == 0.0 and right == 1.0:
        return lambda z: np.maximum(z, 0.0)
    return lambda z: np.where(z > 0, right, left) * z


def two_slopes_derivative(left: float, right: float) -> Callable[[np.ndarray], np.ndarray]:
    """left for z ≤ 0 and right for z > 0."""
    return lambda z: np.where(np.asarray(z) > 0, right, left)


def scaled_elu(scale: float, alpha: float) -> Callable[[np.ndarray], np.ndarray]:
    """scale·z for z > 0 and scale·alpha·(e^z − 1) for z ≤ 0."""
    return lambda z: scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def scaled_elu_derivative(scale: float, alpha: float) -> Callable[[np.ndarray], np.ndarray]:
    """scale for z > 0 and scale·alpha·e^z for z ≤ 0."""
    return lambda z: scale * np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def tanh(z: np.ndarray) -> np.ndarray:
    """The hyperbolic tangent."""
    return np.tanh(z)


def tanh_derivative(z: np.ndarray) -> np.ndarray:
    """1 − tanh(z)²."""
    return 1.0 - np.tanh(z) ** 2


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1/(1 + e^(−z)), written so that it never overflows."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def sigmoid_derivative(z: np.ndarray) -> np.ndarray:
    """σ(z)(1 − σ(z))."""
    return 0.25 * (1.0 - np.tanh(0.5 * z) ** 2)


def softplus(z: np.ndarray) -> np.ndarray:
    """log(1 + e^z)."""
    return np.logaddexp(0.0, z)


def softplus_derivative(z: np.ndarray) -> np.ndarray:
    """The sigmoid."""
    return sigmoid(z)


def silu(z: np.ndarray) -> np.ndarray:
    """z·σ(z), also called swish."""
    return z * sigmoid(z)


def silu_derivative(z: np.ndarray) -> np.ndarray:
    """σ(z)(1 + z(1 − σ(z)))."""
    gate = sigmoid(z)
    return gate * (1.0 + z * (1.0 - gate))


def gelu(z: np.ndarray) -> np.ndarray:
    """z·Φ(z), with Φ the normal distribution function (the exact form, not the tanh one)."""
    return 0.5 * z * (1.0 + erf(z / _SQRT_2))


def gelu_derivative(z: np.ndarray) -> np.ndarray:
    """Φ(z) + z·φ(z), with φ the normal density."""
    density = np.exp(-0.5 * np.square(z)) / math.sqrt(2.0 * math.pi)
    return 0.5 * (1.0 + erf(z / _SQRT_2)) + z * density


def mish(z: np.ndarray) -> np.ndarray:
    """z·tanh(softplus(z))."""
    return z * np.tanh(softplus(z))


def mish_derivative(z: np.ndarray) -> np.ndarray:
    """t + z(1 − t²)σ(z) with t = tanh(softplus(z))."""
    inner = np.tanh(softplus(z))
    return inner + z * (1.0 - inner**2) * sigmoid(z)


def erf(z: np.ndarray) -> np.ndarray:
    """The error function."""
    from scipy.special import erf as scipy_erf

    return scipy_erf(z)


def erf_derivative(z: np.ndarray) -> np.ndarray:
    """2/√π · e^(−z²)."""
    return 2.0 / math.sqrt(math.pi) * np.exp(-np.square(z))


def sin(z: np.ndarray) -> np.ndarray:
    """The sine."""
    return np.sin(z)


def sin_derivative(z: np.ndarray) -> np.ndarray:
    """The cosine."""
    return np.cos(z)


def hardtanh(z: np.ndarray) -> np.ndarray:
    """z, clipped to [−1, 1]."""
    return np.clip(z, -1.0, 1.0)


def hardtanh_derivative(z: np.ndarray) -> np.ndarray:
    """1 inside (−1, 1], 0 outside."""
    return np.where((z > -1.0) & (z <= 1.0), 1.0, 0.0)


def hardswish(z: np.ndarray) -> np.ndarray:
    """z·clip(z + 3, 0, 6)/6."""
    return z * np.clip(z + 3.0, 0.0, 6.0) / 6.0


def hardswish_derivative(z: np.ndarray) -> np.ndarray:
    """0 for z ≤ −3, (2z + 3)/6 up to 3, then 1."""
    return np.where(z > 3.0, 1.0, np.where(z > -3.0, (2.0 * z + 3.0) / 6.0, 0.0))
