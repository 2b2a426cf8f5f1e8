"""The samplers that the theorems' experiments name; see ``base`` for what a sampler is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xavier_theory.errors import UnknownNameError
from xavier_theory.monte_carlo.samplers.activated import (
    activation_layer,
    leaky_relu_layer,
    standard_layer,
)
from xavier_theory.monte_carlo.samplers.base import (
    ExactPlan,
    Plan,
    SampledPlan,
    Sampler,
    call_sampler,
)
from xavier_theory.monte_carlo.samplers.bent_lines import sigmoid_gradient, tanh_ratio
from xavier_theory.monte_carlo.samplers.constant_training import (
    constant_training,
    memory_training,
    zero_training,
)
from xavier_theory.monte_carlo.samplers.deep_layers import depth, random_chain
from xavier_theory.monte_carlo.samplers.descents import (
    chain_descent,
    chain_minima,
    chain_plateau,
    two_layer_cycle,
)
from xavier_theory.monte_carlo.samplers.exact_chains import (
    chain_output,
    deep_chain,
    hidden_gradient,
    last_gradient,
)
from xavier_theory.monte_carlo.samplers.fluctuations import (
    layer_fluctuation,
    log_spread,
    network_fluctuation,
    squared_unit,
)
from xavier_theory.monte_carlo.samplers.glorot import glorot
from xavier_theory.monte_carlo.samplers.length_maps import (
    backward_activation,
    correlation_slope,
    given_layers,
    length_map,
    length_map_slope,
    relu_with_biases,
    two_lines_correlation,
    two_lines_map,
)
from xavier_theory.monte_carlo.samplers.linear_layers import backward_layer, kept_variance, layer
from xavier_theory.monte_carlo.samplers.orbits import sine_map, sine_map_orbit
from xavier_theory.monte_carlo.samplers.products import product
from xavier_theory.monte_carlo.samplers.rectified import relu_half, relu_layer
from xavier_theory.monte_carlo.samplers.weights import weight_law
from xavier_theory.monte_carlo.samplers.wide_layers import first_update, matrix_answers

__all__ = ["SAMPLERS", "ExactPlan", "Plan", "SampledPlan", "plan"]

SAMPLERS: dict[str, Sampler] = {
    "activation-layer": activation_layer,
    "backward-activation": backward_activation,
    "backward-layer": backward_layer,
    "correlation-slope": correlation_slope,
    "chain-descent": chain_descent,
    "chain-minima": chain_minima,
    "chain-plateau": chain_plateau,
    "depth": depth,
    "first-update": first_update,
    "given-layers": given_layers,
    "glorot": glorot,
    "identity-chain": chain_output,
    "identity-chain-gradient": hidden_gradient,
    "identity-chain-last-gradient": last_gradient,
    "identity-chain-log": deep_chain,
    "kept-variance": kept_variance,
    "layer": layer,
    "leaky-relu-layer": leaky_relu_layer,
    "layer-fluctuation": layer_fluctuation,
    "log-spread": log_spread,
    "matrix-answers": matrix_answers,
    "network-fluctuation": network_fluctuation,
    "length-map": length_map,
    "length-map-slope": length_map_slope,
    "optimizer-symmetry": memory_training,
    "product": product,
    "random-chain": random_chain,
    "relu-half": relu_half,
    "relu-layer": relu_layer,
    "relu-with-biases": relu_with_biases,
    "sigmoid-gradient": sigmoid_gradient,
    "sine-map": sine_map,
    "sine-map-orbit": sine_map_orbit,
    "squared-unit": squared_unit,
    "standard-layer": standard_layer,
    "symmetry": constant_training,
    "tanh-ratio": tanh_ratio,
    "two-layer-cycle": two_layer_cycle,
    "two-lines-correlation": two_lines_correlation,
    "two-lines-map": two_lines_map,
    "weight-law": weight_law,
    "zero-training": zero_training,
}
"""Every sampler by name."""


def plan(name: str, parameters: Mapping[str, Any], settings: Mapping[str, Any]) -> Plan:
    """The plan of the sampler called ``name``.

    Raises ``UnknownNameError`` for a name that is not on the list, and ``InvalidInputError`` for
    an argument that the sampler does not take, or one that is missing or given twice.
    """
    if name not in SAMPLERS:
        raise UnknownNameError("sampler", name, SAMPLERS)
    return call_sampler(name, SAMPLERS[name], {**parameters, **settings})
