"""Every side condition of the core, found in its source, and the core with one of them disabled.

A *site* is one reason to refuse: a ``raise`` in ``symbolic/``, or, where its ``if`` has several
alternatives (``a or b``, ``not (a and b)``, ``any(a or b for …)``), one of these. Its key is the
file, the function, the number of the ``raise`` in it and the letter of the alternative, such as
``rules/induction.py:induction:3b``. ``disabled`` compiles the function without that alternative and
puts the code into the living function, so that everything that calls it has the weaker rule.
"""

from __future__ import annotations

import ast
import copy
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from types import CodeType, FunctionType

import xavier_theory.symbolic

FOLDER = Path(xavier_theory.symbolic.__file__).parent


@dataclass(frozen=True)
class Site:
    """One reason to refuse.

    ``path`` leads from the module's node to the ``raise``; ``leaf`` from there to the alternative
    of the enclosing ``if`` that is this one, or is None where the ``raise`` stands alone.
    """

    key: str
    file: str
    function: str
    lines: range
    place: int
    alternative: int | None


def found_alternatives(test: ast.expr, wanted: bool = True) -> list[tuple[ast.expr, bool]]:
    """The parts of a test each of which makes it ``wanted``, with the value that does."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or if wanted else ast.And):
        return [part for value in test.values for part in found_alternatives(value, wanted)]
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return found_alternatives(test.operand, not wanted)
    if (
        isinstance(test, ast.Call)
        and isinstance(test.func, ast.Name)
        and test.func.id == ("any" if wanted else "all")
        and isinstance(test.args[0], ast.GeneratorExp)
    ):
        return found_alternatives(test.args[0].elt, wanted)
    if isinstance(test, ast.BoolOp):  # ``a and (b or c)``: where a holds, b or c is the reason
        inner = [found_alternatives(value, wanted) for value in test.values]
        return next((parts for parts in inner if len(parts) > 1), [(test, wanted)])
    return [(test, wanted)]


def _raises(tree: ast.Module) -> Iterator[tuple[str, ast.Raise, ast.AST]]:
    """Every ``raise`` with the function that it stands in and its parent, in order."""

    def visit(node: ast.AST, scope: tuple[str, ...]) -> Iterator[tuple[str, ast.Raise, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Raise):
                yield ".".join(scope), child, node
            inner = scope
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inner = (*scope, child.name)
            yield from visit(child, inner)

    yield from visit(tree, ())


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((FOLDER / file).read_text(encoding="utf-8"))


@cache
def sites() -> dict[str, Site]:
    """All sites by key; files that print are no part of the core's judgement."""
    found: dict[str, Site] = {}
    for path in sorted(FOLDER.rglob("*.py")):
        file = path.relative_to(FOLDER).as_posix()
        numbers: dict[str, int] = {}
        for place, (function, node, parent) in enumerate(_raises(_tree(file))):
            number = numbers[function] = numbers.get(function, 0) + 1
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            count = len(found_alternatives(parent.test)) if _guarded(node, parent) else 1
            for alternative in range(count):
                letter = ascii_lowercase[alternative] if count > 1 else ""
                key = f"{file}:{function}:{number}{letter}"
                which = alternative if _guarded(node, parent) else None
                found[key] = Site(key, file, function, lines, place, which)
    return found


def _guarded(node: ast.Raise, parent: ast.AST) -> bool:
    return isinstance(parent, ast.If) and node in parent.body


def _weakened(site: Site, instead: str) -> ast.Module:
    """The module's tree without the site; ``instead`` takes the place of an unguarded ``raise``."""
    tree = copy.deepcopy(_tree(site.file))
    _, node, parent = list(_raises(tree))[site.place]
    if site.alternative is not None and not instead:
        part, value = found_alternatives(parent.test)[site.alternative]  # type: ignore[attr-defined]
        never = ast.parse("False and x" if value else "True or x", mode="eval").body
        never.values[1] = part  # type: ignore[attr-defined]  # never run; keeps its names in use
        _replace(parent, part, never)
    else:
        new = ast.parse(instead or "pass").body[0]
        _replace(parent, node, new)
    return ast.fix_missing_locations(tree)


def _replace(root: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for node in ast.walk(root):
        for name, value in ast.iter_fields(node):
            if value is old:
                setattr(node, name, new)
                return
            if isinstance(value, list) and any(item is old for item in value):
                value[next(i for i, item in enumerate(value) if item is old)] = new
                return
    raise LookupError("the node to replace is not there")


def _codes(code: CodeType, scope: str = "") -> Iterator[tuple[str, CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner.co_qualname, inner
            yield from _codes(inner)


@cache
def _living(file: str) -> dict[str, list[FunctionType]]:
    """The functions that the module made, by qualified name, wherever they are kept."""
    found: dict[str, list[FunctionType]] = {}
    for item in gc.get_objects():
        if isinstance(item, FunctionType) and item.__code__.co_filename == str(FOLDER / file):
            found.setdefault(item.__code__.co_qualname, []).append(item)
    return found


@contextmanager
def disabled(site: Site, instead: str = "") -> Iterator[None]:
    """The core without one side condition."""
    with _running(site.file, site.function, _weakened(site, instead)):
        yield


@contextmanager
def forced(file: str, function: str, condition: str, value: bool) -> Iterator[None]:
    """The core where ``condition``, an expression in ``function``, is always ``value``."""
    tree = copy.deepcopy(_tree(file))
    name = function.rpartition(".")[2]
    whole = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name]
    places = [n for n in ast.walk(whole[0]) if isinstance(n, ast.expr)]
    asked = [n for n in places if not isinstance(getattr(n, "ctx", None), ast.Store)]
    found = [node for node in asked if ast.unparse(node) == condition]
    if len(whole) != 1 or len(found) != 1:
        raise LookupError(f"{condition} stands {len(found)} times in {function} of {file}")
    always = ast.parse("True or x" if value else "False and x", mode="eval").body
    always.values[1] = copy.deepcopy(found[0])  # type: ignore[attr-defined]
    _replace(whole[0], found[0], always)
    with _running(file, function, ast.fix_missing_locations(tree)):
        yield


@contextmanager
def _running(file: str, function: str, tree: ast.Module) -> Iterator[None]:
    """The core with the code of one function as in ``tree``."""
    fresh = dict(_codes(compile(tree, str(FOLDER / file), "exec")))
    kept: list[tuple[FunctionType, CodeType]] = []
    for name, functions in _living(file).items():
        plain = name.replace(".<locals>", "")
        if plain == function or function.startswith(plain + "."):
            kept += [(living, living.__code__) for living in functions]
    if not kept:
        raise LookupError(f"{function} of {file} is no living function")
    try:
        for living, code in kept:
            living.__code__ = fresh[code.co_qualname]
        yield
    finally:
        for living, code in kept:
            living.__code__ = code


def refused_at(error: BaseException) -> tuple[str, int]:
    """The file and the line of the core where ``error`` was raised, the innermost one."""
    place = ("", 0)
    trace = error.__traceback__
    while trace is not None:
        name = Path(trace.tb_frame.f_code.co_filename)
        if name.is_relative_to(FOLDER):
            place = (name.relative_to(FOLDER).as_posix(), trace.tb_lineno)
        trace = trace.tb_next
    return place
