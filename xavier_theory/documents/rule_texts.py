"""What each rule of the core did in a step, in words: "Put (3) into (5)".

``RULE_TEXTS`` has an entry for each rule; a test holds the two lists together. A text is Markdown without a full
stop; formulas in it are inline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xavier_theory.documents.assumptions import phrase
from xavier_theory.documents.citations import Citations, joined
from xavier_theory.documents.formulas import inline, latex, visible_length
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.lemmas import lemma
from xavier_theory.symbolic.terms import Family, scalar

Text = Callable[[Step, Citations], str]

_LONG = 70


def rule_text(step: Step, citations: Citations) -> str:
    """What was done in ``step``, with the steps and assumptions that it draws on."""
    text = RULE_TEXTS[step.rule](step, citations)
    used = "" if step.rule in _NAMES_ITS_ASSUMPTION else citations.new(step)
    return f"{text} ({used})" if used else text


_NAMES_ITS_ASSUMPTION = {"by_assumption"}


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
    return f"Put {citations.step(step.arguments['equation'])} into {citations.step(step.arguments['target'])}{side}"


def _congruence(step: Step, citations: Citations) -> str:
    return f"Put {citations.step(step.arguments['equation'])} into {_named(step.arguments['term'])}"


def _named(term: Any) -> str:
    text = latex(term)
    return inline(text) if visible_length(text) <= _LONG else "the term on the left"


def _linear_combination(step: Step, citations: Citations) -> str:
    premises, multipliers = (step.arguments.get(key, ()) for key in ("premises", "multipliers"))
    if not premises:
        return "Algebra"
    if [*multipliers] == [1]:
        return f"Rearrange {citations.step(premises[0])}"
    parts = [_multiple(*pair, citations) for pair in zip(premises, multipliers, strict=True)]
    return f"Algebra: {joined(parts)}"


def _multiple(premise: Step, multiplier: Any, citations: Citations) -> str:
    text = latex(multiplier)
    verb, text = ("subtract", text.lstrip("- ")) if text.startswith("-") else ("add", text)
    place = citations.step(premise)
    if text == "1":
        return f"{verb} {place}"
    if visible_length(text) > _LONG:
        return f"add a multiple of {place}"
    return f"{verb} {inline(text)} times {place}"


def _nonnegative_product(step: Step, citations: Citations) -> str:
    return f"Both factors are nonnegative, by {citations.steps(step.premises)}"


def _specialize(step: Step, citations: Citations) -> str:
    theorem = step.arguments["theorem"]
    with_ = _replacements(step.arguments)
    given = step.arguments.get("given") or ()
    ending = f"; {citations.steps(given)} give{'s' if len(given) == 1 else ''} what it assumes" if given else ""
    place = citations.step(theorem)
    return (place if citations.is_own(theorem) else f"By {place}") + (f" with {with_}" if with_ else "") + ending


def _cite(step: Step, citations: Citations) -> str:
    name = step.arguments["lemma"]
    with_ = _replacements(step.arguments)
    return f"Cited lemma [{lemma(name).name}](axioms.md#{name})" + (f" with {with_}" if with_ else "")


def _replacements(arguments: Mapping[str, Any]) -> str:
    pairs = [(latex(scalar(name)), latex(value)) for name, value in (arguments.get("scalars") or {}).items()]
    for name, (*variables, body) in (arguments.get("families") or {}).items():
        head = Family(name, len(variables), True)[tuple(variables)]
        pairs.append((latex(head), latex(body)))
    return ", ".join(inline(f"{old} := {new}") for old, new in pairs if old != new)


def _expectation_is_monotone(step: Step, citations: Citations) -> str:
    return f"Expectation of both sides of {citations.steps(step.premises)}"


def _symmetry(step: Step, citations: Citations) -> str:
    member = latex(step.arguments["member"])
    return f"Symmetry: {inline(member)} and {inline(f'-{member}')} have the same law"


def _sign_cases(step: Step, citations: Citations) -> str:
    on = latex(step.arguments["on"])
    return "Algebra in each of the cases " + joined([inline(on + r" \geq 0"), inline(on + r" \leq 0")])


def _same_sign(step: Step, citations: Citations) -> str:
    slopes = citations.steps(step.arguments["slopes"])
    return f"Both factors vanish at 0 and do not decrease, by {slopes}: they have the same sign"


def _association(step: Step, citations: Citations) -> str:
    slopes = citations.steps(step.arguments["slopes"])
    return f"Chebyshev's association inequality: both functions do not decrease, by {slopes}"


def _moment_by_antiderivative(step: Step, citations: Citations) -> str:
    antiderivative = latex(step.arguments["antiderivative"])
    return f"Integrate; an antiderivative of the integrand is {inline(antiderivative)}"


def _stationarity(step: Step, citations: Citations) -> str:
    return "The derivative vanishes at a minimum"


def _induction(step: Step, citations: Citations) -> str:
    base, after = (citations.step(step.arguments[key]) for key in ("base", "step"))
    return f"Induction over {inline(latex(step.arguments['variable']))} from {base} by {after}"


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
    "product_of_sums": _plain("Multiply the sums out"),
    "split_diagonal": _plain("Split the double sum into its diagonal and the rest"),
    "sum_is_linear": _plain("Linearity of the sum"),
    "peel": _plain("Take out the last factor or term"),
    "sign_cases": _sign_cases,
    "same_sign": _same_sign,
    "association": _association,
    "moment_by_antiderivative": _moment_by_antiderivative,
    "stationarity": _stationarity,
    "induction": _induction,
}
