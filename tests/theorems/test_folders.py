"""Where theorems are looked for, and what is refused there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import xavier_theory.theorems
from tests.theorems.example import NAME, write_example
from xavier_theory.errors import (
    IllFormedTermError,
    InvalidInputError,
    RuleRefusedError,
    UnknownNameError,
)
from xavier_theory.theorems import also_in, derive, further_places, theorem_folder, theorems
from xavier_theory.verification.run import verify_theorem


def test_the_package_does_not_know_it_afterwards(tmp_path: Path) -> None:
    write_example(tmp_path, "sum_variance")
    known = theorems()
    with also_in(tmp_path):
        assert further_places()[-1] == tmp_path.resolve()
        first = derive(NAME)
        with also_in(tmp_path):
            assert theorems().count(NAME) == 1
            assert derive(NAME) is first, "what is known already is not looked for again"
        assert theorem_folder(NAME).experiments
    with also_in(tmp_path):
        assert derive(NAME) is not first, "loaded anew"
    assert theorems() == known
    assert not [name for name in sys.modules if "sum_variance" in name]
    assert not hasattr(xavier_theory.theorems, "sum_variance")
    with pytest.raises(UnknownNameError):
        derive(NAME)


@pytest.mark.parametrize(
    ("folder", "change", "message"),
    [
        ("other", ("", ""), r"other holds the theorem sum-variance; call it sum_variance$"),
        ("sum_variance", ("STATEMENT =", "SAID ="), r"proof.py must define STATEMENT$"),
        ("sum_variance", ("def derive", "def prove"), r"proof.py must define derive$"),
        ("he_variance", ("", ""), r"one theorem is in .*he_variance and in .*he_variance$"),
    ],
)
def test_a_folder_that_is_no_theorem_is_refused_in_one_line(
    tmp_path: Path, folder: str, change: tuple[str, str], message: str
) -> None:
    path = write_example(tmp_path, folder) / "proof.py"
    text = path.read_text(encoding="utf-8").replace("STATEMENT.name", '"sum-variance"')
    path.write_text(text.replace(*change) if change[0] else text, encoding="utf-8")
    with also_in(tmp_path), pytest.raises(InvalidInputError, match=message):
        theorems()
    assert "layer-variance" in theorems()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("CONTEXT = Context(", "CONTEXT = = Context("),
            r"proof.py cannot be loaded: SyntaxError: invalid syntax \(sum_variance/proof.py, line",
        ),
        (
            ("Cov(X, Y), 0)", "Cov(X, Q), 0)"),
            r"NameError: name 'Q' is not defined \(sum_variance/proof.py, line \d+\)$",
        ),
    ],
)
def test_a_proof_that_cannot_be_loaded_is_told_in_one_line(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = write_example(tmp_path) / "proof.py"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with also_in(tmp_path), pytest.raises(InvalidInputError, match=message) as told:
        theorems()
    assert "\n" not in str(told.value)


def test_a_step_that_is_refused_is_told_with_its_line(tmp_path: Path) -> None:
    path = write_example(tmp_path) / "proof.py"
    text = path.read_text(encoding="utf-8").replace("[1, -1, -1, -2, 2]", "[1, -1, -1, -2, 1]")
    path.write_text(text, encoding="utf-8")
    line = text[: text.index("conclusion = p.linear_combination(")].count("\n") + 1
    said = rf"^rule linear_combination refuses: .* \(sum_variance/proof.py, line {line}\)$"
    with also_in(tmp_path), pytest.raises(RuleRefusedError, match=said):
        derive(NAME)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (None, r"a theorem has a file experiment.py; .*sum_variance has none$"),
        (("WRONG =", "RIGHT ="), r"experiment.py must define WRONG$"),
    ],
)
def test_a_theorem_without_its_experiment_is_refused_in_one_line(
    tmp_path: Path, change: tuple[str, str] | None, message: str
) -> None:
    path = write_example(tmp_path) / "experiment.py"
    if change is None:
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with also_in(tmp_path), pytest.raises(InvalidInputError, match=message):
        verify_theorem(derive(NAME), theorem_folder(NAME), seed=0)


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="looked for in folders"), also_in(tmp_path / "x"):
        pytest.fail("it was entered")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('"Var(X)"', "'Var\\(X\\)' is no term"),
        ("1.5 * Var(X)", "Float 1.5"),
    ],
)
def test_a_wrong_formula_that_is_no_term_is_told_by_its_name(
    tmp_path: Path, wrong: str, said: str
) -> None:
    path = write_example(tmp_path) / "experiment.py"
    text = path.read_text(encoding="utf-8").replace('dropped": Var(X)', f'dropped": {wrong}')
    path.write_text(text, encoding="utf-8")
    match = rf"^WRONG\['one variance dropped'\] of {NAME}: {said}"
    with also_in(tmp_path), pytest.raises(IllFormedTermError, match=match):
        verify_theorem(derive(NAME), theorem_folder(NAME), seed=0)
