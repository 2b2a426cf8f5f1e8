"""The exercises of docs/lecture.md: what each theorem says, what does not hold, and what breaks.

python -m tools.lecture [--check]

The page is written by hand but for the parts between ``<!-- NAME -->`` and ``<!-- /NAME -->``, each
about the theorem NAME; they come from the theorem's own folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from xavier_theory.documents.formulas import inline, relation_latex, step_display
from xavier_theory.documents.generated_parts import with_parts
from xavier_theory.documents.prose import prose
from xavier_theory.errors import XavierTheoryError
from xavier_theory.finite_models.search.necessity import NecessityResult
from xavier_theory.finite_models.stored.counterexamples import stored_counterexamples
from xavier_theory.theorems import Theorem, derive, theorem_folder

PAGE = Path("docs/lecture.md")
_BEGIN = re.compile(r"^<!-- ([\w-]+) -->$", re.MULTILINE)


def path(page: str) -> list[str]:
    """The theorems on the path through ``page``, in its order."""
    return _BEGIN.findall(page)


def rendered(page: str) -> str:
    """``page`` with its parts made anew.

    Raises ``UnknownNameError`` for a part about no theorem, and as ``with_part`` does.
    """
    return with_parts(page, {name: _part(name) for name in path(page)})


def _part(name: str) -> str:
    derivation, folder = derive(name), theorem_folder(name)
    said = [step_display(derivation.results[main]) for main in derivation.main]
    proof = f"[{folder.statement.title}](../proofs/{name}.md): the proof, step by step."
    return "\n\n".join([*said, proof, *_wrong(name, folder), *_without(name, folder)])


def _wrong(name: str, folder: Theorem) -> Iterator[str]:
    """The formulas that must be refuted; each is an exercise."""
    if folder.wrong:
        answers = f"../proofs/{name}.md#controls-wrong-formulas-which-the-checks-must-refute"
        yield (
            "**Exercise.** None of these holds. Find numbers and random variables for which it "
            f"fails. ([What refuted them]({answers}).)"
        )
        yield "\n".join(
            f"{number}. {prose(label)}: {formula}"
            for number, (label, formula) in enumerate(_formulas(name, folder), 1)
        )


def _formulas(name: str, folder: Theorem) -> Iterator[tuple[str, str]]:
    """Each wrong formula with its label: right-hand sides, or a pair of a lower and an upper."""
    derivation = derive(name)
    steps = [derivation.results[main] for main in derivation.main]
    for label, wrong in folder.wrong.items():
        sides = wrong if isinstance(wrong, tuple) else (wrong,)
        found = []
        for step, side in zip(steps, sides, strict=len(sides) > 1):
            lower = len(sides) > 1 and step is steps[0]
            pair = (side, step.right) if lower else (step.left, side)
            found.append(inline(relation_latex(step.relation, *pair)))
        yield label, " and ".join(found)


def _without(name: str, folder: Theorem) -> Iterator[str]:
    """The assumptions of the conclusion without which it fails; each is an exercise."""
    needed = [
        result
        for result in stored_counterexamples(folder.counterexamples)
        if result.needed and result.result in derive(name).main
    ]
    if needed:
        answers = f"../proofs/{name}.md#what-breaks-without-each-assumption"
        yield (
            "**Exercise.** What breaks without one of these? Keep the others, and find a model. "
            f"([The smallest ones]({answers}).)"
        )
        yield "\n".join(
            f"- {result.assumption.replace('_', ' ')} {_size(result)}" for result in needed
        )


def _size(result: NecessityResult) -> str:
    if result.atoms is None:
        return "(it takes a continuous law)"
    if result.atoms == 1:
        return "(numbers without chance will do)"
    return f"({result.atoms} outcomes will do)"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the page is stale.")
def main(check: bool) -> None:
    """Write the exercises of docs/lecture.md anew."""
    try:
        text = PAGE.read_text(encoding="utf-8")
        new = rendered(text)
    except (OSError, XavierTheoryError) as error:
        raise click.UsageError(f"{PAGE}: {error}") from None
    if check:
        raise SystemExit(new != text)
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
