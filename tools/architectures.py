"""The page docs/architectures.md: layer, rule, theorem, and what frameworks do there by default.

The rule is the theorem's own result and the factor its prediction, for the fans that ``xt.fans``
says the framework takes; ``architectures.toml`` says which, with the frameworks' sources. No
framework is needed. ``python -m tools.architectures`` writes the page; with ``--check`` it prints
what would change, and exits with 1 if anything would.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import sympy

from tools.frameworks import exact_value
from tools.pages import command, table
from xavier_theory.activations.moments import gaussian_moments
from xavier_theory.documents.formulas import inline, relation_latex
from xavier_theory.errors import InvalidInputError
from xavier_theory.frameworks.fans import fans
from xavier_theory.theorems import derive

PAGE = Path("docs/architectures.md")
FRAMEWORKS = ("torch", "keras", "jax")
_OPTIONS = ("groups", "transposed", "stride", "kind")
_INTRODUCTION = """<!-- Written by `python -m tools.architectures`; do not edit. -->
# What people build: rule, theorem, and what frameworks do

The rule is the theorem's own result. The factor is the theorem's prediction of what one such layer
(or the whole stream) makes of a mean square of 1 with the framework's default, in the example that
is named and before biases: 1 keeps it. Fans are those that the framework takes
([fans.md](fans.md)); activations see a standard normal signal. What each rule assumes stands on its
theorem's page. – is where a framework has no such layer."""


@lru_cache(maxsize=1)
def data() -> dict[str, Any]:
    """The rows, as they are written down."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def rule(row: Mapping[str, Any]) -> str:
    """The theorem's result, in LaTeX."""
    found = derive(row["theorem"])
    step = found.results[row.get("result", found.main[0])]
    return inline(relation_latex(step.relation, step.left, step.right))


def default_variance(row: Mapping[str, Any], framework: str) -> Fraction:
    """Var(W) of the framework's default for this row: its number over the fan that it takes."""
    default = data()["defaults"][row[framework][0]]
    options = {name: row[name] for name in _OPTIONS if name in row}
    known = fans(tuple(row["shape"]), layout="torch", **options)
    _require_sum(row, known.effective_in)
    fan_in, fan_out = known.taken[framework]
    taken = {"fan_in": Fraction(fan_in), "fan_avg": Fraction(fan_in + fan_out, 2)}
    besides = exact_value(default["times"]).midpoint if "times" in default else Fraction(1)
    return Fraction(default["scale"]) * besides / taken[default["fan"]]


def _require_sum(row: Mapping[str, Any], summed: Fraction) -> None:
    """Refuse an example whose theorem sums other products than its layer."""
    values = row["values"]
    said = values.get("fan_in") or values["channels"] * values["taps_inside"]
    if said != summed:
        raise InvalidInputError(
            f"{row['layer']}: the theorem takes a sum of {said} products, the layer has {summed}"
        )


def factor(row: Mapping[str, Any], framework: str) -> float:
    """What the example makes of a mean square of 1 with the framework's default."""
    values = {name: _value(row, framework, said) for name, said in row["values"].items()}
    theorem, result = row["by"]
    return float(derive(theorem).predict(result, **values))


def _value(row: Mapping[str, Any], framework: str, said: Any) -> Any:
    if said == "default":
        return default_variance(row, framework)
    if isinstance(said, str):
        return sympy.Rational(gaussian_moments(said).second_moment.midpoint)
    return said


def page() -> str:
    """The whole page."""
    versions = data()["versions"]
    titles = ["layer", "rule", "theorem", "example", *(versions[name] for name in FRAMEWORKS)]
    rows = table(titles, map(_cells, data()["row"]))
    return "\n\n".join([_INTRODUCTION, rows, "## Where the defaults stand", _sources()]) + "\n"


def _cells(row: Mapping[str, Any]) -> list[str]:
    theorem = row["theorem"]
    shown = (_shown(row, name) for name in FRAMEWORKS)
    place = f"[{theorem}](../proofs/{theorem}.md)"
    return [row["layer"], rule(row), place, row["example"], *shown]


def _shown(row: Mapping[str, Any], framework: str) -> str:
    if framework not in row:
        return "–"
    says = data()["defaults"][row[framework][0]]["says"]
    found = factor(row, framework)
    number = f"{found:,.0f}" if found >= 1000 else f"{found:.4g}"
    return f"{says}: ×{number}"


def _sources() -> str:
    lines = []
    for framework in FRAMEWORKS:
        places = dict.fromkeys(row[framework][1] for row in data()["row"] if framework in row)
        listed = ", ".join(f"`{place}`" for place in places)
        lines.append(f"- {data()['versions'][framework]}: {listed}.")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` say what would change."""
    return command("tools.architectures", PAGE, page, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
