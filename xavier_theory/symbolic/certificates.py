"""Certificates: a derivation as JSON data, and the check that replays it through the rules alone.

A certificate holds what was declared, and for each step the rule, its arguments, the formula and Γ.
``check`` builds everything anew from the data: it trusts neither the formulas (each must be what
the rule concludes) nor Γ (computed again). A theorem that was cited comes along as a certificate of
its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sympy.core.basic import Basic
from sympy.polys.polyerrors import BasePolynomialError

from xavier_theory.symbolic.assumptions import Assumption, decode_assumption
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.errors import CertificateError, KernelError, XavierTheoryError
from xavier_theory.symbolic.judgements import Context, Definition, Step
from xavier_theory.symbolic.language import decode, decode_open, encode
from xavier_theory.symbolic.rules import RULES
from xavier_theory.symbolic.terms import Entry

FORMAT = "xavier_theory certificate"
VERSION = 1
_KEYS = {
    *("format", "version", "theorem", "assumptions", "definitions", "cites", "steps"),
    *("results", "conclusion", "quantities", "units"),
}
_MEANINGLESS = (
    XavierTheoryError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    BasePolynomialError,
)
"""What building terms and steps from data that mean nothing may raise."""


def _said(error: BaseException) -> str:
    """What was wrong, in one line."""
    if isinstance(error, XavierTheoryError):
        return str(error)
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, LookupError):
        return f"it names what is not there ({error})"
    return f"it is of a wrong form ({type(error).__name__}: {error})"


def write(derivation: Derivation) -> dict[str, Any]:
    """The certificate of ``derivation``, as data for ``json.dumps``."""
    place = {id(step): number for number, step in enumerate(derivation.steps, 1)}
    cited = {
        id(step): [name, result]
        for name, lemma in derivation.lemmas.items()
        for result, step in lemma.results.items()
    }
    return {
        "format": FORMAT,
        "version": VERSION,
        "theorem": derivation.name,
        "assumptions": [assumption.encode() for assumption in derivation.context.assumptions],
        "definitions": [definition.encode() for definition in derivation.context.definitions],
        "cites": [write(lemma) for lemma in derivation.lemmas.values()],
        "steps": [_write_step(step, place, cited) for step in derivation.steps],
        "results": {name: place[id(step)] for name, step in derivation.results.items()},
        "conclusion": list(derivation.main),
        "quantities": {name: encode(term) for name, term in derivation.quantities.items()},
        "units": [encode(term) for term in derivation.units],
    }


def _write_step(
    step: Step, place: Mapping[int, int], cited: Mapping[int, list[str]]
) -> dict[str, Any]:
    return {
        "rule": step.rule,
        "arguments": {name: _write_argument(v, place, cited) for name, v in step.arguments.items()},
        "formula": [step.relation, encode(step.left), encode(step.right)],
        "rests_on": _gamma(step),
    }


def _gamma(step: Step) -> list[str]:
    return sorted(
        f"{a.kind} {list(a.domains)} {list(a.conditions)} {a.text}" for a in step.assumptions
    )


def _write_argument(
    value: Any, place: Mapping[int, int], cited: Mapping[int, list[str]]
) -> list[Any]:
    if isinstance(value, Step):
        return ["step", place[id(value)]] if id(value) in place else ["theorem", *cited[id(value)]]
    if isinstance(value, Assumption):
        return ["assumption", value.encode()]
    if isinstance(value, str):
        return ["text", value]
    if value is None:
        return ["nothing"]
    if isinstance(value, Mapping):
        return ["map", {key: _write_argument(v, place, cited) for key, v in value.items()}]
    if isinstance(value, list | tuple):
        return ["list", [_write_argument(item, place, cited) for item in value]]
    if isinstance(value, int):
        return ["term", ["rational", value, 1]]
    return ["term", encode(value)]


def check(certificate: Any) -> Derivation:
    """Replay a certificate (data, or its JSON text) and return what it proves.

    Raises ``CertificateError`` naming the first step that does not replay, or what else is wrong.
    """
    data = _parsed(certificate) if isinstance(certificate, str | bytes) else certificate
    try:
        return _replayed(data, "")
    except RecursionError:
        raise CertificateError("the certificate is nested too deeply to be one of ours") from None


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"the certificate is no whole JSON text: {error}") from None


def _replayed(data: Any, within: str) -> Derivation:
    if not isinstance(data, dict) or set(data) != _KEYS:
        raise CertificateError(
            f"{within}a certificate is an object with the keys {', '.join(sorted(_KEYS))}"
        )
    if data["format"] != FORMAT or data["version"] != VERSION:
        raise CertificateError(f"{within}the format is not {FORMAT!r}, version {VERSION}")
    if not isinstance(data["theorem"], str) or not data["theorem"].isprintable():
        raise CertificateError(f"{within}the name of the theorem is no text of one line")
    where = f"{within}theorem {data['theorem']!r}, "
    try:
        context = Context(
            tuple(decode_assumption(code) for code in _listed(data["assumptions"])),
            tuple(_definition(code) for code in _listed(data["definitions"])),
        )
    except _MEANINGLESS as error:
        raise CertificateError(f"{where}declarations: {_said(error)}") from None
    cited = {}
    for inner in _listed(data["cites"]):
        lemma = _replayed(inner, where)
        cited[lemma.name] = lemma
    proof = _Replay(data["theorem"], context, cited)
    for number, step in enumerate(_listed(data["steps"]), 1):
        proof.replay(step, f"{where}step {number}")
    return proof.concluded(data, where)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CertificateError(f"a list was expected, not {str(value)[:40]}")
    return value


def _definition(code: Any) -> Definition:
    match code:
        case [str(name), list(domains), head, body]:
            entry = decode_open(head)
            if isinstance(entry, Entry):
                return Definition(name, tuple(map(str, domains)), entry, decode_open(body))
    raise KernelError(f"{str(code)[:80]} is no definition")


class _Replay:
    """The steps replayed so far."""

    def __init__(self, name: str, context: Context, cited: Mapping[str, Derivation]) -> None:
        self.proof = Proof(name, context)
        self.cited = cited
        self.steps: list[Step] = []

    def replay(self, data: Any, where: str) -> None:
        """Apply the step's rule to its arguments; what it concludes must be what is written."""
        try:
            match data:
                case {
                    "rule": str(name),
                    "arguments": dict(arguments),
                    "formula": formula,
                    "rests_on": rests,
                }:
                    step = self._apply(name, arguments)
                case _:
                    raise CertificateError(
                        "it lacks a rule, arguments, a formula or what it rests on"
                    )
        except _MEANINGLESS as error:
            raise CertificateError(f"{where}: {_said(error)}") from None
        if formula != [step.relation, encode(step.left), encode(step.right)]:
            raise CertificateError(
                f"{where}: the rule {name} concludes {step.formula}, not what is written"
            )
        if rests != _gamma(step):
            raise CertificateError(f"{where}: it does not rest on the assumptions that are written")
        self.steps.append(step)

    def _apply(self, name: str, arguments: Mapping[str, Any]) -> Step:
        if name not in RULES:
            raise CertificateError(f"no rule is called {name!r}")
        named = {key: self._argument(value) for key, value in arguments.items()}
        rest = named.pop(
            "values", []
        )  # what a rule takes as *values comes after its other arguments
        step: Step = (
            getattr(self.proof, name)(*named.values(), *rest)
            if rest
            else getattr(self.proof, name)(**named)
        )
        return step

    def _argument(self, code: Any) -> Any:
        match code:
            case ["step", int(number)] if 1 <= number <= len(self.steps):
                return self.steps[number - 1]
            case ["theorem", str(name), str(result)] if name in self.cited:
                if result in self.cited[name].results:
                    return self.cited[name].results[result]
            case ["assumption", inner]:
                return decode_assumption(inner)
            case ["text", str(text)]:
                return text
            case ["nothing"]:
                return None
            case ["map", dict(items)]:
                return {key: self._argument(value) for key, value in items.items()}
            case ["list", list(items)]:
                return [self._argument(item) for item in items]
            case ["term", inner]:
                return decode(inner)
        raise CertificateError(
            f"the argument {str(code)[:60]} names nothing that was proved before"
        )

    def concluded(self, data: Mapping[str, Any], where: str) -> Derivation:
        """The derivation, with the certificate's results and quantities."""
        try:
            results = {name: self.steps[number - 1] for name, number in data["results"].items()}
            quantities: dict[str, Basic] = {
                n: decode(code) for n, code in data["quantities"].items()
            }
            if any(number < 1 for number in data["results"].values()) or not data["conclusion"]:
                raise CertificateError("a result is no step, or there is no conclusion")
            main = [results.pop(name) for name in data["conclusion"]]
            units = [decode(code) for code in _listed(data["units"])]
            derivation = self.proof.conclude(*main, quantities=quantities, units=units, **results)
        except _MEANINGLESS as error:
            raise CertificateError(f"{where}conclusion: {_said(error)}") from None
        if list(derivation.main) != data["conclusion"]:
            raise CertificateError(f"{where}conclusion: it is named {data['conclusion']}")
        return replace(derivation, lemmas=self.cited)
