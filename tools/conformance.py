"""The page docs/conformance.md: every framework's initializers held against their documentation.

``python -m tools.conformance``, where the frameworks are installed, runs them all and writes the
page: about six minutes of processor time. Keras is run once for each backend, in processes of its
own. ``--keep FOLDER`` keeps each run there as JSON, and takes those that it has; ``--check`` prints
what would change, and exits with 1 if anything would.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tools.pages import table, written
from xavier_theory.conformance.consequences import LAYERS, WIDTH, consequence
from xavier_theory.conformance.documented import entries
from xavier_theory.conformance.report import centred
from xavier_theory.errors import InvalidInputError
from xavier_theory.files import write_whole

PAGE = Path("docs/conformance.md")
MARK = "<!-- Written by `python -m tools.conformance`; do not edit. -->"
SIGNS = {"conforms": "✓", "deviates": "**deviates**", "refuses": "refuses", "undocumented": "–"}
ORDER = ("deviates", "refuses", "conforms", "undocumented")
Data = dict[str, Any]


class Run(NamedTuple):
    """A run: its name, the framework, Keras' backend, and which initializers, or all."""

    name: str
    framework: str
    backend: str = ""
    initializers: tuple[str, ...] = ()


RUNS = (
    Run("torch", "torch"),
    Run("keras-torch", "keras", "torch"),
    Run("keras-jax", "keras", "jax"),
    Run("jax", "jax"),
    Run("flax", "flax", initializers=("zeros_init", "ones_init")),  # the others are JAX' own
)


def found(run: Run, keep: Path | None) -> Data:
    """The JSON of a run, in a process of its own; one that was kept is not made again."""
    kept = None if keep is None else keep / f"{run.name}.json"
    if kept is not None and kept.exists():
        return json.loads(kept.read_text("utf-8"))
    command = [sys.executable, "-W", "ignore", "-m", "xavier_theory", "conformance"]
    told = {"OMP_NUM_THREADS": "1", "KERAS_BACKEND": run.backend or "jax"}
    done = subprocess.run(
        [*command, run.framework, *run.initializers, "--json"],
        capture_output=True,
        text=True,
        env=os.environ | told,
    )
    if done.returncode not in (0, 1) or not done.stdout:
        raise InvalidInputError(f"the run {run.name} failed: {done.stderr.strip()}")
    if kept is not None:
        write_whole(kept, done.stdout)
    return json.loads(done.stdout)


def page(runs: Sequence[Data]) -> str:
    """The whole page from the runs' JSON."""
    parts = [MARK, "", *_introduction(runs)]
    for run in runs:
        parts += ["", f"## {_name(run)}", ""]
        if run["framework"] == "flax":
            parts += ["All others that Flax has are the same objects as JAX'.", ""]
        parts += [*_verdicts(run), *_deviations(run), *_undocumented(run), *_theory(run)]
    return "\n".join([*parts, ""])


def _name(run: Data) -> str:
    names = {"torch": "torch", "keras": "Keras", "jax": "JAX", "flax": "Flax"}
    backend = f" on {run['backend']}" if run["backend"] else ""
    return f"{names[run['framework']]} {run['version'].partition('+')[0]}{backend}"


def _introduction(runs: Sequence[Data]) -> Iterator[str]:
    counts: dict[str, int] = dict.fromkeys(ORDER, 0)
    for run in runs:
        for each in run["verdicts"]:
            counts[each["verdict"]] += 1
    checks = sum(len(run["checks"]) for run in runs)
    alphas = sum(run["alpha"] for run in runs)
    seeds = sorted({run["seed"] for run in runs})
    yield "# Do shipped initializers sample what they say?"
    yield ""
    yield (
        f"{len(runs)} runs, {checks:,} checks, seed {', '.join(map(str, seeds))}. The probability "
        f"that anything here is accused wrongly is {alphas:.0e} at most, in all. "
        f"Of {sum(counts.values())} pairs of an initializer and a type "
        + ", ".join(f"{counts[verdict]} {_word(verdict)}" for verdict in ORDER)
        + "."
    )
    yield ""
    yield (
        "Each initializer is held against its own docstring; the numbers are derived from that, "
        "and what is allowed for rounding is five units roundoff of each value. What deviates was "
        "looked at by hand: [findings.md](findings.md) says why it does, with lines that show it. "
        "`xavier-theory conformance torch` runs one framework, `python -m tools.conformance` "
        "writes this page. An initializer of your own is held against the law that you say it has:"
    )
    yield ""
    yield "```python"
    yield 'xt.conformance("jax", "he_normal", dtype="bfloat16")'
    yield 'xt.conformance(my_init, law="truncated-normal", variance=(2, "fan_in"))'
    yield "```"


def _word(verdict: str) -> str:
    return {"conforms": "conform", "deviates": "deviate", "refuses": "refuse",
            "undocumented": "are not documented"}[verdict]  # fmt: skip


