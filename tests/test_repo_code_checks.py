"""Each check of the library code trips on a planted violation, and passes where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import repository_checks as code

ARROWS = {
    "core": frozenset[str](),
    "theorems": frozenset({"core"}),
    "cli": frozenset({"core", "theorems", "__init__"}),
    "__init__": frozenset({"cli"}),
}


def planted(folder: Path, files: dict[str, str]) -> Path:
    """Write a package ``pkg``: the text of ``core/a`` goes to ``pkg/core/a.py``."""
    for name, text in files.items():
        path = folder / "pkg" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "pkg"


@pytest.mark.parametrize(
    "statement",
    [
        "import pkg.core.b",
        "from pkg.core import b",
        "from pkg.core.b import c",
        "from pkg import core",
        "from ..core import b",
        "from .. import core",
        "from . import sibling",
        "import pkg.theorems.sibling",
        "import sympy",
        "from importlib import import_module\nimport_module('pkg.core.b')",
    ],
)
def test_arrow_check_passes_an_allowed_import(tmp_path: Path, statement: str) -> None:
    assert code.arrow_violations(planted(tmp_path, {"theorems/a": statement}), ARROWS) == []


@pytest.mark.parametrize(
    "statement",
    [
        "import pkg.theorems",
        "import sympy, pkg.theorems.b as b",
        "from pkg.theorems import b",
        "from pkg import theorems",
        "from pkg import anything",
        "import pkg",
        "from ..theorems import b",
        "from .. import theorems",
        "def f():\n    from pkg.theorems.b import c",
        "class A:\n    if True:\n        import pkg.cli",
        "try:\n    import pkg.theorems\nexcept ImportError:\n    pass",
        "import importlib\nimportlib.import_module('pkg.theorems')",
        "__import__('pkg.cli')",
    ],
)
def test_arrow_check_trips_on_a_forbidden_import(tmp_path: Path, statement: str) -> None:
    (violation,) = code.arrow_violations(planted(tmp_path, {"core/a": statement}), ARROWS)
    assert violation.startswith("pkg/core/a.py:")
    assert "core may not import" in violation


@pytest.mark.parametrize(
    "statement", ["import tools", "def f():\n    from tools.slips import page"]
)
def test_folder_check_trips_where_the_package_rests_on_tools(
    tmp_path: Path, statement: str
) -> None:
    folders = {"pkg": frozenset[str](), "tools": frozenset({"pkg"})}
    package = planted(tmp_path, {"core/a": statement, "core/b": "import pkg.core, toolsmith"})
    (violation,) = code.folder_violations(package, folders)
    assert violation.startswith("pkg/core/a.py:")
    assert violation.endswith("pkg may not import tools")
    tool = package.rename(tmp_path / "tools")
    assert code.folder_violations(tool, folders) == []


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["pkg*"], []),
        (["*"], ["tools would be in the wheel"]),
        (["tools"], ["tools would be in the wheel", "pkg would not be in the wheel"]),
    ],
)
def test_wheel_check_trips_where_tools_are_shipped(patterns: list[str], found: list[str]) -> None:
    project = {"tool": {"setuptools": {"packages": {"find": {"include": patterns}}}}}
    assert code.shipped_violations(project, ("pkg", "tools"), "pkg") == found


def test_map_check_trips_on_a_file_and_on_a_folder_without_a_line(tmp_path: Path) -> None:
    room = planted(tmp_path, {"__init__": '"""A room: one, and other/."""', "one": "", "two": ""})
    planted(tmp_path, {"other/a": "", "third/__init__": ""})
    assert code.map_violations(room) == [
        "pkg: the map does not name third",
        "pkg: the map does not name two",
    ]


def test_arrow_check_trips_in_an_init_file(tmp_path: Path) -> None:
    package = planted(tmp_path, {"core/__init__": "from ..theorems import b"})
    assert code.arrow_violations(package, ARROWS) == [
        "pkg/core/__init__.py:1: core may not import theorems"
    ]


def test_arrow_check_trips_on_a_part_without_a_row(tmp_path: Path) -> None:
    package = planted(tmp_path, {"novelty": "import json"})
    assert code.arrow_violations(package, ARROWS) == [
        "pkg/novelty.py:1: part 'novelty' has no row among the arrows"
    ]


def test_arrow_check_takes_a_public_name_for_the_top_and_not_for_the_part(tmp_path: Path) -> None:
    public = frozenset({"core"})
    package = planted(
        tmp_path, {"theorems/a": "from pkg import core", "cli": "from pkg import core"}
    )
    assert code.arrow_violations(package, ARROWS, public) == [
        "pkg/theorems/a.py:1: theorems may not import __init__"
    ]


def test_check_of_an_empty_folder_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no Python file"):
        code.arrow_violations(tmp_path, ARROWS)


def test_circle_check(tmp_path: Path) -> None:
    late = "def f() -> None:\n    from pkg.room import a\n"
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pkg.room.a import A\n"
    package = planted(tmp_path, {"room/a": "from pkg.room.b import B\n", "room/b": late})
    assert {"pkg.room.a", "pkg.room.b"} == set(code.circle_in(package))
    assert code.circle_in(package, {("pkg.room.b", "pkg.room.a")}) == []
    planted(tmp_path, {"room/b": typed})
    assert code.circle_in(package) == []


def test_cycle_check() -> None:
    assert code.cycle_in(ARROWS) == ["__init__", "cli"]
    assert code.cycle_in({**ARROWS, "__init__": frozenset()}) == []


@pytest.mark.parametrize("statement", ["import sympy", "from json import loads", "import pkg.core"])
def test_third_party_check_passes(tmp_path: Path, statement: str) -> None:
    package = planted(tmp_path, {"core/a": statement, "cli": "import numpy"})
    assert code.third_party_violations(package, {"core": frozenset({"sympy"})}) == []


@pytest.mark.parametrize("statement", ["import numpy as np", "from scipy.stats import norm"])
def test_third_party_check_trips(tmp_path: Path, statement: str) -> None:
    package = planted(tmp_path, {"core/a": f"def f():\n    {statement}"})
    (violation,) = code.third_party_violations(package, {"core": frozenset({"sympy"})})
    assert violation.startswith("pkg/core/a.py:2: core may not import")


@pytest.mark.parametrize(
    "statement",
    [
        "import math",
        "import sympy",
        "from pkg.core import b",
        "from pkg.theorems import derive as derived",
        "from pkg.theorems.statement import Statement",
        "from pkg.theorems.other.proof import x",
    ],
)
def test_proof_check_passes(tmp_path: Path, statement: str) -> None:
    package = planted(tmp_path, {"theorems/a/proof": statement, "theorems/a/b": "import numpy"})
    assert code.proof_violations(package, frozenset({"core"})) == []


@pytest.mark.parametrize(
    "statement",
    [
        "import numpy",
        "def f():\n    from pkg.monte_carlo.laws import law",
        "import pkg.theorems.other.experiment",
        "from pkg.theorems.other import experiment",
        "from pkg.theorems.a.counterexamples import x",
        "from pkg.theorems.folders import theorem_folder",
        "import pkg",
    ],
)
def test_proof_check_trips(tmp_path: Path, statement: str) -> None:
    package = planted(tmp_path, {"theorems/a/proof": statement})
    (violation,) = code.proof_violations(package, frozenset({"core"}))
    assert violation.startswith("pkg/theorems/a/proof.py:")
    assert "a proof may not import" in violation


def test_dynamic_import_check(tmp_path: Path) -> None:
    package = planted(
        tmp_path, {"core/a": "from importlib import import_module", "cli": "import importlib"}
    )
    assert code.dynamic_import_violations(package, frozenset({"theorems"})) == []
    assert code.dynamic_import_violations(package, frozenset({"core"})) == [
        "pkg/core/a.py:1: core may not import dynamically"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    if not x:\n        raise ValueError",
        "import re\nre.compile('a')",
        "class F:\n    @classmethod\n    def eval(cls, x):\n        return x\nF.eval(1)",
        "from sympy import sympify\nsympify(1, strict=True)",
        "try:\n    pass\nexcept ValueError:\n    pass",
        "'assert eval sympify'  # exec",
    ],
)
def test_construct_check_passes(tmp_path: Path, text: str) -> None:
    assert code.construct_violations(planted(tmp_path, {"core": text})) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("assert True", "assert"),
        ("eval('1')", "eval"),
        ("run = exec", "exec"),
        ("compile('1', '', 'eval')", "compile"),
        ("import builtins\nbuiltins.eval('1')", "eval"),
        ("from builtins import eval as e", "eval"),
        ("import sympy\nsympy.sympify(x)", "sympify"),
        ("import sympy\nsympy.sympify(x, strict=False)", "sympify"),
        ("import sympy\nlist(map(sympy.sympify, x))", "sympify"),
        ("from sympy import sympify\nsympify(x)", "sympify"),
        ("from sympy.parsing.sympy_parser import parse_expr as p", "parse_expr"),
        ("try:\n    pass\nexcept:\n    pass", "bare except"),
    ],
)
def test_construct_check_trips(tmp_path: Path, text: str, what: str) -> None:
    (violation,) = code.construct_violations(planted(tmp_path, {"core": text}))
    assert what in violation


def test_construct_check_is_not_blinded_by_an_alias(tmp_path: Path) -> None:
    text = "from sympy import sympify as s\ns(x)"
    assert code.construct_violations(planted(tmp_path, {"core": text}))


def test_length_check(tmp_path: Path) -> None:
    package = planted(tmp_path, {"core/long": "x = 1\n" * 11, "core/short": "x = 1\n" * 10})
    assert code.length_violations(package, 10) == ["pkg/core/long.py:11: 11 lines, at most 10"]


def test_docstring_check(tmp_path: Path) -> None:
    package = planted(tmp_path, {"core/a": '"""Said."""', "core/b": "x = 1", "core/c": '""" """'})
    assert code.docstring_violations(package) == [
        "pkg/core/b.py:1: no module docstring",
        "pkg/core/c.py:1: no module docstring",
    ]
