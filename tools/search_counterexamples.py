"""Answer "what breaks without it?" for the assumptions of theorems, and store the answers.

python -m tools.search_counterexamples [--again] [THEOREM ...]

A stored answer stays as long as the question is the same, so that after a change only what changed
is searched. Each answer is stored at once: what was interrupted goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from xavier_theory.errors import XavierTheoryError
from xavier_theory.finite_models.search.necessity import (
    NecessityResult,
    every_assumption,
    necessity,
    question,
)
from xavier_theory.finite_models.stored.counterexamples import store, stored_counterexamples
from xavier_theory.theorems import derive, theorem_folder, theorems

Say = Callable[[str], None]


@click.command()
@click.argument("names", metavar="[THEOREM]...", nargs=-1)
@click.option("--again", is_flag=True, help="Search also where the answer is known.")
def main(names: tuple[str, ...], again: bool) -> None:
    """Search the smallest counterexamples of theorems, and store them.

    Without names: of all theorems.
    """
    try:
        update(names, again, lambda text: click.echo(text, err=True))
    except XavierTheoryError as error:
        raise click.UsageError(str(error)) from None


def update(names: Iterable[str], again: bool, say: Say) -> None:
    """Answer what has no stored answer yet for the theorems called ``names`` (by default all)."""
    for name in list(names) or theorems():
        _update_theorem(name, again, say)


def _update_theorem(theorem: str, again: bool, say: Say) -> None:
    derivation, folder = derive(theorem), theorem_folder(theorem)
    path = folder.counterexamples
    before = stored_counterexamples(path)
    asked = {
        assumption.name: question(derivation, result, assumption)
        for result, assumption in every_assumption(derivation)
    }
    answers = {
        answer.assumption: answer
        for answer in before
        if not again and asked.get(answer.assumption) == answer.question
    }
    open_ = [name for name in asked if name not in answers]
    for place, name in enumerate(open_, 1):
        say(f"{derivation.name} ({place} of {len(open_)}): without {name} …")
        answers[name] = necessity(derivation, name, folder.continuous)
        say(f"  {_summary(answers[name])}")
        store(path, _in_order(asked, answers))
    if not open_ and _in_order(asked, answers) != list(before):
        store(path, _in_order(asked, answers))
    if not open_:
        say(f"{derivation.name}: every assumption has its answer")


def _in_order(asked: Iterable[str], answers: dict[str, NecessityResult]) -> list[NecessityResult]:
    return [answers[name] for name in asked if name in answers]


def _summary(result: NecessityResult) -> str:
    if result.kind == "counterexample":
        sides = f"left {result.left}, right {result.right}"
        return f"counterexample of {result.atoms} atoms, height {result.height}: {sides}"
    if result.kind == "none found":
        return f"none found in {result.models} models: {result.reason}"
    return f"{result.kind}: {result.reason}" if result.reason else result.kind


if __name__ == "__main__":
    main()
