"""How the run's error rates are split, and where each check's randomness comes from.

Each theorem and each experiment on training has an equal share of the run's total, and so have the
checks on real images; a share is split equally among its statistical checks, controls included.
With α = β = that share, a check of a true formula that samples as planned comes out other than
``consistent`` with probability at most β, and a planted formula that is off by δ other than
``refuted`` with probability at most β (``statistics.decision``, S3 and S4). By the union bound
chance alone keeps a run from passing with probability at most the sum. The share does not depend on
which theorems are run, and a generator depends on the seed and the check's name alone.
"""

from __future__ import annotations

import hashlib

import numpy as np

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import ErrorRates, split_alpha
from xavier_theory.theorems import theorems
from xavier_theory.training.experiments import EXPERIMENTS

__all__ = ["TOTAL", "check_rates", "part_share", "seed_sequence", "valid_seed"]

TOTAL = 1e-6
"""Bound on the probability that chance alone keeps a run over all theorems from passing."""


def part_share() -> float:
    """What a theorem, an experiment on training, or the checks on real images may spend."""
    return split_alpha(TOTAL, len(theorems()) + len(EXPERIMENTS) + 1)


def check_rates(delta: float, checks: int) -> ErrorRates:
    """The rates of each of the ``checks`` that share one part."""
    share = split_alpha(part_share(), checks)
    return ErrorRates(delta, share, share)


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
