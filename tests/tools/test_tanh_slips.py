"""Three slips of `tanh-linearization` that are true: the inequalities that prove them, certified.

Let z' be an independent copy of z, and write z = m + h, z' = m − h. Then Cov(f, g) is
½ E (f(z) − f(z'))(g(z) − g(z')), so that a linear inequality between such terms and Var(tanh z)
holds for every law if it holds for every pair of numbers. With A = h² + 3m² and
B = h⁴ + 10h²m² + 5m⁴,

    (z − z')² = 4h²,   (z − z')(z³ − z'³) = 4h² A,   (z − z')(z⁵ − z'⁵) = 4h² B,
    (z³ − z'³)² = 4h² A²,   (z − z')(z⁴ − z'⁴) = 32 h² m (m² + h²),
    tanh z − tanh z' = 2h r,   r = (tanh h / h) / (1 + sinh² m / cosh² h) <= 1.

Let Φ = 1 − 2A/3 + 4B/15 + A²/9; the result says E h² (Φ − r²) >= 0 for all laws, so for all pairs.
Since 9B >= 5A², what is left outside of a compact set is elementary; inside it balls decide.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from flint import arb, fmpq

Box = tuple[Any, Any, Any, Any]
"""The ends of m and of h, rationals."""


def _ball(low: Any, high: Any) -> Any:
    return arb((low + high) / 2, (high - low) / 2)


class Pair:
    """What the inequalities speak of, on a box with h >= 0, as balls."""

    def __init__(self, box: Box) -> None:
        m0, m1, h0, h1 = box
        m, h = _ball(m0, m1), _ball(h0, h1)
        self.m, self.u, v = m, h * h, m * m
        self.a = self.u + 3 * v
        self.b = self.u**2 + 10 * self.u * v + 5 * v**2
        # tanh h / h and cosh are monotone, so that the ends enclose them
        low, high = (arb(end).tanh() / arb(end) if end else arb(1) for end in (h1, h0))
        slope = low.union(high)
        ratio = m.sinh() ** 2 / arb(h0).cosh().union(arb(h1).cosh()) ** 2
        self.r = slope / (1 + ratio)

    @property
    def phi(self) -> Any:
        return 1 - 2 * self.a / 3 + 4 * self.b / 15 + self.a**2 / 9


def _nothing_for_var_of_cubes(pair: Pair) -> bool:
    """½ E of this is at least −1/9, so at least −2/9 for each pair: 1/9 for Var(z³)/9."""
    least = 4 * pair.u * (1 - 2 * pair.a / 3 + 4 * pair.b / 15 - pair.r**2) + arb(2) / 9
    return bool(least > 0)


def _fourth_power(pair: Pair) -> bool:
    """Φ with 8m(m² + h²) in place of A: z⁴ for z³."""
    odd = 8 * pair.m * (pair.m**2 + pair.u) / 3
    return bool(1 - odd + 4 * pair.b / 15 + pair.a**2 / 9 - pair.r**2 > 0)


def _variance_dropped(pair: Pair) -> bool:
    """Either 2h² <= 2 − r², or Φ − 2 − 2h² + 2 √(2h²(2 − r²)) >= 0."""
    rest = 2 - pair.r**2
    if 2 * pair.u <= rest:
        return True
    if not pair.u > 0:
        return False
    return bool(pair.phi - 2 - 2 * pair.u + 2 * (2 * pair.u * rest).sqrt() > 0)


def _holds_on(test: Callable[[Pair], bool], box: Box, spared: Callable[[Box], bool]) -> int:
    """How many boxes it took; fails where even small boxes do not decide."""
    waiting, taken = [box], 0
    while waiting:
        m0, m1, h0, h1 = current = waiting.pop()
        taken += 1
        if spared(current) or test(Pair(current)):
            continue
        assert max(m1 - m0, h1 - h0) > fmpq(1, 1000), current
        m, h = (m0 + m1) / 2, (h0 + h1) / 2
        waiting += [(m0, m, h0, h), (m, m1, h0, h), (m0, m, h, h1), (m, m1, h, h1)]
    return taken


def _beyond(least: Any) -> Callable[[Box], bool]:
    """Where A is at least so large throughout a box."""
    return lambda box: bool(box[2] ** 2 + 3 * box[0] ** 2 >= fmpq(least))


def _near_or_far(box: Box) -> bool:
    """Where A >= 36; or m <= 1/4 and A <= 3."""
    _, m1, _, h1 = box
    return _beyond(36)(box) or (m1 <= fmpq(1, 4) and h1**2 + 3 * m1**2 <= 3)


def _box(*ends: int) -> Box:
    return tuple(map(fmpq, ends))  # type: ignore[return-value]


CASES = {
    "Var(z**3) dropped": (_nothing_for_var_of_cubes, _box(0, 2, 0, 3), _beyond(fmpq(9, 2))),
    "z**4 for z**3": (_fourth_power, _box(0, 4, 0, 6), _near_or_far),
    "1/Var(z) dropped": (_variance_dropped, _box(0, 2, 0, 4), _beyond(11)),
}
"""The inequality, a box, and where in it the inequality is elementary.

