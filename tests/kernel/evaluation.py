"""What kernel terms are worth in a random finite probability space, with junk where undefined.

A number is a ``Fraction``, or a ball (``flint.arb``) that surely holds it. What is not defined
(1/0, log of what is <= 0, a power that is not natural of what is <= 0, but for 0^e = 0, e > 0) is a
polynomial of the arguments with random coefficients: fixed real numbers of which nothing is known.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from flint import arb, ctx, fmpq

from xavier_theory.kernel.assumptions import Judgement
from xavier_theory.kernel.terms import Term

ctx.prec = 200
Number = Any
"""A ``Fraction`` or an ``arb``."""
COORDINATES = 4
OUTCOMES = tuple(product((0, 1), repeat=COORDINATES))
LONGEST_RANGE, LARGEST_POWER = 8, 40
SMALL = [Fraction(n, d) for n in range(-4, 5) for d in (1, 1, 2, 3)]


class Unknown(Exception):  # noqa: N818  # no error: a value that is not told
    """The value cannot be told: a ball that holds 0, a range that is too long."""


def ball(x: Number) -> arb:
    return arb(fmpq(x.numerator, x.denominator)) if isinstance(x, Fraction) else x


def add(x: Number, y: Number) -> Number:
    exact = isinstance(x, Fraction) and isinstance(y, Fraction)
    return x + y if exact else ball(x) + ball(y)


def times(x: Number, y: Number) -> Number:
    if (isinstance(x, Fraction) and not x) or (isinstance(y, Fraction) and not y):
        return Fraction(0)
    exact = isinstance(x, Fraction) and isinstance(y, Fraction)
    return x * y if exact else ball(x) * ball(y)


def sign(x: Number) -> int:
    """-1, 0 or 1; ``Unknown`` for a ball around 0."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    if x > 0:
        return 1
    if x < 0:
        return -1
    raise Unknown


def differ(x: Number, y: Number) -> bool:
    """Whether two numbers surely differ."""
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x != y
    return not ball(x).overlaps(ball(y))


