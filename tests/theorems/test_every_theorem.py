"""What holds of every theorem: it replays, rests on what is pinned, and on nothing that is idle."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.theorems.theorem_checks import assert_each_assumption_is_needed, assert_replays
from xavier_theory.theorems import derive, theorems

PINNED = tomllib.loads(Path(__file__).with_name("pinned.toml").read_text(encoding="utf-8"))
NAMES = pytest.mark.parametrize("name", theorems())

INSTEAD = {
    "product-variance": {"x_and_y_are_independent": "finite moment of order 4 of X, Y"},
    "length-map": {
        "weights_are_independent_of_the_inputs": "finite moment of order 4 of W",
        "biases_are_independent_of_all_else": "finite moment of order 3 of B",
    },
    "gated-gain": {"z_is_standard_normal": "symmetry of Z about 0"},
    "correlation-map": {
        "weights_are_independent_of_both_layers_below": "finite moment of order 4 of W",
        "biases_are_independent_of_all_else": "finite moment of order 3 of B",
    },
    "depth-scale": {"no_slope_is_steeper_than_xi_says": "exp(-1/xi)"},
    "selu-fixed-point": {"z_is_standard_normal": "finite moment of order 1 of Z"},
    "homogeneous-activation": {
        "the_signals_are_standard_normal": "finite moment of order 2 of A",
    },
    "near-fixed-point": {
        "the_point_is_fixed": "no assumption called the_point_is_fixed is declared",
        "the_map_has_the_slope": "df is the derivative of f",
        "the_slope_changes_slowly": "it changes slowly",
    },
    "update-size": {
        "outgoing_weights_are_independent_of_the_activations_below": "finite moment of order 4"
    },
    "weight-laws": {
        "the_weight_is_uniform": "finite moment of order 2 of U",
        "the_weight_is_a_truncated_normal": "finite moment of order 2 of T",
    },
}
"""For an assumption that several rules use, what the first of them misses without it."""


@NAMES
def test_it_replays(name: str) -> None:
    assert_replays(name)


@NAMES
def test_it_rests_on_what_is_pinned(name: str) -> None:
    found = derive(name)
    rests_on: dict[str, Any] = {}
    for group in PINNED[name]["rests_on"]:
        rests_on |= dict.fromkeys(group["results"], group["assumptions"])
    declared = found.context.assumptions
    assert rests_on == {
        result: [a.name for a in declared if a in step.assumptions]
        for result, step in found.results.items()
    }
    conclusion = [a.name for a in found.assumptions]
    assert conclusion == sorted(
        {label for main in found.main for label in rests_on[main]},
        key=[a.name for a in declared].index,
    )
    assert found.axioms() == tuple(PINNED[name]["lemmas"])
    assert list(found.lemmas) == PINNED[name]["cites"]


def test_nothing_else_is_pinned() -> None:
    assert list(PINNED) == theorems()


@NAMES
def test_each_assumption_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_each_assumption_is_needed(name, monkeypatch, INSTEAD.get(name))
