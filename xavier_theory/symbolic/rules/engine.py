"""The engine behind the rules: it checks premises and seals what a rule concludes as a step.

The power to make steps is handed out once, and it stays in this module: a function is a rule when
``rule`` decorates it, nothing else makes a ``Step``, and once this package is loaded the list of
rules is closed.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sympy.core.basic import Basic

from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.errors import IllFormedTermError, RuleRefusedError, TamperedError
from xavier_theory.symbolic.judgements import (
    Context,
    Step,
    take_step_maker,
    unaltered,
    untampered,
)
from xavier_theory.symbolic.language import well_formed
from xavier_theory.symbolic.normal_form import denominators
from xavier_theory.symbolic.signs import in_domain
from xavier_theory.symbolic.specializing import positive_by
from xavier_theory.symbolic.terms import is_random

_make_step = take_step_maker()
_rules: dict[str, Callable[..., Step]] = {}
RULES: Mapping[str, Callable[..., Step]] = MappingProxyType(_rules)
_closed: list[bool] = []
Used = frozenset[Assumption]
NOTHING: Used = frozenset()


@dataclass(frozen=True)
class Inferred:
    """What a rule concludes: the relation, what it used itself, what it discharged."""

    relation: str
    left: Any
    right: Any
    used: Used = NOTHING
    discharged: Used = NOTHING
    inherits: bool = True

    @property
    def sides(self) -> tuple[Any, Any]:
        """What the relation is between."""
        return self.left, self.right


def rule(function: Callable[..., Inferred]) -> Callable[..., Step]:
    """Make ``function(context, …)`` a rule: its premises are checked, its conclusion is sealed."""
    if _closed:
        raise TamperedError(f"the list of rules is closed: {function.__name__} is none of them")
    signature = inspect.signature(function)

    @functools.wraps(function)
    def apply(context: Context, *arguments: Any, **named: Any) -> Step:
        if type(context) is not Context:
            raise TamperedError(f"{context!r} is no context")
        bound = signature.bind(context, *arguments, **named)
        values = {n: _settled(v) for n, v in bound.arguments.items() if n != "context"}
        for name, value in values.items():
            _require_steps(function.__name__, signature.parameters[name].annotation, value)
        bound.arguments.update(values)
        premises = tuple(_premises(list(values.values())))
        inferred = function(*bound.args, **bound.kwargs)
        if inferred.inherits and any(premise.context != context for premise in premises):
            raise RuleRefusedError(function.__name__, "a premise belongs to another context")
        dividing = divides_safely(
            context, function.__name__, *_terms(values), *map(well_formed, inferred.sides)
        )
        inherited = (
            frozenset().union(*(p.assumptions for p in premises)) if inferred.inherits else NOTHING
        )
        return _make_step(
            rule=function.__name__,
            arguments=MappingProxyType(values),
            premises=premises,
            context=context,
            relation=inferred.relation,
            left=inferred.left,
            right=inferred.right,
            assumptions=(inherited - inferred.discharged)
            | frozenset(map(unaltered, inferred.used | dividing)),
        )

    _rules[function.__name__] = apply
    return apply


def close_the_list() -> None:
    """No further rule can be made: called once, when all of them are."""
    _closed.append(True)


def _settled(value: Any) -> Any:
    """An argument of a rule in a form that nobody can change, and in which no step hides."""
    if value is None or isinstance(value, Basic | Step | str | int) or type(value) is Assumption:
        return value
    if isinstance(value, list | tuple):
        return tuple(map(_settled, value))
    if isinstance(value, Mapping):
        return MappingProxyType({str(name): _settled(inner) for name, inner in value.items()})
    raise IllFormedTermError(
        f"{value!r} is no argument of a rule: use exact numbers, terms, steps, lists and mappings"
    )


def _terms(value: Any) -> list[Basic]:
    """The terms among the arguments: none may divide by 0, even where sympy cancels it later."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        return [term for item in value for term in _terms(item)]
    return [value] if isinstance(value, Basic) else []


def _require_steps(rule_name: str, annotation: str, value: Any) -> None:
    """Where a rule takes steps it must get steps, not what merely looks like one."""
    wanted = {"Step": (value,), "Sequence[Step]": value}.get(annotation, ())
    for step in wanted:
        if type(step) is not Step:
            raise TamperedError(f"{rule_name} takes a step where it got a {type(step).__name__}")


def _premises(values: Sequence[Any]) -> list[Step]:
    found: list[Step] = []
    for value in values:
        if isinstance(value, Step):
            found.append(untampered(value))
        elif isinstance(value, list | tuple):
            found += _premises(value)
    return found


def refuse(rule_name: str, reason: str) -> RuleRefusedError:
    """The refusal to raise: which rule, and why."""
    return RuleRefusedError(rule_name, reason)


def divides_safely(context: Context, rule_name: str, *terms: Basic) -> Used:
    """What makes every denominator in ``terms`` nonzero."""
    used = NOTHING
    for term in terms:
        for denominator in denominators(term):
            used |= positive_by(context, rule_name, denominator)
    return used


def instance(rule_name: str, domains: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """``values`` as terms, one for each of ``domains`` and plainly in it; refuses anything else."""
    terms = [well_formed(value) for value in values]
    if len(terms) != len(domains):
        raise refuse(rule_name, f"it takes {len(domains)} values, got {len(terms)}")
    for term, domain in zip(terms, domains, strict=True):
        if not in_domain(term, domain) or is_random(term):
            raise refuse(rule_name, f"{term} is not plainly a {domain} number")
    return terms
