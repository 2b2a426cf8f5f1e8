"""How often the command keeps its promises when it is stopped, killed, or run with fresh seeds.

``python benchmarks/reliability.py`` tries a few interruptions and kills, and prints what came out.
``--stops``, ``--kills``, ``--texts``, ``--tests`` and ``--verify`` say how often to try each;
``--write`` adds the figures to docs/reliability.json and writes the table of docs/reliability.md
from all of them. A run of the tests takes about a quarter of an hour, one of ``verify`` some
minutes, a hundred texts about two.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import random
import resource
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hostile_texts import hostile_text

import xavier_theory as xt
from xavier_theory.documents.generated_parts import with_part

ROOT = Path(__file__).resolve().parent.parent
STORED = ROOT / "docs" / "reliability.json"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = (
    "<!-- figures: begin (written by benchmarks/reliability.py) -->",
    "<!-- figures: end -->",
)
COMMAND = [sys.executable, "-m", "xavier_theory"]
LINES = {
    "gain": ["gain", "gelu", "--digits", "60"],
    "phase": ["phase", "z*sigmoid(3*z)", "--weights-std", "1.5", "--bias-std", "0.1"],
    "sample": [
        "sample",
        "--width",
        "300",
        "--depth",
        "60",
        "--activation",
        "tanh",
        "--networks",
        "400",
    ],
    "show": ["show", "layer-variance"],
    "verify": ["verify", "product-variance", "layer-variance", "--workers", "2"],
}
QUIET = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGKILL: -9}


def begun(line: list[str]) -> subprocess.Popen[str]:
    """A process of the command in a session of its own, as in a terminal."""
    return subprocess.Popen(
        [*COMMAND, *line], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def alive(session: int) -> bool:
    """Whether a process of the session runs (its first process has been collected)."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, found = path.read_text().rsplit(")", 1)[1].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended since it was listed
        if int(found) == session and state != "Z":
            return True
    return False


def stopped(line: list[str], number: signal.Signals, after: float, group: bool) -> str:
    """What comes of a signal ``after`` seconds: "as promised", or what else."""
    process = begun(line)
    time.sleep(after)
    if group:  # as a terminal does
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    sent = time.monotonic()
    _, said = process.communicate(timeout=120)
    ends = time.monotonic() + 10
    while alive(process.pid) and time.monotonic() < ends:
        time.sleep(0.02)
    if alive(process.pid):
        return "a process was left"
    if time.monotonic() - sent > 10:
        return "it took more than 10 s"
    if number != signal.SIGKILL and "xavier_theory/" not in said and "xavier-theory:" not in said:
        # Before the first line of the package, or after the last one.
        return "it had ended before" if process.returncode == 0 else "in Python's own start"
    if process.returncode != QUIET[number]:
        return f"status {process.returncode}: {said.splitlines()[-1:]}"
    if number != signal.SIGKILL and said.count("\n") != 1:
        return f"{said.count(chr(10))} lines on standard error"
    return "as promised"


def tried_stops(count: int, chance: random.Random) -> dict[str, Counter[str]]:
    """Ctrl-C at moments of equal chance: half in the first 0.4 s, half until the usual end."""
    found = {}
    for name, line in LINES.items():
        start = time.monotonic()
        begun(line).communicate()
        usual = time.monotonic() - start
        moments = [chance.uniform(0, (0.4, usual)[k % 2]) for k in range(count)]
        found[f"Ctrl-C: {name}"] = Counter(
            stopped(line, signal.SIGINT, after, True) for after in moments
        )
    return found


def tried_kills(count: int, chance: random.Random) -> dict[str, Counter[str]]:
    """TERM, HUP and KILL on the first process alone, while two workers verify."""
    line = ["verify", "--workers", "2"]
    return {
        f"{number.name}: verify with workers": Counter(
            stopped(line, number, chance.uniform(0, 15), False) for _ in range(count)
        )
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
    }


ASKED: dict[str, Callable[[str], object]] = {
    "gain": lambda text: xt.gain(text).backward_factor,
    "phase": lambda text: xt.phase(text, 1.5).estimate,
}
MOST_SECONDS, MOST_BYTES = 10, 2**30


def tried_texts(count: int, chance: random.Random) -> dict[str, Counter[str]]:
    """A gain and a phase of texts that aim at cost, each in a process of its own."""
    generator = np.random.default_rng(chance.getrandbits(64))
    outcomes: dict[str, Counter[str]] = {f"{name} of hostile texts": Counter() for name in ASKED}
    for text in [hostile_text(generator) for _ in range(count)]:
        for name in ASKED:
            outcomes[f"{name} of hostile texts"][answered(name, text)] += 1
    return outcomes


