"""Right initializers, drawn again and again: how often any of a run's checks accuses one.

``python -m tests.conformance.many_right_samples 1000`` draws so many runs, with laws and types in
turn, at a total error rate of 1e-6 and of 5 % each, and prints how many deviate: of the former none
may, of the latter 5 %, and as the bounds are no estimates far fewer do.
"""

from __future__ import annotations

import sys
from itertools import product
from typing import Any

from tests.conformance.drawing import COMPLEX, ORTHOGONAL, complex_normal, deviating, haar
from tests.conformance.test_planted import REAL, RIGHT

LOOSE, STRICT = 0.05, 1e-6
SHAPE = (64, 1024)


def kinds() -> list[tuple[Any, Any, str]]:
    """Every right initializer in every type."""
    found = [(*RIGHT[law], dtype) for law, dtype in product(RIGHT, REAL)]
    draw = lambda rng, shape: complex_normal(rng, shape, 2048**-0.5)  # noqa: E731
    found += [(COMPLEX, draw, dtype) for dtype in ("complex64", "complex128")]
    return [*found, (ORTHOGONAL, haar, "float32")]


def main(count: int) -> int:
    """Draw ``count`` runs at each rate and print what deviates; 1 where a strict one does."""
    accused = {LOOSE: 0, STRICT: 0}
    every = kinds()
    for number in range(count):
        entry, draw, dtype = every[number % len(every)]
        for alpha in accused:
            found = deviating(entry, draw, dtype, shape=SHAPE, alpha=alpha, seed=5 * number + 1)
            accused[alpha] += bool(found)
            if found:
                sys.stdout.write(f"{alpha:g} {entry.name} {dtype} run {number}: {found}\n")
        if number % 50 == 49:
            sys.stdout.write(f"{number + 1} runs: {accused}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} runs: {accused}\n")
    return 1 if accused[STRICT] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
