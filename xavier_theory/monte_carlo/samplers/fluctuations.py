"""How much squared lengths fluctuate: one unit, one layer, whole networks, and in logarithms.

Given the activations below, ‖a^[l]‖²/‖a^[l-1]‖² of a Gaussian layer is a sum of n independent
h_i = v φ(g_i)², whatever happened below. Every moment of h is known, so that the spread of what is
averaged is computed, not guessed. Two ways to sample it: ``norm-chain``, which is O(1) at any
width and which ``auto`` takes, and ``dense``, whole matrices times orthonormal inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import polygamma

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.layers.kinds import Task, available_bytes, choose
from xavier_theory.monte_carlo.layers.norm_chain import NormChain, slopes
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest, HeavyTailedMeanTest

__all__ = ["layer_fluctuation", "log_spread", "network_fluctuation", "squared_unit", "sum_moments"]

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]

_ENTRIES = 2**21  # numbers that are held in memory at once


def squared_unit(
    *,
    left_slope: Any,
    right_slope: Any,
    second_moment: Any,
    fourth_moment: Any,
    law: str = "normal",
) -> Quantity:
    """Var(φ(g)²)/m² for g of the law called ``law``, m = (α² + β²) E[g²]/2.

    The scalars are ½(s − s')²/m² of independent pairs of s = φ(g)². ``fourth_moment`` is what the
    theorem takes; the sample comes from the law alone.
    """
    left, right, q = float(left_slope), float(right_slope), float(second_moment)
    source = law_named(law)
    mean = (left**2 + right**2) * q / 2
    powers = [
        (left ** (2 * k) + right ** (2 * k)) / 2 * _even_moment(law, k) * q**k for k in range(5)
    ]

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        g = source.sample(generator, (2, n), q)
        s = np.square(np.where(g > 0, right, left) * g)
        return 0.5 * np.square((s[0] - s[1]) / mean)

    cumulants = _cumulants(powers[1:])
    bound = _pair_variance(cumulants)
    if math.isfinite(source.bound):
        top = max(left**2, right**2) * q * source.bound**2 / mean
        spread = bound * (cumulants[1] / mean**2) ** 2
        bounded = BoundedMeanTest(0.0, top**2 / 2 * (1 + 1e-9), spread, method="bernstein")
        return SampledQuantity(bounded, half_squares)
    return SampledQuantity(HeavyTailedMeanTest(relative_variance_bound=bound), half_squares)


def layer_fluctuation(
    *, layer_width: int, mean: Any, excess: Any, activation: str, sampler: str = "auto"
) -> Quantity:
    """Var(Σ_i h_i) of one layer whose responses have this mean, from half squares of pairs.

    ``excess`` is what the theorem takes; the sample comes from the activation alone.
    """
    width = integer_at_least(1, layer_width, "the width")
    responses = _responses(activation)
    scale = float(mean) / responses[0]
    draw, took = _sums(width, activation, sampler)

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        sums = scale * draw(generator, 2 * n)
        return 0.5 * np.square(sums[:n] - sums[n:])

    bound = _pair_variance(width * _cumulants(responses))
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, half_squares, sampler=took)


def network_fluctuation(
    *, width: int, depth: int, excess: Any, activation: str, sampler: str = "auto"
) -> Quantity:
    """E[Q_L²]/E[Q_L]² for a fixed input, from squares of Q_L/E[Q_L].

    Their relative variance is ∏ E C⁴/(E C²)² − 1, C the sum of one layer's responses. Refused where
    it is beyond 10: such means are no evidence (`finite-width`).
    """
    size, layers = integer_at_least(1, width, "width"), integer_at_least(1, depth, "depth")
    first, square, _, fourth = sum_moments(size, activation)
    bound = math.expm1(layers * math.log(fourth / square**2))
    if not bound <= 10.0:
        raise InvalidInputError(
            f"squares of {layers} layers of width {size} have relative variance {bound:.3g}: "
            "their mean is no evidence; take fewer layers or a larger width"
        )
    draw, took = _sums(size, activation, sampler)

    def squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        factors = draw(generator, n * layers).reshape(layers, n) / first
        return np.square(np.prod(factors, axis=0))

    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, squares, block=max(1, 2**20 // layers), sampler=took)


def log_spread(*, width: int, depth: int, input_spread: Any, sampler: str = "auto") -> Quantity:
    """Var(log ‖a^[L]‖²) of linear chains from a fixed input, from half squares of pairs.

    The fourth cumulant of log χ²_n is ψ'''(n/2); logarithms of layers are independent.
    """
    size, layers = integer_at_least(1, width, "width"), integer_at_least(1, depth, "depth")
    if float(input_spread) != 0.0:
        raise InvalidInputError(f"the input is fixed: its spread is 0, not {input_spread!r}")
    second, fourth = (layers * float(polygamma(order, size / 2)) for order in (1, 3))
    draw, took = _sums(size, "linear", sampler)

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        logs = np.log(draw(generator, 2 * n * layers)).reshape(layers, 2 * n).sum(axis=0)
        return 0.5 * np.square(logs[:n] - logs[n:])

    bound = _pair_variance(np.array([0.0, second, 0.0, fourth]))
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, half_squares, block=max(1, 2**19 // layers), sampler=took)


def sum_moments(width: int, activation: str) -> tuple[float, float, float, float]:
    """E C^k for k = 1..4, C = Σ_i φ(g_i)² over ``width`` independent standard normal g_i."""
    k1, k2, k3, k4 = (float(k) for k in width * _cumulants(_responses(activation)))
    return (
        k1,
        k2 + k1**2,
        k3 + 3 * k2 * k1 + k1**3,
        k4 + 4 * k3 * k1 + 3 * k2**2 + 6 * k2 * k1**2 + k1**4,
    )


def _sums(width: int, activation: str, sampler: str) -> tuple[Draw, str]:
    """Draws independent Σ_i φ(g_i)² for weights of variance 1, and the sampler that was taken."""
    known = get_activation(activation)
    task = Task((width, width), known, law_named("normal"), 1, False, np.dtype(np.float64))
    took = choose(sampler, task, available_bytes())
    if took == "norm-chain":
        chain = NormChain((1, width), (1.0,), known)
        return lambda generator, n: np.exp(chain.log_factors(generator, n)[0]), took
    if took != "dense":
        raise InvalidInputError(f"sums of squares are sampled by norm-chain or dense, not {took}")

    per_block = width * max(1, _ENTRIES // width**2)

    def from_matrices(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        found = []
        inputs = orthonormal(generator, width)  # W q_1, …, W q_n are independent given the q
        for start in range(0, n, per_block):
            count = -(-min(per_block, n - start) // width)
            z = generator.standard_normal((count, width, width)) @ inputs
            found.append(np.square(known.function(z)).sum(axis=1).ravel())
        return np.concatenate(found)[:n]

    return from_matrices, took


def _responses(activation: str) -> list[float]:
    """E φ(g)^(2k) for k = 1..4 and a standard normal g."""
    left, right = slopes(activation)
    return [
        (left ** (2 * k) + right ** (2 * k)) / 2 * _even_moment("normal", k) for k in range(1, 5)
    ]


def _even_moment(law: str, k: int) -> float:
    """E g^(2k) for g of mean 0 and variance 1; normal or uniform."""
    if law == "normal":
        return float(math.prod(range(1, 2 * k, 2)))
    if law == "uniform":
        return 3.0**k / (2 * k + 1)
    raise InvalidInputError(f"the moments of the law {law!r} are not written down here")


def _cumulants(moments: list[float]) -> NDArray[np.float64]:
    """The first four cumulants from the first four moments."""
    m1, m2, m3, m4 = moments
    third = m3 - 3 * m2 * m1 + 2 * m1**3
    fourth = m4 - 4 * m3 * m1 - 3 * m2**2 + 12 * m2 * m1**2 - 6 * m1**4
    return np.array([m1, m2 - m1**2, third, fourth])


def _pair_variance(cumulants: NDArray[np.float64]) -> float:
    """Var(½(X − X')²)/Var(X)² for independent copies: (kurtosis + 1)/2, widened for rounding."""
    return float((cumulants[3] / cumulants[1] ** 2 + 4) / 2) * (1 + 1e-9)
