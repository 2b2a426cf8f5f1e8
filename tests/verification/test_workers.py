"""Several processes give the same report as one, and none is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.verification import verify
from xavier_theory.verification.workers import _stops_put_off, available, results

NAMES = ["product-variance", "weight-laws"]


def labelled(name: str, tell: object) -> tuple[str, int]:
    if name == "broken":
        raise InvalidInputError("no such part")
    return name, os.getpid()


def test_the_report_does_not_depend_on_the_number_of_workers(run_seed: int) -> None:
    told: list[str] = []
    several = verify(NAMES, run_seed, told.append, workers=2)
    assert several.to_dict() == verify(NAMES, run_seed).to_dict()
    assert all(any(name in line for line in told) for name in NAMES)


def test_a_signal_waits_until_new_processes_know_what_to_do() -> None:
    done = []

    def told() -> None:
        with _stops_put_off():
            signal.raise_signal(signal.SIGINT)
            done.append("told")

    with pytest.raises(KeyboardInterrupt):
        told()
    assert done == ["told"]


def test_results_come_in_order_from_other_processes() -> None:
    names = ["c", "a", "b"]
    found = results(labelled, names, 2, lambda line: None)
    assert [name for name, _ in found] == names
    assert os.getpid() not in {process for _, process in found}
    assert {process for _, process in results(labelled, ["a"], 2, lambda _: None)} == {os.getpid()}


def test_an_error_in_a_worker_is_raised_here_and_ends_the_others() -> None:
    with pytest.raises(InvalidInputError, match="no such part"):
        results(labelled, ["a", "broken", "b"], 2, lambda line: None)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [0, -1, 1.5, True, "2"])
def test_a_number_of_workers_that_is_none_is_refused(workers: object) -> None:
    with pytest.raises(InvalidInputError, match="workers must be a whole number >= 1"):
        verify(NAMES, workers=workers)  # type: ignore[arg-type]  # that is the test


def test_available_processors_are_counted() -> None:
    assert 1 <= available() <= (os.cpu_count() or 1)


SCRIPT = """
import xavier_theory as xt

if __name__ == "__main__":
    try:
        xt.verify(progress=lambda line: print(line, flush=True), workers=2)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


def test_an_interruption_ends_every_process_quietly(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    next(line for line in run.stdout if "is done" in line)
    run.send_signal(signal.SIGINT)
    # The pipes end when the last process that holds them has ended: the workers hold them too.
    out, said = run.communicate(timeout=120)
    assert (out.splitlines()[-1], said) == ("interrupted", "")
