"""Elementwise ops as functions with slopes, and the theorem for each kind.

Nearly all are activations of the catalogue, with the parameters that the op has; logarithms and
powers are not, as they are no functions on the whole line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.catalogue import get_activation
from xavier_theory.audit.records import Op
from xavier_theory.audit.states import Array

Function = Callable[[Array], Array]
Read = Callable[[Mapping[str, Any]], Activation]


def _called(name: str, **renamed: str) -> Read:
    """The catalogue's ``name``; ``renamed`` has its parameters with the names that ops have."""
    return lambda a: get_activation(
        name, **{ours: float(a[theirs]) for ours, theirs in renamed.items() if theirs in a}
    )


def _gelu(a: Mapping[str, Any]) -> Activation:
    return get_activation("gelu_tanh" if a.get("approximate") == "tanh" else "gelu")


def _elu(a: Mapping[str, Any]) -> Activation:
    """scale·(z, or below 0 alpha·(e^(input_scale·z) − 1)): ELU, CELU and SELU are one op."""
    alpha, scale, inner = (Fraction(a.get(k, 1)) for k in ("alpha", "scale", "input_scale"))
    return get_activation(f"({scale})*where(z > 0, z, ({alpha})*expm1(({inner})*z))")


def _clamp(a: Mapping[str, Any]) -> Activation:
    text = "z"
    for name, function in (("min", "max"), ("max", "min")):
        if a.get(name) is not None:
            text = f"{function}({text}, ({Fraction(float(a[name]))}))"
    return get_activation(text)


_MEAN_FIELD = "length-map"
_ACTIVATIONS: dict[str, tuple[Read, str]] = {
    "relu": (_called("relu"), "he-variance"),
    "leaky_relu": (_called("leaky_relu", slope="negative_slope"), "leaky-relu-variance"),
    "gelu": (_gelu, "gated-gain"),
    "silu": (_called("silu"), "gated-gain"),
    "elu": (_elu, _MEAN_FIELD),
    "softplus": (_called("softplus", beta="beta"), _MEAN_FIELD),
    "clamp": (_clamp, _MEAN_FIELD),
    "hardshrink": (_called("hardshrink", lambd="lambd"), _MEAN_FIELD),
    "softshrink": (_called("softshrink", lambd="lambd"), _MEAN_FIELD),
    **{
        name: (_called(name), _MEAN_FIELD)
        for name in ("sigmoid", "tanh", "hardswish", "hardsigmoid", "mish", "log_sigmoid")
    },
}
_OTHERS: dict[str, tuple[Read, str]] = {
    name: (_called(name), _MEAN_FIELD) for name in ("exp", "abs", "erf", "sin", "cos")
}
# Those that stand between layers: what practitioners call an activation.
ACTIVATIONS = frozenset(_ACTIVATIONS)
_BY_KIND = _ACTIVATIONS | _OTHERS
THEOREMS = {kind: theorem for kind, (_, theorem) in _BY_KIND.items()} | {
    "log": _MEAN_FIELD, "power": _MEAN_FIELD,
}  # fmt: skip


def function_of(op: Op) -> Function | None:
    """The function of an elementwise op; None for other kinds."""
    if op.kind == "log":
        return np.log
    if op.kind == "power":
        return _power(float(op.attributes["exponent"]))
    known = _BY_KIND.get(op.kind)
    return None if known is None else known[0](op.attributes).function


def slope_of(op: Op) -> Function | None:
    """Its derivative."""
    if op.kind == "log":
        return _power(-1.0)
    if op.kind == "power":
        exponent = float(op.attributes["exponent"])
        return lambda z: exponent * _power(exponent - 1)(z)
    known = _BY_KIND.get(op.kind)
    return None if known is None else known[0](op.attributes).derivative


def _power(exponent: float) -> Function:
    """A negative power has no value at and below 0: its moments do not exist across the pole."""
    if exponent < 0:
        return lambda z: np.power(np.where(z > 0, z, np.nan), exponent)
    return lambda z: np.power(z, exponent)
