"""The page for authors: the rules and the kinds of assumption, from their own docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from xavier_theory.symbolic import assumptions
from xavier_theory.symbolic.tactics import RULES

_TITLE = """\
# Rules and assumptions

What `Proof` offers to the author of a theorem: every rule is a method of a proof `p` and returns a
step, *premises ⟹ conclusion*. A rule that does not apply raises, and says what is missing.
Generated from the docstrings by `xavier-theory prove`.
"""


def authors_page() -> str:
    """The page, as Markdown."""
    return "\n".join([_TITLE, *_rules(), *_assumptions()]) + "\n"


def _rules() -> Iterator[str]:
    yield "## Rules\n"
    for name, function in RULES.items():
        yield _entry(f"p.{name}", function, "book")


def _assumptions() -> Iterator[str]:
    yield "## Assumptions\n"
    yield "Functions of `xavier_theory.symbolic.assumptions`; `name` is a sentence.\n"
    for name, function in vars(assumptions).items():
        public = inspect.isfunction(function) and not name.startswith("_")
        if public and inspect.signature(function).return_annotation == "Assumption":
            yield _entry(name, function, "")


def _entry(name: str, function: Callable[..., Any], hidden: str) -> str:
    signature = inspect.signature(function)
    taken = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    shown = ", ".join(str(p) for p in taken if p.name != hidden)
    text = re.sub(r"``([^`]*)``", r"`\1`", inspect.getdoc(function) or "")
    return f"### `{name}({shown})`\n\n{text}\n"
