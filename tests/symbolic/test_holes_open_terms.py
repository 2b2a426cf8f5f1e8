"""Ways to a contradiction through open terms, all-values indices and names; each stays closed."""

from __future__ import annotations

import pytest
from sympy import Abs, Function, Integer, exp, log, sqrt
from xavier_theory.symbolic.rules import RULES

from xavier_theory.symbolic.assumptions import (
    equation,
    finite_moment,
    independent,
    symmetric,
)
from xavier_theory.symbolic.binding import abstract, fresh_index, instantiate
from xavier_theory.symbolic.errors import IllFormedTermError, MissingAssumptionError
from xavier_theory.symbolic.judgements import Context, Definition
from xavier_theory.symbolic.terms import (
    EVERY,
    INDEX_NAMES,
    Bound,
    E,
    SumOver,
    Var,
    constants,
    random_family,
    random_variable,
    scalar,
)

x, f = scalar("x"), Function("f", real=True)
X, F, z = random_variable("X"), random_family("F", 1), random_family("z", 1)


@pytest.mark.parametrize("mean", [E(sqrt(x)), Var(log(x) * X)])
def test_a_loose_index_may_be_any_number(mean) -> None:
    """sympy would take √(m²) for |m|, and for m, where m is told to be real and not negative."""
    there = instantiate(abstract(sqrt(mean**2), x), x)
    assert there == sqrt(mean**2)
    assert not there.has(Abs)


def test_minus_one_is_not_one() -> None:
    linear = RULES["expectation_is_linear"](Context(), E(sqrt(x)))
    root = RULES["congruence"](Context(), sqrt(E(sqrt(x)) ** 2), linear)
    left, right = f(x) * sqrt(x), f(x) * sqrt(E(sqrt(x)) ** 2)
    shown = RULES["linear_combination"](Context(), "=", left, right, [root], [-f(x)])
    supposed = Context((equation("w", left, f(x) * Abs(E(sqrt(x))), x),))
    of_all = RULES["by_assumption"](supposed, "w", x)
    with pytest.raises(MissingAssumptionError):
        RULES["specialize"](Context(), of_all, {}, None, [shown])


@pytest.mark.parametrize(
    "make",
    [
        lambda: independent("made", [EVERY], [EVERY]),
        lambda: finite_moment("made", EVERY, 8),
        lambda: symmetric("made", EVERY),
        lambda: finite_moment("made", F[EVERY + 1], 2),
        lambda: finite_moment("made", X * EVERY, 2),
    ],
)
def test_all_values_are_meant_of_an_index_only(make) -> None:
    with pytest.raises(IllFormedTermError):
        make()


@pytest.mark.parametrize(
    ("domains", "head", "body"),
    [
        (("width",), z[Bound(0)], F[X]),
        ((), constants("G", 0)(), SumOver(x, Integer(1))),
        ((), constants("G", 0)(), SumOver(Integer(-3), Integer(1))),
        ((), constants("G", 0)(), f(sqrt(x)) ** 2),
    ],
)
def test_definitions_that_are_read_are_well_formed(domains, head, body) -> None:
    with pytest.raises(IllFormedTermError):
        Context((), (Definition("d", domains, head, body),))


@pytest.mark.parametrize("name", ["", "  "])
def test_an_assumption_has_a_name(name) -> None:
    with pytest.raises(IllFormedTermError):
        Context((equation(name, x, 0),))


def test_names_of_indices_that_run_out_are_an_error_of_the_kernel() -> None:
    names = (*INDEX_NAMES, *(f"j{number}" for number in range(1, 1000)))
    taken = [scalar(name, "width") for name in names]
    with pytest.raises(IllFormedTermError, match="names of indices"):
        fresh_index(*taken)


def test_exponentials_of_means_stay_what_they_are() -> None:
    assert instantiate(abstract(exp(E(sqrt(x))), x), x) == exp(E(sqrt(x)))
