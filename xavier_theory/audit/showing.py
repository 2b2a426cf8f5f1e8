"""An audit as text, HTML and JSON."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from xavier_theory.audit.auditing import Accuracy, Audit
from xavier_theory.audit.findings import BY_DESIGN, Finding
from xavier_theory.audit.records import GIVEN, Op
from xavier_theory.audit.rules import RULES
from xavier_theory.audit.schemes import mean_interval, variance_interval
from xavier_theory.audit.siblings import Statistics
from xavier_theory.audit.states import State

NO_THEOREM = "measured, no theorem"
_LAYERS = ("linear", "convolution")


def audit_text(found: Audit) -> str:
    """Findings first, then the layers, then what the numbers rest on."""
    lines = [f"Audit of {found.model}: {summary(found)}", ""]
    for number, one in enumerate(found.findings, 1):
        lines += [*_finding_lines(number, one), ""]
    lines += _table(LAYER_TITLES, layer_rows(found))
    lines += ["", *notes(found)]
    return "\n".join(lines).rstrip()


def summary(found: Audit) -> str:
    """How much of each kind was found."""
    counts = dict.fromkeys(("deviation", "hazard", "by design"), 0)
    for one in found.findings:
        counts[one.kind] += 1
    if not any(counts.values()):
        return "nothing found"
    plural = {"deviation": "deviations", "hazard": "hazards", "by design": "by design"}
    parts = [f"{n} {kind if n == 1 else plural[kind]}" for kind, n in counts.items() if n]
    return ", ".join(parts)


def finding_head(one: Finding) -> str:
    """The kind, and the size if it has one."""
    shown = one.kind != BY_DESIGN and math.isfinite(one.size)
    return f"{one.kind} (×{one.size:.3g})" if shown else one.kind


def _finding_lines(number: int, one: Finding) -> list[str]:
    lines = [f"{number}. {finding_head(one)} at {one.where}: {one.what}"]
    rows = {"theorem": one.theorem, "fix": one.fix, "predicted then": one.after, "line": one.line}
    return lines + [f"     {title}: {text}" for title, text in rows.items() if text]


LAYER_TITLES = (
    "layer", "schemes", "fan_in·mean w²", "signal", "predicted", "gradient", "predicted",
)  # fmt: skip


def layer_rows(found: Audit) -> list[tuple[str, ...]]:
    """A row for each weighted op of the run, or without one for each parameter."""
    by_name = {row.parameter.name: row for row in found.parameters}
    if found.recording is None or found.predictions is None:
        return [
            (row.parameter.name, _schemes(row), _scaled(row), "", "", "", "")
            for row in found.parameters
        ]
    rows: list[tuple[str, ...]] = []
    for op in found.ops:
        name = op.weight.weight if op.weight else None
        if op.kind not in _LAYERS or name not in by_name:
            continue
        row = by_name[name]
        rows.append(
            (
                name, _schemes(row), _scaled(row), _q(op.state),
                _q(found.predictions.forward.get(op.index)), _q(op.gradient),
                _q(found.predictions.backward.get(op.index)),
            )
        )  # fmt: skip
    return rows


def _schemes(row: Statistics) -> str:
    return row.schemes[0] if row.schemes else "no documented one"


def _scaled(row: Statistics) -> str:
    fans = row.parameter.fans
    if fans is None or row.parameter.role == "bias":
        return f"{row.parameter.square:.3g}"
    return f"{float(fans.effective_in) * row.parameter.square:.3g}"


def _q(state: State | None) -> str:
    return "" if state is None else f"{state.q:.3g}"


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    table = [titles, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(titles))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def notes(found: Audit) -> list[str]:
    """What the numbers rest on, and what was left out."""
    said = [
        f"Schemes and deviations: at most {found.level:g} that a parameter drawn like its siblings "
        f"is accused, over all {len(found.parameters)}. Seed {found.seed}."
    ]
    if found.predictions is not None:
        for which, title in (
            ("forward", "from the input alone"), ("local", "step by step"),
            ("backward", "gradients from the output alone"),
            ("local_backward", "gradients step by step"),
        ):  # fmt: skip
            accuracy = found.accuracy(which)
            if accuracy is not None:
                said.append(_accuracy_text(title, accuracy))
        unknown = found.predictions.unknown
        if unknown:
            named = ", ".join(f"{name} ({n})" for name, n in unknown.most_common())
            said.append(f"Ops without a rule, gone on from their measurement: {named}.")
        bare = sorted({op.kind for op in found.ops if _has_no_theorem(op)})
        if bare:
            said.append(f"Rules without a theorem of this package: {', '.join(bare)}.")
    said += [f"Left out: {text}." for text in found.remarks]
    if found.changed:
        said.append(f"Forward itself changed, for good: {', '.join(found.changed)}.")
    return said


def _has_no_theorem(op: Op) -> bool:
    return op.kind in RULES and RULES[op.kind].theorem is None


def _accuracy_text(title: str, a: Accuracy) -> str:
    return (
        f"Predicted {title}: {a.within_ten_percent:.0%} of {a.ops} ops within 10 %, median error "
        f"{a.median:.2%}, 95th percentile {a.p95:.1%} (of log second moments)."
    )


def audit_html(found: Audit) -> str:
    """The same as a fragment of HTML, in the colours of the page around it."""
    parts = [f"<h3>Audit of {escape(found.model)}: {escape(summary(found))}</h3><ol>"]
    for one in found.findings:
        head, *rest = _finding_lines(0, one)
        text = escape(head.partition(". ")[2])
        more = "".join(f"<br><code>{escape(line.strip())}</code>" for line in rest)
        parts.append(f"<li>{text}{more}</li>")
    titles = "".join(f"<th>{escape(title)}</th>" for title in LAYER_TITLES)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in layer_rows(found)
    )
    parts.append(f"</ol><div style='overflow-x:auto'><table><tr>{titles}</tr>{rows}</table></div>")
    parts += [f"<p><small>{escape(note)}</small></p>" for note in notes(found)]
    return "".join(parts)


def audit_data(found: Audit) -> dict[str, Any]:
    """The audit as data."""
    said = found.predictions
    return {
        "model": found.model, "seed": found.seed, "level": found.level, "healthy": found.healthy,
        "findings": [one.to_json() for one in found.findings],
        "parameters": [_parameter_data(row, found.level / max(len(found.parameters), 1))
                       for row in found.parameters],
        "ops": [_op_data(found, op) for op in found.ops],
        "accuracy": {
            which: None if (a := found.accuracy(which)) is None else vars(a)
            for which in ("forward", "local", "backward", "local_backward")
        },
        "unknown": {} if said is None else dict(said.unknown),
        "remarks": list(found.remarks), "changed": list(found.changed),
    }  # fmt: skip


def _parameter_data(row: Statistics, level: float) -> dict[str, Any]:
    one, fans = row.parameter, row.parameter.fans
    return {
        "name": one.name, "role": one.role, "shape": list(one.shape), "type": one.kind,
        "trained": one.trained, "mean": one.mean, "mean_square": one.square,
        "mean_interval": list(mean_interval(one, level)),
        "mean_square_interval": list(variance_interval(one, level)),
        "schemes": list(row.schemes),
        "intended": None if row.intended is None else row.intended.name,
        "fan_in": None if fans is None else fans.fan_in,
        "fan_out": None if fans is None else fans.fan_out,
        "effective_in": None if fans is None else str(fans.effective_in),
        "effective_out": None if fans is None or fans.effective_out is None
        else str(fans.effective_out),
        "nonfinite": one.nonfinite, "equal_units": one.twins, "tied": one.tied,
        "equals": one.equals, "used": one.used, "gradient": one.gradient,
    }  # fmt: skip


def _op_data(found: Audit, op: Op) -> dict[str, Any]:
    said = found.predictions
    rule = RULES.get(op.kind)
    data: dict[str, Any] = {
        "index": op.index, "kind": op.kind, "name": op.name, "module": op.module,
        "inputs": list(op.inputs), "shape": list(op.shape), "line": op.line,
        "rule": None if op.kind in GIVEN or rule is None else rule.theorem or NO_THEOREM,
    }  # fmt: skip
    data["band"] = list(found.bands[op.index]) if op.index in found.bands else None
    data["signal"] = None if op.state is None else op.state.moments()
    data["gradient"] = None if op.gradient is None else op.gradient.moments()
    for which in ("forward", "local", "backward", "local_backward"):
        state = None if said is None else getattr(said, which).get(op.index)
        data[which] = None if state is None else state.moments()
    return data