* A >= 9/2: 1 − 2A/3 + 4B/15 >= 1 − 2A/3 + 4A²/27 >= 1 >= r².
* A >= 36: 4B/15 + A²/9 >= 7A²/27 >= 8 A √(A/3)/3 >= 8 m (m² + h²)/3. For m <= 0 always.
* m <= 1/4, A <= 3: r is the mean of 1 − tanh² <= 1 − t² + 2t⁴/3 over [z', z], so at most
  1 − A/3 + 2B/15, and the difference at least 2 (A − 4m(m² + h²))/3 + 4B(5A − B)/225, where
  4m(m² + h²) <= A and 3B <= 5A² <= 15A.
* A >= 11: Φ − 2 − 2h² >= 7A²/27 − 8A/3 − 1 >= 0.
"""


@pytest.mark.parametrize("name", CASES)
def test_each_pair_satisfies_what_proves_the_slip(name: str) -> None:
    test, box, spared = CASES[name]
    assert 100 < _holds_on(test, box, spared) < 10_000


@pytest.mark.parametrize("name", CASES)
def test_slightly_more_is_not_certified(name: str) -> None:
    """With 1/4 more than r² none of the three is true."""
    test, box, spared = CASES[name]

    def with_more(pair: Pair) -> bool:
        pair.r = (pair.r**2 + arb(fmpq(1, 4))).sqrt()
        return test(pair)

    with pytest.raises(AssertionError):
        _holds_on(with_more, box, spared)


def test_what_is_said_of_pairs() -> None:
    m, h = sympy.symbols("m h", positive=True)
    x, y = m + h, m - h
    a, b = h**2 + 3 * m**2, h**4 + 10 * h**2 * m**2 + 5 * m**4
    for power, expected in ((3, a), (5, b), (4, 4 * m * (m**2 + h**2))):
        assert sympy.expand((x - y) * (x**power - y**power) - 4 * h**2 * expected) == 0
    assert sympy.expand((x**3 - y**3) ** 2 - 4 * h**2 * a**2) == 0
    mean_of = [sympy.expand(sympy.integrate(m**p, (m, y, x)) / (2 * h)) for p in (2, 4)]
    assert [sympy.expand(k) for k in (a / 3, b / 5)] == mean_of
    assert all(c >= 0 for c in sympy.Poly(sympy.expand(9 * b - 5 * a**2), m, h).coeffs())
    r = (sympy.tanh(h) / h) / (1 + sympy.sinh(m) ** 2 / sympy.cosh(h) ** 2)
    difference = (sympy.tanh(x) - sympy.tanh(y)) - 2 * h * r
    assert sympy.simplify(difference.rewrite(sympy.exp)) == 0


def test_for_a_large_variance_the_smallest_of_all_variances_decides() -> None:
    """Φ − V r² − 2 (1 − 1/V)(h² − V), with what is not Φ − 2 − 2h² as V R + 2h²/V."""
    u, v, r, phi = sympy.symbols("u v r phi", positive=True)
    whole = phi - v * r**2 - 2 * (1 - 1 / v) * (u - v)
    assert sympy.expand(whole - (phi - 2 - 2 * u + v * (2 - r**2) + 2 * u / v)) == 0
    assert sympy.expand(whole.subs(v, 1) - (phi - r**2)) == 0


def test_the_slips_hold_for_random_laws() -> None:
    """Of up to five atoms, by plain arithmetic: the reduction to pairs is not used."""
    rng = np.random.default_rng(0)
    for _ in range(2000):
        size = rng.integers(2, 6)
        z = rng.normal(size=size) * 10 ** rng.uniform(-1, 0.6) + rng.normal()
        p = rng.dirichlet(np.full(size, 0.5))

        def cov(f: Any, g: Any, p: Any = p) -> Any:
            return p @ (f * g) - (p @ f) * (p @ g)

        variance, tanh = cov(z, z), cov(np.tanh(z), np.tanh(z))
        third, fifth, cubes = cov(z, z**3), cov(z, z**5), cov(z**3, z**3)
        slack = 1e-9 * (1 + cubes + fifth)
        assert tanh <= variance - 2 * third / 3 + 4 * fifth / 15 + 1 / 9 + slack
        assert tanh <= variance - 2 * cov(z, z**4) / 3 + 4 * fifth / 15 + cubes / 9 + slack
        assert variance * tanh <= variance - 2 * third / 3 + 4 * fifth / 15 + cubes / 9 + slack
