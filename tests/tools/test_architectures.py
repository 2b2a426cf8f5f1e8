"""docs/architectures.md is fresh, and its factors are those of closed forms."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest

from tools import architectures
from xavier_theory.errors import InvalidInputError
from xavier_theory.theorems import derive, theorems

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = {row["layer"]: row for row in architectures.data()["row"]}


def test_the_page_is_fresh() -> None:
    assert (ROOT / architectures.PAGE).read_text(encoding="utf-8") == architectures.page()


@pytest.mark.parametrize(
    ("layer", "framework", "found"),
    [
        ("Dense, linear", "torch", 1 / 3),
        ("Dense behind relu", "torch", 1 / 6),
        ("Dense behind relu", "keras", 1 / 2),
        ("Dense behind GELU", "jax", 1 / 3 + 1 / (2 * math.sqrt(3) * math.pi)),
        ("Depthwise convolution behind relu", "keras", 9 / (9 + 9 * 64)),
        ("Transposed convolution behind relu", "torch", 1 / 6 / 4),
        ("Residual stream x + W relu(x)", "jax", 1.5**24),
        ("Complex dense layer, linear", "torch", 2 / 3),
        ("Complex dense layer, linear", "jax", 1 / (1 - math.exp(-4))),
    ],
)
def test_factors_are_those_of_closed_forms(layer: str, framework: str, found: float) -> None:
    factor = architectures.factor(ROWS[layer], framework)
    assert factor == pytest.approx(found, rel=1e-12)


def test_the_fused_matrix_has_the_factor_of_its_own_theorem() -> None:
    factor = architectures.factor(ROWS["Query, key and value in one matrix"], "torch")
    assert factor == pytest.approx(derive("fused-projection").predict(parts=3, second_moment=1))


def test_a_default_is_its_number_over_the_fan_that_the_framework_takes() -> None:
    row = ROWS["Depthwise convolution behind relu"]
    assert architectures.default_variance(row, "keras") == Fraction(2, 9 + 576)
    assert architectures.default_variance(row, "jax") == Fraction(1, 9)


def test_an_example_that_sums_something_else_is_refused() -> None:
    row = ROWS["Convolution behind relu"]
    wrong = {**row, "values": {**row["values"], "taps_inside": 4}}
    with pytest.raises(InvalidInputError, match="a sum of 256 products, the layer has 576"):
        architectures.factor(wrong, "torch")


def test_every_default_and_every_theorem_of_a_row_is_there() -> None:
    for row in ROWS.values():
        assert row["theorem"] in theorems()
        assert row["by"][0] in theorems()
        assert [name for name in architectures.FRAMEWORKS if name in row], row["layer"]


def test_a_stale_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(architectures, "page", lambda: "new\n")
    assert architectures.main(["--check"]) == 1
    assert architectures.main([]) == 0
    assert architectures.main(["--check"]) == 0
    assert (tmp_path / "docs" / "architectures.md").read_text(encoding="utf-8") == "new\n"
    assert architectures.main(["--wrong"]) == 2
