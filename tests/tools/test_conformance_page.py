"""The page docs/conformance.md: what it says of runs, and that it has all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools import conformance
from tools.conformance import MARK, PAGE, RUNS, found, main, page
from xavier_theory.conformance.documented import FRAMEWORKS, entries
from xavier_theory.errors import InvalidInputError

ROOT = Path(__file__).resolve().parent.parent.parent


def check(verdict: str, quantity: str, sampled: float | str, **told: Any) -> dict[str, Any]:
    return {"framework": "torch", "initializer": "xavier_normal_", "case": "dense",
            "shape": [3, 4], "dtype": "float32", "n": 12, "quantity": quantity,
            "documented": [1.0, 1.0], "sampled": sampled, "interval": [1.1, 1.3],
            "verdict": verdict, "what": ""} | told  # fmt: skip


def run(**told: Any) -> dict[str, Any]:
    checks = [check("deviates", "variance", 1.21),
              check("conforms", "mean", 0.0, documented=[0.0, 0.0]),
              check("deviates", "variance", 9.0, case="convolution")]  # fmt: skip
    return {"framework": "torch", "backend": None, "version": "2.13.0", "seed": 4, "alpha": 1e-6,
            "verdicts": [{"initializer": "xavier_normal_", "dtype": "float32",
                          "verdict": "deviates"},
                         {"initializer": "orthogonal_", "dtype": "float16", "verdict": "refuses"}],
            "checks": checks,
            "theory": [{"layer": "grouped", "shape": [8, 4], "fan_in": 1.0, "fan_out": 8.0}],
            "remarks": [], "passed": False} | told  # fmt: skip


def test_the_page_says_what_deviates_and_what_it_does() -> None:
    text = page([run(), run(framework="keras", backend="jax", version="3.15.1")])
    assert text.startswith(MARK) and "2 runs, 6 checks, seed 4" in text
    assert "accused wrongly is 2e-06 at most" in text
    assert "2 deviate, 2 refuse, 0 conform, 0 are not documented" in text
    # once of each quantity, with the power of twelve layers
    row = f"| `xavier_normal_` | float32 | variance | 1.21 | 1.1 to 1.3 | 1 | ×{1.21**12:.3g} |"
    assert text.count(row) == 2 and "| 9 |" not in text
    assert "| grouped | (8, 4) | right | ×8 |" in text
    assert "## Keras 3.15.1 on jax" in text and "## torch 2.13.0" in text
    assert "N(0, std^2), std = gain * sqrt(2 / (fan_in + fan_out))" in text


def test_what_is_not_documented_is_told_once() -> None:
    nothing = {"documented": ["-inf", "inf"], "dtype": "complex64"}
    checks = [check("undocumented", "variance", 2.003, initializer=name, **nothing)
              for name in ("uniform_", "xavier_uniform_")]  # fmt: skip
    checks.append(check("undocumented", "a law", "nan", **nothing))
    text = page([run(checks=checks)])
    assert "| variance | complex64 | 2.00 | `uniform_` and 1 more |" in text
    assert "a law" not in text and "What deviates." not in text


def test_a_law_that_is_not_about_0_has_no_consequence() -> None:
    told = [check("deviates", "variance", 1.21), check("conforms", "mean", 0.0)]
    assert "| 1.21 | 1.1 to 1.3 | 1 |  |" in page([run(checks=told)])


def test_ends_that_are_infinite() -> None:
    told = check("deviates", "distinct values", 128.0, documented=[2000.0, "inf"],
                 interval=[128.0, 128.0])  # fmt: skip
    text = page([run(checks=[told], theory=[])])
    assert "| distinct values | 128 | 128 | at least 2000 |  |" in text
    assert "Conforms, but is not what theory wants" not in text


def test_kept_runs_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in RUNS:
        (tmp_path / f"{each.name}.json").write_text(json.dumps(run(framework=each.framework)))
    written = tmp_path / "page.md"
    monkeypatch.setattr(conformance, "PAGE", written)
    assert main(["--keep", str(tmp_path), "--check"]) == 1 and not written.exists()
    assert main(["--keep", str(tmp_path)]) == 0 and MARK in written.read_text("utf-8")
    assert main(["--keep", str(tmp_path), "--check"]) == 0
    assert main(["--keep"]) == 2


def test_a_run_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance.sys, "executable", "false")
    with pytest.raises(InvalidInputError, match="the run torch failed"):
        found(RUNS[0], None)


def test_the_page_has_every_initializer_and_every_run() -> None:
    text = (ROOT / PAGE).read_text("utf-8")
    assert text.startswith(MARK)
    for framework in FRAMEWORKS:
        for entry in entries(framework):
            assert f"| `{entry.title}` |" in text
    for name in ("## torch 2.13.0", "## Keras 3.15.1 on torch", "## Keras 3.15.1 on jax",
                 "## JAX 0.10.2", "## Flax 0.12.8"):  # fmt: skip
        assert name in text
