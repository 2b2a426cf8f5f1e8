"""What is said of each side condition: an input that trips it, and what follows without it.

``FALSE``
    a false judgement: finite models refute it, or its two sides are evaluated at numbers (or by
    quadrature, for a continuous law) that satisfy Γ, and differ;
``ELSEWHERE``
    another refusal: the condition is the first of two lines of defence;
``NOTHING``
    no judgement, but an error of Python's: the condition makes the error readable;
``TRUE``
    a judgement that holds: the condition asks for more than it must, and ``why`` says so;
``WORDS``
    a judgement that is false or means nothing, for a reason that no machine here can check;
``LIMIT``
    not tried: the condition bounds the work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import mpmath
import sympy
from sympy.core.basic import Basic
from xavier_theory.symbolic.rules import RULES

from xavier_theory.finite_models import Claim, check_claims
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, Entry

FALSE, ELSEWHERE, NOTHING = "a false judgement", "another refusal", "no judgement"
TRUE, WORDS, LIMIT = "a true judgement", "explained in words", "a bound on the work"
EMPTY = Context()


@dataclass(frozen=True)
class Row:
    """``run`` is refused by the condition; ``instead`` is put for a ``raise`` without an ``if``.

    ``at`` gives numbers for scalars and members, ``law`` a member with its interval and density.
    """

    kind: str
    run: Callable[[], Any]
    why: str = ""
    instead: str = ""
    at: Mapping[Basic, Any] | None = None
    law: tuple[Entry, Any, Any, Callable[[Any], Any]] | None = field(default=None)


def call(context: Context, rule: str, *arguments: Any) -> Step:
    """Apply a rule."""
    return RULES[rule](context, *arguments)


def refuted(claim: Claim, row: Row, examples: int = 60) -> bool:
    """Whether ``claim`` fails: in finite models, or at the numbers that the row gives."""
    if row.at is None and row.law is None:
        return check_claims([claim], examples, seed=0)[0].verdict == "failed"
    for assumption in claim.assumptions:
        if assumption.kind in ("equation", "at_most") and not assumption.domains:
            relation = "=" if assumption.kind == "equation" else "<="
            if not _holds(relation, *assumption.parts, row):
                raise ValueError(f"the numbers violate {assumption}")
    return not _holds(claim.relation, claim.left, claim.right, row)


def _holds(relation: str, left: Basic, right: Basic, row: Row) -> bool:
    difference = mpmath.mpmathify(_value(right, row) - _value(left, row))
    if relation == "=":
        return bool(abs(difference) < 1e-9)
    return bool(abs(mpmath.im(difference)) < 1e-9 and mpmath.re(difference) > -1e-9)


def _value(term: Basic, row: Row) -> Any:
    means = {mean: sympy.sympify(_mean(mean.args[0], row)) for mean in term.atoms(E)}
    number = term.xreplace(means).xreplace(dict(row.at or {}))
    return mpmath.mpmathify(sympy.N(number, 20))


def _mean(body: Basic, row: Row) -> Any:
    """E of ``body`` by quadrature."""
    if row.law is None:
        raise ValueError(f"no law is given for E({body})")
    member, lower, upper, density = row.law
    t = sympy.Dummy("t", real=True)
    function = sympy.lambdify(t, body.xreplace({member: t}).xreplace(dict(row.at or {})), "mpmath")
    return mpmath.quad(lambda point: function(point) * density(point), [lower, 0, upper])
