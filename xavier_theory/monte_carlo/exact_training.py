"""Training of a network whose hidden layer starts constant, in exact fractions.

One hidden layer, activation φ(z) = z + z², squared loss, random data with whole numbers. A claim of
a symmetry theorem is a pair of members, such as W[t, i, j] and W[t, m, j]: both are read from the
trained network at all steps and units for which it has them.

Two members that differ as polynomials in the data, of degree d, agree by chance with a probability
of at most d / (2 ``_LARGEST``) (Schwartz 1980, corollary 1): d = 9 after one step of descent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from sympy import Integer

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity
from xavier_theory.symbolic.terms import Entry

__all__ = ["RATE", "Kept", "Rule", "members_compared", "train"]

_INPUTS, _OUTPUTS, _SAMPLES = 2, 2, 2
RATE = Fraction(1, 8)
_LARGEST = 10**9

Kept = tuple[np.ndarray, ...]
Rule = Callable[[int, np.ndarray, Kept, np.ndarray], tuple[np.ndarray, Kept]]
"""New weights and memories, from the step, both of them and the gradients."""


def descent(step: int, weights: np.ndarray, kept: Kept, gradients: np.ndarray) -> Any:
    """Gradient descent."""
    return weights - RATE * gradients, kept


def members_compared(steps: int, units: int, zero: bool = False, rule: Rule = descent) -> Quantity:
    """Pairs of members that a theorem equates, in a network of ``units`` trained by ``rule``.

    It starts from one constant, or from 0 but for the output's bias.
    """
    last = integer_at_least(1, steps, "steps")
    hidden = integer_at_least(2, units, "units")

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        history = train(generator, last, hidden, zero, rule)
        left, right = prediction
        pairs = _values(history, left, right)
        if not pairs:
            raise InvalidInputError(f"the trained network has no members {left} and {right}")
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]

    return ExactQuantity(compare)


def train(
    generator: np.random.Generator,
    steps: int,
    units: int,
    zero: bool = False,
    rule: Rule = descent,
) -> dict[str, np.ndarray]:
    """Train from one constant, or from 0.

    Returns ``W`` (steps + 1, units, inputs), ``b`` and ``V`` over the steps.
    """
    x, y = _whole(generator, (_SAMPLES, _INPUTS)), _whole(generator, (_SAMPLES, _OUTPUTS))
    alpha, beta = (0 if zero else 1) * _whole(generator, (2,)) / 4
    now = {
        "W": np.full((units, _INPUTS), alpha, dtype=object),
        "b": np.full(units, beta, dtype=object),
        "V": np.full((_OUTPUTS, units), alpha, dtype=object),
    }
    nothing = {name: np.full(value.shape, Fraction(0)) for name, value in now.items()}
    kept: dict[str, Kept] = {name: (zeros, zeros) for name, zeros in nothing.items()}
    history = {name: [value] for name, value in now.items()}
    for step in range(steps):
        gradients = _gradients(now, x, y)
        for name, slope in gradients.items():
            now[name], kept[name] = rule(step, now[name], kept[name], slope)
            history[name].append(now[name])
    return {name: np.stack(values) for name, values in history.items()}


def _gradients(now: Mapping[str, np.ndarray], x: Any, y: Any) -> dict[str, np.ndarray]:
    """The cost's derivatives with respect to weights and biases."""
    z = x @ now["W"].T + now["b"]
    h = z + z * z
    error = h @ now["V"].T - y
    delta = (1 + 2 * z) * (error @ now["V"])
    return {"W": delta.T @ x, "b": delta.sum(axis=0), "V": error.T @ h}


def _whole(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Whole numbers up to ``_LARGEST`` of both signs, never zero, as fractions."""
    values = generator.integers(1, _LARGEST + 1, shape) * generator.choice([-1, 1], shape)
    flat = [Fraction(int(value)) for value in values.ravel()]
    return np.array(flat, dtype=object).reshape(shape)


def _values(history: Mapping[str, np.ndarray], left: Any, right: Any) -> list[tuple[Any, Any]]:
    """Both members at all values of their indices for which the history has both."""
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    longest = max(size for array in history.values() for size in array.shape)
    pairs = []
    for values in product(range(longest + 1), repeat=len(symbols)):
        at = dict(zip(symbols, map(Integer, values), strict=True))
        found = [_member(history, side, at) for side in (left, right)]
        if None not in found:
            pairs.append((found[0], found[1]))
    return pairs


def _member(history: Mapping[str, np.ndarray], term: Any, at: Mapping[Any, Any]) -> Any:
    """A member's value, or that of a whole number; None where the history has none.

    Steps count from 0, units from 1.
    """
    if isinstance(term, Integer):
        return Fraction(int(term))
    if not isinstance(term, Entry) or term.family.name not in history:
        raise InvalidInputError(f"{term} is no weight or bias of the trained network")
    array = history[term.family.name]
    step, *places = (int(index.xreplace(dict(at))) for index in term.indices)
    where = (step, *(place - 1 for place in places))
    if any(not 0 <= w < size for w, size in zip(where, array.shape, strict=True)):
        return None
    return array[where]
