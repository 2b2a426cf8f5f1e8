"""Between trees and sympy expressions, both ways."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from xavier_theory.activations.expressions.building import (
    add,
    apply,
    every,
    extremum,
    multiply,
    negate,
    negation,
    number,
    positive,
    power,
    subtract,
    where,
)
from xavier_theory.activations.expressions.nodes import (
    CONDITIONS,
    ONE,
    ZERO,
    Apply,
    Constant,
    Every,
    Extremum,
    Negation,
    Node,
    Number,
    Parameter,
    Positive,
    Power,
    Product,
    Sum,
    Truth,
    Where,
    Z,
    postorder,
)
from xavier_theory.errors import InvalidInputError

_FROM = {
    "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "atan": "arctan", "asin": "arcsin", "acos": "arccos", "asinh": "arcsinh",
    "acosh": "arccosh", "atanh": "arctanh", "erf": "erf", "erfc": "erfc", "Abs": "abs",
    "sign": "sign", "floor": "floor",
}  # fmt: skip
_TO = {"arctan": "atan", "arcsin": "asin", "arccos": "acos", "arcsinh": "asinh"}
_TO |= {"arccosh": "acosh", "arctanh": "atanh", "abs": "Abs"}
_MOST_NODES = 2000


def from_sympy(expression: Any) -> Node:
    """The tree of a sympy expression in at most one symbol, which is the real variable.

    Raises ``InvalidInputError`` for two symbols, an imaginary unit, or anything that the language
    lacks.
    """
    symbols = sorted(expression.free_symbols, key=str)
    if len(symbols) > 1:
        names = ", ".join(map(str, symbols))
        raise InvalidInputError(f"an activation has one variable, this expression has {names}")
    if sum(1 for _ in sympy.preorder_traversal(expression)) > _MOST_NODES:
        raise InvalidInputError(f"the expression has more than {_MOST_NODES} parts")
    return _read(expression)


def _read(e: Any) -> Node:
    if e.is_Symbol:
        return Z
    if e.is_Rational:
        return number(Fraction(int(e.p), int(e.q)))
    if e.is_Float:
        if not e.is_finite:
            raise InvalidInputError(f"{e} is not a number")
        return number(Fraction(repr(float(e))))
    if e is sympy.pi or e is sympy.E:
        return Constant("pi" if e is sympy.pi else "e")
    if e.is_Add:
        return add(*map(_read, e.args))
    if e.is_Mul:
        return multiply(*map(_read, e.args))
    if e.is_Pow:
        return _read_power(*e.args)
    return _read_function(e)


def _read_power(base: Any, exponent: Any) -> Node:
    if exponent.is_Rational:
        return power(_read(base), Fraction(int(exponent.p), int(exponent.q)))
    if base is sympy.E:
        return apply("exp", _read(exponent))
    return apply("exp", multiply(_read(exponent), apply("log", _read(base))))


def _read_function(e: Any) -> Node:
    name = type(e).__name__
    if name in ("Max", "Min"):
        parts = [_read(argument) for argument in e.args]
        result = parts[0]
        for part in parts[1:]:
            result = extremum(name == "Max", result, part)
        return result
    if name == "Piecewise":
        return _read_piecewise(e)
    if name == "Heaviside":
        return where(positive(_read(e.args[0]), True), ONE, ZERO)
    if name == "ceiling":
        return negate(apply("floor", negate(_read(e.args[0]))))
    if name == "sinc":  # sympy's is sin(z)/z
        argument = _read(e.args[0])
        return multiply(apply("sin", argument), power(argument, -1))
    if name == "tan":
        argument = _read(e.args[0])
        return multiply(apply("sin", argument), power(apply("cos", argument), -1))
    if name in _FROM and len(e.args) == 1:
        return apply(_FROM[name], _read(e.args[0]))
    shown = str(e)
    raise InvalidInputError(f"sympy's {name} is not in the language: {shown[:60]}")


def _read_piecewise(e: Any) -> Node:
    *others, (last, final) = [(piece, condition) for piece, condition in e.args]
    if final is not sympy.true:
        raise InvalidInputError("the Piecewise does not cover the real line; end it with True")
    result = _read(last)
    for piece, condition in reversed(others):
        result = where(_read_condition(condition), _read(piece), result)
    return result


def _read_condition(c: Any) -> Node:
    name = type(c).__name__
    if c is sympy.true or c is sympy.false:
        return Truth(bool(c))
    if name == "And":
        return every(*map(_read_condition, c.args))
    if name == "Or":
        return negation(every(*(negation(_read_condition(a)) for a in c.args)))
    if name == "Not":
        return negation(_read_condition(c.args[0]))
    orders = {"StrictGreaterThan": (1, True), "GreaterThan": (1, False)}
    orders |= {"StrictLessThan": (-1, True), "LessThan": (-1, False)}
    if name not in orders:
        raise InvalidInputError(f"the condition {c} is not an order; use <, <=, > or >=")
    sign, strict = orders[name]
    left, right = _read(c.lhs), _read(c.rhs)
    return positive(subtract(left, right) if sign > 0 else subtract(right, left), strict)


def to_sympy(root: Node, variable: Any = None) -> Any:
    """The sympy expression in the real symbol z, or in the one that is given.

    Parameters and SELU's two constants become symbols of their names.
    """
    z = sympy.Symbol("z", real=True) if variable is None else variable
    known: dict[Node, Any] = {}
    for node in postorder(root):
        known[node] = _write(node, [known[child] for child in node.children], z)
    return known[root]


def parameter_symbol(name: str) -> Any:
    """The symbol that stands for a parameter."""
    return sympy.Symbol(name, real=True)


def _write(node: Node, parts: list[Any], z: Any) -> Any:
    match node:
        case Number():
            return sympy.Rational(node.value.numerator, node.value.denominator)
        case Constant():
            return _write_constant(node.name)
        case Parameter():
            return parameter_symbol(node.name)
        case Sum():
            return sympy.Add(*parts)
        case Product():
            return sympy.Mul(*parts)
        case Power():
            exponent = node.exponent
            return parts[0] ** sympy.Rational(exponent.numerator, exponent.denominator)
        case Apply():
            return _write_function(node.function, parts[0])
        case Extremum():
            return (sympy.Max if node.greatest else sympy.Min)(*parts)
        case Where():
            return sympy.Piecewise((parts[1], parts[0]), (parts[2], True))
    return _write_condition(node, parts) if isinstance(node, CONDITIONS) else z


def _write_condition(node: Node, parts: list[Any]) -> Any:
    match node:
        case Positive():
            return parts[0] > 0 if node.strict else parts[0] >= 0
        case Every():
            return sympy.And(*parts)
        case Negation():
            return sympy.Not(parts[0])
    return sympy.true if isinstance(node, Truth) and node.holds else sympy.false


def _write_constant(name: str) -> Any:
    if name in ("pi", "e"):
        return sympy.pi if name == "pi" else sympy.E
    return sympy.Symbol(name, positive=True)


def _write_function(name: str, argument: Any) -> Any:
    if name == "sigmoid":
        return 1 / (1 + sympy.exp(-argument))
    if name == "softplus":
        return sympy.log(1 + sympy.exp(argument))
    if name == "Phi":
        return sympy.erfc(-argument / sympy.sqrt(2)) / 2
    if name == "expm1":
        return sympy.exp(argument) - 1
    if name == "log1p":
        return sympy.log(1 + argument)
    return getattr(sympy, _TO.get(name, name))(argument)
