"""``Watch``: during training, where the theory of the weights as drawn has ceased to hold.

The weights' facts are taken at the first look. At each further one the rules predict the signal of
the batch at hand as if the weights still had them, and what is measured is held against that, each
weight by its ratio at the first look, which is what chance made of it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from xavier_theory.audit.auditing import require_torch
from xavier_theory.audit.graphs import WEIGHTED
from xavier_theory.audit.prediction import predict
from xavier_theory.audit.records import Op, Recording, WeightFacts
from xavier_theory.errors import InvalidInputError


class TheoryLeftWarning(UserWarning):
    """Training has brought a second moment away from what the weights as drawn would give."""


@dataclass(frozen=True)
class Look:
    """The ``step`` of a look, counted in forward passes, and by weight how far it has come.

    ``ratios`` are q behind a weight over what the weights as drawn would give on the same batch,
    over the same at the first look, where all are 1.
    """

    step: int
    ratios: Mapping[str, float]

    @property
    def furthest(self) -> tuple[str, float]:
        """The weight whose ratio is furthest from 1 as a factor, and that ratio."""
        return max(self.ratios.items(), key=lambda item: abs(_log(item[1])), default=("", 1.0))


class Watch:
    """Looks at a torch model every so many forward passes in training mode.

        with xt.audit.Watch(model, every=100) as watch:
            train(model)

    Parameters
    ----------
    model: a ``torch.nn.Module``; it gets one hook, and is otherwise left alone: what a look draws
        or writes is put back, so that training goes on bit for bit as without it.
    every: forward passes between two looks. A look costs about two forward passes.
    factor: by how much a second moment may differ before it is said, once, as a
        ``TheoryLeftWarning``; a convention.

    ``looks`` has all of them. ``remove()``, or the end of the ``with``, takes the hook away.
    """

    def __init__(self, model: Any, every: int = 100, factor: float = 2.0) -> None:
        require_torch(model)
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise InvalidInputError(f"every is a whole number of at least 1, got {every!r}")
        if not isinstance(factor, int | float) or not 1 < factor < math.inf:
            raise InvalidInputError(f"factor is a number above 1, got {factor!r}")
        self.looks: list[Look] = []
        self._every, self._factor = every, float(factor)
        self._step = 0
        self._busy = self._said = False
        self._drawn: dict[tuple[str | None, int], WeightFacts] = {}
        self._first: dict[str, float] = {}
        self._handle = model.register_forward_pre_hook(self._before, with_kwargs=True)

    def _before(self, model: Any, arguments: Any, keywords: Any) -> None:
        if self._busy or not model.training:
            return
        if self._step % self._every == 0:
            self._busy = True
            try:
                self._look(model, arguments, keywords)
            finally:
                self._busy = False
        self._step += 1

    def _look(self, model: Any, arguments: Any, keywords: Any) -> None:
        from xavier_theory.audit.of_torch.recording import record_signals

        recording = record_signals(model, arguments, keywords)
        if not self._drawn:
            self._drawn = {key: op.weight for key, op in _weighted(recording) if op.weight}
        said = predict(recording, lambda op: self._drawn.get(_key(op), op.weight)).forward
        found: dict[str, float] = {}
        for (name, _), op in _weighted(recording):
            state = said.get(op.index)
            if name and op.state and state and op.state.q > 0 and state.q > 0:
                found.setdefault(name, op.state.q / state.q)
        if not self.looks:
            self._first = found
        ratios = {
            name: ratio / self._first[name] for name, ratio in found.items() if name in self._first
        }
        self.looks.append(Look(self._step, ratios))
        self._tell(ratios)

    def _tell(self, ratios: Mapping[str, float]) -> None:
        """In the order of the run: what follows the first one that is off, follows from it."""
        for name, ratio in ratios.items():
            if not self._said and abs(_log(ratio)) > math.log(self._factor):
                self._said = True
                warnings.warn(
                    f"forward pass {self._step}: behind {name} the second moment is {ratio:.3g}× "
                    "what the weights as drawn would give on this batch: from here on the theory "
                    "of the initialization no longer describes the network",
                    TheoryLeftWarning,
                    stacklevel=2,
                )

    def remove(self) -> None:
        """Take the hook away."""
        self._handle.remove()

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.remove()


def _log(ratio: float) -> float:
    return math.log(ratio) if ratio > 0 else -math.inf


def _key(op: Op) -> tuple[str | None, int]:
    """A weight by name, or by place where it is computed."""
    name = op.weight.weight if op.weight else None
    return name, -1 if name else op.index


def _weighted(recording: Recording) -> list[tuple[tuple[str | None, int], Op]]:
    return [(_key(op), op) for op in recording.ops if op.kind in WEIGHTED and op.weight]
