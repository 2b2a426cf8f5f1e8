"""The notebook for a class, docs/notebook.ipynb, run anew: its outputs are what its cells print.

python -m tests.documents.make_notebook [--check]

Its cells are written by hand, in Jupyter or an editor; the outputs are written here, without
Jupyter: what is printed, and what the last expression of a cell shows itself as.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xavier_theory.documents.publishing import difference
from xavier_theory.files import write_whole

PAGE = Path("docs/notebook.ipynb")
_SHOWN = {
    "text/html": "_repr_html_", "text/latex": "_repr_latex_", "text/markdown": "_repr_markdown_",
}  # fmt: skip


def rendered(notebook: str) -> str:
    """The notebook with its code cells run, in order and in one namespace."""
    data = json.loads(notebook)
    names: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            count += 1
            cell["execution_count"] = count
            cell["outputs"] = _outputs("".join(cell["source"]), names, count)
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _outputs(source: str, names: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """What one cell prints, and then what its last expression shows itself as."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, str(PAGE), "exec"), names)  # noqa: S102 (the notebook's own cells)
        value = None
        if isinstance(last, ast.Expr):
            expression = compile(ast.Expression(last.value), str(PAGE), "eval")
            value = eval(expression, names)  # noqa: S307
    found: list[dict[str, Any]] = []
    if printed.getvalue():
        text = _lines(printed.getvalue())
        found.append({"name": "stdout", "output_type": "stream", "text": text})
    if value is not None:
        data = {
            kind: _lines(text)
            for kind, method in _SHOWN.items()
            if hasattr(value, method) and (text := getattr(value, method)()) is not None
        }
        data["text/plain"] = _lines(repr(value))
        found.append(
            {"data": data, "execution_count": count, "metadata": {},
             "output_type": "execute_result"}
        )  # fmt: skip
    return found


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main(arguments: Sequence[str]) -> int:
    """Write the outputs, or with ``--check`` say what would change."""
    if list(arguments) not in ([], ["--check"]):
        sys.stderr.write("usage: python -m tests.documents.make_notebook [--check]\n")
        return 2
    anew = rendered(PAGE.read_text(encoding="utf-8"))
    if arguments:
        changes = difference(PAGE, anew)
        sys.stdout.write(changes)
        return 1 if changes else 0
    write_whole(PAGE, anew)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
