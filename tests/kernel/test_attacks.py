"""Certificates that proved something false, or brought the kernel to its knees: all refused."""

from __future__ import annotations

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
    lines = [line("linear", [term, [], [], "="])]
    refused(certificate({"X/1": ["random"], "n": WIDTH}, lines), "the index of a sum is a width")


def test_what_is_no_json() -> None:
    deep: Any = []
    for _ in range(3000):
        deep = [deep]
    for data in ({"format": deep}, {"a": {1}}, b"{}"):
        refused(data, "no JSON")
    for data in (None, 5, [], "", "[" * 3000, {"format": 1}):
        refused(data, None)


@pytest.mark.parametrize("name", ["a: 0 = 1", '"', "", "a, b", "  proves a"])
def test_a_name_that_reads_as_more_than_a_name(name: str) -> None:
    """Else the report has a line that says 0 = 1."""
    lines = [line("sign", ["1"])]
    refused(certificate({}, lines, theorem=name), "the name of a theorem")
    refused(certificate({}, lines, results={name: [0, []]}, conclusion=[name]), "a result")
    assumption = [name, "positive", [], [["1"]], "", []]
    refused(certificate({}, lines, [assumption]), "the name of an assumption")


@pytest.mark.parametrize("name", ["nothing", "no assumption at all", "0 assumptions", "_none"])
def test_a_name_that_reads_as_a_sentence_stands_in_quotes(name: str) -> None:
    lines, assumption = [line("assume", [0, []])], [name, "equation", [], [["0", "1"]], "", []]
    data = certificate({}, lines, [assumption], [0], results={name: [0, [0]]}, conclusion=[name])
    said = report(check(data)["attack"])
    assert f'proves "{name}": 0 = 1' in said and f'    from "{name}"\n' in said


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
    assert """where "weights_are_independent" is equation: 0, c""" in said
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


def test_a_positive_number_of_one_index_is_not_one_of_every_index() -> None:
    """Else the mark 0 < |b[l]|^2 makes log |b[m]|^2 a number for every m, also where b[m] = 0."""
    names = {"n": WIDTH, "l": WIDTH, "m": WIDTH, "v": POSITIVE, "C": ["random"], "W/2": ["random"],
             "a/2": ["random"], "b/2": ["fixed", "real"]}  # fmt: skip
    laws = WEIGHTS[1]
    apart = ["i", "independent", ["width"], [[["W", "every", "every"]], [["a", ["#", 0], "every"]]],
             "", []]  # fmt: skip
    length = ["log", ["sum", "n", ["^", ["a", ["#", 1], ["#", 0]], "2"]]]
    logs = ["m", "moment", ["width"], [[length, "1"]], "", []]
    fixed = ["sum", "n", ["^", ["b", "l", ["#", 0]], "2"]]
    positive = ["p", "positive", [], [[fixed]], "", []]
    shown = [[0, ["assume", 0, []]], [1, ["assume", 2, ["m"]]], [2, ["assume", 3, ["m"]]],
             [3, ["assume", 1, []]]]  # fmt: skip
    again = [[0, ["assume", 0, []]], [1, ["assume", 1, []]], [2, ["form"]], [3, ["line", 2, ["l"]]]]
    lines = [
        line("instance", ["gaussian-layer-norm", {"a/1": ["a", "m", ["#", 0]]}, [shown, []]]),
        line("assume", [4, []]),
        line("linear", [["log", fixed], [], [], "integrable"]),
        line("instance", [0, {"a/2": ["b", ["#", 0], ["#", 1]]}, [again, []]], None, [1]),
    ]
    data = certificate(names, lines, [*laws, apart, logs, positive], [0, 1, 4])
    refused(data, "may be no number")


@pytest.mark.parametrize("name", ["x", "pi", "e"])
def test_a_name_with_indices_is_no_name_without(name: str) -> None:
    """Else pi = 3 is printed, where pi/1 is a family."""
    names = {"x": REAL, f"{name}/1": ["fixed", "positive"]}
    refused(certificate(names, [line("sign", [f"{name}/1"])]), "is not declared")


PIECES = [["step", [name, ["#", 0]]] for name in "abcd"]


