"""The one normal form: equality of real expressions as polynomials in atoms.

A polynomial is {monomial: rational}; a monomial is a sorted tuple of (atom, exponent); an atom is a
term; an exponent is a polynomial, as a sorted tuple of its items. ``known`` holds terms that are
> 0. Each identity used here holds for *all* real numbers, with these meanings of b^e (the rest of
the power function is unknown):
    e = 0, 1, 2, ...: the product of e factors;  b > 0: exp(e log b);  b = 0 and e > 0: 0.
So b^e b^f = b^(e+f), (b^e)^f = b^(ef) and (b c)^e = b^e c^e are used where, of b (and c),
    (P) b > 0;  (N) b >= 0, all exponents > 0;  (W) all exponents are natural numbers,
and else b^e is an atom by itself. In particular x x^(-1) = 1 takes x > 0.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

# fmt: off
from xavier_theory.kernel.signs import NOTHING, is_natural, sign
from xavier_theory.kernel.terms import (LARGEST_BITS, MINUS_ONE, ZERO, Term, loose, need, number,
    parts, shift, size, spend, walk, with_parts)
# fmt: on

Number = int | Fraction
"""A rational; an int where it is whole, so that equal ones are the same."""
Power = tuple[tuple["Monomial", Number], ...]
Monomial = tuple[tuple[Term, "Power"], ...]
Polynomial = dict[Monomial, Number]
Known = frozenset[Term]

LARGEST_POWER = 64
EULER: Term = ("constant", "e")
ONCE: Power = (((), 1),)


@lru_cache(maxsize=1 << 16)
def order(term: object) -> str:
    """A text by which terms and monomials are put in order."""
    text = repr(term)
    spend(len(text) // 32)
    return text


@lru_cache(maxsize=1 << 16)
def bulk(monomial: Monomial) -> int:
    """How much longer it takes to look ``monomial`` up than a short one."""
    return 1 + sum(size(b) // 8 + sum(bulk(m) for m, _ in e) for b, e in monomial)


def frozen(p: Polynomial) -> Power:
    """A polynomial as a sorted tuple."""
    spend(sum(map(bulk, p)))
    return tuple(sorted(p.items(), key=lambda item: order(item[0])))


def rational(value: Number) -> Number:
    """``value``, as an int where it is whole, if it is not too long."""
    bits = max(abs(value.numerator), value.denominator).bit_length()
    spend(bits // 256)
    need(bits <= LARGEST_BITS, "a number is too long")
    return value.numerator if value.denominator == 1 else value


def size_of(value: Number) -> Number:
    """The absolute value."""
    return value if value > 0 else -value


def constant(value: Number) -> Polynomial:
    """A number as a polynomial."""
    return {(): rational(value)} if value else {}


def atom(term: Term, e: Power = ONCE) -> Polynomial:
    """A power of an atom as a polynomial."""
    return {((term, e),): 1}


def value_of(p: Polynomial | Power) -> Number | None:
    """The number that ``p`` is, if it is one."""
    p = dict(p)
    return p.get((), 0) if set(p) <= {()} else None


def add(*polynomials: Polynomial) -> Polynomial:
    """Their sum."""
    total: Polynomial = {}
    for p in polynomials:
        spend(sum(map(bulk, p)))
        for monomial, c in p.items():
            total[monomial] = rational(total.get(monomial, 0) + c)
    return {monomial: c for monomial, c in total.items() if c}


def scale(p: Polynomial, by: Number) -> Polynomial:
    """``p`` times a number."""
    spend(sum(map(bulk, p)))
    return {monomial: rational(c * by) for monomial, c in p.items()} if by else {}


def times(p: Polynomial, q: Polynomial, known: Known) -> Polynomial:
    """The product of two polynomials."""
    spend(2 * len(p) * sum(map(bulk, q)) + 2 * len(q) * sum(map(bulk, p)))
    return add(*(scale(_merged(m, n, known), a * b) for m, a in p.items() for n, b in q.items()))


def _merged(m: Monomial, n: Monomial, known: Known) -> Polynomial:
    """The product of two monomials, by b^e b^f = b^(e+f) for the powers of each atom."""
    spend(4 * sum(1 + len(e) for _, e in (*m, *n)))
    powers = dict(m)
    fold: list[tuple[Term, Power]] = []
    for base, e in n:
        powers[base] = frozen(add(dict(powers[base]), dict(e))) if base in powers else e
        if not powers[base] or _whole_part(base, powers[base], known):
            fold.append((base, powers.pop(base)))
    rest: Polynomial = {tuple(sorted(powers.items(), key=order)): 1}
    for base, e in fold:
        rest = times(rest, power_of_atom(base, e, known), known)
    return rest


def _whole_part(base: Term, e: Power, known: Known) -> int:
    """How much of an exponent is worked out: of a sum, a number; of an abs, since |x|^2 = x^2.

    b^e = b^k b^(e-k) for k > 0 where P or N holds of b^e, or e - k is natural, as e may not say: at
    w = 1, b^(w^2-2w+1) is 1, and b^(w^2-2w) is unknown. For k < 0 and b = -1, e is natural.
    """
    whole = dict(e).get((), 0).__floor__()
    if base[0] == "abs":
        return whole - whole % 2 if value_of(e) is not None and whole > 0 else 0
    if base[0] not in ("number", "+") or not whole or (base[0] == "+" and whole < 0):
        return 0
    level, left = sign(base, known), term_of(add(dict(e), constant(-whole)))
    split = level == 2 or whole < 0 or is_natural(left)
    return whole if split or (level == 1 and sign(term_of(dict(e)), known) == 2) else 0


def power_of_atom(base: Term, e: Power, known: Known) -> Polynomial:
    """base^e with the whole part of the exponent worked out, where P, N or W holds."""
    whole = _whole_part(base, e, known)
    if not whole:
        return atom(base, e) if e else constant(1)
    left = frozen(add(dict(e), constant(-whole)))
    p = normal(base[1] if base[0] == "abs" else base, known)
    return times(_whole_power(p, whole, known), atom(base, left) if left else constant(1), known)


def _whole_power(p: Polynomial, k: int, known: Known) -> Polynomial:
    """p^k for a whole number k; k < 0 for numbers other than 0 alone."""
    need(abs(k) <= LARGEST_POWER, f"the power {k} is beyond {LARGEST_POWER}")
    p, result = constant(Fraction(1) / p[()]) if k < 0 else p, constant(1)
    for _ in range(abs(k)):
        result = times(result, p, known)
    return result


def power(p: Polynomial, e: Power, known: Known) -> Polynomial:
    """p^e. Splits it over the factors of p where P, N or W above says that this is true."""
    value, exponent = value_of(e), term_of(dict(e))
    if value is not None and value.denominator == 1 and value >= 0:
        return _whole_power(p, int(value), known)
    natural, positive = is_natural(exponent), sign(exponent, known) == 2
    whole = atom(("^", term_of(p), exponent))
    if not p:
        return {} if positive else whole
    if len(p) > 1:
        level, lead = sign(term_of(p), known), size_of(p[min(p, key=order)])
        if not (level == 2 or natural or (level == 1 and positive)):
            return whole
        monic = power_of_atom(
            term_of(scale(p, Fraction(1) / lead)), e, known
        )  # for p, 2 p, p/3, ... alike
        return times(_power_of_number(lead, e, known), monic, known)
    ((monomial, c),) = p.items()
    result = _power_of_number(size_of(c), e, known)
    if c < 0:
        if not natural:
            return whole
        result = times(result, power_of_atom(MINUS_ONE, e, known), known)
    for base, k in monomial:
        level, inner = sign(base, known), term_of(dict(k))
        product = frozen(times(dict(k), dict(e), known))
        if (
            level == 2
            or (natural and is_natural(inner))
            or (level == 1 and positive and sign(inner, known) == 2)
        ):
            factor = power_of_atom(base, product, known)
        elif positive and (even := value_of(k)) is not None and even % 2 == 0:
            factor = power(_absolute(atom(base), known), product, known)  # x^2 = |x|^2, |x| >= 0
        else:
            return whole
        result = times(result, factor, known)
    return result


@lru_cache(maxsize=1 << 12)
def _primes(n: int) -> tuple[tuple[int, int], ...]:
    """The prime factors of n below 1000, and what is left, with exponents."""
    spend(n.bit_length() // 32)
    found: dict[int, int] = {}
    d = 2
    while d * d <= n and d < 1000:
        if n % d:
            d += 1
        else:
            n, found[d] = n // d, found.get(d, 0) + 1
    if n > 1:
        found[n] = found.get(n, 0) + 1
    return tuple(found.items())


def _power_of_number(c: Number, e: Power, known: Known) -> Polynomial:
    """c^e for c > 0, as powers of prime numbers."""
    result = constant(1)
    for n, side in ((c.numerator, 1), (c.denominator, -1)):
        for prime, k in _primes(n):
            exponent = frozen(scale(dict(e), side * k))
            result = times(result, power_of_atom(number(prime), exponent, known), known)
    return result


@lru_cache(maxsize=1 << 15)
def _normal(term: Term, known: Known) -> Power:
    return frozen(_worked_out(term, known))


def normal(term: Term, known: Known = NOTHING) -> Polynomial:
    """The polynomial of ``term``."""
    spend(size(term) // 16)
    return dict(_normal(term, known))


@lru_cache(maxsize=1 << 15)
def canonical(term: Term, known: Known = NOTHING) -> Term:
    """The term of the polynomial of ``term``: one for all that the normal form makes equal."""
    return _term_of(_normal(term, known))


def _worked_out(term: Term, known: Known) -> Polynomial:
    spend(3)
    head, inner = term[0], parts(term)
    if head == "number":
        return constant(Fraction(term[1], term[2]))
    if head == "+":
        return add(*(normal(part, known) for part in inner))
    if head == "*":
        result = constant(1)
        for part in inner:
            result = times(result, normal(part, known), known)
        return result
    if head == "^":
        return power(normal(inner[0], known), _normal(inner[1], known), known)
    if head == "exp":
        return power_of_atom(EULER, _normal(inner[0], known), known)
    if head == "abs":
        return _absolute(normal(inner[0], known), known)
    if head == "log":
        return _logarithm(normal(inner[0], known))
    if head in ("tanh", "erf"):  # f(-t) = -f(t), f(0) = 0
        p = normal(inner[0], known)
        side = 1 if p and p[min(p, key=order)] > 0 else -1
        return scale(atom((head, term_of(scale(p, side)))), side) if p else {}
    if head in ("sum", "sum-except"):
        return _linear_sum(term, known)
    new = [canonical(part, known) for part in inner]
    return atom(with_parts(term, sorted(new, key=order) if head in ("max", "min") else new))


def _absolute(p: Polynomial, known: Known) -> Polynomial:
    """|p|, by |t u| = |t| |u|."""
    if not p or sign(term_of(p), known):
        return p
    if len(p) > 1:
        lead = p[min(p, key=order)]
        return scale(atom(("abs", term_of(scale(p, Fraction(1) / lead)))), size_of(lead))
    ((monomial, c),) = p.items()
    result = constant(size_of(c))
    for base, e in monomial:
        k, level = value_of(e), sign(base, known)
        if level == 2 or (k is not None and (level or k % 2 == 0)):
            factor = atom(base, e)
        elif k is not None and k.denominator == 1:
            factor = power_of_atom(("abs", base), e, known)
        else:
            factor = atom(("abs", term_of(atom(base, e))))
        result = times(result, factor, known)
    return result


def _logarithm(p: Polynomial) -> Polynomial:
    """log(e^t) = t, and log(a/b) by the primes of a rational a/b > 0."""
    value, (monomial, c) = value_of(p), next(iter(p.items()), ((), 0))
    if value is not None and value > 0:
        sides = ((value.numerator, 1), (value.denominator, -1))
        logs = [(number(prime), side * k) for n, side in sides for prime, k in _primes(n)]
        return add(*(scale(atom(("log", prime)), k) for prime, k in logs))
    exponential = len(p) == len(monomial) == c == 1 and monomial[0][0] == EULER
    return dict(monomial[0][1]) if exponential else atom(("log", term_of(p)))


def _linear_sum(term: Term, known: Known, other_order: bool = True) -> Polynomial:
    """The sum over an index of c t is c times the sum of t; that of 1 over 1..n is n."""
    ends = tuple(canonical(part, known) for part in term[1:-1])
    total: Polynomial = {}
    for monomial, c in normal(term[-1], known).items():
        inside = tuple(f for f in monomial if 0 in loose(_term_of((((f,), 1),))))
        core = atom((term[0], *ends, term_of({inside: 1})))
        if not inside and term[0] == "sum":
            core = normal(ends[0], known)
        elif term[0] == "sum" and other_order:
            other = _exchanged(ends[0], inside, known) or core
            core = min(core, other, key=lambda p: order(frozen(p)))
        outside = {tuple(f for f in monomial if f not in inside): c}
        total = add(total, times(normal(shift(term_of(outside), -1), known), core, known))
    return total


def _exchanged(end: Term, inside: Monomial, known: Known) -> Polynomial:
    """The sum of ``inside``, which holds one sum over a range of its own, in the other order."""
    sums = [f for f in inside if f[0][0] == "sum" and f[1] == ONCE and 0 not in loose(f[0][1])]
    if len(sums) != 1:
        return {}
    inner = sums[0][0]
    rest = term_of({tuple(f for f in inside if f != sums[0]): 1})

    def leaf(node: Term, depth: int) -> Term | None:
        nearest = node[0] == "bound" and node[1] - depth in (0, 1)
        return ("bound", depth + 1 - (node[1] - depth)) if nearest else None

    body = walk(("*", shift(rest, 1), inner[2]), leaf)
    return _linear_sum(("sum", shift(inner[1], -1), ("sum", shift(end, 1), body)), known, False)


def term_of(p: Polynomial) -> Term:
    """A polynomial as a term."""
    return _term_of(frozen(p))


@lru_cache(maxsize=1 << 15)
def _term_of(items: Power) -> Term:
    spend(len(items))
    addends: list[Term] = []
    for monomial, c in items:
        factors: list[Term] = [] if c == 1 and monomial else [number(c.numerator, c.denominator)]
        for base, e in monomial:
            exponent = _term_of(e)
            power_ = ("exp", exponent) if base == EULER else ("^", base, exponent)
            factors.append(base if e == ONCE and base != EULER else power_)
        addends.append(factors[0] if len(factors) == 1 else ("*", *factors))
    return ZERO if not addends else addends[0] if len(addends) == 1 else ("+", *addends)


def is_zero(p: Polynomial, known: Known = NOTHING) -> bool:
    """Whether ``p`` is 0 as a rational function: it is multiplied by what it divides by, > 0."""
    for _ in range(LARGEST_POWER):
        lowest: dict[Term, Number] = {}
        for base, e in (factor for monomial in p for factor in monomial):
            value = value_of(e)
            if base[0] == "+" and value is not None and value < 0:
                lowest[base] = min(lowest.get(base, 0), value)
        if not p or not lowest:
            break
        base, value = min(lowest.items(), key=order)
        p = times(p, atom(base, frozen(constant(-value))), known)
    return not p


def equal(left: Term, right: Term, known: Known = NOTHING) -> bool:
    """Whether two terms are the same number by the normal form."""
    spend(8)
    gap = add(normal(left, known), scale(normal(right, known), -1)) if left != right else {}
    return is_zero(gap, known)


def plain(term: Term, known: Known = NOTHING) -> int:
    """The plain sign (``signs.sign``) of ``term``, or of its normal form where that says more."""
    return max(sign(term, known), sign(canonical(term, known), known))


def positive_terms(term: Term) -> Known:
    """What may be taken for > 0 where ``term`` is: it, its normal form, and that to scale."""
    p = normal(term)
    lead = size_of(p[min(p, key=order)]) if p else 1
    return frozenset((term, term_of(p), term_of(scale(p, Fraction(1) / lead))))
