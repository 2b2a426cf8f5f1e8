"""Certificates that proved something false, or brought the kernel to its knees: all refused."""

from __future__ import annotations

from contextlib import suppress
from time import process_time
from typing import Any

import pytest

from tests.kernel.attacking import WEIGHTS, certificate, line
from xavier_theory.kernel import Refused, check, digest
from xavier_theory.kernel.__main__ import report

REAL, POSITIVE, WIDTH = ["scalar", "real"], ["scalar", "positive"], ["scalar", "width"]


def refused(data: Any, match: str | None, *cited: Any) -> None:
    """The certificate is refused, for that reason; what it cites is not."""
    for one in cited:
        check(one)
    with pytest.raises(Refused, match=match):
        check(data, cited)


def instance_of(other: dict[str, Any], given: dict[str, Any], shown: list[Any]) -> list[Any]:
    """The line that reads the conclusion of another certificate."""
    return line("instance", [[other["theorem"], "conclusion"], given, [shown, []]])


def cites(other: dict[str, Any]) -> dict[str, str]:
    """What a certificate that cites the other says of it."""
    return {other["theorem"]: digest(other)}


def test_a_sum_over_a_range_of_negative_length() -> None:
    """Else 0 <= 1, summed over 1..-1, says 0 <= -1."""
    lines = [
        line("sign", ["1"], ["<=", "0", "1"]),
        line("bind", [0, "i", "sum", ["-1"]], ["<=", "0", "-1"]),
    ]
    refused(certificate({"i": WIDTH}, lines), "the end of a range")


def test_two_names_that_print_alike() -> None:
    """Else 0 < x is read of the real x."""
    names = {"x/": POSITIVE, "x": REAL}
    refused(certificate(names, [line("sign", ["x/"])]), "'x/': a name")


def test_a_name_of_the_theorem_that_means_something_else_in_its_instance() -> None:
    """Else 0 < x is read of the real x."""
    other = certificate({"x": POSITIVE}, [line("sign", ["x"])], theorem="other")
    data = certificate({"x": REAL}, [instance_of(other, {}, [])], cites=cites(other))
    refused(data, "stands for something else", other)


def test_a_minimum_that_hides_its_variable_behind_the_definitions_of_another_theorem() -> None:
    """Else 0 = -1 where v minimises c - v and c = v^2."""
    minimum = [["m", "minimises", [], [[["+", "c", ["*", "-1", "v"]], "v"]], "", []]]
    names = {"c": ["fixed", "real"], "v": POSITIVE}
    other = certificate(names, [line("stationary", [0])], minimum, [0], theorem="other")
    lines = [instance_of(other, {}, [[0, ["assume", 0, []]]])]
    square = [["c", [], "c", ["^", "v", "2"]]]
    data = certificate(names, lines, minimum, [0], cites=cites(other), definitions=square)
    refused(data, "a definition hides v", other)
    directly = certificate(names, [line("stationary", [0])], minimum, [0], definitions=square)
    refused(directly, "a definition hides v")


def law(*members: Any) -> list[Any]:
    """Standard Gaussians."""
    return ["law", "law", [], [[*members], ["0", "1"]], "gaussian", []]


@pytest.mark.parametrize("same", [["Z", "Z"], [["W", "every"], ["W", "1"]]])
def test_a_law_that_lists_a_member_twice(same: list[Any]) -> None:
    """Else E[V W] = -E[V W] becomes E[Z^2] = -E[Z^2]."""
    exchange = [["V", "V", -1], ["W", "W", 1]]
    lines = [line("symmetry", [[0, []], ["*", "V", "W"], exchange])]
    random = {"V": ["random"], "W": ["random"]}
    other = certificate(random, lines, [law("V", "W")], [0], theorem="other")
    lines = [instance_of(other, {"V": same[0], "W": same[1]}, [[0, ["assume", 0, []]]])]
    names = {"Z": ["random"], "W/1": ["random"]}
    data = certificate(names, lines, [law(*same)], [0], cites=cites(other))
    refused(data, "two of them may be one", other)


def test_the_logarithm_of_a_zero_input_is_not_integrable() -> None:
    """Else a layer with the input 0 gives E log C + log v = 0 for every variance v."""
    shown = [[0, ["assume", 0, []]], [1, ["form"]], [2, ["line", 0, []]], [3, ["assume", 1, []]]]
    lines = [
        line("linear", [["log", "0"], [], [], "integrable"]),
        line("instance", ["gaussian-layer-norm", {"a/1": "0"}, [shown, []]]),
    ]
    names, laws = WEIGHTS
    refused(certificate(names, lines, laws, [0, 1]), "may be no number")


def test_every_is_no_index_in_a_judgement() -> None:
    """It would print as a member without an index."""
    definitions = [["F", ["real"], ["F", ["#", 0]], ["#", 0]]]
    names = {"F/1": ["fixed", "real"], "W/1": ["random"]}
    for lines in (
        [line("define", [0, ["every"]])],
        [line("algebra", [[], []], ["=", ["W", "every"], ["W", "every"]])],
        [line("sign", ["1"]), line("instance", [0, {"W/1": ["W", "every"]}, [[], []]])],
    ):
        refused(certificate(names, lines, definitions=definitions), "every is for assumptions")
    moment = ["m", "moment", [], [[["W", "every"], "1"]], "", []]
    refused(certificate(names, [], [moment]), "every")