def paradox(families: bool) -> dict[str, Any]:
    """A and B, and C and D, are all of two orbits, and the four of one: 1 = 2, for functions.

    X has the law of p(X) and of q(X), which act freely; A to D are the pieces of the group of p and
    q by the first letter. They exist, and are not Borel: so no functions, but such families.
    """
    a, b, c, d = PIECES
    moved = [["step", ["b", ["p", ["#", 0]]]], ["step", ["d", ["q", ["#", 0]]]]]
    sums = [["+", a, b, c, d], ["+", a, moved[0]], ["+", c, moved[1]]]
    one = [[f"sum {k}", "equation", ["real"], [[t, "1"]], "", []] for k, t in enumerate(sums)]
    laws = [[f"{f} keeps the law", "same-law", [], [["X"], [[f, "X"]]], "", []] for f in "pq"]
    of_families = [[f"{name} of families", *rest] for name, *rest in _with_families(one)]
    lines: list[Any] = [
        line("linear", ["1", [], [], "="]),
        line("linear", ["1", [], [], "integrable"]),
    ]
    at_x = [_at("X", t) for t in (*PIECES, *moved)]
    bounded = {repr(t): len(lines) + k for k, t in enumerate(at_x)}
    lines += [line("dominated", [t, 1]) for t in at_x]
    means = []
    for place, total in enumerate(sums):
        pieces = [_at("X", t) for t in total[1:]]
        lines += [
            line("assume", [2 + place, ["x"]]),
            line("instance", [len(lines), {"x": "X"}, [[], []]]),
            line("congruence", [["E", ["#", 0]], [len(lines) + 1]]),
            line("linear", [["+", *pieces], [], [bounded[repr(t)] for t in pieces], "="]),
        ]
        said = ["=", ["+", *(["E", t] for t in pieces)], "1"]
        at = len(lines)
        lines.append(line("algebra", [[at - 2, at - 1, 0], ["1", "-1", "1"]], said))
        means.append(at)
    lines += [line("symmetry", [[k, []], _at("X", t), []]) for k, t in enumerate((b, d))]
    at = len(lines)
    given = [[*means, at - 2, at - 1], ["-1", "1", "1", "1", "1"]]
    lines.append(line("algebra", given, ["=", "0", "1"]))
    names = {"X": ["random"], "x": REAL, **{f"{name}/1": ["function"] for name in "abcdpq"}}
    assumed, rests = [*laws, *one], [0, 1, 2, 3, 4]
    if families:
        names |= {f"F{name}/1": ["fixed"] for name in "abcd"}
        assumed, rests = [*laws, *one, *of_families], [0, 1, 5, 6, 7]
        lines += [line("assume", [5 + k, ["x"]]) for k in range(3)]
        shown = [[2 + k, ["line", at + 1 + k, ["x"]]] for k in range(3)]
        read = {f"{name}/1": [f"F{name}", ["#", 0]] for name in "abcd"}
        lines.append(line("instance", [at, read, [shown, []]]))
    return certificate(names, lines, assumed, rests)


def _at(value: str, term: Any) -> Any:
    """``term`` with ``value`` for its argument."""
    if term == ["#", 0]:
        return value
    return [_at(value, part) for part in term] if isinstance(term, list) else term


def _with_families(term: Any) -> Any:
    if isinstance(term, list):
        return [_with_families(part) for part in term]
    return f"F{term}" if term in ("a", "b", "c", "d") else term


def test_a_family_that_is_no_borel_function_of_its_index() -> None:
    """Its assumptions have a model; those of functions, which are Borel, have none."""
    proved = check(paradox(families=False))["attack"].results["conclusion"]
    assert (proved.left, proved.right) == (("number", 0, 1), ("number", 1, 1))
    refused(paradox(families=True), "an argument of a is an index")
    inside = [["+", ["#", 0], ["sum", "1", ["Fa", ["+", ["#", 0], ["#", 1]]]]]]
    names = {"a/1": ["function"], "Fa/1": ["fixed"], "x": REAL}
    lines = [line("algebra", [[], []], ["=", ["a", "x"], ["a", "x"]])]
    for body in (*inside, ["sum", ["#", 0], "1"], ["product", ["+", "1", ["#", 0]], ["#", 0]]):
        read = line("instance", [0, {"a/1": body}, [[], []]])
        refused(certificate(names, [*lines, read]), None)


def test_a_deep_caller_gets_the_same_answer() -> None:
    """Else the interpreter's stack is what bounds how deeply a term may be nested."""
    rows = ["x", *(["relu", k] for k in range(100))]
    data = certificate({"x": REAL}, [line("sign", [100])], terms=rows)

    def deep(frames: int) -> Any:
        return deep(frames - 1) if frames else check(data)

    assert [*deep(0)] == [*deep(800)] == ["attack"]
