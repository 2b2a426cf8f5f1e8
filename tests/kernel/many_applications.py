"""``python -m tests.kernel.many_applications COUNT [SEED]``: the long run of the fuzz tests."""

from __future__ import annotations

import sys
import time

from tests.kernel.applications import many_applications
from tests.kernel.changing import many_changes
from tests.kernel.pairs import many_pairs


def main(count: int, seed: int) -> int:
    """Apply rules and compare pairs, ``count`` each, and change a tenth as many certificates.

    The exit status is 1 if anything false is found.
    """
    status = 0
    for run, share in ((many_applications, 1), (many_pairs, 1), (many_changes, 10)):
        start = time.process_time()
        counts, wrong = run(seed, count // share)
        seconds = time.process_time() - start
        sys.stdout.write(f"{run.__name__} {count // share} from seed {seed} in {seconds:.0f} s\n")
        sys.stdout.write("".join(f"  {key}: {counts[key]}\n" for key in sorted(counts)))
        sys.stdout.write("".join(f"WRONG {text}\n" for text in wrong))
        status |= bool(wrong)
    return status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