def answered(name: str, text: str) -> str:
    """What comes of a question: "as promised", or what else. A fork, so that it starts at once."""
    child = os.fork()
    if child == 0:
        _ask_and_exit(name, text)
    _, status, used = os.wait4(child, 0)
    seconds, size = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    if os.waitstatus_to_exitcode(status) != 0:
        return f"status {os.waitstatus_to_exitcode(status)}: {text[:200]}"
    if seconds > MOST_SECONDS or size > MOST_BYTES:
        return f"{seconds:.0f} s, {size / 2**20:.0f} MiB: {text[:200]}"
    return "as promised"


def _ask_and_exit(name: str, text: str) -> None:
    """Status 0 if there is an answer, or one of the package's own reasons why there is none."""
    resource.setrlimit(resource.RLIMIT_CPU, (10 * MOST_SECONDS, 10 * MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (8 * MOST_BYTES, 8 * MOST_BYTES))
    status = 1
    try:
        ASKED[name](text)
        status = 0
    except xt.XavierTheoryError:
        status = 0
    finally:
        os._exit(status)  # whatever was raised: this fork must not go on


def tried_tests(count: int, chance: random.Random) -> dict[str, Counter[str]]:
    """``make test``, each time with another seed for all that is drawn."""
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        seed = chance.getrandbits(32)
        arguments = f"ARGS=--hypothesis-profile=nightly --hypothesis-seed={seed} -q"
        done = subprocess.run(["make", arguments, "test"], cwd=ROOT, capture_output=True, text=True)
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        outcomes["as promised" if done.returncode == 0 else f"seed {seed}: {failed}"] += 1
    return {"make test, fresh seeds": outcomes}


def tried_verify(count: int, chance: random.Random) -> dict[str, Counter[str]]:
    """``verify`` of everything: no check may be refuted that is true, none left undecided."""
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        seed = chance.getrandbits(32)
        done = subprocess.run(
            [*COMMAND, "verify", "--json", "--seed", str(seed)],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        outcomes["as promised" if done.returncode == 0 else _refused(seed, done)] += 1
    return {"verify, fresh seeds": outcomes}


def _refused(seed: int, done: subprocess.CompletedProcess[str]) -> str:
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return f"seed {seed}: status {done.returncode}: {done.stderr.splitlines()[-1:]}"
    parts = [*report["theorems"], *report.get("training", [])]
    return f"seed {seed}: {[part['name'] for part in parts if not part['passed']]}"


KINDS: dict[str, tuple[Callable[[int, random.Random], dict[str, Counter[str]]], int]] = {
    "stops": (tried_stops, 4),
    "kills": (tried_kills, 2),
    "texts": (tried_texts, 20),
    "tests": (tried_tests, 0),
    "verify": (tried_verify, 0),
}
"""Kind -> how it is tried, and how often if nothing is said."""


def table(stored: dict[str, dict[str, Any]]) -> str:
    """The figures as a table of Markdown."""
    lines = ["| what | tried | as promised | otherwise | when, seed |", "|---|---|---|---|---|"]
    for name, row in stored.items():
        outcomes = dict(row["outcomes"])
        kept = outcomes.pop("as promised", 0)
        rest = "; ".join(f"{text}: {times}" for text, times in outcomes.items()) or "-"
        tried = kept + sum(outcomes.values())
        lines.append(f"| {name} | {tried} | {kept} | {rest} | {row['when']}, {row['seed']} |")
    return "\n".join(lines)


def write(found: dict[str, Counter[str]], seed: int) -> None:
    """Add what was found to what is stored, and print all of it on the page."""
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    stored |= {name: {"outcomes": o, "when": today, "seed": seed} for name, o in found.items()}
    STORED.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    page = with_part(PAGE.read_text(encoding="utf-8"), BEGIN, END, table(stored))
    PAGE.write_text(page, encoding="utf-8")


def main() -> int:
    """Return 1 if something came out that is not promised."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for kind, (_, usual) in KINDS.items():
        parser.add_argument(f"--{kind}", type=int, default=None, help=f"tries (default {usual})")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="of the moments")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/")
    chosen = parser.parse_args()
    asked = {kind: getattr(chosen, kind) for kind in KINDS}
    alone = any(count is not None for count in asked.values())
    found: dict[str, Counter[str]] = {}
    for kind, (attempt, usual) in KINDS.items():
        count = (asked[kind] or 0) if alone else usual
        if count:
            found |= attempt(count, random.Random(chosen.seed))
    for name, outcomes in found.items():
        print(name, dict(outcomes))
    if chosen.write:
        write(found, chosen.seed)
    harmless = {"as promised", "it had ended before", "in Python's own start"}
    return 0 if all(harmless >= set(outcomes) for outcomes in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
