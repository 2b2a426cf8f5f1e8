"""What every sampled layer offers: the interface of SciPy's ``LinearOperator``.

A layer is a random matrix W of shape ``(fan_out, fan_in)`` that answers W v and Wᵀ u. All answers
are answers of *one* matrix: ⟨u, W v⟩ = ⟨Wᵀ u, v⟩ to rounding, whatever was asked before, and
asking again gives the same. Public methods check; ``_matmat`` and ``_rmatmat`` of a kind of layer
compute, on columns of the right shape and dtype. ``scipy.sparse.linalg.aslinearoperator`` takes
any layer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError

__all__ = ["Array", "SampledLayer", "TransposedLayer", "checked_dtype", "checked_variance"]

Array = NDArray[np.floating]


def checked_dtype(dtype: DTypeLike) -> np.dtype[np.floating]:
    """float32 or float64; anything else raises ``InvalidInputError``."""
    found = np.dtype(dtype)
    for known in (np.dtype(np.float32), np.dtype(np.float64)):
        if found == known:
            return known
    raise InvalidInputError(f"a layer's dtype is float32 or float64, got {found}")


def checked_variance(variance: object) -> float:
    """A weight variance as a float; negative, infinite or no number: ``InvalidInputError``."""
    if real_number(variance, "the weight variance") < 0:
        raise InvalidInputError(f"the weight variance must not be negative, got {variance!r}")
    return float(variance)  # type: ignore[arg-type]  # a real number, as just checked


class SampledLayer(ABC):
    """A random matrix of shape ``(fan_out, fan_in)`` that answers W v and Wᵀ u.

    ``shape`` and ``dtype`` as for an array. A closed layer has given its memory back, and refuses
    every query. Also a context manager that closes it.
    """

    # ``array @ layer`` must come to __rmatmul__ whole, not entry by entry.
    __array_ufunc__ = None

    def __init__(self, shape: tuple[int, int], dtype: DTypeLike) -> None:
        if len(shape) != 2:
            raise InvalidInputError(f"a layer has a shape (fan_out, fan_in), got {shape!r}")
        fan_out, fan_in = shape
        self.shape: tuple[int, int] = (
            integer_at_least(1, fan_out, "fan_out"),
            integer_at_least(1, fan_in, "fan_in"),
        )
        self.dtype = checked_dtype(dtype)
        self._closed = False

    @abstractmethod
    def _matmat(self, columns: Array) -> Array:
        """W V for ``columns`` V of shape ``(fan_in, B)``: a new array ``(fan_out, B)``."""

    @abstractmethod
    def _rmatmat(self, columns: Array) -> Array:
        """Wᵀ U for ``columns`` U of shape ``(fan_out, B)``: a new array ``(fan_in, B)``."""

    def _release(self) -> None:  # noqa: B027 - a layer may have nothing to give back
        """Give memory back; the layer is never asked again."""

    def matvec(self, v: ArrayLike) -> Array:
        """W v for ``v`` of shape ``(fan_in,)`` or ``(fan_in, 1)``; the answer has as many axes.

        Raises ``InvalidInputError`` for another shape (naming both), entries that are complex, NaN
        or infinite, and a closed layer.
        """
        return self._vector(self, "W v", v)

    def rmatvec(self, u: ArrayLike) -> Array:
        """Wᵀ u for ``u`` of shape ``(fan_out,)`` or ``(fan_out, 1)``; raises like ``matvec``."""
        return self._vector(self.T, "Wᵀ u", u)

    def matmat(self, V: ArrayLike) -> Array:
        """W V for ``V`` of shape ``(fan_in, B)``: ``(fan_out, B)``; raises like ``matvec``."""
        return self._matmat(self._checked("W V", V, self.shape[1], (2,)))

    def rmatmat(self, U: ArrayLike) -> Array:
        """Wᵀ U for ``U`` of shape ``(fan_out, B)``: ``(fan_in, B)``; raises like ``matvec``."""
        return self._rmatmat(self._checked("Wᵀ U", U, self.shape[0], (2,)))

    def __matmul__(self, other: ArrayLike) -> Array:
        return self.matvec(other) if np.ndim(other) == 1 else self.matmat(other)

    def __rmatmul__(self, other: ArrayLike) -> Array:
        if np.ndim(other) == 1:
            return self.rmatvec(other)
        return self.rmatmat(np.swapaxes(np.asarray(other), -1, -2)).T

    @property
    def T(self) -> SampledLayer:
        """The transpose: another view of the same matrix, which knows all that this one knows."""
        return TransposedLayer(self)

    @property
    def H(self) -> SampledLayer:
        """The adjoint, which for a real matrix is the transpose."""
        return self.T

    @property
    def closed(self) -> bool:
        """Whether the layer was closed."""
        return self._closed

    def close(self) -> None:
        """Give the memory back; closing twice is harmless."""
        if not self._closed:
            self._closed = True
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = ", closed" if self.closed else ""
        return f"<{type(self).__name__} {self.shape[0]}x{self.shape[1]} {self.dtype}{state}>"

    def _vector(self, layer: SampledLayer, what: str, vector: ArrayLike) -> Array:
        found = self._checked(what, vector, layer.shape[1], (1, 2))
        if found.ndim == 2 and found.shape[1] != 1:
            self._refuse_shape(what, found.shape, layer.shape[1], "one column")
        answer = layer._matmat(found.reshape(-1, 1))
        return answer if found.ndim == 2 else answer[:, 0]

    def _checked(self, what: str, value: ArrayLike, length: int, axes: tuple[int, ...]) -> Array:
        """``value`` as an array of the layer's dtype, ``(length,)`` or ``(length, B)``."""
        if self.closed:
            raise InvalidInputError(f"{what} was asked of a layer {self.shape} that is closed")
        found = np.asarray(value)
        if found.dtype.kind not in "iuf":
            raise InvalidInputError(f"{what}: a layer takes real numbers, got dtype {found.dtype}")
        if found.ndim not in axes or found.shape[0] != length:
            self._refuse_shape(what, found.shape, length, "B columns" if 2 in axes else "no more")
        with np.errstate(over="ignore"):  # what leaves the range is reported below
            found = found.astype(self.dtype, copy=False)
        if not np.isfinite(found).all():
            raise InvalidInputError(f"{what}: entries must be finite in {self.dtype}")
        return found

    def _refuse_shape(self, what: str, got: tuple[int, ...], length: int, second: str) -> None:
        raise InvalidInputError(
            f"{what}: W has shape {self.shape}, so {length} rows and {second} are needed, "
            f"got shape {got}"
        )


class TransposedLayer(SampledLayer):
    """Wᵀ, sharing everything with the layer W; closing either closes both."""

    def __init__(self, layer: SampledLayer) -> None:
        super().__init__((layer.shape[1], layer.shape[0]), layer.dtype)
        self._layer = layer

    @property
    def T(self) -> SampledLayer:
        """The layer W itself."""
        return self._layer

    @property
    def closed(self) -> bool:
        """Whether the layer was closed."""
        return self._layer.closed

    def close(self) -> None:
        """Close the layer W."""
        self._layer.close()

    def _matmat(self, columns: Array) -> Array:
        return self._layer._rmatmat(columns)

    def _rmatmat(self, columns: Array) -> Array:
        return self._layer._matmat(columns)
