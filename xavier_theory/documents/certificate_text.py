"""Certificates as JSON text that a diff can show: sorted keys, short parts on one line."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 110


def certificate_text(data: Any) -> str:
    """``data`` as JSON; what fits on a line of ``WIDTH`` characters stands on one."""
    return _text(data, 0) + "\n"


def _text(data: Any, depth: int) -> str:
    line = json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False)
    if len(line) + depth <= WIDTH or not isinstance(data, dict | list) or not data:
        return line
    inside = " " * (depth + 1)
    if isinstance(data, dict):
        items = [
            f"{json.dumps(key, ensure_ascii=False)}: {_text(data[key], depth + 1)}"
            for key in sorted(data)
        ]
        opening, closing = "{}"
    else:
        items = [_text(item, depth + 1) for item in data]
        opening, closing = "[]"
    return f"{opening}\n{inside}" + f",\n{inside}".join(items) + f"\n{' ' * depth}{closing}"
