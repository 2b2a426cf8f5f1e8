"""Claims that stand on the same assumptions, and the models that they are checked in together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from xavier_theory.finite_models.arithmetic import all_of, at_most, equal, is_exact, precision
from xavier_theory.finite_models.checking.claims import (
    Claim,
    Instance,
    beyond,
    reach,
    read_instances,
    whole_scalars,
)
from xavier_theory.finite_models.checking.reports import StepReport
from xavier_theory.finite_models.drawing.plan import Plan
from xavier_theory.finite_models.drawing.shapes import fitted, shapes
from xavier_theory.finite_models.drawing.theory import Solved, Theory
from xavier_theory.finite_models.errors import (
    FiniteModelError,
    UnluckyDrawError,
)
from xavier_theory.finite_models.evaluation.model import Model, Shape, domain_of
from xavier_theory.finite_models.evaluation.program import UNDEFINED
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.kernel.terms import Term, show
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.judgements import Context

Known = dict[tuple[str, int, int], bool | None]


@dataclass(frozen=True)
class Failure:
    """A claim that fails in a model: its number, and how it does, worked out when it is asked."""

    claim: int
    describe: Callable[[], tuple[str, str, str, str]]

    @property
    def described(self) -> tuple[str, str, str, str]:
        """Its indices, its sides, the model as text."""
        return self.describe()


class Prepared:
    """A plan for a group's claims at one shape, with their instances."""

    def __init__(self, theory: Theory, claims: Sequence[Claim], shape: Shape, variant: int) -> None:
        self.instances: list[Instance] = []

        def read(reader: Reader) -> list[int]:
            self.instances = list(read_instances(claims, shape, reader))
            return [root for instance in self.instances for root in instance.roots]

        self.plan = Plan(theory, shape, read, variant)
        supports = self.plan.structure.supports()
        self.supports = [supports[i.left] | supports[i.right] for i in self.instances]
        first: dict[Any, int] = {}
        self._same_as = [first.setdefault(i.question, place) for place, i in
                         enumerate(self.instances)]  # fmt: skip

    def relation(self, values: Sequence[Any], relation: str, left: int, right: int) -> bool | None:
        """Whether two nodes are = or <= at every outcome."""
        if left == right:
            return True
        program = self.plan.program
        first, second = values[left], values[right]
        test = equal if relation == "=" else at_most
        blocks = program.blocks[left]
        if blocks != program.blocks[right]:
            blocks = tuple(sorted({*blocks, *program.blocks[right]}))
            first, second = (program.spread(p, blocks)(values[p]) for p in (left, right))
        if not blocks:
            return test(first, second)
        return all_of([test(x, y) for x, y in zip(first, second, strict=True)])

    def outcomes(self, model: Model, values: Sequence[Any]) -> list[str]:
        """What a model says of each instance; many of them ask the same about the same nodes."""
        masks = _masks(self, model)
        known: Known = {}
        found: dict[int, str] = {}
        with precision():
            for place in set(self._same_as):
                found[place] = self._outcome(place, values, masks, known)
        return [found[place] for place in self._same_as]

    def _outcome(
        self, place: int, values: Sequence[Any], masks: tuple[int, int], known: Known
    ) -> str:
        """What a model says of one instance: a field of ``StepReport``, or ``failed``.

        ``known`` keeps which hypotheses hold in this model: many instances stand on the same.
        """
        instance = self.instances[place]
        sides = values[instance.left], values[instance.right]
        if any(values[root] is UNDEFINED for root in instance.roots):
            return "undefined"
        for hypothesis in instance.hypotheses:
            if hypothesis not in known:
                known[hypothesis] = self.relation(values, *hypothesis)
            if known[hypothesis] is not True:
                return "vacuous"
        verdict = self.relation(values, instance.relation, instance.left, instance.right)
        if verdict is not True:
            return "failed" if verdict is False else "undecided"
        constant, zero = masks
        support = self.supports[place]
        if instance.speaks_of_chance and not support & ~constant:
            return "vacuous"
        if all(_is_zero(side) for side in sides) and not (
            instance.says_zero and not support & zero
        ):
            return "vacuous"
        return "held" if all(_is_exact(side) for side in sides) else "certified"


def _is_zero(value: Any) -> bool:
    return not any(value) if isinstance(value, tuple) else bool(value == 0)


def _is_exact(value: Any) -> bool:
    return all(map(is_exact, value)) if isinstance(value, tuple) else is_exact(value)


