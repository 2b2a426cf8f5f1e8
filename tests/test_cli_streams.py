"""Any terminal: encodings that lack signs, closed streams, a HOME that cannot be written."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents.fakes import report_for
from xavier_theory import api
from xavier_theory.cli.commands import xavier_theory
from xavier_theory.cli.running import run
from xavier_theory.cli.streams import spelled
from xavier_theory.theorems import theorems

Printed = Callable[..., tuple[int, bytes, bytes]]
ENCODINGS = ["ascii", "latin-1", "cp1252", "cp437", "utf-8", "utf-16"]
FEWEST = ["ascii", "cp437"]  # for what takes long: these lack the most signs, or have odd ones
COMMANDS = [
    ["gain", "gelu"],
    ["gain", "tanh", "--json"],
    ["phase", "tanh"],
    ["phase", "relu", "--json"],
    ["list"],
    ["list", "--json"],
    ["verify"],
    ["verify", "layer-variance"],
    ["claims"],
    ["claims", "--json"],
    ["sample", "--width", "3", "--depth", "3", "--activation", "tanh", "--backward"],
    ["sample", "--width", "3", "--depth", "3", "--activation", "tanh", "--json"],
    ["gain", "σ(z)"],
    ["gain", "tänh"],
    *(["show", name] for name in theorems()),
    ["show", "layer-variance", "--json"],
    *([name, "--help"] for name in sorted(xavier_theory.commands)),
    ["--help"],
]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Printed:
    """Status, and the bytes on both streams, of a command on a terminal with an encoding."""
    monkeypatch.setattr(api, "verify", lambda names=None, **_: report_for(*(names or theorems())))

    def called(encoding: str, *arguments: str) -> tuple[int, bytes, bytes]:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        status = run(xavier_theory, list(arguments))
        for stream in streams:
            stream.flush()
        out, err = (stream.buffer.getvalue() for stream in streams)  # type: ignore[attr-defined]
        return status, out, err

    return called


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_everything_prints_in_every_encoding(printed: Printed, command: list[str]) -> None:
    status, wanted, _ = printed("utf-8", *command)
    assert status in (0, 2)
    for encoding in FEWEST if command[0] in ("show", "phase") else ENCODINGS:
        found, out, err = printed(encoding, *command)
        assert found == status, err
        text = out.decode(encoding) + err.decode(encoding)
        assert not re.search(r"<[a-z]+[ -][a-z -]+>", text), "a sign without a short name"
        if "--json" in command:
            assert json.loads(out.decode(encoding)) == json.loads(wanted)


def test_tables_stay_in_line(printed: Printed) -> None:
    out = printed("ascii", "sample", "--width", "3", "--depth", "3", "--activation", "tanh")[1]
    rows = out.decode("ascii").splitlines()[1:]
    assert len({len(row) for row in rows if row.strip()}) == 1


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("φ(z) ≤ χ₁·σ_w²", "phi(z) <= chi_1*sigma_w^2"),
        ("e⁻¹² → ∞ … √½", "e^-12 -> infinity ... sqrt1/2"),
        ("Σ Γ ⊢ ∂J/∂a − ‖W‖", "Sigma Gamma |- dJ/da - ||W||"),
        ("é ϕ ς 数", "e phi sigma <cjk unified ideograph-6570>"),
        ("plain ASCII", "plain ASCII"),
    ],
)
def test_signs_have_names(text: str, plain: str) -> None:
    assert spelled(text) == plain


def _shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = f'"{sys.executable}" -c "from xavier_theory.cli import main; main()" {line}'
    return subprocess.run(
        ["sh", "-c", command],
        capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("list >&-", 0),
        ("gain tanh >&-", 0),
        ("gain tanh --json >&- 2>&- <&-", 0),
        ("gain tannh >&-", 2),
        ("gain tannh 2>&-", 2),
        ("--help >&-", 0),
    ],
)
def test_closed_streams_are_no_traceback(line: str, status: int) -> None:
    done = _shell(line)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.count("\n") == (1 if status and "2>" not in line else 0)


def test_a_full_disk_under_the_output_is_one_line() -> None:
    done = _shell("list > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "xavier-theory: No space left on device\n"


def test_the_terminal_that_python_takes_for_ascii() -> None:
    done = _shell("phase tanh", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0 and "chi_1" in done.stdout and done.stdout.isascii()


@pytest.mark.parametrize("option", ["sample", "phase"])
def test_a_home_that_cannot_be_written_is_no_warning(tmp_path: Path, option: str) -> None:
    home = {"HOME": "/dev/null/nobody", "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": ""}
    line = {
        "sample": f"sample --width 3 --depth 3 --activation tanh --plot {tmp_path}/a.svg",
        "phase": f"phase tanh --out {tmp_path}/a.svg",
    }[option]
    done = _shell(line, **home)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.svg").stat().st_size > 1000
