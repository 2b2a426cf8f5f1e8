"""Properties of the core's parts on drawn terms: text, binding, signs, normal form, calculus."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, tanh

from xavier_theory.kernel import slopes as kernel
from xavier_theory.kernel.terms import loose
from xavier_theory.symbolic.binding import (
    abstract,
    instantiate,
    substitute,
    sum_except,
    sum_over,
)
from xavier_theory.symbolic.encoding import decode, encode, same
from xavier_theory.symbolic.matching import match
from xavier_theory.symbolic.signs import is_natural, is_zero_function, sign_level
from xavier_theory.symbolic.terms import Binder, Bound, Entry, constants, relu, scalar, sigmoid

x, y = scalar("x"), scalar("y")
p, q = scalar("p", "positive"), scalar("q", "nonnegative")
i, j, k, n = (scalar(name, "width") for name in "ijkn")
l = scalar("l", "natural")  # noqa: E741
g = constants("g", 2)
SMALL = settings(max_examples=80)
VALUES = {"real": [-2, Fraction(-1, 3), 0, 1, Fraction(5, 2)], "positive": [Fraction(1, 3), 2],
          "nonnegative": [0, Fraction(3, 2)], "width": [1, 2, 3], "natural": [0, 1, 3]}  # fmt: skip
LEAVES = st.sampled_from([x, y, p, q, n, l, Integer(0), Integer(1), Integer(-2), Rational(1, 3)])


def _extended(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a, e: a**e, inner, st.sampled_from([Integer(2), Integer(3), l])),
        st.builds(lambda f, a: f(a), st.sampled_from([sympy.exp, tanh, sympy.Abs, relu]), inner),
        st.builds(lambda a: sum_over(j, n, a * g[i, j]), inner),
    )


TERMS = st.recursive(LEAVES, _extended, max_leaves=7)
INDICES = st.sampled_from([i, j, k, Integer(2), n])
SUMS = st.recursive(
    st.builds(lambda a, b: g[a, b], INDICES, INDICES),
    lambda inner: st.one_of(
        st.builds(lambda v, body: sum_over(v, 3, body), st.sampled_from([i, j, k]), inner),
        st.builds(
            lambda v, s, body: sum_except(v, 3, s, body),
            st.sampled_from([i, j, k]),
            st.sampled_from([i, j, k]),
            inner,
        ),
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
    ),
    max_leaves=5,
)


def _number(term: Any, at: dict[Any, int], bound: tuple[int, ...] = ()) -> int:
    """The value of a term of ``SUMS``, read naively: each binder is a Python loop."""
    if isinstance(term, Integer):
        return int(term)
    if isinstance(term, sympy.Symbol):
        return at[term]
    if isinstance(term, Bound):
        return bound[term.depth]
    if isinstance(term, Entry):
        first, second = (_number(index, at, bound) for index in term.indices)
        return 7 * first * first + 3 * second + first * second
    if isinstance(term, Binder):
        skip = None if term.excluded is None else _number(term.excluded, at, bound)
        span = range(1, _number(term.upper, at, bound) + 1)
        return sum(_number(term.body, at, (v, *bound)) for v in span if v != skip)
    values = [_number(arg, at, bound) for arg in term.args]
    if isinstance(term, sympy.Pow):
        return int(values[0] ** values[1])
    return sum(values) if isinstance(term, sympy.Add) else math.prod(values)


AT = {i: 1, j: 2, k: 3, n: 2}


@SMALL
@given(SUMS, st.sampled_from([i, j, k]), INDICES)
def test_substitution_means_a_change_of_value(term: Expr, old: Any, new: Any) -> None:
    changed = substitute(term, {old: new})
    assert not loose(encode(changed))
    assert _number(changed, AT) == _number(term, AT | {old: _number(new, AT)})


@SMALL
@given(SUMS, st.sampled_from([i, j, k]))
def test_abstraction_and_instantiation_are_inverse(term: Expr, variable: Any) -> None:
    assert same(instantiate(abstract(term, variable), variable), term)
    fresh = scalar("fresh", "width")
    renamed = substitute(term, {variable: fresh})
    assert same(sum_over(variable, 3, term), sum_over(fresh, 3, renamed))


@SMALL
@given(st.one_of(TERMS, SUMS))
def test_terms_survive_being_written_and_read(term: Expr) -> None:
    assert encode(decode(encode(term))) == encode(term)


@SMALL
@given(SUMS, SUMS)
def test_terms_with_one_text_have_one_value(first: Expr, second: Expr) -> None:
    if same(first, second):
        assert _number(first, AT) == _number(second, AT)


@SMALL
@given(SUMS, INDICES, INDICES)
def test_match_finds_values_that_make_the_pattern_the_term(pattern: Expr, v: Any, u: Any) -> None:
    open_pattern = abstract(pattern, i, j)
    actual = instantiate(open_pattern, v, u)
    found = match(open_pattern, actual, {})
    if found is not None:
        values = [found.get(place, Integer(1)) for place in range(2)]
        assert same(instantiate(open_pattern, *values), actual)


def _evaluated(term: Expr, values: dict[Any, Any]) -> Any:
    """The value of ``term`` by mpmath: our heads in elementary terms, g[i, j] = -2, sums summed."""
    if isinstance(term, Binder):
        return sum(
            (_evaluated(instantiate(term.body, Integer(v)), values)
             for v in range(1, int(_evaluated(term.upper, values)) + 1)), mpmath.mpf(0)
        )  # fmt: skip
    if isinstance(term, Entry):
        return mpmath.mpf(-2)
    if isinstance(term, sympy.Rational):
        return mpmath.mpf(int(term.p)) / int(term.q)
    if term == sympy.E:  # what sympy makes of exp(1)
        return mpmath.mpf(mpmath.e)
    if isinstance(term, sympy.Symbol):
        value = Fraction(values[term])
        return mpmath.mpf(value.numerator) / value.denominator
    inner = [_evaluated(arg, values) for arg in term.args]
    if isinstance(term, sympy.Add):
        return mpmath.fsum(inner)
    if isinstance(term, sympy.Mul):
        return mpmath.fprod(inner)
    if isinstance(term, sympy.Pow):
        return inner[0] ** inner[1]
    heads = {sympy.exp: mpmath.exp, tanh: mpmath.tanh, sympy.Abs: abs, sympy.erf: mpmath.erf,
             relu: lambda v: max(v, mpmath.mpf(0)), sympy.log: mpmath.log,
             sigmoid: lambda v: 1 / (1 + mpmath.exp(-v))}  # fmt: skip
    return heads[term.func](*inner)


POINTS = st.fixed_dictionaries({
    x: st.sampled_from(VALUES["real"]), y: st.sampled_from(VALUES["real"]),
    p: st.sampled_from(VALUES["positive"]), q: st.sampled_from(VALUES["nonnegative"]),
    n: st.sampled_from(VALUES["width"]), l: st.sampled_from(VALUES["natural"]), i: st.just(1),
})  # fmt: skip


@settings(max_examples=150)
@given(TERMS, POINTS)
def test_plain_signs_are_right(term: Expr, values: dict[Any, Any]) -> None:
    try:
        number = _evaluated(term, values)
    except (OverflowError, ZeroDivisionError):
        assume(False)
    level = sign_level(term)
    assert not (level == 2 and number <= 0)
    assert not (level == 1 and number < 0)
    if is_natural(term):
        assert number >= 0
        assert number == mpmath.floor(number)


POLYNOMIALS = st.recursive(
    st.sampled_from([x, y, p, Integer(1), Integer(-2), Rational(1, 3), 1 / p, x**l]),
    lambda inner: st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a: a**2, inner),
    ),
    max_leaves=6,
)


@SMALL
@given(POLYNOMIALS, POLYNOMIALS, POINTS)
def test_normal_form_decides_equality(first: Expr, second: Expr, values: dict[Any, Any]) -> None:
    exact = {s: Rational(Fraction(v).numerator, Fraction(v).denominator) for s, v in values.items()}
    difference = (first - second).xreplace(exact)
    if is_zero_function(first - second):
        assert difference == 0
    assert is_zero_function((first + second) ** 2 - first**2 - 2 * first * second - second**2)
    assert not is_zero_function((first - second) ** 2 + 1)


SMOOTH = st.recursive(
    st.sampled_from([x, Integer(2), Rational(-1, 3)]),
    lambda inner: st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a, e: a**e, inner, st.sampled_from([2, 3])),
        st.builds(lambda f, a: f(a), st.sampled_from([tanh, sympy.erf, sigmoid]), inner),
        st.builds(lambda a: sympy.exp(tanh(a)), inner),
        st.builds(lambda a: sympy.log(1 + sigmoid(a)), inner),
    ),
    max_leaves=5,
)


@SMALL
@given(SMOOTH, st.sampled_from([-1, 0, Fraction(1, 2), Fraction(6, 5)]))
def test_derivatives_agree_with_differences(term: Expr, at: Any) -> None:
    slope = decode(kernel.slope(encode(term), encode(x)))
    with mpmath.workdps(40):
        point = mpmath.mpf(Fraction(at).numerator) / Fraction(at).denominator
        step = mpmath.mpf(10) ** -12
        around = [
            _evaluated(term, {x: Fraction(int(v * 10**30), 10**30)})
            for v in (point + step, point - step)
        ]
        found = _at(slope, at)
        expected = (around[0] - around[1]) / (2 * step)
        assert abs(found - expected) <= mpmath.mpf(10) ** -8 * (1 + abs(expected))


def _at(slope: Expr, at: Any) -> Any:
    exact = Rational(Fraction(at).numerator, Fraction(at).denominator)
    plain = slope.replace(sigmoid, lambda v: 1 / (1 + sympy.exp(-v)))
    return mpmath.mpf(sympy.N(plain.xreplace({x: exact}), 35))
