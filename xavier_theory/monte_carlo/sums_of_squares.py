"""Squared lengths of a layer's answers: their moments, and how they are drawn.

Given the activations below, ‖a^[l]‖²/‖a^[l-1]‖² of a Gaussian layer is a sum of n independent
h_i = v φ(g_i)², whatever happened below. Every moment of h is known, so that the spread of what is
averaged is computed, not guessed. Two ways to sample it: ``norm-chain``, which is O(1) at any
width and which ``auto`` takes, and ``dense``, whole matrices times orthonormal inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.layers.kinds import Task, available_bytes, choose
from xavier_theory.monte_carlo.layers.norm_chain import NormChain, slopes
from xavier_theory.monte_carlo.linear_layers import orthonormal

__all__ = [
    "cumulants",
    "even_moment",
    "pair_variance",
    "responses",
    "sum_moments",
    "sums_of_squares",
]

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]

_ENTRIES = 2**21  # numbers that are held in memory at once


def sum_moments(width: int, activation: str) -> tuple[float, float, float, float]:
    """E C^k for k = 1..4, C = Σ_i φ(g_i)² over ``width`` independent standard normal g_i."""
    k1, k2, k3, k4 = (float(k) for k in width * cumulants(responses(activation)))
    return (
        k1,
        k2 + k1**2,
        k3 + 3 * k2 * k1 + k1**3,
        k4 + 4 * k3 * k1 + 3 * k2**2 + 6 * k2 * k1**2 + k1**4,
    )


def sums_of_squares(width: int, activation: str, sampler: str) -> tuple[Draw, str]:
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


def responses(activation: str) -> list[float]:
    """E φ(g)^(2k) for k = 1..4 and a standard normal g."""
    left, right = slopes(activation)
    return [
        (left ** (2 * k) + right ** (2 * k)) / 2 * even_moment("normal", k) for k in range(1, 5)
    ]


def even_moment(law: str, k: int) -> float:
    """E g^(2k) for g of mean 0 and variance 1; normal or uniform."""
    if law == "normal":
        return float(math.prod(range(1, 2 * k, 2)))
    if law == "uniform":
        return 3.0**k / (2 * k + 1)
    raise InvalidInputError(f"the moments of the law {law!r} are not written down here")


def cumulants(moments: list[float]) -> NDArray[np.float64]:
    """The first four cumulants from the first four moments."""
    m1, m2, m3, m4 = moments
    third = m3 - 3 * m2 * m1 + 2 * m1**3
    fourth = m4 - 4 * m3 * m1 - 3 * m2**2 + 12 * m2 * m1**2 - 6 * m1**4
    return np.array([m1, m2 - m1**2, third, fourth])


def pair_variance(cumulants: NDArray[np.float64]) -> float:
    """Var(½(X − X')²)/Var(X)² for independent copies: (kurtosis + 1)/2, widened for rounding."""
    return float((cumulants[3] / cumulants[1] ** 2 + 4) / 2) * (1 + 1e-9)
