"""How long ``import xavier_theory`` takes, as a ratio to a Python that imports ``json``.

Whole processes are timed in alternation, so that what else the machine does falls on both alike.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

BASELINE = "import json"
SUBJECT = "import xavier_theory"


def seconds(statement: str) -> float:
    """Return the wall time of a new Python that runs ``statement`` and ends."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def alternate(repetitions: int) -> tuple[list[float], list[float]]:
    """Time both statements ``repetitions`` times, after one unrecorded pair that fills the caches.

    The order changes from pair to pair, so that neither always follows the other.
    """
    baseline: list[float] = []
    subject: list[float] = []
    order = [(BASELINE, baseline), (SUBJECT, subject)]
    for statement, _ in order:
        seconds(statement)
    for _ in range(repetitions):
        for statement, times in order:
            times.append(seconds(statement))
        order.reverse()
    return baseline, subject


def main() -> None:
    """Print both medians and the median of the ratios of neighbours, with its quartiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repetitions", type=int, default=100, help="pairs to time (default 100)")
    repetitions = parser.parse_args().repetitions
    if repetitions < 2:
        parser.error("--repetitions must be at least 2")
    baseline, subject = alternate(repetitions)
    ratios = [ours / theirs for ours, theirs in zip(subject, baseline, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"{BASELINE}: median {1e3 * statistics.median(baseline):.1f} ms")
    print(f"{SUBJECT}: median {1e3 * statistics.median(subject):.1f} ms")
    print(f"median ratio {middle:.2f} (quartiles {low:.2f} to {high:.2f}, {repetitions} pairs)")


if __name__ == "__main__":
    main()
