"""The frameworks that are installed here are those that are pinned."""

from __future__ import annotations

from tests import repository_checks as code
from tests import repository_text_checks as text


def test_constraints_cover_all_that_the_frameworks_pull_in() -> None:
    pins: dict[str, str] = {}
    for name in ("constraints.txt", "constraints-frameworks.txt"):
        pins |= text.read_pins((code.ROOT / name).read_text(encoding="utf-8"))
    required = text.framework_requirements(code.ROOT / "pyproject.toml")
    # torch's build for processors alone calls itself 2.13.0+cpu
    found = [line for line in text.closure_violations(required, pins) if "+cpu, pinned" not in line]
    assert found == []
