"""The folders of theorems: where they are, and what each holds.

A theorem is found by its ``proof.py``. What it needs besides the proof is loaded when it is asked
for, so that deriving samples nothing.
"""

from __future__ import annotations

import functools
import importlib
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from xavier_theory.errors import InvalidInputError, KernelError, UnknownNameError
from xavier_theory.theorems.statement import Statement

if TYPE_CHECKING:
    from sympy.core.basic import Basic

    from xavier_theory.continuous_models import ContinuousModel
    from xavier_theory.finite_models.stored.continuous import Continuous
    from xavier_theory.monte_carlo.experiments import Experiment
    from xavier_theory.monte_carlo.observed import Observed
    from xavier_theory.symbolic.assumptions import Assumption
    from xavier_theory.symbolic.derivations import Derivation
    from xavier_theory.symbolic.judgements import Context

__all__ = [
    "Theorem",
    "also_in",
    "derive",
    "further_places",
    "theorem_folder",
    "theorem_module",
    "theorems",
]

_PACKAGE = "xavier_theory.theorems"
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Theorem:
    """What a folder holds; ``proof`` is the module ``proof.py`` in it."""

    proof: ModuleType

    @property
    def statement(self) -> Statement:
        """The theorem in words."""
        stated: Statement = self.proof.STATEMENT
        return stated

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return Path(str(self.proof.__file__)).parent

    @property
    def solved(self) -> Mapping[str, Any]:
        """``SOLVED``: how finite models are built so that assumptions of unusual form hold."""
        found: Mapping[str, Any] = getattr(self.proof, "SOLVED", {})
        return found

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """``EXPERIMENTS``: how its results are sampled."""
        found: tuple[Experiment, ...] = self._experiment.EXPERIMENTS
        return found

    @property
    def observed(self) -> tuple[Observed, ...]:
        """``OBSERVED``, if any: what is seen in most networks, or in few, and no result says."""
        found: tuple[Observed, ...] = getattr(self._experiment, "OBSERVED", ())
        return found

    @property
    def sampled_names(self) -> list[str]:
        """The names of all that is sampled."""
        return [found.name for found in self.experiments] + [seen.name for seen in self.observed]

    def models(
        self, context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic]
    ) -> Sequence[ContinuousModel]:
        """``models``, if any: models of ``assumptions`` that this theorem alone needs."""
        if not (self.folder / "models.py").is_file():
            return ()
        found: Sequence[ContinuousModel] = _loaded(self.folder, "models", ("models",)).models(
            context, assumptions, terms
        )
        return found

    @property
    def wrong(self) -> Mapping[str, Any]:
        """``WRONG``: right-hand sides of the conclusion that the checks must refute, by name."""
        found: Mapping[str, Any] = self._experiment.WRONG
        return found

    @property
    def counterexamples(self) -> Path:
        """The file of what the search for counterexamples found, if it was searched."""
        return self.folder / "counterexamples.json"

    @property
    def continuous(self) -> Mapping[str, Continuous]:
        """``CONTINUOUS``: counterexamples with continuous laws, by the assumption without which."""
        if not (self.folder / "counterexamples.py").is_file():
            return {}
        found: Mapping[str, Continuous] = _loaded(
            self.folder, "counterexamples", ("CONTINUOUS",)
        ).CONTINUOUS
        return found

    @property
    def numbers(self) -> Mapping[str, Callable[[], Any]]:
        """``NUMBERS``: what encloses the numbers in its sentences, by the phrase they end."""
        if not (self.folder / "numbers.py").is_file():
            return {}
        found: Mapping[str, Callable[[], Any]]
        found = _loaded(self.folder, "numbers", ("NUMBERS",)).NUMBERS
        return found

    @property
    def slips(self) -> Path:
        """The file of reasons why changed formulas that nothing refutes are true, if any."""
        return self.folder / "slips.toml"

    @property
    def _experiment(self) -> ModuleType:
        return _loaded(self.folder, "experiment", ("EXPERIMENTS", "WRONG"))


def theorems() -> list[str]:
    """The names of all theorems, in reading order."""
    return list(_found())


def theorem_folder(name: str) -> Theorem:
    """The folder of the theorem called ``name``; ``UnknownNameError`` if there is none."""
    known = _found()
    if name not in known:
        raise UnknownNameError("theorem", name, known)
    return known[name]


