"""Numbers that are not certified, with an honest error: of Python callables, above all.

``sampled_functions`` follows the function by polynomials; here its moments are taken. What an
estimate cannot know is a feature narrower than the spacing of the sampled places, about 1e-4 of a
standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.sampled_functions import SampledFunction

_WORST = 1e-3  # an error relative to the integral of the absolute value that is still an estimate
_EDGE = 1e-9  # the share of the integral beyond 30 standard deviations that is still believed


@dataclass(frozen=True)
class Estimate:
    """A number that is not certified: it has no bounds, but an estimated ``error``."""

    value: float
    error: float = float("nan")

    @property
    def lower_float(self) -> None:
        """There is none."""
        return None

    @property
    def upper_float(self) -> None:
        """There is none."""
        return None


def estimate(
    sampled: SampledFunction, integrand: np.ndarray, error: np.ndarray | None = None
) -> Estimate:
    """E of an integrand at the nodes of a sampled function.

    Raises ``NotCertifiedError`` when the panels do not settle or the integral looks infinite.
    """
    value, off, size, far = sampled.mean(integrand, error)
    if not far <= _EDGE * max(size, np.finfo(float).tiny):
        raise NotCertifiedError("the moment does not look finite")
    if not off <= _WORST * size:
        raise NotCertifiedError("the quadrature of the activation does not converge")
    return Estimate(value, off)
