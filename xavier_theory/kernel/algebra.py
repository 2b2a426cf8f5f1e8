"""The one normal form: equality of real expressions as polynomials in atoms.

A polynomial is {monomial: rational}; a monomial is a sorted tuple of (atom, exponent); an atom is a
term; an exponent is a positive whole number, or (``Power``) a polynomial, frozen. ``known`` holds
terms, normal, that are > 0. Each identity used here holds for *all* real numbers, with these
meanings of b^e (the rest of the power function is unknown):
    e = 0, 1, 2, ...: the product of e factors;  b > 0: exp(e log b);  b = 0 and e > 0: 0.
So b^e b^f = b^(e+f), (b^e)^f = b^(ef) and (b c)^e = b^e c^e are used where, of b (and c),
    (P) b > 0;  (N) b >= 0, all exponents > 0;  (W) all exponents are natural numbers,
and else b^e is an atom by itself. In particular x x^(-1) = 1 takes x > 0.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from xavier_theory.kernel.signs import NOTHING, is_natural, sign
from xavier_theory.kernel.terms import (
    MINUS_ONE,
    ZERO,
    Term,
    loose,
    need,
    number,
    parts,
    shift,
    spend,
    walk,
    with_parts,
)

Power = tuple[tuple[tuple[tuple[Term, "Power"], ...], Fraction], ...]
"""An exponent: a polynomial as a sorted tuple of its items."""
Monomial = tuple[tuple[Term, Power], ...]
Polynomial = dict[Monomial, Fraction]
Known = frozenset[Term]

LARGEST_POWER = 64
E_: Term = ("constant", "e")


@lru_cache(maxsize=1 << 16)
def order(term: object) -> str:
    """A text by which terms and monomials are put in order."""
    return repr(term)


def frozen(p: Polynomial) -> Power:
    """A polynomial as a sorted tuple."""
    return tuple(sorted(p.items(), key=lambda item: order(item[0])))


def constant(value: Fraction | int) -> Polynomial:
    """A number as a polynomial."""
    return {(): Fraction(value)} if value else {}


def add(*polynomials: Polynomial) -> Polynomial:
    """Their sum."""
    total: Polynomial = {}
    for p in polynomials:
        spend(len(p))
        for monomial, c in p.items():
            total[monomial] = total.get(monomial, Fraction(0)) + c
    return {monomial: c for monomial, c in total.items() if c}


def scale(p: Polynomial, by: Fraction | int) -> Polynomial:
    """``p`` times a number."""
    return {m: number_of(c * by) for m, c in p.items()} if by else {}


def number_of(value: Fraction) -> Fraction:
    """``value``, unless it is too long."""
    number(value.numerator, value.denominator)
    return value


def times(p: Polynomial, q: Polynomial, known: Known = NOTHING) -> Polynomial:
    """The product of two polynomials."""
    spend(4 * len(p) * len(q))
    products = (_merged(m, n, number_of(a * b), known) for m, a in p.items() for n, b in q.items())
    return add(*products)


def _merged(m: Monomial, n: Monomial, c: Fraction, known: Known) -> Polynomial:
    """The product of two monomials and a number, by b^e b^f = b^(e+f) for the atoms' powers."""
    powers = dict(m)
    again: list[tuple[Term, Power]] = []
    for atom, power in n:
        if atom in powers:
            power = frozen(add(dict(powers[atom]), dict(power)))
        powers[atom] = power
        if not power or _folds(atom, power):
            again.append((atom, power))
    for atom, _ in again:
        del powers[atom]
    rest: Polynomial = {tuple(sorted(powers.items(), key=order)): c}
    for atom, power in again:
        rest = times(rest, _power_of_atom(atom, power, known), known)
    return rest


def value_of(p: Polynomial | Power) -> Fraction | None:
    """The number that ``p`` is, if it is one."""
    p = dict(p)
    return p.get((), Fraction(0)) if set(p) <= {()} else None


def _folds(atom: Term, power: Power) -> bool:
    """Whether the power of an atom has a part that is worked out: of a sum, a number, an abs."""
    whole = dict(power).get((), Fraction(0))
    if atom[0] == "abs":
        return value_of(power) is not None and whole >= 2
    return (atom[0] == "+" and whole >= 1) or (atom[0] == "number" and not 0 <= whole < 1)


