"""The command ``xavier-theory``; heavy modules load inside its commands: ``--help`` is quick."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from xavier_theory.cli.running import run

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``arguments``, by default the process's own, and exit with their status."""
    from xavier_theory.cli.commands import xavier_theory

    sys.exit(run(xavier_theory, list(sys.argv[1:] if arguments is None else arguments)))
