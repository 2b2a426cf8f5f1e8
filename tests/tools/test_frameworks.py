"""docs/frameworks.md is fresh, and its numbers are those of closed forms and of mpmath."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import mpmath
import pytest

from tools import frameworks
from xavier_theory.activations.enclosures import Enclosure

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_is_fresh() -> None:
    assert (ROOT / frameworks.PAGE).read_text(encoding="utf-8") == frameworks.page()


def test_the_truncation_constant_is_that_of_mpmath() -> None:
    found = frameworks.truncation_constant()
    with mpmath.workdps(40):
        mass = mpmath.ncdf(2) - mpmath.ncdf(-2)
        square = mpmath.quad(lambda z: z * z * mpmath.npdf(z), [-2, 0, 2]) / mass
        truth = Fraction(str(mpmath.sqrt(square)))
    assert found.lower - Fraction(1, 10**35) <= truth <= found.upper + Fraction(1, 10**35)


@pytest.mark.parametrize(
    ("printed", "truth", "digits"),
    [("1.7139588594436646", "1.712858550449663", 3), ("1.0", "1", 1), ("2", "1", 0),
     ("3.14159", "3.14159265", 6), ("3.15", "3.14159265", 2)],
)  # fmt: skip
def test_correct_digits_are_counted(printed: str, truth: str, digits: int) -> None:
    exact = Fraction(truth)
    assert frameworks.correct_digits(printed, Enclosure(exact, exact)) == digits


def test_a_stale_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(frameworks, "page", lambda: "new\n")
    assert frameworks.main(["--check"]) == 1
    assert frameworks.main([]) == 0
    assert frameworks.main(["--check"]) == 0
    assert (tmp_path / "docs" / "frameworks.md").read_text(encoding="utf-8") == "new\n"
    assert frameworks.main(["--wrong"]) == 2
