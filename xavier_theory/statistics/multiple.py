"""Many checks in one run: splitting α, and what the run as a whole promises.

Union bound: P(any of N wrong claims) ≤ Σ α_i, whatever the checks have in common. Šidák:
1 − (1 − α)^N, a little less, *only* where the checks are independent (Šidák 1967).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.outcome import Outcome
from xavier_theory.statistics.rates import probability

__all__ = ["RunRates", "combine", "split_alpha"]


def split_alpha(total: float, n: int, *, independent: bool = False) -> float:
    """Return the α of each of n checks that keeps the run's false-alarm probability ≤ `total`.

    The union bound total/n, rounded down so that n of them never exceed `total`; with
    `independent=True`, which the caller vouches for, Šidák's 1 − (1 − total)^(1/n).
    """
    total = probability("total", total)
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise InvalidInputError(f"the number of checks must be a positive integer, got {n!r}")
    if independent:
        return math.nextafter(-math.expm1(math.log1p(-total) / n), 0.0) if n > 1 else total
    share = total / n
    while Fraction(share) * n > Fraction(total):
        share = math.nextafter(share, 0.0)
    return share


@dataclass(frozen=True)
class RunRates:
    """What a whole run promises.

    `checks`: number of checks, of which `deterministic` have no chance in them. `false_alarm`:
    bound on the probability that any true formula is refuted. `miss`: largest probability, for
    any one check, that an error of the size it states is not refuted, or a true formula not
    called consistent; None when every check is deterministic. `underpowered`: checks whose
    sample was too small for their β. `independent`: whether Šidák's bound was used.
    """

    checks: int
    deterministic: int
    false_alarm: float
    miss: float | None
    underpowered: int
    independent: bool

    def statement(self) -> str:
        """Return the promise as one line."""
        checks = f"{self.checks} check" + ("" if self.checks == 1 else "s")
        if self.miss is None:
            return f"{checks}, all deterministic: no false alarm and no miss by chance"
        line = (
            f"{checks}, total false-alarm probability ≤ {_up(self.false_alarm)}, each detects "
            f"the error it states with probability ≥ 1 − {_up(self.miss)}"
        )
        if self.underpowered:
            line += f" (except {self.underpowered} with too few samples, which may stay undecided)"
        return line

    def to_dict(self) -> dict[str, object]:
        """Return plain values by name, with the statement."""
        return {
            "checks": self.checks,
            "deterministic": self.deterministic,
            "false_alarm_probability": self.false_alarm,
            "miss_probability": self.miss,
            "underpowered": self.underpowered,
            "independent": self.independent,
            "statement": self.statement(),
        }


def combine(outcomes: Iterable[Outcome], *, independent: bool = False) -> RunRates:
    """Return the promise of a run made of these outcomes.

    A check that refutes a true formula does so with probability at most min(α, β) (see
    `decision`); that is what is added up. `independent=True` states that the checks are
    independent and uses 1 − ∏(1 − α_i) instead of the sum.
    """
    listed = list(outcomes)
    rates = [outcome.rates for outcome in listed if outcome.rates is not None]
    levels = [rate.refutation_level for rate in rates]
    if independent:
        false_alarm = -math.expm1(math.fsum(math.log1p(-level) for level in levels))
    else:
        false_alarm = min(1.0, float(sum((Fraction(level) for level in levels), Fraction(0))))
    return RunRates(
        checks=len(listed),
        deterministic=len(listed) - len(rates),
        false_alarm=false_alarm,
        miss=max((rate.beta for rate in rates), default=None),
        underpowered=sum(not outcome.powered for outcome in listed),
        independent=independent,
    )


def _up(value: float) -> str:
    """Return a probability to two digits, rounded up, so that the printed bound holds."""
    if value == 0.0:
        return "0"
    exponent = math.floor(math.log10(value))
    unit = Fraction(10) ** (exponent - 1)
    # A float one rounding above a round number (1e-6 summed from shares) prints as that number.
    digits = math.ceil(Fraction(value) / unit * (1 - Fraction(1, 10**12)))
    return f"{float(digits * unit):.2g}"
