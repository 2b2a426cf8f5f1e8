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
from xavier_theory.activations.expressions.calls import (
    Call,
    Named,
    is_module,
    kind_of_gelu,
    read_call,
    refusal,
)
from xavier_theory.activations.expressions.elementary import FUNCTIONS, SHORTHANDS
from xavier_theory.activations.expressions.nodes import (
    CONDITIONS,
    ZERO,
    Constant,
    Node,
    Number,
    Parameter,
    Truth,
    Z,
    depends_on_z,
    postorder,
)
from xavier_theory.activations.expressions.polynomials import coefficients
from xavier_theory.activations.expressions.rewriting import replace_variable
from xavier_theory.activations.expressions.spellings import (
    ALIASES,
    NOT_ELEMENTWISE,
    PARAMETERS,
    SINC,
    SOFT,
    STEPWISE,
    VARIABLES,
    clipped,
)
from xavier_theory.errors import InvalidInputError, closest

MOST_CHARACTERS = 4000
_MOST_DEPTH = 150
_MOST_NODES = 2000
_VARIABLE = "the variable is z (or x), and the constants are pi and e"
_DECIMAL = re.compile(r"(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?")

_CONSTANTS: dict[str, Node] = {"pi": Constant("pi"), "e": Constant("e")}
_FIXED: dict[str, tuple[int, Callable[..., Node]]] = {
    "relu": (1, lambda u: extremum(True, u, ZERO)),
    "clip": (3, clipped),
    "pow": (2, lambda base, exponent: _power(base, exponent)),
}
_ONE_ARGUMENT: dict[str, Callable[[Node], Node]] = {**SHORTHANDS, **STEPWISE, **SOFT}
_FUNCTION_NAMES = sorted(
    {*FUNCTIONS, *_ONE_ARGUMENT, *_FIXED, "abs", "sign", "min", "max", "where"}, key=str.lower
)
NAMES = tuple(sorted({*_FUNCTION_NAMES, *_CONSTANTS, "z"}))


Catalogue = Callable[[str], Named | None]


