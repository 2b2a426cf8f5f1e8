"""Every side condition of the core: it is tripped, and what follows without it is judged."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.symbolic.conditions import (
    rows_declared,
    rows_induction,
    rows_instances,
    rows_rules,
    rows_terms,
)
from tests.symbolic.conditions.rows import (
    ELSEWHERE,
    FALSE,
    LIMIT,
    NOTHING,
    TRUE,
    WORDS,
    Row,
    refuted,
)
from tests.symbolic.conditions.sites import Site, disabled, found_alternatives, refused_at, sites
from xavier_theory.finite_models import Claim, check
from xavier_theory.symbolic.errors import XavierTheoryError
from xavier_theory.symbolic.judgements import Step

TABLES = (rows_rules, rows_induction, rows_instances, rows_declared, rows_terms)
ROWS: dict[str, Row] = {key: row for table in TABLES for key, row in table.ROWS.items()}
PREDICTIONS = ("derivations.py:Derivation.", "derivations.py:_number:")
"""What ``predict`` is asked: it makes no judgements; tests/theorems/test_predict.py trips each."""
PYTHONS = (TypeError, ValueError, LookupError, AttributeError, NameError, RuntimeError)
ERRORS = (XavierTheoryError, *PYTHONS)


def test_every_side_condition_has_its_row() -> None:
    """A new ``raise`` in the core needs a row in a table, and a row needs its ``raise``."""
    asked = {key for key in sites() if not key.startswith(PREDICTIONS)}
    assert sorted(asked - set(ROWS)) == []
    assert sorted(set(ROWS) - asked) == []


def test_the_page_counts_the_side_conditions() -> None:
    page = (Path(__file__).parents[3] / "docs" / "mutations.md").read_text(encoding="utf-8")
    table = page.partition("<!-- conditions -->")[2].partition("<!-- /conditions -->")[0]
    told = {
        kind: int(number) for kind, number in re.findall(r"^\| ([^|\n]+) \| (\d+) \|$", table, re.M)
    }
    assert told == Counter(row.kind for row in ROWS.values())


@pytest.mark.parametrize("key", sorted(ROWS))
def test_side_condition(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_SHRUNK", 0)  # that a claim fails is enough here
    site, row = sites()[key], ROWS[key]
    assert row.why or row.kind in (FALSE, ELSEWHERE, NOTHING)
    with pytest.raises(ERRORS) as caught:
        row.run()
    assert _is_at(caught.value, site), f"refused by {refused_at(caught.value)}: {caught.value}"
    if row.kind != LIMIT:
        with disabled(site, row.instead):
            found, claim = _without(row, site)
            assert (found, str(claim)) == (row.kind, str(claim))


def test_a_row_that_says_what_is_not_so_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "rules/equality.py:linear_combination:3"
    for wrong in (TRUE, NOTHING, ELSEWHERE):
        monkeypatch.setitem(ROWS, key, replace(ROWS[key], kind=wrong, why="wrong"))
        with pytest.raises(AssertionError):
            test_side_condition(key, monkeypatch)
    other = "rules/equality.py:nonnegative:1"  # its input trips another condition
    monkeypatch.setitem(ROWS, key, ROWS[other])
    with pytest.raises(AssertionError, match="refused by"):
        test_side_condition(key, monkeypatch)


def test_a_disabled_condition_is_back_afterwards() -> None:
    key = "rules/equality.py:nonnegative:1"
    with disabled(sites()[key]):
        assert ROWS[key].run().left == 0
    with pytest.raises(XavierTheoryError, match="not plainly >= 0"):
        ROWS[key].run()


@pytest.mark.parametrize(
    ("test", "alternatives"),
    [
        ("a", ["a"]),
        ("a or b or c", ["a", "b", "c"]),
        ("not (a and b)", ["a", "b"]),
        ("a and (b or not c)", ["b", "c"]),
        ("any(f(x) or g(x) for x in y)", ["f(x)", "g(x)"]),
        ("not all(f(x) for x in y)", ["f(x)"]),
        ("a and b", ["a and b"]),
        ("not a or not (b and not c)", ["a", "b", "c"]),
    ],
)
def test_each_alternative_of_a_refusal_is_a_condition(test: str, alternatives: list[str]) -> None:
    expression = ast.parse(test, mode="eval").body
    assert [ast.unparse(part) for part, _ in found_alternatives(expression)] == alternatives


def _is_at(error: BaseException | None, site: Site) -> bool:
    """Whether ``error`` was raised at the site, or took the place of one that was."""
    while error is not None:
        file, line = refused_at(error)
        if file == site.file and line in site.lines:
            return True
        error = error.__context__
    return False


def _without(row: Row, site: Site) -> tuple[str, Any]:
    """What the scenario leads to while the condition is disabled."""
    try:
        result = row.run()
    except XavierTheoryError as error:
        return ("the same refusal" if _is_at(error, site) else ELSEWHERE), error
    except PYTHONS as error:
        return NOTHING, error
    claim = Claim.of(result) if isinstance(result, Step) else result
    if row.kind == WORDS:
        return WORDS, claim
    if not isinstance(claim, Claim):
        return NOTHING, claim
    return (FALSE if refuted(claim, row) else TRUE), claim
