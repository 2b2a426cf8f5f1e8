"""The schemes that a parameter may have been drawn by, and exact tests whether it was.

A scheme says law and scale. Under it three statistics of N independent entries have known laws or
bounds, each tested at a third of the level:

- the mean: N(0, σ²/N) for a normal law; Hoeffding's inequality for a bounded one
- the mean square: χ² with N degrees of freedom; Bernstein's inequality (statistics/bounded_mean)
- the largest |w|: P(max ≤ x) = P(|W| ≤ x)^N, exact for every law

So a parameter that was drawn by a scheme fails its test with probability at most the level. Two
schemes may be too near to each other to be told apart; then both are reported.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from scipy.special import gammainccinv, log_ndtr, ndtri
from scipy.stats import beta
from scipy.stats import f as f_law

from xavier_theory.audit.parameters import WEIGHTS, Parameter
from xavier_theory.frameworks.initialization import TRUNCATED
from xavier_theory.statistics.bounded_mean import bernstein_radius, hoeffding_radius
from xavier_theory.statistics.gaussian_variance import chi_square_low

NORMAL, UNIFORM, TRUNCATED_NORMAL, FIXED = "normal", "uniform", "truncated normal", "fixed"
_GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
TORCH_DEFAULT = "torch's default, uniform ±1/√fan_in"


@dataclass(frozen=True)
class Scheme:
    """A name that is the same for layers of other sizes, a law, and Var(W) for this one.

    ``wrong`` says what is wrong with the fan that it divides by, if anything.
    """

    name: str
    law: str
    variance: float
    wrong: str | None = None

    @property
    def bound(self) -> float:
        """The largest |w| that can be drawn."""
        if self.law == UNIFORM:
            return math.sqrt(3 * self.variance)
        if self.law == TRUNCATED_NORMAL:
            return 2 * math.sqrt(self.variance) / TRUNCATED
        return math.inf


def candidates(parameter: Parameter) -> Iterator[Scheme]:
    """The documented schemes for a parameter of this role and these fans."""
    if parameter.role == "embedding":
        yield Scheme("normal, std 1 (torch's default)", NORMAL, 1.0)
    fans = parameter.fans
    if parameter.role in (*WEIGHTS, "bias") and fans is not None:
        yield Scheme(TORCH_DEFAULT, UNIFORM, 1 / (3 * fans.fan_in))
    gates = next((n for kind, n in _GATES.items() if parameter.module_kind.startswith(kind)), None)
    if gates is not None and parameter.role in ("recurrent", "bias"):
        hidden = parameter.shape[0] // gates
        yield Scheme("torch's default, uniform ±1/√hidden", UNIFORM, 1 / (3 * max(hidden, 1)))
    if parameter.role in WEIGHTS and fans is not None:
        yield from _by_fans(parameter)
    if parameter.role in (*WEIGHTS, "embedding", "other"):
        for std in (0.02, 0.01, 0.001):
            yield Scheme(f"normal, std {std:g}", NORMAL, std**2)
        # the truncation's cut is at two of the std that is asked for
        yield Scheme(
            "truncated normal, std 0.02 cut at 2σ", TRUNCATED_NORMAL, (0.02 * TRUNCATED) ** 2
        )


def _by_fans(parameter: Parameter) -> Iterator[Scheme]:
    fans = parameter.fans
    if fans is None:
        return
    into, out = Fraction(fans.fan_in), Fraction(fans.fan_out)
    numbers = {
        "LeCun, 1/fan_in": 1 / into,
        "He, 2/fan_in": 2 / into,
        "He, 2/fan_out": 2 / out,
        "Xavier, 2/(fan_in + fan_out)": 2 / (into + out),
        "Xavier with gain √2": 4 / (into + out),
        "Xavier with tanh's gain 5/3": 2 / (into + out) * Fraction(25, 9),
    }
    groups = fans.groups
    wrong: dict[str, str] = {}
    if groups > 1 and fans.kind != "transposed":
        numbers["He, 2/(fan_in of all groups)"] = 2 / (into * groups)
        what = f"it counts the channels of all {groups} groups, of which an output sees one"
        wrong = {"He, 2/fan_out": what, "He, 2/(fan_in of all groups)": what}
        numbers["He, 2/(fan_out of its group)"] = 2 * groups / out
    for name, variance in numbers.items():
        for law in (NORMAL, UNIFORM, TRUNCATED_NORMAL):
            yield Scheme(f"{name}, {law}", law, float(variance), wrong.get(name))
        # as torch's trunc_normal_ cuts: the variance that is left is not made good
        left = float(variance) * TRUNCATED**2
        yield Scheme(f"{name}, cut at 2σ uncorrected", TRUNCATED_NORMAL, left, wrong.get(name))


def fixed_scheme(parameter: Parameter) -> str | None:
    """What a parameter is that is drawn by no law of independent entries; None if it may be."""
    if parameter.nonfinite:
        return "not finite"
    if parameter.identity:
        return "identity"
    if parameter.constant or parameter.zeros == parameter.count:
        value = parameter.mean
        return "zeros" if value == 0 else "ones" if value == 1 else f"constant {value:.4g}"
    if parameter.scale is not None:
        return f"orthogonal, gain {parameter.scale:.4g}"
    if parameter.zeros > parameter.count * 0.02 and parameter.zeros >= 3:
        return f"sparse, {parameter.zeros / parameter.count:.0%} zeros"
    return None


def consistent(parameter: Parameter, level: float) -> list[Scheme]:
    """The candidates that the parameter passes as a sample of, at ``level``."""
    if not parameter.drawn or parameter.zeros > max(2, 0.02 * parameter.count):
        return []
    return [one for one in candidates(parameter) if passes(parameter, one, level)]


def passes(parameter: Parameter, scheme: Scheme, level: float) -> bool:
    """Whether none of the three tests refutes the scheme."""
    if scheme.variance <= 0:
        return False
    each, n = level / 3, parameter.count
    std, rounding = math.sqrt(scheme.variance), 2 * parameter.epsilon
    if scheme.law == NORMAL:
        mean_limit = -ndtri(each / 2) * std / math.sqrt(n)
        low, high = (end / n for end in _chi_square(n, each))
    else:
        mean_limit = hoeffding_radius(2 * scheme.bound, n, each / 2)
        low, high = _bernstein(scheme, n, each)
    ratio = parameter.square / scheme.variance
    near = low * (1 - rounding) <= ratio <= high * (1 + rounding)
    return near and abs(parameter.mean) <= mean_limit and _largest_passes(parameter, scheme, each)


def _bernstein(scheme: Scheme, n: int, level: float) -> tuple[float, float]:
    """Limits of the mean square over the variance, by Bernstein's inequality on both sides.

    X = (w/bound)² is in [0, 1]; its variance is E X² − (E X)², 4/45 for the uniform law. For the
    truncated normal E w⁴ = 3 E w² s² − c³s⁴·2p(c)/(2Φ(c) − 1), where s is the scale before the cut
    at c = 2 (by parts).
    """
    mean = scheme.variance / scheme.bound**2
    if scheme.law == UNIFORM:
        spread = 4 / 45
    else:
        density = math.exp(-2.0) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2))
        spread = (3 * TRUNCATED**2 - 2 * 8 * density) / 16 - mean**2
    t = bernstein_radius(max(mean, 1 - mean), spread, n, level / 2)
    return 1 - t / mean, 1 + t / mean


def _chi_square(n: int, level: float) -> tuple[float, float]:
    """Limits that χ² with n degrees of freedom leaves with probability ``level``/2 on each side."""
    return chi_square_low(n, level / 2), 2 * float(gammainccinv(n / 2, level / 2))


def _largest_passes(parameter: Parameter, scheme: Scheme, level: float) -> bool:
    """P(max ≤ x) = P(|W| ≤ x)^N between level/2 and 1 − level/2."""
    x, n = parameter.largest / (1 + 2 * parameter.epsilon), parameter.count
    if x > scheme.bound:
        return False
    if scheme.law == UNIFORM:
        log_inside = math.log(max(x, 1e-300) / scheme.bound)
    else:
        scale = math.sqrt(scheme.variance) / (TRUNCATED if scheme.law == TRUNCATED_NORMAL else 1)
        outside = 2 * math.exp(log_ndtr(-x / scale))
        if scheme.law == TRUNCATED_NORMAL:
            tail = 2 * math.exp(log_ndtr(-2.0))
            outside = (outside - tail) / (1 - tail)
        log_inside = math.log1p(-min(max(outside, 0.0), 1 - 1e-16))
    log_probability = n * log_inside
    if log_probability < math.log(level / 2):
        return False
    # for a bounded law the largest may be as near to its bound as it likes
    return scheme.law != NORMAL or -math.expm1(log_probability) > level / 2


def variance_interval(parameter: Parameter, level: float) -> tuple[float, float]:
    """An interval for E w²: exact where entries are normal, and wider for uniform or cut ones.

    For these the squares vary less (their kurtosis is below 3). (0, 0) where nothing was drawn.
    """
    if not parameter.drawn:
        return 0.0, 0.0
    n, total = parameter.count, parameter.count * parameter.square
    low, high = _chi_square(n, level)
    return total / high, total / low


def mean_interval(parameter: Parameter, level: float) -> tuple[float, float]:
    """Student's interval for E w, exact where entries are normal."""
    if not parameter.drawn:
        return parameter.mean, parameter.mean
    n = parameter.count
    # Student's t by its square, which is F with 1 and n − 1 degrees of freedom
    half = math.sqrt(f_law.isf(level, 1, n - 1) * parameter.variance / (n - 1))
    return parameter.mean - half, parameter.mean + half


def ratio_is_chance(first: Parameter, second: Parameter, factor: float, level: float) -> bool:
    """Whether ``first.square/(factor·second.square)`` may be 1: the F test.

    Exact for normal entries, and too cautious for uniform ones. By the beta law, which keeps its
    digits for millions of degrees of freedom.
    """
    m, n = first.count, second.count
    one, two = m * first.square, n * second.square * factor
    share = one / (one + two) if one + two > 0 else 0.5
    return bool(beta.ppf(level / 2, m / 2, n / 2) <= share <= beta.isf(level / 2, m / 2, n / 2))
