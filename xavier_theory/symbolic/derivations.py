"""Derivations: the sequence of steps behind a theorem, and how one is written.

``Proof`` is a notebook: it calls rules, in order, within one context. ``Chain`` is for
calculations: it keeps an equation left = right and transforms the right side. Neither is trusted:
a derivation exists once the kernel has checked the certificate of its steps.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy.core.basic import Basic

from xavier_theory import kernel
from xavier_theory.kernel import Refused
from xavier_theory.symbolic import derivation_text
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.errors import (
    KernelError,
    MissingAssumptionError,
    RuleRefusedError,
    hint,
)
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.lines import Notebook, write_certificate
from xavier_theory.symbolic.predictions import (
    PredictionError,
    given,
    is_array,
    over_arrays,
)
from xavier_theory.symbolic.tactics import RULES
from xavier_theory.symbolic.terms import Entry


@dataclass(frozen=True, repr=False)
class Derivation:
    """A proved theorem: its steps in order, and what they show.

    Attributes
    ----------
    name: of the theorem.
    context: the assumptions that were declared, and the definitions.
    steps: the steps that the results rest on, in the order in which they were made.
    results: named judgements; ``main`` names those that make the conclusion.
    quantities: the terms of the results that ``predict`` takes, by name.
    lemmas: the derivations of the theorems that were cited, by name.
    units: terms that count as 1 in predictions, which are then factors: "per unit of the input".
    """

    name: str
    context: Context
    steps: tuple[Step, ...]
    results: Mapping[str, Step]
    main: tuple[str, ...]
    quantities: Mapping[str, Basic]
    lemmas: Mapping[str, Derivation]
    units: tuple[Basic, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    theorem: kernel.Theorem | None = field(default=None, repr=False)
    book: Notebook | None = field(default=None, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """The digest by which other certificates cite this one."""
        return kernel.digest(self.data)

    def below(self) -> dict[str, Derivation]:
        """The derivations of all theorems under this one, those that are cited first."""
        found: dict[str, Derivation] = {}
        for lemma in self.lemmas.values():
            found |= {**lemma.below(), lemma.name: lemma}
        return found

    @property
    def conclusion(self) -> Basic:
        """What is proved, as a sympy relation (an ``And`` of two for a two-sided bound)."""
        formulas = [self.results[name].formula for name in self.main]
        return formulas[0] if len(formulas) == 1 else sympy.And(*formulas, evaluate=False)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Γ of the conclusion, in the order in which the theorem declares them."""
        used = frozenset().union(*(self.results[name].assumptions for name in self.main))
        return tuple(assumption for assumption in self.context.assumptions if assumption in used)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the conclusion's free quantities: the keyword arguments of ``predict``."""
        return self.parameters_of(*self.main)

    def parameters_of(self, *results: str) -> tuple[str, ...]:
        """The names of the quantities that occur in the predicted sides of ``results``."""
        used: set[Basic] = set()
        for name in results:
            used |= self._in_symbols(self._predicted_side(name)).free_symbols
        return tuple(name for name, symbol in self._placeholders().items() if symbol in used)

    def _placeholders(self) -> dict[str, sympy.Symbol]:
        return {name: sympy.Symbol(f"quantity_{name}") for name in self.quantities}

    def _in_symbols(self, term: Basic) -> Basic:
        """``term`` with a placeholder for each quantity, the largest first."""
        places = self._placeholders()
        values: dict[Basic, Basic] = {unit: sympy.Integer(1) for unit in self.units}
        return substitute(term, values | {term: places[n] for n, term in self.quantities.items()})

    def axioms(self) -> tuple[str, ...]:
        """The names of the lemmas from the literature under the results and the cited theorems."""
        return tuple(sorted(self.theorem.lemmas)) if self.theorem else ()

    def predict(self, result: str | None = None, /, **values: Any) -> Any:
        """The value of the conclusion's right side, from the conclusion itself.

        A two-sided bound gives the pair (lower, upper). Arrays are broadcast, and give arrays.
        Numbers that a double cannot hold come as ``sympy.Float``. Raises ``PredictionError`` on a
        missing, unknown or impossible quantity.
        """
        if any(map(is_array, values.values())):
            return over_arrays(values, lambda **numbers: self.predict(result, **numbers))
        if result is not None and not isinstance(result, str):
            raise PredictionError(f"quantities are named, as in predict({self.parameters[0]}=…)")
        if result is not None and result not in self.results:
            raise PredictionError(
                f"{self.name} has no result {result!r}: {', '.join(self.results)}"
            )
        names = self.main if result is None else (result,)
        numbers = self._checked(values, self.parameters_of(*names))
        found = [self._value(self._predicted_side(name), numbers) for name in names]
        return found[0] if len(found) == 1 else tuple(found)

    def _predicted_side(self, name: str) -> Basic:
        step = self.results[name]
        if len(self.main) > 1 and step.relation == "<=" and name == self.main[0]:
            return step.left
        return step.right

    def _checked(self, values: Mapping[str, Any], taken: Sequence[str]) -> dict[str, sympy.Expr]:
        unknown = [name for name in values if name not in taken]
        missing = [name for name in taken if name not in values]
        if unknown or missing:
            wrong = f"unknown {', '.join(unknown)}" if unknown else f"missing {', '.join(missing)}"
            raise PredictionError(f"{self.name} takes {', '.join(taken) or 'nothing'}: {wrong}")
        return {name: given(name, value, self.quantities[name]) for name, value in values.items()}

    def _value(self, term: Basic, numbers: Mapping[str, sympy.Expr]) -> Any:
        formula, places = self._in_symbols(term), self._placeholders()
        symbols = {name: places[name] for name in numbers}
        if formula.has(Entry) or formula.free_symbols - set(symbols.values()):
            raise PredictionError(f"{term} has no number: it needs further quantities")
        exponents = {s for power in formula.atoms(sympy.Pow) for s in power.exp.free_symbols}
        digits = 40 + max((len(str(int(abs(number)))) for number in numbers.values()), default=0)
        values = {
            symbol: numbers[name] if symbol in exponents else sympy.N(numbers[name], digits)
            for name, symbol in symbols.items()
        }  # exact exponents keep 0**0 and (-c)**n right; an exact base could be too long to write
        number = sympy.N(formula.xreplace(values), 30)
        if not number.is_Float and not number.is_Integer:
            raise PredictionError(f"{term} has no finite value there: {number}")
        return float(number) if number == 0 or 1e-300 < abs(number) < 1e300 else number

    def value_of(self, term: Basic, **values: Any) -> Any:
        """The value of another term in the same quantities: what a wrong formula would predict."""
        for name in values:
            if name not in self.quantities:
                known = hint(name, self.quantities)
                raise PredictionError(f"{self.name} has no quantity {name!r}; {known}")
        return self._value(term, {n: given(n, v, self.quantities[n]) for n, v in values.items()})

    def to_markdown(self) -> str:
        """The derivation as Markdown: the numbered steps, each with its rule and formula."""
        return derivation_text.steps_markdown(self)

    def to_latex(self) -> str:
        """The derivation as a LaTeX ``align*`` environment."""
        return derivation_text.steps_latex(self)

    def __repr__(self) -> str:
        return f"Derivation({self.name!r}: {self.conclusion})"

    def __str__(self) -> str:
        return derivation_text.derivation_text(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {derivation_text.conclusion_latex(self)}$"

    def _repr_markdown_(self) -> str:
        return derivation_text.derivation_cell(self)

    def certificate(self, bundle: bool = False) -> dict[str, Any]:
        """The derivation as JSON data, which ``kernel.check`` replays by its rules alone.

        It cites theorems by their digests; a ``bundle`` carries their certificates as well.
        """
        carried = [*(lemma.data for lemma in self.below().values()), self.data]
        data = {"format": kernel.FORMAT, "bundle": carried} if bundle else self.data
        return copy.deepcopy(dict(data))


class Chain:
    """A calculation: an equation whose right side is transformed by one rule after the other."""

    def __init__(self, proof: Proof, step: Step) -> None:
        self.proof = proof
        self.step = step

    @property
    def right(self) -> Basic:
        """The current right side."""
        return self.step.right

    def by(self, equation: Step) -> Chain:
        """Replace the equation's left side by its right side, wherever it occurs."""
        return Chain(self.proof, self.proof.rewrite(self.step, equation))

    def algebra(self, right: Any) -> Chain:
        """Bring the right side into another form, by pure algebra."""
        return Chain(
            self.proof,
            self.proof.linear_combination(
                self.step.relation, self.step.left, right, [self.step], [1]
            ),
        )


class Proof:
    """A notebook of steps in one context. Rules are its methods: ``proof.independence(term)``."""

    def __init__(self, name: str, context: Context) -> None:
        self.name = name
        self.context = context
        self.book = Notebook(name, context)
        self._steps: dict[tuple[Any, ...], Step] = {}

    @classmethod
    def after(cls, derivation: Derivation) -> Proof:
        """A proof that goes on where ``derivation`` ended: its steps are premises here."""
        proof = cls(derivation.name, derivation.context)
        proof.book = derivation.book or proof.book
        return proof

    def __getattr__(self, rule_name: str) -> Callable[..., Step]:
        if rule_name not in RULES:
            raise AttributeError(f"no rule is called {rule_name}; {hint(rule_name, RULES)}")

        def apply(*arguments: Any, **named: Any) -> Step:
            function = RULES[rule_name]
            try:
                bound = _SIGNATURES[rule_name].bind(self.book, *arguments, **named)
            except TypeError as error:
                raise TypeError(f"p.{rule_name}: {error}") from None
            values = {n: v for n, v in bound.arguments.items() if n != "book"}
            _require_steps(rule_name, values)
            self.book.rule = rule_name
            inferred = function(*bound.args, **bound.kwargs)
            step = Step(
                rule=rule_name,
                arguments=values,
                premises=tuple(_premises(list(values.values()))),
                context=self.context,
                relation=inferred.relation,
                left=inferred.left,
                right=inferred.right,
                line=inferred.line,
            )
            # a calculation may come by the same place twice
            return self._steps.setdefault((rule_name, step.text, step.assumptions), step)

        return apply

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *RULES]

    def chain(self, step: Step) -> Chain:
        """Begin a calculation with an equation."""
        return Chain(self, step)

    def theorem(
        self,
        derivation: Derivation,
        result: str | None = None,
        scalars: Mapping[str, Any] | None = None,
        families: Mapping[str, Sequence[Any]] | None = None,
        given: Sequence[Step] = (),
        functions: Mapping[str, Sequence[Any]] | None = None,
    ) -> Step:
        """An instance of a result of an earlier derivation, by default of its conclusion."""
        name = result or derivation.main[0]
        step = self.book.cited(derivation, name)
        further = {} if functions is None else {"functions": functions}
        return self.specialize(step, scalars or {}, families, given, **further)

    def conclude(
        self,
        *conclusion: Step,
        quantities: Mapping[str, Basic] | None = None,
        units: Sequence[Basic] = (),
        **results: Step,
    ) -> Derivation:
        """The derivation of ``conclusion``, with further named ``results``, checked by the kernel.

        Raises ``MissingAssumptionError`` if one rests on an assumption that is not declared, and
        ``KernelError`` if the kernel does not accept its certificate.
        """
        names = ("conclusion",) if len(conclusion) == 1 else ("lower", "upper")[: len(conclusion)]
        everything = {**dict(zip(names, conclusion, strict=True)), **results}
        for step in everything.values():
            undeclared = step.assumptions - frozenset(self.context.assumptions)
            if undeclared:
                name = min(assumption.name for assumption in undeclared)
                raise MissingAssumptionError("conclude", name)
            if step.context is not self.context:
                raise KernelError(f"{step!r} is not a step of the proof of {self.name}")
        lemmas = self.book.theorems
        certificate = write_certificate(
            self.name,
            self.book,
            {name: step.line for name, step in everything.items()},
            names,
            {name: lemma.digest for name, lemma in lemmas.items()},
            quantities or {},
            units,
        )
        below: dict[str, Derivation] = {}
        for lemma in lemmas.values():
            below |= {**lemma.below(), lemma.name: lemma}
        try:
            proved = kernel.check(certificate, [d.theorem for d in below.values()])[self.name]
        except Refused as error:
            raise KernelError(f"the kernel does not accept it: {error}") from None
        for name, step in everything.items():
            if (step.relation, encode(step.left), encode(step.right)) != proved.results[name][:3]:
                raise KernelError(f"{name} reads {step.formula}, and the kernel accepts another")
        return Derivation(
            name=self.name,
            context=self.context,
            steps=self._needed(everything.values()),
            results=everything,
            main=names,
            quantities=dict(quantities or {}),
            lemmas=dict(lemmas),
            units=tuple(units),
            data=certificate,
            theorem=proved,
            book=self.book,
        )

    def _needed(self, results: Any) -> tuple[Step, ...]:
        wanted: set[int] = set()
        pending = list(results)
        while pending:
            step = pending.pop()
            if id(step) not in wanted:
                wanted.add(id(step))
                pending += step.premises
        return tuple(step for step in self._steps.values() if id(step) in wanted)


def _premises(values: Sequence[Any]) -> list[Step]:
    found: list[Step] = []
    for value in values:
        if isinstance(value, Step):
            found.append(value)
        elif isinstance(value, list | tuple):
            found += _premises(value)
    return found


def _require_steps(rule_name: str, values: Mapping[str, Any]) -> None:
    """Refuse anything but a step where a rule takes one."""
    for name, value in values.items():
        kind = _SIGNATURES[rule_name].parameters[name].annotation
        for item in {"Step": [value], "Sequence[Step]": value}.get(kind, ()):
            if not isinstance(item, Step):
                raise RuleRefusedError(rule_name, f"{name}: {item!r} is no step")


_SIGNATURES = {name: inspect.signature(function) for name, function in RULES.items()}
