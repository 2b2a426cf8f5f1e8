"""Certificates: read strictly, replayed line by line. Nothing else makes a judgement.

A certificate is an object with the keys of ``KEYS``:
    format, theorem        "xavier_theory certificate 2" | its name
    names                  name (of a family or function: name/arity) -> [kind, domain]
    terms                  the table: each row may name earlier rows by their place
    assumptions            [name, kind, domains, groups, label, conditions], as in assumptions.py
    hypotheses             the same; what an induction discharges
    definitions            [name, domains, head, body], in an order without circles
    cites                  theorem -> digest of its certificate
    lines                  [rule, arguments, stated, positive]: stated is [relation, left, right] or
                           null for what the rule concludes; positive lists lines that say 0 < t
    results                name -> [line, the places of the assumptions that it rests on]
    conclusion             the names of the results that make the conclusion
    quantities, units      for readers: what the conclusion speaks of
A bundle, {"format": ..., "bundle": [certificate, ...]}, has what is cited before what cites it.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

# fmt: off
from xavier_theory.kernel import algebra, signs, terms
from xavier_theory.kernel.replay import WRONG_FORM, Replay, Theorem, lemmas
from xavier_theory.kernel.terms import Budget, Refused, need, sorts
# fmt: on

FORMAT = "xavier_theory certificate 2"
# fmt: off
KEYS = ("format", "theorem", "names", "terms", "assumptions", "hypotheses", "definitions", "cites",
    "lines", "results", "conclusion", "quantities", "units")
# fmt: on
BUDGET, BUDGET_PER_CHARACTER, MOST_CHARACTERS, FRAMES = 100_000, 8, 4_000_000, 2_000
ALONE = threading.RLock()
CACHES = [f for module in (terms, signs, algebra) for f in vars(module).values()
          if hasattr(f, "cache_clear")]  # fmt: skip


def check(certificate: Any, cited: Sequence[Any] = ()) -> dict[str, Theorem]:
    """What a certificate proves, and what those prove that it cites, by name; the last is its own.

    ``certificate``, a bundle or not, is data or JSON text; so are the ``cited`` ones, or they are
    what an earlier ``check`` returned. Raises ``Refused``, with the line at which it fails.
    """
    with budget_for(MOST_CHARACTERS):
        lemmas()  # read once
    proved = {theorem.name: theorem for theorem in cited if type(theorem) is Theorem}
    given = [one for one in (*cited, certificate) if type(one) is not Theorem]
    texts = [one if isinstance(one, str) else _written(one) for one in given]
    length = sum(map(len, texts))
    need(length <= MOST_CHARACTERS, f"more than {MOST_CHARACTERS} characters")
    with budget_for(length):
        for cache in CACHES:  # what was worked out before costs nothing: it would change the answer
            cache.cache_clear()
        for one in [c for text in texts for c in _bundled(_loaded(text))]:
            theorem = Replay(one, proved).theorem()
            need(proved.get(theorem.name, theorem).digest == theorem.digest, "two of one name")
            proved[theorem.name] = proved.pop(theorem.name, theorem)
    return proved


@contextmanager
def budget_for(length: int) -> Iterator[None]:
    """What may be spent on so many characters; what does not fit together is ``Refused``.

    One at a time, whatever the thread; and with as many frames as any term needs, however deep the
    caller is.
    """
    with ALONE:
        before, Budget.left = Budget.left, BUDGET + BUDGET_PER_CHARACTER * length
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + FRAMES)
        try:
            yield
        except RecursionError:
            raise Refused("it is nested too deeply") from None
        except WRONG_FORM as error:
            raise Refused(f"it is of a wrong form ({error})") from None
        finally:
            Budget.left = before
            sys.setrecursionlimit(limit)


def _written(data: Any) -> str:
    try:
        return json.dumps(data)
    except (*WRONG_FORM, RecursionError):
        raise Refused("it is no JSON data") from None


def _loaded(text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), "an object has a key twice")
        return dict(pairs)

    def refuse(text: str) -> Any:
        raise Refused(f"{text[:20]} is no whole number")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse)
    except ValueError as error:
        raise Refused(f"it is no JSON text: {error}") from None


def _bundled(data: Any) -> list[Any]:
    need(type(data) is dict and type(data.get("format")) is str, "it is no object with a format")
    need(data["format"] == FORMAT, f"its format is not {FORMAT!r}: prove it again by this version")
    if set(data) == {"format", "bundle"}:
        need(sorts(data["bundle"], dict) and data["bundle"], "a bundle lists certificates")
        need(not any("bundle" in inner for inner in data["bundle"]), "a bundle in a bundle")
        return [one for inner in data["bundle"] for one in _bundled(inner)]
    need(set(data) == set(KEYS), f"its keys are not {', '.join(KEYS)}")
    return [data]
