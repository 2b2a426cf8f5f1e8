"""Every side condition of the kernel: what would follow without it, or why nothing false does."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.kernel.refusals import BOUND, ELSEWHERE, Row, every_row
from tests.kernel.without import COPY, Site, kernel_without, refused_at, sites
from xavier_theory.kernel import Refused, check
from xavier_theory.kernel.terms import show

ASKED_TWICE = "another place asks the same before"
NO_ROW = "closed by an attack; its certificate stands among those of the attack"
WITHOUT_ROW = {
    ("signs", "every is an index of a member alone"): ASKED_TWICE,
    ("replay", "a bound index has no binder"): ASKED_TWICE,
    ("replay", "every is for assumptions"): ASKED_TWICE,
    ("assumptions", "it is too long"): BOUND,
    ("assumptions", "its label"): NO_ROW,
    ("assumptions", "random parameters"): NO_ROW,
    ("assumptions", "every is for members"): NO_ROW,
    ("assumptions", "a condition twice"): BOUND,
    ("replay", "a line is marked twice"): BOUND,
    ("assumptions", "two of them may be one"): NO_ROW,
    ("slopes", "is random: numbers are differentiated"): NO_ROW,
    ("assumptions", "mean and variance"): NO_ROW,
    ("instances", "_may_be_unknown"): NO_ROW,
    ("instances", "is an index"): NO_ROW,
    ("slopes", "is not plainly > 0"): "or the instance, which asks in any order",
}


def _refused(row: Row) -> Site:
    """Where the certificate of a row is refused."""
    with pytest.raises(Refused) as found:
        check(row.certificate, row.cited)
    error: BaseException = found.value
    while error.__context__ is not None:
        error = error.__context__
    return refused_at(error)


def _main(theorems: dict[str, Any]) -> str:
    line = [*theorems.values()][-1].results.get("main") if theorems else None
    return f"{show(line.left)} {line.relation} {show(line.right)}" if line else "nothing"


@pytest.mark.parametrize("row", every_row(), ids=lambda row: f"{row.rule}: {row.why}")
def test_side_condition_is_needed(row: Row) -> None:
    with kernel_without(_refused(row)) as kernel:
        try:
            proved = _main(kernel.check(row.certificate, row.cited))
        except (sys.modules[f"{COPY}.terms"].Refused, ArithmeticError):
            proved = None
    assert bool(row.false) != bool(row.harmless)
    if row.false:
        assert proved == row.false
    elif row.harmless == ELSEWHERE:
        assert proved is None
    elif row.harmless != BOUND:
        assert proved is not None


def test_every_side_condition_has_a_row_or_a_reason() -> None:
    tripped = {_refused(row) for row in every_row()}
    for (file, _), text in {k: t for k, t in sites().items() if k not in tripped}.items():
        assert any(file == where and words in text for where, words in WITHOUT_ROW), (file, text)
