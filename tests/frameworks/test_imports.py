"""No framework is needed, none is imported unasked, and a missing one is named."""

from __future__ import annotations

import doctest
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import xavier_theory as xt
from xavier_theory.errors import MissingExtraError

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_runs_as_printed() -> None:
    page = str(ROOT / "docs" / "fans.md")
    failed, tried = doctest.testfile(page, module_relative=False, encoding="utf-8")
    assert failed == 0 and tried >= 5


@pytest.mark.parametrize("name", ["torch", "keras", "jax"])
def test_a_framework_that_is_missing_is_named_with_its_extra(name: str) -> None:
    """Where the framework is installed, the import finds it hidden."""
    program = f"import sys; sys.modules[{('flax' if name == 'jax' else name)!r}] = None\n"
    program += f"import xavier_theory.frameworks.{name}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert MissingExtraError(f"xavier_theory.frameworks.{name}", name).args[0] in done.stderr


def test_what_is_installed_is_told_by_version() -> None:
    told = xt.frameworks()
    assert list(told) == ["torch", "keras", "jax", "flax"]
    for name, version in told.items():
        assert (version is None) == (importlib.util.find_spec(name) is None)
    import xavier_theory.frameworks as room

    assert room() == told  # the room of that name is the function as well


def test_fans_and_initializations_import_no_framework() -> None:
    program = """
import sys, xavier_theory as xt
xt.initialization("gelu", xt.fans((8, 4, 3), layout="torch", padding=1, input_size=9))
sys.exit(bool({"torch", "keras", "jax", "flax"} & sys.modules.keys()))
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0
