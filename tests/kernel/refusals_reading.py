"""Certificates that are not read: names, terms, assumptions, definitions, what is proved."""

from __future__ import annotations

from typing import Any

from tests.kernel.refusals import BOUND, ELSEWHERE, READABLE, SPELLING, Row, row
from tests.kernel.writing import assumed, certificate, line, power, same
from xavier_theory.kernel import FORMAT

H, K = ["#", 0], ["#", 1]
S, D = ["sum-except", "n", "X", "1"], ["d", ["+", "every", "1"]]
TRUE = same("x", "x")
UNUSED = "no term could be written with such a name"
NO_USE = "no rule reads such an assumption otherwise than it is written"
POSITIVE_X = certificate(
    same(["abs", "x"], "x"), theorem="there", names={"x": ["scalar", "positive"]}
)


def read(why: str, match: str, *lines: Any, **parts: Any) -> Any:
    return row("reading", why, match, *(lines or [TRUE]), **parts)


def named(why: str, match: str, key: str, said: Any, harmless: str = UNUSED) -> Any:
    return read(why, match, names={key: said}, harmless=harmless)


def declared(why: str, match: str, assumption: Any, harmless: str = NO_USE, **parts: Any) -> Any:
    return read(why, match, assumptions=[assumption], harmless=harmless, **parts)


def defined(why: str, match: str, *definition: Any, **parts: Any) -> Any:
    lines = parts.pop("lines", [line("define", 0, ["l"])])
    return read(why, match, *lines, definitions=[list(d) for d in definition], **parts)


def deep(times: int) -> Any:
    return ["abs", deep(times - 1)] if times else "x"


def w(index: Any) -> Any:
    return ["w", index]


def back(by: Any) -> Any:
    return ["+", "x", ["*", "-1", by]]


