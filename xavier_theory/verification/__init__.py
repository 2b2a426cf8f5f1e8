"""Verification: every check of every theorem, with stated error rates, as one report.

Four kinds of check. Finite models: each step in random rational spaces. Certified: steps
and lemmas about continuous laws and functions, by ball arithmetic. Monte Carlo: each conclusion
against samples. Controls: wrong formulas, planted, which the others must refute. Reading order:

- ``reports``: what a check found; ``report_text`` prints it.
- ``run``: all checks of all theorems; ``workers`` and ``threads`` spread them over processes,
  ``budget`` has their seeds and error rates.
- ``finite``: every step in finite models, or in continuous ones. ``necessity_checks``: what breaks
  without each assumption.
- ``sampled``, ``trained``, ``data``: conclusions against samples, training runs, and real images.
- ``lemma_checks``: the lemmas under a theorem, by ``pointwise``, ``lemmas_at_points``,
  ``gaussian_lemmas`` and ``gaussian_pairs``.
"""

from xavier_theory.verification.reports import Check, Report, TheoremReport
from xavier_theory.verification.run import verify

__all__ = ["Check", "Report", "TheoremReport", "verify"]
