"""The calibration suite, small: it passes what is right, catches what is planted, prints itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from benchmarks.calibration_suite import judging
from benchmarks.calibration_suite.planted import Planted, planted_tests
from benchmarks.calibration_suite.plot import svg
from benchmarks.calibration_suite.report import render
from benchmarks.calibration_suite.results import all_cells, load, subjects, unmet
from benchmarks.calibration_suite.subjects import Subject

DOCS = Path(__file__).resolve().parents[2] / "docs"
LEVEL = 1e-13
"""Of each comparison here: about 360 of them, so that all flake with probability below 1e-10."""


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    return load(DOCS / "calibration.json")


def runs_of(subject: Subject, size: int) -> int:
    """Few runs where each takes long: about 10^5 scalars, and never fewer than 20 runs."""
    return max(20, min(1000, 10**5 // size))


@pytest.mark.parametrize("subject", subjects(), ids=lambda s: f"{s.test}; {s.law}")
def test_no_promise_is_broken_in_a_small_suite(subject: Subject, run_seed: int) -> None:
    cell = subject.cells()[0]
    runs = runs_of(subject, subject.size(cell.rates))
    verdicts = cell.play(np.random.default_rng(run_seed), runs)
    assert set(verdicts) == set(judging.TRUTHS)
    for comparison in judging.compare(verdicts, cell.rates):
        assert comparison.runs == runs
        assert comparison.status(LEVEL) != "broken", comparison


def planted_runs(test: str) -> int:
    """Enough that a planted test is missed with probability below 1e-9."""
    return 150 if test == "z-test of depth" else 3000


@pytest.mark.parametrize("planted", planted_tests(), ids=lambda p: p.subject.test)
def test_planted_wrong_tests_are_caught(planted: Planted, run_seed: int) -> None:
    """Missed with probability below 1e-9 each: the next test computes it."""
    (cell,) = planted.subject.cells()
    runs = planted_runs(planted.subject.test)
    comparisons = judging.compare(cell.play(np.random.default_rng(run_seed), runs), cell.rates)
    broken = {c.promise for c in comparisons if c.status(1e-6) == "broken"}
    assert planted.breaks in broken


def test_planted_tests_err_often_enough_for_a_small_suite_to_see(stored: dict[str, Any]) -> None:
    """What the previous test's flake probability rests on, from the stored counts."""
    for cell in stored["cells"]:
        if "breaks" in cell:
            worst = max(
                (p for p in cell["promises"] if p["promise"] == cell["breaks"]),
                key=lambda p: p["hits"],
            )
            rate = stats.binomtest(worst["hits"], worst["runs"]).proportion_ci(1 - 1e-9).low
            runs = planted_runs(cell["test"])
            needed = stats.binom.isf(1e-6, runs, worst["promised"]) + 1
            assert stats.binom.cdf(needed, runs, rate) < 1e-9, cell["test"]


def test_the_stored_results_are_of_this_suite(stored: dict[str, Any]) -> None:
    """Same cells, and the sample sizes that the tests ask for today."""
    cells = all_cells()
    assert len(stored["cells"]) == len(cells)
    for seen, (cell, planted) in zip(stored["cells"], cells, strict=True):
        assert (seen["test"], seen["law"]) == (cell.subject.test, cell.subject.law)
        assert {key: seen[key] for key in cell.rates.to_dict()} == cell.rates.to_dict()
        assert planted is not None or seen["n"] == cell.subject.size(cell.rates)


def test_the_stored_verdicts_follow_from_the_stored_counts(stored: dict[str, Any]) -> None:
    promises = [p for cell in stored["cells"] for p in cell["promises"]]
    assert stored["share"] == 1.0
    assert stored["comparisons"] == len(promises)
    assert stored["level"] == stored["family_wise_error"] / len(promises)
    for p in promises:
        seen = judging.Comparison(p["promise"], p["truth"], p["promised"], p["hits"], p["runs"])
        assert seen.status(stored["level"]) == p["status"]
        beyond = stats.binom.sf(p["hits"] - 1, p["runs"], p["promised"])
        assert (beyond < stored["level"]) == (p["status"] == "broken")
    assert list(unmet(stored)) == []


def test_page_and_figure_are_those_of_the_stored_results(stored: dict[str, Any]) -> None:
    page = (DOCS / "calibration.md").read_text(encoding="utf-8")
    assert render(page, stored) == page
    drawn = svg(stored)
    assert drawn == svg(stored)
    assert (DOCS / "figures" / "calibration.svg").read_text(encoding="utf-8") == drawn


def test_a_broken_promise_and_an_escaped_plant_are_named(stored: dict[str, Any]) -> None:
    altered = {**stored, "cells": [dict(cell) for cell in stored["cells"]]}
    first, last = altered["cells"][0], altered["cells"][-1]
    first["promises"] = [{**p, "status": "broken"} for p in first["promises"][:1]]
    last["promises"] = [{**p, "status": "compatible"} for p in last["promises"]]
    broken, escaped = unmet(altered)
    assert first["test"] in broken
    assert "not caught" in escaped


def test_statuses_by_hand() -> None:
    def status(hits: int, runs: int) -> str:
        return judging.Comparison("missed error", "above", 0.1, hits, runs).status(1e-6)

    assert status(0, 20) == "compatible"
    assert status(0, 1000) == "shown"
    assert status(100, 1000) == "compatible"
    assert status(200, 1000) == "broken"
