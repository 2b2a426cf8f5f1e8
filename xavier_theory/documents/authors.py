"""The page for authors: what a theorem's folder is written with, from the docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from xavier_theory import statistics
from xavier_theory.documents.formulas import inline, latex
from xavier_theory.finite_models.stored.continuous import Continuous
from xavier_theory.monte_carlo import (
    activated_layers,
    asked_layers,
    exact_training,
    laws,
    length_maps,
    linear_layers,
    quantities,
    sums_of_squares,
)
from xavier_theory.symbolic import assumptions, terms
from xavier_theory.symbolic.tactics import RULES
from xavier_theory.theorems import symbols

_TITLE = """\
# For authors of theorems

What `proof.py`, `experiment.py` and `counterexamples.py` are written with; `docs/architecture.md`
has a whole folder as an example. Generated from the docstrings by `xavier-theory prove`.
"""
_RULES = """\
## Rules

Every rule is a method of a proof `p = Proof(name, CONTEXT)` and returns a step, *premises ⟹
conclusion*. A rule that does not apply raises, and says what is missing.
"""
_CONSTRUCTORS = ("scalar", "random_family", "random_variable", "constants", "function")
_HELPERS = (
    quantities,
    laws,
    linear_layers,
    activated_layers,
    asked_layers,
    sums_of_squares,
    length_maps,
    exact_training,
)


def authors_page() -> str:
    """The page, as Markdown."""
    parts = (_rules(), _assumptions(), _symbols(), _tests(), _helpers(), _counterexamples())
    return "\n".join([_TITLE, *(line for part in parts for line in part)]) + "\n"


def _rules() -> Iterator[str]:
    yield _RULES
    for name, function in RULES.items():
        yield _entry(f"p.{name}", function, "book")


def _assumptions() -> Iterator[str]:
    yield "## Assumptions\n"
    yield "Functions of `xavier_theory.symbolic.assumptions`; `name` is a sentence.\n"
    for name, function in vars(assumptions).items():
        public = inspect.isfunction(function) and not name.startswith("_")
        if public and inspect.signature(function).return_annotation == "Assumption":
            yield _entry(name, function, "")


def _symbols() -> Iterator[str]:
    yield "## Symbols\n"
    yield (
        "Functions of `xavier_theory.symbolic.terms`, which also has `E`, `Var`, `Cov`, `relu`, "
        "`sigmoid` and `EVERY`; sums and products are `sum_over`, `product_over` of `binding`. "
        f"The domains are {', '.join(f'`{name}`' for name in terms.DOMAINS)}: `width` is a whole "
        "number >= 1, `natural` one >= 0.\n"
    )
    for name in _CONSTRUCTORS:
        yield _entry(name, getattr(terms, name), "")
    yield "`xavier_theory.theorems.symbols` has these, for all theorems:\n"
    yield from _table(("name", "is", "looks"), _shared())


def _shared() -> Iterator[tuple[str, str, str]]:
    for name, found in vars(symbols).items():
        if isinstance(found, terms.Symbol):
            yield f"`{name}`", f"scalar, {terms.domain_of(found)}", inline(latex(found))
        elif isinstance(found, terms.Entry):
            yield f"`{name}`", "random variable", inline(latex(found))
        elif isinstance(found, terms.Family):
            kind = "random family" if found.random else f"constants, {found.domain}"
            indices = ((symbols.l,) if name.startswith("layer_") else ()) + (symbols.i, symbols.j)
            count = f"{found.arity} index" if found.arity == 1 else f"{found.arity} indices"
            yield f"`{name}`", f"{kind}; {count}", inline(latex(found[indices[: found.arity]]))


def _tests() -> Iterator[str]:
    yield "## Statistical tests\n"
    yield (
        "Classes of `xavier_theory.statistics`, for `SampledQuantity(test, draw)`. *Exact*: by the "
        "law of the estimate itself. *Finite-sample bound*: by an inequality that holds at every "
        "sample size. What a verdict promises is in `docs/error-rates.md`.\n"
    )
    found = [vars(statistics)[name] for name in statistics.__all__]
    tests = [test for test in found if hasattr(test, "run") and hasattr(test, "guarantee")]
    rows = [
        (f"`{_call(test.__name__, test)}`", _first(test), test.guarantee)
        for test in tests
        if not inspect.isabstract(test)
    ]
    exact = statistics.DeterministicCheck
    rows.append((f"`{_call(exact.__name__, exact)}`", _first(exact), "deterministic"))
    yield from _table(("test", "of what", "guarantee"), rows)


def _helpers() -> Iterator[str]:
    yield "## What experiments draw\n"
    yield "Of `xavier_theory.monte_carlo`, by module; what serves one theorem lies in its folder.\n"
    rows = [
        (f"`{module.__name__.rpartition('.')[2]}`", f"`{_call(name, made)}`", _first(made))
        for module in _HELPERS
        for name, made in vars(module).items()
        if getattr(made, "__module__", "") == module.__name__ and name in module.__all__
        if inspect.isclass(made) or inspect.isfunction(made)
    ]
    yield from _table(("module", "what", "is"), rows)


def _counterexamples() -> Iterator[str]:
    yield "## Counterexamples with continuous laws\n"
    yield (
        "`counterexamples.py` has `CONTINUOUS`: the name of the assumption that is dropped → a "
        "`Continuous` of `xavier_theory.finite_models.stored.continuous`.\n"
    )
    yield _entry("Continuous", Continuous, "")


def _entry(name: str, function: Callable[..., Any], hidden: str) -> str:
    return f"### `{_call(name, function, hidden)}`\n\n{_markdown(inspect.getdoc(function) or '')}\n"


def _call(name: str, function: Callable[..., Any], hidden: str = "") -> str:
    signature = inspect.signature(function)
    taken = [
        p.replace(annotation=p.empty, default=_Named.of(p.default))
        for p in signature.parameters.values()
    ]
    star = [p for p in taken if p.kind is p.KEYWORD_ONLY][:1]
    variadic = any(p.kind is p.VAR_POSITIONAL for p in taken)
    shown = [f"*, {p}" if p in star and not variadic else str(p) for p in taken if p.name != hidden]
    return f"{name}({', '.join(shown)})"


class _Named(str):
    """A class or function as a default, by its name."""

    @classmethod
    def of(cls, default: Any) -> Any:
        callable_ = callable(default) and default is not inspect.Parameter.empty
        return cls(default.__name__) if callable_ else default

    __repr__ = str.__str__


def _first(made: Any) -> str:
    return _markdown((inspect.getdoc(made) or "").partition("\n\n")[0].replace("\n", " "))


def _markdown(text: str) -> str:
    return re.sub(r"``([^`]*)``", r"`\1`", text)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    for cells in (names, ["---"] * len(names), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""
