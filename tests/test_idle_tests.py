"""The check for tests that touch nothing trips on one, and the theorems' tests have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.idle_tests import idle_tests

PACKAGES = frozenset({"xavier_theory", "tests", "tools"})
HEAD = "import math\nfrom xavier_theory.theorems import derive\n"


def written(folder: Path, text: str) -> Path:
    (folder / "test_it.py").write_text(HEAD + text, encoding="utf-8")
    return folder


def test_the_tests_of_theorems_hold_the_package_to_something() -> None:
    assert idle_tests(Path(__file__).parent / "theorems", PACKAGES) == []


@pytest.mark.parametrize(
    "text",
    [
        "def test_a():\n    assert derive('x')",
        "def f():\n    return derive('x')\ndef test_a():\n    assert f()",
        "KNOWN = derive('x')\ndef test_a():\n    assert KNOWN",
        "def found():\n    return derive('x')\ndef test_a(found):\n    assert found",
        "def f(n):\n    return g(n)\ndef g(n):\n    return f(n) or derive(n)\n"
        "def test_a():\n    assert f(1)",
        "def test_a():\n    import tools.slips as s\n    assert s",
    ],
)
def test_a_test_that_uses_the_package_is_not_idle(tmp_path: Path, text: str) -> None:
    assert idle_tests(written(tmp_path, text), PACKAGES) == []


@pytest.mark.parametrize(
    "text",
    [
        "def test_a():\n    assert math.sqrt(4) == 2",
        "def f(n):\n    return f(n - 1) if n else 0\ndef test_a():\n    assert f(3) == 0",
        "def used():\n    return derive('x')\ndef test_a():\n    assert math.pi > 3",
        "ONE = 1\ndef test_a():\n    assert ONE == 1",
    ],
)
def test_a_test_that_touches_nothing_is_found(tmp_path: Path, text: str) -> None:
    (found,) = idle_tests(written(tmp_path, text), PACKAGES)
    assert found.startswith("test_it.py:") and found.endswith("test_a touches nothing")


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no tests below"):
        idle_tests(tmp_path, PACKAGES)
