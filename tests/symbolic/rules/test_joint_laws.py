"""Joint laws: maxima of two variables, permutations of iid ones, and what is refused."""

from __future__ import annotations

import pytest
from sympy import Integer, Max, Rational

from xavier_theory.symbolic.assumptions import equation, finite_moment, law, same_law
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import E, random_variable, scalar

y1, y2 = random_variable("y1"), random_variable("y2")
q = scalar("q", "nonnegative")
MIRRORED = same_law("mirrored", [y1, y2], [-y2, -y1])
MOMENTS = (
    equation("one", E(y1**2), q),
    equation("two", E(y2**2), q),
    finite_moment("finite one", y1, 2),
    finite_moment("finite two", y2, 2),
)
IID = law("iid", "gaussian", [y1, y2], [Integer(0), q])


def test_the_maximum_of_two_has_the_second_moment_of_each() -> None:
    p = Proof("maximum", Context((MIRRORED, *MOMENTS)))
    largest = Max(y1, y2)
    mirrored = p.same_law(E(largest**2), "mirrored")  # E max(-y2, -y1)^2: the minimum's
    both = p.sign_cases(largest**2 + Max(-y1, -y2) ** 2, y1**2 + y2**2, y1 - y2)
    total = p.chain(p.congruence(E(both.left), both)).by(p.expectation_is_linear(E(both.right)))
    split = p.expectation_is_linear(E(both.left))
    half = p.linear_combination(
        "=",
        E(largest**2),
        q,
        [mirrored, split, total.step, p.by_assumption("one"), p.by_assumption("two")],
        [Rational(1, 2), -Rational(1, 2), Rational(1, 2), Rational(1, 2), Rational(1, 2)],
    )
    derivation = p.conclude(half, quantities={"q": q})
    assert derivation.predict(q=3) == 3
    assert {a.name for a in derivation.assumptions} == {
        "mirrored", "one", "two", "finite one", "finite two"
    }  # fmt: skip


def test_same_law_refuses_a_member_that_is_in_no_list() -> None:
    p = Proof("stray", Context((MIRRORED, *MOMENTS)))
    with pytest.raises(RuleRefusedError, match="in no list"):
        p.same_law(E(y1 * random_variable("X")), "mirrored")


def test_exchange_permutes_and_flips_iid_members() -> None:
    p = Proof("exchange", Context((IID,)))
    assert p.exchange(E(y1**2 * y2), "iid", {y1: y2, y2: y1}).right == E(y2**2 * y1)
    assert p.exchange(E(y1**2 * y2), "iid", {y1: -y2, y2: y1}).right == E(y2**2 * y1)


@pytest.mark.parametrize(
    ("to", "said"), [({y1: y2}, "permutation"), ({y1: y2, y2: y2}, "permutation")]
)
def test_exchange_refuses_what_is_no_permutation(to: dict, said: str) -> None:
    p = Proof("exchange", Context((IID,)))
    with pytest.raises(RuleRefusedError, match=said):
        p.exchange(E(y1**3), "iid", to)


def test_exchange_refuses_a_sign_where_the_mean_is_not_zero() -> None:
    shifted = law("iid", "gaussian", [y1, y2], [Integer(1), q])
    p = Proof("exchange", Context((shifted,)))
    with pytest.raises(RuleRefusedError, match="a sign changes"):
        p.exchange(E(y1 * y2), "iid", {y1: -y2, y2: y1})
