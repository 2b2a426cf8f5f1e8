"""Certificates that proved something false, or brought the kernel to its knees: all refused."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tests.kernel.attacking import WEIGHTS, certificate, line
from xavier_theory.kernel import Refused, check, digest
from xavier_theory.kernel.__main__ import main, report

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


@pytest.mark.parametrize(
    "name", ["a: 0 = 1", "nothing", "Nothing else", "none-1", "", "a, b", "  proves a"]
)
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


SQUARES = ["+", ["*", "-2", "w"], ["^", "w", "2"]]


@pytest.mark.parametrize(("base", "expanded"), [
    (["+", "x", "1"], lambda power: ["+", ["*", "x", power], power]),
    ("-1", lambda power: ["*", "-1", power]),
])  # fmt: skip
def test_a_power_whose_exponent_is_split_where_it_is_0(base: Any, expanded: Any) -> None:
    """Else b^(w^2-2w+1) = b b^(w^2-2w): at w = 1, x = -1 that is 1 = 0, and 1 = -(-1)^(-1)."""
    less = ["+", "w", "-1"]
    power = ["^", ["^", base, less], less]
    said = ["=", ["E", power], ["E", expanded(["^", base, SQUARES])]]
    names = {"x": REAL, "w": WIDTH}
    refused(certificate(names, [line("algebra", [[], []], said)]), "it does not follow")


EVERY_NAMES = {"W/2": ["random"], "V/1": ["random"], "T/3": ["random"], "X": ["random"],
               "v": POSITIVE, "F/1": ["fixed", "width"], "U/1": ["random"]}  # fmt: skip


def test_two_patterns_that_fall_together_when_they_are_read() -> None:
    """Else V[1] independent of X says that V[2] is: W[every, every] is V[every - every + 1]."""
    apart = ["a", "independent", [], [[["W", "every", "every"]], ["X"]], "", []]
    moments = [["w", "moment", ["width", "width"], [[["W", ["#", 0], ["#", 1]], "2"]], "", []],
               ["x", "moment", [], [["X", "2"]], "", []],
               ["v", "moment", ["real"], [[["V", ["#", 0]], "2"]], "", []]]  # fmt: skip
    first = ["f", "independent", [], [[["V", "1"]], ["X"]], "", []]
    place = ["+", ["#", 1], ["*", "-1", ["#", 0]], "1"]
    shown = [[0, ["assume", 4, []]], [1, ["assume", 3, [place]]]]
    lines = [
        line("moment", [[1, ["1", "2"]], ["W", "1", "2"], 1]),
        line("moment", [[2, []], "X", 1]),
        line("independent", [[0, []], ["W", "1", "2"], "X", [0, 1], "="]),
        line("instance", [2, {"W/2": ["V", place]}, [shown, []]]),
    ]
    data = certificate(EVERY_NAMES, lines, [apart, *moments, first], [2, 3, 4])
    refused(data, "does not separate")


def test_a_law_of_members_with_one_index_read_of_others() -> None:
    """Else T[i, j, 0], of one law, says that T[i, j, i - j] are: every - every is 0."""
    laws = [[name, "law", [], [[pattern], ["0", "v"]], "gaussian", []]
            for name, pattern in (("w", ["W", "every", "every"]), ("t", ["T", "every", "every",
                                                                         "0"]))]  # fmt: skip
    one, two = ["W", "1", "2"], ["W", "1", "1"]
    body = ["T", ["#", 0], ["#", 1], ["+", ["#", 0], ["*", "-1", ["#", 1]]]]
    lines = [
        line("symmetry", [[0, []], ["^", one, "2"], [[one, two, 1], [two, one, 1]]]),
        line("instance", [0, {"W/2": body}, [[[0, ["assume", 1, []]]], []]]),
    ]
    refused(certificate(EVERY_NAMES, lines, laws, [1]), "every is an index")


def test_each_for_itself_is_not_jointly() -> None:
    """Else the symmetry of each V[j] says that V[F[1]] and V[F[2]] together are symmetric."""
    symmetric = [["u", "symmetric", [], [[["U", "every"]]], "", []],
                 ["v", "symmetric", ["width"], [[["V", ["#", 0]]]], "", []]]  # fmt: skip
    cube = ["^", ["+", ["U", "1"], ["U", "2"], "1"], "3"]
    shown = [[0, ["assume", 1, [["F", "every"]]]]]
    lines = [
        line("symmetry", [[0, []], cube, []]),
        line("instance", [0, {"U/1": ["V", ["F", ["#", 0]]]}, [shown, []]]),
    ]
    refused(certificate(EVERY_NAMES, lines, symmetric, [1]), "every is an index of a member alone")


def test_lists_of_one_law_name_their_members() -> None:
    """Else V[i, i] for W[i, j] on one side alone keeps the pattern, and not what it says."""
    same = ["s", "same-law", [], [[["W", "every", "every"]], [["W", "1", "1"]]], "", []]
    refused(certificate(EVERY_NAMES, [line("sign", ["1"])], [same]), "every is for members")


@pytest.mark.parametrize(("member", "parameter"), [
    ([["U", "every"]], ["d", "every"]), ([["U", ["F", "every"]]], "v"),
    ([["W", "1", ["F", ["F", "every"]]]], "v"),
])  # fmt: skip
def test_every_that_says_nothing_that_one_could_mean(member: Any, parameter: Any) -> None:
    """Else U[k] of the variance d[k] all have one second moment."""
    names = {**EVERY_NAMES, "d/1": ["fixed", "positive"]}
    law = ["g", "law", [], [member, ["0", parameter]], "gaussian", []]
    refused(certificate(names, [line("sign", ["1"])], [law]), "every is")


@pytest.mark.parametrize("what", ["conditions", "positive"])
def test_what_is_said_twice_costs_nothing_twice(what: str) -> None:
    """Else hundreds of equal conditions, or marks, cost a normal form each."""
    power = ["^", ["+", *(f"p{k}" for k in range(10))], "4"]
    names = {"F/2": ["fixed", "real"], **{f"p{k}": POSITIVE for k in range(10)}}
    zero = ["a", "equation", ["real"] * 2, [[["F", ["#", 0], ["#", 1]], "0"]], "", [[0, 1]]]
    if what == "conditions":
        zero[-1] = [[0, 1]] * 600
        data = certificate(names, [line("sign", ["1"])], [zero])
        refused(data, "a condition twice")
    else:
        lines = [line("sign", [power]), line("sign", ["1"], None, [0] * 2000)]
        refused(certificate(names, lines), "marked twice")
    quick(
        certificate(
            names,
            [line("sign", [power])] * 100
            + [line("algebra", [[], []], ["=", "1", "1"], [k]) for k in range(100)],
        )
    )


def test_a_deep_term_is_walked_in_a_time_that_its_depth_bounds() -> None:
    table: list[Any] = ["x"]
    for _ in range(40):
        deep: Any = len(table) - 1
        for _ in range(20):
            deep = ["exp", deep]
        table.append(deep)
    quick(certificate({"x": REAL}, [line("sign", ["1"])], terms=table, units=[40] * 2000))


def test_numbers_under_a_power_are_in_parentheses() -> None:
    names = {"x": POSITIVE}
    said = [["=", ["^", "-2", "2"], "4"], ["=", ["^", "x", "1/2"], ["^", "x", "1/2"]]]
    data = certificate(names, [line("algebra", [[], []], one) for one in said],
                       results={"one": [0, []], "two": [1, []]}, conclusion=["one"])  # fmt: skip
    text = report(check(data)["attack"])
    assert "((-2) ^ 2) = 4" in text and "(x ^ (1/2)) = (x ^ (1/2))" in text


def test_a_refusal_is_one_line_of_signs_that_print() -> None:
    """Else what it quotes erases the word refused on a terminal, and says something else."""
    hostile = "\x1b[2K\rother: all 3 lines follow\n  proves conclusion: 0 = 1"
    for data in (certificate({}, [line("sign", ["1"])], cites={hostile: "x"}),
                 certificate({}, [line("instance", [hostile, {}, [[], []]])])):  # fmt: skip
        with pytest.raises(Refused) as found:
            check(data)
        assert str(found.value).isprintable() and "0 = 1" in str(found.value)


def test_a_gaussian_law_has_a_mean_and_a_variance() -> None:
    for parameters in ([], ["0"], ["0", "1", "2"]):
        law = ["g", "law", [], [["X"], parameters], "gaussian", []]
        refused(certificate(EVERY_NAMES, [line("sign", ["1"])], [law]), "mean and variance")


def test_sums_of_numbers_that_grow() -> None:
    """Numbers of 4,000 bits whose sum has as many as all of them together."""
    table: list[Any] = [["^", f"1/{2**61 + 2 * k + 1}", "60"] for k in range(58)]
    table += [["*", "-1", k] for k in range(58)]
    table += [["+", *range(58)], ["+", *range(58, 116)]]
    lines = [line("algebra", [[], []], ["=", "0", ["+", 116, 117, str(k), str(-k)]])
             for k in range(1, 40)]  # fmt: skip
    quick(certificate({}, lines, terms=table))


def test_a_report_of_many_long_results_is_bounded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table: list[Any] = [["V", ["#", 0]]]
    table += [["max", k, k] for k in range(9)]
    for _ in range(90):
        table.append(["product", "n", len(table) - 1])
    names = {"V/1": ["fixed", "nonnegative"], "n": WIDTH}
    lines = [line("sign", [len(table) - 1])]
    results = {f"r{k}": [0, []] for k in range(400)}
    file = tmp_path / "long.json"
    file.write_text(json.dumps(certificate(names, lines, terms=table, results=results,
                                           conclusion=["r0"])))  # fmt: skip
    start = process_time()
    assert main([str(file)]) == 0
    assert process_time() - start < 2
    assert capsys.readouterr().out.count("0 <= product") == 400
