"""Units that are no function of one z: gates φ(u)·v, such as SwiGLU, maxout, rrelu in training.

All pre-activations are independent N(0, q), as those of one layer with independent weights are in
the limit of width. With W = E[φ(√q·Z)²] a gate has the second moment qW (``gated-product``), so
that V(q) = σ_w²·qW(q) has the slope V' = σ_w²·(W + qW'), and the gradient, which goes through u and
v both, gains σ_w²·(W + q·E[φ'²]) a layer. Of k pieces the largest has the density
k·p(z)·Φ(z)^(k−1), and passes the whole gradient on. In training rrelu draws its slope a below 0
for each unit and example, uniform between its two ends and independent of all else, so that
E[a²] takes the place of the slope's square.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from flint import ctx

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.expressions.parsing import MOST_CHARACTERS, parse
from xavier_theory.activations.expressions.spellings import GATES, VARIABLES, plain
from xavier_theory.activations.framework_objects import origin, recognized
from xavier_theory.activations.gaussian_integrals import Gaussian, expectation, number
from xavier_theory.activations.moments import Moments
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError

MAXOUT = "maxout"
_MOST_PIECES = 100
_PAIR = re.compile(r"(?=.*\bu\b)(?=.*\bv\b)", re.DOTALL)


@dataclass(frozen=True)
class Unit:
    """A gate φ(u)·v, or a maxout unit with so many ``pieces``, or an rrelu with random slopes."""

    name: str
    gate: Activation | None = None
    pieces: int = 0
    slopes: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))

    @property
    def formula(self) -> str:
        """The unit in its pre-activations."""
        if self.gate is not None:
            return f"{self.gate.name}(u) v" if self.gate.name.isidentifier() else self.name
        if not self.pieces:
            lower, upper = self.slopes
            return f"max(u, 0) + s min(u, 0), s uniform on [{lower}, {upper}],"
        shown = [f"u{k}" for k in range(1, min(self.pieces, 3) + 1)]
        return f"max({', '.join([*shown, *(['...'] if self.pieces > 3 else [])])})"


def unit_of(given: Any, parameters: dict[str, Any]) -> Unit | None:
    """The unit of a name (``"swiglu"``, ``"maxout"``) or a text in u and v (``"erf(u)*v"``).

    None for everything else. A gate's parameters are those of its φ; maxout has ``pieces``, 2
    unless told otherwise.
    """
    if callable(given) and not isinstance(given, Activation):
        name, package = origin(given)
        if package is not None and plain(name) == "glu":
            given = "glu"
    rrelu = _rrelu_in_training(given, parameters)
    if rrelu is not None or not isinstance(given, str):
        return rrelu
    word = plain(given.rpartition(".")[2].strip())
    if word == MAXOUT:
        further = dict(parameters)
        given_pieces = further.pop("pieces", 2)
        if isinstance(given_pieces, Fraction) and given_pieces.denominator == 1:
            given_pieces = int(given_pieces)  # as the command line reads it
        pieces = integer_at_least(2, given_pieces, "maxout's pieces")
        if further or pieces > _MOST_PIECES:
            raise InvalidInputError(f"maxout takes pieces, a whole number up to {_MOST_PIECES}")
        return Unit(MAXOUT, None, pieces)
    if word in GATES:
        return Unit(word, get_activation(GATES[word], **parameters))
    text = _factor_of_v(given)
    return None if text is None else Unit(given.strip(), get_activation(text, **parameters))


def _factor_of_v(given: str) -> str | None:
    """φ, in z, of a text that is a product φ(u)·v or v·φ(u); None for any other."""
    if _PAIR.match(given) is None or len(given) > MOST_CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python, about texts that are refused later
            product = ast.parse(given.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not (isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult)):
        return None
    for side, other in ((product.right, product.left), (product.left, product.right)):
        names = {node.id for node in ast.walk(other) if isinstance(node, ast.Name)}
        if isinstance(side, ast.Name) and side.id == "v" and not names & {"v", *VARIABLES}:
            return re.sub(r"\bu\b", "z", ast.get_source_segment(given.strip(), other) or "")
    return None


def _rrelu_in_training(given: Any, parameters: dict[str, Any]) -> Unit | None:
    """``"rrelu"`` with ``training=True``, or torch's module as it is made, in training."""
    further = dict(parameters)
    if isinstance(given, str):
        if plain(given.rpartition(".")[2].strip()) != "rrelu" or not further.pop("training", False):
            return None
        known = get_activation("rrelu", **further)
    else:
        named = callable(given) and not isinstance(given, Activation | type) and recognized(given)
        if not named or named[0] != "rrelu" or not getattr(given, "training", False):
            return None
        known = get_activation(named[0], **named[1])
    lower, upper = (value for _, value in known.parameters)
    return Unit("rrelu in training", slopes=(lower, upper))


