"""The command ``audit``."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from xavier_theory.cli.activation_commands import as_json
from xavier_theory.cli.output import print_json, progress
from xavier_theory.cli.running import REFUTED
from xavier_theory.errors import InvalidInputError
from xavier_theory.files import require_replaceable, write_whole

_HINT = "whole numbers from 1 with commas between, such as 32,3,224,224"


@click.command()
@click.argument("factory", metavar="PACKAGE.MODULE:FACTORY")
@click.option("--input", "shape", metavar="N[,N…]", help="Shape of a batch of noise.")
@click.option("--tokens", metavar="N,N", help="Shape of a batch of random tokens.")
@click.option("--vocabulary", type=click.IntRange(min=1), help="How many tokens there are; by "
              "default as many as the first embedding has.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Of the factory's draws, the batch and the run.")  # fmt: skip
@click.option("--redraws", type=click.IntRange(min=0), default=0, show_default=True,
              help="Forward passes with weights drawn again, that tell chance from structure: 0 or "
              "at least 8.")  # fmt: skip
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="FILE",
              help="Also write a page of its own.")  # fmt: skip
@as_json
@click.pass_context
def audit(
    context: click.Context, factory: str, shape: str | None, tokens: str | None,
    vocabulary: int | None, seed: int, redraws: int, page: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Hold a torch model against the theory: findings with cause, theorem and repair.

    FACTORY is a function without arguments that returns the model, or the model itself. It is the
    user's own code, and runs. Without --input and --tokens the parameters alone are audited. Exits
    with 1 if there is a deviation or a hazard.

    \b
    Examples:
      xavier-theory audit mypackage.models:make --input 32,3,224,224
      xavier-theory audit mypackage.models:make_gpt --tokens 4,128 --json
    """
    if shape is not None and tokens is not None:
        raise click.UsageError("--input and --tokens exclude each other", context)
    if page is not None:
        require_replaceable(page)
    sizes = None if shape is None and tokens is None else _sizes(shape or tokens or "")
    made = _function(factory)
    from xavier_theory.audit.auditing import audit as audit_of
    from xavier_theory.audit.auditing import require_torch
    from xavier_theory.audit.of_torch import running

    with progress("auditing"):
        model = running.made(made, factory, seed)
        require_torch(model)
        batch = None
        if sizes is not None:
            batch = running.noise(sizes, seed) if shape else running.tokens(
                model, sizes, vocabulary, seed
            )  # fmt: skip
        found = audit_of(model, batch, seed=seed, redraws=redraws)
    if page is not None:
        write_whole(page, found.to_html())
    print_json(found.to_json()) if as_json else click.echo(str(found))
    if not found.healthy:
        context.exit(REFUTED)


def _sizes(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and len(part) <= 9 and int(part) for part in parts):
        raise InvalidInputError(f"a shape is {_HINT}; got {text[:60]!r}")
    return tuple(int(part) for part in parts)


def _function(text: str) -> Any:
    """What the user names, imported; the current folder is searched first, as by ``python -m``."""
    module, colon, path = text.partition(":")
    names = [*module.split("."), *path.split(".")]
    if not colon or not all(name.isidentifier() for name in names):
        raise InvalidInputError(
            f"a model is named package.module:function, such as mymodels:make; got {text[:60]!r}"
        )
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = import_module(module)
    except ImportError as error:
        raise InvalidInputError(f"cannot import {module}: {error}") from None
    for name in path.split("."):
        if not hasattr(found, name):
            raise InvalidInputError(f"{module} has no {path}")
        found = getattr(found, name)
    return found