def _power_of_atom(atom: Term, power: Power, known: Known) -> Polynomial:
    """atom^power with the whole part of the exponent's number worked out."""
    if not _folds(atom, power):
        return {((atom, power),): Fraction(1)} if power else constant(1)
    exponent = dict(power)
    whole = exponent.get((), Fraction(0)).__floor__()
    if atom[0] == "abs":
        whole -= whole % 2  # |x|^2 = x^2
        base = normal(atom[1], known)
    else:
        base = constant(Fraction(atom[1], atom[2])) if atom[0] == "number" else normal(atom, known)
    left = frozen(add(exponent, constant(-whole)))
    rest: Polynomial = {((atom, left),): Fraction(1)} if left else constant(1)
    return times(_whole_power(base, whole, known), rest, known)


def _whole_power(p: Polynomial, k: int, known: Known) -> Polynomial:
    """p^k for a whole number k; k < 0 for numbers alone."""
    need(abs(k) <= LARGEST_POWER, f"the power {k} is beyond {LARGEST_POWER}")
    if k < 0:
        (value,) = p.values()
        p, k = constant(1 / value), -k
    result = constant(1)
    for _ in range(k):
        result = times(result, p, known)
    return result


# ------------------------------------------------------------------------------ powers of terms


def _is_natural(power: Power) -> bool:
    value = value_of(power)
    if value is not None:
        return value.denominator == 1 and value >= 0
    return is_natural(term_of(dict(power)))


def _is_positive(power: Power, known: Known) -> bool:
    value = value_of(power)
    return value > 0 if value is not None else sign(term_of(dict(power)), known) == 2


def _scaled(power: Power, by: Power, known: Known) -> Power:
    return frozen(times(dict(power), dict(by), known))


def power(p: Polynomial, e: Power, known: Known) -> Polynomial:
    """p^e. Splits it over the factors of p where P, N or W above says that this is true."""
    value = value_of(e)
    if value is not None and value.denominator == 1 and value >= 0:
        return _whole_power(p, int(value), known)
    natural, positive = _is_natural(e), _is_positive(e, known)
    if not p:
        return {} if positive else {((("^", ZERO, term_of(dict(e))), _ONE),): Fraction(1)}
    if len(p) > 1:
        return _power_of_sum(p, e, natural, positive, known)
    ((monomial, c),) = p.items()
    result, stuck = constant(1), []
    for atom, k in monomial:
        level = sign(atom, known)
        fine = level == 2 or (natural and _is_natural(k)) or (
            level == 1 and positive and _is_positive(k, known)
        )
        if fine:
            result = times(result, _power_of_atom(atom, _scaled(k, e, known), known), known)
        elif positive and (even := value_of(k)) is not None and even % 2 == 0:
            absolute = _absolute({((atom, _ONE),): Fraction(1)}, known)  # x^2k = |x|^2k, |x| >= 0
            result = times(result, power(absolute, _scaled(k, e, known), known), known)
        else:
            stuck.append((atom, k))
    if stuck or (c < 0 and not natural):  # (b c)^e is not b^e c^e where c may be < 0, or 0
        return {((("^", term_of(p), term_of(dict(e))), _ONE),): Fraction(1)}
    if c < 0:
        result = times(result, _power_of_atom(MINUS_ONE, e, known), known)
    return times(result, _of_number(abs(c), e, known), known)


_ONE: Power = (((), Fraction(1)),)


@lru_cache(maxsize=1 << 12)
def _factored(n: int) -> tuple[tuple[int, int], ...]:
    """The prime factors of n below 1000, and what is left, with exponents."""
    found: list[tuple[int, int]] = []
    d = 2
    while d * d <= n and d < 1000:
        k = 0
        while n % d == 0:
            n, k = n // d, k + 1
        found += [(d, k)] if k else []
        d += 1
    return (*found, *([(n, 1)] if n > 1 else []))


def _of_number(c: Fraction, e: Power, known: Known) -> Polynomial:
    """c^e for c > 0, as powers of prime numbers."""
    result = constant(1)
    for n, side in ((c.numerator, 1), (c.denominator, -1)):
        for prime, k in _factored(n):
            exponent = _scaled(e, frozen(constant(side * k)), known)
            result = times(result, _power_of_atom(number(prime), exponent, known), known)
    return result


