"""Questions are answered once, and again where they have changed."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from tools.search_counterexamples import main, update
from xavier_theory.finite_models.stored.counterexamples import store, stored_counterexamples
from xavier_theory.theorems import Theorem, theorem_folder

NAME = "product-variance"
KNOWN = stored_counterexamples(theorem_folder(NAME).counterexamples)


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The file of answers, in place of those of every theorem."""
    found = tmp_path / "counterexamples.json"
    monkeypatch.setattr(Theorem, "counterexamples", property(lambda self: found))
    return found


def test_only_what_is_asked_anew_is_searched(path):
    said = []
    update([NAME], False, said.append)
    assert stored_counterexamples(path) == KNOWN
    assert len(said) == 2 * len(KNOWN)

    said.clear()
    update([NAME], False, said.append)
    assert said == ["product-variance: every assumption has its answer"]

    said.clear()
    store(path, [KNOWN[2], replace(KNOWN[0], question="another", left="7")])
    update([NAME], False, said.append)
    assert stored_counterexamples(path) == KNOWN
    assert [text for text in said if "without" in text] == [
        "product-variance (1 of 2): without x_and_y_are_independent …",
        "product-variance (2 of 2): without x_has_a_finite_second_moment …",
    ]


def test_an_answer_about_an_assumption_that_is_gone_goes(path):
    store(path, [*KNOWN, replace(KNOWN[0], assumption="x_is_tall")])
    update([NAME], False, lambda text: None)
    assert stored_counterexamples(path) == KNOWN


def test_an_unknown_theorem_is_refused_in_one_line():
    result = CliRunner().invoke(main, ["product-varianze"])
    assert result.exit_code == 2
    assert "product-variance" in result.output
    assert "Traceback" not in result.output
