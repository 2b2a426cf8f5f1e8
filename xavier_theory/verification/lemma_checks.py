"""The lemmas from the literature under a theorem, each checked in the way that it names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
from flint import arb
from numpy.typing import NDArray
from scipy import stats

from xavier_theory.continuous_models import NoValueError, value
from xavier_theory.continuous_models.chi_square import mean_of_log
from xavier_theory.finite_models.arithmetic import equal, exact, precision
from xavier_theory.monte_carlo.quantities import SampledQuantity
from xavier_theory.monte_carlo.random_chains import random_chains
from xavier_theory.statistics import ErrorRates, ProportionTest, Tolerance
from xavier_theory.symbolic.lemmas import LEMMAS, Lemma
from xavier_theory.symbolic.terms import domain_of, entries
from xavier_theory.verification.budget import check_rates, seed_sequence
from xavier_theory.verification.gaussian_lemmas import holds_for_functions
from xavier_theory.verification.lemmas_at_points import GRID, holds_at_points
from xavier_theory.verification.pointwise import RANGES, check_pointwise
from xavier_theory.verification.reports import Check

__all__ = ["lemma_checks"]

_VERDICTS = {True: "consistent", False: "refuted", None: "undecided"}
_ERROR = sympy.Rational(-1, 100)  # planted on the right side, as a control
_DEGREES = (1, 2, 3, 5, 16, 64)
_TAILS = (0.1, 0.5, 0.9)
_WIDTHS = (2, 5)
_DELTA = 0.01  # of a probability, absolute


def lemma_checks(names: tuple[str, ...], theorem: str, seed: int) -> list[Check]:
    """The checks of the lemmas called ``names``, for a theorem that rests on them."""
    makers: dict[str, Callable[[Lemma], list[Check]]] = {
        "pointwise": _pointwise,
        "certified-integral": _integral,
        "at-points": _at_points,
        "monte-carlo": lambda lemma: _sampled(lemma, theorem, seed),
    }
    return [check for name in names for check in makers[LEMMAS[name].check](LEMMAS[name])]


def _pointwise(lemma: Lemma) -> list[Check]:
    span = RANGES[lemma.name]
    detail = {
        "method": "balls over pieces" if lemma.relation == "<=" else "balls at points",
        "from": float(span.lower),
        "to": float(span.upper),
        "outside": span.outside,
    }
    return [
        Check("certified", f"lemma {lemma.name}", _VERDICTS[check_pointwise(lemma)], detail=detail),
        Check(
            "certified",
            f"lemma {lemma.name}: 1/100 less on the right",
            _VERDICTS[check_pointwise(lemma, _ERROR)],
            "refuted",
        ),
    ]


def _at_points(lemma: Lemma) -> list[Check]:
    """An inequality in several numbers, for each of a list of functions if it speaks of any."""
    detail = {"method": "balls at points", "from": float(GRID[0]), "to": float(GRID[-1])}
    verdicts = [_VERDICTS[holds_at_points(lemma, extra)] for extra in (0, _ERROR)]
    return _checks(lemma, verdicts, detail)


class _ChiSquare:
    """A chi-square C; log C and its square have means, as certified integrals."""

    def __init__(self, lemma: Lemma, degrees: int) -> None:
        self._log = next(iter(lemma.left.atoms(sympy.log)))
        self._degrees = degrees
        self.functions: dict[str, Any] = {}
        self.scalars = {symbol: exact(degrees) for symbol in lemma.right.free_symbols}

    def expectation(self, term: Any) -> Any:
        """E log C or E (log C)²."""
        for power in (1, 2):
            if term == self._log**power:
                return mean_of_log(self._degrees, power)
        raise ValueError(f"no mean is known but those of {self._log} and its square, not {term}")


class _LayerNorm:
    """A Gaussian layer of which |W a|² is v |a|² times a chi-square, as the samples say."""

    def __init__(self, lemma: Lemma, width: int) -> None:
        (law,) = (a for a in lemma.declared if a.label == "gaussian")
        (chi_square,) = (a for a in lemma.declared if a.label == "chi-square")
        self._weights, self._chi_square = law.groups[0][0].family, chi_square.groups[0][0]
        self._log_chi_square = mean_of_log(width)
        self._log_input, self._log_variance = arb(7).log(), arb(3).log()
        free = lemma.left.free_symbols | lemma.right.free_symbols
        self.functions: dict[str, Any] = {}
        self.scalars = {s: exact(width if domain_of(s) == "width" else 3) for s in free}

    def expectation(self, term: Any) -> Any:
        """E log |W a|², E log |a|² or E log C, with |a|² = 7 and v = 3."""
        if not isinstance(term, sympy.log):
            raise NoValueError(f"no mean is known but those of logarithms, not {term}")
        if term.args[0] == self._chi_square:
            return self._log_chi_square
        if any(entry.family == self._weights for entry in entries(term)):
            return self._log_variance + self._log_input + self._log_chi_square
        return self._log_input


def _integral(lemma: Lemma) -> list[Check]:
    """Means against the cited formula: of log C and its square, or of functions of a Gaussian."""
    if all(assumption.label != "chi-square" for assumption in lemma.declared):
        detail: dict[str, Any] = {
            "method": "certified integrals and closed forms, for each of a list of functions"
        }
        verdicts = [_VERDICTS[holds_for_functions(lemma, extra)] for extra in (0, _ERROR)]
        return _checks(lemma, verdicts, detail)

    detail = {"method": "integral over the density", "degrees of freedom": list(_DEGREES)}
    return _checks(lemma, [_verdict(lemma, _ChiSquare, extra) for extra in (0, _ERROR)], detail)


def _verdict(lemma: Lemma, model: Callable[[Lemma, int], Any], extra: Any) -> str:
    """Whether the sides are equal in the models of all ``_DEGREES``."""
    with precision():
        models = [model(lemma, degrees) for degrees in _DEGREES]
        found = [equal(value(lemma.left, m), value(lemma.right + extra, m)) for m in models]
    if all(found):
        return "consistent"
    return "refuted" if False in found else "undecided"


def _checks(lemma: Lemma, verdicts: list[str], detail: dict[str, Any]) -> list[Check]:
    """The lemma's check, and the control with a wrong right side."""
    wrong = f"lemma {lemma.name}: 1/100 less on the right"
    return [
        Check("certified", f"lemma {lemma.name}", verdicts[0], detail=detail),
        Check("certified", wrong, verdicts[1], "refuted"),
    ]


