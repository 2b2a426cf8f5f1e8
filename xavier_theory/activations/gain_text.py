"""A gain for people: the gain, what it does over depth, and what else to do.

``print(gain)`` and ``xavier-theory gain`` show ``gain_text``, notebooks ``gain_markdown``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xavier_theory.activations.units import UnitMoments
from xavier_theory.errors import XavierTheoryError

if TYPE_CHECKING:
    from xavier_theory.activations.gains import Gain
    from xavier_theory.activations.mean_field.remedies import AffineForm, CriticalPoint

TINY = 1e-15  # a slope below it is what is left of 0 by rounding
WIDTH = 1000  # of the layers for which the drift is told


def gain_data(gain: Gain, digits: int | None = None) -> dict[str, Any]:
    """A gain as data for JSON: seven keys always, and others where they say something.

    ``q`` where it is not 1, ``reason`` where the gain is not certified, ``decimals``
    (``value``, ``lower`` and ``upper`` as text, where doubles have too few digits) where digits
    were asked for, ``over_depth`` for a second-moment gain (see ``depth_data``).
    """
    data = {
        "activation": gain.activation,
        "value": gain.value,
        "lower": gain.lower,
        "upper": gain.upper,
        "certified": gain.certified,
        "closed_form": None if gain.closed_form is None else str(gain.closed_form),
        "convention": gain.convention,
    }
    if gain.q != 1:
        data["q"] = str(gain.q)
    if not gain.certified:
        data["reason"] = gain.reason
        data["error"] = gain.error
    elif digits:
        data["decimals"] = gain.decimals(digits)._asdict()
    if gain.convention == "second-moment":
        data["over_depth"] = depth_data(gain)
    return data


def depth_data(gain: Gain) -> dict[str, Any]:
    """``length_map_slope`` V'(q), ``stability``, ``gradient_factor`` χ₁, ``drift`` and ``instead``.

    A number that is infinite, or not known, is null, and ``reason`` says why; ``drift`` has the
    ``width`` and the ``depth`` at which log q has standard deviation 1, null where it never has.
    """
    from xavier_theory.activations.mean_field.drift import drift_depth, gain_stability

    data: dict[str, Any] = {"length_map_slope": None, "stability": None, "gradient_factor": None}
    reasons: list[str] = []
    try:
        slope = gain.length_map_slope.value
        data["length_map_slope"] = slope if abs(slope) > TINY else 0.0
        data["stability"] = gain_stability(gain)
        depth = drift_depth(gain, WIDTH)
        data["drift"] = {"width": WIDTH, "depth": depth if depth < float("inf") else None}
    except XavierTheoryError as error:
        if gain.moments.activation.expression is not None:  # of a callable nobody expects it
            reasons.append(str(error))
    try:
        factor = gain.backward_factor
        data["gradient_factor"] = factor.value if factor.value < float("inf") else None
        if data["gradient_factor"] is None:
            reasons.append(f"the gradient factor is infinite: {getattr(factor, 'reason', '')}")
    except XavierTheoryError as error:
        reasons.append(f"the gradient factor is not known: {error}")
    if reasons:
        data["reason"] = "; ".join(dict.fromkeys(reasons))
    if data["stability"] == "unstable":
        data["instead"] = _instead(gain)
    return data


def gain_text(gain: Gain, digits: int | None = None) -> str:
    """A gain as text, with what it says about depth."""
    value: object = gain.value
    if not gain.certified:
        off = "" if gain.error is None else f", off by about {gain.error:.1g}"
        proven = [f"  an estimate{off}, not certified: {gain.reason}"]
    elif digits:
        value, lower, upper = gain.decimals(digits)
        proven = [f"  certified between {lower}", f"                and {upper}"]
    else:
        proven = [f"  certified between {gain.lower!r} and {gain.upper!r}"]
    lines = [f"{gain.activation}: gain {value}", *proven]
    if gain.closed_form is not None:
        lines.append(f"  closed form {gain.closed_form}")
    fan = "fan_out" if gain.convention == "backward" else "fan_in"
    lines.append(f"  convention {gain.convention}: {gain.formula}; use Var(W) = gain²/{fan}")
    if gain.convention == "second-moment":
        lines += _depth_lines(gain)
    return "\n".join(lines)


def gain_markdown(gain: Gain) -> str:
    """A gain for a notebook: its number, formula and closed form set, and the rest as a list."""
    import sympy

    form = gain.closed_form
    exact = "" if form is None else f"{sympy.latex(form)} = "
    lines = gain_text(gain).splitlines()[1:]
    kept = [line.strip() for line in lines if not line.startswith("  closed form")]
    return "\n".join(
        [f"**{gain.activation}**: $g = {exact}{gain.value!r}$", ""] + [f"- {line}" for line in kept]
    )


def _depth_lines(gain: Gain) -> list[str]:
    data = depth_data(gain)
    lines = []
    if data["length_map_slope"] is not None:
        word = data["stability"] or "not proven stable or unstable"
        lines.append(f"  over depth: V'({gain.q}) = {data['length_map_slope']:.6g}, {word}")
    drift = data.get("drift")
    if drift is not None:
        depth = drift["depth"]
        after = "never" if depth is None else f"after about {depth:.0f} layers"
        lines.append(f"    log q has drifted by 1 at width {drift['width']}: {after}")
    if data["gradient_factor"] is not None:
        lines.append(f"    gradient factor χ₁ = {data['gradient_factor']:.6g} per layer")
    if "reason" in data:
        lines.append(f"    {data['reason']}")
    return lines + [f"    {line}" for line in _instead_lines(data.get("instead", {}))]


def _instead(gain: Gain) -> dict[str, Any]:
    """The stable critical points, where there are such."""
    point, form = _remedies(gain)
    data: dict[str, Any] = {}
    if point is not None:
        data["variances"] = {
            "weight_variance": point.weight_variance.value,
            "bias_variance": point.bias_variance.value,
            "q": float(point.q),
            "length_map_slope": point.slope.value,
        }
    if form is not None:
        data["affine"] = {
            "scale": form.scale.value,
            "shift": form.shift.value,
            "length_map_slope": form.slope.value,
        }
    return data


def _instead_lines(data: dict[str, Any]) -> list[str]:
    lines = []
    if "variances" in data:
        found = data["variances"]
        lines.append(
            f"instead: fan_in·Var(W) = {found['weight_variance']:.10g}, Var(b) = "
            f"{found['bias_variance']:.10g}: q = {found['q']:g} is stable, "
            f"V' = {found['length_map_slope']:.4g}, χ₁ = 1"
        )
    if "affine" in data:
        found = data["affine"]
        word = "or:     " if lines else "instead:"
        lines.append(
            f"{word} {found['scale']:.10g}·(φ {_signed(found['shift'])}) with fan_in·Var(W) = 1: "
            f"q = 1 is stable, V' = {found['length_map_slope']:.4g}, χ₁ = 1"
        )
    return lines


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+'} {abs(value):.10g}"


def _remedies(gain: Gain) -> tuple[CriticalPoint | None, AffineForm | None]:
    from xavier_theory.activations.mean_field.remedies import affine_form, stable_critical_point

    if isinstance(gain.moments, UnitMoments):
        return None, None
    activation = gain.moments.activation
    point = stable_critical_point(activation)
    try:
        form = affine_form(activation)
    except XavierTheoryError:
        form = None
    return point, form if form is not None and form.stability == "stable" else None
