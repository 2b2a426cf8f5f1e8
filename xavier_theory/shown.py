"""How objects print: each class names the functions that show it, which are imported when it does.

What an object is and how it is shown are two things: the text of a gain says how stable it is over
depth, which takes more than the gain. So the texts know the objects, and not the other way round.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

__all__ = ["Shown"]


class Shown:
    """A class written ``class Gain(Shown, text="package.module:function")``.

    ``text``: what ``print`` shows. ``markdown``, ``html``: what a notebook shows, where there is
    one. What else it has is shown by its own methods: ``data`` by ``to_json``, say.
    """

    _shown_by: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **functions: str) -> None:
        super().__init_subclass__()
        if functions:
            cls._shown_by = functions

    def _shown(self, how: str) -> Any:
        if how not in self._shown_by:
            return None
        module, _, function = self._shown_by[how].partition(":")
        return getattr(import_module(module), function)(self)

    def __str__(self) -> str:
        return str(self._shown("text"))

    def _repr_markdown_(self) -> str | None:
        found: str | None = self._shown("markdown")
        return found

    def _repr_html_(self) -> str | None:
        found: str | None = self._shown("html")
        return found
