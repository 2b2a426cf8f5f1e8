"""What each rule of the core did in a step, in words: "Put (3) into (5)".

``RULE_TEXTS`` has an entry for each rule; a test holds the two lists together. A text is Markdown
without a full stop; the style of the citations says how terms and links are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy

from xavier_theory.documents.assumptions import phrase
from xavier_theory.documents.citations import Citations, joined
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.lemmas import LEMMAS, Lemma
from xavier_theory.symbolic.tactics.instances import vocabulary
from xavier_theory.symbolic.terms import ProductOver, unit_step

Text = Callable[[Step, Citations], str]

_LONG = 70


def rule_text(step: Step, citations: Citations) -> str:
    """What was done in ``step``, with the steps and assumptions that it draws on."""
    text = RULE_TEXTS[step.rule](step, citations)
    used = _others(step, citations) if step.rule == "by_assumption" else citations.new(step)
    return f"{text} ({used})" if used else text


def _others(step: Step, citations: Citations) -> str:
    """What an assumption's own step uses besides: that nothing is divided by 0."""
    own = step.context.named(step.arguments["name"])
    return citations.labels(step.assumptions - {own})


def _plain(text: str) -> Text:
    def said(step: Step, citations: Citations) -> str:
        return text

    return said


def _definition(step: Step, citations: Citations) -> str:
    return f"Definition of the {step.arguments['name']}"


def _by_assumption(step: Step, citations: Citations) -> str:
    assumption = step.context.named(step.arguments["name"])
    return f"By {citations.label(assumption)}, {phrase(assumption)}"


def _suppose(step: Step, citations: Citations) -> str:
    return f"Induction hypothesis, {phrase(step.arguments['hypothesis'])}"


def _rewrite(step: Step, citations: Citations) -> str:
    side = ", on the left" if step.arguments.get("side") == "left" else ""
    equation, target = (citations.step(step.arguments[key]) for key in ("equation", "target"))
    return f"Put {equation} into {target}{side}"


def _congruence(step: Step, citations: Citations) -> str:
    equation = citations.step(step.arguments["equation"])
    return f"Put {equation} into {_named(step.arguments['term'], citations)}"


def _named(term: Any, citations: Citations) -> str:
    style = citations.style
    return style.term(term) if style.width(term) <= _LONG else "the term on the left"


def _linear_combination(step: Step, citations: Citations) -> str:
    premises, multipliers = (step.arguments.get(key, ()) for key in ("premises", "multipliers"))
    if not premises:
        return "Algebra"
    if [*multipliers] == [1]:
        return f"Rearrange {citations.step(premises[0])}"
    parts = [_multiple(*pair, citations) for pair in zip(premises, multipliers, strict=True)]
    return f"Algebra: {joined(parts)}"


def _multiple(premise: Step, multiplier: Any, citations: Citations) -> str:
    factor = sympy.sympify(multiplier, strict=True)
    verb, factor = ("subtract", -factor) if factor.could_extract_minus_sign() else ("add", factor)
    place, style = citations.step(premise), citations.style
    if factor == 1:
        return f"{verb} {place}"
    if style.width(factor) > _LONG:
        return f"{verb} a multiple of {place}"
    return f"{verb} {style.term(factor)} times {place}"


def _nonnegative_product(step: Step, citations: Citations) -> str:
    return f"Both factors are nonnegative, by {citations.steps(step.premises)}"


def _specialize(step: Step, citations: Citations) -> str:
    theorem = step.arguments["theorem"]
    with_ = _replacements(theorem, step.arguments, citations)
    given = step.arguments.get("given") or ()
    ending = (
        f"; {citations.steps(given)} give{'s' if len(given) == 1 else ''} what it assumes"
        if given
        else ""
    )
    place = citations.step(theorem)
    return (
        (place if citations.is_own(theorem) else f"By {place}")
        + (f" with {with_}" if with_ else "")
        + ending
    )


def _cite(step: Step, citations: Citations) -> str:
    name = step.arguments["lemma"]
    with_ = _replacements(LEMMAS[name], step.arguments, citations)
    link = citations.style.link(name, f"axioms.md#{name}")
    return f"Cited lemma {link}" + (f" with {with_}" if with_ else "")


