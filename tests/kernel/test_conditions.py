"""Every side condition of the kernel: what would follow without it, or why nothing false does."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.kernel.refusals import BOUND, ELSEWHERE, Row, every_row
from tests.kernel.without import COPY, Site, kernel_without, refused_at, sites
from xavier_theory.kernel import Refused, check
from xavier_theory.kernel.terms import show

WITHOUT_ROW = {
    ("check", "need(not any(map(loose, sides)), 'a bound index has no binder')"):
        "no rule leaves one: ``opened`` refuses what has no value, and all terms are closed",
}  # fmt: skip


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
    reasons = {site for site, text in sites().items() if (site[0], text) in WITHOUT_ROW}
    assert len(reasons) == len(WITHOUT_ROW)
    assert tripped | reasons == set(sites())
    assert not tripped & reasons
