"""The lemmas that the theory takes from the literature: its whole list of axioms.

Each has a statement in the core's language, the assumptions it makes, a source, and the way in
which the package checks it independently (``check``: the name of a check in ``finite_models`` or
``activations``). ``xt.axioms(name)`` lists those under a theorem; a test pins them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Rational, sqrt
from sympy.core.basic import Basic

from xavier_theory.symbolic.assumptions import (
    Assumption,
    at_most,
    derivative,
    finite_moment,
    independent,
    law,
    primitive,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.errors import RuleRefusedError, hint
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.lines import statement
from xavier_theory.symbolic.terms import (
    EVERY,
    E,
    Var,
    function,
    random_family,
    random_variable,
    relu,
    scalar,
    sigmoid,
)

_t, _u, _n = scalar("t"), scalar("u"), scalar("n", "width")
_x, _y, _v = scalar("x", "positive"), scalar("y", "positive"), scalar("v", "positive")
_i, _j = scalar("i", "width"), scalar("j", "width")
_C = random_variable("C")
_W, _a = random_family("W", 2), random_family("a", 1)
_q, _s, _h = scalar("q", "positive"), scalar("s", "nonnegative"), scalar("h", "nonnegative")
_Z = random_variable("Z")
_A, _N, _M = (random_variable(name) for name in "ANM")
_f, _df, _dm = (function(name) for name in ("f", "df", "dm"))
_standard_normal = law(
    "Z is standard normal", "gaussian", [_Z], [sympy.Integer(0), sympy.Integer(1)]
)
_k = scalar("k", "nonnegative")
_c0, _c1, _c2, _c3 = (scalar(f"c{power}") for power in range(4))
_R = relu(_Z)
_tail = sympy.exp(_s**2 / 2) * (1 - sympy.erf(_s / sqrt(2))) / 2  # exp(s^2/2) P(Z > s)
_peak = 1 / sqrt(2 * sympy.pi)


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


def _pair(f: Any, h: Any = _h) -> Basic:
    """E[f(U) f(V)] at correlation 1/(1 + h)."""
    first, second = (sqrt(_q / (1 + h)) * (_A + sqrt(h) * noise) for noise in (_N, _M))
    return E(f(first) * f(second))


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
        "absolute-value-of-product",
        "|t u| = |t| |u|",
        "=",
        sympy.Abs(_t * _u),
        sympy.Abs(_t) * sympy.Abs(_u),
        "by its definition, in the four cases of signs (DLMF 1.9.8, for complex numbers)",
        "pointwise",
    ),
    Lemma(
        "triangle-inequality",
        "|t + u| <= |t| + |u|",
        "<=",
        sympy.Abs(_t + _u),
        sympy.Abs(_t) + sympy.Abs(_u),
        "by its definition, in the four cases of signs (DLMF 1.9(ii), for complex numbers)",
        "at-points",
    ),
    Lemma(
        "exponential-of-sum",
        "exp(t + u) = exp(t) exp(u)",
        "=",
        sympy.exp(_t + _u),
        sympy.exp(_t) * sympy.exp(_u),
        "DLMF 4.8(ii)",
        "pointwise",
    ),
    Lemma(
        "exponential-above-tangent",
        "1 + t <= exp(t)",
        "<=",
        1 + _t,
        sympy.exp(_t),
        "DLMF 4.5(ii)",
        "pointwise",
    ),
    Lemma(
        "quadratic-remainder",
        "|f(t) - f(u) - f'(u)(t - u)| <= k (t - u)^2/2 for a real function f with a derivative "
        "that changes by at most k times the change of its argument",
        "<=",
        sympy.Abs(_f(_t) - _f(_u) - _df(_u) * (_t - _u)),
        _k * (_t - _u) ** 2 / 2,
        "Nesterov (2004), Lemma 1.2.3, in one dimension",
        "at-points",
        (
            derivative("df is the derivative of f", _f(_t), _df(_t), _t),
            at_most(
                "it changes slowly", sympy.Abs(_df(_t) - _df(_u)), _k * sympy.Abs(_t - _u), _t, _u
            ),
        ),
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
        "log-chi-square-variance",
        "Var(log C) = psi'(n/2) for C ~ chi-square with n degrees of freedom",
        "=",
        Var(sympy.log(_C)),
        sympy.polygamma(1, _n * Rational(1, 2)),
        "DLMF 5.9.19 with n = 1 and 2, and 5.15: derivatives of log Gamma",
        "certified-integral",
        (law("C is chi-square", "chi-square", [_C], [_n]),),
    ),
    Lemma(
        "trigamma-above-reciprocal",
        "1/x <= psi'(x) for x > 0",
        "<=",
        1 / _x,
        sympy.polygamma(1, _x),
        "DLMF 5.15.1: psi'(x) is the sum of 1/(x+k)^2, and 1/x that of 1/((x+k)(x+k+1))",
        "pointwise",
    ),
    Lemma(
        "digamma-below-logarithm",
        "psi(x) <= log x - 1/(2 x) for x > 0",
        "<=",
        sympy.polygamma(0, _x),
        sympy.log(_x) - 1 / (2 * _x),
        "DLMF 5.9.13: log x - psi(x) is the integral of 1/(1 - exp(-t)) - 1/t >= 1/2 times "
        "exp(-x t)",
        "pointwise",
    ),
    Lemma(
        "gaussian-layer-norm",
        "E log |W a|^2 = E log |a|^2 + log v + E log C: given a, |W a|^2 is v |a|^2 times a "
        "chi-square",
        "=",
        E(sympy.log(sum_over(_i, _n, sum_over(_j, _n, _W[_i, _j] * _a[_j]) ** 2))),
        E(sympy.log(_norm(_a[_j]))) + sympy.log(_v) + E(sympy.log(_C)),
        "Muirhead (1982), Theorem 1.5.6 (rotation invariance)",
        "monte-carlo",
        (
            law("weights are iid Gaussian", "gaussian", [_W[EVERY, EVERY]], [sympy.Integer(0), _v]),
            independent("weights are independent of the input", [_W[EVERY, EVERY]], [_a[EVERY]]),
            finite_moment("the log-norm of the input is integrable", sympy.log(_norm(_a[_j])), 1),
            law("C is chi-square", "chi-square", [_C], [_n]),
        ),
    ),
    Lemma(
        "gaussian-scale-derivative",
        "d/dq E f(sqrt(q) Z) = E[f(sqrt(q) Z) (Z^2 - 1)]/(2 q) for Z ~ N(0, 1), whatever f",
        "=",
        _dm(_q),
        E(_f(sqrt(_q) * _Z) * (_Z**2 - 1)) / (2 * _q),
        "Brown (1986), Theorem 2.2: the laws of sqrt(q) Z are an exponential family in 1/q, and E "
        "is differentiated under the integral",
        "certified-integral",
        (
            _standard_normal,
            derivative("dm is the derivative of the mean", E(_f(sqrt(_q) * _Z)), _dm(_q), _q),
            finite_moment("the mean exists at every variance", _f(sqrt(_q) * _Z), 1, _q),
        ),
    ),
    Lemma(
        "gaussian-decorrelation-slope",
        "the slope of E[f(U) f(V)] in the correlation c of U and V, Gaussian with variance q, is "
        "q E[f'(U) f'(V)], for f without jumps; c = 1/(1 + h), U and V are made of independent "
        "standard normal A, N and M",
        "=",
        _dm(_h),
        -_q / (1 + _h) ** 2 * _pair(_df),
        "Price (1958), eq. (6); for weak derivatives Voigtlaender (2021), section 1.1; at c = 1 "
        "as well: with Hermite coefficients a_k of f(sqrt(q) A) both sides are "
        "-sum k a_k^2 c^(k+1) (Bakry, Gentil & Ledoux 2014, section 2.7.1)",
        "certified-integral",
        (
            law("the signals are standard normal", "gaussian", [_A, _N, _M], [0, 1]),
            derivative("dm is the slope of the pair", _pair(_f), _dm(_h), _h),
            primitive("f is the integral of df", _f(_t), _df(_t), _t),
            finite_moment("f has a second moment", _f(sqrt(_q) * _A), 2),
            finite_moment("its derivative has one", _df(sqrt(_q) * _A), 2),
        ),
    ),
    Lemma(
        "gaussian-pair-above-tangent",
        "E[f(U) f(V)] lies above its tangent at any other correlation of U and V, both >= 0: it is "
        "convex in the correlation c, for f without jumps; c = 1/(1 + h), and the tangent's is "
        "1/(1 + s)",
        "<=",
        _pair(_f, _s) + _q * (1 / (1 + _h) - 1 / (1 + _s)) * _pair(_df, _s),
        _pair(_f),
        "with Hermite coefficients a_k of f(sqrt(q) A) the pair is the sum of a_k^2 c^k, and q "
        "E[f'(U) f'(V)] that of k a_k^2 c^(k-1) (Bakry, Gentil & Ledoux 2014, section 2.7.1); each "
        "c^k is convex",
        "certified-integral",
        (
            law("the signals are standard normal", "gaussian", [_A, _N, _M], [0, 1]),
            primitive("f is the integral of df", _f(_t), _df(_t), _t),
            finite_moment("f has a second moment", _f(sqrt(_q) * _A), 2),
            finite_moment("its derivative has one", _df(sqrt(_q) * _A), 2),
        ),
    ),
    Lemma(
        "gaussian-integration-by-parts",
        "E[Z f(Z)] = E f'(Z) for Z ~ N(0, 1) and f without jumps: an indefinite integral of f'",
        "=",
        E(_Z * _f(_Z)),
        E(_df(_Z)),
        "Stein (1981), Lemma 1",
        "certified-integral",
        (
            _standard_normal,
            primitive("f is the integral of df", _f(_t), _df(_t), _t),
            finite_moment("the derivative is integrable", _df(_Z), 1),
        ),
    ),
    Lemma(
        "gaussian-tilt",
        "E[exp(-s Z^2) f(Z)] = E f(Z/sqrt(1 + 2 s))/sqrt(1 + 2 s) for Z ~ N(0, 1) and s >= 0",
        "=",
        E(sympy.exp(-_s * _Z**2) * _f(_Z)),
        E(_f(_Z / sqrt(1 + 2 * _s))) / sqrt(1 + 2 * _s),
        "by the substitution x = z sqrt(1 + 2 s) in the integral against the density of Z",
        "certified-integral",
        (
            _standard_normal,
            finite_moment("the mean exists", _f(_Z / sqrt(1 + 2 * _s)), 1),
        ),
    ),
    Lemma(
        "gaussian-error-function-square",
        "E erf(Z/sqrt(2))^2 = 1/3 for Z ~ N(0, 1): it is uniform on [-1, 1]",
        "=",
        E(sympy.erf(_Z / sqrt(2)) ** 2),
        Rational(1, 3),
        "DLMF 7.2.1: 1/2 + erf(z/sqrt(2))/2 is the distribution function of Z; the probability "
        "integral transform (Feller 1971, section I.12)",
        "certified-integral",
        (_standard_normal,),
    ),
    Lemma(
        "gaussian-half-line",
        "E[p(R) exp(-s R)] for R = relu(Z), Z ~ N(0, 1), s >= 0 and a cubic polynomial p: the "
        "moments of a normal law on a half-line",
        "=",
        E((_c0 + _c1 * _R + _c2 * _R**2 + _c3 * _R**3) * sympy.exp(-_s * _R)),
        _c0 * (Rational(1, 2) + _tail)
        + _c1 * (_peak - _s * _tail)
        + _c2 * ((1 + _s**2) * _tail - _s * _peak)
        + _c3 * ((2 + _s**2) * _peak - (3 * _s + _s**3) * _tail),
        "by completing the square, exp(-s z) times the density of Z is exp(s^2/2) times that of "
        "Z - s; the moments of the truncated normal law: Johnson, Kotz & Balakrishnan (1994), "
        "chapter 13",
        "certified-integral",
        (_standard_normal,),
    ),
)
LEMMAS = {lemma.name: lemma for lemma in _ALL}


def lemma(name: str) -> Lemma:
    """The lemma called ``name``; ``RuleRefusedError`` if there is none."""
    if name not in LEMMAS:
        raise RuleRefusedError("cite", f"no lemma is called {name}; {hint(name, LEMMAS)}")
    return LEMMAS[name]


def statements() -> dict[str, Any]:
    """The statements as the kernel reads them: the content of ``kernel/lemmas.json``."""
    return {lemma.name: statement(lemma) for lemma in _ALL}
