"""The list of theorems: found by themselves, in reading order, each complete."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import xavier_theory.theorems
from xavier_theory.claims import ledger
from xavier_theory.errors import UnknownNameError
from xavier_theory.finite_models.theory import statements
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.symbolic.language import well_formed
from xavier_theory.symbolic.normal_form import is_zero_function
from xavier_theory.theorems import derive, theorem_module, theorems

READING_ORDER = [
    "product-variance",
    "layer-variance",
    "depth-product",
    "xavier-variance",
    "he-variance",
    "backward-variance",
    "glorot-variance",
    "weight-laws",
    "tanh-linearization",
    "identity-chain",
    "symmetry",
    "sigmoid-gradient",
    "random-chain-growth",
    "general-gain",
    "leaky-relu-variance",
    "chain-descent",
    "chain-sharpness",
    "two-layer-cycle",
    "chain-plateau",
    "zero-initialization",
    "unit-fluctuation",
    "finite-width",
    "log-norm-spread",
    "deferred-answers",
    "update-size",
    "length-map",
    "gain-stability",
    "gated-gain",
    "correlation-map",
    "depth-scale",
    "selu-fixed-point",
    "optimizer-symmetry",
    "homogeneous-activation",
    "near-fixed-point",
    "depth-scale-remainder",
]
NAMES = pytest.mark.parametrize("name", READING_ORDER)


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the package's path; the registry looks again, before and afterwards."""
    package = xavier_theory.theorems
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    package._modules.cache_clear()
    yield tmp_path
    package._modules.cache_clear()
    sys.modules.pop("xavier_theory.theorems.planted_variance", None)
    vars(package).pop("planted_variance", None)


def test_they_come_in_reading_order() -> None:
    assert theorems() == READING_ORDER


def test_the_orders_are_one_two_three() -> None:
    orders = [theorem_module(name).STATEMENT.order for name in theorems()]
    assert orders == [*range(1, 1 + len(READING_ORDER))]


@NAMES
def test_a_theorem_is_called_like_its_file(name: str) -> None:
    module = theorem_module(name)
    assert module.__name__ == f"xavier_theory.theorems.{name.replace('-', '_')}"
    assert module.STATEMENT.name == name == derive(name).name


@pytest.mark.parametrize("look_up", [theorem_module, derive])
@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("layer-varience", "layer-variance"), ("he-var", "he-variance"), ("symetry", "symmetry")],
)
def test_an_unknown_name_suggests_the_nearest(
    look_up: Callable[[str], object], wrong: str, nearest: str
) -> None:
    with pytest.raises(UnknownNameError) as refusal:
        look_up(wrong)
    assert str(refusal.value) == f"unknown theorem {wrong!r}; did you mean {nearest!r}?"


def test_a_name_like_none_lists_them_all() -> None:
    with pytest.raises(UnknownNameError, match="known: product-variance, layer-variance, depth"):
        derive("zzz")


def test_a_derivation_is_made_once() -> None:
    assert derive("he-variance") is derive("he-variance")


def test_adding_a_file_adds_a_theorem(planted: Path) -> None:
    text = Path(str(theorem_module("product-variance").__file__)).read_text(encoding="utf-8")
    text = text.replace('name="product-variance"', 'name="planted-variance"')
    text = text.replace("order=1,", "order=99,")
    (planted / "planted_variance.py").write_text(text, encoding="utf-8")
    xavier_theory.theorems._modules.cache_clear()
    assert theorems() == [*READING_ORDER, "planted-variance"]
    numbers = {"mean_x": 1, "variance_x": 1, "mean_y": 1, "variance_y": 1}
    assert derive("planted-variance").predict(**numbers) == 3


def test_the_helpers_beside_the_theorems_are_no_theorems(planted: Path) -> None:
    assert theorems() == READING_ORDER


@NAMES
def test_a_theorem_answers_claims_of_the_ledger_and_names_its_sources(name: str) -> None:
    said = theorem_module(name).STATEMENT
    assert said.claims and set(said.claims) <= {claim.id for claim in ledger()}
    assert said.sources and all(re.search(r"\(\d{4}\)", source) for source in said.sources)
    for text in (said.title, said.summary, said.practice, *said.remarks):
        assert text.strip() == text != ""
    assert said.summary.endswith(".") and said.practice.endswith(".")


@NAMES
def test_a_theorem_file_opens_with_its_plan(name: str) -> None:
    text = theorem_module(name).__doc__ or ""
    for part in ("Assumptions:", "Plan of the proof", "\n1. ", "Sources:"):
        assert part in text


@NAMES
def test_the_experiments_ask_for_what_predict_takes(name: str) -> None:
    derivation, experiments = derive(name), theorem_module(name).EXPERIMENTS
    assert experiments and all(isinstance(found, Experiment) for found in experiments)
    assert len({found.name for found in experiments}) == len(experiments)
    for found in experiments:
        assert 0 < found.delta < 1
        if found.result is not None:
            assert found.result in derivation.results


@NAMES
def test_the_wrong_conclusions_differ_from_the_right_one(name: str) -> None:
    derivation, wrong = derive(name), theorem_module(name).WRONG
    assert wrong
    right = [derivation.results["conclusion"].right] if len(derivation.main) == 1 else []
    right = right or [derivation.results["lower"].left, derivation.results["upper"].right]
    for planted_sides in wrong.values():
        sides = planted_sides if isinstance(planted_sides, tuple) else (planted_sides,)
        assert len(sides) == len(right)
        pairs = zip(right, sides, strict=True)
        assert not all(is_zero_function(well_formed(side) - truth) for truth, side in pairs)


@NAMES
def test_what_finite_models_solve_for_is_an_assumption(name: str) -> None:
    module = theorem_module(name)
    declared = {assumption.name for assumption in module.CONTEXT.assumptions}
    solved = getattr(module, "SOLVED", {})
    assert set(solved) <= declared
    said = [statement for solution in solved.values() for statement in statements(solution)]
    assert all(relation in ("=", "<=", ">=") for _, relation, _ in said)
