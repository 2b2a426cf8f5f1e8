"""How `linear-network` is sampled, and which wrong formulas the checks must refute.

Both sides of a result are read in networks of whole numbers, exactly: activations and gradients
from passes layer by layer, R from the matrices multiplied by each other before any signal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity
from xavier_theory.symbolic.terms import Entry, SumOver
from xavier_theory.theorems.linear_network.proof import R, a, above, carried, o
from xavier_theory.theorems.symbols import j, l

Members = Mapping[str, Callable[..., Any]]


def both_sides(*, widths: Sequence[int], repeated: bool = False) -> Quantity:
    """The two sides, for all units, from each layer to the last one.

    ``repeated``: one matrix stands in all layers but the last.
    """
    sizes = [integer_at_least(1, width, "a width") for width in widths]

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        members = _network(generator, sizes, repeated)
        places = list(_places(prediction[0], sizes))
        left, right = ([_value(side, members, at) for at in places] for side in prediction)
        return left, right

    return ExactQuantity(compare)


def _network(generator: np.random.Generator, sizes: Sequence[int], repeated: bool) -> Members:
    """The members of the families by their indices, in a network with drawn matrices."""

    def drawn(*shape: int) -> NDArray[Any]:
        return generator.integers(-9, 10, shape).astype(object)

    weights = [drawn(n, below) for below, n in pairwise(sizes)]
    if repeated:
        weights = [weights[0]] * (len(weights) - 1) + weights[-1:]
    top = len(weights)
    signals = list(accumulate(weights, lambda x, w: w @ x, initial=drawn(sizes[0])))
    gradients = list(
        accumulate(reversed(weights), lambda delta, w: w.T @ delta, initial=drawn(sizes[-1]))
    )

    def product(d: int, layer: int) -> NDArray[Any]:
        return reduce(lambda left, right: left @ right, weights[layer : layer + d + 1][::-1])

    def gradient(d: int, layer: int, unit: int) -> Any:
        if layer + d != top:
            raise ValueError(f"the last layer is {top}, not {layer + d}")
        return gradients[d][unit - 1]

    return {
        "a": lambda layer, unit: signals[layer][unit - 1],
        "delta": gradient,
        "R": lambda d, layer, row, column: product(d, layer)[row - 1, column - 1],
        "width": lambda layer: sizes[layer],
    }


def _places(left: Any, sizes: Sequence[int]) -> Iterator[dict[Any, Any]]:
    """Each layer, the layers between it and the last one, and each unit of the left side."""
    for layer in range(len(sizes) - 1):
        unit, units = (o, sizes[-1]) if o in left.free_symbols else (j, sizes[layer])
        for place in range(units):
            numbers = {l: layer, above: len(sizes) - 2 - layer, unit: place + 1}
            yield {symbol: sympy.Integer(value) for symbol, value in numbers.items()}


def _value(term: Any, members: Members, at: Mapping[Any, Any]) -> Any:
    """The value of a term of sums, products and members where the free symbols are numbers."""
    if isinstance(term, Entry):
        return members[term.family.name](*(int(index.xreplace(at)) for index in term.indices))
    if isinstance(term, SumOver):
        index, body = term.opened()
        last = _value(term.upper, members, at)
        return sum(_value(body, members, {**at, index: sympy.Integer(k + 1)}) for k in range(last))
    parts = [_value(part, members, at) for part in term.args]
    if term.is_Add:
        return sum(parts)
    return reduce(lambda x, y: x * y, parts) if term.is_Mul else int(term)


SHAPES = (
    ("five layers of different widths", {"widths": (3, 5, 2, 4, 1, 3)}),
    (
        "ten layers, one matrix of two rows in all but the last",
        {"widths": (2,) * 10 + (1,), "repeated": True},
    ),
)

EXPERIMENTS = (
    *(Experiment(said, both_sides, {}, 0.01, shape) for said, shape in SHAPES),
    *(
        Experiment(f"the gradient through {said}", both_sides, {}, 0.01, shape, result="backward")
        for said, shape in SHAPES
    ),
)

WRONG = {
    "twice": 2 * carried(above, l, o),
    "the first unit left out": carried(above, l, o) - R[above, l, o, 1] * a[l, 1],
}