def _power_of_sum(
    p: Polynomial, e: Power, natural: bool, positive: bool, known: Known
) -> Polynomial:
    whole = term_of(p)
    level = sign(whole, known)
    if not (level == 2 or natural or (level == 1 and positive)):
        return {((("^", whole, term_of(dict(e))), _ONE),): Fraction(1)}
    lead = abs(p[min(p, key=order)])  # one of c p, p and p/c stands for all
    monic = term_of(scale(p, 1 / lead))
    inner = _power_of_atom(monic, e, known) if _monic_splits(e, natural, level) else {
        ((monic, e),): Fraction(1)
    }
    return times(_of_number(lead, e, known), inner, known)


def _monic_splits(e: Power, natural: bool, level: int) -> bool:
    """Whether P^(k + f) = P^k P^f holds: P > 0, or f is natural, or f > 0 and P >= 0."""
    exponent = dict(e)
    whole = exponent.get((), Fraction(0)).__floor__()
    left = frozen(add(exponent, constant(-whole)))
    return level == 2 or (natural and _is_natural(left)) or (level == 1 and value_of(e) is not None)


# ----------------------------------------------------------------------------- the normal form


@lru_cache(maxsize=1 << 15)
def _normal(term: Term, known: Known) -> Power:
    return frozen(_worked_out(term, known))


def normal(term: Term, known: Known = NOTHING) -> Polynomial:
    """The polynomial of ``term``."""
    return dict(_normal(term, known))


def canonical(term: Term, known: Known = NOTHING) -> Term:
    """The term of the polynomial of ``term``: one for all that the normal form makes equal."""
    return _canonical(term, known)


@lru_cache(maxsize=1 << 15)
def _canonical(term: Term, known: Known) -> Term:
    return term_of(normal(term, known))


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
        return power(normal(inner[0], known), frozen(normal(inner[1], known)), known)
    if head == "exp":
        exponent = frozen(normal(inner[0], known))
        return {((E_, exponent),): Fraction(1)} if exponent else constant(1)
    if head == "abs":
        return _absolute(normal(inner[0], known), known)
    if head == "log":
        return _logarithm(normal(inner[0], known), known)
    if head in ("tanh", "erf"):
        return _odd(head, normal(inner[0], known))
    if head in ("sum", "sum-except"):
        return _linear_sum(term, known)
    new = [canonical(part, known) for part in inner]
    if head in ("max", "min"):
        new.sort(key=order)
    return {((with_parts(term, new), _ONE),): Fraction(1)}


def _absolute(p: Polynomial, known: Known) -> Polynomial:
    """|p|, by |t u| = |t| |u|."""
    level = sign(term_of(p), known)
    if not p or level:
        return p
    if len(p) > 1:
        lead = p[min(p, key=order)]
        atom = ("abs", term_of(scale(p, 1 / lead)))
        return {((atom, _ONE),): abs(lead)}
    ((monomial, c),) = p.items()
    result, inside = constant(abs(c)), []
    for atom, e in monomial:
        k = value_of(e)
        if sign(atom, known) == 2 or (sign(atom, known) and k is not None) or (
            k is not None and k % 2 == 0
        ):
            result = times(result, {((atom, e),): Fraction(1)}, known)
        elif k is not None and k.denominator == 1:
            result = times(result, _power_of_atom(("abs", atom), e, known), known)
        else:
            inside.append((atom, e))
    if inside:
        bare = ("abs", term_of({tuple(inside): Fraction(1)}))
        result = times(result, {((bare, _ONE),): Fraction(1)}, known)
    return result


def _logarithm(p: Polynomial, known: Known) -> Polynomial:
    """log(e^t) = t, and log(a/b) by the primes of a rational a/b > 0."""
    value = value_of(p)
    if value is not None and value > 0:
        logs = [
            {((("log", number(prime)), _ONE),): Fraction(side * k)}
            for n, side in ((value.numerator, 1), (value.denominator, -1))
            for prime, k in _factored(n)
        ]
        return add(*logs)
    if len(p) == 1:
        ((monomial, c),) = p.items()
        if c == 1 and len(monomial) == 1 and monomial[0][0] == E_:
            return dict(monomial[0][1])
    return {((("log", term_of(p)), _ONE),): Fraction(1)}


