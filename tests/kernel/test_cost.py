"""No input of up to 10 kB takes the kernel more than two seconds of processor time."""

from __future__ import annotations

import json
import re
import time

import pytest

from tests.kernel.costly import AIMED, Parts, random_terms
from tests.kernel.writing import certificate, line, same
from xavier_theory.kernel import Refused, check

MOST_SECONDS = 2.0


def seconds(parts: Parts) -> float:
    """The processor time that the certificate takes, accepted or refused."""
    lines, more = parts
    text = json.dumps(certificate(*lines, **more))
    assert len(text) <= 13_000
    start = time.process_time()
    try:
        check(text)
    except Refused as error:
        assert str(error)  # noqa: PT017  # any other exception is a failure
    return time.process_time() - start


@pytest.mark.parametrize("aim", AIMED)
def test_what_aims_at_cost_is_bounded(aim: str) -> None:
    check(certificate(same("x", "x")))
    assert seconds(AIMED[aim]()) < MOST_SECONDS


@pytest.mark.parametrize("seed", range(30))
def test_random_tables_are_bounded(seed: int) -> None:
    assert seconds(random_terms(seed)) < MOST_SECONDS


def test_what_is_too_long_is_refused_with_a_number() -> None:
    with pytest.raises(Refused, match="more than 4000000 characters"):
        check(" " * 4_000_001)
    with pytest.raises(Refused, match=re.escape("the power 65 is beyond 64")):
        check(certificate(same(["^", ["+", "x", "1"], "65"], "0")))
    with pytest.raises(Refused, match="budget"):
        check(certificate(line("sign", ["^", ["+", *"xyztq"], "60"])))
