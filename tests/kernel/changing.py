"""Single changes of certificates, and whether what is accepted all the same is true."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from functools import cache
from typing import Any

from xavier_theory.finite_models import Claim, check_claims
from xavier_theory.kernel import Refused, Theorem, check, digest
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.encoding import decode
from xavier_theory.symbolic.judgements import Context, Definition
from xavier_theory.theorems import derive, theorem_folder, theorems

JUNK = (None, True, False, 0, -1, 1, 2, 10**30, 0.5, "", "0", "1", "-1", "1/2", "x", "every", "E",
        [], {}, ["#", 0], ["#", 1], ["+", "1", "1"], "=", "<=", "<", "integrable", "real",
        "width", "natural", "positive", "a", [[[["+"]]]])  # fmt: skip


@cache
def certificates() -> dict[str, dict[str, Any]]:
    """The certificates of all theorems."""
    return {name: json.loads(json.dumps(derive(name).data)) for name in theorems()}


@cache
def proved(name: str) -> tuple[Theorem, ...]:
    """What the certificate cites, as checked, and last what it proves."""
    data = certificates()[name]
    cited = {t.name: t for other in data["cites"] for t in proved(other)}
    return tuple(check(data, [*cited.values()]).values())


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything in a certificate."""
    inner = data.items() if isinstance(data, dict) else (
        enumerate(data) if isinstance(data, list) else ())  # fmt: skip
    return [path, *(p for key, value in inner for p in places(value, (*path, key)))]


@cache
def _places(name: str) -> list[tuple[Any, ...]]:
    return places(certificates()[name])[1:]


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def change(rng: random.Random, name: str) -> tuple[dict[str, Any], str]:
    """A certificate with one change, and what was changed."""
    data = copy.deepcopy(certificates()[name])
    key = rng.choice([k for k in data if data[k]] + ["lines"] * 6 + ["terms"] * 3)
    path = rng.choice([p for p in _places(name) if p[0] == key])
    holder, last = _at(data, path[:-1]), path[-1]
    old = holder[last]
    kind = rng.choice(("junk", "near", "near", "near", "move", "drop", "double", "swap", "nest"))
    if kind == "near" and type(old) is int:
        holder[last] = old + rng.choice((-2, -1, 1, 2))
    elif kind == "near" and isinstance(old, str):
        holder[last] = rng.choice([*data["names"], *JUNK, old + "0", "-" + old])
    elif kind == "drop":
        del holder[last]
    elif kind == "double" and isinstance(holder, list):
        holder.insert(last, copy.deepcopy(old))
    elif kind == "swap" and isinstance(holder, list):
        other = rng.randrange(len(holder))
        holder[last], holder[other] = holder[other], holder[last]
    elif kind == "nest":
        holder[last] = [old]
    elif kind == "junk":
        holder[last] = copy.deepcopy(rng.choice(JUNK))
    else:
        holder[last] = copy.deepcopy(_at(data, rng.choice(_places(name))))
    return data, f"{name}: {kind} at {path}: {str(old)[:80]}"


def judge(honest: Theorem, found: Theorem) -> str:
    """How the results of a changed certificate stand to those of the original.

    What is no line of the original is put to the test in exact finite models.
    """
    same = [*found.definitions.values()] == [*honest.definitions.values()]
    new = {k: r for k, r in found.results.items() if not same or r not in honest.lines}
    if not new:
        return "lines of the original"
    weaker = {a: _with_conditions(a, honest.assumptions.get(n, a)) for n, a in
              found.assumptions.items()}  # fmt: skip
    asked = (r._replace(gamma=frozenset(weaker[a] for a in r.gamma)) for r in new.values())
    if same and all(r in honest.lines for r in asked):  # which may leave no model
        return "fewer conditions: a stronger assumption"
    named = {a: _assumption(name, a) for name, a in found.assumptions.items()}
    definitions = tuple(
        Definition(name, d.domains, decode(d.head), decode(d.body))
        for name, d in found.definitions.items()
    )
    context = Context(tuple(named.values()), definitions)
    claims = [
        Claim(k, r.relation, decode(r.left), decode(r.right),
              frozenset(named[a] for a in r.gamma), context)
        for k, r in new.items()
    ]  # fmt: skip
    known = honest.name in theorems() and found.names == honest.names  # it speaks of these symbols
    told = theorem_folder(honest.name).solved if known else {}
    kept = {n for n, a in found.assumptions.items() if honest.assumptions.get(n) == a}
    solved = {name: how for name, how in told.items() if name in kept}
    verdicts = {report.verdict for report in check_claims(claims, 30, 0, solved)}
    return "false" if "failed" in verdicts else "new: " + ", ".join(sorted(verdicts))


def _with_conditions(a: Any, honest: Any) -> Any:
    """An assumption with the conditions of the original, if it asks for fewer."""
    return a._replace(conditions=honest.conditions) if not set(a.conditions) - set(
        honest.conditions) else a  # fmt: skip


def _assumption(name: str, a: Any) -> Assumption:
    groups = tuple(tuple(map(decode, group)) for group in a.groups)
    return Assumption(name, a.kind, a.domains, groups, a.label, a.conditions)


def one_change(rng: random.Random, counts: Counter[str]) -> str:
    """What is wrong about a changed certificate that is accepted; "" if nothing is."""
    name = rng.choice([*certificates()])
    data, said = change(rng, name)
    *cited, honest = proved(name)
    try:
        found = [*check(data, cited).values()][-1]
    except Refused:
        counts["refused"] += 1
        return ""
    verdict = "no change" if digest(data) == honest.digest else judge(honest, found)
    counts[verdict] += 1
    return said if verdict == "false" else ""


def many_changes(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """How ``count`` changed certificates came out, and what was wrong."""
    counts: Counter[str] = Counter()
    wrong = []
    for k in range(count):
        found = one_change(random.Random(f"{seed} {k}"), counts)
        if found:
            wrong.append(f"change {seed} {k}: {found}")
    return counts, wrong
