"""How `complex-weights` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.complex_weights.proof import (
    imaginary_square,
    imaginary_variance,
    real_square,
    real_variance,
)
from xavier_theory.theorems.symbols import fan_in

_UNITS = 16  # outputs whose squares are averaged
Complex = NDArray[np.complex128]
Weights = Callable[[np.random.Generator, tuple[int, int, int]], Complex]


def gaussian_parts(
    *,
    fan_in: int,
    real_variance: Any,
    imaginary_variance: Any,
    input_real_second_moment: Any,
    input_imaginary_second_moment: Any,
    correlation: float,
    of: str = "both parts",
) -> Quantity:
    """E|z|², or E[X²] of the real part, for weights whose two parts are jointly Gaussian."""
    real, imaginary = math.sqrt(float(real_variance)), math.sqrt(float(imaginary_variance))

    def weights(generator: np.random.Generator, shape: tuple[int, int, int]) -> Complex:
        first, second = generator.standard_normal((2, *shape))
        mixed = correlation * first + math.sqrt(1 - correlation**2) * second
        return np.asarray(real * first + 1j * imaginary * mixed)

    inputs = (float(input_real_second_moment), float(input_imaginary_second_moment))
    return _quantity(fan_in, weights, inputs, of)


def rayleigh(
    *,
    fan_in: int,
    real_variance: Any,
    imaginary_variance: Any,
    input_real_second_moment: Any,
    input_imaginary_second_moment: Any,
) -> Quantity:
    """E|z|² for a Rayleigh magnitude, whose squared scale is each part's variance."""
    if real_variance != imaginary_variance:
        raise InvalidInputError("with a uniform phase both parts have one variance")
    scale = math.sqrt(float(real_variance))

    def weights(generator: np.random.Generator, shape: tuple[int, int, int]) -> Complex:
        phase = generator.uniform(0.0, 2 * math.pi, shape)
        return np.asarray(generator.rayleigh(scale, shape) * np.exp(1j * phase))

    inputs = (float(input_real_second_moment), float(input_imaginary_second_moment))
    return _quantity(fan_in, weights, inputs, "both parts")


def _quantity(n: int, weights: Weights, inputs: tuple[float, float], of: str) -> Quantity:
    """The mean over units of |z|² or X², on inputs ±√p ± i√q.

    Given the inputs E|z|⁴ is at most max(3, E|W|⁴/(E|W|²)²) (E|z|²)². That quotient is at most 3
    for Gaussian parts, and 2 for a Rayleigh magnitude; X is Gaussian given the inputs.
    """
    sizes = np.sqrt(np.asarray(inputs))

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        b, c = sizes[:, None, None] * (2.0 * generator.integers(0, 2, (2, count, n)) - 1.0)
        z = np.einsum("kij,kj->ki", weights(generator, (count, _UNITS, n)), b + 1j * c)
        squares = np.square(z.real) if of == "the real part" else np.square(np.abs(z))
        return np.asarray(squares.mean(axis=1))

    test = HeavyTailedMeanTest(relative_variance_bound=2.0 / _UNITS)
    return SampledQuantity(test, mean_squares, block=max(1, 2**19 // (_UNITS * n)))


def _values(real: Any, imaginary: Any, inputs: tuple[int, int], fan: int = 8) -> dict[str, Any]:
    return {
        "fan_in": fan,
        "real_variance": real,
        "imaginary_variance": imaginary,
        "input_real_second_moment": inputs[0],
        "input_imaginary_second_moment": inputs[1],
    }


_WEIGHT = real_variance + imaginary_variance
_INPUT = real_square + imaginary_square
_MATCHED = real_variance * real_square + imaginary_variance * imaginary_square
EXPERIMENTS = (
    Experiment(
        "a part twice the other, correlated in each weight",
        gaussian_parts,
        _values(Rational(1, 4), 1, (1, 3)),
        0.03,
        {"correlation": 0.8},
    ),
    Experiment(
        "a Rayleigh magnitude of scale 1/√n and a uniform phase",
        rayleigh,
        _values(Rational(1, 8), Rational(1, 8), (2, 1)),
        0.03,
    ),
    Experiment(
        "the real part, a real input",
        gaussian_parts,
        _values(Rational(1, 4), 1, (2, 0)),
        0.03,
        {"correlation": 0.0, "of": "the real part"},
        result="real_part",
        wrong={
            "half of the whole": fan_in * _WEIGHT * _INPUT / 2,
            "the parts exchanged": fan_in * imaginary_variance * real_square,
            "3 % off": fan_in * _MATCHED * Rational(103, 100),
        },
    ),
)

WRONG = {
    "real with real, imaginary with imaginary": fan_in * _MATCHED,
    "half of it": fan_in * _WEIGHT * _INPUT / 2,
    "one part's variance": fan_in * real_variance * _INPUT,
    "moduli added": fan_in * (real_variance**2 + imaginary_variance**2) * _INPUT,
    "3 % off": fan_in * _WEIGHT * _INPUT * Rational(103, 100),
}
