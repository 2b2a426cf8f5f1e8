"""Heavy-tailed means by Catoni's M-estimator (Catoni 2012, §2), with a given moment bound.

Without a bound on a moment no finite-sample test exists (Bahadur & Savage 1956), and asking for one
raises `InvalidInputError`.

Let ψ(y) = sign(y) log(1 + |y| + y²/2); then −log(1 − y + y²/2) ≤ ψ(y) ≤ log(1 + y + y²/2). For a
fixed a > 0 the estimate T is the zero of the nonincreasing function

    location:  r(t) = Σ ψ(a(X_i − t)),        Var X ≤ v;
    scale:     r(t) = Σ ψ(a(X_i/t − 1)), t > 0,  X ≥ 0 and Var X ≤ v(E X)².

Location. T ≥ θ + w implies r(θ + w) ≥ 0, and E exp r(θ + w) ≤ (1 − aw + a²(v + w²)/2)^n, so
P(T ≥ θ + w) ≤ γ for the smallest w > 0 with −aw + a²(v + w²)/2 + η = 0, η = 1 − γ^(1/n). By
symmetry P(T ≤ θ − w) ≤ γ.
Scale (T/θ is a pivot bound for every θ > 0). T ≥ θ/(1 − w) has probability at most γ when
−aw + a²(v(1 − w)² + w²)/2 + η = 0, and T ≤ θ/(1 + w) when −aw + a²(v(1 + w)² + w²)/2 + η = 0: the
mean of X/t − 1 is −w (+w) there, and its second moment at most v(1 ∓ w)² + w².
No real root: no limit at this n. The bounds hold for every a; a = √(2 log(2/ε)/(nv)) for the
planned n makes them nearly √(2v log(1/γ)/n), what a Gaussian of that variance would have.

Streaming. Only the signs of r matter, at the few t on which the verdict depends, known before
sampling: the run keeps Σψ there and nothing else.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.decision import confidence_limits, decide
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction, Tolerance
from xavier_theory.statistics.moment_bound import moment_bound
from xavier_theory.statistics.outcome import Guarantee, Outcome
from xavier_theory.statistics.pivot import Design, PivotTest
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import Moments, as_block

__all__ = ["CatoniRun", "HeavyTailedMeanTest"]

_NUDGE = 1e-10  # of the tolerance: above rounding, below the slack of a planned sample size


class HeavyTailedMeanTest(PivotTest):
    """Test E X given exactly one of two bounds, true of the law whatever is predicted.

    `variance_bound`: Var X ≤ it.
    `relative_variance_bound`: X ≥ 0 and Var X ≤ it·(E X)²; for X = z² that is κ − 1 with κ the
    kurtosis of z. It holds at every scale, so it is the one to take for a law known up to scale.
    `tolerance` applies to the first (the second is relative).
    """

    guarantee: Guarantee = "finite-sample bound"

    def __init__(
        self,
        *,
        variance_bound: float | None = None,
        relative_variance_bound: float | None = None,
        tolerance: Tolerance | None = None,
    ) -> None:
        self.bound = moment_bound(variance_bound, relative_variance_bound)
        self.family = self.bound.family
        self.tolerance = Tolerance() if tolerance is None else tolerance
        if self.family == "scale" and self.tolerance.kind != "relative":
            raise InvalidInputError("with a relative_variance_bound the tolerance is relative")
        self.law = f"heavy-tailed mean (Catoni, {self.family} family)"

    def run(self, sample: ArrayLike, prediction: Prediction, rates: ErrorRates) -> Outcome:
        """Judge a sample held whole by its exact estimate."""
        values = self.bound.check_values(as_block(sample))
        n = int(values.size)
        self.start(prediction, rates, n)  # refuses what a run would refuse
        scale = self.influence_scale(Design(rates.refutation_level / 2, n))
        return self.judge(self._zero(values, scale), n, prediction, rates)

    def estimates(self, samples: ArrayLike, rates: ErrorRates) -> NDArray[np.float64]:
        """Return the estimates of many samples, `(runs, n)` to `(runs,)`: for calibration."""
        values = np.atleast_2d(np.asarray(samples, dtype=np.float64))
        scale = self.influence_scale(Design(rates.refutation_level / 2, values.shape[1]))
        return np.array([self._zero(self.bound.check_values(row), scale) for row in values])

    def influence_scale(self, design: Design) -> float:
        """Return a = √(2 log(1/level)/(planned · v))."""
        return math.sqrt(-2.0 * math.log(design.level) / (design.planned * self.bound.value))

    def total_influence(self, values: NDArray[np.float64], t: float, scale: float) -> float:
        """Return r(t) over a block."""
        with np.errstate(over="ignore", invalid="ignore"):  # refused below, with one line
            scaled = values * (scale / t) if self.family == "scale" else scale * values
            scaled -= scale if self.family == "scale" else scale * t
            size = np.abs(scaled)
            size *= 1.0 + 0.5 * size
            total = float(np.copysign(np.log1p(size, out=size), scaled, out=size).sum())
        if not math.isfinite(total):
            raise InvalidInputError(
                f"the sample's values are too far from the tested mean {t:g} for float64; rescale"
            )
        return total

    def _zero(self, values: NDArray[np.float64], scale: float) -> float:
        low, high = float(values.min()), float(values.max())
        if self.family == "scale":
            if high <= 0.0:
                raise InvalidInputError(f"all {values.size} samples equal 0; the mean is positive")
            # r ≥ 0 at low. A low of 0 is replaced by a point below every possible zero.
            low = max(low, 1e-12 * high / values.size)
            if low < 1e-290:
                raise InvalidInputError("the sample's values are too small for float64; rescale it")
        if low >= high:
            return high
        return float(
            optimize.brentq(
                lambda t: self.total_influence(values, t, scale), low, high, xtol=1e-300
            )
        )

    def _start(self, hypothesis: Hypothesis, rates: ErrorRates, planned: int) -> CatoniRun:
        return CatoniRun(self, hypothesis, rates, planned)

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        return self.bound.guess(self.tolerance, rates, hypothesis)

    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        a, v = self.influence_scale(design), self.bound.value
        constant = a * a * v / 2.0 - math.expm1(math.log(tail) / n)
        if self.family == "location":
            w = _root(a * a / 2.0, a, constant)
            return -w, w
        above = _root(a * a * (v + 1.0) / 2.0, a + a * a * v, constant)
        below = _root(a * a * (v + 1.0) / 2.0, a - a * a * v, constant)
        return 1.0 / (1.0 + below), 1.0 / (1.0 - above) if above < 1.0 else math.inf


def _root(square: float, slope: float, constant: float) -> float:
    """Return the smaller root of square·w² − slope·w + constant (all but slope > 0), or inf."""
    discriminant = slope * slope - 4.0 * square * constant
    if slope <= 0.0 or discriminant < 0.0:
        return math.inf
    return 2.0 * constant / (slope + math.sqrt(discriminant))


class CatoniRun:
    """Σψ at the points on which the verdict depends, for a sample that arrives in blocks.

    The estimate reported is the sample mean, moved into the bracket that contains T.
    """

    finished = False

    def __init__(
        self, test: HeavyTailedMeanTest, hypothesis: Hypothesis, rates: ErrorRates, planned: int
    ) -> None:
        self._test = test
        self._hypothesis = hypothesis
        self._rates = rates
        self._design = Design(rates.refutation_level / 2, planned)
        self._scale = test.influence_scale(self._design)
        self._points = np.array(self._decisive_points())
        self._totals = np.zeros(self._points.size)
        self._moments = Moments()

    @property
    def n(self) -> int:
        """Number of scalars taken in so far."""
        return self._moments.n

    def update(self, block: ArrayLike) -> None:
        """Take in one block of any shape."""
        values = self._test.bound.check_values(as_block(block))
        self._moments.update(values)
        for index, point in enumerate(self._points):
            self._totals[index] += self._test.total_influence(values, point, self._scale)

    def outcome(self) -> Outcome:
        """Judge what has been taken in."""
        below, above = self._points[self._totals >= 0.0], self._points[self._totals <= 0.0]
        low = float(below.max()) if below.size else -math.inf
        high = float(above.min()) if above.size else math.inf
        # Refuses what judging one estimate refuses; its limits are replaced by the bracket's.
        estimate = min(max(self._moments.mean, low), high)
        whole = self._test.judge(
            estimate, self.n, self._hypothesis, self._rates, self._design.planned
        )

        def limits(tail: float) -> tuple[float, float]:
            quantiles = self._test._quantiles(tail, self.n, self._design)
            lower = self._test._limits(np.float64(low), *quantiles)[0] if below.size else -math.inf
            upper = self._test._limits(np.float64(high), *quantiles)[1] if above.size else math.inf
            return float(lower), float(upper)

        widened = self._test.tolerance.widen(self._hypothesis, self._rates.delta)
        lower, upper = confidence_limits(limits, self._rates)
        return replace(
            whole,
            verdict=decide(limits, self._hypothesis, widened, self._rates),
            lower=lower,
            upper=upper,
        )

    def _decisive_points(self) -> list[float]:
        """Return where the verdict can turn for the planned n, and a few points around."""
        test, rates, hypothesis = self._test, self._rates, self._hypothesis
        widened = test.tolerance.widen(hypothesis, rates.delta)
        refute = test._quantiles(self._design.level, self._design.planned, self._design)
        accept = test._quantiles(rates.alpha, self._design.planned, self._design)
        points: list[float] = []
        sides = (
            (hypothesis.upper, widened.upper, refute[1], accept[0], 1.0),
            (hypothesis.lower, widened.lower, refute[0], accept[1], -1.0),
        )
        for side, wide, rejecting, accepting, sign in sides:
            if math.isfinite(side):
                width = abs(wide - side)
                points += [self._shift(side, rejecting) + sign * _NUDGE * width]
                points += [self._shift(wide, accepting) - sign * _NUDGE * width]
                points += [side + step * width for step in (-4.0, -1.0, 1.0, 4.0)]
        positive = test.family == "location"
        return sorted(t for t in set(points) if math.isfinite(t) and (positive or t > 0.0))

    def _shift(self, theta: float, quantile: float) -> float:
        """Return the estimate that lies at `quantile` of the pivot when the truth is `theta`."""
        return theta + quantile if self._test.family == "location" else theta * quantile
