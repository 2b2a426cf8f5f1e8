"""How `product-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.products import product
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems.product_variance.proof import PRODUCT_OF_VARIANCES
from xavier_theory.theorems.symbols import X, Y

MEANS = {"mean_x": 2, "variance_x": 1, "mean_y": -1, "variance_y": 3}

EXPERIMENTS = (
    Experiment("two uniform variables", product, MEANS, 0.01, {"laws": ("uniform", "uniform")}),
    Experiment(
        "a sign and a uniform variable", product, MEANS, 0.01, {"laws": ("rademacher", "uniform")}
    ),
)

WRONG = {
    "the means dropped": PRODUCT_OF_VARIANCES,
    "one mean dropped": E(X) ** 2 * Var(Y) + PRODUCT_OF_VARIANCES,
    "the product of the variances dropped": E(X) ** 2 * Var(Y) + Var(X) * E(Y) ** 2,
}
