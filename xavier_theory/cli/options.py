"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class AtLeast(click.IntRange):
    """A whole number with a least value, refused in words that say so."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Read a text, as click asks."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a whole number of at least {self.min}", param, ctx)


SEED = AtLeast(min=0)
FOLDER = click.Path(path_type=Path, file_okay=False)
seeded = click.option(
    "--seed", type=SEED, default=0, show_default=True, help="Seed of every random draw."
)
