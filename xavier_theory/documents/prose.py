"""Sentences from the theorem files, made safe for Markdown, with links to the theorems that they name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from types import ModuleType

_ITEM = re.compile(r"^\d+\. ")


def prose(text: str, names: Iterable[str] = (), folder: str = "") -> str:
    """``text`` as Markdown; each of the theorem ``names`` in it becomes a link to its page in ``folder``."""
    text = text.replace("*", r"\*").replace("<", "&lt;").replace("|", r"\|")
    for name in sorted(names, key=len, reverse=True):
        ticks = "`?" if "-" in name else "`"  # a bare word such as "symmetry" is no name of a theorem
        pattern = rf"(?<![\w/\[`-]){ticks}{name}{ticks}(?![\w\]`-])"
        text = re.sub(pattern, f"[{name}]({folder}{name}.md)", text)
    return text


def plan_of(module: ModuleType) -> list[str]:
    """The numbered lines under "Plan of the proof" in a theorem file's docstring; empty if there are none."""
    lines = inspect.getdoc(module) or ""
    _, _, after = lines.partition("Plan of the proof\n")
    plan: list[str] = []
    for line in after.splitlines():
        if _ITEM.match(line):
            plan.append(_ITEM.sub("", line))
        elif plan and line.strip():
            plan[-1] += f" {line.strip()}"
        else:
            break
    return plan
