"""The initializers for torch beside torch's own, filling the same weight in alternation.

Run it where torch is: ``.venv-frameworks/bin/python benchmarks/initializers.py`` after
``make test-frameworks``. The aim is 1.5, of small weights from the second one of a shape on.
"""

from __future__ import annotations

import time
from collections.abc import Callable

ROUNDS = 15
SHAPES = ((512, 512, 3, 3), (512, 512), (32, 32))


def alternating(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """The least processor time of each, in seconds."""
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for index, task in enumerate((ours, theirs)):
            start = time.process_time()
            task()
            best[index] = min(best[index], time.process_time() - start)
    return best[0], best[1]


def main() -> None:
    """Print the ratios."""
    try:
        import torch
        from torch.nn import init
    except ImportError:
        print("torch is not installed here; .venv-frameworks has it after make test-frameworks")
        return
    from xavier_theory.frameworks.torch import orthogonal_, truncated_normal_, variance_

    torch.set_num_threads(1)
    print(f"{'weight':>18} {'law':>12} {'ours':>10} {'torch':>10} {'ratio':>6}")
    for shape in SHAPES:
        weight = torch.empty(shape)
        tasks = {
            "normal": (lambda w=weight: variance_(w, "relu"),
                       lambda w=weight: init.kaiming_normal_(w)),
            "uniform": (lambda w=weight: variance_(w, "relu", law="uniform"),
                        lambda w=weight: init.kaiming_uniform_(w)),
            "truncated": (lambda w=weight: truncated_normal_(w, 0.02),
                          lambda w=weight: init.trunc_normal_(w, 0, 0.02, -0.04, 0.04)),
            "orthogonal": (lambda w=weight: orthogonal_(w), lambda w=weight: init.orthogonal_(w)),
        }  # fmt: skip
        for law, (ours, theirs) in tasks.items():
            mine, its = alternating(ours, theirs)
            print(f"{shape!s:>18} {law:>12} {mine * 1e3:8.2f} ms {its * 1e3:7.2f} ms "
                  f"{mine / its:6.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
