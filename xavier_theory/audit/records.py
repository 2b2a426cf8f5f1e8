"""What one run leaves behind: ops in order, in words of no framework, with what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xavier_theory.audit.axes import Axes, Shape
from xavier_theory.audit.states import State

GIVEN = ("input", "parameter", "constant")  # kinds that stand for what an op is given


@dataclass(frozen=True)
class WeightFacts:
    """What a rule needs of a weight W, of which each output sums many products.

    ``forward``: Σ w² of an output; ``channel``: Σ over channels of (Σ over taps w)²; ``row``:
    (Σ w)², each averaged over outputs and positions; ``row_mean``: the average of Σ w itself.
    For independent entries of mean zero the first three are one number, fan_in·Var(W).
    ``backward`` is Σ w² of a gradient entry. ``uneven`` is E[s]·E[1/s] of s = Σ w² over outputs.
    ``bias_q`` and ``bias_mean`` are of the bias, 0 where
    there is none. ``weight`` and ``bias`` are the parameters' names, None where W is computed.
    """

    forward: float
    channel: float
    row: float
    row_mean: float
    backward: float
    uneven: float = 1.0
    bias_q: float = 0.0
    bias_mean: float = 0.0
    weight: str | None = None
    bias: str | None = None


@dataclass
class Op:
    """One op of the run; ``inputs`` are the indices of the ops that made its operands.

    ``kind`` is the rule that it has, or "unknown"; ``name`` the framework's own name for it.
    ``module`` is the path of the module that ran it, ``line`` the user's file and line if known.
    ``state`` is measured, and so is ``gradient``, of the loss by this op's result; None where there
    is none. ``trained`` says whether gradients go through it.
    """

    index: int
    kind: str
    name: str
    inputs: tuple[int, ...]
    shape: Shape
    axes: Axes
    module: str = ""
    module_kind: str = ""
    line: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    weight: WeightFacts | None = None
    state: State | None = None
    gradient: State | None = None
    trained: bool = False


@dataclass
class Recording:
    """The ops of one forward and backward pass, and what was left out, in sentences.

    ``outputs`` are the indices of the ops that made the model's results. ``used`` are the names of
    parameters that some op took.
    """

    ops: list[Op]
    outputs: tuple[int, ...]
    used: frozenset[str]
    remarks: tuple[str, ...] = ()

    def consumers(self) -> list[list[int]]:
        """For each op, the ops that take its result."""
        found: list[list[int]] = [[] for _ in self.ops]
        for op in self.ops:
            for index in op.inputs:
                found[index].append(op.index)
        return found
