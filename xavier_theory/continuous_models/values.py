"""The value of a term in a model with continuous laws, as a ball that encloses it.

A model gives each scalar a number and each expectation of a random term a ball; everything else is
arithmetic. What a model gives no value is refused, never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import sympy
from sympy import Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.errors import XavierTheoryError
from xavier_theory.finite_models.arithmetic import (
    CONSTANTS,
    FUNCTIONS,
    Number,
    at_most,
    equal,
    exact,
    is_exact,
    polygamma,
    power,
    precision,
)
from xavier_theory.symbolic.terms import Cov, E, Var, relu, sigmoid, unit_step

__all__ = ["ContinuousModel", "NoValueError", "Numbers", "holds", "value"]


class NoValueError(XavierTheoryError):
    """A continuous model gives no value to a term."""


class ContinuousModel(Protocol):
    """What a term needs to have a value."""

    @property
    def scalars(self) -> Mapping[Symbol, Number]:
        """The value of each scalar."""

    @property
    def functions(self) -> Mapping[str, Callable[..., Number]]:
        """What each opaque head means, by its name."""

    def expectation(self, term: Basic) -> Number:
        """The mean of a random term; ``NoValueError`` if the model does not know it."""


@dataclass(frozen=True)
class Numbers:
    """Scalars, which may be balls, and functions: nothing is random."""

    scalars: Mapping[Symbol, Number]
    functions: Mapping[str, Callable[..., Number]] = field(default_factory=dict)

    def expectation(self, term: Basic) -> Number:
        """Nothing has a law: ``NoValueError``."""
        raise NoValueError(f"{term} has no law here")


_CONSTANTS = {sympy.pi: "pi", sympy.EulerGamma: "euler-gamma", sympy.E: "e"}
_HEADS = {
    sympy.Abs: "abs",
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.tanh: "tanh",
    sympy.erf: "erf",
    relu: "relu",
    unit_step: "unit-step",
    sigmoid: "sigmoid",
}


def value(term: Basic, model: ContinuousModel) -> Number:
    """The value of a closed ``term`` in ``model``."""
    if isinstance(term, sympy.Rational):
        return exact(term)
    if isinstance(term, Symbol):
        if term not in model.scalars:
            raise NoValueError(f"the model gives no value to {term}")
        return model.scalars[term]
    if isinstance(term, E):
        return model.expectation(term.args[0])
    if isinstance(term, Var | Cov):
        left, right = term.args[0], term.args[-1]
        return model.expectation(left * right) - model.expectation(left) * model.expectation(right)
    if term.is_Add or term.is_Mul:
        first, *rest = (value(part, model) for part in term.args)
        for part in rest:
            first = first + part if term.is_Add else first * part
        return first
    return _function(term, model)


def _function(term: Basic, model: ContinuousModel) -> Number:
    """The value of a power, a constant, or a function of one number."""
    if term in _CONSTANTS:
        return CONSTANTS[_CONSTANTS[term]]()
    arguments = [value(part, model) for part in term.args]
    if term.is_Pow and term.exp.is_Integer and term.exp > 0:
        # flint's own power of a ball around 0 is not a number.
        return math.prod([arguments[0]] * int(term.exp))
    if term.is_Pow or isinstance(term, sympy.log):
        _require_decided(term, arguments[0])
    if term.is_Pow:
        return power(*arguments)
    if isinstance(term, sympy.polygamma):
        return polygamma(*arguments)
    if isinstance(term, AppliedUndef) and term.func.__name__ in model.functions:
        return model.functions[term.func.__name__](*arguments)
    if term.func in _HEADS:
        return FUNCTIONS[_HEADS[term.func]](*arguments)
    raise NoValueError(f"the model gives no value to {term}")


def _require_decided(term: Basic, argument: Number) -> None:
    """Refuse a ball around 0: whether the power or the logarithm has a value is then open."""
    if not is_exact(argument) and argument.contains(0):
        raise NoValueError(f"it is not decided whether {term} has a value")


def holds(relation: str, left: Basic, right: Basic, model: ContinuousModel) -> bool | None:
    """Whether ``left`` = or <= ``right`` in ``model``; None if the balls do not decide it."""
    test = equal if relation == "=" else at_most
    with precision():
        return test(value(left, model), value(right, model))
