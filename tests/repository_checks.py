"""What the repository promises about its library code: functions that list what breaks a promise.

Each takes a folder and returns one line per violation, so that it can be tried on planted input.
"""

from __future__ import annotations

import ast
import functools
import graphlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Set
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "xavier_theory"
TOOLS = ROOT / "tools"
BENCHMARKS = ROOT / "benchmarks"
MAX_LINES = 400

_BASE = frozenset({"symbolic", "errors", "shown", "activations"})
_MODELS = frozenset({"finite_models", "continuous_models"})
_EXPERIMENTS = _MODELS | frozenset({"statistics", "monte_carlo", "training", "verification"})
_THEORY = _BASE | {"theorems", "files", "following"}

# part of the package -> the other parts that it may import; docs/architecture.md says why
ARROWS: Mapping[str, frozenset[str]] = {
    "kernel": frozenset(),
    "symbolic": frozenset({"kernel"}),
    "errors": frozenset({"symbolic"}),
    "files": frozenset({"errors"}),
    "following": frozenset(),
    "shown": frozenset(),
    "activations": frozenset({"errors", "shown"}),
    "statistics": frozenset({"errors"}),
    "finite_models": _BASE | {"kernel"},
    "continuous_models": _BASE | {"finite_models"},
    "monte_carlo": _BASE | {"statistics"},
    "training": _BASE | {"statistics", "monte_carlo"},
    "theorems": _BASE | _MODELS | {"statistics", "monte_carlo", "training"},
    "frameworks": _THEORY,
    "audit": _THEORY | {"statistics", "monte_carlo", "frameworks"},
    "conformance": _THEORY | {"statistics", "frameworks"},
    "verification": _THEORY | _EXPERIMENTS - {"verification"},
    "claims": _THEORY | _EXPERIMENTS,
    "api": _THEORY | _EXPERIMENTS | {"claims", "kernel"},
    "documents": _THEORY | _EXPERIMENTS | {"api", "claims"},
    "explorer": _THEORY | _EXPERIMENTS | {"documents"},
    "cli": _THEORY
    | _EXPERIMENTS
    | {"kernel", "api", "audit", "claims", "conformance", "documents", "explorer", "frameworks"}
    | {"__init__"},
    "__init__": frozenset(
        {"api", "activations", "audit", "conformance", "errors", "frameworks", "monte_carlo"}
    ),
    "__main__": frozenset({"cli"}),
}

# folder of the repository -> the other folders with Python that it may import; tests may all
FOLDERS: Mapping[str, frozenset[str]] = {
    "xavier_theory": frozenset(),
    "tools": frozenset({"xavier_theory"}),
    "benchmarks": frozenset({"xavier_theory"}),
    "tests": frozenset({"xavier_theory", "tools", "benchmarks"}),
}

# rooms whose __init__ opens with a map that names every file
MAPPED = tuple(
    ROOT / room
    for room in (
        "xavier_theory/statistics",
        "xavier_theory/continuous_models",
        "xavier_theory/finite_models",
        "xavier_theory/finite_models/evaluation",
        "xavier_theory/finite_models/drawing",
        "xavier_theory/finite_models/checking",
        "xavier_theory/finite_models/search",
        "xavier_theory/finite_models/stored",
        "xavier_theory/monte_carlo",
        "xavier_theory/monte_carlo/layers",
        "xavier_theory/documents",
        "xavier_theory/verification",
        "xavier_theory/frameworks",
        "xavier_theory/audit",
        "xavier_theory/audit/of_torch",
        "xavier_theory/conformance",
        "tools",
        "tools/slips",
        "tools/zoo",
        "benchmarks/calibration_suite",
        "benchmarks/calibration_suite/methods",
    )
)

# part -> the installed packages that it may import, where that is restricted
THIRD_PARTY: Mapping[str, frozenset[str]] = {
    "kernel": frozenset(),
    "symbolic": frozenset({"sympy"}),
    "statistics": frozenset({"numpy", "scipy"}),
    "errors": frozenset(),
    "__init__": frozenset(),
}

# What a proof may take of the theorems besides other proofs.
_FOR_PROOFS = frozenset({"derive", "statement", "symbols"})
PROOF_ROOMS = _BASE

# Text that becomes code. Users' expressions are parsed by a whitelist over ``ast`` instead.
EVALUATORS = frozenset({"eval", "exec", "compile", "__import__"})
PARSERS = frozenset({"sympify", "parse_expr"})


class Import(NamedTuple):
    """One imported dotted name, and whether it was taken from the bare top of its package."""

    line: int
    name: str
    from_top: bool


