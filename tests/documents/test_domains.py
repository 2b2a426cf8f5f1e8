"""Printed statements say for which values they hold."""

from __future__ import annotations

import pytest

from tests.documents.fakes import report_for
from xavier_theory.documents.assumptions import formula
from xavier_theory.documents.domains import domains, domains_of
from xavier_theory.documents.formulas import latex
from xavier_theory.documents.outline import outline
from xavier_theory.documents.pages import axioms_page, theorem_page
from xavier_theory.documents.plain_assumptions import plain_assumption
from xavier_theory.documents.plain_text import plain
from xavier_theory.explorer.theorem_panel import theorem
from xavier_theory.symbolic.assumptions import Assumption, derivative, equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.terms import DOMAINS, constants, random_family, scalar
from xavier_theory.theorems import derive, theorems

REAL, POSITIVE, NONNEGATIVE = scalar("x"), scalar("q", "positive"), scalar("h", "nonnegative")
NATURAL, WIDTH = scalar("l", "natural"), scalar("i", "width")
a = random_family("a", 2)


@pytest.mark.parametrize(
    ("variable", "said", "written"),
    [
        (REAL, "x", "x"),
        (WIDTH, "i", "i"),
        (NATURAL, "l ≥ 0", r"l \geq 0"),
        (POSITIVE, "q > 0", "q > 0"),
        (NONNEGATIVE, "h ≥ 0", r"h \geq 0"),
    ],
)
def test_an_assumption_says_what_its_variable_ranges_over(
    variable: object, said: str, written: str
) -> None:
    assumption = equation("it is itself", variable, variable, variable)
    assert plain_assumption(assumption).endswith(f" for all {said}")
    assert formula(assumption).endswith(rf"\quad \text{{for all }} {written}")


def test_every_domain_but_the_real_numbers_is_said() -> None:
    said = {of: domains([scalar("x", of)], plain) for of in DOMAINS}
    assert said == {
        "real": [],
        "positive": ["x > 0"],
        "nonnegative": ["x ≥ 0"],
        "natural": ["x ∈ {0, 1, 2, …}"],
        "width": ["x ∈ {1, 2, …}"],
    }


def test_a_slope_at_the_end_of_its_domain_is_one_sided() -> None:
    ends = derivative("slope", NONNEGATIVE**2, 2 * NONNEGATIVE, NONNEGATIVE)
    inside = derivative("slope", POSITIVE**2, 2 * POSITIVE, POSITIVE)
    assert plain_assumption(ends).endswith("for all h ≥ 0 (at 0 from the right)")
    assert r"\text{ (at } 0 \text{ from the right)}" in formula(ends)
    assert plain_assumption(inside).endswith("for all q > 0")


def test_numbers_of_a_family_have_their_domain_and_indices_none() -> None:
    w, b = constants("w", 1, "positive"), constants("b", 1)
    n = scalar("n", "width")
    assert domains([sum_over(WIDTH, n, w[WIDTH] * b[WIDTH])], plain) == [
        "n ∈ {1, 2, …}",
        "w[i] > 0",
    ]
    assert domains([a[NATURAL, WIDTH]], plain) == ["l ∈ {0, 1, 2, …}"]
    assert domains([a[1, WIDTH] + REAL], plain) == []


def _named(theorem_name: str, name: str) -> Assumption:
    return derive(theorem_name).context.named(name)


def test_relu_is_among_the_homogeneous_activations() -> None:
    """Without h ≥ 0 it says φ(hx) = hφ(x) for h = -1 too, and leaves relu out."""
    assumption = _named("homogeneous-activation", "the_activation_is_homogeneous")
    assert plain_assumption(assumption).endswith(" for all h ≥ 0, x")
    assert formula(assumption).endswith(r"\text{for all } h \geq 0, x")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("chain-plateau", "c[i] > 0"),
        ("chain-sharpness", "w[i] > 0"),
        ("depth-scale-remainder", "margin > 0"),
        ("depth-scale-remainder", "chi > 0"),
        ("gain-stability", "second_moment > 0"),
    ],
)
def test_domains_stand_on_the_page_in_the_terminal_and_in_the_explorer(
    name: str, said: str
) -> None:
    assert said in domains_of(derive(name), plain)
    assert said in outline(derive(name))[-1]
    (report,) = report_for(name).theorems
    page = theorem_page(report, [name])
    (line,) = (line for line in page.splitlines() if line.startswith("Throughout, "))
    assert line.count("$") == 2 * len(domains_of(derive(name), latex))
    shown = theorem({"name": name})["assumptions"][-1]
    assert shown["formula"] == ", ".join(domains_of(derive(name), latex))


def test_axioms_say_their_domains() -> None:
    page = axioms_page(theorems())
    section = page.partition("## gaussian-layer-norm\n")[2].partition("\n## ")[0]
    assert r"For $n \in \lbrace 1, 2, \ldots\rbrace$, $v \gt 0$." in section
    price = page.partition("## gaussian-decorrelation-slope\n")[2].partition("\n## ")[0]
    assert r"$h \geq 0$" in price and "from the right" in price


def test_a_statement_about_real_numbers_alone_says_nothing() -> None:
    (report,) = report_for("tanh-linearization").theorems
    assert "Throughout" not in theorem_page(report, [])
    assert not outline(derive("tanh-linearization"))[-1].startswith("Throughout")
