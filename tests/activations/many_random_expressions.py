"""Hold the certified second moments of many random expressions against 50-digit references.

The test suite does this for a dozen; run this by hand for hundreds:
python -m tests.activations.many_random_expressions [COUNT]
Hypothesis draws them, with a fresh seed each time; a failure prints the smallest one found.
"""

from __future__ import annotations

import sys
from collections import Counter
from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, settings

from tests.activations import mpmath_reference as reference
from tests.activations.test_moments import EXPRESSIONS, exact
from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.moments import gaussian_moments
from xavier_theory.errors import XavierTheoryError

DIGITS = 50
POLES = 25  # digits that mpmath's rule reaches where a pole is near the line


def hold(count: int) -> Counter[str]:
    """Draw ``count`` expressions; each is enclosed rightly, or refused by name."""
    outcomes: Counter[str] = Counter()

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=False,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(EXPRESSIONS)
    def each(text: str) -> None:
        try:
            known = as_activation(text)
            found = gaussian_moments(known, digits=DIGITS).second_moment
        except XavierTheoryError as error:
            outcomes[type(error).__name__] += 1
            return
        truth = exact(reference.second_moment(known.expression, Fraction(1), known.kinks, DIGITS))
        slack = (abs(truth) + 1) / 10**POLES
        if not found.lower - slack <= truth <= found.upper + slack:
            raise ValueError(f"{text}: {float(truth)!r} is not in {found}")
        agree = found.lower - slack / 10**20 <= truth <= found.upper + slack / 10**20
        outcomes["45 digits agree" if agree else "25 digits agree"] += 1

    each()
    return outcomes


if __name__ == "__main__":
    for outcome, times in hold(int(sys.argv[1]) if len(sys.argv) > 1 else 300).most_common():
        sys.stdout.write(f"{times:5d} {outcome}\n")
