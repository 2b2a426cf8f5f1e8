"""``initialize``: each weight drawn so that the theory keeps the signal, in one pass.

The plan is made from a recorded run and the rules alone. In the order of the run each weight gets
Var(W) = target/(fan·q), with the q of its input that the rules predict for what is planned so far,
and the fan that is really summed (general-gain). The target is 1, and at a branch's end, which is
added to what it came from, the q beside it over the number of branches L: L sums of independent
branches then add as much as they began with (He et al. 2016; Hanin & Rolnick 2018, section 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xavier_theory.audit.auditing import require_torch
from xavier_theory.audit.elementwise import ACTIVATIONS
from xavier_theory.audit.hazards import Graph
from xavier_theory.audit.records import GIVEN, Op, Recording, WeightFacts
from xavier_theory.audit.rules import predicted
from xavier_theory.audit.states import State
from xavier_theory.errors import InvalidInputError, UnknownNameError, XavierTheoryError
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


def initialize(model: Any, batch: Any = None, *, law: str = "normal", seed: int = 0) -> Initialized:
    """Draw the weights of a torch model anew, so that the second moment of the signal is kept.

    Parameters
    ----------
    model: changed in place: weights of linear maps and convolutions are drawn, and their biases
        set to 0. Norms, embeddings, what is frozen and what is 0 now, as heads and branch ends on
        purpose are, stay as they are.
    batch: as in ``audit``; it shows what comes before each weight, and is needed.
    law: ``normal``, ``uniform``, ``truncated-normal`` or ``orthogonal``.
    seed: alone decides what is drawn; torch's own random state is left alone.

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
    stay = {
        one.name: "it is zero on purpose" if one.constant and one.square == 0 else "it is frozen"
        for one in seen.parameters
        if (one.constant and one.square == 0) or not one.trained
    }
    shared = {one.tied for one in seen.parameters if one.tied} | {
        one.name for one in seen.parameters if one.tied or one.role == "embedding"
    }
    plan, notes = planned(seen.recording, stay, shared)
    squares = {one.name: one.square for one in seen.parameters}
    undo, refused = filling.fill(model, {n: (v, o) for n, v, _, _, o in plan}, law, seed)
    changes = [
        Change(name, math.sqrt(squares[name]), math.sqrt(variance), why, q)
        for name, variance, why, q, _ in plan
        if name not in refused
    ]
    notes += [f"{name} is left alone: {why}" for name, why in refused.items()]
    return Initialized(law, changes, tuple(notes), undo)


Planned = tuple[str, float, str, float | None, Op]


def planned(
    recording: Recording, stay: dict[str, str], shared: set[str]
) -> tuple[list[Planned], list[str]]:
    """(parameter, Var(W), why, predicted q, op) in the order of the run, and notes."""
    graph = Graph(recording)
    ends = _branch_ends(graph)
    states: dict[int, State] = {}
    plan: list[Planned] = []
    notes: list[str] = []
    done: dict[str, float] = {}
    for op in recording.ops:
        measured = op.state
        if measured is None:
            continue
        if op.kind in GIVEN or any(i not in states for i in op.inputs) or not op.inputs:
            states[op.index] = measured.as_gaussian(op.index)
            continue
        inputs = [states[i] for i in op.inputs]
        w = op.weight
        if w is not None and w.weight is not None and op.kind in ("linear", "convolution"):
            op = _with_plan(op, w, inputs, ends, states, stay, shared, done, plan, notes)
        found = predicted(op, inputs)
        if found is None:
            # the level of the measurement belongs to the old weights: its law is taken at q = 1
            found = measured.scaled(measured.q**-0.5) if measured.q > 0 else measured
        states[op.index] = found.as_gaussian(op.index)
    notes += _unstable(graph)
    return plan, notes


def _with_plan(
    op: Op, w: WeightFacts, inputs: Sequence[State], ends: dict[int, tuple[int, int, int]],
    states: dict[int, State], stay: dict[str, str], shared: set[str], done: dict[str, float],
    plan: list[Planned], notes: list[str],
) -> Op:  # fmt: skip
    """The op with the weight that is planned for it."""
    name = w.weight or ""
    if name in done or name in stay or name in shared or inputs[0].q <= 0:
        if name not in done:
            reason = stay.get(name, "it is shared")
            notes.append(f"{name} is left alone: {reason}")
        return op if name not in done else _drawn(op, w, done[name])
    target, why = 1.0, f"keeps q = 1 from q = {inputs[0].q:.3g}"
    if op.index in ends:
        beside, number, count = ends[op.index]
        start = states[beside].q / (1 + number / count) if beside in states else 1.0
        target = start / count
        why = f"end of one of {count} branches: {target:.3g} of q"
    variance = target / (float(op.attributes["fan"]) * inputs[0].q)
    done[name] = variance
    plan.append((name, variance, why, target, op))
    if w.bias is not None and w.bias not in done and w.bias not in stay:
        plan.append((w.bias, 0.0, "biases start at 0", None, op))
        done[w.bias] = 0.0
    return _drawn(op, w, variance)


def _drawn(op: Op, w: WeightFacts, variance: float) -> Op:
    """With independent entries of that variance, and without a bias."""
    fan, back = float(op.attributes["fan"]), float(op.attributes["fan_back"])
    facts = replace(
        w, forward=fan * variance, channel=fan * variance, row=fan * variance, row_mean=0.0,
        backward=back * variance, bias_q=0.0, bias_mean=0.0,
    )  # fmt: skip
    return replace(op, weight=facts)


def _branch_ends(graph: Graph) -> dict[int, tuple[int, int, int]]:
    """Weighted ops whose results are added to one of their own ancestors.

    For each: the op beside it, the number of this sum among all such, and how many there are.
    """
    found: list[tuple[int, int]] = []

    def passes(op: Op) -> bool:
        return op.kind == "view" or (op.kind == "multiply" and "constant" in {
            graph.ops[i].kind for i in op.inputs
        })  # fmt: skip

    ancestors: dict[int, set[int]] = {}
    for op in graph.ops:
        ancestors[op.index] = set(op.inputs).union(*(ancestors[i] for i in op.inputs))
    for op in graph.weighted:
        for behind in graph.following(op, passes):
            if behind < 0 or graph.ops[behind].kind != "add":
                continue
            other = [
                i for i in graph.ops[behind].inputs
                if i != op.index and op.index not in ancestors[i]
            ]  # fmt: skip
            if other and _reaches(other[0], op.index, ancestors):
                found.append((op.index, other[0]))
    return {index: (beside, n, len(found)) for n, (index, beside) in enumerate(found)}


def _reaches(beside: int, end: int, ancestors: dict[int, set[int]]) -> bool:
    return beside in ancestors[end]


def _unstable(graph: Graph) -> list[str]:
    """Activations whose gain is an unstable fixed point, where no norm takes it back."""
    from xavier_theory.activations.gains import gain
    from xavier_theory.activations.mean_field.drift import gain_stability

    normed = any(op.kind.endswith("_norm") for op in graph.ops)
    kinds = {op.kind for op in graph.ops if op.kind in ACTIVATIONS and op.trained}
    notes = []
    for kind in sorted(kinds) if not normed else ():
        try:
            stability = gain_stability(gain(kind))
        except XavierTheoryError:
            continue
        if stability == "unstable":
            notes.append(
                f"the gain of {kind} is an unstable fixed point (gain-stability): over many layers "
                "second moments drift away from 1; a norm, shortcuts, or the stable critical point "
                f"of `xavier-theory phase {kind}` keep them"
            )
    return notes
