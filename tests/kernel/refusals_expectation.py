"""The rules about means, laws and slopes refuse these."""

from __future__ import annotations

from typing import Any

from tests.kernel.refusals import ELSEWHERE, row
from tests.kernel.writing import assumed, line, minus, neg, power, same

H = ["#", 0]
ONE = line("linear", "1", [], [], "integrable", says=["integrable", "1", "1"])
CHI = assumed("law", [["W", "every"]], ["n"], label="chi-square")
NORMAL = assumed("law", ["Z"], ["0", "1"], label="gaussian")
FLAT = assumed("density", ["X", "1/2", "-1", "1"])
SIGN = line("sign", "1")


def moment(term: Any, k: int = 1) -> Any:
    return assumed("moment", [term, str(k)])


def integrable(place: int, term: Any, k: int = 1) -> Any:
    return line("moment", [place, []], term, k, says=["integrable", power(term, k), "1"])


def twice(term: Any) -> Any:
    return ["*", "2", term]


def never_defined(at: Any) -> Any:
    """What the slope of log(-1 - x^2) would be."""
    return ["*", power(minus("-1", power(at, 2)), -1), "-2", at]


W1, W2 = ["W", "1"], ["W", "2"]
# fmt: off
ROWS = [
    row("variance", "what is not known to be integrable", "is not the premise", ONE,
        line("variance", "X", 0), false="Var(X) = (E((X ^ 2)) + (-1 * (E(X) ^ 2)))"),
    row("covariance", "what is not known to be integrable", "is not the premise", ONE,
        line("covariance", "X", "Y", [0, 0, 0]),
        false="Cov(X, Y) = (E((X * Y)) + (-1 * (E(X) * E(Y))))"),
    row("moment", "a negative order", "order 1 or more",
        line("moment", [0, []], "X", -1), line("linear", twice(power("X", -1)), [], [0], "="),
        assumptions=[moment("X", 2)], rests=[0],
        false="E((2 * (X ^ (-1)))) = (2 * E((X ^ (-1))))"),
    row("moment", "another variable", "is not the variable", integrable(0, "Y"),
        line("linear", twice("Y"), [], [0], "="), assumptions=[moment("X")], rests=[0],
        false="E((2 * Y)) = (2 * E(Y))"),
    row("moment", "a higher order", "no such moment", integrable(0, "X", 2),
        line("variance", "X", 0), assumptions=[moment("X")], rests=[0],
        false="Var(X) = (E((X ^ 2)) + (-1 * (E(X) ^ 2)))"),
    row("moment", "another law", "not Gaussian by it", integrable(0, W1),
        line("linear", twice(W1), [], [0], "="), rests=[0],
        assumptions=[assumed("law", [["W", "every"]], ["n"], label="student")],
        false="E((2 * W[1])) = (2 * E(W[1]))"),
    row("hoelder", "negative powers", "powers of 1 or more", integrable(0, "X"), integrable(1, "Y"),
        line("hoelder", [["X", -1], ["Y", 2]], [0, 1]),
        line("linear", twice(["*", power("X", -1), power("Y", 2)]), [], [2], "="),
        assumptions=[moment("X"), moment("Y")], rests=[0, 1],
        false="E((2 * ((X ^ (-1)) * (Y ^ 2)))) = (2 * (E(((X ^ (-1)) * (Y ^ 2)))))"),
    row("linear", "an index that is no width", "is a width", same("x", "x"),
        line("linear", ["sum", "n", ["W", H]], ["x"], [], "="), harmless=ELSEWHERE),
    row("linear", "a name that is taken", "is taken",
        line("moment", [0, ["i"]], ["W", "i"], 1, says=["integrable", ["W", "i"], "1"]),
        line("linear", ["sum", "n", ["*", ["d", "i"], ["W", H]]], ["i"], [0], "="),
        assumptions=[assumed("moment", [["W", H], "1"], over=["width"])], rests=[0],
        false="E(sum((d[i] * W[j]), j = 1..n)) = sum((d[j] * E(W[j])), j = 1..n)"),
    row("linear", "a piece that is not integrable", "is no premise",
        line("linear", ["*", "2", "X"], [], [], "="), false="E((2 * X)) = (2 * E(X))"),
    row("linear", "an index of which only one is integrable", "is one number",
        line("moment", [0, []], ["W", "i"], 1, says=["integrable", ["W", "i"], "1"]),
        line("linear", ["sum", "n", ["W", H]], ["i"], [0], "="),
        assumptions=[moment(["W", "i"])], rests=[0],
        false="E(sum(W[j], j = 1..n)) = sum(E(W[j]), j = 1..n)"),
    row("dominated", "what is not below it", "is not the premise", ONE,
        line("dominated", "X", 0), line("linear", twice("X"), [], [1], "="),
        false="E((2 * X)) = (2 * E(X))"),
    row("carried", "an inequality", "no equation",
        line("linear", "0", [], [], "integrable", says=["integrable", "0", "1"]),
        line("sign", power("X", 2)), line("carried", 0, 1),
        line("linear", twice(power("X", 2)), [], [2], "="),
        false="E((2 * (X ^ 2))) = (2 * E((X ^ 2)))"),
    row("independent", "what is not separated", "does not separate", integrable(0, "X"),
        line("independent", [1, []], "X", "X", [0, 0], "="),
        assumptions=[moment("X"), assumed("independent", ["X"], ["Y"])], rests=[0, 1],
        false="E((X * X)) = (E(X) * E(X))"),
    row("monotone", "what is no inequality", "no inequality", integrable(0, "X"), ONE,
        line("monotone", 0, [0, 1]), assumptions=[moment("X")], rests=[0],
        false="E((X ^ 1)) <= E(1)"),
    row("symmetry", "a mean inside the mean", "inside the mean",
        line("symmetry", [0, []], ["*", "X", ["E", "X"]], []),
        assumptions=[assumed("symmetric", ["X"])], rests=[0],
        harmless="with all members replaced, the inner mean is that of the same law"),
    row("symmetry", "an exchange besides two lists", "two lists",
        line("symmetry", [0, []], "X", [["X", "X", 1]]),
        assumptions=[assumed("same-law", ["X"], ["Y"])], harmless=ELSEWHERE),
    row("symmetry", "a member that is in no list", "is in no list",
        line("symmetry", [0, []], ["*", "X", "Z"], []),
        assumptions=[assumed("same-law", ["X"], ["Y"])], rests=[0],
        false="E((X * Z)) = E((Y * Z))"),
    row("symmetry", "a member of another law", "another law", line("symmetry", [0, []], "Y", []),
        assumptions=[assumed("symmetric", ["X"])], rests=[0], false="E(Y) = E((-1 * Y))"),
    row("symmetry", "a law that is not symmetric", "the law stays",
        line("symmetry", [0, []], W1, []), assumptions=[CHI], rests=[0],
        false="E(W[1]) = E((-1 * W[1]))"),
    row("symmetry", "an exchange of members that only are symmetric", "of a law change places",
        line("symmetry", [0, []], "X", [["X", "Y", 1], ["Y", "X", 1]]),
        assumptions=[assumed("symmetric", ["X", "Y"])], rests=[0], false="E(X) = E((1 * Y))"),
    row("symmetry", "what is no permutation", "no permutation",
        line("symmetry", [0, []], ["*", W1, W2], [[W1, W2, 1], [W2, W2, 1]]),
        assumptions=[CHI], rests=[0], false="E((W[1] * W[2])) = E(((1 * W[2]) * (1 * W[2])))"),
    row("symmetry", "two members that may be one", "may be one",
        line("symmetry", [0, []], ["*", ["W", "i"], ["W", "j"]],
             [[["W", "i"], ["W", "i"], -1], [["W", "j"], ["W", "j"], 1]]),
        assumptions=[assumed("law", [["W", "every"]], ["0", "1"], label="gaussian")], rests=[0],
        false="E((W[i] * W[j])) = E(((-1 * W[i]) * (1 * W[j])))"),
    row("symmetry", "a sign of what is not centred", "a sign changes",
        line("symmetry", [0, []], W1, [[W1, W1, -1]]), assumptions=[CHI], rests=[0],
        false="E(W[1]) = E((-1 * W[1]))"),
    row("same direction", "a variable that is not real", "in a real variable",
        line("sign", ["*", "2", "u"]), SIGN,
        line("same direction", power("u", 2), "u", "u", ["x", "y"], [0, 1]),
        false="0 <= (((x ^ 2) + (-1 * (y ^ 2))) * (x + (-1 * y)))"),
    row("same direction", "a slope at one number", "is one number", line("assume", 0, []), SIGN,
        line("same direction", power("x", 2), "x", "x", ["y", "z"], [0, 1]),
        assumptions=[assumed("at_most", ["0", ["*", "2", "x"]])], rests=[0],
        false="0 <= (((y ^ 2) + (-1 * (z ^ 2))) * (y + (-1 * z)))"),
    row("same direction", "a premise that does not say 0 <= it", "0 <= t", SIGN,
        line("algebra", [0], ["1"], says=["<=", "-2", "-1"]),
        line("same direction", neg("x"), "x", "x", ["y", "z"], [1, 0]),
        false="0 <= (((-1 * y) + (-1 * (-1 * z))) * (y + (-1 * z)))"),
    row("same direction", "a slope of another function", "is not the derivative", SIGN,
        line("same direction", neg("x"), "x", "x", ["y", "z"], [0, 0]),
        false="0 <= (((-1 * y) + (-1 * (-1 * z))) * (y + (-1 * z)))"),
    row("same direction", "a function that has no slope", "table of derivatives", SIGN,
        line("same direction", ["abs", "x"], "x", "x", ["y", "z"], [0, 0]), harmless=ELSEWHERE),
    row("association", "what is no random variable", "is no random variable", SIGN,
        line("linear", power("y", 2), [], [], "integrable"),
        line("linear", "y", [], [], "integrable"),
        line("association", "x", "x", "x", "y", [0, 0], [1, 2, 2]),
        harmless="the covariance of numbers is 0, and what is made of members has a law as well"),
    row("association", "what is not integrable", "is not the premise", SIGN, ONE,
        line("association", "x", "x", "x", "X", [0, 0], [1, 1, 1]), false="0 <= Cov(X, X)"),
    row("antiderivative", "what is no density", "no density",
        line("antiderivative", 0, "1", ["*", "c", "x"], "x"),
        assumptions=[assumed("law", ["X", "c", "h", ["d", "1"]], [], label="a constant")],
        rests=[0], false="E(1) = ((c * d[1]) + (-1 * (c * h)))"),
    row("antiderivative", "a variable that the density speaks of", "any real number",
        line("antiderivative", 0, "1", ["*", "1/4", power("x", 2)], "x"),
        assumptions=[assumed("density", ["X", ["*", "1/2", "x"], "-1", "1"])], rests=[0],
        false="E(1) = ((1/4 * (1 ^ 2)) + (-1 * (1/4 * ((-1) ^ 2))))"),
    row("antiderivative", "a random integrand", "integrand is random",
        line("antiderivative", 0, "Y", ["*", "1/2", "Y", "x"], "x"), assumptions=[FLAT], rests=[0],
        false="E(Y) = ((1/2 * Y * 1) + (-1 * (1/2 * Y * -1)))"),
    row("antiderivative", "another function", "no antiderivative",
        line("antiderivative", 0, "1", "0", "x"), assumptions=[FLAT], rests=[0],
        false="E(1) = (0 + (-1 * 0))"),
    row("antiderivative", "a pole", "is not plainly > 0",
        line("antiderivative", 0, power("x", -2), ["*", "-1/2", power("x", -1)], "x"),
        assumptions=[FLAT], rests=[0],
        false="E((X ^ (-2))) = ((-1/2 * (1 ^ (-1))) + (-1 * (-1/2 * ((-1) ^ (-1)))))"),
    row("antiderivative", "a mean that would capture its variable", "table of derivatives",
        line("antiderivative", 0, ["E", ["*", "x", "X"]], "0", "x"), assumptions=[FLAT],
        harmless=ELSEWHERE),
    row("stationary", "what is no minimum", "no minimum", line("stationary", 0),
        assumptions=[assumed("at_most", [power("v", 2), "v"])], rests=[0],
        false="0 = (2 * (v ^ (2 + (-1 * 1))) * 1)"),
    row("stationary", "a minimum that a definition hides", "hides", line("stationary", 0),
        assumptions=[assumed("minimises", [minus("c", "v"), "v"])], rests=[0],
        definitions=[[[], "c", power("v", 2)]], false="0 = (0 + ((0 * v) + (-1 * 1)))"),
    row("stationary", "a kink", "table of derivatives", line("stationary", 0),
        assumptions=[assumed("minimises", [["abs", minus("v", "1")], "v"])], harmless=ELSEWHERE),
    row("instance", "a logarithm of what is never positive", "> 0|may be no number",
        integrable(1, never_defined("Z")),
        line("instance", "gaussian-integration-by-parts",
             {"f/1": ["log", minus("-1", power(H, 2))], "df/1": never_defined(H)},
             [[[0, ["assume", 0, []]], [1, ["form"]], [2, ["line", 0, []]]], []]),
        assumptions=[NORMAL, moment(never_defined("Z"))], rests=[0, 1],
        harmless=ELSEWHERE),
]
