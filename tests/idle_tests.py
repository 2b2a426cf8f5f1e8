"""Tests that touch nothing of the project, so that nothing in it can fail them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path


def idle_tests(folder: Path, packages: frozenset[str]) -> list[str]:
    """List the tests in ``folder`` that use nothing imported from ``packages``.

    Not in the test itself, nor in what it uses of its file: functions, constants, fixtures.
    """
    paths = sorted(folder.rglob("test_*.py"))
    if not paths:
        raise FileNotFoundError(f"no tests below {folder}")
    return [
        f"{path.relative_to(folder).as_posix()}:{test.lineno}: {test.name} touches nothing"
        for path in paths
        for test in _idle(ast.parse(path.read_text(encoding="utf-8")), packages)
    ]


def _idle(tree: ast.Module, packages: frozenset[str]) -> Iterator[ast.FunctionDef]:
    taken = set(_taken(tree, packages))
    known = {name: node for node in tree.body for name in _defined(node)}
    for node in tree.body:
        is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test")
        if is_test and not _reaches(node, known, taken, {node.name}):
            yield node


def _taken(tree: ast.Module, packages: frozenset[str]) -> Iterator[str]:
    """The names under which a file has what it imports from ``packages``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in packages:
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in packages:
                    yield (alias.asname or alias.name).split(".")[0]


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))


def _reaches(
    node: ast.stmt, known: Mapping[str, ast.stmt], taken: set[str], seen: set[str]
) -> bool:
    names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    names |= {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
    if names & taken:
        return True
    further = [name for name in names if name in known and name not in seen]
    seen.update(further)
    return any(_reaches(known[name], known, taken, seen) for name in further)
