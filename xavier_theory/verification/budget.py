"""Each check's error rates, what a run of them may spend, and where its randomness comes from.

α and β are the same for every statistical check, controls included. A check of a true formula that
samples as planned then comes out other than ``consistent`` with probability at most β, and a
planted formula that is off by δ other than ``refuted`` with probability at most β
(``statistics.decision``, S3 and S4). By the union bound chance alone keeps a run from passing with
probability at most the sum, which the run states. Neither the rates nor a generator, which depends
on the seed and the check's name alone, depend on which other checks there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import ErrorRates, split_alpha
from xavier_theory.verification.reports import Check

__all__ = ["RATE", "TOTAL", "check_rates", "seed_sequence", "spent", "valid_seed"]

TOTAL = 1e-6
"""Bound on the probability that chance alone keeps a run of a thousand checks from passing."""

RATE = split_alpha(TOTAL, 1000)
"""α and β of every statistical check: 1e-9, rounded down."""


def check_rates(delta: float) -> ErrorRates:
    """The rates of a statistical check that detects a relative error ``delta``."""
    return ErrorRates(delta, RATE, RATE)


def spent(checks: Iterable[Check]) -> float:
    """A bound on the probability that chance alone keeps any of the ``checks`` from passing."""
    return RATE * sum("beta" in check.detail for check in checks)


def valid_seed(seed: int) -> int:
    """``seed``, if it is a whole number >= 0; otherwise ``InvalidInputError``."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InvalidInputError(f"the seed must be a whole number >= 0, got {seed!r}")
    return int(seed)


def seed_sequence(seed: int, *names: str) -> np.random.SeedSequence:
    """The stream of the check with these names: a child of the seed's own, keyed by a hash."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    key = tuple(int.from_bytes(digest[place : place + 4], "little") for place in range(0, 16, 4))
    return np.random.SeedSequence(entropy=seed, spawn_key=key)
