"""What holds of every theorem: it replays, rests on what is pinned, and on nothing that is idle."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.theorems.theorem_checks import assert_each_assumption_is_needed, assert_replays
from xavier_theory.theorems import derive, theorems

PINNED = tomllib.loads(Path(__file__).with_name("pinned.toml").read_text(encoding="utf-8"))
NAMES = pytest.mark.parametrize("name", theorems())

INSTEAD = {
    "product-variance": {"x_and_y_are_independent": "finite moment of order 4 of X, Y"},
    "layer-rule": {"biases_are_independent_of_all_else": "finite moment of order 3 of B"},
    "length-map": {
        "weights_are_independent_of_the_inputs": "finite moment of order 4 of W",
        "biases_are_independent_of_all_else": "finite moment of order 3 of B",
    },
    "backward-gain": {"pre_activations_are_never_zero": "it needs the assumption Abs(y[j]) > 0"},
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
    "norm-reset": {"the_inputs_are_not_all_equal": "is not plainly >= 0"},
    "scale-invariance": {"the_weights_are_not_all_zero": "does not follow by algebra"},
    "dropout-second-moment": {
        "masks_are_independent_of_the_inputs": "finite moment of order 4 of a[j], m[j]"
    },
    "gated-product": {
        "weights_are_independent_of_the_input_and_the_gate": "independent: W[every]; h[every]"
    },
    "forget-gate": {
        "gates_are_independent_of_the_cell": "finite moment of order 4 of c[l], f[l]",
        "additions_are_independent_of_gate_and_cell": "finite moment of order 3 of",
    },
    "residual-growth": {
        "weights_are_independent_of_the_stream_and_the_branch": "finite moment of order 4 of W"
    },
    "weight-mean": {
        "weights_are_independent_of_the_inputs": "finite moment of order 4 of W",
        "the_weights_of_two_units_are_independent_of_the_inputs": "finite moment of order 4 of W",
    },
    "sparse-weights": {
        "masks_are_independent_of_the_inputs": "finite moment of order 4 of a[_v0], m[_v0]"
    },
    "complex-weights": {
        "weights_are_independent_of_the_inputs": "finite moment of order 4 of b[_0], u[_0]"
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


def as_pinned(name: str) -> str:
    """What the theorem called ``name`` rests on, in the form of ``pinned.toml``."""
    found = derive(name)
    groups: dict[tuple[str, ...], list[str]] = {}
    for result, step in found.results.items():
        rests_on = tuple(a.name for a in found.context.assumptions if a in step.assumptions)
        groups.setdefault(rests_on, []).append(result)
    lines = [f"[{name}]", f"lemmas = {json.dumps(found.axioms())}"]
    lines.append(f"cites = {json.dumps(list(found.lemmas))}")
    for assumptions, results in groups.items():
        lines.append(f"[[{name}.rests_on]]\nresults = {json.dumps(results)}")
        listed = "".join(f'\n  "{assumption}",' for assumption in assumptions)
        lines.append(f"assumptions = [{listed}{chr(10) if listed else ''}]")
    return "\n".join(lines)


def require_pinned(name: str, pinned: Mapping[str, Any]) -> None:
    """Fail with what would stand in ``pinned.toml``, unless something about ``name`` does."""
    if name not in pinned:
        pytest.fail(
            f"tests/theorems/pinned.toml says nothing about {name}. Read what it rests on; if that "
            f"is what it should rest on, add it there, in reading order:\n\n{as_pinned(name)}",
            pytrace=False,
        )


def test_a_new_theorem_is_told_what_to_pin() -> None:
    with pytest.raises(pytest.fail.Exception, match="says nothing about he-variance") as failure:
        require_pinned("he-variance", {})
    text = str(failure.value)
    told = tomllib.loads(text[text.index("[he-variance]") :])
    assert told["he-variance"]["cites"] == PINNED["he-variance"]["cites"]
    assert [result for group in told["he-variance"]["rests_on"] for result in group["results"]]


@NAMES
def test_it_rests_on_what_is_pinned(name: str) -> None:
    require_pinned(name, PINNED)
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
