"""Attacks that the kernel withstood, one of each kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kernel.attacking import certificate, line
from xavier_theory.kernel import Refused, check

NAMES = {
    "x": ["scalar", "real"],
    "y": ["scalar", "real"],
    "p": ["scalar", "positive"],
    "q": ["scalar", "nonnegative"],
    "l": ["scalar", "natural"],
    "n": ["scalar", "width"],
    "i": ["scalar", "width"],
    "X": ["random"],
    "W/1": ["random"],
    "c/1": ["fixed", "real"],
    "d/1": ["fixed", "real"],
    "f/1": ["function"],
    "g/1": ["function"],
}


def refused(match: str, lines: list[Any], **more: Any) -> None:
    """The certificate with these lines is refused at the last one, for that reason."""
    assumptions = more.pop("assumptions", [])
    with pytest.raises(Refused, match=f"line {len(lines) - 1}: .*{match}"):
        check(certificate(NAMES, lines, assumptions, **more))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["*", "x", ["^", "x", "-1"]], "1"),
        (["*", "q", ["^", "q", "-1"]], "1"),
        (["*", ["+", "n", "-1"], ["^", ["+", "n", "-1"], "-1"]], "1"),
        (["^", "0", "l"], "0"),
        (["^", "0", "q"], "0"),
        (["^", ["^", "x", "2"], "1/2"], "x"),
        (["*", ["^", "q", "x"], ["^", "q", ["*", "-1", "x"]]], "1"),
        (["^", ["^", "q", "x"], "2"], ["^", "q", ["*", "2", "x"]]),
        (["^", ["^", "x", "l"], "p"], ["^", "x", ["*", "l", "p"]]),
        (["^", ["*", "x", "y"], "1/2"], ["*", ["^", "x", "1/2"], ["^", "y", "1/2"]]),
        (["^", ["^", "-8", "1/3"], "3"], "-8"),
        (["^", ["^", "-1", "l"], "1/2"], "1"),
        (["exp", ["log", "x"]], "x"),
        (["log", ["*", "x", "x"]], ["*", "2", ["log", "x"]]),
        (["sum-except", "n", "i", "1"], ["+", "n", "-1"]),
        (["E", ["*", "2", "X"]], ["*", "2", ["E", "X"]]),
        (["Var", ["+", "X", "x"]], ["Var", "X"]),
    ],
)
def test_false_identities(left: Any, right: Any) -> None:
    refused("it does not follow", [line("algebra", [[], []], ["=", left, right])])


@pytest.mark.parametrize("end", ["l", "n", ["+", "n", "-1"]])
def test_the_last_term_of_an_empty_sum(end: Any) -> None:
    lines = [line("peel", [["sum", end, ["c", ["#", 0]]]])]
    if end == "n":
        check(certificate(NAMES, lines))
    else:
        refused("one more than a natural number", lines)


@pytest.mark.parametrize("index", ["0", "-1", "l", "x"])
def test_an_index_below_every(index: str) -> None:
    law = ["w", "law", [], [[["W", "every"]], ["0", "1"]], "gaussian", []]
    refused("not Gaussian", [line("moment", [[0, []], ["W", index], 2])], assumptions=[law])


def test_a_random_term_for_a_constant_in_a_mean() -> None:
    linear = line("linear", ["x", [], [], "="])
    refused("stands for a constant", [linear, line("instance", [0, {"x": "X"}, [[], []]])])
    integrable = line("linear", ["x", [], [], "integrable"])
    refused("stands for a constant", [integrable, line("instance", [0, {"x": "X"}, [[], []]])])


def test_a_function_whose_body_averages_its_argument() -> None:
    same = line("algebra", [[], []], ["=", ["f", "x"], ["f", "x"]])
    body = ["E", ["*", ["#", 0], "X"]]
    refused("inside a mean", [same, line("instance", [0, {"f/1": body}, [[], []]])])


@pytest.mark.parametrize(
    "definitions",
    [
        [["c", ["natural"], ["c", ["#", 0]], ["+", ["c", ["#", 0]], "1"]]],
        [["c", ["real"], ["c", ["#", 0]], ["+", ["c", ["+", ["#", 0], "-1"]], "1"]]],
        [["c", ["natural"], ["c", ["#", 0]], ["c", ["+", ["#", 0], "1"]]]],
        [
            ["c", ["natural"], ["c", ["#", 0]], ["d", ["+", ["#", 0], "-1"]]],
            ["d", ["natural"], ["d", ["#", 0]], ["+", "1", ["c", ["+", ["#", 0], "1"]]]],
        ],
        [["c", ["natural"], ["c", ["#", 0]], "1"], ["c too", ["natural"], ["c", ["#", 0]], "2"]],
    ],
)
def test_definitions_that_no_model_can_meet(definitions: list[Any]) -> None:
    with pytest.raises(Refused, match=r"circle|no first layer|defined twice"):
        check(certificate(NAMES, [line("sign", ["1"])], definitions=definitions))


def test_a_density_for_each_value_of_a_variable() -> None:
    density = ["d", "density", ["positive"], [["X", ["^", ["#", 0], "-1"], "0", ["#", 0]]], "", []]
    with pytest.raises(Refused, match="a density"):
        check(certificate(NAMES, [line("sign", ["1"])], [density]))


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (["abs", ["#", 0]], ["step", ["#", 0]]),
        (["^", ["#", 0], "1/2"], ["*", "1/2", ["^", ["#", 0], "-1/2"]]),
        (["step", ["#", 0]], "0"),
        (["log", ["#", 0]], ["^", ["#", 0], "-1"]),
    ],
)
def test_slopes_at_kinks_and_ends(function: Any, slope: Any) -> None:
    read = {"f/1": function, "df/1": slope, "k": "0"}
    lines = [line("instance", ["quadratic-remainder", read, [[[0, ["form"]]], []]])]
    with pytest.raises(Refused, match=r"not in the table|not plainly > 0|no witness"):
        check(certificate(NAMES, lines))


def test_induction_over_a_number_that_gamma_speaks_of() -> None:
    """Else c(l) = 0 for one l, and c(0) = 0, say that c is 0 everywhere."""
    at_zero = ["z", "equation", [], [[["c", "0"], "0"]], "", []]
    above = ["a", "equation", [], [[["c", ["+", "l", "1"]], "0"]], "", []]
    claim = ["h", "equation", [], [[["c", "l"], "0"]], "", []]
    lines = [
        line("assume", [0, []]),
        line("assume", [1, []]),
        line("induction", ["l", [[0, 1, 2, []]]]),
    ]
    refused("is one number", lines, assumptions=[at_zero, above], hypotheses=[claim])


def test_a_case_inside_a_mean() -> None:
    stated = ["=", ["E", ["relu", "X"]], ["E", "X"]]
    refused("not one case", [line("cases", ["X"], stated)])


def test_a_sum_over_an_index_that_gamma_speaks_of() -> None:
    one = ["a", "equation", [], [[["c", "i"], "0"]], "", []]
    lines = [line("assume", [0, []]), line("bind", [0, "i", "sum", ["n"]])]
    refused("is one number", lines, assumptions=[one])
