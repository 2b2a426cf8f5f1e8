"""What the theory predicts, layer by layer, for inputs of given squared norms.

Weights: W^[l] ~ N(0, s/fan_in), where s may differ from layer to layer. Notation:
q^[l] = E‖z^[l]‖²/n^[l] and m^[l] = E‖a^[l]‖²/n^[l] over the weights, for one input;
χ(q) = s·E φ'(√q·Z)², Z ~ N(0, 1).

What is exact and what is a limit. q^[1] is exact always. For a homogeneous activation (linear,
relu) so is every layer: q^[l] = s·(s·E φ(Z)²)^(l-1)·‖x‖²/n^[0], at any width. So is the gradient,
the product of n^[k]/n^[k-1]·χ over k ≥ l, if the output gradient is independent of the weights with
uncorrelated entries of mean zero and equal variance; for relu times the probability
∏_{k<l} (1 − 2^(-n^[k])) that a^[l-1] is not all zero: above a silent layer every derivative is 0.
For other activations each layer is exact given the one before (q^[l+1] = V(q̂) for the sampled q̂);
iterating V over depth neglects the fluctuation of q̂, an error of order 1/width, and so does
multiplying the χ.

The inputs differ in norm and V is not linear, so the map is iterated for every input's own norm
and then averaged. The iteration is a smooth function of log q^[1]: it is computed at Chebyshev
nodes and interpolated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from xavier_theory.activations.catalogue import Activation
from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.length_map import (
    activation_elasticity,
    activation_moment,
    backward_factor,
)
from xavier_theory.errors import InvalidInputError

_NODES = 25


@dataclass(frozen=True, eq=False)
class PathPrediction:
    """Predictions for each layer l = 1..L (first axis) and each input (second axis).

    ``pre_activation`` is q^[l]; ``activation`` m^[l]; ``gradient`` the mean square of ∂J/∂a^[l-1]
    when that of ∂J/∂a^[L] is 1. ``deviation`` is the standard deviation of ‖z^[l]‖²/n^[l] over
    sampled networks, relative to q^[l]: exact when ``is_exact``, otherwise its leading order in
    1/width. ``is_exact`` says the same of the three means.
    """

    pre_activation: np.ndarray
    activation: np.ndarray
    gradient: np.ndarray
    deviation: np.ndarray
    is_exact: bool


def predict_paths(
    activation: Activation,
    scale: float | Sequence[float],
    norms: np.ndarray,
    widths: tuple[int, ...],
) -> PathPrediction:
    """Predict all layers for inputs with ‖x‖²/n^[0] = ``norms`` (shape ``(B,)``, positive).

    ``scale`` is s = fan_in·Var(W) > 0, one for all layers or one for each; ``widths`` are n^[0..L].
    A scale or norm that is not positive and finite, or scales of another number than the layers,
    raise ``InvalidInputError``.
    """
    scales = _checked_scales(scale, len(widths) - 1)
    if not np.all(np.isfinite(norms)) or not np.all(norms > 0):
        raise InvalidInputError("the inputs' mean squares must be positive and finite")
    if activation.homogeneous:
        return _homogeneous(activation, scales, norms, widths)
    logs = np.log(scales[0] * norms)
    low, high = float(np.min(logs)), float(np.max(logs))
    reach = max(0.5 * (high - low), 1e-6)  # one input alone still spans an interval
    nodes = chebyshev.chebpts1(_NODES)
    found = _iterated(activation, scales, np.exp(0.5 * (low + high) + reach * nodes), widths)
    places = (logs - 0.5 * (low + high)) / reach
    path, moments, gradient, deviation = (_interpolated(nodes, rows, places) for rows in found)
    return PathPrediction(path, moments, gradient, deviation, is_exact=False)


def _checked_scales(scale: float | Sequence[float], layers: int) -> np.ndarray:
    given = list(scale) if isinstance(scale, Sequence) else [scale] * layers
    if len(given) != layers:
        raise InvalidInputError(f"{layers} layers need one scale or as many, got {len(given)}")
    for each in given:
        if real_number(each, "the scale") <= 0:
            raise InvalidInputError(f"the scale must be positive, got {each!r}")
    return np.array(given, dtype=float)


def _homogeneous(
    activation: Activation, scales: np.ndarray, norms: np.ndarray, widths: tuple[int, ...]
) -> PathPrediction:
    moment = float(activation_moment(activation, 1.0))
    kurtosis = float(activation_moment(activation, 1.0, power=4)) / moment**2
    chis = scales[:, None] * float(backward_factor(activation, 1.0, 1.0))
    q = np.cumprod(np.append(scales[0], moment * scales[1:]))[:, None] * norms
    fans = np.array(widths[1:], dtype=float)[:, None]
    # E‖a‖⁴/(E‖a‖²)² gains 1 + (kurtosis − 1)/n per activation layer; the last, linear one 1 + 2/n.
    below = np.concatenate([[[1.0]], np.cumprod(1 + (kurtosis - 1) / fans[:-1], axis=0)])
    deviation = np.sqrt(below * (1 + 2 / fans) - 1)
    gradient = _backward_products(chis, widths)
    if np.prod(activation.function(np.array([-1.0, 1.0]))) == 0:  # one side is silent
        gradient = gradient * np.cumprod([[1.0], *(1 - 0.5 ** fans[:-1])], axis=0)
    shape = q.shape
    return PathPrediction(
        q, moment * q, np.broadcast_to(gradient, shape), np.broadcast_to(deviation, shape), True
    )


def _iterated(
    activation: Activation, scales: np.ndarray, first: np.ndarray, widths: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    q, spread = first, np.zeros_like(first)
    queue: list[tuple[np.ndarray, ...]] = []
    following = np.append(scales[1:], scales[-1])  # nothing follows the last layer
    for layer, (fan, scale, above) in enumerate(zip(widths[1:], scales, following, strict=True), 1):
        moment = activation_moment(activation, q)
        chi = backward_factor(activation, q, float(scale))
        if not all(np.all(np.isfinite(row) & (row > 1e-150)) for row in (q, moment, chi)):
            raise InvalidInputError(f"the predictions leave the range of floats at layer {layer}")
        queue.append((q, moment, chi, np.sqrt(2 / fan + (1 + 2 / fan) * spread / q**2)))
        # Given q̂, the next q̂ is s times a mean of n independent φ(z)²; and it inherits V'(q)·q̂.
        fourth = activation_moment(activation, q, power=4)
        spread = above**2 * (
            (fourth - moment**2) / fan + _moment_slope(activation, q) ** 2 * spread
        )
        q = above * moment
    path, moments, chis, deviation = (np.stack(rows) for rows in zip(*queue, strict=True))
    return path, moments, _backward_products(chis, widths), deviation


def _moment_slope(activation: Activation, q: np.ndarray) -> np.ndarray:
    """d/dq E φ(√q·Z)² = E[φ(z)·φ'(z)·z]/q for z = √q·Z."""
    return activation_elasticity(activation, q) / q


def _backward_products(chis: np.ndarray, widths: tuple[int, ...]) -> np.ndarray:
    """∏_{k ≥ l} (n^[k]/n^[k-1])·χ^[k] for l = 1..L: from ∂J/∂a^[L] back to ∂J/∂a^[l-1]."""
    ratios = np.array(widths[1:], dtype=float) / np.array(widths[:-1], dtype=float)
    return np.cumprod((ratios[:, None] * chis)[::-1], axis=0)[::-1]


def _interpolated(nodes: np.ndarray, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Rows of positive values at the Chebyshev nodes, at other places: ``(L, B)``."""
    coefficients = chebyshev.chebfit(nodes, np.log(rows).T, _NODES - 1)
    return np.exp(chebyshev.chebval(places, coefficients))
