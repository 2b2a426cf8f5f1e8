"""Gradient descent on linear chains, in exact fractions or certified balls.

Gradients come from explicit matrix products (``chains.run_chain``) or, for the scalar chain, from
differences of the cost alone: nothing here knows the theorems' formulas.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, ctx, fmpq

from xavier_theory.monte_carlo.chains import run_chain

__all__ = ["chain_cost", "common_weight", "curvatures", "last_layer_errors", "two_layers"]


def last_layer_errors(
    weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray, rate: Fraction, steps: int
) -> list[np.ndarray]:
    """ŷ − y at steps 0..``steps`` when only the last matrix is trained; ``(n^[L], 1)`` each."""
    *hidden, last = weights
    errors = []
    for _ in range(steps + 1):
        run = run_chain([*hidden, last], x, y)
        errors.append(run.output_gradient)
        last = last - rate * run.weight_gradients[-1]
    return errors


def chain_cost(weights: Sequence[Fraction], target: Fraction) -> Fraction:
    """½ (w_1 ⋯ w_L − y)²."""
    return (math.prod(weights) - target) ** 2 / 2


def curvatures(weights: Sequence[Fraction], target: Fraction) -> list[list[Fraction]]:
    """The Hessian of ``chain_cost``, exactly: it has degree 2 in each weight.

    Central differences with step 1 are then the derivatives themselves.
    """
    count = range(len(weights))

    def cost(*moves: tuple[int, int]) -> Fraction:
        moved = list(weights)
        for place, by in moves:
            moved[place] += by
        return chain_cost(moved, target)

    def entry(i: int, j: int) -> Fraction:
        if i == j:
            return cost((i, 1)) - 2 * cost() + cost((i, -1))
        signs = [(a, b) for a in (1, -1) for b in (1, -1)]
        return sum((a * b * cost((i, a), (j, b)) for a, b in signs), Fraction(0)) / 4

    return [[entry(i, j) for j in count] for i in count]


def two_layers(start: Fraction, target: Fraction, rate: Fraction, steps: int) -> list[Fraction]:
    """The errors u v − y at steps 0..``steps`` from u = v = ``start``."""
    u, v = start, start
    errors = []
    for _ in range(steps + 1):
        error = u * v - target
        errors.append(error)
        u, v = u - rate * error * v, v - rate * error * u
    return errors


def common_weight(
    start: Fraction, layers: int, target: Fraction, rate: Fraction, steps: int
) -> list[arb]:
    """The weight that all ``layers`` share at steps 0..``steps``, each as a certified ball."""
    precision = ctx.prec
    ctx.prec = 400
    try:
        c, y, eta = (arb(fmpq(v.numerator, v.denominator)) for v in (start, target, rate))
        found = [c]
        for _ in range(steps):
            c = c - eta * (c**layers - y) * c ** (layers - 1)
            found.append(c)
        return found
    finally:
        ctx.prec = precision
