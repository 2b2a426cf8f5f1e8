"""Models of a chain of square Gaussian matrices with independent entries.

The input a^[0] is fixed. Given the layer below, the entries of a^[l] are independent normal
variables with variance v |a^[l-1]|², whatever their indices, so that the mean of log Σ a^[l]_{j+c}²
over j = 1..m is log v + E log |a^[l-1]|² + E log χ²_m. The last mean is a certified integral over
the density, not the formula that the theorem cites; the law of one layer is the lemma
``gaussian-layer-norm``, which is sampled. For m = 1 and another even power p it is p/2 times that,
and for odd p there is none: the sum is negative with positive probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import sympy
from flint import arb
from sympy import Integer, Symbol
from sympy.core.basic import Basic

from xavier_theory.continuous_models import LogChiSquare, NoValueError
from xavier_theory.finite_models.arithmetic import Number, exact
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import substitute, sum_over
from xavier_theory.symbolic.encoding import same
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Bound, Entry, SumOver, domain_of, entries
from xavier_theory.theorems.random_chain_growth.proof import (
    chi_square,
    depth,
    weight_variance,
    width,
)
from xavier_theory.theorems.symbols import i, l, layer_a

__all__ = ["GaussianChain", "models"]

_INPUTS = ((2, 1, 3, 1), (999, 1), (exact(1) / 7, exact(1) / 5, exact(1) / 9))
"""The entries of a^[0]; the last one over and over."""
_LAYERS = ((2, 3), (0, 1))
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
class GaussianChain:
    """A chain that starts at ``start``; ``context`` has the definition of a layer."""

    scalars: Mapping[Symbol, Number]
    whole: Mapping[Symbol, Integer]
    context: Context
    start: Sequence[Number]

    @property
    def functions(self) -> Mapping[str, Callable[..., Number]]:
        """The theorem speaks of no opaque functions."""
        return {}

    @property
    def _width(self) -> int:
        return int(self.whole[width])

    def expectation(self, term: Basic) -> Number:
        """The mean of log C, or of log Σ a^[l]_{j+c}^p; ``OutsideDomainError`` if it has none."""
        closed = substitute(term, dict(self.whole))
        if closed == sympy.log(chi_square):
            return LogChiSquare(self._width).moment(1)
        layer, shift, power, limit = self._read(closed)
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
        return self._log_input(0, 2, self._width) + layer * self._gain(self._width)

    def _log_input(self, shift: int, power: int, limit: int) -> Number:
        entries = [
            exact(self.start[min(j, len(self.start) - 1)]) for j in range(shift, shift + limit)
        ]
        return arb(sum(entry**power for entry in entries)).log()

    def _gain(self, degrees: int) -> Number:
        return arb(self.scalars[weight_variance]).log() + LogChiSquare(degrees).moment(1)

    def _read(self, term: Basic) -> tuple[int, int, int, int]:
        """Layer, shift of the unit index, power and upper limit; ``NoValueError`` if another."""
        if isinstance(term, sympy.log) and isinstance(term.args[0], SumOver):
            total = self._folded(term.args[0])
            base, power = total.body.as_base_exp()
            if isinstance(base, Entry) and base.family == layer_a and total.upper.is_Integer:
                layer, unit = base.indices
                shift = unit - Bound(0)
                if all(number.is_Integer for number in (layer, shift, power)):
                    return int(layer), int(shift), int(power), int(total.upper)
        raise NoValueError(f"the Gaussian chain does not know the mean of {term}")

    def _folded(self, total: SumOver) -> SumOver:
        """The squared norm of a layer, where ``total`` is what the definition says it is."""
        (definition,) = self.context.definitions
        for layer in {entry.indices[0] for entry in entries(total) if entry.family == layer_a}:
            head, body = definition.equation(layer, i)
            inside = substitute(body, dict(self.whole))
            if same(total, sum_over(i, self.whole[width], inside**2)):
                return sum_over(i, self.whole[width], head**2)
        return total


def models(
    context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic]
) -> list[GaussianChain]:
    """Chains of several widths, variances and inputs; another width is one more."""
    sizes = {s for t in terms for s in t.free_symbols if domain_of(s) == "width"}
    found = []
    for (n, variance, other), start, layers in product(_SETTINGS, _INPUTS, _LAYERS):
        whole = dict.fromkeys(sizes - {width, depth}, Integer(other))
        whole |= {width: Integer(n), l: Integer(layers[0]), depth: Integer(layers[1])}
        scalars = {symbol: exact(number) for symbol, number in whole.items()}
        found.append(GaussianChain({**scalars, weight_variance: variance}, whole, context, start))
    return found
