"""Exact finite probability models, in which derivations are checked and wrong claims refuted."""

from xavier_theory.finite_models.check import (
    check_claims,
    check_conclusion,
    check_derivation,
    check_rule,
    check_step,
    check_variants,
)
from xavier_theory.finite_models.claims import Claim
from xavier_theory.finite_models.errors import (
    CannotBuildModelError,
    FiniteModelError,
    MissingValueError,
    OutsideDomainError,
)
from xavier_theory.finite_models.evaluate import compare, evaluate
from xavier_theory.finite_models.model import Model, Polynomial, Shape
from xavier_theory.finite_models.models import models
from xavier_theory.finite_models.reports import Counterexample, DerivationReport, StepReport
from xavier_theory.finite_models.satisfaction import satisfies
from xavier_theory.finite_models.theory import Theory

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
