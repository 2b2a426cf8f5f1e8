"""The pages: complete, stable, and honest about what failed."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from sympy import Basic

from tests.documents.fakes import CONTROL, SAMPLED, STEPS, WRONG, FakeCheck, report_for
from xavier_theory import statistics
from xavier_theory.api import check
from xavier_theory.documents.certificate_text import WIDTH, certificate_text
from xavier_theory.documents.check_tables import KINDS, cell, check_tables, control_rows, flat
from xavier_theory.documents.pages import all_pages, index_page, theorem_page, theorem_table
from xavier_theory.documents.prose import plan_of, prose
from xavier_theory.finite_models.stored.continuous import Continuous
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.symbolic.tactics import RULES
from xavier_theory.theorems import derive, symbols, theorem_module, theorems

NAME = "product-variance"


pytestmark = pytest.mark.xdist_group("pages")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return all_pages(report_for())


def test_every_theorem_has_a_page_and_a_certificate(pages: dict[str, str]) -> None:
    wanted = {f"{name}.md" for name in theorems()} | {
        f"certificates/{name}.json" for name in theorems()
    }
    assert set(pages) == wanted | {
        *("README.md", "claims.md", "axioms.md", "training.md", "rules.md", "references.md")
    }


def test_every_rule_and_kind_of_assumption_is_on_the_page_for_authors(
    pages: dict[str, str],
) -> None:
    for name in (*RULES, "independent", "same_law", "finite_moment"):
        assert f"{name}(" in pages["rules.md"]
    assert "``" not in pages["rules.md"].replace("```", "")


def test_the_page_for_authors_has_all_that_folders_are_written_with(pages: dict[str, str]) -> None:
    page = pages["rules.md"]
    found = [vars(statistics)[name] for name in statistics.__all__]
    tests = [made for made in found if isinstance(made, type) and hasattr(made, "run")]
    assert len(tests) >= 7
    for test in (*tests, Continuous):
        assert (f"`{test.__name__}(" in page) != inspect.isabstract(test), test
    assert "| `ProportionTest(tolerance=None)` |" in page and "| exact |" in page
    for name in ("scalar", "random_family", "linear_layer", "SampledQuantity"):
        assert f"`{name}(" in page
    shared = [n for n, made in vars(symbols).items() if isinstance(made, Basic)]
    assert "fan_in" in shared
    assert [name for name in shared if f"| `{name}` |" not in page] == []
    assert " at 0x" not in page and "<class" not in page  # the same on every run


def test_pages_are_the_same_each_time(pages: dict[str, str]) -> None:
    assert all_pages(report_for()) == pages


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles}


def test_links_lead_to_pages_and_headings(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        for target, anchor in re.findall(
            r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", text if name.endswith(".md") else ""
        ):
            found = str(PurePosixPath(name).parent / target) if target else name
            assert found in pages, (name, target)
            assert not anchor or anchor in _anchors(pages[found]), (name, anchor)


def test_no_sampled_figure_is_printed(pages: dict[str, str]) -> None:
    assert SAMPLED.estimate is not None
    assert not [name for name, text in pages.items() if str(SAMPLED.estimate) in text]


def test_tables_are_whole(pages: dict[str, str]) -> None:
    for text in pages.values():
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1
            assert re.match(r"\|(-+\|)+$", block.splitlines()[1].replace(" ", ""))


@pytest.mark.parametrize("name", theorems())
def test_a_page_has_all_its_parts(name: str, pages: dict[str, str]) -> None:
    text, derivation, module = pages[f"{name}.md"], derive(name), theorem_module(name)
    assert f"# {module.STATEMENT.title}" in text
    for assumption in derivation.assumptions:
        assert text.count(f"- **A{derivation.context.assumptions.index(assumption) + 1}** ") == 1
    for result in set(derivation.results) - set(derivation.main):
        assert f"**{result.replace('_', ' ')}**, step (" in text
    for heading in ("What it means in practice", "Assumptions", "Proof", "Checks"):
        assert f"## {heading}\n" in text
    assert "Controls: wrong formulas" in text
    assert all(f"axioms.md#{axiom}" in text for axiom in derivation.axioms())
    assert "\n\n\n" not in text and text.endswith("\n")


def test_a_failed_check_is_said_everywhere() -> None:
    report = report_for("product-variance", checks=(STEPS, WRONG))
    pages = all_pages(report)
    assert "Verdict: **check failed**" in pages["product-variance.md"]
    assert "**refuted: failed**" in pages["product-variance.md"]
    assert "**check failed**" in theorem_table(report)
    assert "| [C16](#c16) | not yet checked |" in pages["claims.md"]


def test_real_images_are_reported_with_their_controls() -> None:
    data = (
        FakeCheck("monte-carlo", "digits, relu"),
        FakeCheck("monte-carlo", "digits, relu: 5 % off", "refuted", "refuted"),
    )
    index = index_page(replace(report_for(NAME), data_checks=data))
    assert "| digits, relu | consistent |" in index
    assert "refuted 1 wrong formula: 5 % off." in index
    assert "## Real images" not in index_page(report_for(NAME))


def test_axioms_page_lists_every_lemma_with_its_users(pages: dict[str, str]) -> None:
    for name, lemma in LEMMAS.items():
        section = pages["axioms.md"].partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert f"Checked: {lemma.check}." in section
        for user in theorems():
            assert (f"[{user}]" in section) == (name in derive(user).axioms())


@pytest.mark.parametrize("name", theorems())
def test_certificates_replay_from_their_text(name: str, pages: dict[str, str]) -> None:
    text = pages[f"certificates/{name}.json"]
    assert check(text) == derive(name).theorem


def test_certificate_text_is_sorted_json_in_short_lines() -> None:
    data = {"b": [1, [2, 3] * 60, {}], "a": "x"}
    text = certificate_text(data)
    assert json.loads(text) == data
    assert text.index('"a"') < text.index('"b"')
    assert max(map(len, text.splitlines())) <= WIDTH + 10
    with pytest.raises(ValueError, match="JSON"):
        certificate_text({"a": float("nan")})


def test_checks_are_grouped_without_controls() -> None:
    headings = [table.heading for table in check_tables((CONTROL, SAMPLED, STEPS))]
    assert headings == [KINDS["finite-model"], KINDS["monte-carlo"]]


def test_controls_are_gathered_by_wrong_formula() -> None:
    missed = FakeCheck("monte-carlo", "uniform: 1 % off", "consistent", "refuted", passed=False)
    exact = FakeCheck("finite-model", "wrong conclusion: n for n - 1", "refuted", "refuted")
    assert control_rows((STEPS, CONTROL, exact)) == [
        ("1 % off", "normal", "refuted, as it must be"),
        ("n for n - 1", "finite models", "refuted, as it must be"),
    ]
    assert control_rows((CONTROL, missed)) == [("1 % off", "normal", "**not refuted by uniform**")]


def test_a_kind_of_check_that_is_new_is_shown_too() -> None:
    (table,) = check_tables((FakeCheck("by-hand", "looked at"),))
    assert (table.heading, table.columns) == ("by-hand", ("check", "verdict"))


def test_details_become_columns() -> None:
    assert flat({"a": 1, "steps": {"exact": 2, "by": {"arb": 3}}}) == {
        "a": 1,
        "steps exact": 2,
        "steps by arb": 3,
    }
    (table,) = check_tables((STEPS, FakeCheck("finite-model", "other")))
    assert table.columns == ("check", "models", "steps exact", "verdict")
    assert table.rows[1] == ("other", "", "", "consistent")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (1234567, "1,234,567"),
        (1e-6, "1e-06"),
        ("a|b", r"a\|b"),
        ((1, 2), "1, 2"),
    ],
)
def test_cells(value: object, text: str) -> None:
    assert cell(value) == text


def test_prose_is_safe_and_links_theorems() -> None:
    assert prose("a*b < c", ()) == r"a\*b &lt; c"
    assert (
        prose("see `he-variance`, or he-variance.", ["he-variance"]).count("](he-variance.md)") == 2
    )
    assert prose("break the symmetry", ["symmetry"]) == "break the symmetry"


@pytest.mark.parametrize("name", theorems())
def test_every_theorem_file_has_a_plan(name: str) -> None:
    assert len(plan_of(theorem_module(name))[1]) >= 2


def test_a_page_does_not_link_to_itself() -> None:
    (report,) = report_for("layer-variance").theorems
    assert "](layer-variance.md)" not in theorem_page(report, theorems())
