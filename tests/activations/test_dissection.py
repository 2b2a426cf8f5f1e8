"""Kinks found with proof, jumps told from kinks, roots isolated, bounds that hold."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from xavier_theory.activations.budget import BudgetError, used, within_budget
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.expressions.asymptotics import leading
from xavier_theory.activations.expressions.bounds import tail_bound
from xavier_theory.activations.expressions.building import apply, multiply, number
from xavier_theory.activations.expressions.dissection import _resolved, dissect, jump_at
from xavier_theory.activations.expressions.nodes import Node, Product, Sum, is_smooth
from xavier_theory.activations.expressions.parsing import parse
from xavier_theory.activations.expressions.ranges import range_of, span
from xavier_theory.activations.expressions.tapes import array_function
from xavier_theory.activations.moments import gaussian_moments

KINKS = {
    "z*sigmoid(z)": [],
    "z*min(max(z + 3, 0), 6)/6": [-3, 3],
    "max(tanh(z), 0)": [0],
    "abs(z**2 - 2)": [-math.sqrt(2), math.sqrt(2)],
    "relu(exp(z) - 2)": [math.log(2)],
    "where(z**3 - z > 0, 1, 0)": [-1, 0, 1],
    "max(z - abs(z - 1), 0)": [0.5, 1],
    "where(exp(z) - 1 - z > 0, z, 0)": [0],
    "max(z, 1000)": [1000],
    "sqrt((z - 1)**2)": [1],
}


@pytest.mark.parametrize("text", KINKS)
def test_kinks_are_found(text):
    found = dissect(parse(text))
    assert [float(kink) for kink in found.kinks] == pytest.approx(KINKS[text], abs=1e-30)
    assert all(upper - lower <= Fraction(1, 2**120) for lower, upper in found.zones)
    for cell in found.cells:
        points = np.linspace(float(cell.lower), float(cell.upper), 12)[1:-1]
        np.testing.assert_allclose(
            array_function(cell.node)(points), array_function(parse(text))(points), rtol=1e-13
        )


def test_infinitely_many_kinks_are_found_as_far_as_they_matter():
    found = dissect(parse("relu(sin(z))"))
    assert [round(float(k) / math.pi, 12) for k in found.kinks] == list(range(-20, 21))
    with pytest.raises(NotCertifiedError, match=r"too many zeros|more than 300 kinks"):
        dissect(parse("relu(sin(100*z))"))


@pytest.mark.parametrize(("text", "place"), [
    ("where(z > 1, z, 0)", 1.0), ("sign(z)", 0.0), ("z*sign(z - 2)", 2.0),
    ("where(exp(z) > 3, 1, 0)", math.log(3)), ("where(20 > z, log1p(exp(z)), z)", 20.0),
])  # fmt: skip
def test_jumps_are_found(text, place):
    jump, undecided = jump_at(parse(text), dissect(parse(text)))
    assert float(jump) == pytest.approx(place, abs=1e-30) and undecided is None


@pytest.mark.parametrize("text", [
    "where(z > 0, z, exp(z) - 1)", "z*sign(z)", "where(z > 1, tanh(z), tanh(1))", "abs(z)",
    "where(z > 0.5, z - 0.5, where(z < -0.5, z + 0.5, 0))", "max(sin(z), cos(z))",
])  # fmt: skip
def test_a_kink_is_no_jump(text):
    assert jump_at(parse(text), dissect(parse(text))) == (None, None)


def test_whether_it_jumps_may_be_undecided():
    tree = parse("where(exp(z) > 3, exp(z), 3)")
    jump, undecided = jump_at(tree, dissect(tree))
    assert jump is None and float(undecided) == pytest.approx(math.log(3))


BOUNDED = ["z*tanh(z**2)", "exp(z*tanh(z))", "softplus(3*z) - z", "exp(z - z**4)", "log(1 + z**4)",
           "z/(1 + z**2)", "cosh(z)*exp(-z**2)", "arcsinh(z**3)", "where(sin(z) > 0, z, exp(z))",
           "exp(z**2/7 - z)", "sqrt(1 + z**2)*max(z, 3)"]  # fmt: skip


@pytest.mark.parametrize("text", BOUNDED)
@pytest.mark.parametrize("side", [-1, 1])
def test_tail_bounds_hold(text, side):
    tree = dissect(parse(text)).tail(side)
    bound = tail_bound(tree, side, Fraction(64))
    size = np.array([64.0, 80.0, 120.0, 300.0, 700.0])
    logs = (
        float(bound.log_constant) + float(bound.power) * np.log1p(size)
        + float(bound.rate) * size + float(bound.curvature) * size**2
    )  # fmt: skip
    with np.errstate(divide="ignore"):
        values = np.log(np.abs(array_function(tree)(side * size)))
    assert np.all((values <= logs + 1e-9) | (values > 700))


def test_leading_behaviour():
    found = leading(parse("3*z**2*exp(z**2/4 - z) + exp(z)*z"), 1)
    assert float(found.coefficient) == 3 and found.power == 2
    assert found.exponents == (-1, Fraction(1, 4))
    assert leading(parse("sin(z)"), 1) is None
    assert leading(parse("tanh(z) - 1"), 1) is None


def test_a_sign_in_the_tail_is_not_overlooked():
    """z + 100·sign(sin z) starts positive, has slope 1 wherever it has one, and changes sign."""
    tree = parse("where(z + 100*sign(sin(z)) > 0, z, exp(z**2))")
    tail = dissect(tree).right_tail
    assert not is_smooth(tail)
    with pytest.raises(NotCertifiedError):
        _ = gaussian_moments("where(z + 100*sign(sin(z)) > 0, z, exp(z**2))").second_moment


def test_a_kink_at_the_edge_of_the_window_is_kept():
    found = dissect(parse("max(exp(z) - exp(64), 0)"))
    assert [float(kink) for kink in found.kinks] == [64.0] and found.window > 64


def test_ranges_contain_every_value():
    for text in [*KINKS, *BOUNDED]:
        tree = parse(text)
        for left in (-7.25, -1.0, 0.0, 2.5):
            values = array_function(tree)(np.linspace(left, left + 0.75, 50))
            found = range_of(tree, span(Fraction(left), Fraction(left + 0.75)))
            assert found.lower is None or float(found.lower) <= values.min() + 1e-9 * (
                1 + abs(values.min())
            )
            assert found.upper is None or float(found.upper) >= values.max() - 1e-9 * (
                1 + abs(values.max())
            )


def test_a_bound_next_to_zero_has_few_bits():
    # e^(−z²) beyond 4096 is e^(−2²⁴): exactly, it would take 24 million bits
    found = tail_bound(parse("exp(exp(-z**2))"), 1, Fraction(4096))
    assert 0 < found.log_constant < Fraction(1, 2**1000)
    assert found.log_constant.denominator.bit_length() < 1100


def test_shared_parts_are_compared_once():
    def tower() -> Node:
        node = parse("z")
        for _ in range(60):
            node = Sum((node, Product((node, node))))  # 2^60 paths
        return node

    assert tower() == tower() and tower() != Sum((tower(), parse("z")))


def test_the_budget_counts_what_rewriting_takes():
    node = parse("z")
    for _ in range(40):
        node = apply("floor", multiply(number(Fraction(3, 2)), node))
    with within_budget(100, 1), pytest.raises(BudgetError):
        _resolved(node, lambda _: None)  # no sign is evaluated, all parts are built again


def test_cutting_takes_a_third_of_the_budget_at_most():
    """What is left would not do for the integrals; and the whole ledger counts what was spent."""
    with within_budget(90_000, 1):
        with pytest.raises(BudgetError, match="more than a third of the budget of 90,000"):
            dissect(parse("arcsin(sin(z))"))
        assert 30_000 <= used() <= 31_000
