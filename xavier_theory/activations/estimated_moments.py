"""The moments of an activation as estimates, where they cannot be certified."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.budget import estimating
from xavier_theory.activations.enclosures import Infinity
from xavier_theory.activations.estimates import Estimate, estimate
from xavier_theory.activations.gaussian_integrals import Gaussian
from xavier_theory.activations.sampled_functions import SampledFunction, sample_function

_QUIETLY = np.errstate(over="ignore", invalid="ignore")  # ``estimate`` says what is not finite


@dataclass(frozen=True)
class EstimatedMoments:
    """The same moments as ``Moments``, from sampled values; none is certified.

    Slopes are those of the polynomials that follow φ, so that a callable has them as well.
    """

    activation: Activation
    law: Gaussian
    digits: int = 15

    @cached_property
    def sampled(self) -> SampledFunction:
        """φ, sampled under the law."""
        mean, deviation = float(self.law.mean), float(self.law.variance) ** 0.5
        with estimating():
            return sample_function(self.activation.function, mean, deviation)

    @cached_property
    @_QUIETLY
    def mean(self) -> Estimate:
        """E[φ(Z)]."""
        return estimate(self.sampled, self.sampled.values)

    @cached_property
    @_QUIETLY
    def second_moment(self) -> Estimate:
        """E[φ(Z)²]."""
        return estimate(self.sampled, self.sampled.values**2)

    @cached_property
    @_QUIETLY
    def variance(self) -> Estimate:
        """Var φ(Z), about the estimated mean."""
        found, centre = self.sampled, self.mean
        spread = estimate(found, (found.values - centre.value) ** 2)
        return Estimate(spread.value, spread.error + centre.error**2 + found.epsilon * 64)

    @cached_property
    @_QUIETLY
    def derivative_mean(self) -> Estimate:
        """E[φ'(Z)] = E[φ(Z)(Z − μ)]/q."""
        found, deviation = self.sampled, float(self.law.variance) ** 0.5
        return estimate(found, found.values * found.nodes / deviation)

    @cached_property
    @_QUIETLY
    def cross_moment(self) -> Estimate:
        """E[φ(Z)φ'(Z)Z] = E[φ(Z)²·(Z(Z − μ)/q − 1)]/2."""
        found = self.sampled
        places = float(self.law.mean) / float(self.law.variance) ** 0.5 + found.nodes
        return estimate(found, found.values**2 * (places * found.nodes - 1) / 2)

    @cached_property
    @_QUIETLY
    def derivative_second_moment(self) -> Estimate | Infinity:
        """E[φ'(Z)²]; ``Infinity`` where φ is seen to jump."""
        found = self.sampled
        if found.jump is not None:
            return Infinity(f"{self.activation.name[:60]} jumps at about z = {found.jump:.6g}")
        errors = 2 * np.abs(found.slopes) * found.slope_errors + found.slope_errors**2
        return estimate(found, found.slopes**2, errors)
