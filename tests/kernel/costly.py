"""Certificates of at most 10 kB that are made to take long, by what they aim at."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from tests.kernel.writing import assumed, line, neg, same

LARGEST = 10_000
H, K = ["#", 0], ["#", 1]
Parts = tuple[list[Any], dict[str, Any]]


def filled(make: Callable[[int], Any], size: int) -> list[Any]:
    """make(0), make(1), ... as long as their text has at most ``size`` characters."""
    found: list[Any] = []
    length = 0
    while True:
        item = make(len(found))
        length += len(json.dumps(item)) + 2
        if length > size:
            return found
        found.append(item)


def doubled(op: str, start: Any, times: int) -> list[Any]:
    """A table whose last row has 2 ** times copies of ``start``."""
    return [[op, start, start], *([op, k, k] for k in range(times - 1))]


def doubled_rows() -> Parts:
    rows = [*doubled("+", "x", 13), *filled(lambda k: ["+", 12, "y"], 9000)]
    return [same("x", "x")], {"terms": rows}


def doubled_lines() -> Parts:
    table = [*doubled("+", ["f", "x"], 12), ["+", 11, "y"]]
    return filled(lambda k: same(11, 12), 9000), {"terms": table}


def doubled_signs() -> Parts:
    table = doubled("+", ["abs", ["+", "x", "y"]], 12)
    return filled(lambda k: line("sign", ["+", 11, str(k)]), 9000), {"terms": table}


def doubled_templates() -> Parts:
    table = doubled("+", ["f", H], 12)
    return [same("x", "x"), *filled(lambda k: line("congruence", 11, [0]), 9000)], {"terms": table}


def polynomials() -> Parts:
    base = ["+", "x", "y", "z", "t", "1"]
    return [
        same(["^", base, "8"], "0"),
        same(["*", ["^", base, "9"], ["^", ["+", "u", "v", "1"], "9"]], "0")
    ], {}  # fmt: skip


def powers_of_powers() -> Parts:
    term: Any = ["+", "x", "1"]
    for _ in range(20):
        term = ["^", ["+", term, "1"], "3"]
    return [line("sign", ["abs", term])], {}


def symbolic_powers() -> Parts:
    factors = filled(lambda k: ["^", ["+", "q", str(k)], ["+", "l", "1/2", str(k % 60)]], 9000)
    return [line("sign", ["*", *factors])], {}


def binomials() -> Parts:
    factors = filled(lambda k: ["+", ["d", str(k)], "1"], 9000)
    return [line("sign", ["*", *factors])], {}


def nested_functions() -> Parts:
    term: Any = "x"
    for _ in range(100):
        term = ["tanh", ["+", term, ["relu", neg("x")]]]
    return filled(lambda k: line("sign", ["+", 0, str(k)]), 4000), {"terms": [term]}


def nested_functions_doubled() -> Parts:
    rows: list[Any] = [["abs", ["+", "x", "y"]]]
    for k in range(600):
        rows.append(["abs", ["+", k, ["*", k, "y"]]])
    return [line("sign", 12)], {"terms": rows[:14]}


def nested_absolute_values() -> Parts:
    rows: list[Any] = [["+", "x", "1"]]
    for k in range(300):
        rows.append(["+", ["abs", k], "-1"])
    return filled(lambda k: line("sign", 60), 2000), {"terms": rows}


def nested_sums(depth: int = 9) -> Parts:
    body: Any = ["*", *(["d", ["#", k]] for k in range(depth)), ["b", H, K, ["#", depth - 1]]]
    for _ in range(depth):
        body = ["sum", "n", body]
    return [same(body, "0")], {}


def chained_sums() -> Parts:
    body: Any = ["*", *(["a", ["#", k], ["#", k + 1]] for k in range(11))]
    for _ in range(12):
        body = ["sum", "n", body]
    return [same(body, "0")], {}


def sums_of_sums() -> Parts:
    body: Any = ["a", H, K]
    for _ in range(6):
        body = ["+", ["sum", "n", ["*", body, ["d", H]]], ["d", K], ["sum", H, body]]
    return [same(["sum", "n", ["sum", "n", body]], "0")], {}


def products_of_sums() -> Parts:
    one = ["sum", "n", ["+", ["d", H], ["g", H], "x"]]
    return [same(["^", one, "30"], "0")], {}


def large_numbers() -> Parts:
    return filled(lambda k: same(["^", str(10**1200 + k), "3"], "0"), 9000), {}


def many_roots() -> Parts:
    return [line("sign", ["+", *filled(lambda k: ["^", str(100_003 + k), "1/2"], 9000)])], {}


def separations() -> Parts:
    members = filled(lambda k: ["W", str(k + 1)], 1500)
    rest = filled(lambda k: ["U", str(k + 1)], 1500)
    product = ["*", *rest]
    rule = line("independent", [0, []], 1, 1, [], "=")
    return filled(lambda k: rule, 3500), {
        "terms": [["*", *members], product],
        "assumptions": [assumed("independent", members, [*rest, *members[:1]])],
    }  # fmt: skip


def coverings() -> Parts:
    members = filled(lambda k: ["W", ["+", "n", str(k + 1)]], 3000)
    return filled(lambda k: line("symmetry", [0, []], 0, []), 2000), {
        "terms": [["*", *members[::-1]]],
        "assumptions": [assumed("symmetric", members)],
    }


def exchanges() -> Parts:
    members = filled(lambda k: ["W", str(k + 1)], 1200)
    to = [[one, one, 1] for one in members]
    return [line("symmetry", [0, []], ["*", *members], to)] * 2, {
        "assumptions": [assumed("law", [["W", "every"]], [])]
    }


def many_definitions() -> Parts:
    names = [f"D{k}" for k in range(150)]
    definitions = [
        [[], name, ["+", *names[max(0, k - 3) : k], "1"]] for k, name in enumerate(names)
    ]
    return [same("x", "x")], {
        "names": {name: ["fixed"] for name in names},
        "definitions": definitions,
    }


def definitions_that_double() -> Parts:
    return filled(lambda k: line("define", 0, ["l"]), 6000), {
        "terms": doubled("+", ["d", H], 12),
        "definitions": [[["natural"], ["d", ["+", H, "1"]], 11]],
    }


def many_cases() -> Parts:
    steps = [["step", "x"], ["relu", neg("x")], ["abs", "x"], ["max", "x", "0"]]
    left = ["*", *(["+", one, str(k)] for k in range(2) for one in steps)]
    return filled(lambda k: line("cases", "x", says=["<=", left, ["+", left, "1"]]), 9000), {}


def readings_that_grow() -> Parts:
    """Each line reads the one before with two of its own for one."""
    lines = [same(["f", "x"], ["f", "x"])]
    lines += filled(
        lambda k: line("instance", k, {"f/1": ["+", ["f", H], ["f", ["+", H, "1"]]]}, [[], []]),
        8000,
    )
    return lines, {}


def lemmas_again() -> Parts:
    one = line("instance", "triangle-inequality", {"t": 0, "u": 0}, [[], []])
    return filled(lambda k: one, 8000), {"terms": doubled("+", "x", 12)}


def deep_rows() -> Parts:
    return [line("sign", 1)], {
        "terms": [["abs", "x"], *filled(lambda k: ["tanh", k], 9000)],
    }


def is_zero_by_clearing() -> Parts:
    addends = filled(lambda k: ["^", ["+", "u", str(k + 1)], "-1"], 700)
    return [same(["+", *addends], "0")], {}


def logarithms() -> Parts:
    return filled(lambda k: same(["log", str(10**900 + k)], ["log", "2"]), 9000), {}


def inductions() -> Parts:
    count = 60
    hypotheses = [assumed("equation", [["d", ["+", "l", str(k)]], "0"]) for k in range(count)]
    claims = [[0, 0, k, []] for k in range(count)]
    return [same("0", "0"), *filled(lambda k: line("induction", "l", claims), 4000)], {
        "hypotheses": hypotheses
    }


def slopes() -> Parts:
    term: Any = "x"
    for _ in range(12):
        term = ["*", ["exp", term], ["tanh", term]]
        if len(json.dumps(term)) > 3000:
            break
    return [same("x", "x"), line("same direction", term, term, "x", ["y", "z"], [0, 0])], {}


def random_terms(seed: int) -> Parts:
    """A table that grows by random operations on random earlier rows, and lines about it."""
    rng = random.Random(seed)
    rows: list[Any] = ["x", "u", "q"]
    heads = ["+", "*", "+", "*", "^", "abs", "exp", "log", "max", "sum", "relu", "f", "product"]

    def grown(k: int) -> Any:
        head = rng.choice(heads)
        one, two = (rng.randrange(max(0, len(rows) - 6), len(rows)) for _ in range(2))
        if head == "^":
            row = [head, one, rng.choice(["2", "3", "1/2", "-1", "5", "l", "u", two])]
        elif head in ("+", "*", "max"):
            row = [head, one, two]
        elif head in ("sum", "product"):
            row = [head, rng.choice(["n", "2", "l"]), ["*", one, ["d", H]]]
        else:
            row = [head, one]
        rows.append(row)
        return row

    terms = [*rows, *filled(grown, rng.choice([300, 600, 1200, 4000]))]
    places = [rng.randrange(len(terms)) for _ in range(200)]
    lines = filled(
        lambda k: rng.choice([
            line("sign", ["abs", places[k]]),
            same(places[k], places[-1 - k]),
            line("cases", places[k], says=["<=", places[-1 - k], places[k]]),
        ]),
        3000,
    )  # fmt: skip
    return lines[: rng.randint(1, len(lines))], {"terms": terms}


AIMED: dict[str, Callable[[], Parts]] = {
    function.__name__: function
    for function in (
        doubled_rows, doubled_lines, doubled_signs, doubled_templates, polynomials,
        powers_of_powers, symbolic_powers, binomials, nested_functions, nested_functions_doubled,
        nested_absolute_values, nested_sums, chained_sums, sums_of_sums, products_of_sums,
        large_numbers, many_roots, separations, coverings, exchanges, many_definitions,
        definitions_that_double, many_cases, readings_that_grow, lemmas_again, deep_rows,
        is_zero_by_clearing, logarithms, inductions, slopes,
    )
}  # fmt: skip
