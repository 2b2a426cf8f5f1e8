"""The whole run, once: everything passes, every planted error is caught, the rates add up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.theorems import derive, theorem_folder, theorems
from xavier_theory.theorems.backward_variance import experiment as backward
from xavier_theory.theorems.backward_variance.experiment import backward_layer
from xavier_theory.theorems.product_variance import experiment as product
from xavier_theory.verification import Check, Report, verify
from xavier_theory.verification.budget import RATE, TOTAL
from xavier_theory.verification.run import verify_theorem

pytestmark = pytest.mark.xdist_group("whole run")  # which takes a minute: one worker has it
CHEAP = ["product-variance", "backward-variance", "weight-laws"]


@pytest.fixture(scope="session")
def progress() -> list[str]:
    return []


@pytest.fixture(scope="session")
def report(run_seed: int, progress: list[str]) -> Report:
    return verify(seed=run_seed, progress=progress.append)


def test_everything_passes(report: Report) -> None:
    assert [check for check in report.checks if not check.passed] == []
    assert report.passed


def test_every_theorem_is_there_in_reading_order(report: Report, progress: list[str]) -> None:
    assert [theorem.name for theorem in report.theorems] == theorems()
    assert all(any(name in line for line in progress) for name in theorems())


@pytest.mark.parametrize("name", theorems())
def test_every_step_is_counted_by_how_it_was_checked(report: Report, name: str) -> None:
    checks = checks_of(report, name)
    (steps,) = [check for check in checks if check.name == "steps"]
    found: Mapping[str, Any] = steps.detail
    assert found["steps"] == len(derive(name).steps)
    assert found["exact"] + found["with balls"] + found["not finite"] == found["steps"]
    continuous = [check for check in checks if check.name == "steps with a continuous law"]
    assert sum(check.detail["certified"] for check in continuous) == found["not finite"]


@pytest.mark.parametrize("name", theorems())
def test_every_planted_conclusion_is_refuted_by_models(report: Report, name: str) -> None:
    refuted = {check.name for check in checks_of(report, name) if check.verdict == "refuted"}
    assert {f"wrong conclusion: {wrong}" for wrong in theorem_folder(name).wrong} <= refuted


@pytest.mark.parametrize("name", theorems())
def test_every_experiment_is_sampled(report: Report, name: str) -> None:
    consistent = {c.name for c in checks_of(report, name) if c.verdict == "consistent"}
    assert {experiment.name for experiment in theorem_folder(name).experiments} <= consistent


@pytest.mark.parametrize("name", [name for name in theorems() if derive(name).axioms()])
def test_every_lemma_is_checked_and_has_a_control(report: Report, name: str) -> None:
    for axiom in derive(name).axioms():
        found = [c for c in checks_of(report, name) if c.name.startswith(f"lemma {axiom}")]
        assert {check.expected for check in found} == {"consistent", "refuted"}
        law = {"monte-carlo"} if LEMMAS[axiom].check == "monte-carlo" else set()
        assert {check.kind for check in found} == {"certified"} | law


def test_the_error_rates_of_all_checks_add_up_to_what_is_stated(report: Report) -> None:
    betas = [Fraction(check.detail["beta"]) for check in report.checks if "beta" in check.detail]
    assert len(betas) > 100
    total = sum(betas, Fraction(0))
    assert total <= Fraction(TOTAL)
    assert report.false_alarm_probability == pytest.approx(float(total), rel=1e-9)
    for check in report.checks:
        assert check.detail.get("alpha") == check.detail.get("beta")


def test_every_sampled_check_has_the_same_rates(report: Report) -> None:
    """Whatever else is run: a theorem's sample sizes depend on its own folder alone."""
    sampled = [check for check in report.checks if check.estimate is not None]
    assert len(sampled) > 100
    assert {check.detail["alpha"] for check in sampled} == {RATE}


def test_a_theorem_alone_gets_the_same_report(report: Report) -> None:
    for names in (CHEAP, reversed(CHEAP), CHEAP[0]):
        found = verify(names, seed=report.seed)
        for theorem in found.theorems:
            assert theorem.to_dict() == whole(report, theorem.name)
    sampled = [check for check in found.checks if "beta" in check.detail]
    assert found.false_alarm_probability == pytest.approx(RATE * len(sampled), rel=1e-9)
    assert found.data_checks == ()


def test_another_seed_gives_other_estimates(report: Report) -> None:
    other = verify("product-variance", seed=report.seed + 1).theorems[0].to_dict()
    same = whole(report, "product-variance")
    assert other != same
    assert without_estimates(other) == without_estimates(same)


