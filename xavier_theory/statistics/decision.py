"""From confidence limits to a verdict, with the proof that the four promises hold.

Notation. The prediction is [p, q]; the interval widened by δ is [p', q'], p' < p ≤ q < q'.
For a tail probability γ a test gives limits L(γ), U(γ) with, whatever θ is,

    P(θ ≤ L(γ)) ≤ γ   and   P(θ ≥ U(γ)) ≤ γ.                                                (1)

Put ε = min(α, β). The verdict is

    refuted      iff  L(ε/2) ≥ q  or  U(ε/2) ≤ p,
    consistent   iff  not refuted, U(α) ≤ q' and L(α) ≥ p',
    undecided    otherwise.

Promises about wrong claims, at every sample size:
  (S1) θ ≥ q' or θ ≤ p'  ⇒  P(consistent) ≤ α.  If θ ≥ q', "consistent" needs U(α) ≤ q' ≤ θ:
       by (1) at most α. The other side alike; only one of them can be the case.
  (S2) p ≤ θ ≤ q  ⇒  P(refuted) ≤ ε ≤ α.  "refuted" needs L(ε/2) ≥ q ≥ θ or U(ε/2) ≤ p ≤ θ:
       by (1) at most ε/2 + ε/2.

Promises about misses, where the sample size n makes these four hold for every θ in question:

    (a) θ ≤ q   ⇒  P(U(α) > q') ≤ β/2          (b) θ ≥ p   ⇒  P(L(α) < p') ≤ β/2
    (c) θ ≥ q'  ⇒  P(L(ε/2) < q) ≤ β           (d) θ ≤ p'  ⇒  P(U(ε/2) > p) ≤ β

  (S3) θ ≥ q' or θ ≤ p'  ⇒  P(refuted) ≥ 1 − β: (c) and (d) say so.
  (S4) p ≤ θ ≤ q  ⇒  P(consistent) ≥ 1 − β, provided that refusing on one side is one event with
       the larger of two probabilities rather than their sum: when L and U are increasing in one
       statistic, {U(α) > q'} and {L(ε/2) ≥ q} are both of the form {statistic large}, so their
       union has probability max(β/2, ε/2) = β/2; the other side alike; in total β.

Why ε and not α: a true formula that is refuted is not called consistent, so refuting a true
formula with probability α > β would break (S4). When α = β, (a) and (c) become one condition.

A test whose limits do not move with one statistic proves (S4) in its own docstring.
"""

from __future__ import annotations

from collections.abc import Callable

from xavier_theory.statistics.hypothesis import Hypothesis
from xavier_theory.statistics.outcome import Verdict
from xavier_theory.statistics.rates import ErrorRates

__all__ = ["Limits", "confidence_limits", "decide"]

Limits = Callable[[float], tuple[float, float]]
"""γ ↦ (L(γ), U(γ)), each one-sided at γ as in (1)."""


def confidence_limits(limits: Limits, rates: ErrorRates) -> tuple[float, float]:
    """Return the limits that decide "refuted": (L(ε/2), U(ε/2)) with ε = min(α, β)."""
    return limits(rates.refutation_level / 2)


def decide(
    limits: Limits, hypothesis: Hypothesis, widened: Hypothesis, rates: ErrorRates
) -> Verdict:
    """Return the verdict of the module's docstring for limits that satisfy (1)."""
    lower, upper = confidence_limits(limits, rates)
    if lower >= hypothesis.upper or upper <= hypothesis.lower:
        return Verdict.REFUTED
    lower, upper = limits(rates.alpha)
    if upper <= widened.upper and lower >= widened.lower:
        return Verdict.CONSISTENT
    return Verdict.UNDECIDED
