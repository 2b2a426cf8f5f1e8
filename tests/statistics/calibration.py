"""Compare observed rates with promised ones by exact binomial bounds."""

from collections.abc import Callable

import numpy as np
from scipy import stats

from xavier_theory.statistics import ErrorRates

RATES = ErrorRates(delta=0.1, alpha=0.05, beta=0.05)
"""Rates that a few hundred runs can resolve."""

# A correct test trips one comparison with at most this probability; the folder makes about 150.
_FLAKE = 1e-12


class RateExceededError(AssertionError):
    """An event was seen far more often than its promised probability allows."""


def require_rate(hits: int, runs: int, promised: float, event: str) -> None:
    """Raise when `hits` of `runs` are incompatible with a probability of at most `promised`."""
    if stats.binom.sf(hits - 1, runs, promised) < _FLAKE:
        raise RateExceededError(f"{event}: {hits} of {runs}, promised at most {promised}")


def require_promises(
    verdicts: Callable[[float], np.ndarray], off: tuple[float, ...], rates: ErrorRates = RATES
) -> None:
    """Check the four promises, with `verdicts(truth)` under θ = 1 · truth for the prediction 1."""
    true = verdicts(1.0)
    require_rate(int((true == "refuted").sum()), true.size, rates.alpha, "true formula refuted")
    missed = int((true != "consistent").sum())
    require_rate(missed, true.size, rates.beta, "true formula not called consistent")
    for truth in off:
        wrong = verdicts(truth)
        called = int((wrong == "consistent").sum())
        require_rate(called, wrong.size, rates.alpha, f"consistent at {truth}")
        missed = int((wrong != "refuted").sum())
        require_rate(missed, wrong.size, rates.beta, f"not refuted at {truth}")
