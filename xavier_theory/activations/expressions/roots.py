"""All roots of a smooth expression in an interval, found and isolated with proof.

A polynomial is solved exactly. Anything else is bisected: a piece where the range excludes 0 has no
root, a piece where the derivative's range excludes 0 has at most one. What stays undecided down to
the width that was asked for (a double root, say) is returned as a zone that may hold a root.
"""

from __future__ import annotations

from fractions import Fraction

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import exact_end
from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.nodes import Node, is_smooth
from xavier_theory.activations.expressions.polynomials import coefficients, real_roots
from xavier_theory.activations.expressions.printing import to_text
from xavier_theory.activations.expressions.ranges import Interval, point, range_of, span
from xavier_theory.errors import InvalidInputError

Zone = tuple[Fraction, Fraction]
_MOST_PIECES = 6000
_MOST_ROOTS = 300
_NEWTON_BELOW = Fraction(1, 64)
_NEWTON_STEPS = 12


def roots(node: Node, lower: Fraction, upper: Fraction, bits: int) -> list[Zone]:
    """Zones ``(a, b)`` in increasing order, outside which the expression has no root.

    A root is strictly inside its zone, or is the zone (a = b). Raises ``NotCertifiedError`` when
    the roots are too many or too hard to tell apart.
    """
    exact = coefficients(node)
    if exact is not None:
        if not exact:
            return []
        return [z for z in real_roots(exact, bits) if z[1] >= lower and z[0] <= upper]
    if not is_smooth(node):
        raise NotCertifiedError(f"a condition within {to_text(node, 80)} cannot be settled")
    slope = derivative(node)
    smallest = Fraction(1, 2**bits)
    found: list[Zone] = []
    stack = [(lower, upper)]
    for _ in range(_MOST_PIECES):
        if not stack:
            return merge_zones(found)
        left, right = stack.pop()
        rates = range_of(slope, span(left, right))
        if _excludes_zero(node, rates, left, right):
            continue
        if rates.positive or rates.negative:
            zone = _single(node, left, right, smallest)
            if zone is not None:
                found += zone
                continue
        if right - left <= smallest:
            found.append((left, right))
        else:
            middle = _middle(left, right)
            stack += [(middle, right), (left, middle)]
        if len(found) > _MOST_ROOTS:
            break
    raise NotCertifiedError(
        f"{to_text(node)} has too many zeros between {float(lower):g} and {float(upper):g}, "
        "or they are too close together"
    )


def _middle(left: Fraction, right: Fraction) -> Fraction:
    """Not the exact middle: roots like to sit at round numbers, where a cut says least."""
    return left + (right - left) * Fraction(517, 1024)


def _excludes_zero(node: Node, rates: Interval, left: Fraction, right: Fraction) -> bool:
    plain = range_of(node, span(left, right))
    if plain.positive or plain.negative:
        return True
    if plain.sign == 0:
        return False
    if rates.lower is None or rates.upper is None:
        return False
    half = point((right - left) / 2).upper
    centre = range_of(node, point((left + right) / 2))
    if centre.lower is None or centre.upper is None or half is None:
        return False
    steepest = max(abs(rates.lower), abs(rates.upper))
    reach = (steepest * half).upper()
    return bool(centre.lower - reach > 0) or bool(centre.upper + reach < 0)


def _single(node: Node, left: Fraction, right: Fraction, smallest: Fraction) -> list[Zone] | None:
    """The root of a monotone piece: none, one, or None where the ends' signs are not known."""
    signs = (range_of(node, point(left)).sign, range_of(node, point(right)).sign)
    if signs[0] == 0:
        return [(left, left)]
    if signs[1] == 0:
        return [(right, right)]
    if signs[0] is None or signs[1] is None:
        return None
    if signs[0] == signs[1]:
        return []
    return _narrowed(node, left, right, signs[0], smallest)


def _narrowed(
    node: Node, left: Fraction, right: Fraction, sign: int, smallest: Fraction
) -> list[Zone] | None:
    """The one root between two ends of opposite signs, by bisection and then by Newton's steps."""
    while right - left > smallest:
        if right - left < _NEWTON_BELOW:
            jumped = _newton(node, left, right, sign, smallest)
            if jumped is not None:
                return [jumped]
        for trial in (_simplest(left, right), (left + right) / 2):
            if not left < trial < right:
                continue
            found = range_of(node, point(trial)).sign
            if found == 0:
                return [(trial, trial)]
            if found is None:
                return [(left, right)] if right - left < 2**20 * smallest else None
            left, right = (trial, right) if found == sign else (left, trial)
    return [(left, right)]


def _newton(
    node: Node, left: Fraction, right: Fraction, sign: int, smallest: Fraction
) -> Zone | None:
    """A zone around where Newton's steps end, if the signs at its ends prove that it is one."""
    slope = derivative(node)
    place = (left + right) / 2
    for _ in range(_NEWTON_STEPS):
        value, rate = range_of(node, point(place)).lower, range_of(slope, point(place)).lower
        if value is None or rate is None or rate == 0:
            return None
        try:
            step = exact_end((value / rate).mid(), 1)
        except InvalidInputError:  # a step beyond every interval
            return None
        place = Fraction(round((place - step) / smallest * 16)) * smallest / 16
        if not left < place < right:
            return None
        if abs(step) < smallest / 16:
            break
    ends = (max(left, place - smallest / 2), min(right, place + smallest / 2))
    signs = [range_of(node, point(end)).sign for end in ends]
    return ends if signs == [sign, -sign] else None


def _simplest(left: Fraction, right: Fraction) -> Fraction:
    """The fraction of least denominator in the open interval (Stern and Brocot)."""
    whole = left.numerator // left.denominator
    if whole + 1 < right:
        return Fraction(0) if left < 0 < right else Fraction(whole + 1)
    if left == whole:
        return whole + Fraction(1, int(1 / (right - whole)) + 1)
    return whole + 1 / _simplest(1 / (right - whole), 1 / (left - whole))


def merge_zones(zones: list[Zone]) -> list[Zone]:
    """Overlapping and touching zones become one; a point inside a zone belongs to it."""
    merged: list[Zone] = []
    for left, right in sorted(zones):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged
