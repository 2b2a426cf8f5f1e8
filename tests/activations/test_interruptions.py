"""Ctrl-C inside an integral of Arb is Ctrl-C, whatever handler there is for it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from xavier_theory.activations.certified import certified_integral, integrate_branch

BOTH = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in BOTH}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _sending(number: int, evaluation: int) -> tuple[Callable[[Any, bool], Any], list[int]]:
    """An integrand that sends itself a signal at one of its evaluations, and their count."""
    count = [0]

    def integrand(z: Any, analytic: bool) -> Any:
        count[0] += 1
        if count[0] == evaluation:
            os.kill(os.getpid(), number)
        return (z * 50).sin()

    return integrand, count


@pytest.mark.parametrize("evaluation", [1, 2, 3, 10, 50, 51, 52, 53, 100])
def test_ctrl_c_comes_out_of_an_integral_as_itself(evaluation: int) -> None:
    integrand, count = _sending(signal.SIGINT, evaluation)
    with pytest.raises(KeyboardInterrupt):
        integrate_branch(integrand, Fraction(0), Fraction(40))
    assert count[0] == evaluation  # nothing is computed after it
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_caller_is_called_after_the_integral() -> None:
    seen: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    integrand, _ = _sending(signal.SIGTERM, 20)
    integrate_branch(integrand, Fraction(0), Fraction(40))
    assert seen == [signal.SIGTERM]


def test_a_signal_that_is_ignored_does_not_end_the_integral() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    integrand, count = _sending(signal.SIGINT, 20)
    found = certified_integral(integrand, 0, Fraction(1, 50))
    assert count[0] > 20
    assert found.lower_float <= (1 - 0.5403023058681398) / 50 <= found.upper_float  # cos 1


def test_other_threads_integrate_as_before() -> None:
    found: list[Any] = []

    def work() -> None:
        found.append(certified_integral(lambda z, analytic: z * z, 0, 3))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found[0].lower_float <= 9.0 <= found[0].upper_float
