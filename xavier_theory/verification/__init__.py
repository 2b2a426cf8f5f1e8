"""Verification: every check of every theorem, with stated error rates, as one report.

Four kinds of check. Finite models: each step in random rational spaces. Certified: steps
and lemmas about continuous laws and functions, by ball arithmetic. Monte Carlo: each conclusion
against samples. Controls: wrong formulas, planted, which the others must refute.
"""

from xavier_theory.verification.reports import Check, Report, TheoremReport
from xavier_theory.verification.run import verify

__all__ = ["Check", "Report", "TheoremReport", "verify"]
