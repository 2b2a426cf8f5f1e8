"""The rules: the only functions that make steps.

Each docstring gives the inference as *premises ⟹ conclusion*, then what makes the rule refuse. A
rule either returns a step or raises; none returns its input unchanged. Γ of a conclusion is the
union of the premises' Γ and of what the rule itself used, unless the docstring says that something
is discharged. ``RULES`` lists them all, by name.
"""

from xavier_theory.symbolic.rules import (
    analysis,
    equality,
    expectation,
    induction,
    instances,
    sums,
)
from xavier_theory.symbolic.rules.engine import RULES, Inferred, close_the_list, rule

close_the_list()

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
