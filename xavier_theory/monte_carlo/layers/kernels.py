"""φ and φ' in place, in float32 or float64, with φ' made from φ(z) where that is cheaper.

The catalogue's functions make new arrays and compute tanh twice. What is written out here is the
same mathematics in the buffers of the caller; every other activation goes through the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.monte_carlo.layers.interface import Array

__all__ = ["Kernel", "kernel"]


@dataclass(frozen=True, eq=False)
class Kernel:
    """An activation for buffers of one shape.

    ``apply(z, a)`` writes φ(z) into a. ``pull(z, a, u, scratch)`` multiplies u by φ'(z) in place,
    given a = φ(z); it may overwrite ``scratch``, and nothing else.
    """

    activation: Activation
    apply: Callable[[Array, Array], None]
    pull: Callable[[Array, Array, Array, Array], None]

    @property
    def homogeneous(self) -> bool:
        """Whether φ(cz) = cφ(z) for c > 0."""
        return self.activation.homogeneous


def kernel(activation: str | Activation) -> Kernel:
    """The kernel of an activation of the catalogue, or of one built elsewhere."""
    known = get_activation(activation)
    # An activation built elsewhere may bear any name: only the catalogue's own is written out.
    written_out = _WRITTEN_OUT.get(known.name)
    if written_out is not None and known is get_activation(known.name):
        return Kernel(known, *written_out)
    return Kernel(known, *_from_catalogue(known))


def _from_catalogue(
    known: Activation,
) -> tuple[Callable[[Array, Array], None], Callable[[Array, Array, Array, Array], None]]:
    def apply(z: Array, a: Array) -> None:
        a[...] = known.function(z)

    def pull(z: Array, a: Array, u: Array, scratch: Array) -> None:
        u *= known.derivative(z).astype(u.dtype, copy=False)

    return apply, pull


def _tanh(z: Array, a: Array) -> None:
    np.tanh(z, out=a)


def _tanh_pull(z: Array, a: Array, u: Array, scratch: Array) -> None:
    """u (1 − a²) as u − a²u, which needs one buffer."""
    np.multiply(a, a, out=scratch)
    scratch *= u
    u -= scratch


def _sigmoid(z: Array, a: Array) -> None:
    np.multiply(z, 0.5, out=a)
    np.tanh(a, out=a)
    a *= 0.5
    a += 0.5


def _sigmoid_pull(z: Array, a: Array, u: Array, scratch: Array) -> None:
    """u (a − a²)."""
    np.multiply(a, a, out=scratch)
    np.subtract(a, scratch, out=scratch)
    u *= scratch


def _relu(z: Array, a: Array) -> None:
    np.maximum(z, 0.0, out=a)


def _relu_pull(z: Array, a: Array, u: Array, scratch: Array) -> None:
    u *= z > 0


def _linear(z: Array, a: Array) -> None:
    a[...] = z


def _linear_pull(z: Array, a: Array, u: Array, scratch: Array) -> None:
    """φ' = 1: nothing changes."""


_WRITTEN_OUT = {
    "linear": (_linear, _linear_pull),
    "relu": (_relu, _relu_pull),
    "sigmoid": (_sigmoid, _sigmoid_pull),
    "tanh": (_tanh, _tanh_pull),
}
