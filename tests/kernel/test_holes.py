"""Ways to something false that were once open, in this kernel or the one before it.

Many are rows of the tables in ``refusals_*.py``; here is what these do not have.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kernel.changing import certificates
from tests.kernel.writing import assumed, certificate, line, minus, neg, power, prove, refuses, same
from xavier_theory.kernel import Refused, check

H, K = ["#", 0], ["#", 1]
HALF = "1/2"


def root(term: Any) -> Any:
    return ["^", term, HALF]


LOG_C = ["log", "c"]
FALSE_FOR_SOME_NUMBERS = {
    "a logarithm is not undone": (["exp", ["log", "x"]], "x"),
    "nor under a sum": (["exp", ["sum", "2", ["log", "x"]]], power("x", 2)),
    "nor where it cancels": (["*", "c", ["exp", neg(LOG_C)]], "1"),
    "a power of e is no other power": (["*", "c", ["^", "e", neg(LOG_C)]], "1"),
    "a root of a square": (root(power("x", 2)), "x"),
    "a square of a root": (power(root("x"), 2), "x"),
    "a product of roots": (["*", root("x"), root("y")], root(["*", "x", "y"])),
    "roots of numbers": (["*", root("2"), root("3")], root("5")),
    "an absolute value": (["abs", "x"], "x"),
    "an absolute value of a root": (["abs", root("x")], root("x")),
    "zero to a natural power": (["^", "0", "l"], "0"),
    "a power of a power": (["^", "x", ["*", "2", "l"]], ["^", "x", "l"]),
    "a power one too high": (["*", ["^", "x", "l"], "x"], ["^", "x", ["+", "l", "2"]]),
    "a power that may be -1": (["*", ["^", "x", ["+", "l", "-1"]], "x"], ["^", "x", "l"]),
    "a number over itself": (["*", "x", power("x", -1)], "1"),
    "a division that cancels": (
        ["*", ["+", "x", power("x", 2)], power("x", -1)], ["+", "1", "x"]),
    "an inverse of an inverse": (power(power("x", -1), -1), "x"),
    "a logarithm of a product": (["log", ["*", "x", "y"]], ["+", ["log", "x"], ["log", "y"]]),
    "a mean of a constant times": (["E", ["*", "x", "X"]], ["*", "x", ["E", "X"]]),
    "a mean is no member": (["E", ["W", "i"]], ["W", "i"]),
    "a variance with a root in it": (["Var", ["*", root("x"), "X"]], ["*", "x", ["Var", "X"]]),
    "a function of a sum": (["f", ["+", "x", "y"]], ["+", ["f", "x"], ["f", "y"]]),
    "nested sums over one index": (
        ["sum", "n", ["*", ["W", H], ["sum", "n", ["V", K, H]]]],
        ["sum", "n", ["*", ["W", H], ["sum", "n", ["V", H, H]]]]),
    "a sum that leaves one out": (["sum-except", "n", "i", ["d", H]], ["sum", "n", ["d", H]]),
    "a sum over more": (["sum", "n", "1"], ["+", "n", "1"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE_FOR_SOME_NUMBERS)
def test_normal_form_refuses(name: str) -> None:
    left, right = FALSE_FOR_SOME_NUMBERS[name]
    refuses("does not follow", same(left, right))
    refuses("does not follow", same(right, left))


@pytest.mark.parametrize(
    "term",
    ["x", ["d", "i"], root("x"), ["^", "x", "l"], ["relu", ["log", "x"]],
     ["+", power("x", -2), "1"], ["log", "u"], ["tanh", "x"], ["sum-except", "n", "i", "1"]],
)  # fmt: skip
def test_sign_refuses_what_may_be_zero_or_less(term: Any) -> None:
    with pytest.raises(Refused):
        prove(line("sign", term), line("algebra", [0], ["1"], says=["<", "-1", minus(term, "1")]))


def test_every_is_all_from_one_on() -> None:
    """X[0] is independent of all later ones, not of itself."""
    zero = ["W", "0"]
    moment = line("moment", [1, []], zero, 1, says=["integrable", zero, "1"])
    refuses(
        "does not separate",
        moment,
        line("independent", [0, []], zero, zero, [0, 0], "="),
        assumptions=[
            assumed("independent", [["W", "every"]], [zero]),
            assumed("moment", [zero, "1"]),
        ],
    )


def test_independence_row_by_row_is_not_joint() -> None:
    rows = assumed("independent", [["W", H]], [["U", H]], over=["width"])
    members = [["W", "i"], ["U", "j"]]
    moments = [assumed("moment", [one, "1"]) for one in members]
    lines = [
        line("moment", [k + 1, []], one, 1, says=["integrable", one, "1"])
        for k, one in enumerate(members)
    ]
    refuses(
        "does not separate",
        *lines,
        line("independent", [0, ["i"]], *members, [0, 1], "="),
        assumptions=[rows, *moments],
    )


def test_independence_of_members_says_nothing_of_what_is_made_of_them() -> None:
    refuses(
        "does not separate",
        line("linear", "1", [], [], "integrable", says=["integrable", "1", "1"]),
        line("independent", [0, []], "X", "Z", [0, 0], "="),
        assumptions=[assumed("independent", ["X"], ["Y"])],
        definitions=[[[], "Z", ["+", "X", "Y"]]],
    )


def test_a_sum_that_leaves_its_own_index_out_discharges_nothing() -> None:
    off = assumed("equation", [["a", H, K], "0"], over=["width", "width"], apart=[(0, 1)])
    refuses(
        "is one number",
        line("assume", 0, ["i", "j"]),
        line("bind", 0, "i", "sum", ["n"]),
        assumptions=[off],
    )


def test_a_parameter_of_a_definition_is_one_number() -> None:
    """Else h = c for h := c, and 2 = c."""
    refuses(
        "has no witness|a definition speaks",
        line("define", 0, []),
        line("instance", 0, {"x": "2"}, [[], []]),
        definitions=[[[], "h", "x"]],
    )


def test_layers_defined_by_each_other_on_one_level_are_refused() -> None:
    for first, second in ((["g", H], ["d", H]), (["g", ["+", H, "1"]], ["d", H])):
        refuses(
            "in a circle",
            same("x", "x"),
            definitions=[
                [["natural"], ["d", H], first],
                [["natural"], ["g", H], ["+", second, "1"]],
            ],
        )


def test_the_norm_of_a_gaussian_layer_needs_an_input_that_is_not_zero() -> None:
    """Else E log C + log v = 0 for each v > 0: both sides of the lemma have the same log 0."""
    zero = ["log", ["sum", "n", power("0", 2)]]
    with pytest.raises(Refused):
        prove(
            line("linear", zero, [], [], "integrable", says=["integrable", zero, "1"]),
            line(
                "instance",
                "gaussian-layer-norm",
                {"W/2": ["V", H, K], "a/1": "0", "C": "X", "n": "n", "v": "v"},
                [[[0, ["assume", 0, []]], [1, ["form"]], [2, ["line", 0, []]],
                  [3, ["assume", 1, []]]], []],
            ),
            assumptions=[
                assumed("law", [["V", "every", "every"]], ["0", "v"], label="gaussian"),
                assumed("law", ["X"], ["n"], label="chi-square"),
            ],
            rests=[0, 1],
        )  # fmt: skip


# ------------------------------------------------------------------------------------ reading

OLD = {"format": "xavier_theory certificate", "version": 1, "theorem": "pi is three", "steps": []}
GOOD = json.dumps(certificate(same("x", "x")))
TEXTS = {
    "an old certificate": (json.dumps(OLD), "its format is not 'xavier_theory certificate 2'"),
    "a key twice": (GOOD.replace('"theorem"', '"theorem": "s", "theorem"'), "a key twice"),
    "a float": (GOOD.replace("[]", "[1.0]", 1), "no whole number"),
    "a number with an exponent": (GOOD.replace("[]", "[1e3]", 1), "no whole number"),
    "NaN": (GOOD.replace("[]", "[NaN]", 1), "no whole number"),
    "Infinity": (GOOD.replace("[]", "[-Infinity]", 1), "no whole number"),
    "half a file": (GOOD[: len(GOOD) // 2], "no JSON text"),
    "no object": ("[]", "no object with a format"),
    "nothing": ("", "no JSON text"),
    "brackets 100000 deep": ("[" * 100_000, "nested too deeply"),
    "a number of 5000 digits": (GOOD.replace("[]", f"[{'1' * 5000}]", 1), "no JSON text"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_that_is_no_certificate_is_refused_in_a_line(name: str) -> None:
    text, words = TEXTS[name]
    with pytest.raises(Refused, match=words) as found:
        check(text)
    assert "\n" not in str(found.value)


def test_data_that_is_no_json_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    for data in (circle, {1j}, float("nan"), None, {"format": object()}):
        with pytest.raises(Refused):
            check(data)


def test_terms_nested_deeper_than_python_goes_are_refused() -> None:
    rows = ["x", *(["abs", k] for k in range(5000))]
    with pytest.raises(Refused, match=r"nested too deeply|too long"):
        check(certificate(same(5000, "x"), terms=rows))


def test_a_certificate_of_another_name_is_not_cited_for_it() -> None:
    name, cited = "layer-variance", certificates()["layer-variance"]["cites"]
    assert cited
    other = json.loads(json.dumps(certificates()[next(iter(cited))]))
    other["quantities"] = {}
    with pytest.raises(Refused, match="it cites another"):
        check(certificates()[name], [other])
    with pytest.raises(Refused, match="whose certificate is needed"):
        check(certificates()[name])
