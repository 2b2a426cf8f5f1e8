"""What a worker runs: questions in JSON, answers in JSON; ``python -m`` this reads them by lines.

Every answer is a function from the request's data to plain values. A user's mistake becomes status
422 with the name of the field beside which it is shown.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from xavier_theory.errors import XavierTheoryError
from xavier_theory.explorer.setups import FieldError

__all__ = ["QUESTIONS", "answer", "main"]

QUESTIONS: Mapping[str, tuple[str, str]] = {
    "options": ("options", "options"),
    "signal": ("signal_panel", "signal"),
    "activation": ("activation_panel", "activation"),
    "phases": ("phase_panel", "phases"),
    "theorem": ("theorem_panel", "theorem"),
    "theorems": ("theorem_panel", "titles"),
    "start": ("training_panel", "start"),
    "advance": ("training_panel", "advance"),
}
"""Question -> module and function; modules load when they are asked first."""


def answer(name: str, text: str) -> tuple[int, str]:
    """Status and JSON body of the answer to ``name`` with the request's body ``text``."""
    try:
        data = json.loads(text, parse_constant=_refused) if text else {}
    except (ValueError, RecursionError):
        return 400, _json({"error": "the request is not JSON"})
    if not isinstance(data, dict):
        return 400, _json({"error": "the request is not a JSON object"})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # overflows are part of the answer
            return 200, _json(_function(name)(data))
    except FieldError as error:
        return 422, _json({"error": str(error), "field": error.field})
    except XavierTheoryError as error:
        return 422, _json({"error": str(error), "field": None})


def _function(name: str) -> Callable[[dict[str, Any]], Any]:
    module, function = QUESTIONS[name]
    found: Callable[[dict[str, Any]], Any] = getattr(
        import_module(f"xavier_theory.explorer.{module}"), function
    )
    return found


def _json(data: Any) -> str:
    return json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def main() -> None:
    """Answer questions from standard input until it ends."""
    for line in sys.stdin:
        name, text = json.loads(line)
        try:
            found = answer(name, text)
        except Exception as error:  # noqa: BLE001 - a bug is told, and ends no session
            found = 500, _json({"error": f"a bug: {type(error).__name__}: {error}"})
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
