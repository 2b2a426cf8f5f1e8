"""Lemmas at points: they hold there, less of them does not, and the curves leave no room."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Rational

from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.verification import lemmas_at_points
from xavier_theory.verification.lemmas_at_points import CURVES, Curve, holds_at_points


@pytest.mark.parametrize("name", ["triangle-inequality", "quadratic-remainder"])
def test_a_lemma_holds_at_all_points_and_less_of_it_does_not(name: str) -> None:
    assert holds_at_points(LEMMAS[name]) is True
    assert holds_at_points(LEMMAS[name], Rational(-1, 1000)) is False


@pytest.mark.parametrize("place", range(len(CURVES)))
def test_the_bounds_of_the_curves_are_needed(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three fifths of it the lemma fails, and so does a slope that is not the function's."""
    curve = CURVES[place]
    for wrong in (
        replace(curve, bound=curve.bound * Rational(3, 5)),
        Curve(curve.function, curve.slope + Rational(1, 2), curve.bound),
    ):
        monkeypatch.setattr(lemmas_at_points, "CURVES", (wrong,))
        assert holds_at_points(LEMMAS["quadratic-remainder"]) is False
