"""The rules need no framework, and a missing one is named with its extra."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import xavier_theory as xt

ROOT = Path(__file__).resolve().parent.parent.parent


def test_rules_plans_and_findings_import_no_framework() -> None:
    program = """
import sys
from xavier_theory.audit import auditing, bands, hazards, initializing, planning, showing, siblings
sys.exit(bool({"torch", "keras", "jax", "flax"} & sys.modules.keys()))
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0


def test_the_command_without_torch_names_the_extra() -> None:
    """Where torch is installed, the import finds it hidden."""
    program = """
import sys
class Hides:
    def find_spec(name, path=None, target=None):
        if name == "torch":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hides)
from xavier_theory.cli import main
main(["audit", "json:loads"])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "pip install 'xavier_theory[torch]'" in done.stderr
    assert done.stderr.count("\n") == 1 and done.stdout == ""


@pytest.mark.parametrize("model", [None, 3, "model", int])
def test_what_is_no_model_is_refused(model: object) -> None:
    for function in (xt.audit, xt.assert_healthy):
        with pytest.raises(xt.InvalidInputError, match=r"takes a torch\.nn\.Module, got"):
            function(model, [1.0])
    with pytest.raises(xt.InvalidInputError, match=r"takes a torch\.nn\.Module, got"):
        xt.initialize(model, [1.0])
