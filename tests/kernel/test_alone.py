"""The kernel stands alone: the standard library, its own folder, and what reads its results."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import xavier_theory.kernel
from tests.kernel.changing import certificates, proved
from tests.kernel.writing import certificate, line, same
from xavier_theory.kernel.terms import Term, parts
from xavier_theory.symbolic.encoding import decode, encode
from xavier_theory.symbolic.lemmas import statements

FOLDER = Path(xavier_theory.kernel.__file__).parent


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder that holds the kernel, an empty ``xavier_theory/__init__.py``, and nothing else."""
    package = tmp_path / "xavier_theory"
    shutil.copytree(FOLDER, package / "kernel", ignore=shutil.ignore_patterns("__pycache__"))
    (package / "__init__.py").write_text("")
    return tmp_path


def run(folder: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", "-E", "-m", "xavier_theory.kernel", *map(str, paths)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_kernel_runs_without_the_rest_of_the_package(alone: Path) -> None:
    paths = []
    for name in dict.fromkeys(theorem.name for theorem in proved("backward-variance")):
        paths.append(alone / f"{name}.json")
        paths[-1].write_text(json.dumps(certificates()[name]))
    done = run(alone, *paths[::-1])
    assert (done.returncode, done.stderr) == (0, "")
    assert "backward-variance" in done.stdout and 'proves "conclusion"' in done.stdout


def test_command_refuses_and_says_where(alone: Path) -> None:
    path = alone / "false.json"
    path.write_text(json.dumps(certificate(same("0", "1"))))
    done = run(alone, path)
    assert done.returncode == 1
    assert "line 0: it does not follow by algebra" in done.stderr
    assert run(alone, alone / "none.json").returncode == 2
    assert run(alone, alone).returncode == 2
    assert run(alone).returncode == 2


def test_optimized_python_refuses_as_well(alone: Path) -> None:
    path = alone / "false.json"
    path.write_text(json.dumps(certificate(line("sign", "x"))))
    command = [sys.executable, "-OO", "-S", "-m", "xavier_theory.kernel", str(path)]
    done = subprocess.run(command, cwd=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "not plainly" in done.stderr


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_kernel_imports_the_standard_library_alone(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            own = name.startswith("xavier_theory.kernel")
            assert own or name.partition(".")[0] in sys.stdlib_module_names, name
        assert not isinstance(node, ast.Assert), "python -O drops it"


def _sorted(term: Term) -> Term:
    """A term with the parts of +, *, max and min in one order."""
    inner = tuple(_sorted(part) for part in parts(term))
    if term[0] in ("+", "*", "max", "min"):
        inner = tuple(sorted(inner, key=repr))
    return (*term[: len(term) - len(inner)], *inner)


def _terms(name: str) -> list[Term]:
    theorem = proved(name)[-1]
    found = [side for r in theorem.results.values() for side in (r.left, r.right)]
    found += [t for a in theorem.assumptions.values() for group in a.groups for t in group]
    return found + [side for d in theorem.definitions.values() for side in (d.head, d.body)]


@pytest.mark.parametrize("name", sorted(certificates()))
def test_what_is_read_is_what_was_proved(name: str) -> None:
    """Terms of results, assumptions and definitions, as sympy expressions and back."""
    for term in _terms(name):
        assert encode(decode(term)) == _sorted(term)


def test_lemmas_of_the_kernel_are_those_of_the_authors() -> None:
    found: Any = json.loads((FOLDER / "lemmas.json").read_text(encoding="utf-8"))
    assert found == json.loads(json.dumps(statements()))