class Group:
    """Claims that stand on the same declared assumptions of one context."""

    def __init__(
        self,
        context: Context,
        declared: frozenset[Assumption],
        numbers: Sequence[int],
        claims: Sequence[Claim],
        solved: Solved,
    ) -> None:
        self.numbers = list(numbers)
        self.claims = list(claims)
        everything = frozenset(context.assumptions) | declared
        self._theories = [
            Theory(tuple(sorted(given, key=lambda a: a.text)), context.definitions, solved)
            for given in (declared, everything)
        ]
        self._refusal = self._reason = ""
        self._unlucky = 0
        self._take_next()

    def _sizes(self) -> set[Term]:
        """The whole numbers that belong to the models: all but the claims' free indices."""
        found = whole_scalars(self._theory.terms)
        for claim in self.claims:
            found |= whole_scalars(claim.terms) - set(claim.indices)
        return found

    def examine(self, data: bytes) -> Iterator[Failure]:
        """Check every instance in one drawn model; count what is found, yield what fails."""
        drawn = self._draw(data)
        if drawn is None:
            return
        prepared, model, values = drawn
        outcomes = prepared.outcomes(model, values)
        for place, (instance, outcome) in enumerate(zip(prepared.instances, outcomes, strict=True)):
            self._counts[instance.claim][outcome] += 1
            if outcome == "failed":
                describe = partial(_described, prepared, model, values, place)
                yield Failure(self.numbers[instance.claim], describe)

    def _draw(self, data: bytes) -> tuple[Prepared, Model, list[Any]] | None:
        while self._shapes and not self._reason:
            place = data[0] % len(self._shapes)
            try:
                prepared = self._at(*self._shapes[place])
                return (prepared, *prepared.plan.draw(data[1:]))
            except UnluckyDrawError:
                self._unlucky += 1
                return None
            except FiniteModelError as refusal:
                self._drop(place, refusal)
        return None

    def _at(self, variant: int, shape: Shape) -> Prepared:
        if shape not in self._prepared:
            self._prepared[shape] = Prepared(self._theory, self.claims, shape, variant)
        return self._prepared[shape]

    def _drop(self, place: int, refusal: FiniteModelError) -> None:
        """Do without a shape that has no models; without any, assume more, or give up."""
        del self._shapes[place]
        self._refusal = self._refusal or str(refusal)
        if not self._shapes and not self._take_next():
            self._reason = self._refusal

    def _take_next(self) -> bool:
        """Go on to models of all that the theorem assumes: they are models of a step's Γ too.

        What was counted in models that satisfied the assumptions by luck is forgotten.
        """
        self._counts: list[Counter[str]] = [Counter() for _ in self.claims]
        if not self._theories:
            return False
        self._theory = self._theories.pop(0)
        found = shapes(self._sizes(), max(len(_units(claim)) for claim in self.claims))
        far, terms = reach(self.claims), self._all_terms()
        found = fitted(
            (replace(shape, reach=max(far, beyond(terms, shape))) for shape in found),
            self._theory.assumptions,
        )
        self._shapes = list(enumerate(found))
        self._prepared: dict[Shape, Prepared] = {}
        return True

    def _all_terms(self) -> list[Term]:
        """Those of the claims, the assumptions and the definitions."""
        theory = self._theory
        supposed = (found.in_kernel.groups for found in theory.assumptions)
        return [
            *(term for claim in self.claims for term in claim.terms),
            *(term for groups in supposed for group in groups for term in group),
            *(found.in_kernel.body for found in theory.definitions),
        ]

    def reports(self) -> Iterator[tuple[int, StepReport]]:
        """What was found about each claim, with its number."""
        for number, claim, count in zip(self.numbers, self.claims, self._counts, strict=True):
            yield (
                number,
                StepReport(
                    number + 1,
                    claim.label,
                    held=count["held"] + count["certified"],
                    certified=count["certified"],
                    vacuous=count["vacuous"],
                    undefined=count["undefined"],
                    undecided=count["undecided"],
                    unlucky=self._unlucky,
                    reason=self._reason,
                ),
            )


def _units(claim: Claim) -> list[Term]:
    return [scalar for scalar in claim.indices if domain_of(scalar) == "width"]


def _masks(prepared: Prepared, model: Model) -> tuple[int, int]:
    """Which random members are constant, and which are 0, in a model."""
    constant = zero = 0
    for member, place in prepared.plan.structure.places.items():
        values = model.values[member][1]
        if all(value == values[0] for value in values):
            constant |= 1 << place
            zero |= (values[0] == 0) << place
    return constant, zero


def _described(
    prepared: Prepared, model: Model, values: Sequence[Any], place: int
) -> tuple[str, str, str, str]:
    instance = prepared.instances[place]
    indices = ", ".join(f"{show(scalar)} = {value}" for scalar, value in instance.values)
    model = prepared.plan.completed(model, values)
    support = prepared.supports[place]
    members = [
        member for member, bit in prepared.plan.structure.places.items() if support >> bit & 1
    ]
    constants = [member for member, (blocks, _) in model.values.items() if not blocks]
    sides = [_side(values[node]) for node in (instance.left, instance.right)]
    return indices, sides[0], sides[1], model.table([*members, *constants])


def _side(value: Any) -> str:
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)