class _Reader:
    """One text while it is read: it knows the text, for numbers and for messages."""

    def __init__(self, text: str, parameters: tuple[str, ...], catalogue: Catalogue) -> None:
        self.text = text
        self.parameters = parameters
        self.catalogue = catalogue
        self.variable: str | None = None

    refusal = staticmethod(refusal)

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
                if not is_module(node.value):
                    raise self.refusal(node, f"attribute access is not allowed: .{node.attr[:40]}")
                return self.name(ast.copy_location(ast.Name(node.attr), node))
        if isinstance(node, ast.Lambda):
            raise self.refusal(node, "leave lambda out: an expression is what it returns")
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
        if node.id in self.parameters:
            return Parameter(node.id)
        if node.id in VARIABLES:
            if self.variable not in (None, node.id):
                raise self.refusal(node, "an activation has one variable, this one has x and z")
            self.variable = node.id
            return Z
        if node.id in _CONSTANTS:
            return _CONSTANTS[node.id]
        if node.id in NAMES or node.id in ALIASES or self.catalogue(node.id) is not None:
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
        if isinstance(node.op, ast.Add | ast.Sub):
            return self.sum(node, depth)
        left, right = self.value(node.left, depth), self.value(node.right, depth)
        match node.op:
            case ast.Mult():
                return multiply(left, right)
            case ast.Div():
                return divide(left, right)
            case ast.Pow():
                return _power(left, right)
        hint = "; a power is written **" if isinstance(node.op, ast.BitXor) else ""
        raise self.refusal(node, f"the operator {type(node.op).__name__} is not allowed{hint}")

    def sum(self, node: ast.BinOp, depth: int) -> Node:
        """A sum however long: its terms stand side by side, not inside one another."""
        terms: list[Node] = []
        rest: ast.expr = node
        while isinstance(rest, ast.BinOp) and isinstance(rest.op, ast.Add | ast.Sub):
            term = self.value(rest.right, depth)
            terms.append(negate(term) if isinstance(rest.op, ast.Sub) else term)
            rest = rest.left
        return add(self.value(rest, depth), *reversed(terms))

    def comparison(self, node: ast.Compare, depth: int) -> Node:
        sides = [self.value(side, depth) for side in (node.left, *node.comparators)]
        found = []
        for operation, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(operation, ast.Gt | ast.GtE):
                found.append(positive(subtract(left, right), isinstance(operation, ast.Gt)))
            elif isinstance(operation, ast.Lt | ast.LtE):
                found.append(positive(subtract(right, left), isinstance(operation, ast.Lt)))
            elif isinstance(operation, ast.Eq | ast.NotEq) and _is_a_point(left, right):
                found.append(Truth(isinstance(operation, ast.NotEq)))  # but for single points
            else:
                raise self.refusal(
                    node, "only <, <=, > and >= compare; equality is for polynomials, as in z == 0"
                )
        return every(*found)

    def call(self, node: ast.Call, depth: int) -> Node:
        call = read_call(node, self.is_method)
        name, arguments = ALIASES.get(call.name, call.name), call.arguments
        if any(isinstance(a, ast.Starred) for a in arguments):
            raise self.refusal(node, f"{name} takes plain arguments only, no *")
        if name in ("gelu", "GELU"):
            call = kind_of_gelu(node, call)
            name = call.name
        known = self.catalogue(name)
        if name not in NAMES and known is not None:
            return self.named(node, name, known, call, depth)
        if name == "clip":
            return self.clip(node, call, depth)
        if call.keywords:
            raise self.refusal(node, f"{name} takes plain arguments only, no keywords")
        if name == "where":
            self.count(node, name, arguments, 3)
            condition = self.condition(arguments[0], depth)
            return where(condition, *(self.value(a, depth) for a in arguments[1:]))
        if name in ("min", "max"):
            return self.extremum(node, name, arguments, depth)
        if name in _FIXED:
            self.count(node, name, arguments, _FIXED[name][0])
            return _FIXED[name][1](*(self.value(a, depth) for a in arguments))
        single = SINC.get(call.module or "") if name == "sinc" else _ONE_ARGUMENT.get(name)
        if single is not None or name in FUNCTIONS or name in ("abs", "sign"):
            self.count(node, name, arguments, 1)
            argument = self.value(arguments[0], depth)
            return apply(name, argument) if single is None else single(argument)
        raise self.refusal(node, self.no_function(name, call.name))

    def is_method(self, owner: ast.expr, method: str) -> bool:
        stranger = isinstance(owner, ast.Name) and owner.id not in (*VARIABLES, *self.parameters)
        return not stranger and (method in NAMES or method in ALIASES)

    def named(self, node: ast.Call, name: str, known: Named, call: Call, depth: int) -> Node:
        """An activation of the catalogue on its argument, its parameters by place or by name."""
        arguments = call.arguments
        if not 1 <= len(arguments) <= 1 + len(known.parameters):
            takes = ", ".join(["z", *known.parameters])
            raise self.refusal(node, f"{name} takes ({takes}), got {len(arguments)} arguments")
        given = list(zip(known.parameters, arguments[1:], strict=False))
        for keyword in call.keywords:
            key = keyword.arg or "**"
            key = key if key in known.parameters else PARAMETERS.get(key, key)
            if key == "inplace":
                continue
            if key not in known.parameters or key in dict(given):
                takes = ", ".join(known.parameters) or "no parameters"
                raise self.refusal(node, f"{name} takes {takes}, once each; got {key[:40]!r}")
            given.append((key, keyword.value))
        values = {}
        for key, argument in given:
            value = self.value(argument, depth)
            if not isinstance(value, Number):
                raise self.refusal(node, f"{name}'s {key} must be a rational number")
            values[key] = value.value
        return replace_variable(known.tree(values), self.value(arguments[0], depth))

    def clip(self, node: ast.Call, call: Call, depth: int) -> Node:
        """``clip(z, low, high)``, or with ``min=`` and ``max=``, of which one may be missing."""
        ends = {"low": 1, "high": 2, "min": 1, "max": 2, "a_min": 1, "a_max": 2}
        given = len(call.arguments)
        parts: list[ast.expr | None] = [*call.arguments, *[None] * (3 - given)]
        for keyword in call.keywords:
            place = ends.get(keyword.arg or "")
            if place is None or parts[place] is not None:
                raise self.refusal(node, "clip takes (z, min, max)")
            parts[place] = keyword.value
        if len(parts) != 3 or parts[0] is None or parts[1:] == [None, None]:
            raise self.refusal(node, f"clip takes 3 arguments, got {given}")
        u, low, high = (None if p is None else self.value(p, depth) for p in parts)
        return clipped(u, low, high)  # type: ignore[arg-type]  # the first part is there

    def no_function(self, name: str, written: str) -> str:
        if name in VARIABLES or name in _CONSTANTS:
            what = "the variable" if name in VARIABLES else "a constant"
            return f"{name} is {what}, not a function; a product is written {name}*"
        if name in NOT_ELEMENTWISE:
            return f"{name} is no elementwise activation: it mixes several units"
        if name == "sinc":
            return "sinc is sin(z)/z or sin(pi*z)/(pi*z); write the one that is meant"
        known = f"known functions: {', '.join(_FUNCTION_NAMES)}"
        return _unknown("function", written, known, _FUNCTION_NAMES)

    def extremum(
        self, node: ast.Call, name: str, arguments: tuple[ast.expr, ...], depth: int
    ) -> Node:
        if len(arguments) < 2:
            raise self.refusal(node, f"{name} takes two arguments or more, got {len(arguments)}")
        parts = [self.value(a, depth) for a in arguments]
        result = parts[0]
        for part in parts[1:]:
            result = extremum(name == "max", result, part)
        return result

    def count(
        self, node: ast.Call, name: str, arguments: tuple[ast.expr, ...], wanted: int
    ) -> None:
        if len(arguments) != wanted:
            plural = "argument" if wanted == 1 else "arguments"
            raise self.refusal(node, f"{name} takes {wanted} {plural}, got {len(arguments)}")


