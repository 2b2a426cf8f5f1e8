"""What chains say of formulas with a slip in them: other powers, limits, indices and widths.

``gaussian_chains`` knows the mean of log |a^[l]|² and nothing else, which is all that the theorem
speaks of. A perturbed formula speaks of E log Σ a^[l]_{j+c}^p over j = 1..m. Given the layer below,
the entries of a^[l] are independent normal variables with variance v |a^[l-1]|², whatever their
indices; so for p = 2 the mean is log v + E log |a^[l-1]|² + E log χ²_m, for m = 1 and even p it is
p/2 times that, and for odd p there is none: the sum is negative with positive probability.

Chains of chi-squares know such formulas as it is; here they have more widths, starts and layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import sympy
from flint import arb
from sympy import Integer, Symbol
from sympy.core.basic import Basic

from tools.slips.changes import OTHER_WIDTH
from xavier_theory.finite_models.arithmetic import Number, exact
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Bound, Entry, Family, SumOver, scalar
from xavier_theory.verification.chi_square import mean_of_log
from xavier_theory.verification.chi_square_chains import ChiSquareChain, chain_of_width
from xavier_theory.verification.continuous import NoValueError
from xavier_theory.verification.gaussian_chains import chain_models

__all__ = ["PerturbedChain", "many_chi_square_chains", "perturbed_chains"]

LAYER, DEPTH = scalar("l", "natural"), scalar("depth", "width")
INPUTS = ((2, 1, 3, 1), (999, 1), (exact(1) / 7, exact(1) / 5, exact(1) / 9))
"""The entries of a^[0]; the last one over and over."""
LAYERS = ((2, 3), (0, 1))
"""A layer l, and a depth."""
_SETTINGS = (  # width, weight variance, another width
    (1, exact(2), 3),
    (2, exact(1) / 2, 1),
    (5, exact(3) / 10, 2),
    (3, exact(1) / 10, 4),
    (1, exact(20), 2),
    (40, exact(1) / 40, 1),
    (40, exact(2), 39),
    (40, exact(1) / 999, 41),
)


@dataclass(frozen=True)
class PerturbedChain:
    """A chain of square Gaussian matrices that starts at ``start``; a ``ContinuousModel``."""

    scalars: Mapping[Symbol, Number]
    whole: Mapping[Symbol, Integer]
    signal: Family
    width: int
    variance: Number
    start: Sequence[Number]

    def expectation(self, term: Basic) -> Number:
        """The mean of log Σ a^[l]_{j+c}^p; ``OutsideDomainError`` where it has none."""
        layer, shift, power, limit = self._read(substitute(term, dict(self.whole)))
        if limit < 1:
            raise OutsideDomainError("the logarithm of an empty sum")
        if not layer:
            return self._log_input(shift, power, limit)
        if power % 2:
            raise OutsideDomainError("the logarithm of a sum that may be negative")
        if power != 2 and limit != 1:
            raise NoValueError(f"the mean of the logarithm of a sum of {power}th powers")
        return (self._log_norm(layer - 1) + self._gain(limit)) * arb(power) / 2

    def _log_norm(self, layer: int) -> Number:
        return self._log_input(0, 2, self.width) + layer * self._gain(self.width)

    def _log_input(self, shift: int, power: int, limit: int) -> Number:
        entries = [
            exact(self.start[min(j, len(self.start) - 1)]) for j in range(shift, shift + limit)
        ]
        return arb(sum(entry**power for entry in entries)).log()

    def _gain(self, degrees: int) -> Number:
        return arb(self.variance).log() + mean_of_log(degrees)

    def _read(self, term: Basic) -> tuple[int, int, int, int]:
        """Layer, shift of the unit index, power and upper limit; ``NoValueError`` if another."""
        if isinstance(term, sympy.log) and isinstance(term.args[0], SumOver):
            (total,) = term.args
            base, power = total.body.as_base_exp()
            if isinstance(base, Entry) and base.family == self.signal and total.upper.is_Integer:
                layer, unit = base.indices
                shift = unit - Bound(0)
                if all(number.is_Integer for number in (layer, shift, power)):
                    return int(layer), int(shift), int(power), int(total.upper)
        raise NoValueError(f"the Gaussian chain does not know the mean of {term}")


def perturbed_chains(context: Context) -> list[PerturbedChain]:
    """Chains of several widths, variances and inputs.

    An empty list if the context is not that of such a chain.
    """
    known = chain_models(context)
    if not known:
        return []
    first = known[0]
    (definition,) = context.definitions
    found = []
    for (width, variance, other), start, layers in product(_SETTINGS, INPUTS, LAYERS):
        whole = {symbol: Integer(n) for symbol, n in zip((LAYER, DEPTH), layers, strict=True)}
        whole |= {first.width: Integer(width), OTHER_WIDTH: Integer(other)}
        scalars = {symbol: exact(number) for symbol, number in whole.items()}
        scalars[first.variance] = variance
        found.append(PerturbedChain(scalars, whole, definition.head.family, width, variance, start))
    return found


_STARTS = ((0, 3), (1, 2, 6), (-1, 1), (0, 1))
"""The numbers that Λ_0 takes."""


def many_chi_square_chains(context: Context) -> list[ChiSquareChain]:
    """Chains of chi-squares of many widths, starts, layers and depths, with another width.

    An empty list if the context is not that of such a chain.
    """
    found = [
        chain_of_width(context, degrees, start, layers, {OTHER_WIDTH: degrees + 1})
        for degrees, start in product((1, 2, 5, 40), _STARTS)
        for layers in ((2, 3), (0, 1), (1, 0))
    ]
    return [chain for chain in found if chain is not None]
