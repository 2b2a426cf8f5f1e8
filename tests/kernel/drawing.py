"""Random well-formed terms, and changes of terms that keep the value, or nearly: in most cases."""

from __future__ import annotations

import random
from typing import Any

from xavier_theory.kernel.terms import ONE, ZERO, Term, loose, number, parts, shift, with_parts

SCALARS = {
    "real": "xyz",
    "nonnegative": "q",
    "positive": "uv",
    "natural": "lm",
    "width": "ijn",
}
UNARY = ("relu", "step", "sigmoid", "abs", "exp", "log", "tanh", "erf")
NUMBERS = [
    number(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (2, 1), (3, 1), (1, 2), (-1, 2), (4, 9))
]
EXPONENTS = [number(p, q) for p, q in ((0, 1), (1, 1), (2, 1), (3, 1), (-1, 1), (-2, 1), (1, 2),
                                       (-1, 2), (3, 2), (1, 3))]  # fmt: skip


def scalar(name: str) -> Term:
    (domain,) = (d for d, names in SCALARS.items() if name in names)
    return ("scalar", name, domain)


def member(name: str, *indices: Term) -> Term:
    return ("member", name, name in "XYZWU", "positive" if name == "p" else "real", *indices)


class Terms:
    """Draws terms; ``randomness`` tells whether random members may stand in them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def index(self, depth: int) -> Term:
        """A term that may be an index: a width, mostly."""
        if depth and self.rng.random() < 0.7:
            return ("bound", self.rng.randrange(depth))
        return self.rng.choice([scalar("i"), scalar("j"), ONE, number(2), scalar("n")])

    def natural(self, depth: int = 0) -> Term:
        """A term that may end a range."""
        n, one = scalar("n"), number(self.rng.randint(0, 2))
        ends = [n, scalar("l"), one, number(2), ("+", scalar("l"), ONE), ("+", n, number(-1))]
        return self.rng.choice(ends + ([("bound", 0)] if depth else []))

    def exponent(self, depth: int) -> Term:
        """A number, most often; else a whole number, or anything."""
        pick = self.rng.random()
        if pick < 0.6:
            return self.rng.choice(EXPONENTS)
        return self.whole() if pick < 0.85 else self.term(1, False, depth)

    def whole(self) -> Term:
        """A polynomial in naturals, mostly one that is natural itself."""
        n, less = scalar(self.rng.choice("nijl")), number(self.rng.choice((-1, -1, -1, 1, -2)))
        found: Term = ("+", n, less)
        if self.rng.random() < 0.3:
            found = (self.rng.choice("+*"), found, self.whole())
        return found

    def leaf(self, randomness: bool, depth: int) -> Term:
        pick = self.rng.random()
        if pick < 0.3:
            return self.rng.choice(NUMBERS)
        if pick < 0.65:
            return scalar(self.rng.choice("xyzquvlmijn"))
        if depth and pick < 0.8:
            return ("bound", self.rng.randrange(depth))
        if randomness and pick < 0.95:
            name = self.rng.choice("XYZWU")
            return member(name, *([self.index(depth)] if name in "WU" else []))
        if pick < 0.97:
            return member(self.rng.choice("dp"), self.index(depth))
        return self.rng.choice([member("c"), ("constant", "pi"), ("constant", "e")])

    def term(self, size: int, randomness: bool = True, depth: int = 0) -> Term:
        """A term of about ``size`` nodes under ``depth`` binders."""
        if size <= 1:
            return self.leaf(randomness, depth)
        pick, half = self.rng.random(), size // 2
        if pick < 0.5:
            head = self.rng.choice("++**")
            return (head, self.term(half, randomness, depth), self.term(half, randomness, depth))
        if pick < 0.68:
            if self.rng.random() < 0.3:  # 0^0, and what is natural though not by its form alone
                base = ("+", self.leaf(randomness, depth), self.rng.choice(NUMBERS))
                return ("^", ("^", base, self.whole()), self.whole())
            return ("^", self.term(size - 1, randomness, depth), self.exponent(depth))
        if pick < 0.82:
            return (self.rng.choice(UNARY), self.term(size - 1, randomness, depth))
        if pick < 0.86:
            two = (self.term(half, randomness, depth) for _ in range(2))
            return (self.rng.choice(("max", "min")), *two)
        if pick < 0.88:
            return ("apply", "f", self.term(size - 1, randomness, depth))
        if pick < 0.92 and depth < 3:
            head = self.rng.choice(("E", "E", "Var"))
            return (head, self.term(size - 1, True, depth))
        if depth < 3:
            end = self.natural(depth)
            body = self.term(size - 1, randomness, depth + 1)
            if self.rng.random() < 0.2:
                return ("sum-except", end, self.index(depth), body)
            return (self.rng.choice(("sum", "sum", "sum", "product")), end, body)
        return self.leaf(randomness, depth)

    def changed(self, term: Term) -> Term:
        """A term that may have the same value: by an identity that holds, or holds at times."""
        inner = parts(term)
        if inner and self.rng.random() < 0.6:
            k = self.rng.randrange(len(inner))
            return with_parts(term, [self.changed(t) if k == m else t for m, t in enumerate(inner)])
        return self.rng.choice(self.identities(term))

    def identities(self, t: Term) -> list[Term]:
        """Several terms that are t, or are for some values."""
        found: list[Term] = [("+", t, ZERO), ("*", ONE, t), ("^", t, ONE), ("*", t, ("^", t, ZERO))]
        head, e, half = t[0], self.rng.choice(EXPONENTS), number(1, 2)
        d = self.rng.choice(EXPONENTS)
        found += [("*", ("^", t, e), ("^", t, ("+", ONE, ("*", number(-1), e))))]
        found += [("^", ("^", t, number(2)), half), ("^", ("^", t, half), number(2))]
        found += [("log", ("exp", t)), ("exp", ("log", t)), ("abs", t), ("^", ("^", t, e), d)]
        found += [("+", ("relu", t), ("*", number(-1), ("relu", ("*", number(-1), t))))]
        if head in ("+", "*"):
            items = list(t[1:])
            self.rng.shuffle(items)
            found += [
                (head, *items),
                (head, items[0], (head, *items[1:], ZERO if head == "+" else ONE)),
            ]
        if head == "*" and t[1][0] == "+":
            found.append(("+", *(("*", part, *t[2:]) for part in t[1][1:])))
        if head == "^":
            base, power = t[1:]
            if base[0] == "*":
                found.append(("*", *(("^", part, power) for part in base[1:])))
            if base[0] == "^":
                found.append(("^", base[1], ("*", base[2], power)))
            found += [("*", base, ("^", base, ("+", power, number(-1)))), ("exp", ("*", power,
                      ("log", base))), ("^", ("abs", base), power), ("^", ("*", number(-1), base),
                      power)]  # fmt: skip
        if head in ("exp", "log", "abs", "relu", "step") and t[1][0] in ("+", "*"):
            other = {"exp": "*", "log": "+"}.get(head, t[1][0])
            found.append((other, *((head, part) for part in t[1][1:])))
        if head in ("tanh", "erf", "abs", "relu", "step"):
            found += [
                ("*", number(-1), (head, ("*", number(-1), t[1]))),
                (head, ("*", number(-1), t[1])),
            ]
        if head in ("max", "min"):
            found += [(head, t[2], t[1]), t[1]]
        if head in ("sum", "sum-except") and t[-1][0] in ("+", "*"):
            first, rest = t[-1][1], t[-1][2:]
            if t[-1][0] == "+":
                found.append(("+", *((*t[:-1], part) for part in t[-1][1:])))
            elif 0 not in loose(first):
                found.append(("*", shift(first, -1), (*t[:-1], ("*", *rest, ONE))))
        if head == "sum" and t[2][0] == "sum" and 0 not in loose(t[2][1]):
            inner = ("sum", shift(t[1], 1), _swapped(t[2][2]))
            found.append(("sum", shift(t[2][1], -1), inner))
        return found


def _swapped(term: Term, depth: int = 0) -> Term:
    """The two nearest indices in each other's place."""
    if term[0] == "bound":
        k = term[1] - depth
        return ("bound", depth + 1 - k) if k in (0, 1) else term
    inner = list(parts(term))
    last = len(inner) - 1 if term[0] in ("sum", "product", "sum-except") else -1
    new: list[Any] = [_swapped(part, depth + (k == last)) for k, part in enumerate(inner)]
    return with_parts(term, new) if inner else term
