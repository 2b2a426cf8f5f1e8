"""Is an assumption needed? Drop it, keep the others, and look for the smallest counterexample.

``smallest.py`` says what *smallest* means and which models are searched. What cannot be searched is
said: finite models violate no integrability, and have no density.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from xavier_theory.errors import UnknownNameError
from xavier_theory.finite_models.arithmetic import is_exact, precision
from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.finite_models.drawing.theory import Theory
from xavier_theory.finite_models.search.scope import separate_law
from xavier_theory.finite_models.search.smallest import (
    Bounds,
    Found,
    Tally,
    smallest_counterexample,
)
from xavier_theory.finite_models.stored.continuous import Continuous
from xavier_theory.finite_models.stored.text import encode_model, meaning
from xavier_theory.kernel.terms import nodes
from xavier_theory.symbolic.assumptions import CONTINUOUS, Assumption

HEIGHTS = (4, 3, 2)
"""The bounds on the height that are tried: the first at which the search comes to its end."""


@dataclass(frozen=True)
class NecessityResult:
    """What dropping one assumption of a theorem does.

    Attributes
    ----------
    theorem, result, assumption: names; the assumption is one that the result rests on.
    kind: ``counterexample`` (a finite model), ``continuous counterexample`` (one with continuous
        laws), ``none found``, ``not searched`` (see ``reason``) or ``not needed`` (``reason`` says
        why).
    meaning: what may happen without the assumption.
    table: the counterexample as text.
    left, right, difference: the values of the result's sides in it, exactly.
    atoms, height: of the smallest counterexample.
    models: how many models of the kept assumptions were gone through until then.
    space: which models were gone through, in which order.
    reason: why nothing was searched or found.
    model: the counterexample as data (JSON), for ``verify_counterexample``.
    work, bound: the work that the search took, and its bound on the height.
    question: a digest of what was asked, by which a stored answer to another question is known.
    """

    theorem: str
    result: str
    assumption: str
    kind: str
    meaning: str
    table: str = ""
    left: str = ""
    right: str = ""
    difference: str = ""
    atoms: int | None = None
    height: int | None = None
    models: int = 0
    space: str = ""
    reason: str = ""
    model: dict[str, Any] | None = field(default=None, compare=False)
    work: int = 0
    bound: int = 0
    question: str = ""

    @property
    def needed(self) -> bool:
        """Whether a counterexample shows that the assumption cannot just be dropped."""
        return self.kind in ("counterexample", "continuous counterexample")


def every_assumption(derivation: Any) -> tuple[tuple[str, Assumption], ...]:
    """The assumptions behind the derivation's results.

    Each with the first result that rests on it: the conclusion comes first.
    """
    names = [
        *derivation.main,
        *(name for name in derivation.results if name not in derivation.main),
    ]
    found: dict[Assumption, str] = {}
    for name in names:
        for assumption in derivation.context.assumptions:
            if assumption in derivation.results[name].assumptions:
                found.setdefault(assumption, name)
    return tuple((name, assumption) for assumption, name in found.items())


def claim_about(
    derivation: Any, result: str, assumption: Assumption
) -> tuple[Claim, list[Assumption]]:
    """A result as a claim, and the assumptions that it keeps when one is dropped."""
    step = derivation.results[result]
    claim = Claim.of(step, derivation.context)
    given = [a for a in derivation.context.assumptions if a in step.assumptions]
    if assumption not in given:
        raise UnknownNameError(
            "assumption of this result", assumption.name, [a.name for a in given]
        )
    return claim, [a for a in given if a != assumption]


def question(derivation: Any, result: str, dropped: Assumption) -> str:
    """A digest of what ``necessity`` asks: result, definitions, kept and dropped assumptions.

    It says nothing about how the answer is searched.
    """
    claim, kept = claim_about(derivation, result, dropped)
    asked = [
        [derivation.name, result, claim.relation, *claim.sides],
        [definition.in_kernel for definition in claim.context.definitions],
        [assumption.in_kernel for assumption in kept],
        dropped.in_kernel,
    ]
    return sha256(json.dumps(asked).encode()).hexdigest()[:16]


def necessity(
    derivation: Any,
    assumption: Assumption | str,
    continuous: Mapping[str, Continuous],
    result: str | None = None,
    heights: Sequence[int] | None = None,
) -> NecessityResult:
    """Drop ``assumption`` and find the smallest model in which the result fails.

    ``continuous`` has the counterexamples with continuous laws that are written out, by assumption:
    where there is one, nothing is searched.
    ``result`` is by default the first that rests on it, and if that may hold without, the first
    other one that fails. Raises ``UnknownNameError`` if none rests on it.
    ``heights`` are by default ``HEIGHTS``, with opaque functions only the last: they make the
    space so large that the search would not come to its end at the others.
    """
    label = assumption if isinstance(assumption, str) else assumption.name
    known = {a.name: (name, a) for name, a in every_assumption(derivation)}
    if label not in known:
        raise UnknownNameError(f"assumption of {derivation.name}", label, known)
    first, dropped = known[label]
    name = result or first
    written = continuous.get(label)
    answer = _answer(derivation, name, dropped, written, heights)
    if answer.kind == "none found" and result is None:
        rest = [r for r, step in derivation.results.items() if dropped in step.assumptions]
        tried = (_answer(derivation, r, dropped, written, heights) for r in rest if r != first)
        answer = next((other for other in tried if other.kind == "counterexample"), answer)
    return replace(answer, question=question(derivation, name, dropped))


def _answer(
    derivation: Any,
    name: str,
    dropped: Assumption,
    continuous: Continuous | None,
    heights: Sequence[int] | None,
) -> NecessityResult:
    claim, kept = claim_about(derivation, name, dropped)
    start = (derivation.name, name, dropped.name)
    text = meaning(dropped)
    if continuous is not None:
        return NecessityResult(*start, "continuous counterexample", text, *continuous.sides)
    reason = _not_needed(dropped, claim, kept)
    if reason:
        return NecessityResult(*start, "not needed", text, reason=reason)
    reason = _not_searchable(dropped, claim, kept)
    if reason:
        return NecessityResult(*start, "not searched", text, reason=reason)
    terms = [*claim.terms, *Theory(tuple(kept)).terms]
    opaque = any(node[0] == "apply" for term in terms for node in nodes(term))
    return _searched(
        start, text, claim, kept, dropped, heights or (HEIGHTS[-1:] if opaque else HEIGHTS)
    )


def _not_needed(dropped: Assumption, claim: Claim, kept: Sequence[Assumption]) -> str:
    if dropped.kind in CONTINUOUS and separate_law(dropped, claim, kept):
        return (
            "it only gives a name to a variable with that law, of which neither the result nor "
            "another assumption speaks: there always is one, so it restricts nothing"
        )
    return ""


def _not_searchable(dropped: Assumption, claim: Claim, kept: Sequence[Assumption]) -> str:
    if dropped.kind == "moment":
        return "every moment of a finite model is finite: that none is found there proves nothing"
    continuous = [a.name for a in kept if a.kind in CONTINUOUS]
    blocking = [
        a.name
        for a in kept
        if a.kind in CONTINUOUS and not separate_law(a, claim, [*kept, dropped])
    ]
    if continuous and blocking:
        return f"a finite model cannot satisfy {blocking[0]}, which is kept: it has no density"
    return ""


def _searched(
    start: tuple[str, str, str],
    text: str,
    claim: Claim,
    kept: Sequence[Assumption],
    dropped: Assumption,
    heights: Sequence[int],
) -> NecessityResult:
    finite = [a for a in kept if a.kind not in CONTINUOUS]
    for most in heights:
        bounds = Bounds(height=most)
        found, tally = smallest_counterexample(claim, finite, dropped, bounds)
        if found is not None or tally.exhausted:
            break
    space = _space(bounds, found)
    work = bounds.work - tally.left
    if found is None:
        reason = "the search ended at the bound on its work"
        if tally.exhausted:
            reason = "none in this space: it may follow from the assumptions that are kept"
        return NecessityResult(
            *start, "none found", text, models=tally.models, space=space, reason=reason,
            work=work, bound=bounds.height,
        )  # fmt: skip
    return _result(start, text, found, tally, space, work, bounds)


def _result(
    start: tuple[str, str, str],
    text: str,
    found: Found,
    tally: Tally,
    space: str,
    work: int,
    bounds: Bounds,
) -> NecessityResult:
    with precision():
        both = found.left is not None and found.right is not None
        gap = side_text(_difference(found.left, found.right)) if both else "undefined"
    return NecessityResult(
        *start, "counterexample", text, found.model.table(), side_text(found.left),
        side_text(found.right), gap, found.atoms, found.height, tally.models, space, "",
        encode_model(found.model, found.sizes.values), work, bounds.height,
    )  # fmt: skip


def _space(bounds: Bounds, found: Found | None) -> str:
    parts = [
        f"sizes and indices up to {bounds.sizes} above the smallest in sum",
        f"at most {bounds.atoms} atoms",
        f"numerators and denominators up to {bounds.height}",
    ]
    text = "by sizes, then atoms, then height: " + ", ".join(parts)
    if found is not None and len(found.model.weights) > 1:
        text += "; independent blocks, as the kept assumptions force"
    return text


def _difference(left: Any, right: Any) -> Any:
    if isinstance(left, tuple) or isinstance(right, tuple):
        pairs = zip(_spread(left, right), _spread(right, left), strict=True)
        return tuple(x - y for x, y in pairs)
    return left - right


def _spread(value: Any, other: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple) else (value,) * len(other)


def side_text(value: Any) -> str:
    """A side's value: exactly, to 12 digits if it is no rational, or ``undefined``."""
    if value is None:
        return "undefined"
    if isinstance(value, tuple):
        return f"({', '.join(map(side_text, value))})"
    return str(value) if is_exact(value) else str(value.str(12, radius=False))
