"""Certificates that no tactic writes: what the kernel makes of a line that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from xavier_theory import kernel

NAMES = {"x": ["scalar", "real"], "n": ["scalar", "natural"], "i": ["scalar", "width"],
         "X": ["random"], "F/1": ["fixed"]}  # fmt: skip
ONE = ["sign", ["1"], ["<=", "0", "1"], []]
SAME = ["algebra", [[], []], ["=", "X", "X"], []]


def forged(*lines: Any, assumptions: Any = ()) -> dict[str, Any]:
    """A certificate of the last of ``lines``."""
    empty: dict[str, Any] = {"terms": [], "hypotheses": [], "definitions": [], "cites": {}}
    rest = {"assumptions": list(assumptions), "quantities": {}, "units": [], **empty}
    results = {"conclusion": [len(lines) - 1, []]}
    return {"format": kernel.FORMAT, "theorem": "forged", "names": NAMES, "lines": list(lines),
            "results": results, "conclusion": ["conclusion"], **rest}  # fmt: skip


def test_a_line_that_is_right_is_accepted() -> None:
    summed = ["bind", [0, "i", "sum", ["n"]], ["<=", "0", "n"], []]
    assert kernel.check(forged(ONE, summed))["forged"].results["conclusion"].gamma == frozenset()


@pytest.mark.parametrize("end", ["x", "-5", ["+", "n", "-1"], "1/2"])
def test_a_sum_ends_at_a_natural_number_also_where_the_normal_form_has_no_sum(end: Any) -> None:
    """Else the sum of 0 <= 1 over 1..-5 says that 0 <= -5."""
    for stated in (["<=", "0", end], None):
        with pytest.raises(kernel.Refused, match="the end of a range"):
            kernel.check(forged(ONE, ["bind", [0, "i", "sum", [end]], stated, []]))


def test_no_index_is_random_also_where_the_normal_form_has_none() -> None:
    template = ["*", "0", ["F", ["#", 0]]]
    with pytest.raises(kernel.Refused, match="a random index"):
        kernel.check(forged(SAME, ["congruence", [template, [0]], ["=", "0", "0"], []]))


def test_a_law_has_parameters_that_are_numbers() -> None:
    law = ["X is normal", "law", [], [["X"], ["0", ["^", "X", "2"]]], "gaussian", []]
    with pytest.raises(kernel.Refused, match="X is normal"):
        kernel.check(forged(SAME, assumptions=[law]))
