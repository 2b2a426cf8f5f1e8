"""Certificates: whatever is changed in one, it proves the same theorem or names what is wrong."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xavier_theory.symbolic.certificates import check
from xavier_theory.symbolic.language import text_of

from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.symbolic.errors import CertificateError
from xavier_theory.theorems import derive

SHORT = ("product-variance", "random-chain-growth", "identity-chain")
CITING = "backward-variance"
CERTIFICATES = {
    name: json.loads(json.dumps(derive(name).certificate())) for name in (*SHORT, CITING)
}
HUGE = ["pow", [["rational", 9, 1], ["pow", [["rational", 9, 1], ["rational", 9, 1]]]]]
TOWER: Any = ["rational", 9, 1]
for _ in range(8):
    TOWER = ["pow", [TOWER, ["rational", 64, 1]]]
DEEP: Any = ["rational", 1, 1]
for _ in range(3000):
    DEEP = ["exp", [DEEP]]


def _proves(derivation: Derivation) -> tuple[Any, ...]:
    """What a derivation shows: its main results with their Γ."""
    return tuple(
        (step.text, frozenset(a.text for a in step.assumptions))
        for step in (derivation.results[name] for name in derivation.main)
    )


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else (
        enumerate(data) if isinstance(data, list) else ()
    )  # fmt: skip
    return [path, *(p for key, value in inner for p in _places(value, (*path, key)))]


PLACES = {name: _places(data)[1:] for name, data in CERTIFICATES.items()}


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def _changed(name: str, path: tuple[Any, ...], value: Any) -> Any:
    data = copy.deepcopy(CERTIFICATES[name])
    _at(data, path[:-1])[path[-1]] = value
    return data


def _written(data: Any) -> tuple[Any, ...]:
    """What a certificate says that it proves: the formulas of its conclusion, with their Γ."""
    steps = [data["steps"][data["results"][name] - 1] for name in data["conclusion"]]
    return tuple((json.dumps(s["formula"], separators=(",", ":")), s["rests_on"]) for s in steps)


def _replays_or_is_refused(data: Any) -> None:
    try:
        found = check(data)
    except CertificateError as error:
        assert str(error)  # noqa: PT017  # any other exception is a failure
        return
    assert _written(found.certificate()) == _written(data)


@pytest.mark.parametrize("name", SHORT)
def test_certificate_replays_to_the_same_theorem(name: str) -> None:
    assert _proves(check(CERTIFICATES[name])) == _proves(derive(name))
    assert check(json.dumps(CERTIFICATES[name])).certificate() == CERTIFICATES[name]


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, Any]:
    name = draw(st.sampled_from(SHORT))
    path = draw(st.sampled_from(PLACES[name]))
    kind = draw(st.sampled_from(["replace", "delete", "duplicate", "swap", "transplant"]))
    data = copy.deepcopy(CERTIFICATES[name])
    holder, key = _at(data, path[:-1]), path[-1]
    junk = st.one_of(
        st.none(), st.booleans(), st.integers(-3, 70), st.text(max_size=4), st.floats(),
        st.sampled_from([[], {}, HUGE, TOWER, 10**30, ["step", 1], ["nothing"], ["term", HUGE]]),
    )  # fmt: skip
    if kind == "replace":
        holder[key] = draw(junk)
    elif kind == "delete":
        del holder[key]
    elif kind == "duplicate" and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif kind == "swap" and isinstance(holder, list):
        other = draw(st.integers(0, len(holder) - 1))
        holder[key], holder[other] = holder[other], holder[key]
    else:
        holder[key] = copy.deepcopy(_at(data, draw(st.sampled_from(PLACES[name]))))
    return name, data


@settings(max_examples=120)
@given(changes())
def test_changed_certificate_replays_to_what_it_says_or_is_refused(change: tuple[str, Any]) -> None:
    _name, data = change
    _replays_or_is_refused(data)


@pytest.mark.parametrize("name", SHORT)
def test_every_changed_formula_is_refused_with_its_step(name: str) -> None:
    for number, _step in enumerate(CERTIFICATES[name]["steps"]):
        other = ["=", ["rational", 0, 1], ["rational", 1, 1]]
        data = _changed(name, ("steps", number, "formula"), other)
        with pytest.raises(CertificateError, match=f"step {number + 1}\\b.*concludes"):
            check(data)


@pytest.mark.parametrize("name", SHORT)
def test_every_renamed_rule_is_refused_with_its_step(name: str) -> None:
    for number, _step in enumerate(CERTIFICATES[name]["steps"]):
        for rule in ("conclude", "__class__"):
            data = _changed(name, ("steps", number, "rule"), rule)
            with pytest.raises(CertificateError, match=f"step {number + 1}\\b.*no rule"):
                check(data)


@pytest.mark.parametrize("name", SHORT)
def test_assumption_taken_away_is_missed(name: str) -> None:
    used = {assumption.name for assumption in derive(name).assumptions}
    for number, code in enumerate(CERTIFICATES[name]["assumptions"]):
        data = copy.deepcopy(CERTIFICATES[name])
        del data["assumptions"][number]
        if code[0] in used:
            with pytest.raises(CertificateError, match=r"step|conclusion"):
                check(data)


def test_gamma_that_leaves_out_an_assumption_is_refused() -> None:
    for name in SHORT:
        for number, step in enumerate(CERTIFICATES[name]["steps"]):
            if step["rests_on"]:
                path = ("steps", number, "rests_on")
                with pytest.raises(CertificateError, match=f"step {number + 1}\\b.*rest on"):
                    check(_changed(name, path, step["rests_on"][1:]))


def test_steps_in_another_order_are_refused() -> None:
    data = copy.deepcopy(CERTIFICATES["identity-chain"])
    data["steps"].reverse()
    with pytest.raises(CertificateError, match=r"step 1\b"):
        check(data)


def test_reference_to_a_later_step_or_to_itself_is_refused() -> None:
    for number, step in enumerate(CERTIFICATES["identity-chain"]["steps"]):
        for key, value in step["arguments"].items():
            if value[0] == "step":
                for target in (number + 1, 0, "1"):
                    path = ("steps", number, "arguments", key, 1)
                    with pytest.raises(CertificateError, match=f"step {number + 1}\\b"):
                        check(_changed("identity-chain", path, target))


def test_theorem_that_cites_itself_is_refused() -> None:
    data = copy.deepcopy(CERTIFICATES[CITING])
    data["cites"] = [data]
    with pytest.raises(CertificateError):
        check(data)
    hollow = copy.deepcopy(CERTIFICATES[CITING])
    hollow["cites"] = []
    with pytest.raises(CertificateError, match="names nothing that was proved before"):
        check(hollow)


@pytest.mark.parametrize("name", SHORT)
def test_certificate_cut_short_is_refused(name: str) -> None:
    text = json.dumps(CERTIFICATES[name])
    for length in (0, 1, 40, len(text) // 2, len(text) - 1):
        with pytest.raises(CertificateError):
            check(text[:length])


@pytest.mark.parametrize("term", [HUGE, TOWER, DEEP, ["polygamma", [["rational", 0, 1],
    ["rational", 10**12, 1]]], ["pow", [["mul", [["rational", 2, 1], ["scalar", "x", "real"]]],
    ["rational", 10**12, 1]]], ["rational", 1, 0], ["rational", 1.5, 1], ["bound", 0],
    ["sum", [["scalar", "x", "real"], ["rational", 1, 1]]], ["pow", [["rational", 0, 1],
    ["rational", -1, 1]]], ["log", [["rational", 0, 1]]], ["log", [["rational", -1, 1]]],
    ["constant", "oo"], ["apply", "", [["rational", 1, 1]]], ["scalar", "every", "width"],
    ["scalar", "x", "complex"], ["entry", "W", 2, "random", "real", [["rational", 1, 1]]],
    ["entry", "N", 0, "random", "width", []], ["scalar", "_v0", "width"]])  # fmt: skip
def test_term_that_is_none_or_too_large_is_refused(term: Any) -> None:
    arguments = {"relation": ["text", "="], "left": ["term", term], "right": ["term", term]}
    data = copy.deepcopy(CERTIFICATES["identity-chain"])
    data["steps"] = [
        {"rule": "linear_combination", "arguments": arguments, "formula": ["=", term, term],
         "rests_on": []}
    ]  # fmt: skip
    with pytest.raises(CertificateError, match=r"step 1\b"):
        check(data)


@pytest.mark.parametrize("exponents", [(64, 64), (9, 64), (64, 9)])
def test_algebra_that_would_take_too_long_is_refused(exponents: tuple[int, int]) -> None:
    x, y, z = (["scalar", name, "real"] for name in "xyz")
    inner = ["pow", [["add", [x, y, z]], ["rational", exponents[0], 1]]]
    term = ["pow", [["add", [inner, x, ["rational", 1, 1]]], ["rational", exponents[1], 1]]]
    doubled = ["mul", [["rational", 2, 1], term]]
    arguments = {"relation": ["text", "="], "left": ["term", doubled], "right": ["term", term]}
    data = copy.deepcopy(CERTIFICATES["identity-chain"])
    data["steps"] = [{"rule": "linear_combination", "arguments": arguments,
                      "formula": ["=", doubled, term], "rests_on": []}]  # fmt: skip
    with pytest.raises(CertificateError, match=r"step 1\b"):
        check(data)


def test_data_of_any_other_type_is_refused() -> None:
    for data in (None, 3, [], {}, "", b"\xff", "null", "[" * 100_000, {"format": 1}, object()):
        with pytest.raises(CertificateError):
            check(data)


def test_declared_name_of_an_assumption_does_not_count() -> None:
    data = _changed("product-variance", ("assumptions", 0, 0), "another name")
    try:
        found = check(data)
    except CertificateError as error:
        assert "another name" not in str(error)  # noqa: PT017  # the rule asked for the old name
    else:
        assert _proves(found) == _proves(derive("product-variance"))


def test_texts_of_terms_survive_a_round_trip() -> None:
    for name in SHORT:
        for step, again in zip(derive(name).steps, check(CERTIFICATES[name]).steps, strict=True):
            assert text_of(step.left) == text_of(again.left)
