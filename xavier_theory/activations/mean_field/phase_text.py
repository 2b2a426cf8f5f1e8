"""A phase for people and programs: ``print(phase)`` and the command line show ``phase_text``.

Notebooks show ``phase_markdown``, and ``phase_data`` is for JSON.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from xavier_theory.activations.plain_numbers import offset, readable, significant
from xavier_theory.errors import XavierTheoryError

if TYPE_CHECKING:
    from xavier_theory.activations.mean_field.estimated_phase import PhaseEstimate
    from xavier_theory.activations.mean_field.fixed_points import FixedPoint
    from xavier_theory.activations.mean_field.phases import Phase

TINY = 1e-300  # what rounding outward makes of 0
_TITLE = 27  # characters of the longest title of a number


def phase_data(phase: Phase) -> dict[str, Any]:
    """A phase as data for JSON; an enclosure is ``[lower, upper]``, null where there is none.

    ``infinite`` names those among the numbers that are infinite, ``unsettled`` has a sentence for
    each that could not be enclosed, and ``estimate`` what floating point says where nothing is
    certified.
    """
    numbers = {
        "gradient_factor": phase.gradient_factor,
        "length_scale": phase.length_scale,
        "correlation_scale": phase.correlation_scale,
    }
    point, correlation = phase.fixed_point, phase.correlation
    return {
        "activation": phase.length_map.activation.name,
        "weight_variance": float(phase.length_map.weight_variance),
        "bias_variance": float(phase.length_map.bias_variance),
        "start": float(phase.start),
        "phase": phase.name,
        "certified": phase.certified,
        "reason": phase.reason,
        "fixed_point": None if point is None else _point_data(point),
        **{name: _ends(value) for name, value in numbers.items()},
        "correlation": None
        if correlation is None
        else {"c": _ends(correlation.c), "slope": _ends(correlation.slope)},
        "unsettled": list(phase.unsettled),
        "estimate": _estimate_data(phase.estimate),
        "infinite": [name for name, value in numbers.items() if _is_infinite(value)],
    }


def phase_text(phase: Phase) -> str:
    """A phase as text."""
    lines = [f"{_heading(phase)}: {phase.name}", f"  {phase.reason}"]
    lines += [f"  {title.ljust(_TITLE)} {text}".rstrip() for title, text in _numbers(phase)]
    return "\n".join([*lines, *(f"  {line}" for line in _remarks(phase))])


def phase_markdown(phase: Phase) -> str:
    """The same for a notebook."""
    lines = [f"**{_heading(phase)}**: {phase.name}", "", phase.reason, ""]
    rows = [f"| {title} | {text} |" for title, text in _numbers(phase)]
    lines += ["| | |", "| --- | --- |", *rows, ""] if rows else []
    return "\n".join([*lines, *(f"- {line}" for line in _remarks(phase))]).rstrip()


def _heading(phase: Phase) -> str:
    law = phase.length_map
    return (
        f"{law.activation.name} at fan_in·Var(W) = {readable(law.weight_variance)}, "
        f"Var(b) = {readable(law.bias_variance)}"
    )


def _numbers(phase: Phase) -> list[tuple[str, str]]:
    """What is known of the phase: titles and values."""
    rows = []
    point = phase.fixed_point
    if point is not None:
        rows.append(("fixed point", f"q* = {_shown(point.q)}, V'(q*) = {_shown(point.slope)}"))
    if phase.gradient_factor is not None:
        rows.append(("gradient factor", f"χ₁ = {_shown(phase.gradient_factor)} per layer"))
    if phase.length_scale is not None:
        rows.append(("depth scale of lengths", f"ξ_q = {_layers(phase.length_scale)}"))
    if phase.correlation_scale is not None:
        scale = _layers(phase.correlation_scale)
        rows.append(("depth scale of correlations", f"ξ_c = {scale}"))
    if phase.correlation is not None:
        found = phase.correlation
        rows.append(
            ("correlations go to", f"c* = {_shown(found.c)}, C'(c*) = {_shown(found.slope)}")
        )
    return rows


def _remarks(phase: Phase) -> list[str]:
    lines = [f"not settled: {sentence}" for sentence in phase.unsettled]
    if phase.estimate is not None:
        lines.append(f"an estimate, not certified: {_estimate_text(phase.estimate)}")
    if phase.why_no_estimate is not None:
        lines.append(f"and no estimate: {phase.why_no_estimate}")
    return lines + _remedy_lines(phase)


def _remedy_lines(phase: Phase) -> list[str]:
    """Where the edge of chaos is, from here."""
    from xavier_theory.activations.mean_field.remedies import stable_critical_point

    if phase.name == "critical":
        return []
    try:
        found = stable_critical_point(phase.length_map.activation)
    except XavierTheoryError:
        found = None
    if found is None:
        return []
    return [
        f"elsewhere, critical and stable: fan_in·Var(W) = {found.weight_variance.value:.10g}, "
        f"Var(b) = {found.bias_variance.value:.10g}, with q* = {float(found.q):g}"
    ]


def _estimate_data(found: PhaseEstimate | None) -> dict[str, Any] | None:
    """``phase``, ``q`` and ``gradient_factor``; a number that is infinite is null."""
    if found is None:
        return None
    factor = found.gradient_factor
    return {
        "phase": found.name,
        "q": found.q if found.q < math.inf else None,
        "gradient_factor": factor if factor is not None and factor < math.inf else None,
    }


def _estimate_text(found: PhaseEstimate) -> str:
    if found.gradient_factor is None:
        return f"{found.name}: lengths grow without bound"
    name = found.name or "χ₁ is too near 1 to tell"
    factor = f"{found.gradient_factor:.6g}" if found.gradient_factor < math.inf else "infinite"
    return f"{name}, q* = {found.q:.6g}, χ₁ = {factor}"


def _point_data(point: FixedPoint) -> dict[str, Any]:
    return {"q": _ends(point.q), "slope": _ends(point.slope), "stability": point.stability}


def _is_infinite(value: Any) -> bool:
    return value is not None and value.upper_float == float("inf")


def _ends(value: Any) -> list[float] | None:
    return None if value is None or _is_infinite(value) else [value.lower_float, value.upper_float]


def _layers(scale: Any) -> str:
    return "infinite" if _is_infinite(scale) else f"{_shown(scale)} layers"


def _shown(value: Any) -> str:
    """The digits that the enclosure proves, and what they leave out where they look exact."""
    if _is_infinite(value):
        return "infinite"
    if value.lower == value.upper:
        return readable(value.lower)
    low, high = value.lower_float, value.upper_float
    if max(abs(low), abs(high)) < TINY:
        return "0"
    for digits in range(12, 2, -1):
        if f"{low:.{digits}g}" == f"{high:.{digits}g}":
            text = f"{low:.{digits}g}"
            looks_exact = significant(text) <= digits - 3
            return text + (offset(text, value.lower, value.upper) if looks_exact else "")
    return f"between {low:.6g} and {high:.6g}"
