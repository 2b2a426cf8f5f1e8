"""Exact finite probability models, in which derivations are checked and wrong claims refuted.

In reading order:

    arithmetic    exact rationals, and balls where a term leaves them
    errors        what can go wrong
    evaluation/   what the kernel's terms are worth in a model
    drawing/      random models that satisfy given assumptions
    checking/     claims in drawn models of their own assumptions
    search/       what breaks without an assumption: the smallest counterexample
    stored/       counterexamples in the theorems' folders, verified

Authors and users come with sympy expressions; `Claim`, `Model.of`, `Shape.of`, `evaluate`,
`compare` and `models` take them, and from there on all terms are the kernel's.
"""

from xavier_theory.finite_models.checking.check import (
    check_claims,
    check_conclusion,
    check_derivation,
    check_rule,
    check_step,
    check_variants,
)
from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.finite_models.checking.reports import (
    Counterexample,
    DerivationReport,
    StepReport,
)
from xavier_theory.finite_models.drawing.models import models
from xavier_theory.finite_models.drawing.theory import Theory
from xavier_theory.finite_models.errors import (
    CannotBuildModelError,
    FiniteModelError,
    MissingValueError,
    OutsideDomainError,
)
from xavier_theory.finite_models.evaluation.evaluate import compare, evaluate
from xavier_theory.finite_models.evaluation.model import Model, Polynomial, Shape
from xavier_theory.finite_models.evaluation.satisfaction import satisfies

__all__ = [
    "CannotBuildModelError",
    "Claim",
    "Counterexample",
    "DerivationReport",
    "FiniteModelError",
    "MissingValueError",
    "Model",
    "OutsideDomainError",
    "Polynomial",
    "Shape",
    "StepReport",
    "Theory",
    "check_claims",
    "check_conclusion",
    "check_derivation",
    "check_rule",
    "check_step",
    "check_variants",
    "compare",
    "evaluate",
    "models",
    "satisfies",
]
