"""Elementwise functions by kind, for the nodes of a quadrature, and the theorem for each.

Where the framework's function has a parameter, ``function_of`` reads it from the op.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.special import erf, expit

from xavier_theory.audit.records import Op
from xavier_theory.audit.states import Array

Function = Callable[[Array], Array]
Made = Callable[[Mapping[str, Any]], Function]


def _fixed(function: Function) -> Made:
    return lambda attributes: function


def _gelu(a: Mapping[str, Any]) -> Function:
    if a.get("approximate") == "tanh":
        k = math.sqrt(2 / math.pi)
        return lambda z: 0.5 * z * (1 + np.tanh(k * (z + 0.044715 * z**3)))
    return lambda z: 0.5 * z * (1 + erf(z / math.sqrt(2)))


def _elu(a: Mapping[str, Any]) -> Function:
    alpha, scale = float(a.get("alpha", 1)), float(a.get("scale", 1))
    inner = float(a.get("input_scale", 1))
    return lambda z: scale * np.where(z > 0, z, alpha * np.expm1(inner * np.minimum(z, 0)))


def _leaky(a: Mapping[str, Any]) -> Function:
    slope = float(a.get("negative_slope", 0.01))
    return lambda z: np.where(z > 0, z, slope * z)


def _softplus(a: Mapping[str, Any]) -> Function:
    beta = float(a.get("beta", 1))
    return lambda z: np.logaddexp(0, beta * z) / beta


def _clamp(a: Mapping[str, Any]) -> Function:
    low, high = a.get("min"), a.get("max")
    lower = -math.inf if low is None else float(low)
    upper = math.inf if high is None else float(high)
    return lambda z: np.clip(z, lower, upper)


def _power(a: Mapping[str, Any]) -> Function:
    exponent = float(a["exponent"])
    return lambda z: np.power(z, exponent)


_MEAN_FIELD = "length-map"
FUNCTIONS: dict[str, tuple[Made, str]] = {
    "relu": (_fixed(lambda z: np.maximum(z, 0)), "he-variance"),
    "leaky_relu": (_leaky, "leaky-relu-variance"),
    "gelu": (_gelu, "gated-gain"),
    "silu": (_fixed(lambda z: z * expit(z)), "gated-gain"),
    "sigmoid": (_fixed(expit), _MEAN_FIELD),
    "tanh": (_fixed(np.tanh), _MEAN_FIELD),
    "elu": (_elu, _MEAN_FIELD),
    "softplus": (_softplus, _MEAN_FIELD),
    "clamp": (_clamp, _MEAN_FIELD),
    "hardswish": (_fixed(lambda z: z * np.clip(z + 3, 0, 6) / 6), _MEAN_FIELD),
    "hardsigmoid": (_fixed(lambda z: np.clip(z + 3, 0, 6) / 6), _MEAN_FIELD),
    "mish": (_fixed(lambda z: z * np.tanh(np.logaddexp(0, z))), _MEAN_FIELD),
    "exp": (_fixed(np.exp), _MEAN_FIELD),
    "log": (_fixed(np.log), _MEAN_FIELD),
    "sqrt": (_fixed(np.sqrt), _MEAN_FIELD),
    "rsqrt": (_fixed(lambda z: z**-0.5), _MEAN_FIELD),
    "reciprocal": (_fixed(lambda z: 1 / z), _MEAN_FIELD),
    "absolute": (_fixed(np.abs), _MEAN_FIELD),
    "erf": (_fixed(erf), _MEAN_FIELD),
    "sin": (_fixed(np.sin), _MEAN_FIELD),
    "cos": (_fixed(np.cos), _MEAN_FIELD),
    "power": (_power, _MEAN_FIELD),
}
# Those that stand between layers: what practitioners call an activation.
ACTIVATIONS = frozenset(
    {"relu", "leaky_relu", "gelu", "silu", "sigmoid", "tanh", "elu", "softplus", "clamp",
     "hardswish", "hardsigmoid", "mish"}
)  # fmt: skip


def function_of(op: Op) -> Function | None:
    """The function of an elementwise op; None for other kinds."""
    made = FUNCTIONS.get(op.kind)
    return None if made is None else made[0](op.attributes)


def slope_of(op: Op) -> Function | None:
    """Its derivative, by central differences of 1e-4: kinks are met by no node but in the limit."""
    function = function_of(op)
    if function is None:
        return None
    step = 1e-4
    return lambda z: (function(z + step) - function(z - step)) / (2 * step)
