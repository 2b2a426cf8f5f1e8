"""Sentences that state facts, with what shows each of them, as data.

A sentence of a theorem's page or of the ledger is a ``Fact``: its text, and its evidence. What has
no evidence cannot be made, so that nothing is said that is not shown. A number in a sentence is
``Computed``: a function in ``numbers.py`` of the theorem's folder encloses it, and the number that
is printed must be that one, rounded. What is typed in and no result, such as a width that an
experiment has, is listed as ``given``. ``faults`` lists what does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xavier_theory.errors import InvalidInputError
from xavier_theory.theorems.references import reference

__all__ = [
    "Cited",
    "Computed",
    "Evidence",
    "Fact",
    "Fails",
    "Proved",
    "Sampled",
    "Trained",
    "evidence_from",
    "last_number",
    "misprint",
]

_NUMBER = re.compile(r"[-−]?(?<![\w.])\d[\d,]*(?:\.\d+)?(?: %)?")
_BITS = 400
_POWER = re.compile(r"\d\^|\^\d")


@dataclass(frozen=True)
class Proved:
    """A result of ``theorem``; without a name, of the theorem that says the sentence."""

    result: str = "conclusion"
    theorem: str = ""


@dataclass(frozen=True)
class Fails:
    """What breaks without this assumption: the counterexample that is stored in the folder."""

    assumption: str
    theorem: str = ""


@dataclass(frozen=True)
class Sampled:
    """An experiment of ``theorem``, by its name: sampled with stated error rates."""

    experiment: str
    theorem: str = ""


@dataclass(frozen=True)
class Trained:
    """An experiment on training, by its name."""

    experiment: str


@dataclass(frozen=True)
class Computed:
    """A number with a certified error: ``phrase`` stands in the sentence, and ends with it.

    ``numbers.py`` in the folder of ``theorem`` has the function that encloses it, under ``phrase``.
    """

    phrase: str
    theorem: str = ""

    def __post_init__(self) -> None:
        last_number(self.phrase)


@dataclass(frozen=True)
class Cited:
    """A place in the literature: a key of ``references.bib``, and where in it, for what.

    Raises ``UnknownNameError`` for a key that ``references.bib`` has not.
    """

    key: str
    where: str
    about: str = ""

    def __post_init__(self) -> None:
        reference(self.key)

    @property
    def text(self) -> str:
        """Author, year and section; where the text was not at hand it says so."""
        found = reference(self.key)
        parts = [found.short, *filter(None, (self.where, self.about))]
        return ", ".join(parts) + (f" ({found.note})" if found.note else "")


Evidence = Proved | Fails | Sampled | Trained | Computed | Cited


@dataclass(frozen=True, init=False)
class Fact:
    """A sentence, or a few that belong together, with evidence.

    Raises ``InvalidInputError`` for a text that is no sentence, that has no evidence, or with a
    number that is neither computed nor given. Whole numbers below 100 and exponents are no such
    numbers; ``given`` lists the others that are no results.
    """

    text: str
    evidence: tuple[Evidence, ...]
    given: tuple[str, ...]

    def __init__(self, text: str, *evidence: Evidence, given: tuple[str, ...] = ()) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "evidence", evidence)
        object.__setattr__(self, "given", given)
        fault = next(_faults(self), None)
        if fault is not None:
            raise InvalidInputError(f"{fault}: {text!r}")


def _faults(fact: Fact) -> Iterator[str]:
    if not fact.text.strip() == fact.text != "" or not fact.text.endswith("."):
        yield "a sentence ends with a full stop, without spaces around it"
    if not fact.evidence:
        yield "a sentence that states a fact carries its evidence"
    if not all(isinstance(shown, Evidence) for shown in fact.evidence):
        yield "evidence is Proved, Fails, Sampled, Trained, Computed or Cited"
    computed = [shown.phrase for shown in fact.evidence if isinstance(shown, Computed)]
    for phrase in computed:
        if not _stands(phrase, fact.text):
            yield f"{phrase!r} is computed, but not in the sentence"
    told = {last_number(phrase) for phrase in computed} | set(fact.given)
    said = set(_numbers(fact.text))
    for number in sorted(said - told):
        yield f"the number {number} is neither computed nor given"
    for number in sorted(set(fact.given) - said):
        yield f"{number} is given, but not in the sentence"


def _stands(phrase: str, text: str) -> bool:
    """Whether ``phrase`` is in ``text``, and its number is not cut off there."""
    return re.search(re.escape(phrase) + r"(?!\d|,\d|\.\d)", text) is not None


def _numbers(text: str) -> Iterator[str]:
    """The numbers of a text that call for evidence."""
    for found in _NUMBER.finditer(text):
        around = text[max(found.start() - 1, 0) : found.end() + 1]
        digits = found.group().rstrip(",").lstrip("-−")
        if _POWER.search(around) and "." not in digits:
            continue
        if "." in digits or "%" in digits or len(digits) >= 3:
            yield digits


def last_number(phrase: str) -> str:
    """The number that a phrase ends with, as it is written there, without its sign."""
    found = list(_NUMBER.finditer(phrase))
    if not found or not phrase.endswith(found[-1].group()):
        raise InvalidInputError(f"{phrase!r} does not end with a number")
    return found[-1].group().lstrip("-−")


def misprint(phrase: str, value: Any) -> str | None:
    """What is wrong with the number in ``phrase``, whose enclosure is ``value``; None if nothing.

    The number printed has to be within half a unit of its last place of all that ``value``
    encloses: an ``Enclosure``, a ball of flint, a whole number or a fraction. After "about" the
    zeros at the end of a whole number are no places.
    """
    printed = last_number(phrase)
    low, high = _ends(value)
    negative = phrase[: -len(printed)].endswith(("-", "−"))
    digits = printed.replace(",", "").removesuffix(" %")
    unit = Fraction(1, 10 ** len(digits.partition(".")[2]))
    if "about" in phrase and "." not in digits:
        unit *= 10 ** (len(digits) - len(digits.rstrip("0")))
    percent = 100 if printed.endswith("%") else 1
    number = Fraction(digits) * (-1 if negative else 1)
    if all(abs(end * percent - number) <= unit / 2 for end in (low, high)):
        return None
    return f"{phrase!r}: the value is in [{float(low):.8g}, {float(high):.8g}]"


def _ends(value: Any) -> tuple[Fraction, Fraction]:
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value), Fraction(value)
    from xavier_theory.activations.enclosures import Enclosure

    if not isinstance(value, Enclosure) and not hasattr(value, "is_finite"):
        raise InvalidInputError(f"{value!r} encloses nothing: give a fraction or an enclosure")
    from flint import ctx

    with ctx.workprec(_BITS):  # or else the ends would be rounded to doubles
        found = value if isinstance(value, Enclosure) else Enclosure.from_arb(value)
    return found.lower, found.upper


_KINDS: Mapping[str, Callable[..., Evidence]] = {
    "proved": Proved,
    "fails": Fails,
    "sampled": Sampled,
    "trained": Trained,
    "computed": Computed,
    "cited": Cited,
}


def evidence_from(table: Mapping[str, str]) -> Evidence:
    """Evidence from a table such as ``{proved = "conclusion", theorem = "symmetry"}``.

    Raises ``InvalidInputError`` where it names no kind, or has a key that its kind has not.
    """
    kinds = [kind for kind in _KINDS if kind in table]
    if len(kinds) != 1:
        raise InvalidInputError(f"evidence names one of {', '.join(_KINDS)}; got {dict(table)}")
    others = {key: value for key, value in table.items() if key != kinds[0]}
    try:
        return _KINDS[kinds[0]](table[kinds[0]], **others)
    except TypeError:
        raise InvalidInputError(f"evidence cannot be made of {dict(table)}") from None