def theorem_module(name: str) -> ModuleType:
    """The module ``proof.py`` of the theorem called ``name``; ``UnknownNameError`` without one."""
    return theorem_folder(name).proof


@functools.cache
def derive(name: str) -> Derivation:
    """The derivation of the theorem called ``name``; ``UnknownNameError`` if there is none.

    What a rule refuses is raised with its line in the folder.
    """
    theorem = theorem_folder(name)
    try:
        derivation: Derivation = theorem.proof.derive()
    except KernelError as error:
        error.args = (f"{error}{_where(error, theorem.folder)}", *error.args[1:])
        raise
    return derivation


def _where(error: BaseException, folder: Path) -> str:
    """The last line within ``folder`` that an error came through."""
    if isinstance(error, SyntaxError):
        return f" ({folder.name}/{Path(str(error.filename)).name}, line {error.lineno})"
    lines = [
        f" ({folder.name}/{Path(frame.filename).name}, line {frame.lineno})"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == folder
    ]
    return lines[-1] if lines else ""


@contextmanager
def also_in(*places: Path) -> Iterator[None]:
    """While it lasts, theorems are also found in the folders within each of ``places``.

    Raises ``InvalidInputError`` for a place that is no folder, and on the first look for a folder
    whose theorem is not called like it, or is called like another.
    """
    for place in places:
        if not place.is_dir():
            raise InvalidInputError(f"theorems are looked for in folders; {place} is none")
    new = [place.resolve() for place in places if place.resolve() not in _places()]
    path = sys.modules[_PACKAGE].__path__
    path.extend(map(str, new))
    _forget(new)
    try:
        yield
    finally:
        for place in new:
            path.remove(str(place))
        _forget(new)


def further_places() -> tuple[Path, ...]:
    """The places that ``also_in`` added."""
    return tuple(place for place in _places() if place != _HERE)


def _places() -> list[Path]:
    return [Path(place) for place in sys.modules[_PACKAGE].__path__]


def _forget(places: list[Path]) -> None:
    """Look again at the next question, and load anew what lies in ``places``, if there are any."""
    if not places:
        return
    _found.cache_clear()
    derive.cache_clear()
    importlib.invalidate_caches()
    ours, *theirs = (
        {path.parent.name for path in place.glob("*/proof.py")} for place in (_HERE, *places)
    )
    for name in set().union(*theirs) - ours:
        vars(sys.modules[_PACKAGE]).pop(name, None)
        for loaded in [key for key in sys.modules if f"{key}.".startswith(f"{_PACKAGE}.{name}.")]:
            del sys.modules[loaded]


@functools.cache
def _found() -> dict[str, Theorem]:
    """Every theorem by name, in reading order."""
    folders = [path.parent for place in _places() for path in sorted(place.glob("*/proof.py"))]
    first: dict[str, Path] = {}
    for folder in folders:
        if folder.name in first:
            raise InvalidInputError(f"one theorem is in {first[folder.name]} and in {folder}")
        first[folder.name] = folder
    found = [Theorem(_loaded(folder, "proof", ("STATEMENT", "derive"))) for folder in folders]
    for each in found:
        wanted = each.statement.name.replace("-", "_")
        if each.folder.name != wanted:
            raise InvalidInputError(
                f"{each.folder} holds the theorem {each.statement.name}; call it {wanted}"
            )
    ordered = sorted(found, key=lambda each: (each.statement.order, each.statement.name))
    return {each.statement.name: each for each in ordered}


def _loaded(folder: Path, part: str, names: tuple[str, ...]) -> ModuleType:
    """The module ``part`` of a theorem's folder, which must have these names."""
    if not (folder / f"{part}.py").is_file():
        raise InvalidInputError(f"a theorem has a file {part}.py; {folder} has none")
    try:
        module = importlib.import_module(f"{_PACKAGE}.{folder.name}.{part}")
    except Exception as error:  # whatever an author's file raises
        said = error.msg if isinstance(error, SyntaxError) else error
        raise InvalidInputError(
            f"{folder / part}.py cannot be loaded: {type(error).__name__}: {said}"
            f"{_where(error, folder)}"
        ) from error
    missing = [name for name in names if not hasattr(module, name)]
    if missing:
        raise InvalidInputError(f"{folder / part}.py must define {', '.join(missing)}")
    return module
