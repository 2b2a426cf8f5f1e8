"""How often each test errs, in simulated runs, against what it promises.

Without options a twentieth of the runs, printed. ``--write`` makes all runs (some minutes) and
writes docs/calibration.json, docs/figures/calibration.svg and the tables in docs/calibration.md;
``--render`` writes the last two again from the stored results.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from calibration_suite.plot import svg
from calibration_suite.report import render, table
from calibration_suite.results import load, run_suite, save, unmet

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> int:
    """Return 1 when a promise is broken or a planted test escapes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="all runs; write the results to docs/")
    action.add_argument("--render", action="store_true", help="write page and figure again")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    stored = DOCS / "calibration.json"
    if chosen.render:
        results = load(stored)
    else:
        start = time.process_time()
        share = 1.0 if chosen.write else 0.05
        results = run_suite(chosen.seed, share, lambda line: print(line, file=sys.stderr))
        print(f"{time.process_time() - start:.0f} s of processor time", file=sys.stderr)
    if chosen.write:
        save(results, stored)
    if chosen.write or chosen.render:
        page = DOCS / "calibration.md"
        page.write_text(render(page.read_text(encoding="utf-8"), results), encoding="utf-8")
        (DOCS / "figures" / "calibration.svg").write_text(svg(results), encoding="utf-8")
    else:
        print(table(results))
    wrong = list(unmet(results))
    print("\n".join(wrong) or "every promise kept; every planted test caught")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
