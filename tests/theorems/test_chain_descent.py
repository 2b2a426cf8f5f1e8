"""chain-descent, against gradient descent in fractions over a grid of chains."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xavier_theory.theorems import derive
from xavier_theory.theorems.chain_descent.proof import error, o
from xavier_theory.theorems.symbols import t

NAME = "chain-descent"
RATIONALS = st.fractions(Fraction(-3), Fraction(3), max_denominator=6)
FACTORS = st.fractions(Fraction(1, 4), Fraction(2), max_denominator=4)
ARTICLE = pytest.mark.parametrize("c", [Fraction(3, 2), Fraction(1, 2)])


def errors(
    c: Fraction, hidden: int, x: list[Fraction], y: Fraction, rate: Fraction, steps: int
) -> list[Fraction]:
    """ŷ − y of one output at steps 0..steps; the gradient is a difference quotient of the cost."""
    weights = [Fraction(1), Fraction(-2)]
    found = []

    def miss(at: list[Fraction]) -> Fraction:
        signal = x
        for _ in range(hidden):
            signal = [c * value for value in signal]
        return sum(w * s for w, s in zip(at, signal, strict=True)) - y

    for _ in range(steps + 1):
        found.append(miss(weights))
        slopes = []
        for place in range(2):
            up, down = list(weights), list(weights)
            up[place] += 1
            down[place] -= 1
            slopes.append((miss(up) ** 2 - miss(down) ** 2) / 4)  # exact: J is quadratic
        weights = [w - rate * g for w, g in zip(weights, slopes, strict=True)]
    return found


def curvature(c: Fraction, hidden: int, x: list[Fraction]) -> Fraction:
    return c ** (2 * hidden) * sum(value**2 for value in x)


def quantities(c: Fraction, hidden: int, x: list[Fraction], rate: Fraction) -> dict[str, Any]:
    """What ``predict`` takes, but for the number of steps; errors count in units of e_0 or e_t."""
    signal = sum(value**2 for value in x)
    return {"factor": c, "hidden_layers": hidden, "signal": signal, "step_size": rate}


@ARTICLE
@given(st.integers(1, 9), st.lists(RATIONALS, min_size=2, max_size=2), RATIONALS, RATIONALS)
def test_every_step_multiplies_the_error(
    c: Fraction, hidden: int, x: list[Fraction], y: Fraction, product: Fraction
) -> None:
    lam = curvature(c, hidden, x)
    rate = abs(product) / lam if lam else Fraction(1)
    found = errors(c, hidden, x, y, rate, 4)
    for steps, after in enumerate(found):
        predicted = derive(NAME).predict(**quantities(c, hidden, x, rate), steps=steps)
        assert after == pytest.approx(predicted * found[0], rel=1e-9, abs=1e-9)


@given(FACTORS, st.integers(1, 9), st.fractions(0, 3, max_denominator=8), st.integers(1, 6))
def test_the_three_regimes_and_the_plateau(
    c: Fraction, hidden: int, product: Fraction, steps: int
) -> None:
    x, y = [Fraction(1), Fraction(2)], Fraction(5)
    rate = product / curvature(c, hidden, x)
    found = errors(c, hidden, x, y, rate, steps)
    known, values = derive(NAME), {**quantities(c, hidden, x, rate), "steps": 0}
    sign, change = (
        known.value_of(known.results[result].right / error[t, o] ** 2, **values)
        for result in ("sign", "change")
    )
    assert sign <= 1e-12 if product >= 1 else sign >= 0
    assert change >= -1e-12 if product >= 2 else change <= 0
    for before, after in pairwise(found):
        assert after * before == pytest.approx(sign * before**2, rel=1e-9, abs=1e-12)
        assert after**2 - before**2 == pytest.approx(change * before**2, rel=1e-9, abs=1e-12)
    least = known.value_of(known.results["plateau"].left, **{**values, "steps": steps})
    assert found[-1] ** 2 >= least * found[0] ** 2 * (1 - 1e-12) - 1e-12


def test_at_ten_layers_one_step_size_oscillates_or_crawls() -> None:
    """The article's chains at one step size: 1.5 oscillates, 0.5 loses less than one in 10^5."""
    x, y, rate = [Fraction(1), Fraction(0)], Fraction(3), Fraction(1, 1000)
    wild = errors(Fraction(3, 2), 9, x, y, rate, 10)
    slow = errors(Fraction(1, 2), 9, x, y, rate, 10)
    assert all(a * b < 0 for a, b in pairwise(wild))
    assert abs(wild[-1]) < abs(wild[0])  # it oscillates around the minimum, and settles there
    assert all(0 < b / a < 1 for a, b in pairwise(slow))
    assert slow[-1] ** 2 > (1 - Fraction(1, 10**5)) * slow[0] ** 2
    prediction = derive(NAME).predict(
        factor=1.5, hidden_layers=9, signal=1, step_size=0.001, steps=10
    )
    assert prediction == pytest.approx(float(wild[-1] / wild[0]), rel=2e-2)


def test_the_step_size_alone_makes_any_chain_oscillate() -> None:
    """C8 corrected: the vanishing chain oscillates too, at a step between 1/λ and 2/λ."""
    x, y = [Fraction(1), Fraction(0)], Fraction(3)
    rate = Fraction(3, 2) / curvature(Fraction(1, 2), 9, x)
    found = errors(Fraction(1, 2), 9, x, y, rate, 6)
    values = quantities(Fraction(1, 2), 9, x, rate)
    predicted = [derive(NAME).predict(**values, steps=steps) for steps in range(7)]
    assert [float(each / found[0]) for each in found] == pytest.approx(predicted, rel=1e-9)
    assert all(a * b < 0 for a, b in pairwise(predicted))