class Source(NamedTuple):
    """A parsed file of the package, and the part of the package that it belongs to."""

    path: Path
    part: str
    dotted: tuple[str, ...]
    text: str
    tree: ast.Module

    def where(self, line: int) -> str:
        return f"{'/'.join(self.dotted)}.py:{line}"


def sources(package: Path) -> Iterator[Source]:
    """Parse every Python file below ``package``; a folder without any is an error, not a pass."""
    paths = sorted(package.rglob("*.py"))
    if not paths:
        raise FileNotFoundError(f"no Python file below {package}")
    for path in paths:
        inside = path.relative_to(package).with_suffix("").parts
        text = path.read_text(encoding="utf-8")
        yield Source(path, inside[0], (package.name, *inside), text, _tree(text))


@functools.cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def imports(source: Source) -> Iterator[Import]:
    """Yield every import, also inside functions, relative, or dynamic with a literal name."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name, from_top=False)
        elif isinstance(node, ast.ImportFrom):
            # Level 1 is the folder of the file, whether the file is a module or an __init__.
            folder = source.dotted[: len(source.dotted) - node.level] if node.level else ()
            base = ".".join([*folder, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(node.lineno, f"{base}.{alias.name}", from_top="." not in base)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            target = node.args[0] if node.args else None
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                yield Import(node.lineno, target.value, from_top=False)


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def arrow_violations(
    package: Path, arrows: Mapping[str, frozenset[str]], public: frozenset[str] = frozenset()
) -> list[str]:
    """List imports within ``package`` that no arrow allows, and parts without a row in the table.

    ``from package import name`` is an import of ``package/__init__.py`` when ``name`` is in
    ``public``, also where a part is spelled the same.
    """
    found = []
    for source in sources(package):
        if source.part not in arrows:
            found.append(f"{source.where(1)}: part {source.part!r} has no row among the arrows")
            continue
        for item in imports(source):
            top, *rest = item.name.split(".")
            if top != package.name:
                continue
            hidden = item.from_top and bool(rest) and rest[0] in public
            target = rest[0] if rest and rest[0] in arrows and not hidden else "__init__"
            if target not in {source.part, *arrows[source.part]}:
                found.append(f"{source.where(item.line)}: {source.part} may not import {target}")
    return found


def folder_violations(folder: Path, folders: Mapping[str, frozenset[str]]) -> list[str]:
    """List imports from other folders of the repository that ``folder`` may not import."""
    forbidden = folders.keys() - {folder.name, *folders[folder.name]}
    return [
        f"{source.where(item.line)}: {folder.name} may not import {item.name.split('.')[0]}"
        for source in sources(folder)
        for item in imports(source)
        if item.name.split(".")[0] in forbidden
    ]


def shipped_violations(
    project: Mapping[str, Any], folders: Iterable[str], package: str
) -> list[str]:
    """List folders beside ``package`` that the patterns of the wheel's packages would ship."""
    patterns = project["tool"]["setuptools"]["packages"]["find"]["include"]
    shipped = [name for name in folders if any(fnmatch(name, pattern) for pattern in patterns)]
    wrong = [f"{name} would be in the wheel" for name in shipped if name != package]
    return wrong if package in shipped else [*wrong, f"{package} would not be in the wheel"]


def third_party_violations(package: Path, allowed: Mapping[str, frozenset[str]]) -> list[str]:
    """List imports, in restricted parts, of more than Python's library and what is allowed."""
    found = []
    for source in sources(package):
        if source.part not in allowed:
            continue
        permitted = sys.stdlib_module_names | allowed[source.part] | {package.name}
        found += [
            f"{source.where(item.line)}: {source.part} may not import {item.name.split('.')[0]}"
            for item in imports(source)
            if item.name.split(".")[0] not in permitted
        ]
    return found


def proof_violations(package: Path, rooms: frozenset[str]) -> list[str]:
    """List what files ``proof.py`` import besides ``rooms``, sympy and Python's library.

    Of the theorems they may import other proofs, statement, symbols and what finds proofs.
    """
    found = []
    for source in sources(package):
        if source.dotted[-1] != "proof":
            continue
        for item in imports(source):
            top, *rest = item.name.split(".")
            if top != package.name:
                allowed = top in sys.stdlib_module_names | {"sympy"}
            elif rest[:1] == ["theorems"]:
                allowed = rest[1] in _FOR_PROOFS or rest[2:3] == ["proof"]
            else:
                allowed = bool(rest) and rest[0] in rooms
            if not allowed:
                found.append(f"{source.where(item.line)}: a proof may not import {item.name}")
    return found


