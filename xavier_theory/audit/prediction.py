"""The rules walked along a recording: from the input alone, and from each op's measured inputs.

*Global*: the states of the inputs are measured, all others follow; an op without a rule goes on
from its measurement. *Local*: each op's inputs are measured, so that an error is the op's own.
Gradients likewise, from the outputs back.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from xavier_theory.audit import borders, laws
from xavier_theory.audit.gradients import sent_back
from xavier_theory.audit.records import GIVEN, Op, Recording, WeightFacts
from xavier_theory.audit.rules import predicted
from xavier_theory.audit.states import State

Weights = Callable[[Op], WeightFacts | None]
_NEAR = 1.2


@dataclass
class Predictions:
    """By op index: what the rules say, and by name how often ops had no rule.

    ``forward`` and ``local`` have the states of signals, ``backward`` and ``local_backward`` of
    gradients. An op that is missing was measured alone. ``laws`` has what gradients meet:
    signals as functions of Gaussians.
    """

    forward: dict[int, State] = field(default_factory=dict)
    local: dict[int, State] = field(default_factory=dict)
    backward: dict[int, State] = field(default_factory=dict)
    local_backward: dict[int, State] = field(default_factory=dict)
    laws: dict[int, State] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)


def predict(recording: Recording, weights: Weights | None = None) -> Predictions:
    """All predictions; ``weights`` may give other facts of an op's weight, such as of a repair."""
    found = Predictions()
    _forward(recording, found, weights)
    _backward(recording, found, weights)
    return found


def _with(op: Op, weights: Weights | None) -> Op:
    if weights is None or op.weight is None:
        return op
    return replace(op, weight=weights(op))


def _forward(recording: Recording, found: Predictions, weights: Weights | None) -> None:
    overall: dict[int, State] = {}
    measured: dict[int, State] = {}
    for op in recording.ops:
        if op.state is None:
            continue
        own = op.state.as_gaussian(op.index)
        if op.kind in GIVEN:
            overall[op.index] = measured[op.index] = own
            continue
        op = _with(op, weights)
        following = _said(op, overall)
        here = _said(op, measured)
        if following is None or here is None:
            found.unknown[op.name] += 1
            overall[op.index] = measured[op.index] = own
            continue
        found.forward[op.index] = following
        found.local[op.index] = here
        overall[op.index] = following.as_gaussian(op.index)
        measured[op.index] = _corrected(here, own)
    found.laws = overall if weights is not None else measured


def _said(op: Op, states: dict[int, State]) -> State | None:
    if not op.inputs or any(index not in states for index in op.inputs):
        return None
    return predicted(op, [states[index] for index in op.inputs])


def _corrected(said: State, own: State) -> State:
    """The measured moments, with the shape of the law that was predicted if it is near."""
    own = replace(own, uneven=said.uneven)
    if said.values is None or own.q <= 0 or said.q <= 0:
        return own
    ratio = own.q / said.q
    if not 1 / _NEAR < ratio < _NEAR:
        return own
    return replace(
        own, values=said.values * math.sqrt(ratio), source=said.source, rho_p=said.rho_p,
        rho_c=said.rho_c,
    )  # fmt: skip


def _backward(recording: Recording, found: Predictions, weights: Weights | None) -> None:
    """Sums what each consumer sends back, as independent contributions.

    Signals are as measured, with the laws that were predicted; with other weights than the run's,
    as predicted. Of a measured gradient ``lean`` and ``uneven`` are not measured, but as predicted.
    """
    signals = found.laws
    ops = [
        replace(_with(op, weights), state=signals.get(op.index, op.state)) for op in recording.ops
    ]

    consumers = recording.consumers()
    outputs = set(recording.outputs)
    overall: dict[int, State] = {}
    for op in reversed(recording.ops):
        if op.gradient is None:
            continue
        if op.index in outputs or not consumers[op.index]:
            overall[op.index] = op.gradient
            continue
        following = _gathered(ops, signals, op, consumers[op.index], overall)
        measured = {
            i: replace(g, lean=overall[i].lean, uneven=overall[i].uneven)
            for i in consumers[op.index] if i in overall and (g := recording.ops[i].gradient)
        }  # fmt: skip
        here = _gathered(ops, signals, op, consumers[op.index], measured)
        if following is None or here is None:
            overall[op.index] = op.gradient
            continue
        found.backward[op.index], found.local_backward[op.index] = following, here
        overall[op.index] = following


def _gathered(
    ops: list[Op],
    signals: dict[int, State],
    op: Op,
    consumers: list[int],
    gradients: dict[int, State],
) -> State | None:
    total: State | None = None
    for index in consumers:
        consumer = ops[index]
        if not consumer.trained:
            continue
        if index not in gradients:
            return None
        states = [signals.get(i) for i in consumer.inputs]
        for place, i in enumerate(consumer.inputs):
            if i != op.index:
                continue
            part = sent_back(consumer, states, gradients[index], place)
            if part is None:
                return None
            total = part if total is None else _sum(total, part)
    return total


def _sum(x: State, y: State) -> State:
    profile = borders.mixed((x, y), (x.q, y.q))
    return replace(
        x, q=x.q + y.q, mean=x.mean + y.mean, p=x.p + y.p, c=x.c + y.c, profile=profile,
        lean=laws.mixed(x, y),
    )  # fmt: skip
