"""``python -m xavier_theory.kernel FILE…``: what certificates prove, and from what.

Needs nothing but Python's standard library. A file holds a certificate or a bundle; files that are
cited are given too, in any order. Exit status 0: all are accepted; 1: one is refused; 2: a file
cannot be read; 3: all are accepted, but say more than is printed.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from xavier_theory.kernel import Refused, Theorem, check
from xavier_theory.kernel.assumptions import Assumption
from xavier_theory.kernel.check import MOST_CHARACTERS, budget_for
from xavier_theory.kernel.terms import Term, show


def read_file(path: str) -> str:
    """The text of a regular file of so many bytes at most; ``OSError`` or ``Refused``."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Refused("it is no regular file")
        content = file.read(MOST_CHARACTERS + 1)
    if len(content) > MOST_CHARACTERS:
        raise Refused(f"it has more than {MOST_CHARACTERS} bytes")
    return content.decode("utf-8")


def cited_by(certificate: Any) -> list[str]:
    """The names of what a certificate or a bundle, as data or JSON text, cites from elsewhere."""
    inner = _inside(certificate)
    own = {str(one.get("theorem")) for one in inner}
    return [str(n) for one in inner for n in one.get("cites") or () if str(n) not in own]


def _inside(certificate: Any) -> list[dict[str, Any]]:
    """The certificates of a bundle, or the one that it is; none if it is not readable."""
    try:
        data = json.loads(certificate) if isinstance(certificate, str) else certificate
        found = data.get("bundle", [data])
        return [one for one in found if isinstance(one, dict)]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return []


def in_order(texts: Sequence[str]) -> list[str]:
    """Certificates such that what is cited comes before what cites it, as far as that can be."""
    waiting = list(texts)
    ordered: list[str] = []
    while waiting:
        proved = {str(one.get("theorem")) for text in waiting for one in _inside(text)}
        ready = [text for text in waiting if not (set(cited_by(text)) & proved)] or waiting
        waiting = [text for text in waiting if text not in ready]
        ordered += ready
    return ordered


def stands_for(start: Term) -> str:
    """What a name stands for."""
    kinds = {"apply": "a function", "scalar": f"any {start[-1]} number"}
    return kinds.get(start[0], "random" if start[2:3] == (True,) else f"a fixed {start[-1]} number")


def over(domains: Sequence[str]) -> str:
    """The variables #0, #1, ... of an assumption or a definition."""
    said = ", ".join(f"#{k} {domain}" for k, domain in enumerate(domains))
    return said and f" for all {said}"


def meaning(a: Assumption) -> str:
    """What an assumption says."""
    groups = "; ".join(", ".join(map(show, group)) for group in a.groups)
    apart = "".join(f", #{i} != #{j}" for i, j in a.conditions)
    return f"{a.kind} {a.label}".strip() + f": {groups}{over(a.domains)}{apart}"


def report(theorem: Theorem) -> str:
    """What a theorem says, from which assumptions, definitions and lemmas."""
    lines = [f"{theorem.name}: all {len(theorem.lines)} lines follow"]
    names = {a: name for name, a in reversed([*theorem.assumptions.items()])}
    side = lru_cache(maxsize=None)(show)  # many results may have one long side
    for name, line in theorem.results.items():
        mark = "proves" if name in theorem.conclusion else "and"
        lines.append(f'  {mark} "{name}": {side(line.left)} {line.relation} {side(line.right)}')
        named = ", ".join(sorted(f'"{names[a]}"' for a in line.gamma))
        lines.append(f"    from {named or 'nothing'}")
    rests = frozenset().union(*(line.gamma for line in theorem.results.values()))
    lines += [f'  where "{names[a]}" is {meaning(a)}' for a in sorted(rests, key=names.__getitem__)]
    for d in theorem.definitions.values():
        lines.append(f"  where {show(d.head)} := {show(d.body)}{over(d.domains)}")
    lines += [f"  where {key} is {stands_for(start)}" for key, start in theorem.names.items()]
    return "\n".join([*lines, f"  lemmas: {', '.join(sorted(theorem.lemmas)) or 'none'}"])


def main(paths: list[str]) -> int:
    """Check the files and say what they prove; the exit status."""
    if not paths:
        sys.stderr.write("usage: python -m xavier_theory.kernel FILE…\n")
        return 2
    texts: list[str] = []
    for path in paths:
        try:
            texts.append(read_file(path))
        except (OSError, UnicodeError, Refused) as error:
            sys.stderr.write(f"{path}: {error}\n")
            return 2
    try:
        ordered = in_order(texts)
        proved = check(ordered[-1], ordered[:-1])
    except Refused as error:
        sys.stderr.write(f"refused: {error}\n")
        return 1
    try:
        with budget_for(sum(map(len, texts))):  # a short text may say much
            reports = [*map(report, proved.values())]
    except Refused:
        sys.stderr.write("accepted: all lines follow, but what they say is too long to print\n")
        return 3
    sys.stdout.write("\n".join(reports) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
