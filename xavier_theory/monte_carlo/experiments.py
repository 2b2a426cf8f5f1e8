"""Runs the experiments of a theorem: every prediction comes from its derivation.

An experiment states a result, its parameters, what is drawn, and δ. The derived prediction must
come out ``consistent``; the wrong right-hand sides that the theorem plants must come out
``refuted`` on the same sample. A planted formula that differs from the derived one by less than δ
at these quantities cannot be told apart there: it is listed as such, and another check must catch
it.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.statistics import ErrorRates, Outcome, Verdict
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.symbolic.predictions import PredictionError

__all__ = [
    "Experiment",
    "ExperimentRun",
    "Judged",
    "planted",
    "quantity_of",
    "run_experiment",
    "value_of",
]


@dataclass(frozen=True)
class Experiment:
    """A Monte Carlo check of one result of a theorem.

    Attributes
    ----------
    name: what is sampled, in a few words.
    quantity: makes what is drawn, from the parameters and the settings as keyword arguments; its
        signature says which it takes.
    parameters: the quantities that ``Derivation.predict`` takes.
    delta: the relative error that the check detects.
    settings: what the prediction does not depend on (a law of the weights, a depth …).
    result: which result of the derivation is tested; None for the conclusion.
    wrong: wrong right-hand sides of that result, by name, which the check must refute. For the
        conclusion the theorem's ``WRONG`` comes on top, as far as ``parameters`` give it a value.
    """

    name: str
    quantity: Callable[..., Quantity]
    parameters: Mapping[str, Any]
    delta: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    result: str | None = None
    wrong: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """One prediction, judged. ``control`` names the planted formula; None for the derived one.

    ``estimate`` is that of the predicted quantity; None where nothing is estimated. ``planned`` is
    the number of scalars that suffice; ``outcome.n`` were needed.
    """

    control: str | None
    prediction: Any
    outcome: Outcome
    estimate: float | None
    planned: int

    @property
    def passed(self) -> bool:
        """Whether the verdict is the one that it must be."""
        wanted = Verdict.CONSISTENT if self.control is None else Verdict.REFUTED
        return self.outcome.verdict is wanted


@dataclass(frozen=True)
class ExperimentRun:
    """The verdicts of one experiment.

    ``too_close``: planted formulas within δ of the derived one at these quantities.
    ``without_value``: planted formulas that these quantities give no value.
    ``sampler``: the kind of sampler of networks that was taken; None where no network is sampled.
    """

    experiment: Experiment
    judged: tuple[Judged, ...]
    too_close: tuple[str, ...]
    without_value: tuple[str, ...]
    sampler: str | None = None


def quantity_of(experiment: Experiment) -> Quantity:
    """What an experiment draws.

    Raises ``InvalidInputError`` for an argument that its ``quantity`` does not take, or one that is
    missing or given twice.
    """
    twice = experiment.parameters.keys() & experiment.settings.keys()
    values = {**experiment.parameters, **experiment.settings}
    taken = inspect.signature(experiment.quantity).parameters
    unknown = [key for key in values if key not in taken]
    missing = [
        key for key, kind in taken.items() if kind.default is kind.empty and key not in values
    ]
    for what, names in (("given twice", twice), ("unknown", unknown), ("missing", missing)):
        if names:
            raise InvalidInputError(
                f"the experiment {experiment.name!r} takes {', '.join(taken)}: "
                f"{what} {', '.join(sorted(names))}"
            )
    return experiment.quantity(**values)


def planted(experiment: Experiment, wrong: Mapping[str, Any]) -> dict[str, Any]:
    """The wrong formulas of an experiment; ``wrong`` are those of the theorem's conclusion."""
    return {**(wrong if experiment.result is None else {}), **experiment.wrong}


def value_of(derivation: Derivation, formula: Any, parameters: Mapping[str, Any]) -> Any:
    """The value of any formula in the derivation's quantities, computed as ``predict`` does.

    A pair of formulas, a two-sided bound, gives a pair. Raises ``PredictionError`` if
    ``parameters`` do not give it a value.
    """
    if isinstance(formula, tuple):
        return tuple(value_of(derivation, side, parameters) for side in formula)
    return derivation.value_of(formula, **parameters)


def _predictions(
    derivation: Derivation, experiment: Experiment, formulas: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """The derived prediction and those of the planted ``formulas``, as far as they have values.

    An experiment without parameters tests an equation between members, not a number: its
    predictions are pairs of terms, the derived left side with each right side.
    """
    if not experiment.parameters:
        step = derivation.results[experiment.result or derivation.main[0]]
        return (step.left, step.right), {name: (step.left, f) for name, f in formulas.items()}
    found = {}
    for name, formula in formulas.items():
        with contextlib.suppress(PredictionError):
            found[name] = value_of(derivation, formula, experiment.parameters)
    return derivation.predict(experiment.result, **experiment.parameters), found


def run_experiment(
    derivation: Derivation,
    experiment: Experiment,
    wrong: Mapping[str, Any],
    rates: ErrorRates,
    generator: np.random.Generator,
) -> ExperimentRun:
    """Sample once and judge the derived prediction and every planted one that differs by δ."""
    drawn = quantity_of(experiment)
    formulas = planted(experiment, wrong)
    derived, values = _predictions(derivation, experiment, formulas)
    predictions: dict[str | None, Any] = {None: derived}
    for name, value in values.items():
        if drawn.tells_apart(derived, value, rates.delta):
            predictions[name] = value
    too_close = tuple(name for name in values if name not in predictions)
    without_value = tuple(name for name in formulas if name not in values)
    findings = drawn.judge(predictions, rates, generator)
    judged = tuple(
        Judged(name, predictions[name], found.outcome, found.estimate, found.planned)
        for name, found in findings.items()
    )
    return ExperimentRun(experiment, judged, too_close, without_value, drawn.sampler)
