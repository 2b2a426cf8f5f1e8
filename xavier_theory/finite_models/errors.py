"""What finite models refuse, each with one clear line."""

from __future__ import annotations

from xavier_theory.symbolic.errors import XavierTheoryError


class FiniteModelError(XavierTheoryError):
    """Base of the refusals of this folder."""


class OutsideDomainError(FiniteModelError, ArithmeticError):
    """A term has no value here: a division by zero, the logarithm of a number <= 0, …."""


class MissingValueError(FiniteModelError, LookupError):
    """A model gives no value to something that a term speaks of."""


class CannotBuildModelError(FiniteModelError):
    """We know no finite model of an assumption; the text names it and says why."""

    def __init__(self, assumption: str, reason: str) -> None:
        super().__init__(f"no finite model of the assumption {assumption!r}: {reason}")
        self.assumption = assumption
        self.reason = reason


class UnluckyDrawError(FiniteModelError):
    """A drawn model fails a strict inequality that its construction does not force."""
