"""Questions are answered once, and again where they have changed."""

from dataclasses import replace

from click.testing import CliRunner

from tools.search_counterexamples import main, update
from xavier_theory.finite_models.counterexamples import store, stored_counterexamples


def test_only_what_is_asked_anew_is_searched(tmp_path):
    said = []
    update(["product-variance"], False, said.append, tmp_path)
    first = stored_counterexamples("product-variance", tmp_path)
    assert first == stored_counterexamples("product-variance")
    assert len(said) == 2 * len(first)

    said.clear()
    update(["product-variance"], False, said.append, tmp_path)
    assert said == ["product-variance: every assumption has its answer"]

    said.clear()
    store("product-variance", [first[2], replace(first[0], question="another", left="7")], tmp_path)
    update(["product-variance"], False, said.append, tmp_path)
    assert stored_counterexamples("product-variance", tmp_path) == first
    assert [text for text in said if "without" in text] == [
        "product-variance (1 of 2): without x_and_y_are_independent …",
        "product-variance (2 of 2): without x_has_a_finite_second_moment …",
    ]


def test_an_answer_about_an_assumption_that_is_gone_goes(tmp_path):
    known = stored_counterexamples("product-variance")
    store("product-variance", [*known, replace(known[0], assumption="x_is_tall")], tmp_path)
    update(["product-variance"], False, lambda text: None, tmp_path)
    assert stored_counterexamples("product-variance", tmp_path) == known


def test_an_unknown_theorem_is_refused_in_one_line():
    result = CliRunner().invoke(main, ["product-varianze"])
    assert result.exit_code == 2
    assert "product-variance" in result.output
    assert "Traceback" not in result.output
