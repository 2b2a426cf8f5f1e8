"""Tab completion: the shell asks the program itself, by click's own protocol.

``eval "$(xavier-theory completion bash)"`` teaches a shell to ask. Names are looked up then, so
that what a user adds is completed too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem, get_completion_class, shell_complete

from xavier_theory.cli.running import PROGRAM
from xavier_theory.errors import InvalidInputError

VARIABLE = "_XAVIER_THEORY_COMPLETE"
SHELLS = ("bash", "zsh", "fish")

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def completed(names: Callable[[], Iterable[str]]) -> Complete:
    """What completes a word to one of ``names``, which are asked for when Tab is pressed."""

    def complete(
        context: click.Context, parameter: click.Parameter, word: str
    ) -> list[CompletionItem]:
        return [CompletionItem(name) for name in names() if name.startswith(word)]

    return complete


def _theorems() -> Iterable[str]:
    from xavier_theory.theorems import theorems

    return theorems()


def _activations() -> Iterable[str]:
    from xavier_theory.activations import activation_names
    from xavier_theory.activations.expressions.spellings import GATES

    return [*activation_names(), *GATES, "maxout"]


def _initializations() -> Iterable[str]:
    from xavier_theory.activations.initializations import known_names

    return known_names()


def _laws() -> Iterable[str]:
    from xavier_theory.monte_carlo.laws import LAWS

    return LAWS


theorem_names = completed(_theorems)
activation_names = completed(_activations)
initialization_names = completed(_initializations)
law_names = completed(_laws)


def words(*names: str) -> Complete:
    """What completes a word to one of a few."""
    return completed(lambda: names)


def answer(command: click.Command, instruction: str) -> int:
    """Answer a shell's question, which it asked in the environment; returns the exit status."""
    return shell_complete(command, {}, PROGRAM, VARIABLE, instruction)


@click.command()
@click.argument("shell", shell_complete=words(*SHELLS), metavar="bash|zsh|fish")
def completion(shell: str) -> None:
    """Print what makes a shell complete this command's names with Tab.

    \b
    Examples:
      xavier-theory completion bash >> ~/.bashrc
      xavier-theory completion zsh >> ~/.zshrc
      xavier-theory completion fish > ~/.config/fish/completions/xavier-theory.fish
    """
    found = get_completion_class(shell) if shell in SHELLS else None
    if found is None:
        raise InvalidInputError(f"completion is for {', '.join(SHELLS)}; got {shell[:40]!r}")
    # click asks the bash that it finds for its version; whoever reads this has one
    click.echo(found(click.Command(PROGRAM), {}, PROGRAM, VARIABLE).source_template % {
        "complete_func": "_xavier_theory_completion",
        "complete_var": VARIABLE,
        "prog_name": PROGRAM,
    })  # fmt: skip
