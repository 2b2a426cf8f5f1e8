"""The smallest certificates, for attacks on the kernel."""

from __future__ import annotations

from typing import Any

from xavier_theory.kernel import FORMAT

Line = list[Any]


def line(rule: str, arguments: list[Any], stated: Any = None, positive: Any = ()) -> Line:
    """A line of a certificate."""
    return [rule, arguments, stated, list(positive)]


def certificate(
    names: dict[str, list[str]],
    lines: list[Line],
    assumptions: list[Any] | None = None,
    rests: list[int] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A certificate whose conclusion is its last line."""
    data = {
        "format": FORMAT,
        "theorem": "attack",
        "names": names,
        "terms": [],
        "assumptions": assumptions or [],
        "hypotheses": [],
        "definitions": [],
        "cites": {},
        "lines": lines,
        "results": {"conclusion": [len(lines) - 1, rests or []]},
        "conclusion": ["conclusion"],
        "quantities": {},
        "units": [],
    }
    return {**data, **more}


WEIGHTS: Any = (
    {"W/2": ["random"], "C": ["random"], "n": ["scalar", "width"], "v": ["scalar", "positive"]},
    [
        ["w", "law", [], [[["W", "every", "every"]], ["0", "v"]], "gaussian", []],
        ["c", "law", [], [["C"], ["n"]], "chi-square", []],
    ],
)
"""Names and laws for a lemma about one Gaussian layer."""