@dataclass(frozen=True)
class UnitMoments:
    """The moments of one unit, each enclosed when first asked for, as ``Moments`` has them."""

    unit: Unit
    law: Gaussian
    digits: int

    @property
    def activation(self) -> Activation:
        """The unit's name; there is no function of one variable."""
        form = partial(_second_moment_form, self.unit)
        refused = partial(_refused, self.unit.name)
        return Activation(
            self.unit.name, refused, refused, None, None, homogeneous=self.homogeneous,
            second_moment_form=form,
        )  # fmt: skip

    @property
    def homogeneous(self) -> bool:
        """Whether the unit of c·z is c times that of z, for every c > 0."""
        return self.unit.gate is None

    @cached_property
    def mean(self) -> Enclosure:
        """E of the unit: 0 for a gate, whose v is symmetric."""
        if self.unit.gate is not None:
            return Enclosure(Fraction(0), Fraction(0))
        with ctx.workprec(self._bits):
            return Enclosure.from_arb(self._standard(1).to_arb() * number(self._q).sqrt())

    @cached_property
    def second_moment(self) -> Enclosure:
        """E of the unit's square."""
        return self._times(self._q, self._standard(2) if self._gate is None else self._square)

    @cached_property
    def variance(self) -> Enclosure:
        """The second moment less the mean's square."""
        with ctx.workprec(self._bits):
            mean = self.mean.to_arb()
            return Enclosure.from_arb(self.second_moment.to_arb() - mean * mean)

    @cached_property
    def derivative_second_moment(self) -> Enclosure | Infinity:
        """E of the squared length of the gradient, by all pre-activations."""
        if self._gate is None:
            return Enclosure(Fraction(1), Fraction(1)) if self.unit.pieces else self._standard(2)
        slopes = self._gate.derivative_second_moment
        if isinstance(slopes, Infinity):
            return slopes
        with ctx.workprec(self._bits):
            return Enclosure.from_arb(self._square.to_arb() + number(self._q) * slopes.to_arb())

    @cached_property
    def cross_moment(self) -> Enclosure:
        """q times the slope of the second moment in q."""
        if self._gate is None:
            return self.second_moment
        with ctx.workprec(self._bits):
            both = self._square.to_arb() + self._gate.cross_moment.to_arb()
            return Enclosure.from_arb(number(self._q) * both)

    @cached_property
    def fourth_moment(self) -> Enclosure:
        """E of the unit's fourth power: E[v⁴] = 3q² for a gate."""
        if self.unit.gate is None:
            return self._times(self._q**2, self._standard(4))
        tree = self.unit.gate.expression
        if tree is None:
            raise NotCertifiedError(f"{self.unit.name} has no expression to certify with")
        return self._times(3 * self._q**2, expectation(tree, self.law, 10, power_of=4))

    @cached_property
    def _gate(self) -> Moments | None:
        gate = self.unit.gate
        return None if gate is None else Moments(gate, self.law, self.digits)

    @property
    def _square(self) -> Enclosure:
        if self._gate is None:
            raise InvalidInputError(f"{self.unit.name} is no gate")
        return self._gate.second_moment

    def _standard(self, power: int) -> Enclosure:
        """E of the power of a unit that is no gate, at q = 1."""
        k = self.unit.pieces
        standard = Gaussian(Fraction(0), Fraction(1))
        if k:  # E[max(Z₁, …, Z_k)^power]
            tree = parse(f"{k}*z**{power}*Phi(z)**{k - 1}")
            return expectation(tree, standard, self.digits)
        half = expectation(parse(f"max(z, 0)**{power}"), standard, self.digits)
        lower, upper = self.unit.slopes
        mean = sum((lower**i * upper ** (power - i) for i in range(power + 1)), Fraction(0))
        below = mean / (power + 1)  # E[s^power], s uniform between the ends
        return self._times(1 + (below if power % 2 == 0 else -below), half)

    def _times(self, factor: Fraction, value: Enclosure) -> Enclosure:
        return Enclosure(factor * value.lower, factor * value.upper)

    @property
    def _q(self) -> Fraction:
        return self.law.variance

    @property
    def _bits(self) -> int:
        return 8 * self.digits + 64


def _second_moment_form(unit: Unit) -> Any:
    """E of the square at q = 1 as a sympy expression, or None."""
    from sympy import Integer, Rational

    gate = unit.gate
    if not unit.pieces and gate is None:
        lower, upper = unit.slopes
        square = (lower**2 + lower * upper + upper**2) / 3
        return (1 + Rational(square.numerator, square.denominator)) / 2
    if gate is None:  # of two pieces the larger has the whole second moment on average
        return Integer(1) if unit.pieces == 2 else None
    return None if gate.second_moment_form is None else gate.second_moment_form()


def _refused(name: str, z: Any) -> Any:
    raise InvalidInputError(f"{name} is a unit of several pre-activations, no function of one")
