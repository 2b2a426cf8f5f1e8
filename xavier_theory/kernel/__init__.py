"""The trusted kernel."""

from xavier_theory.kernel.check import FORMAT, Theorem, check, digest, lemmas
from xavier_theory.kernel.terms import Refused

__all__ = ["FORMAT", "Refused", "Theorem", "check", "digest", "lemmas"]
