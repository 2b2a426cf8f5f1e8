"""What the repository promises about its text, pins, documented names and light imports."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Hosts of sources that are cited, of tools' documentation, and of XML namespaces in figures.
CITED_HOSTS = frozenset(
    {
        "aman.ai", "arxiv.org", "creativecommons.org", "deeplearning.ai", "dlmf.nist.gov",
        "doi.org", "flintlib.org", "github.com", "jmlr.org", "keepachangelog.com", "keras.io",
        "matplotlib.org", "mlr.press", "neurips.cc", "numpy.org", "openreview.net", "purl.org",
        "python.org", "pytorch.org", "readthedocs.io", "scikit-learn.org", "scipy.org",
        "semver.org", "sympy.org", "tensorflow.org", "thecvf.com", "w3.org",
    }
)  # fmt: skip

_URL = re.compile(r"\b([a-z][a-z0-9+.-]*)://([^\s/\"'<>)\]}`,:?#\\]*)", re.IGNORECASE)
_PATTERNS = {
    "path of one machine": re.compile(r"(?a)(?<![\w.~])/(?:root|home|work|Users|opt|mnt|srv)/"),
    "path of one Windows machine": re.compile(r"\b[A-Z]:\\+Users\b"),
    "network address": re.compile(r"(?<![\w.=])(?!127\.0\.0\.1\b)(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"),
    "package index": re.compile(r"--(?:extra-)?index-url|--find[-]links|\bpypi\.org\b"),
    "file beside the repository": re.compile(r"(?<![\w/.])\.\./shared/"),
    "number of an issue without its project": re.compile(r"\bissues? #?\d{1,3}\b", re.IGNORECASE),
}
_UPPERCASE_PAGE = re.compile(r"\b[A-Z][A-Z_]+\.md\b")
_PIN = re.compile(r"[a-z0-9._-]+==\d[A-Za-z0-9.+!_-]*")


def tracked_files(root: Path) -> list[Path]:
    """Return the files that git tracks below ``root`` and that are there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    found = [root / name for name in listed if name and (root / name).is_file()]
    if not found:
        raise FileNotFoundError(f"git tracks no file below {root}")
    return found


def vendored_files(vendor: Path) -> frozenset[Path]:
    """The files below ``vendor`` that others wrote: those with a sum in ``vendored.toml``."""
    return frozenset(vendor / name for name in _vendored_sums(vendor))


def _vendored_sums(vendor: Path) -> dict[str, str]:
    packages = tomllib.loads((vendor / "vendored.toml").read_text(encoding="utf-8"))
    return {
        f"{package}/{name}": found
        for package, table in packages.items()
        for name, found in table["sha256"].items()
    }


def vendored_violations(vendor: Path) -> list[str]:
    """List vendored files that differ from what was published, or lack a sum or a licence."""
    sums = _vendored_sums(vendor)
    folders = sorted({name.split("/")[0] for name in sums})
    found = [
        f"{each} has no LICENSE" for each in folders if not (vendor / each / "LICENSE").is_file()
    ]
    present = {
        str(path.relative_to(vendor))
        for folder in folders
        for path in (vendor / folder).rglob("*")
        if path.is_file()
    }
    for name in sorted(sums.keys() | present):
        if name not in present:
            found.append(f"{name} is missing")
        elif name not in sums:
            found.append(f"{name} has no sum in vendored.toml")
        elif hashlib.sha256((vendor / name).read_bytes()).hexdigest() != sums[name]:
            found.append(f"{name} is not as it was published")
    return found


def text_violations(files: Iterable[Path], root: Path) -> list[str]:
    """List machine paths, hosts that are not citations, and pages named but not tracked.

    Latin-1 decodes any bytes, so figures are searched as well as text.
    """
    paths = list(files)
    pages = {path.name for path in paths}
    return [
        f"{path.relative_to(root)}:{number}: {what}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="latin-1").splitlines(), start=1)
        for what in _line_violations(line, pages)
    ]


