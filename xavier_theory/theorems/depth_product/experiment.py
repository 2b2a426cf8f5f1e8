"""How `depth-product` is sampled, and which wrong formulas the checks must refute.

For z = W a with Gaussian W of variance v the ratio ‖z‖²/(v‖a‖²) is χ²_{fan_out} given a, whatever
happened below. Depth is never averaged over (its tails are too heavy); it follows by composition.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.asked_layers import gaussian_layer, taken
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity, exact_number
from xavier_theory.statistics import (
    SequentialGaussianVarianceTest,
)
from xavier_theory.symbolic.binding import product_over
from xavier_theory.theorems.depth_product.proof import depth, input_variance, m, ratio
from xavier_theory.theorems.symbols import (
    layer_variance_,
    layer_width,
)

_QUESTIONS = 1  # that a layer is asked where it is not drawn whole


def variance_at_depth(
    *,
    depth: int,
    ratio: Any,
    input_variance: Any,
    widths: Sequence[int],
    sampler: str = "dense",
) -> Quantity:
    """Var(a^[L]) through the widths n^[0..L], with Var(W^[l]) = ratio/n^[l-1].

    B inputs run at once, B the smallest width. At each layer they are replaced by orthonormal
    combinations of themselves, which are activations of this linear network too; so the entries of
    W Q are independent N(0, v), and n^[l-1] times their squares estimate the layer's factor. The
    factors are equal: a predicted Var(a^[L]) predicts (Var(a^[L])/Var(x))^(1/L) of each. With
    ``auto``, layers are asked for one input only.
    """
    layers = integer_at_least(1, depth, "depth")
    if len(widths) != layers + 1:
        raise InvalidInputError(f"{layers} layers have {layers + 1} widths, got {len(widths)}")
    sizes = [integer_at_least(1, width, "a width") for width in widths]
    factor = float(ratio)
    inputs = min(sizes) if sampler == "dense" else min(*sizes, _QUESTIONS)
    kind = taken(sampler, max(sizes), max(sizes), inputs, False)
    per_network = sum(sizes[1:]) * inputs

    def pivots(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        found = []
        for _ in range(-(-n // per_network)):
            q = orthonormal(generator, sizes[0], inputs)
            for fan_in, fan_out in pairwise(sizes):
                shape = (fan_out, fan_in)
                with gaussian_layer(kind, generator, shape, factor / fan_in) as layer:
                    z = layer.matmat(q)
                found.append(math.sqrt(fan_in) * z.ravel())
                q = np.linalg.qr(z)[0]
        return np.concatenate(found)[:n]

    def measured(prediction: Any) -> float:
        growth = exact_number(prediction) / exact_number(input_variance)
        return _root(growth.numerator, layers) / _root(growth.denominator, layers)

    def reported(growth: float) -> float:
        return float(input_variance) * growth**layers

    test = SequentialGaussianVarianceTest()
    return SampledQuantity(test, pivots, measured, reported, sampler=kind)


def _root(whole: int, degree: int) -> float:
    """whole^(1/degree) for a whole number of any size."""
    return math.exp(math.log(whole) / degree) if whole > 0 else 0.0


UNEQUAL = {"widths": (64, 32, 128, 64, 64, 16, 64, 64, 32, 64, 64)}

ONE_PERCENT_OFF = {"1 % off in each layer": (ratio * 101 / 100) ** depth * input_variance}

ONE_LAYER_TOO_MANY = {"one layer too many": ratio ** (depth + 1) * input_variance}

WIDE = {"widths": (10**5,) * 11, "sampler": "auto"}

EXPERIMENTS = tuple(
    Experiment(
        f"ten layers{where}, each factor {said}",
        variance_at_depth,
        {"depth": 10, "ratio": value, "input_variance": 1},
        0.01,
        settings=settings,
        result="uniform",
        wrong=wrong,
    )
    for where, settings, said, value, wrong in (
        ("", UNEQUAL, "1", 1, ONE_PERCENT_OFF),
        ("", UNEQUAL, "5/4", 1.25, ONE_LAYER_TOO_MANY),
        ("", UNEQUAL, "4/5", 0.8, ONE_LAYER_TOO_MANY),
        (" of width 100,000", WIDE, "1", 1, ONE_PERCENT_OFF),
    )
)

WRONG = {
    "fan-out for fan-in": product_over(m, depth, layer_width[m] * layer_variance_[m])
    * input_variance,
    "widths dropped": product_over(m, depth, layer_variance_[m]) * input_variance,
    "standard deviations for variances": product_over(
        m, depth, layer_width[m - 1] * layer_variance_[m] ** 2
    )
    * input_variance,
}
