"""One architecture audited: what the audit says of it, as numbers."""

from __future__ import annotations

import math
import signal
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from tools.zoo.architectures import Architecture, made
from tools.zoo.page import TITLES, Row
from xavier_theory.audit.auditing import Audit, audit
from xavier_theory.audit.records import GIVEN, Op
from xavier_theory.audit.states import State
from xavier_theory.errors import InvalidInputError

SECONDS = 150


def row(one: Architecture) -> Row:
    """The row of an architecture; where it cannot be made, or runs on no batch, only ``failed``."""
    torch.set_num_threads(1)
    told: Row = {"library": one.library, "name": one.name, "head": one.head}
    start = time.monotonic()
    try:
        with _limited(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _audited(one)
    except Exception as error:  # noqa: BLE001 - what a library raises; the page counts it
        said = " ".join(str(error).split())[:200]
        return told | {"failed": f"{type(error).__name__}: {said}"}
    return told | found | {"seconds": round(time.monotonic() - start, 1)}


def _audited(one: Architecture) -> Row:
    model, batches = made(one)
    for number, batch in enumerate(batches):
        try:
            result = audit(model, batch)
        except InvalidInputError:
            if number == len(batches) - 1:
                raise
            continue
        shape = tuple(batch.shape) if isinstance(batch, torch.Tensor) else ()
        return _numbers(result) | {
            "parameters": sum(p.numel() for p in model.parameters()), "batch": list(shape),
        }  # fmt: skip
    raise InvalidInputError("there is no batch")


def _numbers(result: Audit) -> Row:
    predictions = result.predictions
    if predictions is None:
        raise InvalidInputError("; ".join(result.remarks))
    computed = [op for op in result.ops if op.kind not in (*GIVEN, "view") and op.state is not None]
    known = [op for op in computed if op.index in predictions.forward]
    accuracy = {which: result.accuracy(which) for which in TITLES}
    return {
        "ops": len(computed),
        "known": len(known),
        "unknown": dict(predictions.unknown),
        "accuracy": {which: None if a is None else vars(a) for which, a in accuracy.items()},
        "gradient": _ratios(result),
        "findings": [one.to_json() for one in result.findings],
        "remarks": list(result.remarks),
        "by_kind": {
            which: _errors(
                computed,
                getattr(predictions, which),
                "gradient" if which == "local_backward" else "state",
            )
            for which in ("local", "local_backward")
        },
    }


def _ratios(result: Audit) -> Row | None:
    """The gradient's sum of squares at the first weighted op over the last's; told and measured."""
    weighted = [op for op in result.ops if op.weight and op.weight.weight and op.gradient]
    if len(weighted) < 2 or result.predictions is None:
        return None
    first, last = weighted[0], weighted[-1]

    def total(op: Op, state: State | None) -> float:
        return 0.0 if state is None else state.q * math.prod(op.shape)

    said = result.predictions.backward
    end = total(last, said.get(last.index, last.gradient))
    measured_end = total(last, last.gradient)
    if not end or not measured_end:
        return None
    start = said.get(first.index)
    return {
        "measured": total(first, first.gradient) / measured_end,
        "predicted": None if start is None else total(first, start) / end,
    }


def _errors(ops: list[Op], said: dict[int, State], name: str) -> Row:
    """By kind of op: how many were off by more than a tenth, of how many, and the worst."""
    count, off = Counter[str](), Counter[str]()
    worst: dict[str, tuple[float, str]] = {}
    for op in ops:
        true, state = getattr(op, name), said.get(op.index)
        if state is None or true is None or true.q <= 1e-30 or state.q <= 1e-30:
            continue
        error = math.log(state.q / true.q)
        count[op.kind] += 1
        off[op.kind] += abs(error) > math.log(1.1)
        if abs(error) > abs(worst.get(op.kind, (0.0, ""))[0]):
            worst[op.kind] = (round(error, 3), op.module or op.name)
    return {kind: [off[kind], n, *worst.get(kind, (0.0, ""))] for kind, n in count.items()}


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TimeoutError(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
