"""Which whole number the bound on the cross-entropy is best with."""

from __future__ import annotations

import math

import pytest

from xavier_theory.theorems import derive


@pytest.mark.parametrize(("classes", "variance"), [(32128, 768), (1000, 64), (10, 500), (10, 1)])
def test_the_best_power_is_next_to_the_root(classes: int, variance: int) -> None:
    derivation = derive("cross-entropy-bound")

    def bound(power: int) -> float:
        found = derivation.predict(classes=classes, power=power, logit_variance=variance)
        return float(found[1])

    root = math.sqrt(variance / (2 * math.log(classes)))
    best = min(range(1, 40), key=bound)
    assert abs(best - max(root, 1)) < 1
    # m log C + v/(2m) is at least what the real root gives, and near it
    least = math.sqrt(2 * variance * math.log(classes))
    assert least <= bound(best)
    if root > 1:
        assert bound(best) <= least * (1 + 1 / (2 * root**2))