class Model:
    """Values for all names; ``set_`` fixes families by rules of their indices and the outcome."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.seed = rng.getrandbits(60)
        self.coefficients: dict[str, list[Fraction]] = {}
        self.scalars: dict[Term, Fraction] = {}
        self.means: dict[Any, Number] = {}
        self.rules: dict[tuple[str, int], Callable[[tuple[Number, ...], Any], Number]] = {}
        weights = [[rng.randint(1, 3) for _ in (0, 1)] for _ in range(COORDINATES)]
        weights[0] = [1, 1]
        weights[3] = weights[2]
        self.chances = {w: Fraction(1) for w in OUTCOMES}
        for w in OUTCOMES:
            for k, side in enumerate(w):
                self.chances[w] *= Fraction(weights[k][side], sum(weights[k]))

    def draw(self, domain: str, rng: random.Random | None = None) -> Fraction:
        rng = rng or self.rng
        if domain in ("natural", "width"):
            return Fraction(rng.randint(domain == "width", 3))
        if domain == "real":
            return rng.choice(SMALL)
        return abs(rng.choice(SMALL)) or Fraction(domain == "positive")

    def junk(self, name: str, *arguments: Number) -> Number:
        """A random polynomial of the arguments, always the same for one name."""
        if name not in self.coefficients:
            rng = random.Random(f"{self.seed} {name}")
            self.coefficients[name] = [rng.choice(SMALL) for _ in range(5)]
        a, *rest = self.coefficients[name]
        total: Number = a
        for k, x in enumerate(arguments):
            total = add(total, times(rest[k], x))
            total = add(total, times(rest[k + 2], times(x, x)))
        return total

    def member(self, term: Term, indices: tuple[Number, ...], outcome: Any) -> Number:
        _, name, is_random, domain, *_ = term
        if not all(isinstance(i, Fraction) for i in indices):
            raise Unknown
        rule = self.rules.get((name, len(indices)))
        if rule is not None:
            return rule(indices, outcome)
        key = f"{self.seed} {name} {indices} {outcome if is_random else None}"
        return self.draw(domain, random.Random(key))

    # ------------------------------------------------------------------------------ evaluation

    def value(
        self, term: Term, outcome: Any = OUTCOMES[0], bound: tuple[Number, ...] = ()
    ) -> Number:
        """The value at an outcome; bound[k] is the value of the index k."""
        head = term[0]
        if head == "number":
            return Fraction(term[1], term[2])
        if head == "scalar":
            if term not in self.scalars:
                self.scalars[term] = self.draw(term[2])
            return self.scalars[term]
        if head == "bound":
            return bound[term[1]]
        if head == "constant":
            return {"pi": arb.pi, "e": lambda: arb(1).exp(), "euler-gamma": arb.const_euler}[
                term[1]
            ]()
        if head in ("sum", "product", "sum-except"):
            return self._over_range(term, outcome, bound)
        if head in ("E", "Var", "Cov"):
            if (term, bound) not in self.means:
                self.means[term, bound] = self._mean(term, bound)
            return self.means[term, bound]
        start = {"member": 4, "apply": 2}.get(head, 1)
        parts = tuple(self.value(part, outcome, bound) for part in term[start:])
        if head == "member":
            return self.member(term, parts, outcome)
        if head == "apply":
            return self.junk(f"function {term[1]}/{len(parts)}", *parts)
        return self._applied(head, parts)

    def _over_range(self, term: Term, outcome: Any, bound: tuple[Number, ...]) -> Number:
        end = self.value(term[1], outcome, bound)
        if not isinstance(end, Fraction) or end > LONGEST_RANGE:
            raise Unknown
        if end.denominator != 1 or end < 0:
            raise AssertionError(f"a range up to {end}")  # well_formed promises otherwise
        skip = self.value(term[2], outcome, bound) if term[0] == "sum-except" else None
        total: Number = Fraction(term[0] == "product")
        for k in range(1, int(end) + 1):
            if skip is None or differ(skip, Fraction(k)):
                item = self.value(term[-1], outcome, (Fraction(k), *bound))
                total = times(total, item) if term[0] == "product" else add(total, item)
            elif not isinstance(skip, Fraction):
                raise Unknown
        return total

    def _mean(self, term: Term, bound: tuple[Number, ...]) -> Number:
        values = [[self.value(part, w, bound) for part in term[1:]] for w in OUTCOMES]
        chances = [self.chances[w] for w in OUTCOMES]

        def mean(items: list[Number]) -> Number:
            total: Number = Fraction(0)
            for chance, item in zip(chances, items, strict=True):
                total = add(total, times(chance, item))
            return total

        first, last = [v[0] for v in values], [v[-1] for v in values]
        if term[0] == "E":
            return mean(first)
        both = mean([times(x, y) for x, y in zip(first, last, strict=True)])
        return add(both, times(Fraction(-1), times(mean(first), mean(last))))

    def _applied(self, head: str, parts: tuple[Number, ...]) -> Number:
        x, y = parts[0], parts[-1]
        if head in ("+", "*"):
            total: Number = Fraction(head == "*")
            for part in parts:
                total = add(total, part) if head == "+" else times(total, part)
            return total
        if head == "^":
            return self._power(x, y)
        if head in ("max", "min"):
            larger = sign(add(x, times(Fraction(-1), y))) >= 0
            return x if larger == (head == "max") else y
        if head == "polygamma":  # no rule but a lemma reads it: any function of two numbers
            return self.junk("polygamma", *parts)
        if head == "log":
            return ball(x).log() if sign(x) > 0 else self.junk("log", x)
        if head == "step":
            return Fraction(sign(x) > 0)
        if head in ("relu", "abs"):
            side = sign(x)
            return x if side >= 0 else Fraction(0) if head == "relu" else times(Fraction(-1), x)
        if head in ("tanh", "erf") and x == 0:
            return Fraction(0)
        if head == "sigmoid":
            return 1 / (1 + (-ball(x)).exp())
        return {"exp": arb.exp, "tanh": arb.tanh, "erf": arb.erf}[head](ball(x))

    def _power(self, base: Number, e: Number) -> Number:
        if not isinstance(e, Fraction):
            if e.contains_integer():
                raise Unknown
        elif e.denominator == 1 and e >= 0:
            if e > LARGEST_POWER:
                raise Unknown
            return base ** int(e) if isinstance(base, Fraction) else arb(base) ** int(e)
        side = sign(base)
        if side > 0:
            if isinstance(e, Fraction) and e.denominator == 1 and abs(e) < LARGEST_POWER:
                return base ** int(e) if isinstance(base, Fraction) else arb(base) ** int(e)
            return (ball(base).log() * ball(e)).exp()
        if side == 0 and sign(e) > 0:
            return Fraction(0)
        return self.junk("power", base, e)

    # -------------------------------------------------------------------------------- judgements

    def refutes(self, line: Judgement) -> bool:
        """Whether a judgement is surely false at some outcome that is tried."""
        for outcome in self.rng.sample(OUTCOMES, 2):
            left, right = self.value(line.left, outcome), self.value(line.right, outcome)
            if line.relation == "=" and differ(left, right):
                return True
            gap = add(right, times(Fraction(-1), left))
            if line.relation != "=" and surely_negative(gap):
                return True
            if line.relation == "<" and isinstance(gap, Fraction) and gap == 0:
                return True
        return False


def surely_negative(x: Number) -> bool:
    return bool(x < 0)
