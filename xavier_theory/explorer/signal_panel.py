"""Signal and gradient per hidden layer: what the theory predicts, and sampled networks beside it.

The networks are those that training starts from, with data of their own kind. Into their last
hidden layer goes a random gradient, independent of the weights, as the theory assumes; what a real
cost does is shown while training.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import XavierTheoryError
from xavier_theory.explorer.networks import NetworkSetup, network_setup
from xavier_theory.explorer.numbers import log10, plain
from xavier_theory.monte_carlo.digits_predictions import PathPrediction, predict_paths
from xavier_theory.monte_carlo.networks import backward, forward
from xavier_theory.training.datasets import Dataset
from xavier_theory.training.parameters import initialize

__all__ = ["signal"]

_INPUTS = 32
_NETWORKS = 24
_MOST_PRODUCTS = 4_000_000  # weights times networks
_BAND = 1.959963984540054  # 95 % of a normal law lie within so many deviations

Array = NDArray[np.float64]


def signal(data: dict[str, Any]) -> dict[str, Any]:
    """Decimal logarithms, per hidden layer, of E z² and of the mean square of ∂J/∂a."""
    setup = network_setup(data)
    inputs = some_inputs(setup.data)
    sampled = _sampled(setup, inputs)
    scales = setup.scheme.scales(setup.widths[:-1])
    predicted, note = _predicted(setup, scales, np.mean(inputs**2, axis=0))
    return {
        "layers": list(range(1, len(setup.hidden) + 1)),
        "widths": list(setup.widths),
        "scheme": setup.scheme.label,
        "scales": None if scales is None else plain(scales),
        "weights": setup.weights,
        "signal": _signal(predicted) | {"sampled": plain(log10(sampled[0]))},
        "gradient": _gradient(predicted) | {"sampled": plain(log10(sampled[1]))},
        "exact": predicted is not None and predicted.is_exact,
        "note": note,
    }


def some_inputs(data: Dataset) -> Array:
    """A few of the examples, always the same ones: (features, inputs)."""
    order = np.random.default_rng(0).permutation(data.examples)[:_INPUTS]
    return data.inputs[:, np.sort(order)]


def _predicted(
    setup: NetworkSetup, scales: Sequence[float] | None, norms: Array
) -> tuple[PathPrediction | None, str | None]:
    """The prediction, or why there is none."""
    if scales is None or not all(scale > 0 for scale in scales):
        return None, "These weights are not random: units of a layer start equal and stay equal."
    try:
        with np.errstate(all="ignore"):
            return predict_paths(setup.activation, scales, norms, setup.widths[:-1]), None
    except XavierTheoryError as error:
        return None, f"No prediction: {error}."


def _sampled(setup: NetworkSetup, inputs: Array) -> tuple[Array, Array]:
    """Mean squares of z^[l] and of ∂J/∂a^[l], averaged over inputs: each (networks, H)."""
    networks = max(2, min(_NETWORKS, _MOST_PRODUCTS // setup.weights))
    root = np.random.SeedSequence(setup.seed)
    weights = initialize(
        setup.widths[:-1], [setup.scheme], networks, root.spawn(2)[0], biases=False
    ).weights
    with np.errstate(all="ignore"):
        passed = forward(inputs, weights, setup.activation)
        top = np.random.default_rng(root.spawn(1)[0])
        back = backward(passed, weights, top.standard_normal(passed.activations[-1].shape))
        moments = passed.pre_activation_moments(), back.activation_gradient_moments()[1:]
        return moments[0].mean(axis=2).T, moments[1].mean(axis=2).T


def _signal(predicted: PathPrediction | None) -> dict[str, Any]:
    if predicted is None:
        return {"predicted": None, "low": None, "high": None}
    q = predicted.pre_activation
    mean = q.mean(axis=1)
    # The deviations of the inputs of one network add up at most (Minkowski).
    deviation = (q * predicted.deviation).mean(axis=1) / mean
    variance = np.log1p(deviation**2)  # of log q, if q is log-normal
    centre = np.log(mean) - variance / 2
    low, high = ((centre + side * _BAND * np.sqrt(variance)) / np.log(10) for side in (-1.0, 1.0))
    return {"predicted": plain(log10(mean)), "low": plain(low), "high": plain(high)}


def _gradient(predicted: PathPrediction | None) -> dict[str, Any]:
    """``predicted.gradient`` is of ∂J/∂a^[l-1], l = 1..H; here of ∂J/∂a^[l], and 1 at l = H."""
    if predicted is None:
        return {"predicted": None}
    below = predicted.gradient[1:].mean(axis=1)
    return {"predicted": plain(log10(np.append(below, 1.0)))}
