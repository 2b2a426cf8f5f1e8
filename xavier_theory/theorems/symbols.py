"""The symbols that several theorems share: unit and layer indices, families, quantities."""

from __future__ import annotations

from xavier_theory.symbolic.terms import constants, random_family, random_variable, scalar

i, j, k = (scalar(name, "width") for name in "ijk")
"""Unit indices: ``i`` of the layer's units, ``j`` and ``k`` of its inputs."""

l = scalar("l", "natural")  # noqa: E741  # the field's letter for a layer
t = scalar("t", "natural")
"""A layer, and a step of gradient descent."""

fan_in = scalar("fan_in", "width", latex="n^{[l-1]}")
fan_out = scalar("fan_out", "width", latex="n^{[l]}")
weight_variance = scalar("weight_variance", "nonnegative", latex=r"\sigma_W^2")
weight_mean = scalar("weight_mean", latex="m")

X, Y = random_variable("X"), random_variable("Y")

W, a, z, b = random_family("W", 2), random_family("a", 1), random_family("z", 1), constants("b", 1)
"""One layer: weights ``W[i, j]``, inputs ``a[j]``, pre-activations ``z[i]``, biases ``b[i]``."""

layer_W, layer_a = random_family("W", 3, by_layer=True), random_family("a", 2, by_layer=True)
layer_width, layer_variance_ = (
    constants("width", 1, "width", latex="n", by_layer=True),
    constants("variance", 1, "nonnegative", latex=r"\sigma_W^{2}", by_layer=True),
)
"""All layers: ``W[l, i, j]``, ``a[l, j]``, the width ``width[l]``, the variance of the weights."""
