"""The command ``conformance``."""

from __future__ import annotations

import click

from xavier_theory.cli.activation_commands import as_json
from xavier_theory.cli.output import print_json, print_table, progress
from xavier_theory.cli.running import REFUTED


@click.command()
@click.argument("framework", metavar="torch|keras|jax|flax")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--dtype", "dtypes", multiple=True, metavar="TYPE",
              help="A type such as bfloat16; may be given again. By default all.")  # fmt: skip
@click.option("--alpha", type=float, default=1e-6, show_default=True,
              help="Probability of any false accusation, at most.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of every random draw.")
@as_json
@click.pass_context
def conformance(
    context: click.Context,
    framework: str,
    names: tuple[str, ...],
    dtypes: tuple[str, ...],
    alpha: float,
    seed: int,
    as_json: bool,
) -> None:
    """Hold what a framework's initializers sample against what their documentation says.

    Without a NAME, all of them, in minutes. The framework must be installed; Keras runs on the
    backend that KERAS_BACKEND names. Exits with 1 if anything deviates.

    \b
    Examples:
      xavier-theory conformance torch
      xavier-theory conformance jax he_normal --dtype bfloat16
      xavier-theory conformance keras --seed 1 --json
    """
    from xavier_theory.conformance.run import conformance as held

    with progress("sampling initializers") as tell:
        found = held(framework, *names, dtype=dtypes or None, alpha=alpha, seed=seed, progress=tell)
    if as_json:
        print_json(found.to_json())
    else:
        click.echo("\n".join([found.heading, *found.remarks]))
        print_table(("initializer", "type", "verdict", "what"), found.rows())
    if not found.passed:
        context.exit(REFUTED)
