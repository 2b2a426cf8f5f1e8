"""The kernel without one of its side conditions: a scratch copy of the package under another name.

A *site* is one call of ``need`` in ``xavier_theory/kernel``: (file, line).
"""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import xavier_theory.kernel

FOLDER = Path(xavier_theory.kernel.__file__).parent
COPY = "kernel_without"
FILES = (
    *("terms", "signs", "algebra", "assumptions", "rules"),
    *("definitions", "expectation", "slopes", "instances", "replay", "check"),
)
Site = tuple[str, int]


@cache
def _tree(file: str) -> ast.Module:
    """The module, whose imports from the kernel are from the copy."""
    tree = ast.parse((FOLDER / f"{file}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            node.module = node.module.replace("xavier_theory.kernel", COPY)
    return tree


def _calls(tree: ast.Module) -> Iterator[ast.Expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Name) and function.id == "need":
                yield node


@cache
def sites() -> dict[Site, str]:
    """Every side condition, with its source."""
    return {(f, n.lineno): ast.unparse(n.value) for f in FILES for n in _calls(_tree(f))}


@cache
def _code(file: str) -> CodeType:
    return compile(_tree(file), f"{COPY}/{file}.py", "exec")


def _weakened(site: Site) -> CodeType:
    tree = copy.deepcopy(_tree(site[0]))
    (call,) = [node for node in _calls(tree) if node.lineno == site[1]]
    call.value = ast.copy_location(ast.Constant(None), call.value)
    return compile(ast.fix_missing_locations(tree), f"{COPY}/{site[0]}.py", "exec")


@contextmanager
def kernel_without(site: Site) -> Iterator[Any]:
    """The copy's module ``check``, without the condition at ``site``."""
    names = [COPY, *(f"{COPY}.{file}" for file in FILES)]
    try:
        for name in names:
            sys.modules[name] = ModuleType(name)
        sys.modules[COPY].__path__ = []
        for file in FILES:
            code = _weakened(site) if file == site[0] else _code(file)
            exec(code, vars(sys.modules[f"{COPY}.{file}"]))  # noqa: S102  # our own source
        yield sys.modules[f"{COPY}.check"]
    finally:
        for name in names:
            sys.modules.pop(name, None)


def refused_at(error: BaseException) -> Site:
    """The condition that refused: the call of ``need`` that is the innermost one."""
    place, trace = ("", 0), error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.parent == FOLDER and (path.stem, trace.tb_lineno) in sites():
            place = (path.stem, trace.tb_lineno)
        trace = trace.tb_next
    return place
