"""The phase diagram of an activation, with the network's own point, whose phase is certified.

The grid is in floating point, for the picture; what is said about the point is proven, or said not
to be. The explorer's networks start without biases, so that their point lies at σ_b² = 0.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.mean_field.fast import (
    CHAOTIC,
    UNBOUNDED,
    LengthTable,
    edge_of_chaos,
    length_table,
    phase_grid,
)
from xavier_theory.activations.mean_field.phases import Factor, Phase, phase
from xavier_theory.errors import XavierTheoryError
from xavier_theory.explorer.networks import NetworkSetup, network_setup
from xavier_theory.explorer.numbers import log10, plain

__all__ = ["phases"]

_WEIGHTS = np.logspace(-2.0, 2.0, 97)  # σ_w², as far as the page's slider goes
_BIASES = np.linspace(0.0, 2.0, 49)  # σ_b²
_EDGE_POINTS = 160


def phases(data: dict[str, Any]) -> dict[str, Any]:
    """The grid of log₁₀ χ₁ by rows of σ_b², the edge of chaos, and the certified phase."""
    setup = network_setup(data)
    scales = _scales(setup)
    answer = {
        "x": plain(log10(_WEIGHTS[[0, -1]])),
        "y": plain(_BIASES[[0, -1]]),
        "size": [len(_WEIGHTS), len(_BIASES)],
        "points": sorted({round(float(log10(scale)), 4) for scale in scales}),
        "phase": _certified(setup.activation, scales[0]) if scales else None,
    }
    try:
        return answer | _grid(setup.activation)
    except XavierTheoryError as error:
        return answer | {"cells": None, "edge": None, "note": str(error)}


def _scales(setup: NetworkSetup) -> tuple[float, ...]:
    """fan_in·Var(W) between the hidden layers; of the first layer where there is one alone."""
    widths = setup.hidden if len(setup.hidden) > 1 else setup.widths[:2]
    return tuple(scale for scale in setup.scheme.scales(widths) or () if scale > 0)


@lru_cache(maxsize=32)
def _table(activation: Activation) -> LengthTable:
    with np.errstate(all="ignore"):
        return length_table(activation)


@lru_cache(maxsize=32)
def _grid(activation: Activation) -> dict[str, Any]:
    table = _table(activation)
    with np.errstate(all="ignore"):
        found = phase_grid(activation, _WEIGHTS, _BIASES, table=table)
        cells = np.clip(log10(found.factor), -2.0, 2.0)  # χ₁ = ∞ where φ jumps
    cells[found.phase == UNBOUNDED] = np.nan
    _, weight, bias = edge_of_chaos(table)
    keep = (weight >= _WEIGHTS[0]) & (weight <= _WEIGHTS[-1]) & (bias <= _BIASES[-1])
    places = np.flatnonzero(keep)
    places = places[:: max(1, len(places) // _EDGE_POINTS)]
    return {
        "cells": plain(np.round(cells.T.ravel(), 3)),
        "edge": {"x": plain(log10(weight[places])), "y": plain(bias[places])},
        "chaotic": bool(np.any(found.phase == CHAOTIC)),
        "unbounded": bool(np.any(found.phase == UNBOUNDED)),
        "note": None,
    }


def _certified(activation: Activation, scale: float) -> dict[str, Any]:
    found: Phase = phase(activation, scale)
    return {
        "scale": scale,
        "name": found.name,
        "certified": found.certified,
        "reason": found.reason,
        "factor": _value(found.gradient_factor),
        "depth": _value(found.correlation_scale),
    }


def _value(found: Factor | None) -> float | None:
    """An enclosure's value; None where there is none, or where it is infinite."""
    if not isinstance(found, Enclosure):
        return None
    value: float | None = plain([found.value])[0]
    return value
