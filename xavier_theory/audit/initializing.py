"""``initialize``: each weight drawn so that the theory keeps the signal, in one pass."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from xavier_theory.audit.auditing import require_torch
from xavier_theory.audit.planning import kept_as_they_are, planned
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.frameworks.initialization import LAWS


@dataclass(frozen=True)
class Change:
    """One parameter: its root mean square before and after, why, and the q predicted behind it."""

    name: str
    before: float
    after: float
    why: str
    predicted: float | None = None


@dataclass
class Initialized:
    """What ``initialize`` did. ``undo`` puts the parameters back, bit for bit, once.

    ``notes`` say what was left alone, and where no variance keeps the signal over depth.
    """

    law: str
    changes: list[Change]
    notes: tuple[str, ...]
    undo: Callable[[], None] = field(repr=False)

    def __str__(self) -> str:
        rows = [("parameter", "before", "after", "predicted", "why")] + [
            (c.name, f"{c.before:.4g}", f"{c.after:.4g}",
             "" if c.predicted is None else f"{c.predicted:.3g}", c.why)
            for c in self.changes
        ]  # fmt: skip
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join([*lines, *self.notes])


def initialize(
    model: Any, batch: Any = None, *, law: str = "normal", seed: int = 0, correct: bool = False
) -> Initialized:
    """Draw the weights of a torch model anew, so that the second moment of the signal is kept.

    Parameters
    ----------
    model: changed in place: weights of linear maps and convolutions are drawn, and their biases
        set to 0. Norms, embeddings, what is frozen and what is 0 now, as heads and branch ends on
        purpose are, stay as they are.
    batch: as in ``audit``; it shows what comes before each weight, and is needed.
    law: ``normal``, ``uniform``, ``truncated-normal`` or ``orthogonal``.
    seed: alone decides what is drawn; torch's own random state is left alone.
    correct: then also scale each weight once by what the batch shows. It takes back what chance
        does at this width; it is no remedy where the theory has none.

    Returns what was changed and why, with ``.undo()``. Raises as ``audit`` does.
    """
    if law not in LAWS:
        raise UnknownNameError("law", str(law), LAWS)
    if batch is None:
        raise InvalidInputError(
            "a batch is needed: only a run shows which activation is before each weight"
        )
    require_torch(model)
    from xavier_theory.audit.of_torch import filling, running

    seen = running.seen(model, batch, seed=seed, loss=None)
    if seen.recording is None:
        raise InvalidInputError(f"nothing was initialized: {'; '.join(seen.remarks)}")
    plan, notes = planned(seen.recording, *kept_as_they_are(seen.parameters))
    squares = {one.name: one.square for one in seen.parameters}
    undo, refused = filling.fill(model, {n: (v, o) for n, v, _, _, o in plan}, law, seed)
    changes = [
        Change(name, math.sqrt(squares[name]), math.sqrt(variance), why, q)
        for name, variance, why, q, _ in plan
        if name not in refused
    ]
    if correct:
        try:
            changes = _corrected(model, batch, seed, changes)
        except BaseException:
            undo()
            raise
    notes += [f"{name} is left alone: {why}" for name, why in refused.items()]
    return Initialized(law, changes, tuple(notes), undo)


def _corrected(model: Any, batch: Any, seed: int, changes: list[Change]) -> list[Change]:
    """Each weight scaled once more, so that q behind it is as planned on this batch."""
    from xavier_theory.audit.of_torch import running

    targets = {c.name: c.predicted for c in changes if c.predicted}
    factors = running.corrected(model, batch, targets, seed)
    return [
        c if c.name not in factors else replace(
            c, after=c.after * factors[c.name],
            why=f"{c.why}; ×{factors[c.name]:.3g} on the batch, for what chance left",
        )
        for c in changes
    ]  # fmt: skip
