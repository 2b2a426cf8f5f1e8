"""How `xavier-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from dataclasses import replace

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_layers import linear_layer
from xavier_theory.monte_carlo.quantities import Quantity, inverse
from xavier_theory.theorems.symbols import fan_in


def kept_variance(*, fan_in: int, law: str = "normal") -> Quantity:
    """The weight variance that keeps a layer's variance.

    A layer with weights of variance 1 is sampled: it multiplies by its growth g, so the variance
    that is kept is 1/g. The prediction of v is a prediction 1/v of g.
    """
    return replace(linear_layer(fan_in, 1.0, 1.0, law), measured=inverse, reported=inverse)


EXPERIMENTS = tuple(
    Experiment(
        f"{law} weights keep the variance", kept_variance, {"fan_in": fan}, 0.01, {"law": law}
    )
    for law, fan in (
        ("normal", 100),
        ("uniform", 100),
        ("truncated-normal", 100),
        ("rademacher", 7),
    )
)

WRONG = {"2 for 1": 2 / fan_in, "n + 1 for n": 1 / (fan_in + 1), "1 % off": 101 / (100 * fan_in)}
