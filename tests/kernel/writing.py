"""Certificates from a few parts, for tests of the kernel.

The names of ``NAMES`` are declared in each: x, y, z, t are real numbers, q >= 0, u, v, s > 0, l
and m natural, i, j, k, n widths, and so on. ``rests`` lists what the last line rests on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from xavier_theory.kernel import FORMAT, Refused, Theorem, check, digest
from xavier_theory.kernel.terms import show

_KINDS = {
    "scalar real": "x y z t",
    "scalar nonnegative": "q",
    "scalar positive": "u v s",
    "scalar natural": "l m",
    "scalar width": "i j k n",
    "fixed real": "c h d/1 g/1 a/2 b/3",
    "fixed positive": "p/1",
    "random": "X Y Z W/1 U/1 V/2",
    "function": "f/1 df/1",
}
NAMES = {name: kind.split() for kind, names in _KINDS.items() for name in names.split()}
PARTS = dict.fromkeys(("terms", "assumptions", "hypotheses", "definitions", "units"), ())


def neg(term: Any) -> Any:
    return ["*", "-1", term]


def minus(left: Any, right: Any) -> Any:
    return ["+", left, neg(right)]


def power(term: Any, k: Any) -> Any:
    return ["^", term, str(k)]


def assumed(
    kind: str, *groups: Any, over: Sequence[str] = (), label: str = "", apart: Any = ()
) -> Any:
    """An assumption without a name, which ``certificate`` gives: its number."""
    pairs = [list(pair) for pair in apart]
    return [kind, list(over), [list(group) for group in groups], label, pairs]


def line(rule: str, *arguments: Any, says: Any = None, positive: Sequence[int] = ()) -> list[Any]:
    return [rule, list(arguments), says, list(positive)]


def same(left: Any, right: Any, relation: str = "=") -> list[Any]:
    """A line that follows by the normal form alone."""
    return line("algebra", [], [], says=[relation, left, right])


def certificate(
    *lines: Any,
    rests: Sequence[int] = (),
    theorem: str = "t",
    names: Any = (),
    raw: Any = (),
    **parts: Any,
) -> dict[str, Any]:
    """A certificate of its last line; ``raw`` replaces what it says of some keys."""
    data: dict[str, Any] = {key: list(parts.pop(key, value)) for key, value in PARTS.items()}
    for key, start in (("assumptions", "a"), ("hypotheses", "h"), ("definitions", "d")):
        data[key] = [[f"{start}{k}", *item] for k, item in enumerate(data[key])]
    return {
        "format": FORMAT,
        "theorem": theorem,
        "names": NAMES | dict(names),
        "cites": {one["theorem"]: digest(one) for one in parts.pop("cited", ())},
        "lines": list(lines),
        "results": {"main": [len(lines) - 1, list(rests)]},
        "conclusion": ["main"],
        "quantities": {},
        **data,
        **parts,
        **dict(raw),
    }


def prove(*lines: Any, cited: Sequence[Any] = (), **parts: Any) -> Theorem:
    """What the certificate of ``lines`` proves."""
    data = certificate(*lines, cited=cited, **parts)
    return check(json.dumps(data), [json.dumps(one) for one in cited])[data["theorem"]]


def proves(*lines: Any, **parts: Any) -> str:
    """The last line as text."""
    found = prove(*lines, **parts).results["main"]
    return f"{show(found.left)} {found.relation} {show(found.right)}"


def refuses(match: str, *lines: Any, **parts: Any) -> None:
    """The certificate of ``lines`` is refused, with these words, at its last line if at one."""
    with pytest.raises(Refused, match=match) as found:
        prove(*lines, **parts)
    place = str(found.value).partition(": line ")[2].partition(":")[0]
    assert place in ("", str(len(lines) - 1)), found.value
