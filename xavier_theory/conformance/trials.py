"""One initializer in one type: what is drawn, and which checks are made of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xavier_theory.conformance import constants
from xavier_theory.conformance.cases import MAIN, Case, main_case, matrix_of
from xavier_theory.conformance.checks import Check, Finding, exactly, refused, undocumented
from xavier_theory.conformance.distribution import Counted, Precision, precision
from xavier_theory.conformance.documented import Entry
from xavier_theory.conformance.drawing import Array, Drawer, RefusedError
from xavier_theory.conformance.entries import (
    LONGEST,
    agreement,
    complex_findings,
    distribution,
    lagged,
    mean,
    quarters,
    rates_at,
    real_findings,
    support,
    variance,
)
from xavier_theory.conformance.laws import ComplexLaw, Law
from xavier_theory.conformance.matrices import haar_findings
from xavier_theory.conformance.pivots import ScaleTest
from xavier_theory.frameworks.layouts import Shape
from xavier_theory.statistics.gaussian_variance import GaussianVarianceTest

PAIRS = (512, 512)  # the shape of two samples that should not depend
MATRICES = 1024
MATRIX_SHAPES: tuple[tuple[int, ...], ...] = ((4, 4), (6, 3), (2, 5), (2, 3, 2), (1, 1))
SHAPELESS = 4
TINY: tuple[int, ...] = (3, 4)
SMALL_SHARE = 0.5  # of a trial's error rate: what the main case takes


@dataclass(frozen=True)
class Trial:
    """An initializer in one type, with the shapes that it is tried on."""

    framework: str
    entry: Entry
    dtype: str
    drawer: Drawer
    cases: tuple[Case, ...]
    seed: int

    @property
    def kind(self) -> Precision:
        """The type of a value or of its parts."""
        return precision(self.dtype)

    @property
    def complex(self) -> bool:
        """Whether entries are complex."""
        return self.dtype.startswith("complex")

    def run(self, alpha: float) -> Iterator[Check]:
        """All checks of the trial at a total error rate of ``alpha``; a refusal ends it."""
        try:
            given = self.drawer.given_dtype(self.entry.shape or self._tiny, self.dtype)
            if given != self.dtype:
                same = exactly("type", 1.0, 0.0, f"asked for {self.dtype}, got {given}")
                yield self._check("type", self._tiny, 0, same)
                return
            yield from self._kinds()[self.entry.kind](alpha)
        except RefusedError as error:
            shape = self.entry.shape or self._tiny
            yield self._check("any", shape, 0, refused(str(error)))
        except _UnsoundError as error:
            wrong = exactly("finite entries", 1.0, 0.0, str(error))
            yield self._check("any", self.entry.shape or self._tiny, 0, wrong)

    def _calls(self, shape: Shape, count: int, after: int = 0) -> list[Array]:
        """Calls that go on, of the seed or one after it."""
        return _sound(self.drawer.calls(self.seed + after, shape, self.dtype, count), shape)

    def _once(self, shape: Shape, count: int = 1, after: int = 0) -> list[Array]:
        """Calls of one object with a whole number as its seed."""
        return _sound(self.drawer.once(self.seed + after, shape, self.dtype, count), shape)

    def _kinds(self) -> dict[str, Callable[[float], Iterator[Check]]]:
        return {
            "entries": self._entries,
            "orthogonal": self._orthogonal,
            "delta-orthogonal": self._delta_orthogonal,
            "sparse": self._sparse,
            **dict.fromkeys(("constant", "identity", "dirac", "stft"), self._constant),
        }

    @property
    def _tiny(self) -> Shape:
        return self.cases[0].shapes[self._layout] if len(self.cases) == 1 else TINY

    @property
    def _layout(self) -> str:
        return "jax" if self.framework == "flax" else self.framework

    def _check(self, case: str, shape: Shape, n: int, finding: Finding) -> Check:
        return Check(self.framework, self.entry.title, case, tuple(shape), self.dtype, n, finding)

    def _law(self, shape: Shape) -> Law | ComplexLaw:
        if self.complex:
            return self.entry.complex_law(self._layout, shape)
        return self.entry.real_law(self._layout, shape)

    # entries that are independent draws

    def _entries(self, alpha: float) -> Iterator[Check]:
        if self.complex and not self.entry.complex:
            yield self._undocumented_complex(alpha)
            return
        main, others = self._shapes()
        shape = main.shapes[self._layout]
        part = alpha * SMALL_SHARE / 3
        (sample,) = self._calls(shape, 1)
        for finding in self._findings(sample, self._law(shape), part):
            yield self._check(main.name, shape, sample.size, finding)
        yield from self._within(sample, shape, part)
        yield from self._between(part)
        for case in others:
            yield from self._case(case, alpha * (1 - SMALL_SHARE) / len(others))

    def _shapes(self) -> tuple[Case, tuple[Case, ...]]:
        """The shape of all checks, and those of the moments; one, where one was asked for.

        A law that does not depend on the shape is tried on few, and so are complex entries.
        """
        if len(self.cases) == 1:
            return self.cases[0], ()
        main = main_case(self.dtype)
        if self.entry.shape is not None:  # of what is slow to draw
            return replace(main, shapes=dict.fromkeys(main.shapes, self.entry.shape)), ()
        every = self.entry.has_fans and not self.complex
        return main, self.cases if every else self.cases[:SHAPELESS]

    def _findings(self, sample: Array, law: Law | ComplexLaw, alpha: float) -> list[Finding]:
        if isinstance(law, ComplexLaw):
            return complex_findings(sample, law, self.kind, alpha)
        return real_findings(sample, law, self.kind, alpha)

    def _within(self, sample: Array, shape: Shape, alpha: float) -> Iterator[Check]:
        pairs = list(lagged(quarters(np.ravel(sample)[:LONGEST], self._law(shape)), shape[-1]))
        if pairs:
            found = agreement("independence of entries", pairs, alpha)
            yield self._check(MAIN, shape, sample.size, found)

    def _between(self, alpha: float) -> Iterator[Check]:
        """Calls that follow each other, seeds that do, and both; and one seed again."""
        shape = self.entry.shape or PAIRS
        law = self._law(shape)
        first = self._calls(shape, 3)
        after = self._calls(shape, 3, after=1)
        again = self._once(shape, 2)
        beside = self._once(shape, after=1)
        bins = [[quarters(each, law) for each in calls] for calls in (first, after)]
        share = alpha / 3
        found = [
            agreement("independence of calls", [(bins[0][0], bins[0][1])], share),
            agreement("independence of neighbouring seeds",
                      [(quarters(again[0], law), quarters(beside[0], law))], share),
            agreement("independence of calls of neighbouring seeds",
                      [(bins[0][k], bins[1][j]) for k in range(3) for j in range(3)], share),
            self._same_again(shape, again[0]),
        ]  # fmt: skip
        found[2] = _if_dependent(found[2])
        if self.drawer.repeats:
            same = float(np.array_equal(again[0], again[1]))
            found.append(exactly("repeats itself", 1.0, same, "1 if two calls of one object with "
                                 "a whole number as seed give the same"))  # fmt: skip
        for finding in found:
            yield self._check("two samples", shape, math.prod(shape), finding)

    def _same_again(self, shape: Shape, sample: Array) -> Finding:
        (other,) = self._once(shape)
        same = float(np.array_equal(sample, other))
        return exactly("reproducible", 1.0, same, "1 if the same seed gives the same")

    def _case(self, case: Case, alpha: float) -> Iterator[Check]:
        shape = case.shapes[self._layout]
        law = self._law(shape)
        (sample,) = self._calls(shape, 1)
        if isinstance(law, ComplexLaw):
            found = complex_findings(sample, law, self.kind, alpha)
        else:
            counted = Counted.of(np.ravel(sample), self.kind)
            share = alpha / 3
            square = counted.mean_square(law.mean)
            found = [
                variance(square, counted.n, law, self.kind, share),
                mean(counted.mean, counted.n, law, self.kind, share),
                distribution("distribution", counted, law, self.kind, share),
                support(counted, law, self.kind),
            ]
        for finding in found:
            yield self._check(case.name, shape, sample.size, finding)

    def _undocumented_complex(self, alpha: float) -> Check:
        """What complex entries are where nothing is said: E|w − mean|² over the real variance."""
        (sample,) = self._calls(PAIRS, 1)
        law = self.entry.real_law(self._layout, PAIRS)
        ratio = float(np.mean(np.square(np.abs(sample - sample.mean())))) / law.std**2
        test = (GaussianVarianceTest() if law.gaussian
                else ScaleTest(2 * law.reach**2, law.square_variance))  # fmt: skip
        found = test.judge(ratio, sample.size, 1.0, rates_at(alpha))
        parts = [float(np.var(part)) / law.std**2 for part in (sample.real, sample.imag)]
        what = (f"E|w - mean|² over the variance of real entries; the parts have {parts[0]:.4g} "
                f"and {parts[1]:.4g} of it")  # fmt: skip
        finding = undocumented("variance", ratio, (found.lower, found.upper), what)
        return self._check("complex", PAIRS, sample.size, finding)

    # matrices

    def _orthogonal(self, alpha: float) -> Iterator[Check]:
        if self.complex and not self.entry.complex:
            self._calls(MATRIX_SHAPES[0], 1)  # where it refuses
            found = _unknown("orthogonality", "complex matrices")
            yield self._check("complex", MATRIX_SHAPES[0], 1, found)
            return
        share = alpha / len(MATRIX_SHAPES)
        for shape in MATRIX_SHAPES:
            drawn = np.stack(self._calls(shape, MATRICES))
            matrices = drawn.reshape(MATRICES, *matrix_of(self.framework, shape))
            for finding in haar_findings(matrices, self.entry.gain, self.kind, share):
                yield self._check("matrices", shape, drawn.size, finding)
        (sample,) = self._once((64, 64))
        yield self._check("matrices", (64, 64), sample.size, self._same_again((64, 64), sample))

    def _delta_orthogonal(self, alpha: float) -> Iterator[Check]:
        shape = self.entry.shape or (3, 3, 4, 4)
        drawn = np.stack(self._calls(shape, MATRICES))
        middle: tuple[Any, ...] = (slice(None), *((size - 1) // 2 for size in shape[:-2]))
        centre, outside = drawn[middle], drawn.copy()
        outside[middle] = 0
        beyond = float(np.count_nonzero(outside))
        zero = exactly("entries beside the middle", 0.0, beyond, "that are not 0")
        yield self._check("matrices", shape, drawn.size, zero)
        for finding in haar_findings(centre, self.entry.gain, self.kind, alpha):
            yield self._check("matrices", shape, drawn.size, finding)

    def _sparse(self, alpha: float) -> Iterator[Check]:
        if self.complex:
            self._calls(TINY, 1)
            found = _unknown("variance", "complex entries")
            yield self._check("complex", TINY, 1, found)
            return
        shape = self.entry.shape or (1000, 1000)
        std = self.entry.std if self.entry.std is not None else 0.01
        (sample,) = self._once(shape)
        found_all = constants.sparse_findings(
            sample.astype(np.float64), self.entry.sparsity, std, self.kind, alpha
        )
        for finding in [*found_all, self._same_again(shape, sample)]:
            yield self._check("columns", shape, sample.size, finding)

    # no randomness

    def _constant(self, alpha: float) -> Iterator[Check]:
        entry = self.entry
        shape = entry.shape or TINY
        (sample,) = self._calls(shape, 1)
        judge = constants.constant_finding
        if entry.kind == "constant":
            expected = np.full(shape, entry.value)
        elif entry.kind == "identity":
            expected = constants.identity(shape, entry.gain)
        elif entry.kind == "dirac":
            expected = constants.dirac(shape, entry.groups)
        else:
            expected, judge = constants.stft(shape, entry.side), constants.kernel_finding
        yield self._check("values", shape, sample.size, judge(sample, expected, self.kind))


class _UnsoundError(Exception):
    """What came is no weight; the text says why."""


def _sound(drawn: list[Array], shape: Shape) -> list[Array]:
    """Samples of the shape that was asked for, all entries finite."""
    for sample in drawn:
        if sample.shape != tuple(shape):
            raise _UnsoundError(f"asked for shape {tuple(shape)}, got {sample.shape}")
        if not np.isfinite(sample).all():
            raise _UnsoundError("not all entries are finite")
    return drawn


def _if_dependent(found: Finding) -> Finding:
    """No documentation says that streams of different seeds share nothing: it is told, no more."""
    if found.verdict == "conforms":
        return found
    said = "a later call of one seed gives what an earlier call of the next seed gives"
    return undocumented(found.quantity, found.sampled, found.interval, said)


def _unknown(quantity: str, what: str) -> Finding:
    said = f"{what} are drawn, of which nothing is said"
    return undocumented(quantity, math.nan, (-math.inf, math.inf), said)
