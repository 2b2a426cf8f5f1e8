"""Two ways of writing the same sentences: Markdown with formulas, and plain text for a terminal."""

from __future__ import annotations

from typing import Any, Protocol

from xavier_theory.documents.formulas import inline, latex, visible_length
from xavier_theory.documents.plain_text import plain


class Style(Protocol):
    """How a term and a link stand in a sentence."""

    def term(self, term: Any) -> str:
        """``term`` within a sentence."""

    def link(self, text: str, target: str) -> str:
        """``text``, pointing at ``target``."""

    def width(self, term: Any) -> int:
        """Roughly how many characters ``term`` takes."""


class MarkdownStyle:
    """Formulas between dollar signs, links to other pages."""

    def term(self, term: Any) -> str:
        """``term`` as an inline formula."""
        return inline(latex(term))

    def link(self, text: str, target: str) -> str:
        """A Markdown link."""
        return f"[{text}]({target})"

    def width(self, term: Any) -> int:
        """Visible characters of the formula."""
        return visible_length(latex(term))


class PlainStyle:
    """Text alone."""

    def term(self, term: Any) -> str:
        """``term`` on one line."""
        return plain(term)

    def link(self, text: str, target: str) -> str:
        """The text without its target."""
        return text

    def width(self, term: Any) -> int:
        """Characters of the text."""
        return len(plain(term))
