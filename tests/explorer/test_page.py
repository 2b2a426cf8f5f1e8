"""The page's own files: vendored ones unchanged, all of them packaged, nothing from elsewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.repository_checks import PACKAGE, ROOT
from tests.repository_text_checks import vendored_files, vendored_violations
from xavier_theory.theorems import theorems
from xavier_theory.training.schemes import SCHEMES

STATIC = PACKAGE / "explorer" / "static"


def test_vendored_files_are_those_of_their_packages() -> None:
    assert vendored_violations(STATIC / "vendor") == []


def test_a_changed_missing_or_added_vendored_file_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    for name in ("LICENSE", "a.js", "b.js"):
        (folder / name).write_text("x")
    sums = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    (tmp_path / "vendored.toml").write_text(
        f'[one]\nversion = "1"\n[one.sha256]\n"a.js" = "{sums}"\n"b.js" = "{sums}"\n'
        f'"LICENSE" = "{sums}"\n'
    )
    assert vendored_violations(tmp_path) == []
    (folder / "a.js").write_text("y")
    (folder / "b.js").unlink()
    (folder / "c.js").write_text("z")
    (folder / "LICENSE").unlink()
    assert vendored_violations(tmp_path) == [
        "one has no LICENSE",
        "one/LICENSE is missing",
        "one/a.js is not as it was published",
        "one/b.js is missing",
        "one/c.js has no sum in vendored.toml",
    ]


def test_every_file_of_the_page_is_packaged() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = table["tool"]["setuptools"]["package-data"]["xavier_theory.explorer"]
    packaged = {path for pattern in patterns for path in (PACKAGE / "explorer").glob(pattern)}
    files = {path for path in STATIC.rglob("*") if path.is_file()}
    assert len(files) > 20
    assert files - packaged == set()


def test_own_scripts_neither_evaluate_text_nor_write_markup() -> None:
    forbidden = re.compile(
        r"\beval\b|innerHTML|outerHTML|insertAdjacentHTML|document\.write|new Function"
    )
    scripts = sorted((STATIC / "js").glob("*.js"))
    assert len(scripts) > 8
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        assert not forbidden.search(text), script.name
        assert len(text.splitlines()) <= 400
        assert max(map(len, text.splitlines())) <= 140


def test_the_page_names_only_files_that_are_there() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(named) >= 6
    assert all((STATIC / name.removeprefix("/static/")).is_file() for name in named)
    assert "://" not in page
    assert not re.search(r"\son\w+=|\sstyle=|<style", page)  # the policy forbids them


def test_the_theorems_behind_the_panels_exist() -> None:
    script = (STATIC / "js" / "why.js").read_text(encoding="utf-8")
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', script))
    assert len(named) > 10
    assert named - set(SCHEMES) - {"aria-haspopup"} <= set(theorems())


def test_the_sliders_scales_are_those_of_the_schemes() -> None:
    script = (STATIC / "js" / "controls.js").read_text(encoding="utf-8")
    (listed,) = re.findall(r"const SCALES = \{([^}]*)\}", script)
    shown = {name: float(value) for name, value in re.findall(r'"?([a-z-]+)"?: ([\d.]+)', listed)}
    for name, scheme in SCHEMES.items():
        scales = scheme.scales((8, 8, 8))  # equal widths, as the slider's number supposes
        assert shown.get(name) == (None if scales is None else scales[0])


def test_only_the_files_with_sums_are_exempt_from_the_text_checks() -> None:
    exempt = vendored_files(STATIC / "vendor")
    assert exempt and all(path.parent.parts[-1] in ("katex", "fonts", "uplot") for path in exempt)
