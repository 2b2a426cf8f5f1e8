"""optimizer-symmetry, against the optimizers that train networks and rules that break it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from sympy import Function

from xavier_theory.monte_carlo.exact_training import train
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.theorems import derive
from xavier_theory.theorems.optimizer_symmetry import proof as theorem
from xavier_theory.theorems.optimizer_symmetry.experiment import remembering
from xavier_theory.theorems.optimizer_symmetry.proof import INCOMING, OUTGOING, G, V, W, h, m, p, s
from xavier_theory.theorems.symbols import i, j, k, t
from xavier_theory.training.optimizers import OPTIMIZERS
from xavier_theory.training.parameters import Parameters

NAME = "optimizer-symmetry"


def test_its_assumptions_are_about_the_start() -> None:
    names = [assumption.name for assumption in derive(NAME).assumptions]
    assert all(name.startswith("units_start_with_equal_") for name in names)
    assert len(names) == len(INCOMING) + len(OUTGOING)
    assert derive(NAME).parameters == ()


def test_the_results_equate_two_units() -> None:
    found = derive(NAME).results
    assert {name: (step.relation, step.left, step.right) for name, step in found.items()} == {
        "conclusion": ("=", W[t, i, j], W[t, m, j]),
        "outgoing_weights": ("=", V[t, k, i], V[t, k, m]),
        "memories": ("=", p[t, i, j], p[t, m, j]),
        "activations": ("=", h[t, s, i], h[t, s, m]),
    }


def test_a_rule_that_knows_the_unit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """U is given the unit's number where it should get the step's."""
    first, *others = theorem.CONTEXT.definitions
    body = Function("U", real=True)(i, *(family[t, i, j] for family in (*INCOMING, G)))
    spoiled = define(first.name, W[t + 1, i, j], body, t, i, j)
    context = Context(theorem.CONTEXT.assumptions, (spoiled, *others))
    monkeypatch.setattr(theorem, "CONTEXT", context)
    with pytest.raises(RuleRefusedError, match="does not follow by algebra"):
        theorem.derive()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer_is_of_the_form(name: str) -> None:
    """What becomes of a coordinate depends on nothing but its own numbers and the step."""
    rng, optimizer = np.random.default_rng(3), OPTIMIZERS[name]
    rates = np.array([0.1])

    def run(order: np.ndarray) -> np.ndarray:
        weights, slopes = start[:, order], gradients[:, :, order]
        now = Parameters((weights.reshape(1, -1, 1),), (np.zeros((1, order.size)),))
        state = optimizer.start(now)
        for step, slope in enumerate(slopes, 1):
            along = Parameters((slope.reshape(1, -1, 1),), (np.zeros((1, order.size)),))
            now, state = optimizer.update(now, along, state, rates, step)
        return now.weights[0].ravel()

    start, gradients = rng.standard_normal((1, 6)), rng.standard_normal((4, 1, 6))
    order = rng.permutation(6)
    assert np.array_equal(run(np.arange(6))[order], run(order))
    assert np.array_equal(run(np.arange(6))[:1], run(np.arange(1)))


def test_units_that_start_equal_stay_equal_and_move() -> None:
    found = train(np.random.default_rng(5), 2, 3, rule=remembering)
    assert (found["W"] == found["W"][:, :1]).all()
    assert not (found["W"][0] == found["W"][1]).any()


def test_a_rule_that_looks_at_the_place_parts_them() -> None:
    def by_place(step, weights, kept, gradients):
        places = np.arange(weights.size).reshape(weights.shape)
        return weights - Fraction(1, 8) * places * gradients, kept

    found = train(np.random.default_rng(5), 1, 3, rule=by_place)
    assert not (found["W"][1] == found["W"][1, :1]).all()
