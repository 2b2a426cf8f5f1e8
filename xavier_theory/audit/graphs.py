"""A recording as a graph, with the questions that findings and plans ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from xavier_theory.audit.records import GIVEN, Op, Recording

WEIGHTED = ("linear", "convolution")
NORMS = ("batch_norm", "layer_norm", "rms_norm")


class Graph:
    """The recording as a graph, with the questions that findings ask."""

    def __init__(self, recording: Recording) -> None:
        self.ops = recording.ops
        self.outputs = frozenset(recording.outputs)
        self.consumers = recording.consumers()
        self.weighted = [op for op in self.ops if op.kind in WEIGHTED and op.weight]

    def following(self, op: Op, through: Callable[[Op], bool]) -> set[int]:
        """The first ops behind it that are not passed through; −1 stands for an output."""
        return self._walk(op, self.consumers.__getitem__, through, self.outputs)

    def preceding(self, op: Op, through: Callable[[Op], bool]) -> set[int]:
        """The same the other way round."""
        return self._walk(op, lambda index: self.ops[index].inputs, through, frozenset())

    def _walk(
        self,
        op: Op,
        step: Callable[[int], Iterable[int]],
        through: Callable[[Op], bool],
        ends: frozenset[int],
    ) -> set[int]:
        found: set[int] = {-1} if op.index in ends else set()
        waiting, seen = list(step(op.index)), set()
        while waiting:
            index = waiting.pop()
            if index in seen:
                continue
            seen.add(index)
            if not through(self.ops[index]):
                found.add(index)
                continue
            if index in ends:
                found.add(-1)
            waiting += step(index)
        return found

    def ends(self) -> frozenset[str]:
        """The weights that the input meets first, and those whose results are the outputs."""

        def inside(op: Op) -> bool:
            return op.kind not in (*WEIGHTED, "add", *GIVEN, "join")

        found = set()
        for op in self.weighted:
            first = any(self.ops[i].name == "input" for i in self.preceding(op, inside))
            if first or -1 in self.following(op, inside):
                found |= {name for name in (op.weight.weight, op.weight.bias) if name}  # type: ignore[union-attr]
        return frozenset(found)

    def shuffled(self) -> frozenset[str]:
        """The weights whose results are shuffled into pixels."""
        return frozenset(
            op.weight.weight
            for op in self.weighted
            if op.weight and op.weight.weight
            and any(self.ops[i].name == "pixel_shuffle" for i in self.following(op, _is_view))
        )  # fmt: skip

    def is_normed(self, op: Op) -> bool:
        """Whether all that follows is a norm."""
        behind = self.following(op, _is_view)
        return bool(behind) and all(i >= 0 and self.ops[i].kind in NORMS for i in behind)


def _is_view(op: Op) -> bool:
    return op.kind == "view"
