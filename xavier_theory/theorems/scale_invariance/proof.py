"""Weights divided by their length: their gradient is orthogonal to them, in size one over theirs.

    Σ_i (w_i − η g_i)² = Σ_i w_i² + η² Σ_i g_i²,    g(c w) = g(w)/c  for c > 0

for a unit u = Σ_j w_j x_j/‖w‖, which does not change when w is scaled, and the gradient g of any
loss of it, with the slope δ of the loss in u. So every step of gradient descent makes the weights
longer, and the longer they are the less it turns them: the same step at c w changes their relative
length by 1/c⁴ of what it does at w (result `relative`).

Assumptions: none but that w is not 0. That g_i = δ (x_i − u w_i/‖w‖)/‖w‖ is the chain rule, and a
definition here; the experiment takes differences of the loss in its place.

Plan of the proof
1. Σ_i w_i g_i = (δ/‖w‖) (Σ_i w_i x_i − u ‖w‖) = 0.
2. Expand (w_i − η g_i)²: the mixed term is −2η times that.
3. For c w in the place of w, ‖w‖ takes c, and u stays: g takes 1/c.
"""

from __future__ import annotations

from typing import Any

from sympy import sqrt

from xavier_theory.symbolic.assumptions import positive
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import constants, scalar
from xavier_theory.theorems.statement import Cited, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j

STATEMENT = Statement(
    order=41.5,
    name="scale-invariance",
    title="Weights divided by their length",
    summary=Fact(
        "Where a unit is divided by the length of its weights, the gradient is orthogonal to them, "
        "so that no step of gradient descent makes them shorter; weights that are c times as "
        "large have 1/c of the gradient.",
        Proved("orthogonal"),
        Proved(),
        Proved("scaled"),
    ),
    claims=(),
    sources=(
        Cited("salimans2016", "section 2.1", "the gradient, and that the length grows"),
        Cited("ba2016", "section 5.1", "invariance under scaling"),
    ),
    practice=(
        Fact(
            "The scale of such weights at the start does not change what the network computes, but "
            "it sets how far a step turns them: with weights c times as large, the same step size "
            "adds 1/c⁴ as much to their squared length, relative to it.",
            Proved("unit"),
            Proved("relative"),
        ),
    ),
    remarks=(
        Fact(
            "Under gradient descent without weight decay the length never shrinks, whatever the "
            "step size.",
            Proved(),
            Sampled("a large step"),
        ),
        Fact(
            "In front of a batch norm the weights of each unit, in front of a layer norm those of "
            "a layer together with its biases, may be scaled as well, up to the norm's ε.",
            Cited("ba2016", "section 5.1, table 1"),
        ),
        Fact(
            "The numbers may be any, and so may the loss: only its slope δ enters, as a factor.",
            Proved(),
        ),
    ),
    notation=(
        "w are the weights of one unit, x its inputs, δ the slope of the loss in the unit, η the "
        "step size, g the gradient at w, and h that at c w."
    ),
)

w, x, g, h = (constants(name, 1) for name in "wxgh")
fan_in = scalar("fan_in", "width", latex="n^{[l-1]}")
slope = scalar("loss_slope", latex=r"\delta")
step_size = scalar("step_size", latex=r"\eta")
factor = scalar("factor", "positive", latex="c")
squares = sum_over(j, fan_in, w[j] ** 2)
gradient_squares = sum_over(i, fan_in, g[i] ** 2)


def length(size: Any) -> Any:
    """‖size · w‖."""
    return sqrt(sum_over(j, fan_in, (size * w[j]) ** 2))


def unit(size: Any) -> Any:
    """u for the weights ``size`` · w."""
    return sum_over(j, fan_in, size * w[j] * x[j]) / length(size)


def gradient(size: Any) -> Any:
    """g_i for the weights ``size`` · w: the chain rule."""
    return slope * (x[i] - unit(size) * size * w[i] / length(size)) / length(size)


CONTEXT = Context(
    (positive("the_weights_are_not_all_zero", squares),),
    (
        define("gradient", g[i], gradient(1), i),
        define("gradient of the scaled weights", h[i], gradient(factor), i),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    product = sum_over(j, fan_in, w[j] * g[j])
    chain_rule = p.congruence(product, p.definition("gradient", j))
    orthogonal = p.chain(chain_rule).algebra(0).step
    after = sum_over(i, fan_in, (w[i] - step_size * g[i]) ** 2)
    longer = p.linear_combination(
        "=", after, squares + step_size**2 * gradient_squares, [orthogonal], [-2 * step_size]
    )
    rules = [p.definition("gradient of the scaled weights", j), p.definition("gradient", j)]
    scaled = p.linear_combination("=", h[j], g[j] / factor, rules, [1, -1 / factor])
    of_scaled = p.congruence(sum_over(j, fan_in, h[j] ** 2), scaled)
    lengths = sum_over(i, fan_in, (factor * w[i]) ** 2)
    relative = p.linear_combination(
        "=",
        of_scaled.left / lengths,
        gradient_squares / squares / factor**4,
        [of_scaled],
        [1 / (factor**2 * squares)],
    )
    return p.conclude(
        longer,
        quantities={
            "squares": squares,
            "gradient_squares": gradient_squares,
            "step_size": step_size,
            "factor": factor,
        },
        unit=p.linear_combination("=", unit(factor), unit(1)),
        orthogonal=orthogonal,
        scaled=scaled,
        relative=relative,
    )