def test_names_that_are_missing_in_the_middle_of_a_sum() -> None:
    """They are a StopIteration inside a generator, which Python makes a RuntimeError."""
    term = ["+", ["sum", "n", ["X", ["#", 0]]], "1"]
    lines = [line("linear", [term, [], [], "E"])]
    refused(certificate({"X/1": ["random"], "n": WIDTH}, lines), "the index of a sum is a width")


def test_what_is_no_json() -> None:
    deep: Any = []
    for _ in range(3000):
        deep = [deep]
    for data in ({"format": deep}, {"a": {1}}, b"{}"):
        refused(data, "no JSON")
    for data in (None, 5, [], "", "[" * 3000, {"format": 1}):
        refused(data, None)


def doubled(times: int) -> list[Any]:
    """A table whose last row has 2^(times + 1) leaves."""
    return [["g", "x", "x"], *(["g", row, row] for row in range(times))]


def quick(data: dict[str, Any]) -> None:
    """It takes at most two seconds, whatever comes of it."""
    start = process_time()
    with suppress(Refused):
        check(data)
    assert process_time() - start < 2


POLYNOMIAL = ["+", "x", "y", "z"]
SLOW: dict[str, tuple[list[Any], list[Any], list[Any]]] = {
    "a huge shared factor of many monomials": (
        doubled(12),
        [],
        [line("algebra", [[], []], ["=", ["*", 12, ["^", POLYNOMIAL, "40"]], "0"])],
    ),
    "a large shared factor of many monomials": (
        [*doubled(8), *(["*", row, "2"] for row in range(600))],
        [],
        [line("algebra", [[], []], ["=", ["*", 8, ["^", POLYNOMIAL, "20"]], "0"])],
    ),
    "a huge assumption that many lines name": (
        doubled(12),
        [["a", "law", [], [["W"], [12] * 1000], "", []]],
        [line("symmetry", [[0, []], "1", [["W", "W", 1]]])] * 60,
    ),
    "an independence of many that many lines ask": (
        [*(["V", str(k)] for k in range(200)), ["tanh", ["+", *range(200)]]],
        [["a", "independent", [], [[*range(200)], ["W"]], "", []]],
        [
            line("linear", ["1", [], [], "integrable"]),
            line("dominated", [200, 0]),
            *[line("independent", [[0, []], "1", 200, [0, 1], "E"])] * 50,
        ],
    ),
    "powers of a sum": (
        [],
        [],
        [line("algebra", [[], []], ["=", ["^", POLYNOMIAL, "60"], "0"])] * 20,
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_short_certificate_is_answered_quickly(name: str) -> None:
    table, assumptions, lines = SLOW[name]
    names = {"g/2": ["function"], "W": ["random"], "V/1": ["random"]}
    names |= dict.fromkeys("xyz", REAL)
    data = certificate(names, lines, assumptions, terms=table)
    quick(data)


def test_the_answer_does_not_depend_on_what_was_checked_before() -> None:
    """Else a certificate is refused once, for its cost, and then accepted."""
    sums = [["^", ["+", "x", ["*", "y", str(k)], "z"], "12"] for k in range(2, 17)]
    turned = [["^", ["+", ["*", "y", str(k)], "z", "x"], "12"] for k in range(2, 17)]
    pairs = zip(sums, turned, strict=True)
    lines = [line("algebra", [[], []], ["=", one, two]) for one, two in pairs]
    for _ in range(6):
        refused(certificate(dict.fromkeys("xyz", REAL), lines), "too many steps")


def test_many_definitions_that_many_lines_show() -> None:
    lines = [line("algebra", [[], []], ["=", "c149", "c149"])]
    lines += [line("instance", [0, {}, [[], []]])] * 30
    names = {f"c{k}": ["fixed", "real"] for k in range(150)}
    chain = [[str(k), [], f"c{k}", f"c{k - 1}" if k else "1"] for k in range(150)]
    quick(certificate(names, lines, definitions=chain))


@pytest.mark.parametrize("name", ["a: 0 = 1", "nothing", "", "a, b", "  proves a"])
def test_a_name_that_reads_as_more_than_a_name(name: str) -> None:
    """Else the report has a line that says 0 = 1, or from nothing."""
    lines = [line("sign", ["1"])]
    refused(certificate({}, lines, theorem=name), "the name of a theorem")
    refused(certificate({}, lines, results={name: [0, []]}, conclusion=[name]), "a result")
    assumption = [name, "positive", [], [["1"]], "", []]
    refused(certificate({}, lines, [assumption]), "the name of an assumption")


def test_a_law_with_a_random_parameter() -> None:
    """A Gaussian with a random variance may have no second moment."""
    names = {"W": ["random"], "V": ["random"]}
    mixed = ["w", "law", [], [["W"], ["0", ["^", "V", "2"]]], "gaussian", []]
    lines = [line("moment", [[0, []], "W", 2]), line("variance", ["W", 0])]
    refused(certificate(names, lines, [mixed], [0]), "random parameters")


def test_the_report_says_what_the_names_of_assumptions_hide() -> None:
    absurd = ["weights_are_independent", "equation", [], [["0", "c"]], "", []]
    names = {"c": ["fixed", "positive"]}
    data = certificate(names, [line("assume", [0, []])], [absurd], [0])
    said = report(check(data)["attack"])
    assert "where weights_are_independent is equation: 0, c" in said
    assert "where c is a fixed positive number" in said
    one = [["one", [], "c", "1"]]
    data = certificate(names, [line("define", [0, []])], definitions=one)
    assert "where c := 1" in report(check(data)["attack"])
