"""The literature: each reference once, each citation of one of them, each of them cited."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.theorems import theorem_folder, theorems
from xavier_theory.theorems.evidence import Cited
from xavier_theory.theorems.references import parsed, references

ROOT = Path(__file__).resolve().parent.parent
MENTION = re.compile(
    r"(?<![\w-])(?P<name>[A-ZÀ-Þ][\w'-]*[a-zà-ÿ]|[A-Z]|DLMF)(?P<others> et al\.)? "
    r"(?:(?P<year>(?:18|19|20)\d\d)(?![\d-])|\((?P<in_brackets>(?:18|19|20)\d\d)\))"
)
NO_AUTHORS = {"Then"}
"""What stands before a number like a year and is no name."""


def texts() -> Iterator[tuple[str, str]]:
    """Every tracked text written by hand, but for the list of references itself."""
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.md", "*.toml"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.is_file() and not name.startswith("proofs/") and path != Path(__file__):
            yield name, path.read_text(encoding="utf-8")


def mentions(text: str) -> Iterator[tuple[str, str]]:
    """Name and year of each mention such as "He et al. (2015)" or "Cho & Saul 2009"."""
    for found in MENTION.finditer(re.sub(r"\s*\n\s*(?:# )?", " ", text)):
        if found["name"] not in NO_AUTHORS:
            yield found["name"], found["year"] or found["in_brackets"]


def known() -> set[tuple[str, str]]:
    return {(name, entry.year) for entry in references().values() for name in entry.authors}


def test_every_mention_is_of_a_reference() -> None:
    missing = [
        (place, *mention)
        for place, text in texts()
        for mention in mentions(text)
        if mention not in known()
    ]
    assert missing == []


def test_every_reference_is_used() -> None:
    written = [text for _, text in texts()]
    mentioned = {mention for text in written for mention in mentions(text)}
    whole = "\n".join(written)
    idle = [
        key
        for key, entry in references().items()
        if f'"{key}"' not in whole
        and (entry.authors[-1], entry.year) not in mentioned
        and (entry.authors[0], entry.year) not in mentioned
    ]
    assert idle == []


def test_a_planted_mention_and_a_wrong_year_are_found() -> None:
    said = list(
        mentions("As Nobody & Noone (1999) and He et al.\n    2014 say; Cho & Saul 2009 too.")
    )
    assert said == [("Noone", "1999"), ("He", "2014"), ("Saul", "2009")]
    assert [mention in known() for mention in said] == [False, False, True]


def test_titles_stand_in_the_list_alone() -> None:
    long = [entry.title.lower() for entry in references().values() if len(entry.title) > 24]
    flat = [(place, re.sub(r"\s*\n\s*", " ", text).lower()) for place, text in texts()]
    assert [(place, title) for place, text in flat for title in long if title in text] == []


@pytest.mark.parametrize("name", theorems())
def test_a_place_that_was_not_at_hand_says_so(name: str) -> None:
    stated = theorem_folder(name).statement
    shown = [e for fact in stated.facts for e in fact.evidence if isinstance(e, Cited)]
    for cited in (*stated.sources, *shown):
        entry = references()[cited.key]
        assert cited.where in cited.text and cited.text.startswith(entry.short)
        assert entry.note in cited.text


def test_lemmas_cite_sections() -> None:
    for lemma in LEMMAS.values():
        for _, year in mentions(lemma.source):
            assert re.search(rf"{year}\)?, (section|Theorem|Lemma|eq|chapter)", lemma.source), (
                lemma.name
            )


ENTRY = """@misc{%s,
  author = {A, B and C, D},
  title = {T},
  published = {P},
  year = {2000},
}
"""


def test_a_bibliography_is_read() -> None:
    (entry,) = parsed("% a comment\n\n" + ENTRY % "a2000").values()
    assert (entry.short, entry.full) == ("A & C (2000)", "T. P")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY % "a2000" + ENTRY % "a2000", "two references are called a2000"),
        ((ENTRY % "a2000").replace("published", "where"), "needs each field once"),
        ((ENTRY % "a2000").replace("  year = {2000},\n", ""), "needs each field once"),
        ((ENTRY % "a2000").replace("}\n", "}\n\n  x\n", 1), "no reference"),
        (ENTRY % "nokey", "no reference: @misc{nokey,"),
        ((ENTRY % "a2000").replace("{T}", "{T},\n  title = {U}"), "needs each field once"),
    ],
)
def test_what_is_no_bibliography_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        parsed(text)
