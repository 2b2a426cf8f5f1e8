import numpy as np
import pytest

from tests.statistics.calibration import (
    RateExceededError,
    require_promises,
    require_rate,
)


def test_a_rate_far_above_the_promise_is_caught() -> None:
    require_rate(30, 400, 0.05, "event")
    with pytest.raises(RateExceededError, match="80 of 400"):
        require_rate(80, 400, 0.05, "event")


@pytest.mark.parametrize("verdict", ["consistent", "refuted", "undecided"])
def test_a_test_that_always_says_the_same_breaks_a_promise(verdict: str) -> None:
    with pytest.raises(RateExceededError):
        require_promises(lambda truth: np.full(400, verdict), (1.1,))
