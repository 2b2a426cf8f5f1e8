"""Many networks trained at once against the same networks one after the other.

Both sides do the same steps, alternate in one process, and count by the least of several times.
"""

from __future__ import annotations

import time

import numpy as np

from xavier_theory.training import Trainer, TrainingPlan, load_dataset

STEPS, ROUNDS = 20, 5


def seconds(data: str, hidden: tuple[int, ...], networks: int, at_once: bool) -> float:
    """The time of ``STEPS`` steps of all networks; drawing them does not count."""
    examples = load_dataset(data, 100)
    seeds = (networks, 1) if at_once else (1, networks)
    trainers = [
        Trainer(examples, TrainingPlan(hidden, "tanh", seeds=seeds[0]), seed)
        for seed in range(seeds[1])
    ]
    start = time.perf_counter()
    for trainer in trainers:
        trainer.advance(STEPS)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    names = ("data", "hidden", "networks", "one by one", "at once", "ratio")
    print("{:8} {:>12} {:>8} {:>12} {:>9} {:>6}".format(*names))
    for data, hidden, networks in (
        ("circles", (8, 8), 10),
        ("circles", (8, 8), 100),
        ("digits", (32,) * 4, 10),
    ):
        pairs = [
            [seconds(data, hidden, networks, at_once) for at_once in (False, True)]
            for _ in range(ROUNDS)
        ]
        single, together = np.min(pairs, axis=0) / STEPS * 1e3
        print(
            f"{data:8} {'+'.join(map(str, hidden)):>12} {networks:8} {single:9.2f} ms "
            f"{together:6.2f} ms {single / together:6.1f}"
        )


if __name__ == "__main__":
    main()
