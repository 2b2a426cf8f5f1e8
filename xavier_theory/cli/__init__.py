"""The command ``xavier-theory``; heavy modules load inside its commands: ``--help`` is quick."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``arguments``, by default the process's own, and exit with their status."""
    from xavier_theory.cli.stopping import Stop

    # Before anything that takes time to import: Ctrl-C may come then, too.
    with Stop(process_ends=arguments is None) as stop:
        from xavier_theory.cli.commands import xavier_theory
        from xavier_theory.cli.running import run

        question = os.environ.get("_XAVIER_THEORY_COMPLETE") if arguments is None else None
        if question:
            from xavier_theory.cli.completion import answer

            sys.exit(answer(xavier_theory, question))
        status = run(xavier_theory, list(sys.argv[1:] if arguments is None else arguments), stop)
    sys.exit(status)