def _verdicts(run: Data) -> Iterator[str]:
    types = list(dict.fromkeys(e["dtype"] for e in run["verdicts"] if e["dtype"] != "any"))
    cells: dict[str, dict[str, str]] = {}
    for each in run["verdicts"]:
        cells.setdefault(each["initializer"], {})[each["dtype"]] = SIGNS[each["verdict"]]
    known = {entry.title: entry for entry in entries(run["framework"])}
    yield from _table(
        ["initializer", "documented", *types],
        (
            [f"`{name}`", known[name].says if name in known else "",
             *(found.get(kind, found.get("any", "")) for kind in types)]
            for name, found in cells.items()
        ),
    )  # fmt: skip
    yield ""
    places = sorted({e.where.partition(",")[0] for e in known.values()})
    yield "Documentation: " + ", ".join(f"`{place}`" for place in places) + ", the docstrings."


def _deviations(run: Data) -> Iterator[str]:
    rows: list[list[str]] = []
    for (name, dtype), checks in _deviating(run):
        sizes = {c["quantity"]: c["sampled"] for c in checks}
        ratio, shift = sizes.get("variance", 1.0), sizes.get("mean", 0.0)
        told = [c for c in run["checks"] if (c["initializer"], c["dtype"]) == (name, dtype)]
        matters = ""
        if (ratio, shift) != (1.0, 0.0) and centred(told):
            matters = f"×{consequence(ratio, shift).many_layers:.3g}"
        for check in checks:
            rows.append([f"`{name}`", dtype, check["quantity"], _size(check["sampled"]),
                         _interval(check["interval"]), _interval(check["documented"]),
                         matters])  # fmt: skip
            matters = ""
    if rows:
        yield ""
        yield (
            "What deviates. A mean is a shift in deviations, a variance a ratio. The last column: "
            f"E z² after {LAYERS} relu layers of {WIDTH} units that keep it, with that variance "
            "and mean."
        )
        yield ""
        yield from _table(
            ["initializer", "type", "quantity", "sampled", "possible", "documented", "E z²"], rows
        )


def _deviating(run: Data) -> Iterator[tuple[tuple[str, str], list[Data]]]:
    """What deviates by initializer and type: the first check of each quantity."""
    grouped: dict[tuple[str, str], dict[str, Data]] = {}
    for check in run["checks"]:
        if check["verdict"] == "deviates":
            key = check["initializer"], check["dtype"]
            grouped.setdefault(key, {}).setdefault(check["quantity"], check)
    for key, checks in grouped.items():
        yield key, list(checks.values())


def _undocumented(run: Data) -> Iterator[str]:
    """What is sampled where nothing is said, by quantity, type and number."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for check in run["checks"]:
        if check["verdict"] == "undocumented" and check["sampled"] != "nan":
            key = check["quantity"], check["dtype"], f"{float(check['sampled']):.2f}"
            grouped.setdefault(key, []).append(check["initializer"])
    if not grouped:
        return
    yield ""
    yield (
        "Not documented: of complex entries E|w - mean|² over the variance of real ones; how often "
        "a later call of one seed lies in one quarter with an earlier call of the next, 0.25 for "
        "independent ones."
    )
    yield ""
    yield from _table(
        ["quantity", "type", "sampled", "initializers"],
        (
            [*key, f"`{names[0]}`" + (f" and {len(names) - 1} more" if names[1:] else "")]
            for key, names in grouped.items()
        ),
    )


def _theory(run: Data) -> Iterator[str]:
    if not run["theory"]:
        return
    yield ""
    yield (
        "Conforms, but is not what theory wants: initializers divide by these fans of these "
        "layers, as many times what is really summed ([fans.md](fans.md))."
    )
    yield ""
    yield from _table(
        ["layer", "weight", "fan_in", "fan_out"],
        (
            [each["layer"], str(tuple(each["shape"])), _times(each["fan_in"]),
             _times(each["fan_out"])]
            for each in run["theory"]
        ),
    )  # fmt: skip


def _times(factor: float | None) -> str:
    if factor is None:
        return ""
    return "right" if factor == 1 else f"×{factor:.4g}"


def _interval(ends: Sequence[float | str]) -> str:
    low, high = (float(end) for end in ends)
    if low == high:
        return _size(low)
    if math.isinf(high):
        return f"at least {_size(low)}"
    return f"{_size(low)} to {_size(high)}"


def _size(number: float | str) -> str:
    return f"{float(number):.4g}"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield table(titles, ([cell.replace("|", "\\|") for cell in row] for row in rows))


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` say what would change."""
    told = list(arguments)
    check = "--check" in told
    if check:
        told.remove("--check")
    keep = None
    if told[:1] == ["--keep"] and len(told) == 2:
        keep = Path(told[1])
        keep.mkdir(parents=True, exist_ok=True)
    elif told:
        sys.stderr.write(f"unknown arguments {' '.join(told)}; known: --keep FOLDER, --check\n")
        return 2
    text = page([found(run, keep) for run in RUNS])
    return written(PAGE, text, check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