def dynamic_import_violations(package: Path, parts: frozenset[str]) -> list[str]:
    """List uses of ``importlib`` in ``parts``: there, what is imported must be readable."""
    return [
        f"{source.where(item.line)}: {source.part} may not import dynamically"
        for source in sources(package)
        if source.part in parts
        for item in imports(source)
        if item.name.split(".")[0] == "importlib"
    ]


def construct_violations(package: Path) -> list[str]:
    """List ``assert``, evaluation of text, sympy's parsers, and bare ``except`` in library code.

    A mention counts, called or not: ``map(sympify, texts)`` evaluates as well. Only the call
    ``sympify(value, strict=True)`` passes: sympy then refuses strings.
    """
    found = []
    for source in sources(package):
        strict = {id(node.func) for node in ast.walk(source.tree) if _is_strict_call(node)}
        found += [
            f"{source.where(line)}: {what}"
            for node in ast.walk(source.tree)
            if id(node) not in strict
            for line, what in _constructs(node)
        ]
    return found


def _is_strict_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and _called(node) == "sympify"
        and any(
            keyword.arg == "strict"
            and isinstance(keyword.value, ast.Constant)
            and keyword.value.value is True
            for keyword in node.keywords
        )
    )


def _constructs(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Assert):
        yield node.lineno, "assert is dropped by python -O; raise instead"
    elif isinstance(node, ast.ExceptHandler) and node.type is None:
        yield node.lineno, "bare except"
    elif isinstance(node, ast.Name) and node.id in EVALUATORS | PARSERS:
        yield node.lineno, f"{node.id} turns text into code"
    elif isinstance(node, ast.Attribute) and _is_evaluator(node):
        yield node.lineno, f"{node.attr} turns text into code"
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if _hides_an_evaluator(node.module, alias):
                yield node.lineno, f"{alias.name} turns text into code"


def _hides_an_evaluator(module: str | None, alias: ast.alias) -> bool:
    # A plain import of sympify is no use of it, and every use is then seen by its name.
    if alias.name == "sympify":
        return alias.asname is not None
    return alias.name in PARSERS or (module == "builtins" and alias.name in EVALUATORS)


def _is_evaluator(node: ast.Attribute) -> bool:
    # ``re.compile`` and a method ``eval`` of another object are harmless.
    builtin = isinstance(node.value, ast.Name) and node.value.id in {"builtins", "__builtins__"}
    return node.attr in PARSERS or (builtin and node.attr in EVALUATORS)


def length_violations(package: Path, limit: int) -> list[str]:
    """List files of more than ``limit`` lines."""
    return [
        f"{source.where(lines)}: {lines} lines, at most {limit}"
        for source in sources(package)
        if (lines := len(source.text.splitlines())) > limit
    ]


def docstring_violations(package: Path) -> list[str]:
    """List modules without a docstring."""
    return [
        f"{source.where(1)}: no module docstring"
        for source in sources(package)
        if not (ast.get_docstring(source.tree) or "").strip()
    ]


def map_violations(room: Path) -> list[str]:
    """List files and folders of a room that the map in its ``__init__`` does not name."""
    source = room / "__init__.py"
    shown = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    named = set(re.findall(r"\w+", shown))
    inside = {path.stem for path in room.glob("*.py")} | {
        path.parent.name for path in room.glob("*/*.py")
    }
    return [
        f"{room.name}: the map does not name {name}"
        for name in sorted(inside - named - {"__init__"})
    ]


# A sum prints its body with a name for its index: the only two files that cannot be parted.
PARTED = {("xavier_theory.symbolic.terms", "xavier_theory.symbolic.binding")}


def circle_in(package: Path, but: Set[tuple[str, str]] = frozenset()) -> list[str]:
    """A circle of files that import each other, also inside functions; empty if there is none.

    What is imported for annotations alone does not count, nor do the pairs in ``but``.
    """
    found = {
        ".".join(source.dotted).removesuffix(".__init__"): source for source in sources(package)
    }
    graph: dict[str, set[str]] = {}
    for name, source in found.items():
        typing = {
            line
            for node in ast.walk(source.tree)
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }
        named = {one.name for one in imports(source) if one.line not in typing}
        files = {n if n in found else n.rpartition(".")[0] for n in named} & found.keys()
        graph[name] = {file for file in files - {name} if (name, file) not in but}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def cycle_in(arrows: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the parts that are on a cycle or behind one; empty when the arrows point one way."""
    left = {part: set(targets) for part, targets in arrows.items()}
    while ready := [part for part, targets in left.items() if not targets & left.keys()]:
        for part in ready:
            del left[part]
    return sorted(left)
