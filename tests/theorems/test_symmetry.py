"""symmetry, against a network that is trained in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.terms import Entry
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


def history(net: Net, steps: int) -> dict[str, list[Any]]:
    """Each family of the theorem by name, its values at steps 0..``steps`` - 1."""
    found: dict[str, list[Any]] = {name: [] for name in ("W", "b", "V", "h", "delta")}
    for _ in range(steps):
        after, activations, gradients = trained(net)
        for name, value in zip(found, (*net, activations, gradients), strict=True):
            found[name].append(value)
        net = after
    return found


def values(term: Entry, found: dict[str, list[Any]], units: dict[Any, int]) -> list[Any]:
    """The member at all steps, inputs, outputs and samples, for given ``units``; from 0 on."""
    at: list[Any] = [found[term.family.name]]
    for index in term.indices:
        places = [units[index]] if index in units else None
        at = [row[n] for row in at for n in (places or range(len(row)))]
    return at


def holds(result: str, found: dict[str, list[Any]]) -> bool:
    """Whether the result of the theorem equates all units of the trained network."""
    step = derive(NAME).results[result]
    pairs = [{i: 0, m: other} for other in range(len(found["b"][0]))]
    return all(values(step.left, found, at) == values(step.right, found, at) for at in pairs)


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


@pytest.mark.parametrize("result", derive(NAME).results)
def test_units_that_start_equal_stay_equal_in_exact_training(result: str) -> None:
    alpha, beta = Fraction(1, 4), Fraction(1, 3)
    found = history(start([alpha] * 3, [alpha] * 3, beta), 5)
    assert found["W"][4] != found["W"][0]
    assert holds(result, found)


@pytest.mark.parametrize("unequal", ["rows", "outgoing"])
def test_units_that_start_different_become_more_different(unequal: str) -> None:
    same, other = [Fraction(1, 4)] * 2, [Fraction(1, 4), Fraction(1, 3)]
    net = start(other, same, Fraction(0)) if unequal == "rows" else start(same, other, Fraction(0))
    found = history(net, 2)
    assert not holds("conclusion", found)
    assert not holds("gradients", found)
    assert found["W"][1][0] != found["W"][1][1]


def test_different_samples_have_different_activations() -> None:
    """What is equal are the units, not the samples: that stays unprovable and untrue."""
    found = history(start([Fraction(1, 4)] * 2, [Fraction(1, 4)] * 2, Fraction(0)), 1)
    assert holds("activations", found)
    first, *others = (values(h[t, s, i], found, {s: place}) for place in range(len(DATA)))
    assert any(other != first for other in others)


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
