"""How `cross-entropy-bound` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats
from sympy import log

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest, HeavyTailedMeanTest
from xavier_theory.theorems.cross_entropy_bound.proof import classes, power, spread


def loss_of_gaussian_logits(*, classes: int, power: int, logit_variance: Any) -> Quantity:
    """The mean cross-entropy of independent Gaussian logits, which the theorem bounds.

    The loss has the gradient p − e_k in the logits, with the probabilities p, of squared length 2
    at most, so that its variance is at most 2v (Gaussian Poincaré inequality, Boucheron, Lugosi &
    Massart 2013, Theorem 3.20). ``power`` is what
    the theorem takes; the sample does not depend on it.
    """
    count, v = integer_at_least(1, classes, "classes"), float(logit_variance)

    def losses(generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        s = math.sqrt(v) * generator.standard_normal((size, count))
        return np.asarray(special.logsumexp(s, axis=1) - s[:, 0])

    test = HeavyTailedMeanTest(variance_bound=2 * v)
    block = max(1, 2**22 // count)
    return SampledQuantity(test, losses, _pair, block=block, located=_mean_of_gaussian(count, v))


def _mean_of_gaussian(count: int, v: float) -> float:
    """E log Σ_c e^{s_c} by quadrature.

    With G of Gumbel's law, P(log S + G <= x) is E exp(−S e^{−x}) = (E exp(−e^{s − x}))^C, and
    E G = γ. It only locates the mean among the planted formulas.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    s, shares = math.sqrt(v) * nodes, weights / weights.sum()
    reach = math.log(count) + 12 * math.sqrt(v) + 40
    x = np.linspace(-reach, reach, 20_001)
    below = (np.exp(-np.exp(np.minimum(s - x[:, None], 50))) @ shares) ** count
    return float(np.trapezoid((x > 0) - below, x)) - float(np.euler_gamma)


def loss_of_signs(*, classes: int, power: int, logit_variance: Any) -> Quantity:
    """The mean cross-entropy of logits ±√v, of which K ~ Bin(C, 1/2) are positive.

    It lies within 2√v of log C. Its mean is a sum over K: that of a logit is 0.
    """
    count, size = integer_at_least(1, classes, "classes"), math.sqrt(float(logit_variance))
    k = np.arange(count + 1)
    values = np.log(k * math.exp(size) + (count - k) * math.exp(-size))
    mean = float(stats.binom.pmf(k, count, 0.5) @ values)

    def losses(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        up = generator.binomial(count, 0.5, n)  # each class is positive for K of C labels
        label = np.where(generator.random(n) * count < up, size, -size)
        return np.asarray(values[up] - label)

    middle, reach = math.log(count), 2 * size * (1 + 1e-9)
    test = BoundedMeanTest(middle - reach, middle + reach, None, method="hoeffding")
    return SampledQuantity(test, losses, _pair, located=mean)


def _pair(prediction: Any) -> tuple[float, float]:
    lower, upper = prediction
    return float(lower), float(upper)


def _experiment(name: str, quantity: Any, c: int, m: int, v: Any, delta: float) -> Experiment:
    values = {"classes": c, "power": m, "logit_variance": v}
    return Experiment(name, quantity, values, delta)


EXPERIMENTS = (
    _experiment("ten classes, logits of signs", loss_of_signs, 10, 1, 1, 0.02),
    _experiment("two classes, small Gaussian logits", loss_of_gaussian_logits, 2, 1, 0.25, 0.02),
    _experiment("large Gaussian logits, m = 1", loss_of_gaussian_logits, 1000, 1, 4, 0.05),
    _experiment("larger Gaussian logits, m = 2", loss_of_gaussian_logits, 1000, 2, 64, 0.1),
)

_BOUND = power * log(classes) + spread / (2 * power)
WRONG = {
    "log C whatever the logits": (log(classes), log(classes)),
    "a quarter of v": (log(classes), power * log(classes) + spread / (4 * power)),
    "log C taken once for every m": (log(classes), log(classes) + spread / (2 * power)),
    "the bound as the least loss": (_BOUND, 2 * _BOUND),
}