NAT = ["natural"]
# fmt: off
ROWS = [
    named("a name that is no word", "a name", "x y", ["scalar"], READABLE),
    named("an arity that is none", "a name", "w/", ["scalar"], SPELLING),
    named("an arity with a zero", "a name", "w/01", ["random"], SPELLING),
    named("a head for a name", "reserved", "log", ["scalar"]),
    named("a constant for a name", "reserved", "pi", ["fixed"], READABLE),
    named("a kind of three parts", "kind, domain", "w", ["scalar", "real", "real"], SPELLING),
    named("a domain that is none", "a domain is one of", "w", ["scalar", "odd"]),
    named("a random family with a domain", "has no domain", "w", ["random", "positive"],
          "the domain of a random family is read as real"),
    named("a kind that is none", "it is one of", "w", ["matrix"], ELSEWHERE),
    read("names that are no object", "names is an object", raw={"names": []}, harmless=ELSEWHERE),
    read("a name that is not declared", "not declared", same("w", "w"), harmless=ELSEWHERE),
    read("a name for something else", "stands for something else",
         line("instance", ["there", "main"], {}, [[], []]), cited=[POSITIVE_X],
         false="abs(x) = x"),
    read("a row that does not come before", "does not come before", terms=[0], harmless=ELSEWHERE),
    read("a number that is too long", "too long", same("1" * 1400, "0"), harmless=BOUND),
    read("a number of too many bits", "too long", same("1" * 1300, "0"), harmless=BOUND),
    read("a power that is too long", "too long", same(power(power("9", 40), 40), "0"),
         harmless=BOUND),
    read("a denominator that is zero", "its denominator", same("1/0", "0"), harmless=ELSEWHERE),
    read("a term that is a float's place", "text, a place or a list", same(True, True),
         harmless=ELSEWHERE),
    read("a bound index without a number", "a bound index", same(["#"], ["#"]), harmless=ELSEWHERE),
    read("a head with too few parts", "with 1 parts", same(["Cov", "X"], ["Cov", "X"]),
         harmless="two equal terms of a wrong form are equal"),
    read("a bound index that is loose", "no binder", same(H, H),
         harmless=ELSEWHERE),
    read("a range that may not be natural", "end of a range", same(["sum", "x", "1"], "x"),
         false="sum(1, j = 1..x) = x"),
    read("a random range", "random index or range", same(S, S),
         harmless="each term is one real number at each outcome, also there"),
    read("a random index", "random index or range", same(["d", "X"], ["d", "X"]),
         harmless="no assumption is about a member whose index is random"),
    read("every that is no index", "every is", same("every", "every"),
         harmless=ELSEWHERE),
    read("every inside of an index", "every is", same(D, D),
         harmless=ELSEWHERE),
    declared("an assumption of five parts", "its form", ["equation", "real", [["x", "0"]], "", []],
             ELSEWHERE),
    declared("a kind that is none", "kind or domains", assumed("distinct", ["i", "j"]),
             harmless=ELSEWHERE),
    declared("a group too many", "number of groups", assumed("equation", ["x", "0"], ["y"]),
             ELSEWHERE),
    declared("a group that is no list", "its groups", ["equation", [], ["x", "0"], "", []],
             harmless=ELSEWHERE),
    declared("an equation of three terms", "its parts", assumed("equation", ["x", "y", "0"])),
    declared("a condition on what is no variable", "its conditions",
             assumed("equation", [["d", H], "0"], over=["width"], apart=[(0, 1)]),
             harmless="where it is used there is no such value"),
    declared("conditions that are no pairs", "pairs",
             assumed("equation", [["d", H], "0"], over=["width"], apart=[(0, 0, 0)]),
             harmless=ELSEWHERE),
    read("a condition of what is no relation", "no relation has them",
         line("moment", [0, ["i"]], ["W", "i"], 1, says=["integrable", ["W", "i"], "1"]),
         line("independent", [1, ["i", "i"]], ["W", "i"], ["W", "i"], [0, 0], "="),
         assumptions=[assumed("moment", [["W", H], "1"], over=["width"]),
                      assumed("independent", [["W", H]], [["W", K]], over=["width", "width"],
                              apart=[(0, 1)])], rests=[0, 1],
         false="E((W[i] * W[i])) = (E(W[i]) * E(W[i]))"),
    declared("a label of what is no law", "only a law", ["moment", [], [["X", "1"]], "normal", []]),
    declared("a moment of order zero", "order", assumed("moment", ["X", "0"])),
    read("a moment of order one half", "order",
         line("moment", [0, []], "X", 1, says=["integrable", "X", "1"]),
         line("linear", ["*", "2", "X"], [], [0], "="),
         assumptions=[assumed("moment", ["X", "1/2"])], rests=[0],
         false="E((2 * X)) = (2 * E(X))"),
    declared("the independence of what is no member", "of members",
             assumed("independent", [["abs", "X"]], ["Y"]),
             harmless="only members are covered by it"),
    declared("a density for each value", "a density",
             assumed("density", ["X", ["step", H], "0", "1"], over=["width"]),
             "no function that has a slope is told from 1 by what it is at no width"),
    read("a density on a random interval", "a density",
         line("moment", [0, []], "X", 1, says=["integrable", "X", "1"]),
         line("linear", ["*", "2", "X"], [], [0], "="),
         assumptions=[assumed("density", ["X", "1/2", ["*", "-1", "Y"], "Y"])], rests=[0],
         false="E((2 * X)) = (2 * E(X))"),
    declared("a density of what is no member", "of\\?", assumed("density", ["x", "1", "0", "1"])),
    declared("a minimum in what is no positive number", "v > 0",
             assumed("minimises", [power("x", 2), "x"])),
    declared("a random minimum", "a number is minimised", assumed("minimises", ["X", "v"])),
    declared("a derivative in a whole number", "one continuous variable",
             assumed("derivative", [["d", H], ["d", H]], over=["width"])),
    declared("a random derivative", "numbers are differentiated",
             assumed("derivative", [["*", "X", H], "X"], over=["real"])),
    read("two assumptions of one name", "of one name", raw={"assumptions": [
        ["a0", *assumed("equation", ["x", "0"])], ["a0", *assumed("equation", ["y", "0"])]]},
        harmless="the later one would be read for both"),
    read("an assumption whose name is blank", "the name of an assumption",
         raw={"assumptions": [[" ", *assumed("equation", ["x", "0"])]]}, harmless=READABLE),
    read("an assumption without a name", "an assumption has six", hypotheses=[["equation"]],
         harmless=ELSEWHERE),
    defined("two definitions of one family", "defined twice", [[], "h", "1"], [[], "h", "2"],
            lines=[line("define", 0, []), line("define", 1, []),
                   line("algebra", [0, 1], ["-1", "1"], says=["=", "1", "2"])], false="1 = 2"),
    defined("a head that is no family", "a family, its variables", [[], "x", "3"],
            lines=[line("define", 0, [])], harmless=ELSEWHERE),
    defined("a head with one variable twice", "its head is", [[*NAT, *NAT], ["a", H, H], K],
            lines=[line("define", 0, ["1", "2"]), line("define", 0, ["1", "3"]),
                   line("algebra", [0, 1], ["-1", "1"], says=["=", "2", "3"])], false="2 = 3"),
    defined("a constant that is random", "is not random", [[], "h", "X"],
            lines=[line("define", 0, [])], false="h = X"),
    defined("a positive family by what may be negative", "not plainly positive",
            [["width"], ["p", H], "-1"],
            lines=[line("define", 0, ["i"]), line("sign", ["p", "i"]),
                   line("algebra", [0, 1], ["1", "1"], says=["<", "0", "-1"])], false="0 < -1"),
    defined("layers without a first one", "no first layer",
            [["real"], ["w", ["+", H, "1"]], ["+", ["w", H], "1"]],
            names={"w/1": ["fixed", "natural"]},
            hypotheses=[assumed("equation", [["w", "x"], ["+", w(back("l")), "l"]])],
            lines=[same(["w", "x"], ["w", "x"]),
                   line("define", 0, [back(["+", "l", "1"])]),
                   line("assume", 0, []),
                   line("algebra", [1, 2], ["1", "1"],
                        says=["=", ["w", "x"], ["+", w(back(["+", "l", "1"])), "l", "1"]]),
                   line("induction", "l", [[0, 3, 0, []]]),
                   line("instance", 4, {"l": ["+", ["w", "x"], "1"]}, [[], []]),
                   line("sign", w(back(["+", ["w", "x"], "1"]))),
                   line("algebra", [5, 6], ["-1", "1"], says=["<=", "1", "0"])],
            false="1 <= 0"),
    defined("a circle", "in a circle", [NAT, ["d", H], ["+", ["d", H], "1"]],
            lines=[line("define", 0, ["l"]),
                   line("algebra", [0], ["1"], says=["=", "0", "1"])], false="0 = 1"),
    read("a definition without a name", "name of a definition",
         raw={"definitions": [[0, [], "h", "1"]]}, harmless=READABLE),
    read("two definitions of one name", "twice", raw={"definitions": [
        ["d", [], "h", "1"], ["d", [], "c", "1"]]}, harmless=READABLE),
    defined("a domain that is none", "domains", [["odd"], ["d", H], "1"], lines=[TRUE],
            harmless=ELSEWHERE),
    read("a theorem whose certificate is not given", "whose certificate is needed",
         cites={"t0": "0"}, harmless=ELSEWHERE),
    read("another theorem of that name", "cites another", cited=[POSITIVE_X],
         cites={"there": "0" * 64}, harmless="it would rest on another certificate than it says"),
    read("lines that are no list", "lines is a list", raw={"lines": {}}, harmless=ELSEWHERE),
    read("results that are no object", "results is an object", raw={"results": []},
         harmless=ELSEWHERE),
    read("a result of three parts", "a result", raw={"results": {"main": [0, [], 0]}},
         harmless=SPELLING),
    read("a theorem's name that does not print", "the name of a theorem", theorem="a\nb",
         harmless=READABLE),
    read("a key that is missing", "its keys are", raw={"more": 0}, harmless=SPELLING),
    read("a format that is none", "no object with a format", raw={"format": 2}, harmless=ELSEWHERE),
    read("an old format", "its format is not", raw={"format": "xavier_theory certificate"},
         harmless="another format has other keys"),
    read("a result that is no relation", "is no relation",
         line("linear", "5", [], [], "integrable", says=["integrable", "5", "1"]),
         false="5 integrable 1"),
    read("a hypothesis that is not discharged", "what is not declared", line("assume", 0, []),
         hypotheses=[assumed("equation", ["0", "1"])], harmless=ELSEWHERE),
    read("a result that hides what it rests on", r"rests on \[0\]", line("assume", 0, []),
         assumptions=[assumed("equation", ["0", "1"])], harmless=READABLE),
    read("a conclusion that is no result", "its conclusion", conclusion=["other"],
         harmless="it would conclude nothing"),
    read("a rule that is none", "no rule", line("trust"), harmless=ELSEWHERE),
    read("a line of three parts", "stated, positive", ["sign", ["1"], None], harmless=ELSEWHERE),
    read("a line that does not say 0 < t", "not 0 < t", same("x", "x"),
         line("algebra", [], [], says=["=", ["*", "x", power("x", -1)], "1"], positive=[0]),
         false="(x * (x ^ (-1))) = 1"),
    read("a statement of two parts", "stated: ", line("sign", "1", says=["<", "0"]),
         harmless=ELSEWHERE),
    read("a relation that is none", "a relation is", line("sign", "1", says=[">", "0", "1"]),
         harmless=ELSEWHERE),
    read("algebra without a statement", "against what is stated", line("algebra", [], []),
         harmless=ELSEWHERE),
    read("an argument too many", "takes", line("sign", "1", "2"), harmless=SPELLING),
    read("a weaker statement", "concludes <=, not <", line("sign", "q", says=["<", "0", "q"]),
         false="0 < q"),
    read("another statement", "concludes 1, not -2", line("sign", "1", says=["<", "0", "-2"]),
         false="0 < -2"),
    read("terms in text", "a list of terms", line("assume", 0, "x"), rests=[0],
         assumptions=[assumed("equation", [H, H], over=["real"])], harmless=SPELLING),
    read("a binder that is no text", "text", same("x", "x"), line("bind", 0, "i", 5, ["n"]),
         harmless=ELSEWHERE),
    read("more names than sums", "more names than sums", line("linear", "1", ["i"], [], "="),
         harmless=READABLE),
    read("another right side of what is integrable", "its right side is 1",
         line("linear", "1", [], [], "integrable", says=["integrable", "1", "5"]), same("x", "x"),
         harmless=READABLE),
    read("a conclusion that says a result twice", "has a result twice", same("x", "x"),
         raw={"conclusion": ["main", "main"]}, harmless=READABLE),
    read("a quantity that clears the screen", "the name of a quantity", same("x", "x"),
         raw={"quantities": {"\x1b[2J": "1"}}, harmless=READABLE),
    read("rows that are nested too deeply", "nested too deeply", same(150, "0"), harmless=BOUND,
         terms=["x", *(["abs", k] for k in range(150))]),
    read("lines in text", "a list of lines", same("x", "x"),
         line("congruence", "x", {}), harmless=SPELLING),
    read("a line from the end", "does not come before", same("x", "x"),
         line("congruence", H, [-1]), harmless=SPELLING),
    read("an assumption from the end", "no assumption -1", line("assume", -1, []),
         assumptions=[assumed("equation", ["x", "0"])], rests=[0], harmless=SPELLING),
    read("a term that is too long", "too long", same(15, "0"), harmless=BOUND,
         terms=[["+", "x", "x"], *([["+", k, k] for k in range(15)])]),
    read("a term that is nested too deeply", "nested too deeply", same(deep(130), "0"),
         harmless=BOUND),
    Row("reading", "a key twice", "a key twice", '{"format": 1, "format": 2}', (), "", ELSEWHERE),
    Row("reading", "a text that is too long", "more than", " " * 4_000_001, (), "", ELSEWHERE),
    Row("reading", "a bundle of nothing", "a bundle lists", {"format": FORMAT, "bundle": []}, (),
        "", "it would prove nothing"),
    Row("reading", "a bundle in a bundle", "a bundle in a bundle",
        {"format": FORMAT, "bundle": [{"format": FORMAT, "bundle": [certificate(TRUE)]}]}, (), "",
        SPELLING),
    Row("reading", "two theorems of one name", "two of one name", certificate(TRUE),
        (certificate(same("y", "y")),), "", "a line says which by the digest"),
]