def _is_a_point(left: Node, right: Node) -> bool:
    """Whether two sides agree at single points only: polynomials that are not the same."""
    gap = coefficients(subtract(left, right))
    return gap is not None and len(gap) > 0


def _no_catalogue(_: str) -> Named | None:
    return None


def parse(
    text: str, parameters: tuple[str, ...] = (), catalogue: Catalogue = _no_catalogue
) -> Node:
    """The tree of an expression in ``z`` or ``x`` (and in the named ``parameters``).

    ``catalogue`` tells the activations that may be called by name. What holds at single points
    alone (``where(z == 0, …)``) is left out.

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
        root = _Reader(stripped, parameters, catalogue).value(tree.body, 0)
    except RecursionError:
        raise InvalidInputError("the expression is nested too deep") from None
    if len(postorder(root)) > _MOST_NODES:
        raise InvalidInputError(f"the expression has more than {_MOST_NODES} parts")
    return root


def _syntax(text: str, error: Exception) -> str:
    if "^" in text:
        return "the expression cannot be read; a power is written z**2"
    if re.search(r"(?<![\w.])[\d.]+(?![eE][+-]?\d)[a-zA-Z(]", text):
        return "the expression cannot be read; a product is written 2*z"
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
    near = closest(name, [*candidates, *ALIASES], 0.6)
    return f"unknown {kind} {name[:40]!r}; " + (f"did you mean {near[0]!r}?" if near else otherwise)
