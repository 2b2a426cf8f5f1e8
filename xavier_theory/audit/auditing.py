"""``audit``: a model and a batch in, findings out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from xavier_theory.audit.bands import LEAST_REDRAWS, Bands, bands_of, outside
from xavier_theory.audit.findings import BY_DESIGN, Finding, ranked
from xavier_theory.audit.graphs import Graph
from xavier_theory.audit.hazards import from_run
from xavier_theory.audit.parameters import Parameter
from xavier_theory.audit.planning import kept_as_they_are, planned, weights_of
from xavier_theory.audit.prediction import Predictions, predict
from xavier_theory.audit.records import GIVEN, Op, Recording, WeightFacts
from xavier_theory.audit.siblings import Statistics, compared, suspicious
from xavier_theory.errors import InvalidInputError, XavierTheoryError
from xavier_theory.frameworks.layers import framework_of
from xavier_theory.shown import Shown

LEVEL = 1e-3
_SHOWN_EFFECTS = 5


class UnhealthyModelError(XavierTheoryError, AssertionError):
    """``assert_healthy`` has found a deviation or a hazard; the text is the findings."""


@dataclass(frozen=True)
class Accuracy:
    """|log(predicted/measured)| of second moments: median and 95th percentile over ``ops`` ops."""

    ops: int
    median: float
    p95: float
    within_ten_percent: float


@dataclass
class Audit(
    Shown,
    text="xavier_theory.audit.showing:audit_text",
    html="xavier_theory.audit.showing:audit_html",
    data="xavier_theory.audit.showing:audit_data",
    page="xavier_theory.audit.page:audit_page",
):
    """What an audit found; prints as a table.

    ``findings`` are ranked by consequence. ``parameters`` has each parameter with the schemes that
    it is consistent with at ``level`` over the whole model. ``recording`` and ``predictions`` are
    of the run, and None where there was none; ``bands`` has the limits of q by op index, where
    weights were drawn again. ``remarks`` say what was left out.
    """

    model: str
    seed: int
    level: float
    findings: list[Finding]
    parameters: list[Statistics]
    recording: Recording | None = None
    predictions: Predictions | None = None
    remarks: tuple[str, ...] = ()
    changed: tuple[str, ...] = field(default=())
    bands: Bands = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        """Whether nothing is a deviation or a hazard."""
        return all(one.kind == BY_DESIGN for one in self.findings)

    @property
    def ops(self) -> list[Op]:
        """The ops of the run; none without one."""
        return [] if self.recording is None else self.recording.ops

    def accuracy(self, which: str) -> Accuracy | None:
        """How near predictions are; ``forward``, ``local``, ``backward`` or ``local_backward``.

        Over ops that compute something: views are left out.
        """
        if self.predictions is None:
            return None
        name = "gradient" if "backward" in which else "state"
        errors = []
        for index, said in getattr(self.predictions, which).items():
            true = getattr(self.ops[index], name)
            if self.ops[index].kind == "view":
                continue  # nothing to predict
            if true is not None and true.q > 1e-30 and said.q > 1e-30:
                errors.append(abs(math.log(said.q / true.q)))
        if not errors:
            return None
        errors.sort()
        near = sum(error <= math.log(1.1) for error in errors) / len(errors)
        p95 = errors[min(int(0.95 * len(errors)), len(errors) - 1)]
        return Accuracy(len(errors), median(errors), p95, near)

    def to_json(self) -> dict[str, Any]:
        """The audit as data for JSON; docs/audit.md says what each key is."""
        found: dict[str, Any] = self._shown("data")
        return found

    def to_html(self) -> str:
        """The audit as a page of its own, which asks for nothing else."""
        return str(self._shown("page"))


def audit(
    model: Any,
    batch: Any = None,
    *,
    seed: int = 0,
    level: float = LEVEL,
    loss: Callable[[Any], Any] | None = None,
    redraws: int = 0,
    executor: Executor | None = None,
) -> Audit:
    """What a model's initialization does, what the theory says of it, and what to change.

    Parameters
    ----------
    model: a ``torch.nn.Module``, on any device, in the modes that it is in.
    batch: what forward takes: a tensor, a tuple of positional arguments, or a dict of arguments by
        name. None audits the parameters alone.
    seed: of the random numbers that forward and the gradient's start draw.
    level: the probability, over the whole model, that a parameter which was drawn as its siblings
        is called a deviation.
    loss: a function of the model's result; without it the gradient starts as white noise at all
        outputs.
    redraws: how many forward passes with weights drawn again tell chance from structure, 0 or at
        least 8; 24 found to be enough. Each costs a forward pass.
    executor: makes the redraws, in processes: any ``concurrent.futures.Executor`` but one of
        threads, which share torch's random state. They are the same as without one.

    The model is left bit for bit as it was, and so are all random states; ``.changed`` names what
    forward itself did to Python attributes. Raises ``InvalidInputError`` for a model that does not
    run on the batch, and ``MissingExtraError`` where torch is not installed.
    """
    if not (isinstance(level, float) and 0 < level < 1):
        raise InvalidInputError(f"the level is a probability between 0 and 1, got {level!r}")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise InvalidInputError(f"the seed is a whole number from 0 below 2^63, got {seed!r}")
    if (
        isinstance(redraws, bool)
        or not isinstance(redraws, int)
        or not (redraws == 0 or redraws >= LEAST_REDRAWS)
    ):
        raise InvalidInputError(
            f"redraws is 0 or a whole number of at least {LEAST_REDRAWS}, got {redraws!r}"
        )
    if isinstance(executor, ThreadPoolExecutor):
        raise InvalidInputError("threads share torch's random state: take an executor of processes")
    require_torch(model)
    from xavier_theory.audit.of_torch import running

    seen = running.seen(model, batch, seed=seed, loss=loss)
    graph = None if seen.recording is None else Graph(seen.recording)
    ends = frozenset() if graph is None else graph.ends()
    rows, findings = compared(seen.parameters, level, ends)
    findings += suspicious(seen.parameters, frozenset() if graph is None else graph.shuffled())
    predictions = None
    recording = seen.recording
    if recording is not None:
        predictions = predict(recording)
        findings += from_run(
            recording, predictions, rows, seen.nonfinite,
            lambda: _repaired(recording, seen.parameters),
        )  # fmt: skip
        findings = _with_places(recording, findings)
    bands: Bands = {}
    if redraws and recording is not None:
        drawn = running.redraws(
            model, batch, rows, recording, times=redraws, seed=seed, executor=executor
        )
        bands = bands_of(drawn, level)
        named = {one.where for one in findings}
        more = outside(recording, bands, len(drawn), level)
        findings += [one for one in more if one.where not in named]
    findings = ranked(findings)
    if seen.recording is not None and predictions is not None:
        findings = _with_effects(seen.recording, predictions, rows, findings)
    return Audit(
        type(model).__name__, seed, level, findings, rows, seen.recording, predictions,
        seen.remarks, seen.changed, bands,
    )  # fmt: skip


def require_torch(model: Any) -> None:
    """Refuse what is no module of torch; nothing is imported for it."""
    if framework_of(model) != "torch" or isinstance(model, type):
        what = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise InvalidInputError(f"an audit takes a torch.nn.Module, got {what}")


def _repaired(recording: Recording, parameters: list[Parameter]) -> Predictions:
    """The run as ``initialize`` would leave it."""
    plan, _ = planned(recording, *kept_as_they_are(parameters))
    return predict(recording, weights_of(plan))


def assert_healthy(model: Any, batch: Any = None, **options: Any) -> Audit:
    """For tests of one's own: the audit, or ``UnhealthyModelError`` with what it found.

    ``options`` are those of ``audit``. What is by design does not count.
    """
    found = audit(model, batch, **options)
    if not found.healthy:
        lines = [
            f"{one.kind} at {one.where}: {one.what}"
            for one in found.findings
            if one.kind != BY_DESIGN
        ]
        raise UnhealthyModelError("\n".join(lines))
    return found


def _with_places(recording: Recording, findings: Iterable[Finding]) -> list[Finding]:
    """Findings about parameters with the user's line where they are applied."""
    lines: Mapping[str, str | None] = {
        name: op.line
        for op in reversed(recording.ops)
        if op.weight is not None
        for name in (op.weight.weight, op.weight.bias)
        if name is not None
    }
    return [
        one if one.line is not None else replace(one, line=lines.get(one.where))
        for one in findings
    ]  # fmt: skip


