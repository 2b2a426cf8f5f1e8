"""The literature: ``references.bib``, each reference once, and how a text names one of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from xavier_theory.errors import InvalidInputError, UnknownNameError

__all__ = ["Reference", "parsed", "reference", "references"]

_ENTRY = re.compile(r"@\w+\{([a-z]+\d{4}),\n((?:  \w+ = \{[^{}]*\},\n)*)\}\n")
_FIELD = re.compile(r"  (\w+) = \{([^{}]*)\},\n")
_FIELDS = {"author", "title", "published", "year", "note"}


@dataclass(frozen=True)
class Reference:
    """An entry. ``authors``: family names, in order. ``note``: which of its text was at hand."""

    key: str
    authors: tuple[str, ...]
    title: str
    published: str
    year: str
    note: str = ""

    @property
    def short(self) -> str:
        """How sentences name it: ``Glorot & Bengio (2010)``, ``He et al. (2015)``."""
        *first, last = self.authors
        named = f"{', '.join(first)} & {last}" if first else last
        return f"{f'{first[0]} et al.' if len(first) > 2 else named} ({self.year})"

    @property
    def full(self) -> str:
        """Title and place: what a list of references says besides ``short``."""
        end = "" if self.title.endswith("?") else "."
        return f"{self.title}{end} {self.published}" + (f" ({self.note})" if self.note else "")


def parsed(text: str) -> dict[str, Reference]:
    """The entries of a bibliography by key.

    ``InvalidInputError`` for what is no entry, a field that is unknown, missing or given twice, and
    a key that two entries have.
    """
    found: dict[str, Reference] = {}
    rest = re.sub(r"^%.*\n", "", text, flags=re.MULTILINE)
    for entry in _ENTRY.finditer(rest):
        key, body = entry.groups()
        fields = dict(_FIELD.findall(body))
        if key in found:
            raise InvalidInputError(f"two references are called {key}")
        if len(fields) < body.count("\n") or not _FIELDS - {"note"} <= fields.keys() <= _FIELDS:
            wanted = ", ".join(sorted(_FIELDS))
            raise InvalidInputError(f"the reference {key} needs each field once, of {wanted}")
        people = fields.pop("author").split(" and ")
        found[key] = Reference(key, tuple(name.split(",")[0] for name in people), **fields)
    left = _ENTRY.sub("", rest).strip()
    if left:
        raise InvalidInputError(f"no reference: {left.splitlines()[0]}")
    return found


@functools.cache
def references() -> Mapping[str, Reference]:
    """Every reference by key."""
    place = resources.files(__package__).joinpath("references.bib")
    return parsed(place.read_text(encoding="utf-8"))


def reference(key: str) -> Reference:
    """The reference called ``key``; ``UnknownNameError`` if there is none."""
    if key not in references():
        raise UnknownNameError("reference", key, references())
    return references()[key]
