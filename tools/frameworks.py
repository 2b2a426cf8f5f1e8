"""The page docs/frameworks.md: numbers that frameworks ship, beside proven ones.

The frameworks' numbers are data with their sources (``framework_numbers.toml``); no framework is
needed. ``python -m tools.frameworks`` writes the page; with ``--check`` it prints
what would change, and exits with 1 if anything would.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from flint import arb, ctx

from tools.pages import command, table
from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.expressions.parsing import parse
from xavier_theory.activations.expressions.ranges import point, range_of
from xavier_theory.activations.gains import gain
from xavier_theory.activations.mean_field.phases import phase
from xavier_theory.activations.moments import gaussian_moments
from xavier_theory.errors import InvalidInputError
from xavier_theory.frameworks.initialization import truncated_std

PAGE = Path("docs/frameworks.md")
MARK = "<!-- Written by `python -m tools.frameworks`; do not edit. -->"
SHOWN = ("relu", "gelu", "silu", "tanh", "sigmoid", "elu", "selu")


@lru_cache(maxsize=1)
def numbers() -> dict[str, Any]:
    """The frameworks' numbers."""
    text = Path(__file__).with_name("framework_numbers.toml").read_text("utf-8")
    return tomllib.loads(text)


def correct_digits(printed: str, truth: Enclosure) -> int:
    """How many significant digits of ``printed`` are right: ⌊−log₁₀ of the relative error⌋.

    At most the number of digits that are printed.
    """
    written = len(Decimal(printed).normalize().as_tuple().digits)
    worst = max(abs(Fraction(printed) - end) for end in (truth.lower, truth.upper))
    digits = 0
    while digits < written and worst * 10 ** (digits + 1) <= truth.lower:
        digits += 1
    return digits


def exact_value(text: str) -> Enclosure:
    """The enclosure of a constant expression such as ``sqrt(2)``."""
    with ctx.workprec(128):
        values = range_of(parse(text), point(Fraction(0)))
        return Enclosure.from_arb(values.lower.union(values.upper))


def truncation_constant() -> Enclosure:
    """√(1 − 4p(2)/(2Φ(2) − 1)), the standard deviation of N(0, 1) between −2 and 2."""
    with ctx.workprec(256):
        density = arb(-2).exp() / (2 * arb.pi()).sqrt()
        inside = (arb(2) / arb(2).sqrt()).erf()
        return Enclosure.from_arb((1 - 4 * density / inside).sqrt())


def page() -> str:
    """The whole page."""
    parts = [MARK, "# Frameworks' numbers, beside proven ones", _INTRODUCTION]
    parts += ["## torch.nn.init.calculate_gain", _gain_text()]
    parts += ["## The 1/σ tables of normalizer-free networks", _gamma_text()]
    parts += ["## Truncated normals", _truncation_text()]
    parts += ["## What a layer has by default", _default_text()]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """Every number of ours is the nearest float to a proven enclosure
(see [activations.md](activations.md)); every number of a framework is copied from the file that is
named, and no framework is needed to make this page."""


def _gain_text() -> str:
    data = numbers()["torch"]
    rows = []
    for entry in data["gain"]:
        name, value = entry["ours"], exact_value(entry["value"])
        found = [gain(name, convention=c) for c in ("second-moment", "standard-deviation")]
        ours = [_number(g.enclosure) for g in found] + [_backward(name)]
        difference_now = value.value / found[0].value - 1
        rows.append(
            (entry["torch"], _expression(entry["value"], value), *ours,
             f"{difference_now:+.2%}" if abs(difference_now) > 1e-12 else "none", entry["note"])
        )  # fmt: skip
    titles = ("name", "torch", "second moment", "standard deviation", "backward",
              "torch against the second-moment gain", "what it is")  # fmt: skip
    return "\n\n".join(
        [
            f"Source: {data['source']} (torch {data['version']}), <{data['page']}>.",
            table(titles, rows),
            "Any other name is an error there: GELU, SiLU and the rest have no gain in torch.",
            _tanh_and_selu(),
        ]
    )


def _tanh_and_selu() -> str:
    """What torch's two gains that are no one's do over depth."""
    lines = ["What the two that are no convention's gain do over depth, without biases:", ""]
    for name, weight in (("tanh", Fraction(25, 9)), ("selu", Fraction(9, 16))):
        found = phase(name, weight)
        root = "5/3" if name == "tanh" else "3/4"
        if found.fixed_point is None or found.gradient_factor is None:
            raise InvalidInputError(f"the phase of {name} at {root} is not settled: {found.reason}")
        lines.append(
            f"- {name} at {root}: {found.name}; lengths go to q = {found.fixed_point.q.value:.4f}, "
            f"where gradients grow by χ₁ = {found.gradient_factor.value:.4f} per layer."
        )
    return "\n".join(lines)


