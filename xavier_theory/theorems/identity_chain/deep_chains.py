"""Products of a million matrices, with the exponent kept apart so that nothing overflows.

A product is a float matrix (its largest entry in [½, 1)) times a power of two held as an integer.
Neighbours are multiplied pairwise, all pairs of a level at once, until one matrix is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.exact_numbers import real_number
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError

_BLOCK = 2**16  # matrices that are held in memory at once
_UNIT = 2.0**-53


@dataclass(frozen=True, eq=False)
class ScaledMatrix:
    """The matrix ``mantissa · 2^exponent``; ``mantissa`` has shape ``(n, n)``."""

    mantissa: np.ndarray
    exponent: int

    def log_gain(self, x: np.ndarray) -> float:
        """log(‖M x‖/‖x‖) for a vector ``x`` that is not zero; −∞ when M x = 0."""
        image = float(np.linalg.norm(self.mantissa @ x))
        if image == 0.0:
            return -math.inf
        return math.log(image / float(np.linalg.norm(x))) + self.exponent * math.log(2.0)


@dataclass(frozen=True)
class DeepChain:
    """‖W^(L-1) x‖/‖x‖ for W = factor·I, as a natural logarithm.

    ``log_growth`` comes from the matrix products, ``predicted`` is (L − 1)·log|factor|, and their
    difference is rounding: ``error_bound`` bounds it (one rounding of relative size 2^-53 for each
    of the L products, and those of the last logarithms).
    """

    factor: float
    depth: int
    log_growth: float
    predicted: float
    error_bound: float

    @property
    def agrees(self) -> bool:
        """Whether the product and the formula agree within the rounding bound."""
        return abs(self.log_growth - self.predicted) <= self.error_bound


def scaled_product(matrices: np.ndarray) -> ScaledMatrix:
    """M_k ⋯ M_2 M_1 for ``matrices`` of shape ``(k, n, n)``, k ≥ 1, in order of application.

    Raises ``InvalidInputError`` for another shape, or entries that are not finite.
    """
    if matrices.ndim != 3 or matrices.shape[0] < 1 or matrices.shape[1] != matrices.shape[2]:
        raise InvalidInputError(f"matrices must have shape (k, n, n), got {matrices.shape}")
    partial, exponent = [], 0
    for start in range(0, len(matrices), _BLOCK):
        block, shift = _reduce(matrices[start : start + _BLOCK])
        partial.append(block)
        exponent += shift
    total, shift = _reduce(np.stack(partial))
    return ScaledMatrix(total, exponent + shift)


def deep_identity_chain(factor: float, depth: int, width: int = 2) -> DeepChain:
    """Multiply out ``depth`` − 1 matrices factor·I and compare with (depth − 1)·log|factor|.

    ``factor`` must be finite and not zero, ``depth`` at least 2; otherwise ``InvalidInputError``.
    """
    if real_number(factor, "the factor") == 0:
        raise InvalidInputError("the factor must not be zero: its logarithm is not a number")
    layers = integer_at_least(2, depth, "depth")
    size = integer_at_least(1, width, "width")
    matrix = float(factor) * np.eye(size)
    product = scaled_product(np.broadcast_to(matrix, (layers - 1, size, size)))
    predicted = (layers - 1) * math.log(abs(factor))
    bound = _UNIT * (layers + 8 + 4 * abs(predicted) + 2 * abs(product.exponent))
    return DeepChain(float(factor), layers, product.log_gain(np.ones(size)), predicted, bound)


def _reduce(matrices: np.ndarray) -> tuple[np.ndarray, int]:
    current, total = _normalized(matrices)
    while len(current) > 1:
        pairs = len(current) // 2
        products = current[1 : 2 * pairs : 2] @ current[0 : 2 * pairs : 2]
        current, shift = _normalized(np.concatenate([products, current[2 * pairs :]]))
        total += shift
    return current[0], total


def _normalized(matrices: np.ndarray) -> tuple[np.ndarray, int]:
    largest = np.max(np.abs(matrices), axis=(1, 2))
    if not np.all(np.isfinite(largest)):
        raise InvalidInputError("the matrices of a product must be finite")
    exponents = np.frexp(largest)[1]
    return np.ldexp(matrices, -exponents[:, None, None]), int(np.sum(exponents, dtype=np.int64))