def _with_effects(
    recording: Recording, now: Predictions, rows: list[Statistics], findings: list[Finding]
) -> list[Finding]:
    """What is predicted at the layer and at the output once a scale is as intended."""
    meant = {row.parameter.name: row for row in rows if row.intended is not None}
    found = []
    for place, one in enumerate(findings):
        row = meant.get(one.where)
        if row is None or place >= _SHOWN_EFFECTS or one.after or row.intended is None:
            found.append(one)
            continue
        square = row.parameter.square
        if square <= 0 or not math.isfinite(row.intended.square):
            found.append(one)
            continue
        after = _effect(recording, now, one.where, row.intended.square / square)
        found.append(replace(one, after=after))
    return found


def _effect(recording: Recording, now: Predictions, name: str, ratio: float) -> str:
    def weights(op: Op) -> WeightFacts | None:
        w = op.weight
        if w is None or name not in (w.weight, w.bias):
            return w
        if w.weight == name:
            return replace(
                w, forward=w.forward * ratio, channel=w.channel * ratio, row=w.row * ratio,
                row_mean=w.row_mean * math.sqrt(ratio), backward=w.backward * ratio,
            )  # fmt: skip
        return replace(w, bias_q=w.bias_q * ratio, bias_mean=w.bias_mean * math.sqrt(ratio))

    def has(op: Op) -> bool:
        return op.weight is not None and name in (op.weight.weight, op.weight.bias)

    op = next((one for one in recording.ops if has(one)), None)
    if op is None:
        return ""
    then = predict(recording, weights)
    parts = []
    last = [i for i in recording.outputs if i in now.forward and recording.ops[i].kind not in GIVEN]
    for index, where in ((op.index, "here"), *((i, "at the output") for i in last[:1])):
        if index in now.forward and index in then.forward:
            before, after = now.forward[index].q, then.forward[index].q
            parts.append(f"second moment {where} {before:.3g} → {after:.3g}")
    return "; ".join(parts)
