"""Forward and backward through layers of any kind: z^[l] = W^[l] a^[l-1], a^[l] = φ(z^[l]).

Inputs are columns: every array is ``(width, B)``. The inputs of a batch share their network's
weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xavier_theory.activations.catalogue import Activation
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.layers.interface import Array, SampledLayer
from xavier_theory.monte_carlo.layers.kernels import Kernel, kernel
from xavier_theory.monte_carlo.layers.moments import NetworkMoments

__all__ = ["run_layers"]

Logs = list[NDArray[np.float64]]


def run_layers(
    layers: Sequence[SampledLayer],
    activation: str | Activation,
    x: ArrayLike,
    output_gradient: ArrayLike | None = None,
    *,
    close: bool = False,
) -> NetworkMoments:
    """The second moments of one network made of ``layers``, layer by layer.

    ``x`` has shape ``(n0, B)``, ``output_gradient`` = ∂J/∂a^[L] has shape ``(nL, B)``; without it
    there is no backward pass. ``close`` closes each layer as soon as it has done its work. Raises
    ``InvalidInputError`` when shapes do not fit (naming both), when entries are not finite, and
    when a signal leaves the range of the layers' dtype.
    """
    phi = kernel(activation)
    _check_chain(layers)
    signals = _columns("x", x, layers[0].dtype)
    backward = output_gradient is not None
    entering, leaving, kept = _forward(layers, phi, signals, keep=backward, close=close)
    gradients = None
    if output_gradient is not None:
        gradient = _columns("the output gradient", output_gradient, layers[-1].dtype)
        expected = (layers[-1].shape[0], signals.shape[1])
        if gradient.shape != expected:
            raise InvalidInputError(
                f"the output gradient has shape {gradient.shape}, a^[L] has {expected}"
            )
        gradients = np.stack(_backward(layers, phi, kept, gradient, close=close))[None]
    return NetworkMoments(np.stack(entering)[None], np.stack(leaving)[None], gradients)


def _forward(
    layers: Sequence[SampledLayer], phi: Kernel, signals: Array, *, keep: bool, close: bool
) -> tuple[Logs, Logs, list[Array]]:
    """Log second moments of a^[0..L] and z^[1..L], and the z themselves where they are kept."""
    entering, leaving, kept = [_log_moment(signals)], [], []
    for number, layer in enumerate(layers, start=1):
        z = layer.matmat(signals)
        signals = np.empty_like(z)
        phi.apply(z, signals)
        if not (np.isfinite(z).all() and np.isfinite(signals).all()):
            raise InvalidInputError(
                f"the signal leaves the range of {z.dtype} at layer {number}; "
                "take smaller weights, or dtype float64"
            )
        leaving.append(_log_moment(z))
        entering.append(_log_moment(signals))
        if keep:
            kept.append(z)
        elif close:
            layer.close()
    return entering, leaving, kept


def _backward(
    layers: Sequence[SampledLayer], phi: Kernel, kept: list[Array], gradient: Array, *, close: bool
) -> Logs:
    """Log second moments of ∂J/∂a^[0..L]; ``kept`` is emptied on the way, to save memory."""
    logs = [_log_moment(gradient)]
    gradient = gradient.copy()
    for layer in reversed(layers):
        z = kept.pop()
        a, scratch = np.empty_like(z), np.empty_like(z)
        phi.apply(z, a)
        phi.pull(z, a, gradient, scratch)
        gradient = layer.rmatmat(gradient)
        logs.append(_log_moment(gradient))
        if close:
            layer.close()
    return logs[::-1]


def _log_moment(columns: Array) -> NDArray[np.float64]:
    """log of the mean square of each column, without overflow of the squares: ``(B,)``."""
    largest = np.max(np.abs(columns), axis=0).astype(float)
    unit = np.where(largest > 0, largest, 1.0)
    scaled = columns / unit.astype(columns.dtype)
    means = np.einsum("ij,ij->j", scaled, scaled, dtype=np.float64) / len(columns)
    logs = np.log(means, out=np.full_like(means, -np.inf), where=means > 0)
    return logs + 2 * np.log(unit)


def _columns(what: str, value: ArrayLike, dtype: np.dtype[np.floating]) -> Array:
    found = np.asarray(value)
    if found.dtype.kind not in "iuf" or found.ndim != 2 or found.shape[1] < 1:
        raise InvalidInputError(
            f"{what} must be real, of shape (width, B) with B >= 1, got dtype {found.dtype}, "
            f"shape {found.shape}"
        )
    with np.errstate(over="ignore"):  # reported below
        found = found.astype(dtype, copy=False)
    if not np.isfinite(found).all():
        raise InvalidInputError(f"{what} must be finite in {dtype}")
    return found


def _check_chain(layers: Sequence[SampledLayer]) -> None:
    if not layers:
        raise InvalidInputError("a network needs at least one layer")
    for number, (below, above) in enumerate(pairwise(layers), start=1):
        if above.shape[1] != below.shape[0] or above.dtype != below.dtype:
            raise InvalidInputError(
                f"W^[{number}] is {below.shape} {below.dtype}, "
                f"so W^[{number + 1}] cannot be {above.shape} {above.dtype}"
            )
