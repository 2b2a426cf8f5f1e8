"""Seeds and Hypothesis profiles of every test run.

``ci`` (the default) draws the same cases each time; ``nightly`` draws fresh ones from a seed that
the header prints, and is repeated by ``--hypothesis-profile=nightly --hypothesis-seed=SEED``.
The profile comes from that option or from the environment variable ``XAVIER_THEORY_TEST_PROFILE``.
"""

from __future__ import annotations

import os
import secrets
import signal
from typing import Any

import pytest
from hypothesis import settings

PROFILE_VARIABLE = "XAVIER_THEORY_TEST_PROFILE"
PROFILES = ("ci", "nightly")
FIXED_SEED = 0

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile(
    "nightly", derandomize=False, deadline=None, max_examples=300, print_blob=True
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Settle profile and seed in the options, before Hypothesis' own plugin reads them there.

    A shell that starts a run in the background lets it, and all that it starts, ignore Ctrl-C,
    which tests send to the commands that they start.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    option = config.option
    option.hypothesis_profile = (
        option.hypothesis_profile or os.environ.get(PROFILE_VARIABLE) or PROFILES[0]
    )
    if option.hypothesis_profile not in PROFILES:
        raise pytest.UsageError(
            f"unknown test profile {option.hypothesis_profile!r}; known: {', '.join(PROFILES)}"
        )
    if option.hypothesis_seed is None and option.hypothesis_profile == "nightly":
        option.hypothesis_seed = str(secrets.randbits(32))
    option.hypothesis_seed = getattr(config, "workerinput", {}).get("seed", option.hypothesis_seed)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Send the seed to each worker of a parallel run, which would draw its own otherwise."""
    node.workerinput["seed"] = node.config.option.hypothesis_seed


def pytest_report_header(config: pytest.Config) -> str:
    """Say which seed repeats this run."""
    return f"test profile {config.option.hypothesis_profile}, seed {seed_of(config)}"


def seed_of(config: pytest.Config) -> int:
    """Return the seed given or drawn for this run; the fixed one in profile ``ci``."""
    given = config.option.hypothesis_seed
    return FIXED_SEED if given is None else int(given)


@pytest.fixture(scope="session")
def run_seed(request: pytest.FixtureRequest) -> int:
    """Root seed for tests that sample: fixed in profile ``ci``, fresh in ``nightly``."""
    return seed_of(request.config)
