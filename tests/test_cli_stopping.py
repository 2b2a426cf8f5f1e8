"""Stopping the command: Ctrl-C, TERM and HUP at any moment, and what is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from tests.processes import left_of, members
from xavier_theory.cli.running import BUG, run
from xavier_theory.cli.stopping import STOPPING, Stop
from xavier_theory.errors import XavierTheoryError
from xavier_theory.verification.workers import results

STATUSES = {signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in STOPPING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _stopped(function: Callable[[], Any]) -> int:
    with Stop() as stop:
        return run(click.Command("tried", callback=function), [], stop)


@pytest.mark.parametrize("number", STATUSES)
def test_each_signal_has_its_status_and_one_line(number: int, capsys: Any) -> None:
    before = signal.getsignal(number)
    assert _stopped(lambda: signal.raise_signal(number)) == STATUSES[number]
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "nothing was left half-written" in said
    assert signal.getsignal(number) is before


def _into_import_error() -> None:
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        raise ImportError("numpy did not load") from None


def _into_refusal() -> None:
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        raise XavierTheoryError("no figure") from None


def _swallowed() -> None:
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        click.echo("what is finished")


@pytest.mark.parametrize("function", [_into_import_error, _into_refusal, _swallowed])
def test_what_becomes_of_the_exception_does_not_matter(
    function: Callable[[], None], capsys: Any
) -> None:
    assert _stopped(function) == 130
    assert capsys.readouterr().err == "xavier-theory: interrupted; nothing was left half-written\n"


def test_an_interruption_that_a_callback_swallows_comes_again(capsys: Any) -> None:
    class Finalized:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def work() -> None:
        Finalized()
        time.sleep(20)

    start = time.monotonic()
    assert _stopped(work) == 130
    assert time.monotonic() - start < 10
    assert capsys.readouterr().err.count("\n") == 1


def test_a_second_ctrl_c_does_not_disturb_the_cleaning_up() -> None:
    done: list[str] = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            done.append("cleaned up")

    assert _stopped(work) == 130
    assert done == ["cleaned up"]


def test_what_was_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    assert _stopped(lambda: signal.raise_signal(signal.SIGHUP)) == 0


def test_a_bug_is_not_a_refutation(capsys: Any) -> None:
    def work() -> None:
        raise TypeError("unforeseen")

    assert _stopped(work) == BUG == 70
    said = capsys.readouterr().err
    assert said.startswith("xavier-theory: a bug: TypeError: unforeseen\n") and "Traceback" in said


AT_IMPORT = """
import os, signal, sys
from importlib.abc import MetaPathFinder

class Interrupting(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

module = sys.argv.pop(1)
sys.meta_path.insert(0, Interrupting())
from xavier_theory.cli import main
main()
"""


@pytest.mark.parametrize(
    "module",
    ["click", "rich.table", "xavier_theory.cli.commands", "xavier_theory.activations", "sympy",
     "sympy.core.numbers", "numpy", "numpy.linalg", "flint", "matplotlib.figure"],
)  # fmt: skip
def test_ctrl_c_during_imports_is_130_and_one_line(module: str, tmp_path: Path) -> None:
    arguments = ["phase", "tanh", "--out", str(tmp_path / "a.svg")]
    done = subprocess.run(
        [sys.executable, "-c", AT_IMPORT, module, *arguments], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "xavier-theory: interrupted; nothing was left half-written\n"


def test_ctrl_c_is_130_while_integrals_are_computed() -> None:
    code = "from xavier_theory.cli import main; main()"
    for seconds in (1.5, 2.0, 2.5):
        process = subprocess.Popen(
            [sys.executable, "-c", code, "phase", "max(log1p(exp(z)), tanh(3*z)) + sin(19*z)",
             "--budget", "1000000000"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, "")
        assert said == "xavier-theory: interrupted; nothing was left half-written\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_process_is_left_of_a_run_with_workers(number: signal.Signals) -> None:
    code = "from xavier_theory.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "verify", "product-variance", "weight-laws", "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    ends = time.monotonic() + 60
    while len(members(process.pid)) < 4 and time.monotonic() < ends:  # two workers, one tracker
        time.sleep(0.02)
    assert len(members(process.pid)) == 4
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == STATUSES.get(number, -number)
    if number != signal.SIGKILL:  # a worker that was starting says that nobody told it what to do
        assert "Traceback" not in said
    assert left_of(process.pid) == set()


def killed_by_the_system(name: str, tell: object) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return name


def test_a_worker_that_is_killed_is_a_line_and_no_traceback() -> None:
    with pytest.raises(XavierTheoryError, match="a worker process was killed"):
        results(killed_by_the_system, ["a", "b"], 2, lambda line: None)
