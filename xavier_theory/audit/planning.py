"""The plan of ``initialize``, made from a recorded run and the rules alone.

In the order of the run each weight gets Var(W) = target/(fan·q), with the q of its input that the
rules predict for what is planned so far, and the fan that is really summed (general-gain). The
target is 1, and at a branch's end, which is added to what it came from, the q beside it over the
number of branches L: L sums of independent branches then add as much as they began with (He et al.
2016; Hanin & Rolnick 2018, section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from xavier_theory.audit.elementwise import ACTIVATIONS
from xavier_theory.audit.graphs import Graph
from xavier_theory.audit.parameters import Parameter
from xavier_theory.audit.records import GIVEN, Op, Recording, WeightFacts
from xavier_theory.audit.rules import predicted
from xavier_theory.audit.states import State
from xavier_theory.errors import XavierTheoryError

Planned = tuple[str, float, str, float | None, Op]


def kept_as_they_are(parameters: Sequence[Parameter]) -> tuple[dict[str, str], set[str]]:
    """Parameters that stay, with the reason, and those that share memory or are a table."""
    stay = {
        one.name: "it is zero on purpose" if one.constant and one.square == 0 else "it is frozen"
        for one in parameters
        if (one.constant and one.square == 0) or not one.trained
    }
    shared = {one.tied for one in parameters if one.tied} | {
        one.name for one in parameters if one.tied or one.role == "embedding"
    }
    return stay, shared


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


def weights_of(plan: Sequence[Planned]) -> Callable[[Op], WeightFacts | None]:
    """The facts of each op's weight once the plan is carried out, for ``predict``."""
    variances = {name: variance for name, variance, _, _, _ in plan}

    def facts(op: Op) -> WeightFacts | None:
        w = op.weight
        if w is None or w.weight not in variances:
            return w
        return _drawn(op, w, variances[w.weight]).weight

    return facts


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

    # a root mean square norm may be written out
    normed = any(op.kind.endswith("_norm") or op.name == "rsqrt" for op in graph.ops)
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
