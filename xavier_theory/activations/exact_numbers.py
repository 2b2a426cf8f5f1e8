"""Reading a user's numbers: exact, finite, and refused in one clear line otherwise."""

from __future__ import annotations

from fractions import Fraction

from xavier_theory.activations.plain_numbers import clipped, exact_number
from xavier_theory.errors import InvalidInputError

NUMBERS = "a number such as 1.5, 3/2 or sqrt(2)/30"
_BITS = 256  # to which an irrational number is rounded


def exact_fraction(value: object, what: str) -> Fraction:
    """The rational number that a user *wrote*, the same in every option and argument.

    Integers, fractions and ``Decimal`` are what they are; a float is the shortest decimal that it
    prints as (0.1 is 1/10, not the dyadic beside it); a text is a constant expression, such as
    ``"25/9"``, ``"0.1"`` or ``"sqrt(2)/30"``, rounded to 256 bits where it is irrational. Booleans,
    NaN, infinities and everything else raise ``InvalidInputError`` naming ``what``.
    """
    if isinstance(value, str):
        return _constant(value, what)
    return exact_number(value, what)


def real_number(value: object, what: str) -> Fraction:
    """The number that a program computes with: a float is what it stores, and text is none.

    Raises ``InvalidInputError`` on what ``exact_fraction`` refuses, and on text.
    """
    exact = exact_number(value, what)
    return Fraction(float(value)) if isinstance(value, float) else exact


def exact_square(value: object, what: str) -> Fraction:
    """The square of what a user wrote: ``"sqrt(2)/30"`` gives 1/450 itself. Raises alike."""
    if not isinstance(value, str):
        return exact_fraction(value, what) ** 2
    if exact_fraction(value, what) < 0:
        raise InvalidInputError(f"{what} must not be negative, got {value[:40]!r}")
    return _constant(f"({value})**2", what)


def _constant(text: str, what: str) -> Fraction:
    """The value of a text without a variable."""
    from flint import ctx

    from xavier_theory.activations.enclosures import Enclosure
    from xavier_theory.activations.expressions.nodes import Number, depends_on_z
    from xavier_theory.activations.expressions.parsing import parse
    from xavier_theory.activations.expressions.ranges import point, range_of

    if text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise InvalidInputError(f"{what} must be finite, got {text!r}")
    try:
        tree = parse(text)
    except InvalidInputError as error:
        raise InvalidInputError(f"{what} is {NUMBERS}; got {clipped(text)} ({error})") from None
    if isinstance(tree, Number):
        return tree.value
    if depends_on_z(tree):
        raise InvalidInputError(f"{what} is {NUMBERS}; got {clipped(text)}")
    with ctx.workprec(_BITS):
        found = range_of(tree, point(Fraction(0)))
        if found.lower is None or found.upper is None:
            raise InvalidInputError(f"{what} is not a finite real number, got {clipped(text)}")
        return Enclosure.from_arb(found.lower.union(found.upper).mid()).midpoint
