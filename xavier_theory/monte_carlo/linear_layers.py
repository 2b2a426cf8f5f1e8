"""One layer, forward or backward: the variance of Σ_j W_ij a_j.

The inputs are dependent, have mean zero and unequal-looking joint laws: they are columns of a
random orthogonal matrix Q, scaled, so a = √(n q) Q_b has E a_j = 0, E a_j² = q and ‖a‖² = n q
always. For Gaussian W the outputs W Q_b, b = 1..n, of one unit are independent, and each is
N(0, n v q): an exact χ² test. For other laws a unit's mean square over B of these inputs has mean
n v q given the inputs, and relative variance (2B + (κ − 3) Σ_j P_jj²)/B² <= max(2, κ − 1)/B, where
P projects on the B inputs and κ is the kurtosis of the weights: a Catoni test with that bound.

Whole matrices are drawn, unless a sampler is named: ``auto`` takes deferred ones for Gaussian W, at
any width. They answer a few orthonormal inputs, after a question from the other side.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.asked_layers import gaussian_layer, taken
from xavier_theory.monte_carlo.laws import Law
from xavier_theory.monte_carlo.laws import law as weight_law
from xavier_theory.monte_carlo.quantities import SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest, SequentialGaussianVarianceTest

__all__ = ["linear_layer", "orthonormal"]

_ENTRIES = 2**21  # weights that are held in memory at once
_QUESTIONS = 4  # that a layer is asked


def linear_layer(
    fan: int,
    weight_variance: float,
    input_variance: float,
    law: str = "normal",
    sampler: str | None = None,
    *,
    transposed: bool = False,
) -> SampledQuantity:
    """The variance of one output of a layer with ``fan`` inputs, for weights of a named law.

    ``transposed``: of Wᵀ, whose inputs are gradients that do not depend on W.
    """
    if sampler is not None:
        return _asked(fan, weight_variance, input_variance, law, sampler, transposed)
    return _drawn(fan, weight_variance, input_variance, law, transposed)


def orthonormal(
    generator: np.random.Generator, n: int, columns: int | None = None
) -> NDArray[np.float64]:
    """Random orthonormal columns, uniformly distributed: shape ``(n, columns)``, by default n."""
    q, r = np.linalg.qr(generator.standard_normal((n, n if columns is None else columns)))
    signs: NDArray[np.float64] = q * np.sign(np.diagonal(r))
    return signs


def _drawn(
    fan: int, variance: float, input_variance: float, law: str, transposed: bool
) -> SampledQuantity:
    width, weights = integer_at_least(1, fan, "the fan"), weight_law(law)
    gaussian = weights.name == "normal"
    inputs = width if gaussian else max(1, width // 2)

    def outputs(generator: np.random.Generator, units: int) -> NDArray[np.float64]:
        """Shape ``(units, inputs)``."""
        a = math.sqrt(width * input_variance) * orthonormal(generator, width, inputs)
        if transposed:
            matrix = weights.sample(generator, (width, units), variance)
            return matrix.T @ a
        return weights.sample(generator, (units, width), variance) @ a

    if gaussian:

        def scalars(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
            return outputs(generator, -(-n // inputs)).ravel()[:n]

        return SampledQuantity(SequentialGaussianVarianceTest(), scalars)

    def mean_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        return np.square(outputs(generator, n)).mean(axis=1)

    test = HeavyTailedMeanTest(relative_variance_bound=_relative_variance(weights, inputs))
    return SampledQuantity(test, mean_squares, block=max(1, _ENTRIES // width))


def _asked(
    fan: int,
    variance: float,
    input_variance: float,
    law: str,
    sampler: str,
    transposed: bool,
) -> SampledQuantity:
    """The same scalars from square Gaussian layers that are only asked."""
    width = integer_at_least(1, fan, "the fan")
    if law != "normal":
        raise InvalidInputError(f"layers that are only asked have normal weights, not {law}")
    inputs = min(_QUESTIONS, width)
    kind = taken(sampler, width, width, inputs, True)

    def scalars(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        found: list[NDArray[np.float64]] = []
        while sum(part.size for part in found) < n:
            a = math.sqrt(width * input_variance) * orthonormal(generator, width, inputs)
            with gaussian_layer(kind, generator, (width, width), variance) as whole:
                asked = whole.T if transposed else whole
                asked.rmatvec(generator.standard_normal(width))
                found.append(np.asarray(asked.matmat(a), dtype=np.float64).ravel())
        return np.concatenate(found)[:n]

    return SampledQuantity(SequentialGaussianVarianceTest(), scalars, sampler=kind)


def _relative_variance(weights: Law, inputs: int) -> float:
    return max(2.0, float(weights.kurtosis) - 1.0) / inputs
