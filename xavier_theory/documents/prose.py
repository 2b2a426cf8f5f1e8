"""Sentences from the theorems, safe for Markdown, with links to the theorems they name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from types import ModuleType

_ITEM = re.compile(r"^\d+\. ")


def prose(text: str, names: Iterable[str] = (), folder: str = "") -> str:
    """``text`` as Markdown; the theorem ``names`` in it become links into ``folder``."""
    text = text.replace("*", r"\*").replace("<", "&lt;").replace("|", r"\|")
    for name in sorted(names, key=len, reverse=True):
        ticks = (
            "`?" if "-" in name else "`"
        )  # a bare word such as "symmetry" is no name of a theorem
        pattern = rf"(?<![\w/\[`-]){ticks}{name}{ticks}(?![\w\]`-])"
        text = re.sub(pattern, f"[{name}]({folder}{name}.md)", text)
    return text


def plan_of(module: ModuleType) -> tuple[str, list[str]]:
    """What follows "Plan of the proof" in a docstring: the rest of that line, the items."""
    _, _, after = (inspect.getdoc(module) or "").partition("Plan of the proof")
    opening, *lines = after.splitlines() or [""]
    plan: list[str] = []
    for line in lines:
        if _ITEM.match(line):
            plan.append(_ITEM.sub("", line))
        elif plan and line.strip():
            plan[-1] += f" {line.strip()}"
        else:
            break
    return opening, plan
