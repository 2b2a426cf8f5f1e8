"""One budget for all work between a text and its enclosure, so that every question ends.

The unit is the evaluation of one part of an expression, on a ball, an interval or some hundred
floats; to rewrite a part counts as several. It is a count, so that the answer does not depend on
how fast a machine is. Seconds of processor time are a last resort. What is used up raises
``BudgetError``, a ``NotCertifiedError``, after which there may still be an estimate, with a budget
of its own. The other limits are fixed: the size of an expression (``parsing``), the bits of an
exact number (``building``, ``enclosures``), the degree of a polynomial (``polynomials``), the parts
of a derivative (``differentiation``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.plain_numbers import positive_integer

GAIN, PHASE, ESTIMATE = 300_000, 1_000_000, 1_000_000
"""Units for the moments of one gain, for one phase, for an estimate: one to three seconds each."""
FLOATS_PER_UNIT = 256
UNITS_PER_REWRITING = 8
_SECONDS_PER_UNIT = 2e-5  # five to ten times of what a unit takes: what ends a stall
_LEAST_SECONDS = 10.0
_STRIDE = 4096  # units between two looks at the clock


class BudgetError(NotCertifiedError):
    """The work that was allowed has not sufficed."""


@dataclass
class _Ledger:
    units: int
    estimates: bool = False
    used: int = 0
    looked: int = 0
    started: float = field(default_factory=time.thread_time)

    def spend(self, units: int) -> None:
        self.used += units
        if self.used > self.units:
            raise BudgetError(
                f"the budget of {self.units:,} evaluations is used up; a larger budget may do"
            )
        if self.used - self.looked > _STRIDE:
            self.looked = self.used
            allowed = max(_LEAST_SECONDS, self.units * _SECONDS_PER_UNIT)
            if time.thread_time() - self.started > allowed:
                raise BudgetError(f"{allowed:.0f} seconds of processor time have not sufficed")


_LEDGER: ContextVar[_Ledger | None] = ContextVar("ledger", default=None)


@contextmanager
def _spending(ledger: _Ledger) -> Iterator[None]:
    """Let a block spend from ``ledger``."""
    token = _LEDGER.set(ledger)
    try:
        yield
    finally:
        _LEDGER.reset(token)


@contextmanager
def within_budget(units: int | None, usual: int) -> Iterator[None]:
    """Run a block with this budget, or with the usual one; inside another, within that one.

    Raises ``InvalidInputError`` for a budget that is no positive integer.
    """
    given = usual if units is None else positive_integer(units, "the budget")
    if _LEDGER.get() is not None:
        yield
        return
    with _spending(_Ledger(given)):
        yield


@contextmanager
def estimating() -> Iterator[None]:
    """Run a block with the budget of an estimate; inside another estimate, within that one's."""
    ledger = _LEDGER.get()
    if ledger is not None and ledger.estimates:
        yield
        return
    with _spending(_Ledger(ESTIMATE, True)):
        yield


@contextmanager
def within_a_third(what: str) -> Iterator[None]:
    """Run a block that may take a third of the budget: what leaves too little is given up early."""
    ledger = _LEDGER.get()
    if ledger is None:
        yield
        return
    part = _Ledger(min(ledger.units // 3, ledger.units - ledger.used), ledger.estimates)
    try:
        with _spending(part):
            yield
    except BudgetError:
        raise BudgetError(
            f"{what} takes more than a third of the budget of {ledger.units:,} evaluations; "
            "a larger budget may do"
        ) from None
    finally:
        ledger.used += part.used


def spend(units: int) -> None:
    """Take units from the budget of the question that is being answered, if there is one."""
    ledger = _LEDGER.get()
    if ledger is not None:
        ledger.spend(units)


def used() -> int:
    """What has been spent so far of the current budget."""
    ledger = _LEDGER.get()
    return 0 if ledger is None else ledger.used
