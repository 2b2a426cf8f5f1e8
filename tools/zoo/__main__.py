"""The command ``python -m tools.zoo``."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from importlib.metadata import version
from pathlib import Path

from tools.zoo.architectures import Architecture, listed
from tools.zoo.measuring import row
from tools.zoo.page import Row, page
from xavier_theory.files import write_whole

PAGE = Path("docs/zoo.md")


def measured(wanted: Iterable[Architecture], keep: Path, executor: Executor) -> None:
    """One file for each architecture in ``keep``; those that stand there are not made again."""
    missing = [one for one in wanted if not (keep / f"{one.key}.json").exists()]
    random.Random(0).shuffle(missing)  # so that what is there early is a fair part of all
    waiting = {executor.submit(row, one): one for one in missing}
    for number, done in enumerate(as_completed(waiting), 1):
        one, found = waiting[done], done.result()
        write_whole(keep / f"{one.key}.json", json.dumps(found, indent=1) + "\n")
        sys.stderr.write(f"{number}/{len(waiting)} {one.key}: {_said(found)}\n")
        sys.stderr.flush()


def _said(found: Row) -> str:
    if "failed" in found:
        return str(found["failed"])
    return f"{found['known']} of {found['ops']} ops, {found['seconds']} s"


def main() -> None:
    """Measure what is not measured yet, and write the page; ``--page`` does the second alone."""
    parser = argparse.ArgumentParser(prog="python -m tools.zoo", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these, such as timm.vgg11; all without")
    parser.add_argument("--keep", type=Path, required=True, help="where the rows are kept")
    parser.add_argument("--page", action="store_true", help="only write the page")
    parser.add_argument("--workers", type=int, default=1)
    told = parser.parse_args()
    told.keep.mkdir(parents=True, exist_ok=True)
    if told.page:
        write_page(told.keep)
        return
    if told.names:
        wanted = [one for one in _all(told.keep) if one.key in told.names]
    else:
        wanted = _all(told.keep)
    with ProcessPoolExecutor(told.workers) as executor:
        measured(wanted, told.keep, executor)
    write_page(told.keep)


def write_page(keep: Path) -> None:
    """docs/zoo.md from what is kept."""
    everything = _all(keep)
    there = [keep / f"{one.key}.json" for one in everything]
    rows = [json.loads(path.read_text("utf-8")) for path in there if path.exists()]
    versions = [f"{name} {version(name)}" for name in ("torchvision", "timm", "transformers")]
    text = page(rows, len(everything), f"{', '.join(versions[:2])} and {versions[2]}")
    write_whole(PAGE, text)


def _all(keep: Path) -> list[Architecture]:
    """The list, kept as well: to count parameters takes minutes."""
    place = keep / "architectures.txt"
    if not place.exists():
        lines = (" ".join(part for part in one if part) for one in listed())
        write_whole(place, "\n".join(lines) + "\n")
    return [Architecture(*line.split(" ")) for line in place.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
