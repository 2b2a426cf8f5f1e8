"""Evaluating a tree: as a NumPy function, or on complex balls.

A tree becomes a tape, a list of instructions in order, in which a shared part is computed once.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from flint import acb, arb, ctx, fmpq

from xavier_theory.activations.budget import FLOATS_PER_UNIT, spend
from xavier_theory.activations.expressions.elementary import FUNCTIONS, constant_ball
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Constant,
    Every,
    Extremum,
    Negation,
    Node,
    Number,
    Parameter,
    Positive,
    Power,
    Product,
    Sum,
    Truth,
    Variable,
    Where,
    postorder,
)
from xavier_theory.errors import InvalidInputError

Instruction = tuple[Callable[..., Any], tuple[int, ...]]


def array_function(root: Node) -> Callable[[np.ndarray], np.ndarray]:
    """φ for arrays of any shape, in floating point, without warnings.

    Every branch is evaluated everywhere and the right one is taken, so a branch may overflow where
    it is not used.
    """
    order = postorder(root)
    index = {node: k for k, node in enumerate(order)}
    constants = {k: v for k, node in enumerate(order) if (v := _float(node)) is not None}
    steps = [
        (k, _array_operation(node), tuple(index[child] for child in node.children))
        for k, node in enumerate(order)
        if k not in constants and not isinstance(node, Variable)
    ]
    places = [k for k, node in enumerate(order) if isinstance(node, Variable)]

    def evaluate(z: np.ndarray) -> np.ndarray:
        point = np.asarray(z, dtype=float)
        spend(len(steps) * (1 + point.size // FLOATS_PER_UNIT))
        values: list[Any] = [constants.get(k) for k in range(len(order))]
        for k in places:
            values[k] = point
        with np.errstate(all="ignore"):
            for k, operation, operands in steps:
                values[k] = operation(*(values[o] for o in operands))
            if np.shape(values[-1]) != point.shape:
                return np.broadcast_to(values[-1], point.shape) + np.zeros(point.shape)
        return values[-1]

    return evaluate


def ball_function(root: Node) -> Callable[[acb, bool], acb]:
    """A smooth φ for complex boxes, at the precision of the moment when this is called.

    Raises ``InvalidInputError`` for a tree with kinks: those are cut by ``cells`` first.
    """
    order = postorder(root)
    index = {node: k for k, node in enumerate(order)}
    start: list[Any] = [None] * len(order)
    variables = []
    steps = []
    for k, node in enumerate(order):
        operands = tuple(index[child] for child in node.children)
        if isinstance(node, Variable):
            variables.append(k)
        elif all(start[o] is not None for o in operands):  # a constant part: computed once, here
            start[k] = acb(_ball_operation(node)([start[o] for o in operands], False))
        else:
            steps.append((k, _ball_operation(node), operands))

    cost = len(steps) * (1 + ctx.prec // 256)

    def evaluate(z: acb, analytic: bool) -> acb:
        spend(cost)
        values = start.copy()
        for k in variables:
            values[k] = z
        for k, operation, operands in steps:
            values[k] = operation([values[o] for o in operands], analytic)
        return values[-1]

    return evaluate


def number_ball(value: Fraction) -> arb:
    """A ball around a rational."""
    return arb(fmpq(value.numerator, value.denominator))


def power_ball(base: acb, exponent: Fraction, analytic: bool) -> acb:
    """base^exponent; finite at 0 for a positive exponent, where flint gives nan."""
    if exponent.denominator == 1:
        return base ** int(exponent)
    if exponent.denominator == 2:
        whole = (exponent.numerator - 1) // 2
        if whole >= 0 or not base.contains(0):
            root = base.sqrt(analytic=analytic)
            return root if whole == 0 else root * base**whole
        return acb("nan")
    if base.contains(0):
        if analytic or exponent < 0:
            return acb("nan")
        size = base.abs_upper() ** number_ball(exponent)
        disc = arb(0, 1) * size.abs_upper()
        return acb(disc, disc)
    return base.pow(number_ball(exponent), analytic=analytic)


def _float(node: Node) -> float | None:
    if isinstance(node, Number):
        try:
            return float(node.value)
        except OverflowError:
            raise InvalidInputError(
                "a number in the expression is beyond the range of floats"
            ) from None
    return float(constant_ball(node.name)) if isinstance(node, Constant) else None


def _array_operation(node: Node) -> Callable[..., Any]:
    match node:
        case Sum():
            return _summed
        case Product():
            return _multiplied
        case Power():
            return _array_power(node.exponent)
        case Apply():
            simple = {"abs": np.abs, "sign": np.sign, "floor": np.floor}
            return simple.get(node.function) or FUNCTIONS[node.function].array
        case Extremum():
            return np.maximum if node.greatest else np.minimum
        case Positive():
            strict = node.strict
            return lambda d: d > 0 if strict else d >= 0
        case Truth():
            holds = node.holds
            return lambda: np.bool_(holds)
        case Every():
            return lambda *conditions: np.logical_and.reduce(np.broadcast_arrays(*conditions))
        case Negation():
            return np.logical_not
        case Where():
            return np.where
        case Parameter():
            raise InvalidInputError(f"the parameter {node.name} has no value")
    raise InvalidInputError(f"{type(node).__name__} is no part of a function")


def _summed(*terms: Any) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _multiplied(*factors: Any) -> Any:
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    return total


def _array_power(exponent: Fraction) -> Callable[[Any], Any]:
    if exponent == 2:
        return np.square
    if exponent == Fraction(1, 2):
        return np.sqrt
    if exponent == -1:
        return lambda base: 1.0 / np.asarray(base, dtype=float)
    if exponent.denominator == 1 and exponent > 0:
        whole = int(exponent)
        return lambda base: np.power(base, whole)
    approximate = float(exponent)
    return lambda base: np.power(np.asarray(base, dtype=float), approximate)


def _ball_operation(node: Node) -> Callable[[list[Any], bool], Any]:
    match node:
        case Number():
            return lambda _values, _: number_ball(node.value)
        case Constant():
            return lambda _values, _: constant_ball(node.name)
        case Sum():
            return lambda values, _: _summed(*values)
        case Product():
            return lambda values, _: _multiplied(*values)
        case Power():
            exponent = node.exponent
            if exponent.denominator == 1:
                whole = int(exponent)
                return lambda values, _: values[0] ** whole
            return lambda values, analytic: power_ball(values[0], exponent, analytic)
        case Apply() if node.function in FUNCTIONS:
            ball = FUNCTIONS[node.function].ball
            return lambda values, analytic: ball(values[0], analytic)
        case Parameter():
            raise InvalidInputError(f"the parameter {node.name} has no value")
    raise InvalidInputError("a tree with kinks has no ball function; cut it into cells first")