def _line_violations(line: str, pages: set[str]) -> Iterator[str]:
    for what, pattern in _PATTERNS.items():
        if found := pattern.search(line):
            yield f"{what}: {found.group()}"
    for scheme, host in _URL.findall(line):
        if scheme.lower() not in {"http", "https"} or not _is_cited(host.lower()):
            yield f"host that is not a citation: {scheme}://{host}"
    for page in _UPPERCASE_PAGE.findall(line):
        if page not in pages:
            yield f"page that is not in the repository: {page}"


def _is_cited(host: str) -> bool:
    return any(host == cited or host.endswith(f".{cited}") for cited in CITED_HOSTS)


def pin_violations(text: str) -> list[str]:
    """List lines of a constraints file that are not ``name==version``, and names pinned twice."""
    lines = text.splitlines()
    found = [f"line {n}: {line!r}" for n, line in enumerate(lines, 1) if not _PIN.fullmatch(line)]
    names = [canonicalize_name(line.split("==")[0]) for line in lines]
    found += [f"{name} is pinned twice" for name in sorted(set(names)) if names.count(name) > 1]
    return found


def closure_violations(required: Iterable[str], pins: Mapping[str, str]) -> list[str]:
    """List what ``required`` pulls in, at any depth, that is not pinned or not as pinned.

    Follows the metadata of the installed packages; ``pins`` maps canonical names to versions.
    """
    found: list[str] = []
    waiting = [Requirement(text) for text in required]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        installed = importlib.metadata.version(name)
        if pins.get(name) != installed:
            found.append(f"{name}: installed {installed}, pinned {pins.get(name)}")
        if not requirement.specifier.contains(installed, prereleases=True):
            found.append(f"{name}: installed {installed}, required {requirement.specifier}")
        for text in importlib.metadata.requires(name) or []:
            inner = Requirement(text)
            choices = [{"extra": extra} for extra in (extras or {""})]
            if inner.marker is None or any(inner.marker.evaluate(choice) for choice in choices):
                waiting.append(inner)
    return sorted(found)


def read_pins(text: str) -> dict[str, str]:
    """Return canonical name -> version for the lines of a constraints file."""
    pairs = (line.split("==") for line in text.splitlines())
    return {canonicalize_name(name): version for name, version in pairs}


def project_table(pyproject: Path) -> dict[str, Any]:
    """Return the table ``[project]`` of a ``pyproject.toml``."""
    table: dict[str, Any] = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return table


# Extras that `make setup` leaves out: `make test-frameworks` installs them elsewhere.
FRAMEWORKS = frozenset({"torch", "keras", "jax"})


def declared_requirements(pyproject: Path) -> list[str]:
    """Return the dependencies of the project and of all its extras but the frameworks."""
    project = project_table(pyproject)
    extras = project["optional-dependencies"]
    texts = (text for name in extras.keys() - FRAMEWORKS for text in extras[name])
    return [*project["dependencies"], *texts]


def framework_requirements(pyproject: Path) -> list[str]:
    """Return what the extras of the frameworks ask for."""
    extras = project_table(pyproject)["optional-dependencies"]
    return [text for name in sorted(FRAMEWORKS) for text in extras[name]]


def documentation_violation(module: object, name: str) -> str | None:
    """Say what is wrong with the public ``name``, if anything is."""
    try:
        value = getattr(module, name)
    except (ImportError, AttributeError) as error:
        return f"{name} does not resolve: {error}"
    if isinstance(value, ModuleType) and not callable(value):
        return f"{name} is a module, which hides the function of that name"
    if not (vars(value).get("__doc__") if isinstance(value, type) else value.__doc__):
        return f"{name} has no docstring"
    return None


def modules_loaded_by(statement: str, folder: Path) -> frozenset[str]:
    """Return the top-level modules that ``statement`` loads in a new Python started in ``folder``.

    What the interpreter loads by itself (``.pth`` files included) is not counted.
    """
    code = (
        f"import sys; before = set(sys.modules); sys.path.insert(0, {str(folder)!r}); {statement}; "
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True
    )
    return frozenset(run.stdout.split())
