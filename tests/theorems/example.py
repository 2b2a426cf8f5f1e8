"""The theorem that the architecture page shows in full, as files."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
NAME = "sum-variance"


def write_example(place: Path, folder: str = "sum_variance") -> Path:
    """Write ``proof.py`` and ``experiment.py``, as the page has them, into ``place``."""
    page, path = PAGE.read_text(encoding="utf-8"), place / folder
    path.mkdir(parents=True)
    for file in ("proof.py", "experiment.py"):
        (text,) = re.findall(rf"^```python {file}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        (path / file).write_text(text, encoding="utf-8")
    return path
