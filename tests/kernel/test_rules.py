"""Each rule derives what it should, and refuses what it should, in each way of refusing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.kernel.refusals import Row, every_row
from tests.kernel.writing import assumed, line, minus, neg, power, proves, same
from xavier_theory.kernel import Refused, check
from xavier_theory.kernel.replay import RULES

H, K = ["#", 0], ["#", 1]
X2, Y2 = assumed("moment", ["X", "2"]), assumed("moment", ["Y", "2"])
X_SQUARE = line("moment", [0, []], "X", 2, says=["integrable", power("X", 2), "1"])
X_ONCE = line("moment", [0, []], "X", 1, says=["integrable", "X", "1"])
Y_ONCE = line("moment", [1, []], "Y", 1, says=["integrable", "Y", "1"])
GAUSSIAN = assumed("law", [["W", "every"]], ["0", "1"], label="gaussian")
SIGN = line("sign", "1")
# fmt: off
EXACTLY: dict[str, tuple[list[Any], dict[str, Any], str]] = {
    "assume": (
        [line("assume", 0, ["i", "j"])],
        {"assumptions": [assumed("positive", [["a", H, K]], over=["width"] * 2)], "rests": [0]},
        "0 < a[i, j]",
    ),
    "define": (
        [line("define", 0, ["l"])],
        {"definitions": [[["natural"], ["d", ["+", H, "1"]], ["*", "2", ["d", H]]]]},
        "d[(l + 1)] = (2 * d[l])",
    ),
    "algebra": (
        [line("sign", "u"),
         line("algebra", [0], ["u"], says=["<", "1", ["+", "1", power("u", 2)]])],
        {},
        "1 < (1 + (u ^ 2))",
    ),
    "sign": ([line("sign", ["exp", "x"])], {}, "0 < exp(x)"),
    "product": (
        [line("sign", power("x", 2)), line("sign", "q"), line("product", 0, 1)],
        {},
        "0 <= ((x ^ 2) * q)",
    ),
    "congruence": (
        [line("define", 0, []), line("congruence", ["E", ["*", H, "X"]], [0])],
        {"definitions": [[[], "h", "3"]]},
        "E((h * X)) = E((3 * X))",
    ),
    "bind": (
        [line("assume", 0, ["i", "k"]), line("bind", 0, "i", "sum-except", ["n", "k"])],
        {"assumptions": [assumed("equation", [["a", H, K], "0"], over=["width"] * 2,
                                 apart=[(0, 1)])],
         "rests": [0]},
        "sum(a[j, k], j = 1..n, j != k) = sum(0, j = 1..n, j != k)",
    ),
    "cases": (
        [line("cases", "x", says=["=", minus(["relu", "x"], ["relu", neg("x")]), "x"])],
        {},
        "(relu(x) + (-1 * relu((-1 * x)))) = x",
    ),
    "diagonal": (
        [line("diagonal", ["sum", "n", ["sum", "n", ["a", K, H]]])],
        {},
        "sum(sum(a[j, k], k = 1..n), j = 1..n) = "
        "(sum(a[j, j], j = 1..n) + sum(sum(a[j, k], k = 1..n, k != j), j = 1..n))",
    ),
    "peel": (
        [line("peel", ["product", ["+", "l", "1"], ["d", H]])],
        {},
        "product(d[j], j = 1..(l + 1)) = (product(d[j], j = 1..l) * d[(l + 1)])",
    ),
    "induction": (
        [line("assume", 0, []), line("define", 0, ["l"]), line("assume", 1, []),
         line("algebra", [1, 2], ["1", "2"], says=["=", ["d", ["+", "l", "1"]],
                                                   ["*", "2", ["^", "2", "l"]]]),
         line("induction", "l", [[0, 3, 1, []]])],
        {"assumptions": [assumed("equation", [["d", "0"], "1"])],
         "hypotheses": [assumed("equation", [["d", "l"], ["^", "2", "l"]])],
         "definitions": [[["natural"], ["d", ["+", H, "1"]], ["*", "2", ["d", H]]]], "rests": [0]},
        "d[l] = (2 ^ l)",
    ),
    "instance": (
        [same(["+", "x", "1"], ["+", "1", "x"]), line("instance", 0, {"x": "X"}, [[], []])],
        {},
        "(X + 1) = (1 + X)",
    ),
    "moment": (
        [X_ONCE, line("linear", ["*", "2", "X"], [], [0], "=")],
        {"assumptions": [X2], "rests": [0]},
        "E((2 * X)) = (2 * E(X))",
    ),
    "hoelder": (
        [X_SQUARE, line("moment", [1, []], "Y", 2, says=["integrable", power("Y", 2), "1"]),
         line("hoelder", [["X", 1], ["Y", 1]], [0, 1]),
         line("linear", ["*", "2", "X", "Y"], [], [2], "=")],
        {"assumptions": [X2, Y2], "rests": [0, 1]},
        "E((2 * X * Y)) = (2 * E((X * Y)))",
    ),
    "linear": (
        [line("moment", [0, ["i"]], ["W", "i"], 1, says=["integrable", ["W", "i"], "1"]),
         line("linear", ["sum", "n", ["*", ["d", H], ["W", H]]], ["i"], [0], "=")],
        {"assumptions": [assumed("moment", [["W", H], "1"], over=["width"])], "rests": [0]},
        "E(sum((d[j] * W[j]), j = 1..n)) = sum((d[j] * E(W[j])), j = 1..n)",
    ),
    "dominated": (
        [X_SQUARE, line("dominated", ["*", "X", "X", ["tanh", "Y"]], 0),
         line("linear", ["*", "2", "X", "X", ["tanh", "Y"]], [], [1], "=")],
        {"assumptions": [X2], "rests": [0]},
        "E((2 * X * X * tanh(Y))) = (2 * E((X * X * tanh(Y))))",
    ),
    "carried": (
        [X_ONCE, line("assume", 1, []), line("carried", 0, 1),
         line("linear", ["*", "2", "Z"], [], [2], "=")],
        {"assumptions": [X2, assumed("equation", ["X", "Z"])], "rests": [0, 1]},
        "E((2 * Z)) = (2 * E(Z))",
    ),
    "independent": (
        [X_ONCE, Y_ONCE, line("independent", [2, []], "X", "Y", [0, 1], "=")],
        {"assumptions": [X2, Y2, assumed("independent", ["Y"], ["X"])], "rests": [0, 1, 2]},
        "E((X * Y)) = (E(X) * E(Y))",
    ),
    "variance": (
        [X_SQUARE, line("variance", "X", 0)],
        {"assumptions": [X2], "rests": [0]},
        "Var(X) = (E((X ^ 2)) + (-1 * (E(X) ^ 2)))",
    ),
    "covariance": (
        [X_SQUARE, X_ONCE, line("covariance", "X", "X", [0, 1, 1])],
        {"assumptions": [X2], "rests": [0]},
        "Cov(X, X) = (E((X * X)) + (-1 * (E(X) * E(X))))",
    ),
    "monotone": (
        [line("sign", power("X", 2)), X_SQUARE,
         line("linear", "0", [], [], "integrable", says=["integrable", "0", "1"]),
         line("monotone", 0, [2, 1])],
        {"assumptions": [X2], "rests": [0]},
        "E(0) <= E((X ^ 2))",
    ),
    "symmetry": (
        [line("symmetry", [0, []], ["*", ["W", "1"], ["relu", ["W", "2"]]],
              [[["W", "1"], ["W", "2"], -1], [["W", "2"], ["W", "1"], 1]])],
        {"assumptions": [GAUSSIAN], "rests": [0]},
        "E((W[1] * relu(W[2]))) = E(((-1 * W[2]) * relu((1 * W[1]))))",
    ),
    "same direction": (
        [SIGN, line("sign", ["exp", "x"]),
         line("same direction", "x", ["exp", "x"], "x", ["X", "Y"], [0, 1])],
        {},
        "0 <= ((X + (-1 * Y)) * (exp(X) + (-1 * exp(Y))))",
    ),
    "association": (
        [SIGN, X_SQUARE, X_ONCE, line("association", "x", "x", "x", "X", [0, 0], [1, 2, 2])],
        {"assumptions": [X2], "rests": [0]},
        "0 <= Cov(X, X)",
    ),
    "antiderivative": (
        [line("antiderivative", 0, power("x", 2), ["*", "1/6", power("x", 3)], "x")],
        {"assumptions": [assumed("density", ["X", "1/2", "-1", "1"])], "rests": [0]},
        "E((X ^ 2)) = ((1/6 * (1 ^ 3)) + (-1 * (1/6 * ((-1) ^ 3))))",
    ),
    "stationary": (
        [line("stationary", 0),
         line("algebra", [0], ["-1"], says=["=", ["*", "2", "v"], "6"])],
        {"assumptions": [assumed("minimises", [power(minus("v", "3"), 2), "v"])], "rests": [0]},
        "(2 * v) = 6",
    ),
}  # fmt: skip


def test_every_rule_has_its_tests() -> None:
    assert set(EXACTLY) == set(RULES)
    assert {row.rule for row in every_row()} - {"reading"} >= set(RULES) - {"define"}


@pytest.mark.parametrize("rule", EXACTLY)
def test_rule_derives(rule: str) -> None:
    lines, parts, conclusion = EXACTLY[rule]
    assert any(one[0] == rule for one in lines)
    assert proves(*lines, **parts) == conclusion


@pytest.mark.parametrize("row", every_row(), ids=lambda row: f"{row.rule}: {row.why}")
def test_rule_refuses(row: Row) -> None:
    with pytest.raises(Refused) as found:
        check(row.certificate, row.cited)
    assert re.search(row.match, str(found.value)), found.value