def _gamma_text() -> str:
    data = numbers()["gamma"]
    rows, counts = [], []
    for name, printed in data["table"].items():
        truth = gain(name, convention="standard-deviation").enclosure
        if truth is None:
            raise InvalidInputError(f"the gain of {name} is not certified")
        right = correct_digits(printed, truth)
        error = float(Fraction(printed) / truth.midpoint - 1)
        if name != "linear":
            counts.append(right)
        shown = f"{error:+.1e}" if abs(error) > 1e-17 else "none"
        rows.append((name, printed, _number(truth), shown, str(right)))
    most = max(counts)
    exact_gelu, tanh_gelu = (
        gain(name, convention="standard-deviation") for name in ("gelu", "gelu_tanh")
    )
    titles = ("name", "table", "1/σ, proven", "relative error", "digits right")
    return "\n\n".join(
        [
            f"Source: {data['source']}, <{data['page']}>.",
            "They scale an activation to Var φ(Z) = 1: the standard-deviation gain. The table has "
            "the precision of 32-bit floats and the accuracy of a sample: but for the identity, "
            f"{min(counts)} to {most} digits are right, of up to 17 printed. celu and elu are one "
            "function, and log_sigmoid(z) = −softplus(−z); the table has two numbers for each of "
            "the two, which differ in the fourth digit. That is of no consequence for training.",
            table(titles, rows),
            "`jax.nn.gelu` is the tanh approximation unless told otherwise, and timm's is exact: "
            f"{_number(tanh_gelu.enclosure)} and {_number(exact_gelu.enclosure)}. Two entries are "
            "left out, as log_softmax and glu are not elementwise.",
        ]
    )


def _truncation_text() -> str:
    data = numbers()["truncation"]
    truth = truncation_constant()
    right = correct_digits(data["printed"], truth)
    return (
        f"`VarianceScaling` with a truncated normal divides by {data['printed']}, the standard "
        "deviation of N(0, 1) between −2 and 2, which is √(1 − 4p(2)/(2Φ(2) − 1)) = "
        f"{truth.decimals(20)[0]}…: {right} digits are right. So Var(W) is what was asked for. "
        "`torch.nn.init.trunc_normal_` makes no such correction, and cuts elsewhere: its ends a "
        "and b are absolute, ±2 whatever std is. With std = 0.02 nothing is cut that matters, and "
        "0.02 is what the weights have; with std = 1 they have 0.88. Only a = −2·std and b = 2·std "
        "cut at two standard deviations, as Keras and JAX do; the std to ask for is then the one "
        "wanted, divided by 0.8796.\n\n"
        f"{_ends_table()}\n\n"
        f"Sources: {'; '.join(data['sources'])}."
    )


def _ends_table() -> str:
    """What ``trunc_normal_`` with its own ends makes of some standard deviations."""
    rows = []
    for asked in ("0.02", "0.5", "1", "2"):
        cut = 2 / float(asked)
        kept = truncated_std(cut) if cut <= 8 else 1.0  # beyond, a double knows no difference
        rows.append((asked, f"{cut:g}", f"{float(asked) * kept:.6g}"))
    return table(
        ("std asked for", "cut at so many of it", "standard deviation of the weights"), rows
    )


def _default_text() -> str:
    rows = []
    for entry in numbers()["default"]:
        scale = Fraction(entry["scale"])
        factors = []
        for name in SHOWN:
            moment = gaussian_moments(name).second_moment
            factors.append(f"{float(scale * moment.midpoint):.3f}")
        rows.append((entry["layer"], entry["initializer"], entry["scale"], *factors))
    wanted = [f"{gain(name).value ** 2:.3f}" for name in SHOWN]
    rows.append(("the second-moment gain", "Var(W) = g²/fan", "g²", *wanted))
    titles = ("layer", "initializer", "fan·Var(W)", *SHOWN)
    sources = dict.fromkeys(entry["source"] for entry in numbers()["default"])
    return "\n\n".join(
        [
            "`kaiming_uniform_` with a = √5 has the gain √(2/(1 + 5)) = 1/√3 and draws from "
            "U(−1/√fan_in, 1/√fan_in): Var(W) = 1/(3·fan_in), a sixth of He's. The columns show "
            "what one layer of equal width makes of q = 1, before biases: fan·Var(W)·E[φ(Z)²]. The "
            "last row is the fan·Var(W) that makes it 1.",
            table(titles, rows),
            f"Sources: {'; '.join(sources)}.",
            "torch draws biases from the same interval, so that Var(b) = 1/(3·fan_in) too; Keras "
            "and JAX start them at 0.",
        ]
    )


def _expression(text: str, value: Enclosure) -> str:
    return text if text == "1" else f"{text} = {value.value:.6g}"


def _backward(name: str) -> str:
    moment = gaussian_moments(get_activation(name)).derivative_second_moment
    return (
        "none"
        if isinstance(moment, Infinity)
        else _number(gain(name, convention="backward").enclosure)
    )


def _number(value: Enclosure | None) -> str:
    if value is None:
        raise InvalidInputError("a gain of the catalogue is not certified")
    return f"{value.value:.16g}"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` say what would change."""
    return command("tools.frameworks", PAGE, page, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
