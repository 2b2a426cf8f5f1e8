"""How `deferred-answers` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Integer

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.wide_layers import matrix_answers
from xavier_theory.theorems.deferred_answers.proof import inner, p_, q, t, u
from xavier_theory.theorems.symbols import fan_in, fan_out, weight_variance

EXPERIMENTS = tuple(
    Experiment(
        f"left queries before right ones, {said}",
        matrix_answers,
        {"weight_variance": 0.25, "left_product": 0.6, "right_product": 0.8},
        0.02,
        {"fan_in": 400, "fan_out": 300, "sampler": sampler},
    )
    for said, sampler in (("deferred", "auto"), ("whole matrices", "dense"))
)

WRONG = {
    "sides that do not know of each other": Integer(0),
    "the right side forgotten": weight_variance * inner(u, p_, fan_out),
    "the cosine squared": weight_variance * inner(u, p_, fan_out) ** 2 * inner(q, t, fan_in),
}