def _replacements(
    judgement: Step | Lemma, arguments: Mapping[str, Any], citations: Citations
) -> str:
    symbols, families, functions = vocabulary(judgement)
    pairs = [(symbols[name], value) for name, value in (arguments.get("scalars") or {}).items()]
    for name, (*variables, body) in (arguments.get("families") or {}).items():
        pairs.append((families[name][tuple(variables)], body))
    for name, (*variables, body) in (arguments.get("functions") or {}).items():
        pairs.append((functions[name][0](*variables), body))
    term = citations.style.term
    shown = [(term(old), term(sympy.sympify(new, strict=True))) for old, new in pairs]
    return ", ".join(f"{old} := {new}" for old, new in shown if old != new)


def _expectation_is_monotone(step: Step, citations: Citations) -> str:
    return f"Expectation of both sides of {citations.steps(step.premises)}"


def _sum_is_monotone(step: Step, citations: Citations) -> str:
    return f"Sum of both sides of {citations.steps(step.premises)}"


def _symmetry(step: Step, citations: Citations) -> str:
    member, term = step.arguments["member"], citations.style.term
    return f"Symmetry: {term(member)} and {term(-member)} have the same law"


def _sign_cases(step: Step, citations: Citations) -> str:
    on = step.arguments["on"]
    shown = citations.style.term(on)
    if step.formula.has(unit_step(on), unit_step(-on)):
        return f"Algebra, for {shown} above 0, equal to 0 and below 0"
    return f"Algebra, for {shown} at least 0 and for {shown} at most 0"


def _same_sign(step: Step, citations: Citations) -> str:
    slopes = citations.steps(step.arguments["slopes"])
    return f"Both factors vanish at 0 and do not decrease, by {slopes}: they have the same sign"


def _association(step: Step, citations: Citations) -> str:
    slopes = citations.steps(step.arguments["slopes"])
    return f"Chebyshev's association inequality: both functions do not decrease, by {slopes}"


def _moment_by_antiderivative(step: Step, citations: Citations) -> str:
    antiderivative = citations.style.term(step.arguments["antiderivative"])
    return f"Integrate; an antiderivative of the integrand is {antiderivative}"


def _stationarity(step: Step, citations: Citations) -> str:
    return "The derivative vanishes at a minimum"


def _induction(step: Step, citations: Citations) -> str:
    claims = [
        (step.arguments["base"], step.arguments["step"]),
        *(step.arguments.get("together") or ()),
    ]
    bases = joined([citations.step(claim[0]) for claim in claims])
    steps = joined([citations.step(claim[1]) for claim in claims])
    over = citations.style.term(step.arguments["variable"])
    together = ", all claims together" if len(claims) > 1 else ""
    return f"Induction over {over} from {bases} by {steps}{together}"


def _peel(step: Step, citations: Citations) -> str:
    product = isinstance(step.left, ProductOver)
    if step.right in (0, 1):
        return "The empty product is 1" if product else "The empty sum is 0"
    return f"Take out the last {'factor' if product else 'term'}"


RULE_TEXTS: dict[str, Text] = {
    "definition": _definition,
    "by_assumption": _by_assumption,
    "suppose": _suppose,
    "rewrite": _rewrite,
    "congruence": _congruence,
    "linear_combination": _linear_combination,
    "nonnegative": _plain("Nonnegative by its form"),
    "nonnegative_product": _nonnegative_product,
    "specialize": _specialize,
    "cite": _cite,
    "expectation_is_linear": _plain("Linearity of the expectation"),
    "independence": _plain("Independence"),
    "variance_definition": _plain("Definition of the variance"),
    "covariance_definition": _plain("Definition of the covariance"),
    "expectation_is_monotone": _expectation_is_monotone,
    "symmetry": _symmetry,
    "same_law": _plain("The two lists have one joint law"),
    "exchange": _plain("Variables that are iid may change places"),
    "product_of_sums": _plain("Multiply the sums out"),
    "split_diagonal": _plain("Split the double sum into its diagonal and the rest"),
    "sum_is_linear": _plain("Linearity of the sum"),
    "sum_is_monotone": _sum_is_monotone,
    "peel": _peel,
    "sign_cases": _sign_cases,
    "same_sign": _same_sign,
    "association": _association,
    "moment_by_antiderivative": _moment_by_antiderivative,
    "stationarity": _stationarity,
    "induction": _induction,
}
