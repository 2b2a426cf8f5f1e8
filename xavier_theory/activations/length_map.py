"""The length map and its backward companion, in floating point, for many starting values at once.

Notation: q^[l] = E[(z^[l])²] in a wide layer, σ_w² = fan_in·Var(W), σ_b² = Var(b);
q^[l+1] = V(q^[l]) = σ_w²·E[φ(√q·Z)²] + σ_b² and χ(q) = σ_w²·E[φ'(√q·Z)²], Z ~ N(0, 1)
(Poole et al. 2016, equation 3; Schoenholz et al. 2017, section 3). In layers of finite width these
are exact for one layer given the previous one, and a limit over depth.
"""

from __future__ import annotations

import numpy as np

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.activations.resolution import panels_of
from xavier_theory.errors import InvalidInputError


def length_map(
    activation: str | Activation,
    q: float | np.ndarray,
    sigma_w2: float,
    sigma_b2: float = 0.0,
) -> np.ndarray:
    """σ_w²·E[φ(√q·Z)²] + σ_b², entry by entry of ``q`` (any shape, ≥ 0). Same shape out.

    ``sigma_w2`` and ``sigma_b2`` must be finite and not negative (``InvalidInputError``).
    """
    weight, bias = _scale(sigma_w2, "sigma_w2"), _scale(sigma_b2, "sigma_b2")
    return weight * activation_moment(activation, q) + bias


def backward_factor(
    activation: str | Activation, q: float | np.ndarray, sigma_w2: float
) -> np.ndarray:
    """χ(q) = σ_w²·E[φ'(√q·Z)²], entry by entry of ``q``: the gradient's factor for one layer."""
    known = get_activation(activation)
    weight = _scale(sigma_w2, "sigma_w2")
    squares = gaussian_mean(
        lambda z: known.derivative(z) ** 2, q, known.kinks, panels_of(known, slopes=True)
    )
    return weight * squares


def activation_moment(
    activation: str | Activation, q: float | np.ndarray, power: int = 2
) -> np.ndarray:
    """E[φ(√q·Z)^power], entry by entry of ``q``; ``power`` 2 is the second moment of a."""
    known = get_activation(activation)
    return gaussian_mean(lambda z: known.function(z) ** power, q, known.kinks, panels_of(known))


def activation_elasticity(activation: str | Activation, q: float | np.ndarray) -> np.ndarray:
    """q·d/dq E[φ(√q·Z)²] = E[φ(z)·φ'(z)·z] for z = √q·Z, entry by entry of ``q``."""
    known = get_activation(activation)
    return gaussian_mean(
        lambda z: known.function(z) * known.derivative(z) * z,
        q,
        known.kinks,
        panels_of(known, slopes=True),
    )


def iterate_length_map(
    activation: str | Activation,
    q: float | np.ndarray,
    sigma_w2: float,
    sigma_b2: float = 0.0,
    depth: int = 10,
) -> np.ndarray:
    """q, V(q), V(V(q)), …: an array of shape ``(depth + 1, *q.shape)``; ``depth`` ≥ 0.

    Raises ``InvalidInputError`` when the values leave the range of floats on the way.
    """
    values = [np.asarray(q, dtype=float)]
    for layer in range(integer_at_least(0, depth, "depth")):
        with np.errstate(over="ignore"):  # reported below, with the step
            following = length_map(activation, values[-1], sigma_w2, sigma_b2)
        if not np.all(np.isfinite(following)):
            raise InvalidInputError(f"the length map overflows at step {layer + 1}")
        values.append(following)
    return np.stack(values)


def _scale(value: float, what: str) -> float:
    if exact_fraction(value, what) < 0:
        raise InvalidInputError(f"{what} must not be negative, got {value!r}")
    return float(value)
