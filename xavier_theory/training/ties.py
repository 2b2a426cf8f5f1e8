"""Equal units in floating point: exactly equal with sums in a fixed order, not so with BLAS.

The theorem `symmetry` is about exact arithmetic. In floats it holds bit for bit if every unit's
sums are taken in the same order. A matrix product of BLAS is free to sum the rows of one matrix in
different orders, and breaks ties in the last bit for some shapes. Whether such a difference grows
is a property of the network: equal units are a saddle, and may be an unstable one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from xavier_theory.errors import UnknownNameError
from xavier_theory.training.datasets import Dataset
from xavier_theory.training.descent import backward, cost, forward, update
from xavier_theory.training.optimizers import OPTIMIZERS
from xavier_theory.training.parameters import Parameters, initialize
from xavier_theory.training.plan import TrainingPlan

__all__ = ["PRODUCTS", "unit_weights"]


class _Ordered(np.ndarray):
    """An array whose products with others are summed in the same order for every entry."""

    def __matmul__(self, other: Any) -> Any:
        left, right = np.asarray(self), np.asarray(other)
        total = left[..., :, 0, None] * right[..., None, 0, :]
        for place in range(1, left.shape[-1]):  # a reduction of NumPy's may choose another order
            total = total + left[..., :, place, None] * right[..., None, place, :]
        return total.view(_Ordered)


PRODUCTS = {"blas": np.ndarray, "ordered": _Ordered}
"""The types of array whose matrix products are compared."""


def unit_weights(
    data: Dataset, plan: TrainingPlan, steps: int, product: str = "blas", seed: int = 0
) -> np.ndarray:
    """W^[1] of every network at steps 0..``steps``: ``(steps + 1, m, n^[1], n^[0])``.

    Training is that of ``Trainer`` (on all examples) but for the matrix products: ``blas`` or
    ``ordered``. Raises ``UnknownNameError`` for another product.
    """
    if product not in PRODUCTS:
        raise UnknownNameError("matrix product", product, PRODUCTS)
    kind = PRODUCTS[product]
    widths = (data.features, *plan.hidden, data.classes)
    schemes = [plan.scheme_of(r * plan.seeds) for r in range(len(plan.schemes))]
    start = initialize(widths, schemes, plan.seeds, np.random.SeedSequence(seed))
    parameters = start.combined(lambda values: values.view(kind))
    state = OPTIMIZERS[plan.optimizer].start(parameters)
    found = [np.asarray(parameters.weights[0])]
    for step in range(1, steps + 1):
        passed = forward(parameters, data.inputs, plan.layers())
        _, error = cost(passed.activations[-1], data.targets, plan.cost)
        back = backward(parameters, passed, error)
        # Of the deltas some are plain arrays: their products are taken again, as asked for.
        weights = tuple(
            delta.view(kind) @ np.swapaxes(a, -1, -2)
            for delta, a in zip(back.passed.deltas, passed.activations[:-1], strict=True)
        )
        slopes = Parameters(weights, back.parameters.biases)
        parameters, state = update(parameters, slopes, state, plan.rates(), step, plan.optimizer)
        found.append(np.asarray(parameters.weights[0]))
    return np.stack(found)
