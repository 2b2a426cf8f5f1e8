"""The rules that authors use: each writes the kernel's lines for it into a notebook.

Nothing here is trusted: what a rule says is proved once the kernel has accepted its lines. Each
docstring gives the inference as *premises ⟹ conclusion*, then what makes the rule refuse. A
rule either returns a conclusion or raises. Γ of a conclusion is the union of the premises' Γ and of
what the rule itself used, unless the docstring says that something is discharged. ``RULES`` lists
them all, by name.
"""

from xavier_theory.symbolic.tactics import (
    analysis,
    equality,
    expectation,
    induction,
    instances,
    sums,
)
from xavier_theory.symbolic.tactics.engine import RULES, Inferred, rule

__all__ = [
    "RULES",
    "Inferred",
    "analysis",
    "equality",
    "expectation",
    "induction",
    "instances",
    "rule",
    "sums",
]
