"""The command ``fans``."""

from __future__ import annotations

from typing import Any

import click

from xavier_theory.cli.activation_commands import as_json
from xavier_theory.cli.completion import words
from xavier_theory.cli.output import print_json
from xavier_theory.errors import InvalidInputError

_HINT = "whole numbers with commas between, such as 64,32,3,3"


@click.command()
@click.argument("shape")
@click.option("--layout", metavar="torch|keras|jax", help="What the axes of SHAPE mean; needed.",
              shell_complete=words("torch", "keras", "jax"))  # fmt: skip
@click.option("--kind", metavar="depthwise|embedding", help="Where SHAPE does not show it.",
              shell_complete=words("depthwise", "embedding"))  # fmt: skip
@click.option("--groups", type=int, default=1, show_default=True, help="Of a convolution.")
@click.option("--transposed", is_flag=True, help="The convolution is transposed.")
@click.option("--stride", default="1", show_default=True, metavar="N[,N…]", help="Stride.")
@click.option("--dilation", default="1", show_default=True, metavar="N[,N…]", help="Dilation.")
@click.option("--input-size", metavar="N[,N…]", help="The input's positions; then borders count.")
@click.option("--padding", default="0", show_default=True, metavar="N[,N…]|N:N[,N:N…]|NAME",
              help="At both ends, before:after, or same, valid, causal.")  # fmt: skip
@click.option("--padding-mode", default="zeros", show_default=True,
              metavar="zeros|circular|reflect|replicate", help="What is padded with.")  # fmt: skip
@click.option("--output-padding", metavar="N[,N…]", help="Of a transposed convolution.")
@click.option("--equation", metavar="EINSUM", help="input,weight->output, such as btd,dhk->bthk.")
@click.option("--in-axis", metavar="N[,N…]", help="As given to JAX' variance_scaling.")
@click.option("--out-axis", metavar="N[,N…]", help="As given to JAX' variance_scaling.")
@click.option("--batch-axis", metavar="N[,N…]", help="As given to JAX' variance_scaling.")
@as_json
def fans(shape: str, as_json: bool, **told: Any) -> None:
    """The fans of a weight: what frameworks take, and what is really summed.

    SHAPE has whole numbers with commas between. An output of the layer sums as many products as its
    effective fan_in, an entry of the gradient as its effective fan_out.

    \b
    Examples:
      xavier-theory fans 64,32,3,3 --layout torch --groups 4 --stride 2
      xavier-theory fans 3,3,32,64 --layout keras --padding same --input-size 32,32
      xavier-theory fans 512,8,64 --layout jax --equation "btd,dhk->bthk" --json
    """
    from xavier_theory.frameworks.fans import fans as fans_of

    several = ("stride", "dilation", "input_size", "output_padding", "in_axis", "out_axis",
               "batch_axis")  # fmt: skip
    for name in several:
        if told[name] is not None:
            told[name] = _one_or_several(told[name], f"--{name.replace('_', '-')}")
    told["padding"] = _padding(told["padding"])
    found = fans_of(_numbers(shape, "SHAPE"), **told)
    print_json(found.to_json()) if as_json else click.echo(str(found))


def _numbers(text: str, what: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.strip("() ,").split(",")]
    if not all(part.lstrip("-").isdecimal() and len(part) <= 18 for part in parts):
        raise InvalidInputError(f"{what} is {_HINT}; got {text[:60]!r}")
    return tuple(int(part) for part in parts)


def _one_or_several(text: str, what: str) -> Any:
    values = _numbers(text, what)
    return values[0] if len(values) == 1 else values


def _padding(text: str) -> Any:
    if text.isalpha():
        return text
    if ":" not in text:
        return _one_or_several(text, "--padding")
    pairs = [tuple(_numbers(end, "--padding")[0] for end in p.split(":")) for p in text.split(",")]
    return tuple(pairs)
