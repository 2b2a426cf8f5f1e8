"""Tests that stop as soon as they know, bounded by a fixed-size test.

Stage. At each look n the test has limits that hold at *all* n at once: for every θ

    P(θ ≤ L_n(γ) for some n) ≤ γ   and   P(θ ≥ U_n(γ) for some n) ≤ γ.                       (2)

With e = min(α, β)/2 it applies the decision of `decision` at rates (e, e), and stops at the first
"refuted" or "consistent". Terminal. If it has not stopped by n = N, the fixed-size test at rates
(α/2, β/2) is applied to all N scalars, where N is that test's sample size.

Proof of the four promises, by the union bound (the stages may depend on each other at will):
  (S1) wrongly consistent: in the stage at most e ≤ α/2 by (2), at the end at most α/2.
  (S2) wrongly refuted: in the stage at most e by (2), at the end at most e; 2e ≤ α.
  (S3) a formula off by δ or more is not refuted only if the stage called it consistent, at most
       e ≤ β/2, or the end did not refute it, at most β/2.
  (S4) a true formula is not called consistent only if the stage refuted it, at most e ≤ β/2, or
       the end did not call it consistent, at most β/2.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from numpy.typing import ArrayLike

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.decision import confidence_limits, decide
from xavier_theory.statistics.hypothesis import Hypothesis
from xavier_theory.statistics.outcome import Guarantee, Outcome, Verdict
from xavier_theory.statistics.rates import ErrorRates

__all__ = ["LOOKS", "SequentialRun", "stage_rates"]

LOOKS = 256
"""Number of looks that `run` takes at a sample held whole."""


def stage_rates(rates: ErrorRates) -> ErrorRates:
    """Return the rates (δ, e, e) of the stage, e = min(α, β)/2."""
    level = rates.refutation_level / 2
    return ErrorRates(rates.delta, level, level)


class SequentialRun(ABC):
    """A sequential test under way; it looks once after each block.

    Scalars beyond the planned number are not used; blocks after the end are refused.
    """

    def __init__(
        self,
        hypothesis: Hypothesis,
        widened: Hypothesis,
        rates: ErrorRates,
        planned: int,
        law: str,
        powered: bool,
    ) -> None:
        self._hypothesis = hypothesis
        self._widened = widened
        self._rates = rates
        self._stage = stage_rates(rates)
        self._planned = planned
        self._law = law
        self._powered = powered
        self._outcome: Outcome | None = None

    @property
    @abstractmethod
    def n(self) -> int:
        """Number of scalars taken in so far."""

    @property
    def finished(self) -> bool:
        """Whether the verdict is reached."""
        return self._outcome is not None

    @property
    def remaining(self) -> int:
        """Number of scalars after which the test ends at the latest."""
        return self._planned - self.n

    def outcome(self) -> Outcome:
        """Return the verdict reached, or `undecided` with the limits so far."""
        if self._outcome is not None:
            return self._outcome
        if self.n == 0:
            raise InvalidInputError(f"too few samples: {self._law} needs at least 1, got 0")
        return self._report(Verdict.UNDECIDED, "finite-sample bound")

    def _refuse_finished(self) -> None:
        if self.finished:
            raise InvalidInputError(f"the run has ended after {self.n} samples; start another")

    def _look(self) -> None:
        """Stop when the stage's limits, or at the end the fixed-size test, decide."""
        if self.n == 0:
            return
        verdict = decide(self._limits, self._hypothesis, self._widened, self._stage)
        if verdict is not Verdict.UNDECIDED:
            self._outcome = self._report(verdict, "finite-sample bound")
        elif self.remaining <= 0:
            final = self._terminal(self._rates.halved())
            self._outcome = replace(final, rates=self._rates, law=self._law, powered=self._powered)

    def _report(self, verdict: Verdict, guarantee: Guarantee) -> Outcome:
        lower, upper = confidence_limits(self._limits, self._stage)
        return Outcome(
            verdict=verdict,
            estimate=self._estimate(),
            lower=lower,
            upper=upper,
            prediction=self._hypothesis,
            n=self.n,
            rates=self._rates,
            law=self._law,
            guarantee=guarantee,
            powered=self._powered,
        )

    @abstractmethod
    def update(self, block: ArrayLike) -> None:
        """Take in at most `remaining` scalars of a block, and look."""

    @abstractmethod
    def _estimate(self) -> float:
        """Return the estimate of θ so far."""

    @abstractmethod
    def _limits(self, tail: float) -> tuple[float, float]:
        """Return (L_n, U_n) that satisfy (2) at `tail`."""

    @abstractmethod
    def _terminal(self, rates: ErrorRates) -> Outcome:
        """Return the fixed-size test's outcome on all that was taken in."""
