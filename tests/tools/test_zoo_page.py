"""The page of the zoo: sums over ops, not over models; what failed is counted with its reason."""

from __future__ import annotations

import math
from typing import Any

from tools.zoo.page import Row, page


def row(name: str, ops: int, near: float, **changed: Any) -> Row:
    accuracy = {"ops": ops, "median": 0.02, "p95": math.log(5), "within_ten_percent": near}
    return {
        "library": "timm", "name": name, "parameters": 1_500_000, "ops": ops, "known": ops - 1,
        "unknown": {"cumsum": 1}, "accuracy": dict.fromkeys(
            ("forward", "local", "backward", "local_backward"), accuracy
        ),
        "gradient": {"measured": 2.0, "predicted": 2.9},
    } | changed  # fmt: skip


ROWS = [
    row("small", 10, 1.0),
    row("large", 90, 0.5, gradient={"measured": 2.0, "predicted": 3.2}),
    row("open", 20, 0.5, gradient={"measured": 2.0, "predicted": None}),
    {"library": "timm", "name": "huge", "failed": "TooLargeError: 99 million parameters"},
    {"library": "timm", "name": "odd", "failed": "KeyError: 'x'"},
]


def test_shares_are_of_ops_and_ratios_of_models() -> None:
    text = page(ROWS, 9, "timm 1")
    assert (
        "3 architectures as timm 1" in text
        and "Of 9 in the list" in text
        and "5 were tried" in text
    )
    assert "97.5% of 120 ops have a rule; most of the others are cumsum (3)" in text
    # (10·1 + 90·½ + 20·½)/120
    assert text.count("| 54.2% | 66.7% | 2 % | 2 % |") == 4
    # 2.9/2 is within 1.5 and 3.2/2 is not; the third has no prediction
    assert "within a factor 1.5 for 1 of 2 models" in text


def test_each_model_has_a_line_and_large_errors_are_factors() -> None:
    text = page(ROWS, 9, "timm 1")
    line = next(one for one in text.splitlines() if "`small`" in one)
    assert line == "| `small` | 1.5 M | 9/10 | 2 %, ×5 | 2 %, ×5 | 2 %, ×5 | 2 | 2.9 |"
    assert "| `open` | 1.5 M | 19/20 | 2 %, ×5 | 2 %, ×5 | 2 %, ×5 | 2 | – |" in text


def test_what_failed_is_counted_and_not_named() -> None:
    text = page(ROWS, 9, "timm 1")
    assert "| too many parameters | 1 |" in text and "| cannot be made so (KeyError) | 1 |" in text
    assert "huge" not in text
