"""Making trees: constructors that fold numbers and gather like parts.

They never widen the set where an expression is defined: ``z/z`` stays a division, ``sqrt(z)**2``
keeps its root, and 0 times something is 0 only if that something is defined everywhere.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from xavier_theory.activations.budget import UNITS_PER_REWRITING, spend
from xavier_theory.activations.expressions.nodes import (
    ONE,
    ZERO,
    Apply,
    Constant,
    Every,
    Extremum,
    Negation,
    Node,
    Number,
    Positive,
    Power,
    Product,
    Sum,
    Truth,
    Where,
    postorder,
)
from xavier_theory.errors import InvalidInputError

MOST_BITS = 8192  # of an exact number; 9**9**9 would have a billion
MOST_EXPONENT = 1000  # of a power of something that depends on z
_PARTIAL = frozenset({"log", "log1p", "arcsin", "arccos", "arctanh", "arccosh"})
_INVERSES = {("log", "exp"), ("arctanh", "tanh"), ("arcsinh", "sinh"), ("log1p", "expm1")}
"""Pairs of functions that undo each other for every real argument."""
_HALF = Fraction(1, 2)
_AT_ZERO: dict[str, int | Fraction] = {
    "sin": 0, "tanh": 0, "sinh": 0, "erf": 0, "expm1": 0, "arctan": 0, "arcsinh": 0, "arcsin": 0,
    "arctanh": 0, "log1p": 0, "exp": 1, "cosh": 1, "cos": 1, "erfc": 1, "sigmoid": _HALF,
    "Phi": _HALF,
}  # fmt: skip


def number(value: int | Fraction) -> Number:
    """An exact rational."""
    exact = Fraction(value)
    if exact.numerator.bit_length() + exact.denominator.bit_length() > MOST_BITS:
        raise InvalidInputError(f"a number in the expression needs more than {MOST_BITS} bits")
    return Number(exact)


@lru_cache(maxsize=4096)
def is_total(node: Node) -> bool:
    """Whether the expression is certainly defined and real for every real z."""
    for part in postorder(node):
        if isinstance(part, Power) and (part.exponent < 0 or part.exponent.denominator != 1):
            return False
        if isinstance(part, Apply) and part.function in _PARTIAL:
            return False
    return True


def add(*nodes: Node) -> Node:
    """The sum, flattened, with numbers added and like terms gathered."""
    spend(UNITS_PER_REWRITING)
    constant = Fraction(0)
    gathered: dict[Node, Fraction] = {}
    for node in _flattened(nodes, Sum):
        if isinstance(node, Number):
            constant += node.value
            continue
        coefficient, rest = split_coefficient(node)
        gathered[rest] = gathered.get(rest, Fraction(0)) + coefficient
    terms: list[Node] = []
    for rest, coefficient in gathered.items():
        if coefficient != 0:
            terms.append(multiply(number(coefficient), rest))
        elif not is_total(rest):
            terms.append(Product((ZERO, rest)))
    if constant != 0 or not terms:
        terms.append(number(constant))
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def subtract(left: Node, right: Node) -> Node:
    """``left - right``."""
    return add(left, negate(right))


def negate(node: Node) -> Node:
    """``-node``."""
    return multiply(number(-1), node)


def multiply(*nodes: Node) -> Node:
    """The product, flattened, with numbers multiplied and equal bases gathered."""
    spend(UNITS_PER_REWRITING)
    constant = Fraction(1)
    exponents: dict[tuple[Node, str], Fraction] = {}
    factors: list[Node] = []
    inner: list[Node] = []  # arguments of exponentials, whose product is one exponential
    for node in _flattened(nodes, Product):
        if isinstance(node, Number):
            constant *= node.value
        elif isinstance(node, Apply) and node.function == "exp":
            inner.append(node.argument)
        elif isinstance(node, Power) and _must_stay_apart(node):
            factors.append(node)
        else:
            base, exponent = _base_and_exponent(node)
            key = (base, _kind(base, exponent))
            exponents[key] = exponents.get(key, Fraction(0)) + exponent
    factors += [power(base, exponent) for (base, _), exponent in exponents.items()]
    if inner:
        factors.append(apply("exp", add(*inner)))
    if any(isinstance(factor, Number | Product) for factor in factors):
        return multiply(number(constant), *factors) if factors else number(constant)
    if constant == 0 and all(is_total(factor) for factor in factors):
        return ZERO
    if constant != 1 or not factors:
        factors.insert(0, number(constant))
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def divide(left: Node, right: Node) -> Node:
    """``left / right``; a right-hand side that is the number 0 raises."""
    return multiply(left, power(right, Fraction(-1)))


def power(base: Node, exponent: int | Fraction) -> Node:
    """``base`` to a rational power."""
    rational = Fraction(exponent)
    if rational == 1:
        return base
    if rational == 0:
        return ONE if is_total(base) else add(ONE, Product((ZERO, base)))
    if isinstance(base, Number):
        folded = _number_power(base.value, rational)
        return Power(base, rational) if folded is None else folded
    if abs(rational) > MOST_EXPONENT or rational.denominator > MOST_EXPONENT:
        raise InvalidInputError(
            f"an exponent must be at most {MOST_EXPONENT}, and so must its multiples in moments; "
            f"got {rational}"
        )
    if isinstance(base, Apply) and base.function == "exp":
        return apply("exp", multiply(number(rational), base.argument))
    whole = isinstance(base, Power) and base.exponent.denominator == rational.denominator == 1
    if isinstance(base, Power) and whole and max(base.exponent, rational) > 0:  # 1/(1/z) stays
        return power(base.base, base.exponent * rational)
    if isinstance(base, Power) and isinstance(base.base, Number | Constant):  # positive ones
        return power(base.base, base.exponent * rational)
    if isinstance(base, Product) and rational.denominator == 1:
        return multiply(*(power(factor, rational) for factor in base.factors))
    return Power(base, rational)


def apply(function: str, argument: Node) -> Node:
    """``function(argument)``, with the plainest values folded."""
    if isinstance(argument, Number):
        folded = _folded(function, argument.value)
        if folded is not None:
            return folded
    if isinstance(argument, Apply) and (function, argument.function) in _INVERSES:
        return argument.argument
    exponent = _softplus_argument(function, argument)
    if exponent is not None:
        return Apply("softplus", exponent)
    if function == "abs" and isinstance(argument, Apply) and argument.function == "abs":
        return argument
    if function == "floor":
        terms = argument.terms if isinstance(argument, Sum) else (argument,)
        whole = [term for term in terms if _is_whole(term)]
        if whole:  # ⌊k + u⌋ = k + ⌊u⌋
            return add(*whole, apply("floor", add(*(t for t in terms if not _is_whole(t)))))
    return Apply(function, argument)


def _is_whole(node: Node) -> bool:
    """Whether it is a whole multiple of a floor or a sign, hence a whole number."""
    factor, rest = split_coefficient(node)
    steps = isinstance(rest, Apply) and rest.function in ("floor", "sign")
    return steps and factor.denominator == 1


def _softplus_argument(function: str, argument: Node) -> Node | None:
    """u where the tree is log(1 + e^u) or log1p(e^u), which overflow where softplus(u) does not."""
    if function == "log1p":
        inner = argument
    elif function == "log" and isinstance(argument, Sum) and argument.terms[1:] == (ONE,):
        inner = argument.terms[0]
    else:
        return None
    return inner.argument if isinstance(inner, Apply) and inner.function == "exp" else None


def extremum(greatest: bool, left: Node, right: Node) -> Node:
    """``max`` or ``min`` of two."""
    if isinstance(left, Number) and isinstance(right, Number):
        return left if (left.value >= right.value) == greatest else right
    return left if left == right else Extremum(greatest, left, right)


def positive(difference: Node, strict: bool) -> Node:
    """The condition ``difference > 0`` (or ≥ 0)."""
    if isinstance(difference, Number):
        return Truth(difference.value > 0 or (difference.value == 0 and not strict))
    return Positive(difference, strict)


def every(*conditions: Node) -> Node:
    """All conditions at once."""
    left = [c for c in conditions if not (isinstance(c, Truth) and c.holds)]
    if any(isinstance(c, Truth) for c in left):
        return Truth(False)
    if not left:
        return Truth(True)
    return left[0] if len(left) == 1 else Every(tuple(left))


def negation(condition: Node) -> Node:
    """The opposite condition."""
    if isinstance(condition, Truth):
        return Truth(not condition.holds)
    return condition.condition if isinstance(condition, Negation) else Negation(condition)


def where(condition: Node, then: Node, otherwise: Node) -> Node:
    """``then`` where the condition holds, else ``otherwise``."""
    if isinstance(condition, Truth):
        return then if condition.holds else otherwise
    return then if then == otherwise else Where(condition, then, otherwise)


def split_coefficient(node: Node) -> tuple[Fraction, Node]:
    """The rational factor in front, and the rest."""
    if isinstance(node, Number):
        return node.value, ONE
    if isinstance(node, Product) and isinstance(node.factors[0], Number):
        rest = node.factors[1:]
        if node.factors[0].value != 0:
            return node.factors[0].value, rest[0] if len(rest) == 1 else Product(rest)
    return Fraction(1), node


def _flattened(nodes: tuple[Node, ...], kind: type[Sum] | type[Product]) -> list[Node]:
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, kind) else (node,))
    return flat


def _base_and_exponent(node: Node) -> tuple[Node, Fraction]:
    return (node.base, node.exponent) if isinstance(node, Power) else (node, Fraction(1))


def _kind(base: Node, exponent: Fraction) -> str:
    """Exponents are added within a kind only: z/z is not 1 at z = 0."""
    if isinstance(base, Constant):
        return "constant"
    return "divides" if exponent < 0 else "multiplies"


def _must_stay_apart(node: Power) -> bool:
    """√z·√z is z only where z ≥ 0."""
    return node.exponent.denominator != 1 and not isinstance(node.base, Constant | Number)


def _number_power(base: Fraction, exponent: Fraction) -> Node | None:
    if base == 0 and exponent < 0:
        raise InvalidInputError("division by zero: a denominator is the number 0")
    if exponent.denominator != 1:
        if base < 0:
            raise InvalidInputError(f"({base})**({exponent}) is not a real number")
        return number(base) if base in (0, 1) else _exact_root(base, exponent)
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if size > 1 and size * abs(exponent) > MOST_BITS:
        raise InvalidInputError(f"the number {_short(base)}**{_short(exponent)} is too large")
    return number(base ** int(exponent % 2 if base == -1 else exponent))


def _exact_root(base: Fraction, exponent: Fraction) -> Node | None:
    """4**(1/2) as 2; None where the root is irrational."""
    from flint import fmpz

    degree, whole = exponent.denominator, exponent.numerator
    if degree > 64:
        return None
    roots = [int(fmpz(part).root(degree)) for part in (base.numerator, base.denominator)]
    if any(r**degree != p for r, p in zip(roots, (base.numerator, base.denominator), strict=True)):
        return None
    return power(number(Fraction(*roots)), whole)


def _short(value: Fraction) -> str:
    text = str(value)
    return text if len(text) <= 20 else f"{text[:8]}…({len(text)} digits)"


def _folded(function: str, value: Fraction) -> Node | None:
    if function == "abs":
        return number(abs(value))
    if function == "floor":
        return number(value.numerator // value.denominator)
    if function == "sign":
        return number((value > 0) - (value < 0))
    if value == 0 and function in _AT_ZERO:
        return number(_AT_ZERO[function])
    if function == "log":
        if value <= 0:
            raise InvalidInputError(f"log({_short(value)}) is not a real number")
        return ZERO if value == 1 else None
    return None
