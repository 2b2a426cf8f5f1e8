"""What shows a sentence, in words: behind each sentence of a page, or of the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from xavier_theory.documents.citations import Citations
from xavier_theory.documents.prose import prose
from xavier_theory.documents.styles import MarkdownStyle, PlainStyle, Style
from xavier_theory.errors import UnknownNameError
from xavier_theory.theorems import derive, theorem_folder
from xavier_theory.theorems.evidence import (
    Cited,
    Computed,
    Evidence,
    Fact,
    Fails,
    Proved,
    Sampled,
    Trained,
    last_number,
)
from xavier_theory.training.experiments import experiment

__all__ = ["in_words", "plain_said", "said", "shown_by", "sourced"]


def said(fact: Fact, speaker: str, names: Iterable[str] = ()) -> str:
    """A sentence in Markdown, and what shows it; ``names`` are theorems to be linked in it.

    ``speaker`` is the theorem that says it; empty for the ledger.
    """
    return f"{prose(fact.text, names)} *[{in_words(fact, speaker)}]*"


def in_words(fact: Fact, speaker: str) -> str:
    """What shows a sentence, in Markdown."""
    return "; ".join(shown_by(fact, speaker, MarkdownStyle()))


def plain_said(fact: Fact, speaker: str) -> str:
    """The same as plain text."""
    return f"{fact.text} ({'; '.join(shown_by(fact, speaker, PlainStyle()))})"


def sourced(source: Cited, style: Style) -> str:
    """A source; in Markdown author and year lead to the list of references."""
    short, year, rest = source.text.partition(")")
    return style.link(short + year, f"references.md#{source.key}") + rest


def shown_by(fact: Fact, speaker: str, style: Style) -> list[str]:
    """Its evidence by kind, in a few words. ``UnknownNameError`` where there is no such thing."""
    kinds: dict[str, dict[str, None]] = {}
    for shown in fact.evidence:
        kind, words = _shown(shown, speaker, style)
        kinds.setdefault(kind, {})[words] = None
    return [f"{kind}: {', '.join(found)}" for kind, found in kinds.items()]


def _shown(shown: Evidence, speaker: str, style: Style) -> tuple[str, str]:
    match shown:
        case Cited():
            return "cited", sourced(shown, style)
        case Trained():
            name = experiment(shown.experiment).name
            return "sampled on training", style.link(name, f"training.md#{name}")
        case Computed():
            return "computed with a certified error", last_number(shown.phrase)
        case Proved():
            return "proved", _proved(shown, speaker, style)
        case Fails():
            return "counterexample", _fails(shown, speaker, style)
        case Sampled():
            return "sampled", _sampled(shown, speaker, style)
    raise TypeError(f"no words for {shown!r}")


def _proved(shown: Proved, speaker: str, style: Style) -> str:
    derivation = derive(shown.theorem or speaker)
    results = derivation.results
    wanted = derivation.main if shown.result == "conclusion" else (shown.result,)
    for result in wanted:
        if result not in results:
            raise UnknownNameError(f"result of {derivation.name}", result, results)
    name = "" if shown.result == "conclusion" else shown.result.replace("_", " ")
    if shown.theorem and shown.theorem != speaker:
        return " ".join(filter(None, (_linked(shown.theorem, style), name)))
    places = Citations(derivation, style).steps(results[result] for result in wanted)
    return " ".join(filter(None, (name, places)))


def _fails(shown: Fails, speaker: str, style: Style) -> str:
    derivation = derive(shown.theorem or speaker)
    declared = {assumption.name: assumption for assumption in derivation.context.assumptions}
    if shown.assumption not in declared:
        raise UnknownNameError(f"assumption of {derivation.name}", shown.assumption, declared)
    label = Citations(derivation, style).label(declared[shown.assumption])
    of = f" of {_linked(shown.theorem, style)}" if shown.theorem else ""
    return f"without {label}{of}"


def _sampled(shown: Sampled, speaker: str, style: Style) -> str:
    name = shown.theorem or speaker
    known = theorem_folder(name).sampled_names
    if shown.experiment not in known:
        raise UnknownNameError(f"experiment of {name}", shown.experiment, known)
    of = f"{_linked(shown.theorem, style)}: " if shown.theorem else ""
    return of + shown.experiment


def _linked(name: str, style: Style) -> str:
    return style.link(name, f"{derive(name).name}.md")
