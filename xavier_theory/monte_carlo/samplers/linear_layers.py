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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import Law
from xavier_theory.monte_carlo.laws import law as weight_law
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity, inverse
from xavier_theory.monte_carlo.samplers.asked_layers import gaussian_layer, taken
from xavier_theory.statistics import HeavyTailedMeanTest, SequentialGaussianVarianceTest

__all__ = ["backward_layer", "kept_variance", "layer", "orthonormal"]

_ENTRIES = 2**21  # weights that are held in memory at once
_QUESTIONS = 4  # that a layer is asked


def layer(
    *,
    fan_in: int,
    weight_variance: Any,
    input_variance: Any,
    law: str = "normal",
    sampler: str | None = None,
) -> Quantity:
    """Var(z_i) of one layer, for weights of the law called ``law``."""
    if sampler is not None:
        return _asked(fan_in, float(weight_variance), float(input_variance), law, sampler)
    return _plan(fan_in, float(weight_variance), float(input_variance), law)


def backward_layer(
    *,
    fan_out: int,
    weight_variance: Any,
    gradient_variance: Any,
    law: str = "normal",
    sampler: str | None = None,
) -> Quantity:
    """Var of (Wᵀδ)_j for gradients δ that are independent of the weights."""
    if sampler is not None:
        values = float(weight_variance), float(gradient_variance)
        return _asked(fan_out, *values, law, sampler, transposed=True)
    return _plan(fan_out, float(weight_variance), float(gradient_variance), law, transposed=True)


def kept_variance(*, fan_in: int, law: str = "normal") -> Quantity:
    """The weight variance that keeps a layer's variance.

    A layer with weights of variance 1 is sampled: it multiplies by its growth g, so the variance
    that is kept is 1/g. The prediction of v is a prediction 1/v of g.
    """
    return _plan(fan_in, 1.0, 1.0, law, reciprocal=True)


def orthonormal(
    generator: np.random.Generator, n: int, columns: int | None = None
) -> NDArray[np.float64]:
    """Random orthonormal columns, uniformly distributed: shape ``(n, columns)``, by default n."""
    q, r = np.linalg.qr(generator.standard_normal((n, n if columns is None else columns)))
    signs: NDArray[np.float64] = q * np.sign(np.diagonal(r))
    return signs


def _plan(
    fan: int,
    variance: float,
    input_variance: float,
    law: str,
    transposed: bool = False,
    reciprocal: bool = False,
) -> Quantity:
    width, weights = integer_at_least(1, fan, "the fan"), weight_law(law)
    gaussian = weights.name == "normal"
    unit = inverse if reciprocal else float
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

        return SampledQuantity(SequentialGaussianVarianceTest(), scalars, unit, unit)

    def mean_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        return np.square(outputs(generator, n)).mean(axis=1)

    test = HeavyTailedMeanTest(relative_variance_bound=_relative_variance(weights, inputs))
    return SampledQuantity(test, mean_squares, unit, unit, max(1, _ENTRIES // width))


def _asked(
    fan: int,
    variance: float,
    input_variance: float,
    law: str,
    sampler: str,
    transposed: bool = False,
) -> Quantity:
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
