"""A prediction as an interval, and what "within δ of it" means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from xavier_theory.errors import InvalidInputError

__all__ = ["Hypothesis", "Prediction", "Tolerance", "as_hypothesis"]


@dataclass(frozen=True)
class Hypothesis:
    """The quantity θ lies in [`lower`, `upper`]; a point prediction has `lower == upper`.

    One side may be infinite (a bound from one side only). Raises `InvalidInputError` when the
    interval is empty, says nothing (both sides infinite), or has a NaN.
    """

    lower: float
    upper: float

    def __post_init__(self) -> None:
        lower, upper = float(self.lower), float(self.upper)
        if math.isnan(lower) or math.isnan(upper):
            raise InvalidInputError("a prediction must be a number, got nan")
        if lower > upper:
            raise InvalidInputError(f"the predicted interval [{lower}, {upper}] is empty")
        if math.isinf(lower) and math.isinf(upper):
            raise InvalidInputError(f"the prediction [{lower}, {upper}] has no finite side to test")
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "upper", upper)

    @property
    def finite_sides(self) -> tuple[float, ...]:
        """The sides that say something: one or two numbers."""
        return tuple(side for side in (self.lower, self.upper) if math.isfinite(side))


Prediction = float | tuple[float, float] | Hypothesis


def as_hypothesis(prediction: Prediction) -> Hypothesis:
    """Return a number, a pair or a `Hypothesis` as a `Hypothesis`."""
    if isinstance(prediction, Hypothesis):
        return prediction
    try:
        if isinstance(prediction, tuple):
            lower, upper = prediction
            return Hypothesis(lower, upper)
        if isinstance(prediction, (bool, np.bool_, str)):
            raise TypeError
        return Hypothesis(float(prediction), float(prediction))
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError(
            f"a prediction is a number or a pair (lower, upper), got {prediction!r}"
        ) from error


@dataclass(frozen=True)
class Tolerance:
    """What δ measures: a share of the prediction (relative), or multiples of `unit` (absolute).

    Relative: θ is off by δ or more when θ ≥ upper + δ|upper| or θ ≤ lower − δ|lower|; undefined
    about 0, where `InvalidInputError` asks for an absolute tolerance.
    Absolute: when θ ≥ upper + δ·unit or θ ≤ lower − δ·unit.
    """

    kind: Literal["relative", "absolute"] = "relative"
    unit: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in ("relative", "absolute"):
            raise InvalidInputError(f"a tolerance is relative or absolute, got {self.kind!r}")
        if not (math.isfinite(self.unit) and self.unit > 0):
            raise InvalidInputError(f"a tolerance's unit must be positive, got {self.unit!r}")

    def at(self, side: float, delta: float) -> float:
        """Return the width of δ at one finite side of a prediction."""
        if side == 0.0 and self.kind == "relative":
            raise InvalidInputError(
                "a relative tolerance about the prediction 0 is empty; use "
                "Tolerance('absolute', unit=...)"
            )
        return delta * (self.unit if self.kind == "absolute" else abs(side))

    def smallest(self, hypothesis: Hypothesis, delta: float) -> float:
        """Return the smaller of the widths of δ at the finite sides of `hypothesis`."""
        return min(self.at(side, delta) for side in hypothesis.finite_sides)

    def widen(self, hypothesis: Hypothesis, delta: float) -> Hypothesis:
        """Return the interval outside which θ is off by δ or more.

        Raises `InvalidInputError` where float64 has no number between a side and the widened one.
        """
        lower, upper = hypothesis.lower, hypothesis.upper
        for side in hypothesis.finite_sides:
            width = self.at(side, delta)
            if not (side - width < side < side + width and math.isfinite(abs(side) + width)):
                raise InvalidInputError(
                    f"float64 cannot tell the prediction {side!r} from one that is off by "
                    f"{width:.3g}; choose a larger delta, or rescale"
                )
        if math.isfinite(lower):
            lower -= self.at(lower, delta)
        if math.isfinite(upper):
            upper += self.at(upper, delta)
        return Hypothesis(lower, upper)
