"""Each check of text, pins and names trips on a planted violation, and passes where there is none.

What must not stand in a tracked file is put together from pieces here: this file is checked too.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import xavier_theory
from tests import repository_text_checks as text


def violations(folder: Path, line: str) -> list[str]:
    path = folder / "page.txt"
    path.write_bytes(line.encode())
    return text.text_violations([path], folder)


@pytest.mark.parametrize(
    "line",
    [
        "see https://arxiv.org/abs/1502.01852 and <https://proceedings.mlr.press/v9/glorot10a.html>",
        "#!/usr/bin/env bash",
        "docs/home/index.md and a/work/b",
        "versions 1.2.3 and 1.2.3.4.5, 127.0.0.1, numpy==1.2.3.4",
        "[up](../shared.md)",
        "Var(σ·W) ≈ 1/n — “quoted”",
        "the issue 1000 times",
    ],
)
def test_text_check_passes(tmp_path: Path, line: str) -> None:
    assert violations(tmp_path, line) == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("/" + "root/x", "path of one machine"),
        ("open('/" + "home/me/x')", "path of one machine"),
        ("(/" + "work/main)", "path of one machine"),
        ("C:" + "\\Users", "path of one Windows machine"),
        ("https" + "://example.com/x", "host that is not a citation"),
        ("HTTP" + "://notarxiv.org", "host that is not a citation"),
        ("https" + "://arxiv.org.example.com", "host that is not a citation"),
        ("file" + ":///x", "host that is not a citation"),
        ("git+https" + "://github.com/a/b", "host that is not a citation"),
        ("10.0.0." + "1", "network address"),
        ("--index" + "-url x", "package index"),
        (".." + "/shared/x", "file beside the repository"),
        ("see issue" + " 3", "number of an issue"),
        ("see NOTES" + ".md", "page that is not in the repository"),
    ],
)
def test_text_check_trips(tmp_path: Path, line: str, what: str) -> None:
    (violation,) = violations(tmp_path, f"fine\n{line}\n")
    assert violation.startswith(f"page.txt:2: {what}")


def test_text_check_reads_binary_files(tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    path.write_bytes(b"\x89PNG\x00\xff" + b"/" + b"root/figure")
    assert text.text_violations([path], tmp_path)


def test_text_check_knows_the_tracked_pages(tmp_path: Path) -> None:
    page = tmp_path / ("NOTES" + ".md")
    page.write_text(page.name, encoding="utf-8")
    assert text.text_violations([page], tmp_path) == []


def test_tracked_files_are_those_of_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for name in ("ä.txt", "other.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="tracks no file"):
        text.tracked_files(tmp_path)
    subprocess.run(["git", "add", "ä.txt"], cwd=tmp_path, check=True)
    assert text.tracked_files(tmp_path) == [tmp_path / "ä.txt"]


def test_pin_check_passes() -> None:
    assert text.pin_violations("a.b_c-1==1.0\nnumpy==2.0rc1\ntorch==2.1+cpu\n") == []


@pytest.mark.parametrize(
    "line",
    ["numpy>=2", "Numpy==2", "numpy == 2", "numpy==2  # why", "numpy==2 --hash=x", "-e .", ""],
)
def test_pin_check_trips(line: str) -> None:
    assert text.pin_violations(f"scipy==1\n{line}\n") == [f"line 2: {line!r}"]


def test_pin_check_trips_on_a_name_pinned_twice() -> None:
    assert text.pin_violations("a-b==1\na_b==2\n") == ["a-b is pinned twice"]


def test_closure_check_follows_dependencies() -> None:
    import mpmath
    import sympy

    pins = {"sympy": sympy.__version__, "mpmath": mpmath.__version__}
    assert text.closure_violations(["sympy>=1.13"], pins) == []
    assert text.closure_violations(["sympy>=1.13"], {"sympy": sympy.__version__}) == [
        f"mpmath: installed {mpmath.__version__}, pinned None"
    ]
    assert text.closure_violations(["mpmath<1"], pins) == [
        f"mpmath: installed {mpmath.__version__}, required <1"
    ]


def test_documentation_check() -> None:
    class Inherits(Path):
        pass

    def silent() -> None:
        pass

    module = SimpleNamespace(
        documented=len, Inherits=Inherits, silent=silent, hidden=ModuleType("m", "text")
    )
    assert text.documentation_violation(module, "documented") is None
    assert text.documentation_violation(module, "Inherits") == "Inherits has no docstring"
    assert text.documentation_violation(module, "silent") == "silent has no docstring"
    assert "is a module" in str(text.documentation_violation(module, "hidden"))
    assert "does not resolve" in str(text.documentation_violation(module, "missing"))


def test_documentation_check_trips_on_a_home_that_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(xavier_theory._HOME, "planted", "xavier_theory.nowhere")
    assert "does not resolve" in str(text.documentation_violation(xavier_theory, "planted"))


def test_loaded_modules_are_seen_through_an_import(tmp_path: Path) -> None:
    (tmp_path / "light.py").write_text("import colorsys\n", encoding="utf-8")
    (tmp_path / "heavy.py").write_text("def f():\n    import mpmath\nf()\n", encoding="utf-8")
    assert "mpmath" in text.modules_loaded_by("import heavy", tmp_path)
    assert text.modules_loaded_by("import light", tmp_path) == {"light", "colorsys"}
