"""The figure: the same for the same run, with everything in it."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from xavier_theory.documents import figures
from xavier_theory.errors import MissingExtraError
from xavier_theory.monte_carlo.digits import run_digits

SMALL = {"depth": 3, "width": 16, "networks": 2, "law_networks": 1}


@pytest.fixture(scope="module")
def run() -> Any:
    return run_digits(0, activations=tuple(name for name, _, _ in figures.PANELS), **SMALL)


def test_a_figure_depends_on_the_run_alone(run: Any) -> None:
    text = figures.digits_svg(run)
    assert text == figures.digits_svg(run)
    assert text.rstrip().endswith("</svg>")
    for words in ("ReLU, forward", "tanh, forward", "sigmoid, backward", *figures.LABELS.values()):
        assert words in text


def test_figures_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawings = {"first": lambda seed: f"<svg>{seed}</svg>", "second": lambda seed: "<svg/>"}
    monkeypatch.setattr(figures, "FIGURES", drawings)
    told: list[str] = []
    paths = figures.draw_all(tmp_path / "new", 3, told.append)
    assert told == ["drawing first, 1 of 2", "drawing second, 2 of 2"]
    assert [path.name for path in paths] == ["first.svg", "second.svg"]
    assert [path.read_text() for path in paths] == ["<svg>3</svg>", "<svg/>"]


def test_nothing_is_written_if_one_cannot_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(seed: int) -> str:
        raise MissingExtraError("drawing figures", "figures")

    monkeypatch.setattr(figures, "FIGURES", {"first": lambda seed: "<svg/>", "second": broken})
    with pytest.raises(MissingExtraError):
        figures.draw_all(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_every_figure_is_in_the_folder_of_the_documents() -> None:
    folder = Path(__file__).parents[2] / "docs" / "figures"
    assert {f"{name}.svg" for name in figures.FIGURES} <= {path.name for path in folder.iterdir()}


def test_without_matplotlib_the_extra_is_named(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"xavier_theory\[figures\]"):
        figures.digits_svg(run)
