"""What the recorded run shows: over depth, at activations, where nothing passes.

The limits are conventions, not theorems: a second moment that changes by ``HARM`` from the first to
the last layer of one kind (a hundredfold in size), which no norm takes back.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from xavier_theory.audit.elementwise import ACTIVATIONS
from xavier_theory.audit.findings import BY_DESIGN, DEVIATION, HAZARD, Finding, factor
from xavier_theory.audit.gradients import sent_back
from xavier_theory.audit.graphs import NORMS, WEIGHTED, Graph
from xavier_theory.audit.parameters import Parameter
from xavier_theory.audit.prediction import Predictions
from xavier_theory.audit.records import Op, Recording
from xavier_theory.audit.schemes import Scheme, candidates
from xavier_theory.audit.siblings import Statistics
from xavier_theory.audit.states import State

HARM = 1e4
_FEWEST_LAYERS = 4
_FEWEST_UNITS = 24  # all of them are 0 with probability 6e-8
_BOUNDED = ("sigmoid",)


def from_run(
    recording: Recording,
    predictions: Predictions,
    rows: Sequence[Statistics],
    nonfinite: Sequence[int],
    repaired: Callable[[], Predictions],
) -> Iterator[Finding]:
    """All findings of the run; ``repaired`` predicts it as ``initialize`` would leave it."""
    graph = Graph(recording)
    for index in nonfinite:
        op = graph.ops[index]
        yield Finding(
            DEVIATION, op.module or op.name,
            f"the first result of {op.name} that is not finite, from finite operands", math.inf,
            line=op.line,
        )  # fmt: skip
        break
    causes = list(_wrong_fans(graph, rows))
    yield from causes
    for one in _over_depth(graph, predictions, repaired):
        # what a cause explains within a factor of 100 is not told twice
        if not any(factor(one.size / cause.size) < 100 for cause in causes):
            yield one
    yield from _dead(graph)
    yield from _bounded_between_layers(graph)
    yield from _unreached(graph, [row.parameter for row in rows])


def _pattern(op: Op) -> str:
    name = op.weight.weight if op.weight and op.weight.weight else f"{op.module}:{op.kind}"
    return re.sub(r"\d+", "*", name)


def _over_depth(
    graph: Graph, predictions: Predictions, repaired: Callable[[], Predictions]
) -> Iterator[Finding]:
    groups: defaultdict[str, list[Op]] = defaultdict(list)
    for op in graph.ops:
        if op in graph.weighted or (op.kind == "add" and op.trained):
            groups[_pattern(op)].append(op)
    found: list[tuple[Finding, Op, Op]] = []
    for pattern, group in groups.items():
        for what in ("signal", "gradient"):
            one = _drift(graph, predictions, pattern, group, what)
            if one is not None:
                found.append(one)
    for what in ("signal", "gradient"):  # the same drift shows at every kind of layer
        same = [each for each in found if each[0].what.startswith(f"the {what}")]
        if same:
            worst, first, last = max(same, key=lambda each: each[0].size)
            yield replace(worst, after=_ratio_after(repaired(), first, last, what))


def _drift(
    graph: Graph, predictions: Predictions, pattern: str, group: list[Op], what: str
) -> tuple[Finding, Op, Op] | None:
    ops = [op for op in group if (s := _state(op, what)) is not None and s.q > 0]
    if what == "signal" and len(ops) < len(group):
        return None  # layers of zeros: told elsewhere
    if len(ops) < _FEWEST_LAYERS:
        return None
    first, last = ops[0], ops[-1]
    if what == "gradient":
        first, last = last, first
    ratio = _amount(last, what) / _amount(first, what)
    if factor(ratio) < HARM or _is_jump(ops, what):
        return None
    step = ratio ** (1 / (len(ops) - 1))
    said = predictions.forward if what == "signal" else predictions.backward
    ends = (said.get(first.index), said.get(last.index))
    theory = ""
    if ends[1] is not None and (ends[1].q > 0):
        start = ends[0].q if ends[0] is not None else _of(first, what)
        size = (math.prod(last.shape) / math.prod(first.shape)) if what == "gradient" else 1.0
        theory = f"; the theory predicts {ends[1].q * size / start:.2g}"
    verb = "grows" if ratio > 1 else "shrinks"
    where = "the last" if what == "signal" else "the first"
    finding = Finding(
        HAZARD, pattern,
        f"the {what} {verb} {step:.3g}× per layer in mean square over {len(ops)} layers: "
        f"{ratio:.2g} at {where}{theory}",
        factor(ratio), "length-map" if what == "signal" else "correlation-map",
        "xt.initialize(model, batch)", line=last.line,
    )  # fmt: skip
    return finding, first, last


def _ratio_after(then: Predictions, first: Op, last: Op, what: str) -> str:
    """The same ratio once repaired; nothing where gradients were measured on the way."""
    said = then.forward if what == "signal" else then.backward
    start, end = said.get(first.index), said.get(last.index)
    if what == "gradient" and start is None:
        start = first.gradient
    if start is None or end is None or start.q <= 0:
        return ""
    size = math.prod(last.shape) / math.prod(first.shape) if what == "gradient" else 1.0
    return f"{what} {end.q * size / start.q:.2g} at the same place"


def _is_jump(ops: list[Op], what: str) -> bool:
    """Whether two neighbours account for most of it: then it is no matter of depth."""
    logs = [math.log(_amount(op, what)) for op in ops]
    steps = [abs(two - one) for one, two in pairwise(logs)]
    return max(steps) > 0.7 * abs(logs[-1] - logs[0])


def _state(op: Op, what: str) -> State | None:
    return op.state if what == "signal" else op.gradient


def _of(op: Op, what: str) -> float:
    state = _state(op, what)
    return 0.0 if state is None else state.q


def _amount(op: Op, what: str) -> float:
    """The mean square of a signal; of a gradient its sum of squares.

    That does not depend on how many positions share it.
    """
    return _of(op, what) * (math.prod(op.shape) if what == "gradient" else 1)


def _dead(graph: Graph) -> Iterator[Finding]:
    """Relu layers that give 0 alone. Units on the same few inputs die by chance with 2^-n."""
    for op in graph.ops:
        if op.kind != "relu" or op.state is None or op.state.q > 0:
            continue
        if op.state.features < _FEWEST_UNITS:
            continue
        before = graph.ops[op.inputs[0]].state
        if before is not None and before.q > 0:
            yield Finding(
                HAZARD, op.module or op.name, "every unit is dead: relu gives 0 for all inputs",
                math.inf, "length-map", "a bias of 0 before it", line=op.line,
            )  # fmt: skip


def _bounded_between_layers(graph: Graph) -> Iterator[Finding]:
    """A sigmoid between weighted layers, where nearly all other activations are of another kind."""
    active = [op for op in graph.ops if op.kind in ACTIVATIONS and op.trained]
    counts = Counter(op.kind for op in active)
    for op in active:
        usual, often = max(counts.items(), key=lambda item: item[1])
        if op.kind not in _BOUNDED or usual in _BOUNDED or often < 3 * counts[op.kind] or often < 3:
            continue
        behind = graph.following(op, lambda one: one.kind in ("view", "mean", "max_pool"))
        before = graph.preceding(op, lambda one: one.kind in ("view", *NORMS))
        # beside a layer it may feed a shortcut; a product makes it a gate, which it is meant for
        kinds = {graph.ops[i].kind if i >= 0 else "output" for i in behind}
        inside = bool(kinds & {*WEIGHTED}) and kinds <= {*WEIGHTED, "add"}
        weighted = any(graph.ops[i].kind in (*WEIGHTED, "add") for i in before)
        state = graph.ops[op.inputs[0]].state
        if not (behind and inside and weighted) or state is None:
            continue
        unit = State(op.shape, op.axes, 1.0, 0.0, 0.0, 0.0)
        back = sent_back(op, [state], unit, 0)
        if back is not None:
            yield Finding(
                DEVIATION, op.module or op.name,
                f"a {op.kind} between layers, where the other {often} activations are {usual}: the "
                f"gradient's mean square passes it {back.q:.2g}×",
                factor(back.q), "sigmoid-gradient", f"{usual} in its place", line=op.line,
            )  # fmt: skip


def _wrong_fans(graph: Graph, rows: Sequence[Statistics]) -> Iterator[Finding]:
    """Grouped convolutions that count the channels of all groups, where no norm divides it away."""
    by_name = {op.weight.weight: op for op in graph.weighted if op.weight and op.weight.weight}
    found: defaultdict[str, list[tuple[Parameter, Scheme]]] = defaultdict(list)
    for row in rows:
        one = row.parameter
        op = by_name.get(one.name)
        if op is None or one.fans is None or one.fans.groups < 2 or graph.is_normed(op):
            continue
        known = {scheme.name: scheme for scheme in candidates(one)}
        fitting = [known[name] for name in row.schemes if name in known]
        if fitting and all(scheme.wrong for scheme in fitting):
            found[one.pattern].append((one, fitting[0]))
    for some in found.values():
        first, scheme = some[0]
        groups = first.fans.groups if first.fans else 1
        std = math.sqrt(first.square * groups)
        others = f", and so do {len(some) - 1} others behind it" if len(some) > 1 else ""
        yield Finding(
            HAZARD, first.name,
            f"follows {scheme.name}{others}: {scheme.wrong}; each has 1/{groups} of the second "
            "moment that He's rule keeps",
            float(groups) ** len(some), "layer-variance",
            f"torch.nn.init.normal_(model.get_parameter({first.name!r}), std={std:.6g})",
            f"second moment here {_of(by_name[first.name], 'signal') * groups:.3g}",
            by_name[first.name].line,
        )  # fmt: skip


def _unreached(graph: Graph, parameters: Sequence[Parameter]) -> Iterator[Finding]:
    if not any(one.gradient is not None for one in parameters):
        return
    unused = [one for one in parameters if one.trained and not one.used and one.tied is None]
    cut = [
        one for one in parameters
        if one.trained and one.used and one.gradient is None and one.tied is None
    ]  # fmt: skip
    for what, some in (("no op of this run takes it", unused), ("no gradient reaches it", cut)):
        if some:
            more = f" and {len(some) - 1} others" if len(some) > 1 else ""
            yield Finding(BY_DESIGN, some[0].name, what + more, 1.0)
