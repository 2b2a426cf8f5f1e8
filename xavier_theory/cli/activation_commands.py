"""The commands about activations: ``gain`` and ``phase``."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xavier_theory.activations.exact_numbers import exact_fraction, exact_square
from xavier_theory.cli import showing
from xavier_theory.cli.completion import activation_names, initialization_names, words
from xavier_theory.cli.output import print_json, progress

if TYPE_CHECKING:
    from xavier_theory.activations import Activation

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
parameter = click.option(
    "--parameter",
    "-p",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the activation; VALUE is a decimal or a fraction.",
)


budget = click.option(
    "--budget",
    type=int,
    default=None,
    metavar="N",
    help="Work allowed, in evaluations of a part of φ; beyond it there is an estimate.",
)


@click.command()
@click.argument("activation", shell_complete=activation_names)
@parameter
@click.option("--q", default="1", metavar="Q", show_default=True,
              help="Variance of the pre-activations, a decimal or a fraction.")  # fmt: skip
@click.option("--digits", type=int, default=None, metavar="N",
              help="Significant digits, up to 150; without it, those of a float.")  # fmt: skip
@click.option("--convention", default="second-moment", show_default=True,
              metavar="second-moment|standard-deviation|backward",
              shell_complete=words("second-moment", "standard-deviation", "backward"),
              help="What the gain keeps.")  # fmt: skip
@budget
@as_json
def gain(
    activation: str,
    parameters: tuple[str, ...],
    q: str,
    digits: int | None,
    convention: str,
    budget: int | None,
    as_json: bool,
) -> None:
    """The gain g of an activation, certified: Var(W) = g²/fan_in keeps the second moment.

    ACTIVATION is a name or an expression in z.

    \b
    Examples:
      xavier-theory gain relu
      xavier-theory gain "z*sigmoid(1.702*z)" --digits 50
      xavier-theory gain gelu --convention backward --json
      xavier-theory gain leaky_relu -p slope=1/100 --q 2
    """
    from xavier_theory.activations import gain as gain_of
    from xavier_theory.activations import gain_text
    from xavier_theory.activations.budget import PHASE, within_budget

    values = showing.parsed_parameters(parameters)
    variance = exact_fraction(q, "--q")
    found = gain_of(
        activation, q=variance, digits=digits, convention=convention, budget=budget, **values
    )
    with within_budget(budget, PHASE):  # for what it does over depth
        data, text = None, None
        if as_json:
            data = gain_text.gain_data(found, digits)
        else:
            text = gain_text.gain_text(found, digits)
    print_json(data) if text is None else click.echo(text)


@click.command()
@click.argument("activation", shell_complete=activation_names)
@parameter
@click.option("--weights-std", default="gain", metavar="S", show_default=True,
              shell_complete=initialization_names,
              help="σ_w, Var(W) = σ_w²/fan_in: a number, gain, he, xavier, scale=…")  # fmt: skip
@click.option("--bias-std", default="0", metavar="B", show_default=True,
              help="σ_b, where Var(b) = σ_b²: a number such as 0.05 or sqrt(2)/30.")  # fmt: skip
@click.option("--start", default="1", metavar="Q", show_default=True,
              help="Second moment of the first pre-activations.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.svg",
              help="Draw φ, its maps and the phase diagram into this file.")  # fmt: skip
@budget
@as_json
def phase(
    activation: str,
    parameters: tuple[str, ...],
    weights_std: str,
    bias_std: str,
    start: str,
    out: Path | None,
    budget: int | None,
    as_json: bool,
) -> None:
    """The phase of an activation, certified: ordered, critical or chaotic, with depth scales.

    ACTIVATION is a name or an expression in z. Numbers are exact: 1.5, 3/2, sqrt(2)/30.

    \b
    Examples:
      xavier-theory phase tanh --weights-std 1.5 --bias-std 0.1
      xavier-theory phase relu --weights-std "sqrt(2)" --json
      xavier-theory phase gelu --out gelu.svg
    """
    from xavier_theory.activations import as_activation
    from xavier_theory.activations import phase as phase_of
    from xavier_theory.activations.mean_field.phase_text import phase_data, phase_text
    from xavier_theory.documents import phase_figures

    if out is not None:
        phase_figures.require_drawing(out)
    known = as_activation(activation, **showing.parsed_parameters(parameters))
    variance = _weight_variance(weights_std, known)
    bias = exact_square(bias_std, "--bias-std")
    with progress("enclosing the maps"):
        found = phase_of(
            known, variance, bias, start=exact_fraction(start, "--start"), budget=budget
        )
    if out is not None:
        with progress("drawing"):
            phase_figures.draw_phase(found, out)
    print_json(phase_data(found)) if as_json else click.echo(phase_text(found))


def _weight_variance(text: str, activation: Activation) -> Fraction:
    """σ_w² from the command line: the square of a number, or what an initialization's name says."""
    from xavier_theory.activations.initializations import initialization

    if re.match(r"\s*[A-Za-z][\w-]*\s*($|=)", text) and text.strip() not in (
        "e",
        "pi",
        "nan",
        "inf",
    ):
        return initialization(text, activation).weight_variance
    return exact_square(text, "--weights-std")
