"""Short certificates that once took the kernel, or its report, many seconds."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tests.kernel.attacking import certificate, line
from tests.kernel.test_attacks import POSITIVE, REAL, WIDTH, refused
from xavier_theory.kernel import FORMAT, Refused, check, digest
from xavier_theory.kernel.__main__ import in_order, main
from xavier_theory.theorems import derive


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


def test_names_and_assumptions_that_are_looked_at_often() -> None:
    """Sixty nested sums over many terms, under twenty long assumptions."""
    table: list[Any] = [["+", *["x"] * 14], ["+", *[0] * 12], ["+", *[1] * 10], ["+", *["X"] * 200]]
    for k in range(60):
        table.append(["sum", f"n{k}", len(table) - 1])
    names = {"x": REAL, "X": ["random"], **{f"n{k}": WIDTH for k in range(60)},
             **{f"i{k}": WIDTH for k in range(60)}}  # fmt: skip
    assumed = [[f"a{k}", "equation", [], [[["+", str(k), 2], "x"]], "", []] for k in range(20)]
    assumed.append(["m", "moment", [], [["X", "1"]], "", []])
    lines = [line("assume", [k, []]) for k in range(20)]
    indices = [f"i{k}" for k in range(60)]
    lines.append(line("moment", [[20, []], "X", 1]))
    lines.append(line("congruence", ["X", list(range(20))]))
    lines.append(line("linear", [len(table) - 1, indices, [20], "="]))
    quick(certificate(names, lines, assumed, terms=table))


def test_long_names_are_refused() -> None:
    """Else each level of a term prints them again."""
    refused(certificate({"x" * 101: REAL}, [line("sign", ["1"])]), "a name")
    refused(certificate({}, [line("sign", ["1"])], theorem="x" * 201), "the name of a theorem")


def test_many_instances_beside_many_assumptions_that_they_do_not_read() -> None:
    """Else each line hashes every assumption anew, however long they are."""
    rows: list[Any] = [["+", *["y"] * 11], ["+", *[0] * 12], ["+", *[1] * 13], ["X", 2]]
    assumed = [[f"a{k}", "symmetric", [], [[3]], "", []] for k in range(400)]
    lines = [line("sign", ["1"]), *[line("instance", [0, {}, [[], []]])] * 500]
    quick(certificate({"X/1": ["random"], "y": ["fixed"]}, lines, assumed, terms=rows))


def test_long_numbers_deep_below_a_hole() -> None:
    """Else every new term above them hashes them all again."""
    digits = ["3" * 500 + f"{k}/7" + "0" * 499 + "1" for k in range(5)]
    rows: list[Any] = [*digits, ["+", *[k % 5 for k in range(50)], ["#", 0]]]
    rows += [["abs", 5 + k] for k in range(100)]
    lines = [line("algebra", [[], []], ["=", ["+", str(k), "1"], str(k + 1)]) for k in range(8)]
    lines += [line("congruence", [len(rows) - 1, [k % 8]]) for k in range(150)]
    quick(certificate({}, lines, terms=rows))


def test_assumptions_that_pile_up_cost_what_is_kept_of_them() -> None:
    """Else each line keeps a copy of all that it rests on, for nothing."""
    names = {f"c{k}": ["fixed"] for k in range(1500)}
    assumed = [[f"a{k}", "equation", [], [[f"c{k}", "0"]], "", []] for k in range(1500)]
    lines = [line("assume", [k, []]) for k in range(1500)]
    said = ["=", ["+", *(f"c{k}" for k in range(1500))], "0"]
    lines.append(line("algebra", [[*range(1500)], ["1"] * 1500], said))
    lines += [line("congruence", [["#", 0], [1500]])] * 9_000
    data = certificate(names, lines, assumed)
    with pytest.raises(Refused, match="budget"):
        check(data)


def test_two_threads_do_not_share_a_budget() -> None:
    bundle = derive("selu-fixed-point").certificate(bundle=True)
    with ThreadPoolExecutor(4) as pool:
        assert all("selu-fixed-point" in found for found in pool.map(check, [bundle] * 8))


def test_a_bundle_comes_before_what_cites_what_is_in_it() -> None:
    one, other = (derive(name).data for name in ("product-variance", "centred-moments"))
    bundle = {"format": FORMAT, "bundle": [one, other]}
    citing = {**certificate({}, [line("sign", ["1"])]), "cites": {one["theorem"]: digest(one)}}
    texts = [json.dumps(citing), json.dumps(bundle)]
    assert in_order(texts) == texts[::-1]
    assert "attack" in check(*in_order(texts)[::-1][:1], in_order(texts)[:1])