def _odd(head: str, p: Polynomial) -> Polynomial:
    """f(-t) = -f(t)."""
    if not p:
        return {}
    side = 1 if p[min(p, key=order)] > 0 else -1
    return {(((head, term_of(scale(p, side))), _ONE),): Fraction(side)}


def _linear_sum(term: Term, known: Known, other_order: bool = True) -> Polynomial:
    """The sum over an index of c t is c times the sum of t; that of 1 over 1..n is n."""
    ends = tuple(canonical(part, known) for part in term[1:-1])
    total: Polynomial = {}
    for monomial, c in normal(term[-1], known).items():
        inside = tuple(f for f in monomial if _speaks_of_index(f))
        outside = [(_out(a, known), frozen(normal(shift(term_of(dict(e)), -1), known)))
                   for a, e in monomial if (a, e) not in inside]  # fmt: skip
        core: Polynomial = {(((term[0], *ends, term_of({inside: Fraction(1)})), _ONE),): Fraction(1)}
        if not inside and term[0] == "sum":
            core = normal(ends[0], known)
        elif term[0] == "sum" and other_order:
            other = _exchanged(ends[0], inside, known) or core
            core = min(core, other, key=lambda p: order(frozen(p)))
        total = add(total, times({tuple(sorted(outside, key=order)): c}, core, known))
    return total


def _speaks_of_index(factor: tuple[Term, Power]) -> bool:
    return 0 in loose(factor[0]) or 0 in loose(term_of(dict(factor[1])))


def _out(atom: Term, known: Known) -> Term:
    return canonical(shift(atom, -1), known)


def _exchanged(end: Term, inside: Monomial, known: Known) -> Polynomial:
    """The sum of ``inside``, which holds one sum over a range of its own, in the other order."""
    sums = [f for f in inside if f[0][0] == "sum" and f[1] == _ONE and 0 not in loose(f[0][1])]
    if len(sums) != 1:
        return {}
    inner = sums[0][0]
    rest = term_of({tuple(f for f in inside if f != sums[0]): Fraction(1)})

    def leaf(node: Term, depth: int) -> Term | None:
        if node[0] == "bound" and node[1] - depth in (0, 1):
            return ("bound", depth + 1 - (node[1] - depth))
        return None

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
        for atom, e in monomial:
            if e == _ONE:
                factors.append(atom)
            elif atom == E_:
                factors.append(("exp", _term_of(e)))
            else:
                factors.append(("^", atom, _term_of(e)))
        addends.append(factors[0] if len(factors) == 1 else ("*", *factors))
    return ZERO if not addends else addends[0] if len(addends) == 1 else ("+", *addends)


# ------------------------------------------------------------------------------------ deciding


def plain(term: Term, known: Known = NOTHING) -> int:
    """The plain sign (``signs.sign``) of ``term``, or of its normal form where that says more."""
    return max(sign(term, known), sign(canonical(term, known), known))


def is_zero(p: Polynomial, known: Known = NOTHING) -> bool:
    """Whether ``p`` is 0 as a rational function: it is multiplied by what it divides by, > 0."""
    for _ in range(LARGEST_POWER):
        if not p:
            return True
        lowest: dict[Term, Fraction] = {}
        for monomial in p:
            for atom, e in monomial:
                value = value_of(e)
                if atom[0] == "+" and value is not None and value < 0:
                    lowest[atom] = min(lowest.get(atom, Fraction(0)), value)
        if not lowest:
            return False
        atom, value = min(lowest.items(), key=order)
        p = times(p, {((atom, frozen(constant(-value))),): Fraction(1)}, known)
    return False


def equal(left: Term, right: Term, known: Known = NOTHING) -> bool:
    """Whether two terms are the same number by the normal form."""
    return left == right or is_zero(
        add(normal(left, known), scale(normal(right, known), -1)), known
    )


__all__ = ["add", "canonical", "equal", "is_zero", "normal", "power", "scale", "term_of"]
