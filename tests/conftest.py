"""Seeds and Hypothesis profiles of every test run.

``ci`` (the default) draws the same cases each time; ``nightly`` draws fresh ones from a seed that
the header prints, and is repeated by ``--hypothesis-profile=nightly --hypothesis-seed=SEED``.
The profile comes from that option or from the environment variable ``XAVIER_THEORY_TEST_PROFILE``.
"""

from __future__ import annotations

import os
import secrets

import pytest
from hypothesis import settings

PROFILE_VARIABLE = "XAVIER_THEORY_TEST_PROFILE"
FIXED_SEED = 0

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile(
    "nightly", derandomize=False, deadline=None, max_examples=300, print_blob=True
)


def chosen_profile(config: pytest.Config) -> str:
    """Return the profile named by the option, else by the environment, else ``ci``."""
    named: str | None = config.getoption("--hypothesis-profile")
    return named or os.environ.get(PROFILE_VARIABLE) or "ci"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Hand Hypothesis its profile and seed before its own plugin reads them.

    Both are options, so the workers of a parallel run receive the same ones.
    """
    config.option.hypothesis_profile = chosen_profile(config)
    if config.option.hypothesis_profile == "nightly" and config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(secrets.randbits(32))


def pytest_report_header(config: pytest.Config) -> str:
    """Say which seed repeats this run."""
    return f"seed of this run: {seed_of(config)} (profile {chosen_profile(config)})"


def seed_of(config: pytest.Config) -> int:
    """Return the seed given or drawn for this run; the fixed one in profile ``ci``."""
    given = config.option.hypothesis_seed
    return FIXED_SEED if given is None else int(given)


@pytest.fixture(scope="session")
def run_seed(request: pytest.FixtureRequest) -> int:
    """Root seed for tests that sample: fixed in profile ``ci``, fresh in ``nightly``."""
    return seed_of(request.config)
