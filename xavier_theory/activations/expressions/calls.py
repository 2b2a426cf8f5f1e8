"""Calls as people write them: ``tanh(x)``, ``np.tanh(x)``, ``x.tanh()``, ``nn.ELU(0.2)(x)``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from xavier_theory.activations.expressions.nodes import Node
from xavier_theory.activations.expressions.spellings import MODULES
from xavier_theory.errors import InvalidInputError


@dataclass(frozen=True)
class Named:
    """An activation of the catalogue: its parameters, and its tree in z for values of them."""

    parameters: tuple[str, ...]
    tree: Callable[[dict[str, Fraction]], Node]


@dataclass(frozen=True)
class Call:
    """What is called: its module, if one is written, its name, and its arguments."""

    module: str | None
    name: str
    arguments: tuple[ast.expr, ...]
    keywords: tuple[ast.keyword, ...]


def refusal(node: ast.AST, what: str) -> InvalidInputError:
    """The error, with the place."""
    column = getattr(node, "col_offset", 0) + 1
    return InvalidInputError(f"{what} (column {column} of the expression)")


def root_of(node: ast.expr) -> str | None:
    """The first name of a dotted one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def is_module(node: ast.expr) -> bool:
    """Whether a dotted prefix is that of a framework, such as ``torch.nn.functional``."""
    return root_of(node) in MODULES


def read_call(node: ast.Call, is_value: Callable[[ast.expr, str], bool]) -> Call:
    """The call; ``is_value(owner, method)`` says whether ``owner.method()`` may be one.

    Raises ``InvalidInputError`` for a call of anything but a name.
    """
    called, keywords = node.func, tuple(node.keywords)
    if isinstance(called, ast.Call) and not keywords:  # the parameters first, as nn.ELU(0.5)(x)
        made = read_call(called, is_value)
        return replace(made, arguments=(*node.args, *made.arguments))
    if isinstance(called, ast.Name):
        return Call(None, called.id, tuple(node.args), keywords)
    if isinstance(called, ast.Constant | ast.BinOp):
        raise refusal(node, "a product is written with *, as in 3*(z + 1)")
    if not isinstance(called, ast.Attribute):
        raise refusal(node, "only the functions by name can be called")
    if is_module(called.value):
        return Call(root_of(called), called.attr, tuple(node.args), keywords)
    if is_value(called.value, called.attr):
        return Call(None, called.attr, (called.value, *node.args), keywords)
    raise refusal(called, f"attribute access is not allowed: .{called.attr[:40]}")


def kind_of_gelu(node: ast.Call, call: Call) -> Call:
    """``gelu`` or ``gelu_tanh`` by ``approximate``, whose default is true in jax, else false."""
    chosen: object = call.module == "jax"
    kept = []
    for keyword in call.keywords:
        if keyword.arg == "approximate" and isinstance(keyword.value, ast.Constant):
            chosen = keyword.value.value
        else:
            kept.append(keyword)
    if chosen not in (True, False, "tanh", "none"):
        raise refusal(node, "approximate is True, False, 'tanh' or 'none'")
    name = "gelu_tanh" if chosen in (True, "tanh") else "gelu"
    return replace(call, name=name, keywords=tuple(kept))
