"""How `update-size` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.asked_layers import gaussian_layer, taken
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.layers.updated import UpdatedLayer
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.monte_carlo.sums_of_squares import sum_moments
from xavier_theory.statistics import (
    HeavyTailedMeanTest,
)
from xavier_theory.theorems.update_size.proof import (
    excess,
    output_variance,
    second_moment,
    slope,
    step_size,
    width,
)

_BATCH = 8  # networks of one update experiment that are drawn before its test is asked again


def first_update(
    *,
    width: int,
    step_size: Any,
    slope: Any,
    second_moment: Any,
    excess: Any,
    output_variance: Any = None,
    parametrization: str | None = None,
    activation: str = "linear",
    sampler: str = "auto",
) -> Quantity:
    """The mean square of Δz over a hidden layer's units, after one step on one example.

    A real step on real layers: activations a below, z = W a, f = V z, W gets −η ∂J/∂W, and z is
    asked again. The scalars are means over the units of one network; their relative variance is
    (1 + 2/n) E C⁴/(E C²)² − 1, C the squared length of a. ``excess`` is what the theorem takes.
    """
    n = integer_at_least(1, width, "width")
    variances = {"standard": 1 / n, "maximal-update": 1 / n**2}
    if (output_variance is None) == (parametrization is None):
        raise InvalidInputError("name either the output variance or the parametrization")
    if parametrization is not None and parametrization not in variances:
        raise InvalidInputError(f"unknown parametrization {parametrization!r}")
    above = float(output_variance if parametrization is None else variances[parametrization])
    eta, c, q = float(step_size), float(slope), float(second_moment)
    known, kind = get_activation(activation), taken(sampler, n, n, 2, True)
    mean, square, _, fourth = sum_moments(n, activation)
    scale = math.sqrt(q * n / mean)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        found = np.empty(count)
        for place in range(count):
            a = scale * known.function(generator.standard_normal((n, 1)))
            with (
                UpdatedLayer(gaussian_layer(kind, generator, (n, n), 1 / n)) as hidden,
                gaussian_layer(kind, generator, (1, n), above) as output,
            ):
                before = hidden.matmat(a)
                output.matmat(before)
                hidden.add(-eta * output.rmatmat(np.full((1, 1), c)), a)
                found[place] = np.mean(np.square(hidden.matmat(a) - before))
        return found

    bound = ((1 + 2 / n) * fourth / square**2 - 1) * (1 + 1e-9)
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=_BATCH, sampler=kind)


STEP = {"step_size": 0.5, "slope": 2, "second_moment": 1, "excess": 2}

MOVED = (step_size * slope * second_moment) ** 2

PLANTED = {
    "standard": {"as at half the width": MOVED * (width / 2 + excess)},
    "maximal-update": {"growing like the root of n": MOVED * width ** Rational(1, 2)},
}

EXPERIMENTS = (
    *(
        Experiment(
            f"{said}, width {n:,}",
            first_update,
            {"width": n, **STEP},
            0.05,
            {"parametrization": said},
            result=said.replace("-", "_"),
            wrong=wrong,
        )
        for said, wrong in PLANTED.items()
        for n in (2**10, 2**14 if said == "standard" else 2**17)
    ),
    Experiment(
        "whole matrices behind a relu, width 64",
        first_update,
        {"width": 64, "output_variance": 0.25, **STEP, "excess": 5},
        0.15,
        {"activation": "relu", "sampler": "dense"},
    ),
)

WRONG = {
    "one width for two": (step_size * slope * second_moment) ** 2 * output_variance * width,
    "the excess forgotten": (step_size * slope * second_moment * width) ** 2 * output_variance,
    "10 % off": (step_size * slope * second_moment) ** 2
    * output_variance
    * width
    * (width + excess)
    * Rational(11, 10),
}
