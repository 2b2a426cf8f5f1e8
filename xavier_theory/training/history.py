"""What training records at every step."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

__all__ = ["History"]


@dataclass(frozen=True, eq=False)
class History:
    """The record of T + 1 steps, the first of them before any update.

    ``costs`` and ``accuracies`` are ``(T + 1, m)``, ``gradient_norms`` ``(T + 1, L, m)``. With
    batches they are those of each step's batch. From the step on at which a network diverged its
    cost and gradient norms are inf and its accuracy is NaN.
    """

    costs: np.ndarray
    accuracies: np.ndarray
    gradient_norms: np.ndarray

    def steps_to_reach(self, level: float) -> np.ndarray:
        """The first step at which each network's cost is at most ``level``, ``(m,)``.

        A network that never gets there has T + 1, one more than the last step.
        """
        reached = self.costs <= level
        first = np.argmax(reached, axis=0)
        return np.where(reached.any(axis=0), first, len(self.costs))


@dataclass
class Recorder:
    """Collects one row after the other; ``history`` stacks them."""

    costs: list[np.ndarray] = field(default_factory=list)
    accuracies: list[np.ndarray] = field(default_factory=list)
    gradient_norms: list[np.ndarray] = field(default_factory=list)

    def add(self, cost: np.ndarray, accuracy: np.ndarray, norms: np.ndarray) -> None:
        """Append the record of one step."""
        self.costs.append(cost)
        self.accuracies.append(accuracy)
        self.gradient_norms.append(norms)

    def history(self) -> History:
        """All rows, stacked."""
        return History(
            np.stack(self.costs), np.stack(self.accuracies), np.stack(self.gradient_norms)
        )
