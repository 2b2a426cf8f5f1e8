"""Activations: the catalogue, certified Gaussian moments, gains, and the length map.

Names are loaded on first use, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Activation": "activation",
    "Moments": "moments",
    "activation_names": "catalogue",
    "as_activation": "catalogue",
    "get_activation": "catalogue",
    "Infinity": "enclosures",
    "InfiniteMomentError": "gaussian_integrals",
    "NotCertifiedError": "certified",
    "certified_integral": "certified",
    "gaussian_expectation": "certified",
    "Enclosure": "enclosures",
    "Gain": "gains",
    "gain": "gains",
    "variance": "variances",
    "ExponentialGrowth": "growth",
    "PolynomialGrowth": "growth",
    "gaussian_moments": "moments",
    "backward_factor": "length_map",
    "iterate_length_map": "length_map",
    "PiecewiseAnalytic": "piecewise",
    "CorrelationMap": "mean_field.correlation",
    "DualKernel": "mean_field.kernels",
    "dual_kernel": "mean_field.kernels",
    "affine_form": "mean_field.remedies",
    "critical_point": "mean_field.remedies",
    "stable_critical_point": "mean_field.remedies",
    "drift_depth": "mean_field.drift",
    "gain_stability": "mean_field.drift",
    "FixedPoint": "mean_field.fixed_points",
    "LengthMap": "mean_field.length",
    "Phase": "mean_field.phases",
    "fixed_points": "mean_field.fixed_points",
    "length_map_of": "mean_field.length",
    "phase": "mean_field.phases",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_HOMES)
