"""The lemmas that the theory takes from the literature: its whole list of axioms.

Each has a statement in the core's language, the assumptions it makes, a source, and the way in
which the package checks it independently (``check``: the name of a check in ``finite_models`` or
``activations``). ``xt.axioms(name)`` lists those under a theorem; a test pins them.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Rational
from sympy.core.basic import Basic

from xavier_theory.symbolic.assumptions import EVERY, Assumption, finite_moment, independent, law
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import E, random_family, random_variable, scalar, sigmoid

_t, _n = scalar("t"), scalar("n", "width")
_x, _y, _v = scalar("x", "positive"), scalar("y", "positive"), scalar("v", "positive")
_i, _j = scalar("i", "width"), scalar("j", "width")
_C = random_variable("C")
_W, _a = random_family("W", 2), random_family("a", 1)


@dataclass(frozen=True)
class Lemma:
    """A cited statement: ``left relation right`` for all its scalars, and families as assumed."""

    name: str
    title: str
    relation: str
    left: Basic
    right: Basic
    source: str
    check: str
    declared: tuple[Assumption, ...] = ()

    @property
    def assumptions(self) -> frozenset[Assumption]:
        """What the lemma assumes."""
        return frozenset(self.declared)

    @property
    def context(self) -> Context:
        """A lemma's assumptions are its whole context."""
        return Context(self.declared)


def _norm(vector: Basic) -> Basic:
    return sum_over(_j, _n, vector**2)


_ALL = (
    Lemma(
        "logarithm-of-product",
        "log(x y) = log x + log y for x, y > 0",
        "=",
        sympy.log(_x * _y),
        sympy.log(_x) + sympy.log(_y),
        "DLMF 4.8.2",
        "pointwise",
    ),
    Lemma(
        "logarithm-below-tangent",
        "log x <= x - 1 for x > 0",
        "<=",
        sympy.log(_x),
        _x - 1,
        "DLMF 4.5.1, 4.5.2",
        "pointwise",
    ),
    Lemma(
        "tanh-is-bounded",
        "tanh(t)^2 <= 1",
        "<=",
        sympy.tanh(_t) ** 2,
        sympy.Integer(1),
        "DLMF 4.35.11: cosh^2 - sinh^2 = 1, so tanh^2 = 1 - 1/cosh^2",
        "pointwise",
    ),
    Lemma(
        "sigmoid-reflection",
        "sigmoid(-t) = 1 - sigmoid(t)",
        "=",
        sigmoid(-_t),
        1 - sigmoid(_t),
        "by its definition 1/(1 + exp(-t))",
        "pointwise",
    ),
    Lemma(
        "log-chi-square-mean",
        "E log C = log 2 + psi(n/2) for C ~ chi-square with n degrees of freedom",
        "=",
        E(sympy.log(_C)),
        sympy.log(2) + sympy.polygamma(0, _n * Rational(1, 2)),
        "DLMF 5.9.19 with n = 1, and 5.2.2: the logarithm under the integral of Gamma",
        "certified-integral",
        (law("C is chi-square", "chi-square", [_C], [_n]),),
    ),
    Lemma(
        "digamma-below-logarithm",
        "psi(x) <= log x for x > 0",
        "<=",
        sympy.polygamma(0, _x),
        sympy.log(_x),
        "DLMF 5.9.13: log x - psi(x) is the integral of a positive function",
        "pointwise",
    ),
    Lemma(
        "gaussian-layer-norm",
        "E log |W a|^2 = E log |a|^2 + log v + E log C: given a, |W a|^2 is v |a|^2 times a "
        "chi-square",
        "=",
        E(sympy.log(sum_over(_i, _n, sum_over(_j, _n, _W[_i, _j] * _a[_j]) ** 2))),
        E(sympy.log(_norm(_a[_j]))) + sympy.log(_v) + E(sympy.log(_C)),
        "Muirhead (1982), Aspects of Multivariate Statistical Theory, Theorem 1.5.6 (rotation "
        "invariance)",
        "monte-carlo",
        (
            law("weights are iid Gaussian", "gaussian", [_W[EVERY, EVERY]], [sympy.Integer(0), _v]),
            independent("weights are independent of the input", [_W[EVERY, EVERY]], [_a[EVERY]]),
            finite_moment("the log-norm of the input is integrable", sympy.log(_norm(_a[_j])), 1),
            law("C is chi-square", "chi-square", [_C], [_n]),
        ),
    ),
)
LEMMAS = {lemma.name: lemma for lemma in _ALL}


def lemma(name: str) -> Lemma:
    """The lemma called ``name``; ``RuleRefusedError`` if there is none."""
    if name not in LEMMAS:
        raise RuleRefusedError("cite", f"no lemma is called {name}")
    return LEMMAS[name]
