"""The notebook for a class: its outputs are what its cells print today, and it is a notebook."""

from __future__ import annotations

import json
import re

from tests.documents.make_notebook import PAGE, rendered
from tests.repository_checks import ROOT

TEXT = (ROOT / PAGE).read_text(encoding="utf-8")


def test_the_outputs_are_what_the_cells_print() -> None:
    assert rendered(TEXT) == TEXT, "run python -m tests.documents.make_notebook, and read it"


def test_a_changed_cell_has_other_outputs() -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["print(2)\n", "1 + 2"]}
    (found,) = json.loads(rendered(json.dumps({"cells": [cell]})))["cells"]
    assert found["execution_count"] == 1
    assert [output.get("text") or output["data"] for output in found["outputs"]] == [
        ["2\n"], {"text/plain": ["3"]},
    ]  # fmt: skip


def test_it_has_the_form_of_a_notebook_and_links_to_files() -> None:
    data = json.loads(TEXT)
    assert (data["nbformat"], data["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in data["cells"]}) == len(data["cells"])
    for cell in data["cells"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", "".join(cell["source"])):
            assert (ROOT / PAGE).parent.joinpath(target).exists(), target
