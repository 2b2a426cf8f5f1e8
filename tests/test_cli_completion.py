"""Tab completion: what a shell is told when it asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from xavier_theory.activations import activation_names
from xavier_theory.activations.expressions.spellings import GATES
from xavier_theory.cli.commands import xavier_theory
from xavier_theory.cli.completion import SHELLS, VARIABLE, answer
from xavier_theory.cli.running import run
from xavier_theory.theorems import theorems


def asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> list[str]:
    """The words that Tab offers at the end of a line."""
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - (not line.endswith(" "))))
    assert answer(xavier_theory, "bash_complete") == 0
    return [found.partition(",")[2] for found in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(("line", "offered"), [
    ("xavier-theory conf", ["conformance"]),
    ("xavier-theory show ", theorems()),
    ("xavier-theory verify he-variance xav", ["xavier-variance"]),
    ("xavier-theory prove glo", ["glorot-variance", "glorot-depth"]),
    ("xavier-theory gain ", [*activation_names(), *GATES, "maxout"]),
    ("xavier-theory gain relu --convention st", ["standard-deviation"]),
    ("xavier-theory phase ta", ["tanh", "tanhshrink"]),
    ("xavier-theory phase tanh --weights-std g", ["glorot", "gain"]),
    ("xavier-theory sample --init or", ["orthogonal", "orthogonal="]),
    ("xavier-theory sample --law u", ["uniform"]),
    ("xavier-theory sample --sampler d", ["deferred", "dense"]),
    ("xavier-theory fans 3,3 --layout k", ["keras"]),
    ("xavier-theory fans --kind e", ["embedding"]),
    ("xavier-theory gain --bu", ["--budget"]),
])  # fmt: skip
def test_names_are_completed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    offered: list[str],
) -> None:
    assert asked(monkeypatch, capsys, line) == offered


def test_the_program_answers_a_shell_itself() -> None:
    """As bash asks: by the environment, before anything else is read."""
    asking = {
        **os.environ,
        VARIABLE: "bash_complete",
        "COMP_WORDS": "xavier-theory sh",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "xavier_theory"], env=os.environ | asking, capture_output=True,
        text=True, check=False, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "plain,show\n", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_printed_for_each_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(xavier_theory, ["completion", shell]) == 0
    printed = capsys.readouterr().out
    assert f"{VARIABLE}={shell}_complete" in printed and "xavier-theory" in printed
    assert "%(" not in printed


def test_another_shell_is_refused_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(xavier_theory, ["completion", "tcsh"]) == 2
    assert capsys.readouterr().err.endswith("completion is for bash, zsh, fish; got 'tcsh'\n")
