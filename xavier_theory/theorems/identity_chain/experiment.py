"""How `identity-chain` is sampled, and which wrong formulas the checks must refute.

Chains of factor·I, multiplied out: nothing is left to chance.

The last matrix, the input and the target are drawn; everything else follows in fractions. Numbers
are equal, or, where the predicted power of the factor is no float, within its rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.chains import IdentityChain, identity_chain
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity, exact_number
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.theorems.identity_chain.deep_chains import deep_identity_chain
from xavier_theory.theorems.identity_chain.proof import a, depth, factor, last_W, o, width
from xavier_theory.theorems.symbols import j

Parts = Callable[[IdentityChain], tuple[np.ndarray, np.ndarray]]


def chain_output(*, factor: Any, depth: int, width: int = 2) -> Quantity:
    """ŷ against the prediction times W^[L] x, for W^[1..L-1] = c·I of the given width."""

    def parts(run: IdentityChain) -> tuple[np.ndarray, np.ndarray]:
        return run.exact.output, run.weights[-1] @ run.exact.activations[0]

    return _quantity(factor, integer_at_least(2, depth, "depth"), width, 1, parts)


def hidden_gradient(*, factor: Any, below: int, above: int, width: int = 2) -> Quantity:
    """∂J/∂W^[l] against the prediction times (W^[L]ᵀ e) xᵀ, l = below + 1."""

    def parts(run: IdentityChain) -> tuple[np.ndarray, np.ndarray]:
        arriving = run.weights[-1].T @ run.exact.output_gradient
        return run.exact.weight_gradients[below], arriving @ run.exact.activations[0].T

    return _quantity(factor, below + above + 2, width, 2, parts)


def last_gradient(*, factor: Any, depth: int, width: int = 2) -> Quantity:
    """∂J/∂W^[L] against the prediction times e xᵀ."""

    def parts(run: IdentityChain) -> tuple[np.ndarray, np.ndarray]:
        outer = run.exact.output_gradient @ run.exact.activations[0].T
        return run.exact.weight_gradients[-1], outer

    return _quantity(factor, integer_at_least(2, depth, "depth"), width, 1, parts)


def _quantity(factor: Any, depth: int, width: int, below_top: int, parts: Parts) -> Quantity:
    """The values of a chain against a prediction times what does not depend on the factor."""
    power = exact_number(factor) ** (depth - below_top)
    share = Fraction(0) if power == Fraction(float(power)) else Fraction(1, 2**50)

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        found, units = parts(identity_chain(generator, factor, depth, width))
        predicted = exact_number(prediction) * units
        rounding = share * abs(predicted)
        near = abs(found - predicted) <= rounding
        return found, np.where(near, found, predicted)

    return ExactQuantity(compare)


def deep_chain(*, factor: Any, depth: int, width: int = 2) -> Quantity:
    """The logarithm of c^(L-1), from L − 1 matrix products whose exponents are kept apart."""
    run = deep_identity_chain(float(factor), depth, width)

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[float, float]:
        return run.log_growth, float(sympy.log(abs(sympy.Float(prediction, 30))))

    # The predicted logarithm is rounded twice more than the chain's own.
    return ExactQuantity(compare, run.error_bound + 4 * math.ulp(run.predicted))


EXPERIMENTS = (
    *(
        Experiment(f"{said}, c = {factor}", quantity, {"factor": factor, "depth": depth}, 0.01)
        for said, quantity, depth in (
            ("the article's chain", chain_output, 10),
            ("a million layers", deep_chain, 10**6),
        )
        for factor in (1.5, 0.5)
    ),
    Experiment(
        "gradient of a hidden weight, c = 1.5",
        hidden_gradient,
        {"factor": 1.5, "below": 3, "above": 5},
        0.01,
        result="hidden_gradient",
    ),
    Experiment(
        "gradient of the last layer, c = 0.5",
        last_gradient,
        {"factor": 0.5, "depth": 10},
        0.01,
        result="last_gradient",
    ),
)

WRONG = {
    "L for L - 1": factor**depth * sum_over(j, width, last_W[o, j] * a[0, j]),
    "linear in depth": factor * (depth - 1) * sum_over(j, width, last_W[o, j] * a[0, j]),
}