def _sampled(lemma: Lemma, theorem: str, seed: int) -> list[Check]:
    """|W a|²/(v |a|²) against three quantiles of chi-square, whatever its law: exact binomials.

    The control predicts the probabilities of a chi-square with one degree of freedom more. That the
    lemma's formula says what that law gives is certified, with a control.
    """
    rates = check_rates(_DELTA)
    detail = {"method": "the sampled law put in", "degrees of freedom": list(_DEGREES)}
    checks = _checks(lemma, [_verdict(lemma, _LayerNorm, extra) for extra in (0, _ERROR)], detail)
    for width in _WIDTHS:
        for tail in _TAILS:
            name = f"lemma {lemma.name}, width {width}, quantile {tail}"
            generator = np.random.default_rng(seed_sequence(seed, theorem, name))
            checks += _quantile(name, width, tail, rates, generator)
    return checks


def _quantile(
    name: str, width: int, tail: float, rates: ErrorRates, generator: np.random.Generator
) -> list[Check]:
    point = float(stats.chi2.ppf(tail, width))

    def below(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        chains = random_chains(generator, width, 4, math.ceil(n / 4), 1.0 / width)
        return (chains.pivots.ravel()[:n] <= point).astype(np.float64)

    plan = SampledQuantity(ProportionTest(Tolerance("absolute")), below)
    more = float(stats.chi2.cdf(point, width + 1))
    predictions = {name: tail, f"{name}: one degree of freedom more": more}
    findings = plan.judge(predictions, rates, generator)
    return [
        Check(
            "monte-carlo",
            label,
            found.outcome.verdict.value,
            "consistent" if label == name else "refuted",
            {
                "delta": rates.delta,
                "alpha": rates.alpha,
                "beta": rates.beta,
                "samples": found.outcome.n,
                "prediction": predictions[label],
                "guarantee": found.outcome.guarantee,
            },
            found.estimate,
        )
        for label, found in findings.items()
    ]
