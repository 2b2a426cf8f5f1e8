"""symmetry, against a network that is trained in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest

from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.theorems import derive
from xavier_theory.theorems.symbols import i, j, k, t
from xavier_theory.theorems.symmetry.proof import V, W, bias, delta, h, m, s

NAME = "symmetry"
DATA = [([1, 2], [3, -1]), ([-1, 3], [0, 2]), ([2, 2], [1, 1])]
"""Inputs and targets, two of each."""
RATE = Fraction(1, 50)
Vector = list[Fraction]
Net = tuple[list[Vector], Vector, list[Vector]]


def start(rows: list[Fraction], outgoing: list[Fraction], beta: Fraction) -> Net:
    """Hidden unit i has the incoming weights rows[i] and the outgoing weights outgoing[i]."""
    incoming = [[weight, weight] for weight in rows]
    return incoming, [beta] * len(rows), [list(outgoing), list(outgoing)]


def trained(net: Net) -> tuple[Net, list[Vector], list[Vector]]:
    """One step of gradient descent on squares, φ(z) = z²; also activations and gradients."""
    incoming, biases, outgoing = net
    units, activations, gradients, errors = range(len(biases)), [], [], []
    for x, target in DATA:
        z = [sum(w * v for w, v in zip(incoming[u], x, strict=True)) + biases[u] for u in units]
        hidden = [value**2 for value in z]
        error = [sum(outgoing[q][u] * hidden[u] for u in units) - target[q] for q in (0, 1)]
        back = [sum(outgoing[q][u] * error[q] for q in (0, 1)) for u in units]
        activations.append(hidden)
        gradients.append([2 * z[u] * back[u] for u in units])
        errors.append(error)
    samples = range(len(DATA))
    after: Net = (
        [
            [
                w - RATE * sum(gradients[n][u] * DATA[n][0][p] for n in samples)
                for p, w in enumerate(incoming[u])
            ]
            for u in units
        ],
        [biases[u] - RATE * sum(gradients[n][u] for n in samples) for u in units],
        [
            [
                v - RATE * sum(errors[n][q] * activations[n][u] for n in samples)
                for u, v in enumerate(outgoing[q])
            ]
            for q in (0, 1)
        ],
    )
    return after, activations, gradients


def all_equal(values: list[object]) -> bool:
    return all(value == values[0] for value in values)


def units_agree(net: Net) -> bool:
    incoming, biases, outgoing = net
    return all_equal(list(incoming)) and all_equal(list(biases)) and all(map(all_equal, outgoing))


def test_it_takes_no_number() -> None:
    assert derive(NAME).parameters == ()


def test_the_results_equate_two_units() -> None:
    found = derive(NAME).results
    sides = {name: (step.relation, step.left, step.right) for name, step in found.items()}
    assert sides == {
        "conclusion": ("=", W[t, i, j], W[t, m, j]),
        "biases": ("=", bias[t, i], bias[t, m]),
        "outgoing_weights": ("=", V[t, k, i], V[t, k, m]),
        "activations": ("=", h[t, s, i], h[t, s, m]),
        "gradients": ("=", delta[t, s, i], delta[t, s, m]),
    }


def test_units_that_start_equal_stay_equal_in_exact_training() -> None:
    alpha, beta = Fraction(1, 4), Fraction(1, 3)
    first = net = start([alpha] * 3, [alpha] * 3, beta)
    for _ in range(4):
        net, activations, gradients = trained(net)
        assert units_agree(net)
        assert all(map(all_equal, activations)) and all(map(all_equal, gradients))
    assert net != first


@pytest.mark.parametrize("unequal", ["rows", "outgoing"])
def test_units_that_start_different_become_more_different(unequal: str) -> None:
    same, other = [Fraction(1, 4)] * 2, [Fraction(1, 4), Fraction(1, 3)]
    net = start(other, same, Fraction(0)) if unequal == "rows" else start(same, other, Fraction(0))
    after, _, gradients = trained(net)
    assert not units_agree(after)
    assert after[0][0] != after[0][1]
    assert not all(map(all_equal, gradients))


def test_different_samples_have_different_activations() -> None:
    """What is equal are the units, not the samples: that stays unprovable and untrue."""
    net = start([Fraction(1, 4)] * 2, [Fraction(1, 4)] * 2, Fraction(0))
    _, activations, _ = trained(net)
    assert not all_equal(list(activations))


def test_unequal_starts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from xavier_theory.symbolic.assumptions import equation
    from xavier_theory.symbolic.judgements import Context
    from xavier_theory.symbolic.terms import constants
    from xavier_theory.theorems.symmetry import proof as symmetry

    alpha = constants("alpha", 1)
    unequal = equation("incoming_weights_start_at_alpha", W[0, i, j], alpha[i], i, j)
    whole = symmetry.CONTEXT
    monkeypatch.setattr(
        symmetry, "CONTEXT", Context((unequal, *whole.assumptions[1:]), whole.definitions)
    )
    with pytest.raises(RuleRefusedError, match="does not follow by algebra"):
        symmetry.derive()
