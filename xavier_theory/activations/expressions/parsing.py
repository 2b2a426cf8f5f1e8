"""Reading an expression from text, by a whitelist over Python's syntax tree.

Nothing is ever evaluated: the text is parsed by ``ast``, every node must be on the list, and
numbers are taken from the text itself, so that 1.702 means 851/500 and not a float near it.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterable
from fractions import Fraction

from xavier_theory.activations.expressions.building import (
    add,
    apply,
    divide,
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
from xavier_theory.activations.expressions.elementary import FUNCTIONS, SHORTHANDS
from xavier_theory.activations.expressions.nodes import (
    CONDITIONS,
    ZERO,
    Constant,
    Node,
    Number,
    Parameter,
    Z,
    depends_on_z,
    postorder,
)
from xavier_theory.errors import InvalidInputError, closest

MOST_CHARACTERS = 4000
_MOST_DEPTH = 150
_MOST_NODES = 2000
_VARIABLE = "the variable is z, and the constants are pi and e"
_DECIMAL = re.compile(r"(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?")

_CONSTANTS: dict[str, Node] = {"pi": Constant("pi"), "e": Constant("e")}
_ALIASES = {
    "absolute": "abs", "fabs": "abs", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "expit": "sigmoid",
    "minimum": "min", "maximum": "max", "ln": "log", "ndtr": "Phi",
}  # fmt: skip
_FIXED: dict[str, tuple[int, Callable[..., Node]]] = {
    "relu": (1, lambda u: extremum(True, u, ZERO)),
    "clip": (3, lambda u, low, high: extremum(False, extremum(True, u, low), high)),
    "pow": (2, lambda base, exponent: _power(base, exponent)),
}
_FUNCTION_NAMES = sorted(
    {*FUNCTIONS, *SHORTHANDS, *_FIXED, "abs", "sign", "min", "max", "where"}, key=str.lower
)
NAMES = tuple(sorted({*_FUNCTION_NAMES, *_CONSTANTS, "z"}))


class _Reader:
    """One text while it is read: it knows the text, for numbers and for messages."""

    def __init__(self, text: str, parameters: tuple[str, ...]) -> None:
        self.text = text
        self.parameters = parameters

    def refusal(self, node: ast.AST, what: str) -> InvalidInputError:
        column = getattr(node, "col_offset", 0) + 1
        return InvalidInputError(f"{what} (column {column} of the expression)")

    def value(self, node: ast.AST, depth: int) -> Node:
        """A number: anything but a condition."""
        found = self.read(node, depth)
        if isinstance(found, CONDITIONS):
            raise self.refusal(node, "a condition stands where a number is needed; use where(...)")
        return found

    def condition(self, node: ast.AST, depth: int) -> Node:
        found = self.read(node, depth)
        if not isinstance(found, CONDITIONS):
            raise self.refusal(node, "a number stands where a condition such as z > 0 is needed")
        return found

    def read(self, node: ast.AST, depth: int) -> Node:
        if depth > _MOST_DEPTH:
            raise self.refusal(node, f"the expression is nested more than {_MOST_DEPTH} deep")
        match node:
            case ast.Constant():
                return self.number(node)
            case ast.Name():
                return self.name(node)
            case ast.UnaryOp():
                return self.unary(node, depth + 1)
            case ast.BinOp():
                return self.binary(node, depth + 1)
            case ast.Compare():
                return self.comparison(node, depth + 1)
            case ast.BoolOp():
                return _boolean(node.op, [self.condition(v, depth + 1) for v in node.values])
            case ast.Call():
                return self.call(node, depth + 1)
            case ast.Attribute():
                raise self.refusal(node, f"attribute access is not allowed: .{node.attr[:40]}")
        kind = re.sub(r"(?<!^)(?=[A-Z])", " ", type(node).__name__).lower()
        raise self.refusal(node, f"not allowed in an expression: {kind}")

    def number(self, node: ast.Constant) -> Node:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            kind = "text" if isinstance(node.value, str | bytes) else f"{node.value!r:.40}"
            raise self.refusal(node, f"not allowed in an expression: {kind}")
        if isinstance(node.value, int):
            return number(node.value)
        written = (ast.get_source_segment(self.text, node) or "").replace("_", "")
        parts = _DECIMAL.fullmatch(written)
        if parts is None or abs(int(parts[3] or 0)) > 999 or len(written) > 500:
            raise self.refusal(node, f"the number {written[:40]} is out of range")
        return number(Fraction(written))

    def name(self, node: ast.Name) -> Node:
        if node.id == "z":
            return Z
        if node.id in self.parameters:
            return Parameter(node.id)
        if node.id in _CONSTANTS:
            return _CONSTANTS[node.id]
        if node.id in NAMES or node.id in _ALIASES:
            raise self.refusal(node, f"{node.id} is a function; write {node.id}(...)")
        raise self.refusal(node, _unknown("name", node.id, _VARIABLE, NAMES))

    def unary(self, node: ast.UnaryOp, depth: int) -> Node:
        match node.op:
            case ast.USub():
                return negate(self.value(node.operand, depth))
            case ast.UAdd():
                return self.value(node.operand, depth)
            case _:
                return negation(self.condition(node.operand, depth))

    def binary(self, node: ast.BinOp, depth: int) -> Node:
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            sides = [self.condition(side, depth) for side in (node.left, node.right)]
            return _boolean(ast.And() if isinstance(node.op, ast.BitAnd) else ast.Or(), sides)
        left, right = self.value(node.left, depth), self.value(node.right, depth)
        match node.op:
            case ast.Add():
                return add(left, right)
            case ast.Sub():
                return subtract(left, right)
            case ast.Mult():
                return multiply(left, right)
            case ast.Div():
                return divide(left, right)
            case ast.Pow():
                return _power(left, right)
        hint = "; a power is written **" if isinstance(node.op, ast.BitXor) else ""
        raise self.refusal(node, f"the operator {type(node.op).__name__} is not allowed{hint}")

    def comparison(self, node: ast.Compare, depth: int) -> Node:
        sides = [self.value(side, depth) for side in (node.left, *node.comparators)]
        found = []
        for operation, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(operation, ast.Gt | ast.GtE):
                found.append(positive(subtract(left, right), isinstance(operation, ast.Gt)))
            elif isinstance(operation, ast.Lt | ast.LtE):
                found.append(positive(subtract(right, left), isinstance(operation, ast.Lt)))
            else:
                raise self.refusal(
                    node, "only <, <=, > and >= compare; equality holds on single points"
                )
        return every(*found)

    def call(self, node: ast.Call, depth: int) -> Node:
        if not isinstance(node.func, ast.Name):
            if isinstance(node.func, ast.Attribute):
                raise self.refusal(
                    node.func, f"attribute access is not allowed: .{node.func.attr[:40]}"
                )
            raise self.refusal(node, "only the functions by name can be called")
        name = _ALIASES.get(node.func.id, node.func.id)
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.refusal(node, f"{name} takes plain arguments only, no keywords and no *")
        if name == "where":
            self.count(node, name, 3)
            condition = self.condition(node.args[0], depth)
            return where(condition, *(self.value(a, depth) for a in node.args[1:]))
        if name in ("min", "max"):
            return self.extremum(node, name, depth)
        if name in _FIXED:
            self.count(node, name, _FIXED[name][0])
            return _FIXED[name][1](*(self.value(a, depth) for a in node.args))
        if name in FUNCTIONS or name in SHORTHANDS or name in ("abs", "sign"):
            self.count(node, name, 1)
            argument = self.value(node.args[0], depth)
            return SHORTHANDS[name](argument) if name in SHORTHANDS else apply(name, argument)
        if name == "z" or name in _CONSTANTS:
            what = "the variable" if name == "z" else "a constant"
            raise self.refusal(
                node, f"{name} is {what}, not a function; a product is written {name}*"
            )
        known = f"known functions: {', '.join(_FUNCTION_NAMES)}"
        raise self.refusal(node, _unknown("function", node.func.id, known, _FUNCTION_NAMES))

    def extremum(self, node: ast.Call, name: str, depth: int) -> Node:
        if len(node.args) < 2:
            raise self.refusal(node, f"{name} takes two arguments or more, got {len(node.args)}")
        parts = [self.value(a, depth) for a in node.args]
        result = parts[0]
        for part in parts[1:]:
            result = extremum(name == "max", result, part)
        return result

    def count(self, node: ast.Call, name: str, wanted: int) -> None:
        if len(node.args) != wanted:
            plural = "argument" if wanted == 1 else "arguments"
            raise self.refusal(node, f"{name} takes {wanted} {plural}, got {len(node.args)}")


def parse(text: str, parameters: tuple[str, ...] = ()) -> Node:
    """The tree of an expression in ``z`` (and in the named ``parameters``).

    Raises ``InvalidInputError`` with one line that says what is wrong and where. Texts of more than
    4000 characters, deeper than 150 or of more than 2000 parts are refused before any work.
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidInputError(
            f"an expression has at most {MOST_CHARACTERS} characters, got {len(text)}"
        )
    stripped = text.strip()
    if not stripped:
        raise InvalidInputError("the expression is empty; write it in z, such as z*sigmoid(z)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python about odd literals, which are refused below
            tree = ast.parse(stripped, mode="eval")
    except (RecursionError, MemoryError):
        raise InvalidInputError("the expression is nested too deep") from None
    except (SyntaxError, ValueError) as error:
        raise InvalidInputError(_syntax(stripped, error)) from None
    try:
        root = _Reader(stripped, parameters).value(tree.body, 0)
    except RecursionError:
        raise InvalidInputError("the expression is nested too deep") from None
    if len(postorder(root)) > _MOST_NODES:
        raise InvalidInputError(f"the expression has more than {_MOST_NODES} parts")
    return root


def _syntax(text: str, error: Exception) -> str:
    if "^" in text:
        return "the expression cannot be read; a power is written z**2"
    reason = str(getattr(error, "msg", error)).split("\n")[0][:80]
    column = getattr(error, "offset", None)
    return f"the expression cannot be read: {reason}" + (f" (column {column})" if column else "")


def _boolean(operation: ast.boolop, conditions: list[Node]) -> Node:
    if isinstance(operation, ast.And):
        return every(*conditions)
    return negation(every(*(negation(condition) for condition in conditions)))


def _power(base: Node, exponent: Node) -> Node:
    """Rational exponents are kept; any other becomes e^(exponent·log(base))."""
    if isinstance(exponent, Number):
        return power(base, exponent.value)
    if base == _CONSTANTS["e"]:
        return apply("exp", exponent)
    if isinstance(base, Number) and base.value <= 0 and depends_on_z(exponent):
        raise InvalidInputError(f"({base.value})**(…) is not a real number for every z")
    return apply("exp", multiply(exponent, apply("log", base)))


def _unknown(kind: str, name: str, otherwise: str, candidates: Iterable[str]) -> str:
    near = closest(name, [*candidates, *_ALIASES], 0.6)
    return f"unknown {kind} {name[:40]!r}; " + (f"did you mean {near[0]!r}?" if near else otherwise)
