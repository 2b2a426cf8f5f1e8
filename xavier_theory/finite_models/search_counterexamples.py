"""Search the smallest counterexamples of theorems again, and store them.

python -m xavier_theory.finite_models.search_counterexamples [--theorem NAME]
"""

from __future__ import annotations

import click

from xavier_theory.finite_models.counterexamples import PATH, store
from xavier_theory.finite_models.necessity import NecessityResult, every_assumption, necessity
from xavier_theory.theorems import derive, theorems


@click.command()
@click.option("--theorem", "names", multiple=True, help="Search this theorem only.")
def main(names: tuple[str, ...]) -> None:
    """Search the smallest counterexamples of theorems again, and store them."""
    for theorem in names or theorems():
        derivation = derive(theorem)
        found = []
        for _, assumption in every_assumption(derivation):
            click.echo(f"{theorem}: without {assumption.name} … ", nl=False, err=True)
            result = necessity(derivation, assumption)
            found.append(result)
            click.echo(_summary(result), err=True)
        if found:
            store(found)
    click.echo(f"stored in {PATH.name}", err=True)


def _summary(result: NecessityResult) -> str:
    if result.kind == "counterexample":
        sides = f"left {result.left}, right {result.right}"
        return f"atoms {result.atoms}, height {result.height}: {sides}"
    if result.kind == "none found":
        return f"none found in {result.models} models"
    return result.kind


if __name__ == "__main__":
    main()
