"""The page of an audit: whole, escaped, asking for nothing else, with its charts to scale."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.audit.arrays import op
from xavier_theory.audit.auditing import Audit
from xavier_theory.audit.findings import BY_DESIGN, DEVIATION, Finding
from xavier_theory.audit.page import Point, audit_page
from xavier_theory.audit.prediction import Predictions
from xavier_theory.audit.records import Op, Recording, WeightFacts
from xavier_theory.audit.states import State

AXES = ((("b", 2),), (("f", 4),))


def state(q: float) -> State:
    return State((2, 4), AXES, q, 0.0, 0.0, 0.0)


def layer(index: int, q: float, gradient: float) -> Op:
    facts = WeightFacts(1, 1, 1, 0, 1, weight=f"{index}.weight")
    return replace(
        op("linear", (2, 4)), index=index, inputs=(), weight=facts, state=state(q),
        gradient=state(gradient), trained=True,
    )  # fmt: skip


def audited(*findings: Finding) -> Audit:
    ops = [layer(i, 10.0**-i, 1.0) for i in range(4)]
    said = Predictions(forward={i: state(10.0**-i) for i in range(4) if i != 2})
    recording = Recording(ops, (3,), frozenset())
    return Audit("Net<b>", 0, 1e-3, list(findings), [], recording, said)


class Reader(HTMLParser):
    """Every tag that was opened is closed, but those that have no end."""

    VOID = frozenset({"meta", "line", "circle", "polygon", "polyline"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in self.VOID or self.open.pop() == tag


@pytest.fixture
def page() -> str:
    bad = Finding(
        DEVIATION, "0.weight", "too <large>", 9.0, "layer-variance", "fix()", "q 1", "a.py:3"
    )
    return audit_page(audited(bad, Finding(BY_DESIGN, "3.weight", "zero", 1.0)))


def test_it_is_whole_and_asks_for_nothing_else(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert not re.search(r"https?:|src=|@import|url\(|<script|<link", page)
    assert "prefers-color-scheme: dark" in page and "width=device-width" in page


def test_what_a_user_wrote_is_escaped(page: str) -> None:
    assert "Net&lt;b&gt;" in page and "too &lt;large&gt;" in page
    assert "<b>" not in page and "<large>" not in page


def test_findings_have_the_derivation_of_their_theorem_folded(page: str) -> None:
    assert page.count("<details>") == 1
    assert "deviation (×9)" in page and "Plan of the proof" in page
    for text in ("fix()", "q 1", "a.py:3"):
        assert text in page
    assert 'class="kind design"' in page


def test_charts_are_to_scale_and_broken_where_nothing_is_predicted(page: str) -> None:
    signal, gradient = re.findall(r"<svg.*?</svg>", page, re.S)
    dots = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', signal)
    heights = [float(y) for _, y in dots]
    # a factor of ten at each layer: equal steps down, from the top of the chart to its foot
    assert heights == pytest.approx([20, 20 + 260 / 3, 20 + 520 / 3, 280], abs=0.1)
    assert signal.count("<polyline") == 2 and gradient.count("<polyline") == 0
    assert "2.weight: 0.01<" in signal and "1.weight: 0.1, predicted 0.1<" in signal


def test_an_audit_without_a_run_has_no_charts() -> None:
    assert "<svg" not in audit_page(Audit("Net", 0, 1e-3, [], []))
    assert Point("a", None, None).band is None


def test_bands_of_redraws_are_drawn() -> None:
    found = audited()
    found.bands = {i: (10.0 ** -(i + 1), 10.0 ** -(i - 1)) for i in range(4)}
    assert audit_page(found).count("<polygon") == 1
