"""Profile ``ci`` repeats itself; ``nightly`` draws a fresh seed, prints it, and can be repeated.

Each test runs pytest in a folder of its own that has this project's conftest.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import conftest

INNER = """
from hypothesis import given, strategies

drawn = []

@given(strategies.integers())
def test_draws(value):
    drawn.append(value)

def test_prints(run_seed):
    print("inner:", run_seed, hash(tuple(drawn)))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "conftest.py").write_bytes(Path(conftest.__file__).read_bytes())
    (tmp_path / "test_inner.py").write_text(INNER, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *options: str, profile: str = "") -> subprocess.CompletedProcess[str]:
    """Run pytest in ``folder`` with a clean environment, apart from the profile's variable."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment[conftest.PROFILE_VARIABLE] = profile
    command = [sys.executable, "-m", "pytest", "-rP", *options]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def seeds(done: subprocess.CompletedProcess[str]) -> tuple[str, str, str]:
    """Return the seed in the header, the seed in the test, and a hash of what was drawn."""
    assert done.returncode == 0, done.stdout + done.stderr
    header = re.search(r"^test profile \w+, seed (\d+)$", done.stdout, re.MULTILINE)
    inner = re.search(r"^inner: (\d+) (-?\d+)$", done.stdout, re.MULTILINE)
    assert header is not None
    assert inner is not None
    return header[1], inner[1], inner[2]


def test_ci_is_the_default_and_repeats_itself(folder: Path) -> None:
    first = seeds(run(folder))
    assert first[:2] == ("0", "0")
    assert seeds(run(folder, "--hypothesis-profile=ci")) == first


def test_nightly_draws_a_fresh_seed_that_repeats_the_run(folder: Path) -> None:
    first = seeds(run(folder, profile="nightly"))
    other = seeds(run(folder, "--hypothesis-profile=nightly"))
    assert first[0] == first[1] != other[1] == other[0]
    again = run(folder, "--hypothesis-profile=nightly", f"--hypothesis-seed={first[0]}")
    assert seeds(again) == first


def test_workers_of_a_parallel_run_share_the_printed_seed(folder: Path) -> None:
    header, inner, _ = seeds(run(folder, "--hypothesis-profile=nightly", "-n", "1"))
    assert header == inner


def test_an_unknown_profile_is_one_clear_line(folder: Path) -> None:
    done = run(folder, profile="weekly")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.strip() == "ERROR: unknown test profile 'weekly'; known: ci, nightly"
