"""The command ``sample``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from xavier_theory.cli import showing
from xavier_theory.cli.activation_commands import as_json, parameter
from xavier_theory.cli.completion import activation_names, initialization_names, law_names, words
from xavier_theory.cli.options import seeded
from xavier_theory.cli.output import print_json, progress
from xavier_theory.cli.running import INTERRUPTED


@click.command()
@click.option("--width", type=int, required=True, help="Units in every layer.")
@click.option("--depth", type=int, required=True, help="Number of layers.")
@click.option("--activation", required=True, help="A name, or an expression in z.",
              shell_complete=activation_names)  # fmt: skip
@parameter
@click.option(
    "--init",
    "scheme",
    default="he",
    show_default=True,
    shell_complete=initialization_names,
    help="xavier, glorot, lecun, he, gain, orthogonal, orthogonal=GAIN, std=DEVIATION, or "
    "n·Var(W) as a number such as 1.5 or 25/9.",
)
@click.option("--backward", is_flag=True, help="Sample gradients too.")
@click.option("--networks", type=int, default=1, show_default=True, help="How many networks.")
@click.option("--law", default="normal", show_default=True, help="Law of the weights.",
              shell_complete=law_names)  # fmt: skip
@click.option(
    "--sampler",
    default="auto",
    show_default=True,
    shell_complete=words("auto", "norm-chain", "deferred", "orthogonal", "dense", "streamed"),
    help="norm-chain, deferred, orthogonal, dense, streamed; auto takes the cheapest exact one.",
)
@seeded
@as_json
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
@click.option(
    "--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw into this file."
)
@click.pass_context
def sample(
    context: click.Context,
    /,
    *,
    scheme: str,
    as_json: bool,
    as_csv: bool,
    plot: Path | None,
    parameters: tuple[str, ...],
    **options: Any,
) -> None:
    """Sample networks of any width: the second moment of signal and gradient, layer by layer.

    Predicted for infinite width, with a band for this width, and sampled exactly in law. An
    interruption prints the networks that are finished, and exits with 130.

    \b
    Examples:
      xavier-theory sample --width 4096 --depth 50 --activation tanh --init xavier --backward
      xavier-theory sample --width 1000000 --depth 100 --activation relu --networks 1000 --json
      xavier-theory sample --width 100 --depth 20 --activation gelu --init gain --plot gelu.svg
    """
    from xavier_theory.cli import sampling
    from xavier_theory.monte_carlo.sample_networks import sample as sample_of

    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other", context)
    if plot is not None:
        sampling.check_figure(plot)
    with progress("sampling networks") as tell:
        told = None if tell is None else lambda done: tell(f"sampling networks: {done}")
        given: dict[str, Any] = options | dict(showing.parsed_parameters(parameters))
        found = sample_of(init=scheme, progress=told, **given)
    if as_json:
        print_json(found.to_dict())
    elif as_csv:
        click.echo(sampling.csv_text(found), nl=False)
    else:
        sampling.print_sample(found)
    if plot is not None:
        sampling.draw_sample(found, plot)
    if found.interrupted:
        context.exit(INTERRUPTED)
