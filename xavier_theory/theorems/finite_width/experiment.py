"""How `finite-width` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Integer, Rational

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.fluctuations import layer_fluctuation, network_fluctuation
from xavier_theory.symbolic.binding import product_over
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems.finite_width.proof import depth, excess, length, m, mean, spread, width
from xavier_theory.theorems.symbols import l, layer_width

EXCESS = {"linear": 2, "relu": 5}
"""What `unit-fluctuation` gives for Gaussian pre-activations."""

OFF = {
    name: factor * excess * mean[l] ** 2 * layer_width[l]
    for name, factor in (("twice the excess", 2), ("5 % off", Rational(21, 20)))
}

POWERS = {
    "infinite width": Integer(1),
    "one more layer": (1 + excess / width) ** (depth + 1),
    "e/n only once": 1 + excess / width,
}

EXPERIMENTS = (
    *(
        Experiment(
            f"one {activation} layer of width {n:,}, {said}",
            layer_fluctuation,
            {"layer_width": n, "mean": 1, "excess": value},
            0.04,
            {"activation": activation, "sampler": sampler},
            result="fluctuation",
            wrong=OFF,
        )
        for activation, value in EXCESS.items()
        for n, said, sampler in ((8, "whole matrices", "dense"), (10**6, "chain of norms", "auto"))
    ),
    Experiment(
        "five relu layers of width 250, chain of norms",
        network_fluctuation,
        {"width": 250, "depth": 5, "excess": 5},
        0.01,
        {"activation": "relu"},
        result="equal_widths",
        wrong=POWERS,
    ),
)

WRONG = {
    "one more layer": spread(depth + 1) * E(length[depth]) ** 2 * E(length[0] ** 2),
    "infinite width": E(length[depth]) ** 2 * E(length[0] ** 2),
    "half of the excess": product_over(m, depth, 1 + excess / (2 * layer_width[m]))
    * E(length[depth]) ** 2
    * E(length[0] ** 2),
}
