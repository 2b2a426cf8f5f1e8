"""The activation's card: φ and φ' as curves, its certified gain, and what that does over depth."""

from __future__ import annotations

from typing import Any

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.gains import Gain, gain
from xavier_theory.errors import XavierTheoryError
from xavier_theory.explorer.numbers import plain
from xavier_theory.explorer.setups import checked_activation

__all__ = ["activation"]

_POINTS = np.linspace(-4.0, 4.0, 161)


def activation(data: dict[str, Any]) -> dict[str, Any]:
    """Curves on [−4, 4], and the gain of ``data["activation"]``."""
    phi = checked_activation(data)
    with np.errstate(all="ignore"):
        values, slopes = phi.function(_POINTS), phi.derivative(_POINTS)
    return {
        "name": phi.name,
        "points": _POINTS.tolist(),
        "values": plain(values),
        "slopes": plain(np.broadcast_to(slopes, values.shape)),
        "gain": _gain(phi),
    }


def _gain(phi: Activation) -> dict[str, Any]:
    try:
        found = gain(phi)
    except XavierTheoryError as error:
        return {"error": str(error)}
    return {
        "value": found.value,
        "lower": found.lower,
        "upper": found.upper,
        "certified": found.certified,
        "reason": found.reason,
        "closed_form": _closed_form(found),
        "square": found.value**2,
        "slope": _reading(found, "length_map_slope"),
        "factor": _reading(found, "backward_factor"),
    }


def _closed_form(found: Gain) -> str | None:
    try:
        form = found.closed_form
    except XavierTheoryError:
        return None
    if form is None:
        return None
    from sympy import latex

    return str(latex(form))


def _reading(found: Gain, name: str) -> float | None:
    try:
        value = float(getattr(found, name).value)
    except XavierTheoryError:
        return None
    return plain(np.array([value]))[0]
