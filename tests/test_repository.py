"""What the repository promises holds for the repository itself."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

import xavier_theory
from tests import repository_checks as code
from tests import repository_text_checks as text

PUBLIC = frozenset(xavier_theory._HOME)


def test_imports_follow_the_arrows() -> None:
    assert code.arrow_violations(code.PACKAGE, code.ARROWS, PUBLIC) == []


def test_arrows_point_one_way() -> None:
    assert code.cycle_in(code.ARROWS) == []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert code.circle_in(code.PACKAGE, code.PARTED) == []


def test_core_imports_no_numerical_package() -> None:
    assert code.third_party_violations(code.PACKAGE, code.THIRD_PARTY) == []


def test_proofs_import_nothing_that_samples() -> None:
    assert code.proof_violations(code.PACKAGE, code.PROOF_ROOMS) == []


def test_deriving_every_theorem_loads_nothing_that_samples() -> None:
    statement = "import xavier_theory as xt; derived = [xt.derive(name) for name in xt.theorems()]"
    loaded = text.modules_loaded_by(f"{statement}; derived[30]", code.ROOT)
    assert {"sympy", "xavier_theory"} <= loaded
    assert not loaded & {"numpy", "scipy", "hypothesis"}


@pytest.mark.parametrize("folder", [code.PACKAGE, code.TOOLS, code.BENCHMARKS])
def test_nothing_that_is_shipped_rests_on_what_is_not(folder: Path) -> None:
    assert code.folder_violations(folder, code.FOLDERS) == []


def test_only_the_package_is_in_the_wheel() -> None:
    project = tomllib.loads((code.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert code.shipped_violations(project, code.FOLDERS, "xavier_theory") == []


def test_core_imports_nothing_dynamically() -> None:
    assert code.dynamic_import_violations(code.PACKAGE, frozenset({"symbolic"})) == []


@pytest.mark.parametrize("folder", [code.PACKAGE, code.TOOLS])
def test_library_code_neither_asserts_nor_evaluates_text(folder: Path) -> None:
    assert code.construct_violations(folder) == []


@pytest.mark.parametrize("folder", [code.PACKAGE, code.TOOLS])
def test_library_files_are_short(folder: Path) -> None:
    assert code.length_violations(folder, code.MAX_LINES) == []


@pytest.mark.parametrize("folder", [code.PACKAGE, code.TOOLS])
def test_library_modules_have_docstrings(folder: Path) -> None:
    assert code.docstring_violations(folder) == []


@pytest.mark.parametrize("room", code.MAPPED, ids=lambda room: room.name)
def test_a_room_opens_with_a_map_of_its_files(room: Path) -> None:
    assert code.map_violations(room) == []


def test_tracked_files_name_no_machine_and_no_host() -> None:
    vendored = text.vendored_files(code.PACKAGE / "explorer" / "static" / "vendor")
    files = [path for path in text.tracked_files(code.ROOT) if path not in vendored]
    assert text.text_violations(files, code.ROOT) == []


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-frameworks.txt"])
def test_constraints_are_pins_and_nothing_else(name: str) -> None:
    pins = (code.ROOT / name).read_text(encoding="utf-8")
    assert text.pin_violations(pins) == []


def test_constraints_cover_all_that_is_installed_for_the_project() -> None:
    pins = text.read_pins((code.ROOT / "constraints.txt").read_text(encoding="utf-8"))
    required = text.declared_requirements(code.ROOT / "pyproject.toml")
    assert text.closure_violations(required, pins) == []


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_name_resolves_and_is_documented(name: str) -> None:
    assert text.documentation_violation(xavier_theory, name) is None


def test_public_names_are_listed_alike_everywhere() -> None:
    """The dict of homes, ``__all__``, ``dir()`` and the block for type checkers agree."""
    tree = ast.parse((code.PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == xavier_theory._HOME
    assert sorted(xavier_theory.__all__) == sorted(PUBLIC)
    assert dir(xavier_theory) == sorted(PUBLIC | {"__version__"})


def test_every_error_of_the_package_is_public() -> None:
    errors = {name for name, home in xavier_theory._HOME.items() if home == "xavier_theory.errors"}
    from xavier_theory import errors as module

    assert errors == set(module.__all__)


def test_version_is_the_installed_one() -> None:
    project = text.project_table(code.ROOT / "pyproject.toml")
    assert xavier_theory.__version__ == project["version"]


def test_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'thorems'"):
        _ = xavier_theory.thorems


def test_import_loads_only_the_standard_library() -> None:
    loaded = text.modules_loaded_by("import xavier_theory", code.ROOT)
    assert "xavier_theory" in loaded
    assert loaded - {"xavier_theory"} <= code.sys.stdlib_module_names


@pytest.mark.parametrize(
    "statement",
    [
        "import xavier_theory as xt; names = xt.theorems(); xt.theorems.he_variance",
        "import xavier_theory.theorems; names = xavier_theory.theorems()",
        "from xavier_theory.theorems.he_variance import proof; from xavier_theory import theorems; "
        "names = theorems(); proof.STATEMENT",
        "from xavier_theory.api import theorems; names = theorems(); import xavier_theory as xt; "
        "xt.theorems.he_variance",
    ],
)
def test_a_subpackage_is_the_function_of_its_name(statement: str) -> None:
    check = f"{statement}; names[0] == 'product-variance' or sys.exit('wrong names')"
    assert "xavier_theory" in text.modules_loaded_by(check, code.ROOT)


def test_a_module_is_the_function_of_its_name() -> None:
    statement = "import xavier_theory.claims as module, xavier_theory as xt; module.ledger"
    check = f"{statement}; callable(xt.claims) or sys.exit('not callable')"
    assert "xavier_theory" in text.modules_loaded_by(check, code.ROOT)