def test_the_images_are_tested_for_every_activation_and_scheme(report: Report) -> None:
    assert len(report.data_checks) == 4 * 4 * 2
    assert {check.detail["images"] for check in report.data_checks} == {1797}


def test_json_has_the_documented_keys(report: Report) -> None:
    data = json.loads(report.to_json())
    assert data == report.to_dict()
    assert list(data) == [
        "passed",
        "seed",
        "false_alarm_probability",
        "theorems",
        "data",
        "training",
    ]
    kinds = {"finite-model", "certified", "monte-carlo", "necessity"}
    for theorem in data["theorems"]:
        assert list(theorem) == ["name", "passed", "checks"]
        for check in theorem["checks"]:
            assert list(check)[:3] == ["kind", "name", "verdict"]
            assert check["kind"] in kinds
            assert check["verdict"] in {"consistent", "refuted", "undecided"}


def test_a_right_formula_among_the_controls_fails_the_theorem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Models and samples do not refute it, as a control must be."""
    derivation = derive("product-variance")
    right = derivation.results["conclusion"].right
    monkeypatch.setattr(product, "WRONG", {"right": right})
    report = verify_theorem(derivation, theorem_folder("product-variance"), seed=0)
    assert failed(report.checks) == ["wrong conclusion: right"]
    assert not report.passed


def test_a_planted_formula_that_an_experiment_cannot_tell_apart_fails_the_theorem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    derivation = derive("product-variance")
    right = derivation.results["conclusion"].right
    planted = {"nearly right": right * 1001 / 1000}
    experiment = replace(product.EXPERIMENTS[0], wrong=planted)
    monkeypatch.setattr(product, "EXPERIMENTS", (experiment,))
    monkeypatch.setattr(product, "WRONG", {})
    report = verify_theorem(derivation, theorem_folder("product-variance"), seed=0)
    assert failed(report.checks) == [f"{experiment.name}: nearly right"]


def test_a_broken_sampler_fails_the_theorem(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights whose variance is 1 % too large: the true formula is refuted."""

    def broken(
        *,
        fan_out: int,
        weight_variance: Any,
        gradient_variance: Any,
        law: str = "normal",
        sampler: str | None = None,
    ) -> Quantity:
        larger = float(weight_variance) * 1.01
        return backward_layer(
            fan_out=fan_out,
            weight_variance=larger,
            gradient_variance=gradient_variance,
            law=law,
            sampler=sampler,
        )

    experiments = [replace(experiment, quantity=broken) for experiment in backward.EXPERIMENTS]
    monkeypatch.setattr(backward, "EXPERIMENTS", tuple(experiments))
    (report,) = verify("backward-variance").theorems
    names = [experiment.name for experiment in backward.EXPERIMENTS]
    refuted = [check.name for check in report.checks if check.verdict == "refuted"]
    assert set(names) <= set(refuted)
    assert set(names) <= set(failed(report.checks))


def test_a_check_passes_only_as_expected() -> None:
    assert Check("certified", "x", "consistent").passed
    assert Check("certified", "x", "refuted", "refuted").passed
    for verdict, expected in (("refuted", "consistent"), ("consistent", "refuted")):
        assert not Check("certified", "x", verdict, expected).passed
    assert not Check("certified", "x", "undecided").passed
    assert not Check("certified", "x", "undecided", "refuted").passed


def test_an_unknown_theorem_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'he-variance'"):
        verify("he-varianz")


@pytest.mark.parametrize("seed", [-1, 0.5, True, "0", float("nan")])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(InvalidInputError, match="the seed must be a whole number"):
        verify("product-variance", seed=seed)


def test_no_names_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="name a theorem"):
        verify([])


def failed(checks: Iterable[Check]) -> list[str]:
    return [check.name for check in checks if not check.passed]


def checks_of(report: Report, name: str) -> tuple[Check, ...]:
    return next(theorem.checks for theorem in report.theorems if theorem.name == name)


def whole(report: Report, name: str) -> dict[str, Any]:
    return next(theorem.to_dict() for theorem in report.theorems if theorem.name == name)


def without_estimates(theorem: dict[str, Any]) -> list[dict[str, Any]]:
    """What is stable: everything but estimates, and how many drawn models said nothing."""
    drawn = ("vacuous", "undefined")
    return [
        {**check, "estimate": None}
        | {"detail": {k: v for k, v in check["detail"].items() if k not in drawn}}
        for check in theorem["checks"]
    ]
