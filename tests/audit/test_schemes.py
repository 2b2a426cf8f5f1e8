"""The tests of schemes: each scheme's own draws pass, others are told apart, at the stated rate."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from xavier_theory.audit import schemes
from xavier_theory.audit.parameters import Parameter
from xavier_theory.audit.schemes import NORMAL, TRUNCATED_NORMAL, UNIFORM, Scheme
from xavier_theory.frameworks.fans import fans
from xavier_theory.frameworks.initialization import TRUNCATED


def of(w: np.ndarray, role: str = "weight", **more: Any) -> Parameter:
    counted = fans((40, 30), layout="torch") if role == "weight" else None
    facts: dict[str, Any] = {
        "fans": counted,
        "mean": float(w.mean()), "square": float((w**2).mean()),
        "largest": float(np.abs(w).max()), "least": float(np.abs(w).min()),
        "zeros": int((w == 0).sum()), "constant": bool((w == w.flat[0]).all()),
    }  # fmt: skip
    return Parameter("a.weight", "Linear", role, w.shape, "float32", True, w.size, **(facts | more))


def draw(law: str, variance: float, generator: np.random.Generator, n: int = 1200) -> np.ndarray:
    std = math.sqrt(variance)
    if law == UNIFORM:
        return generator.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, n)
    values = generator.standard_normal(4 * n if law == TRUNCATED_NORMAL else n)
    if law == TRUNCATED_NORMAL:
        values = values[np.abs(values) < 2][:n] / TRUNCATED
    return std * values


@pytest.mark.parametrize("law", [NORMAL, UNIFORM, TRUNCATED_NORMAL])
def test_a_draw_fails_its_own_test_no_more_often_than_the_level(law: str) -> None:
    """1,000 draws at level 0.1: more than 150 refusals have probability 2e-7 (binomial tail)."""
    generator = np.random.default_rng(np.random.SeedSequence(5))
    scheme = Scheme("own", law, 0.37)
    refused = sum(
        not schemes.passes(of(draw(law, 0.37, generator)), scheme, 0.1) for _ in range(1000)
    )
    assert refused <= 150
    if law == NORMAL:  # χ², normal, and maximum are exact, and nearly independent
        assert refused >= 50


@pytest.mark.parametrize("law", [NORMAL, UNIFORM, TRUNCATED_NORMAL])
@pytest.mark.parametrize("times", [0.7, 1.4])
def test_another_variance_is_told_apart(law: str, times: float) -> None:
    generator = np.random.default_rng(6)
    drawn = of(draw(law, 0.37 * times, generator, 20_000))
    assert not schemes.passes(drawn, Scheme("other", law, 0.37), 1e-6)


def test_laws_of_one_variance_are_told_apart_by_their_largest_entry() -> None:
    generator = np.random.default_rng(7)
    for law in (NORMAL, UNIFORM, TRUNCATED_NORMAL):
        drawn = of(draw(law, 1 / 30, generator))
        fitting = {
            s.law for s in schemes.consistent(drawn, 1e-6) if s.name.startswith("LeCun, 1/fan_in, ")
        }
        assert law in fitting and (NORMAL in fitting) == (law == NORMAL)


def test_a_shifted_mean_is_no_scheme() -> None:
    drawn = draw(NORMAL, 1 / 30, np.random.default_rng(8)) + 0.1
    assert schemes.consistent(of(drawn), 1e-4) == []


def test_the_fourth_moment_of_the_truncated_law_is_right() -> None:
    """Bernstein's spread, against a numerical integral of the density."""
    x = np.linspace(-2, 2, 400_001)
    density = np.exp(-x * x / 2)
    moments = [float(np.sum(x**k * density) / np.sum(density)) for k in (2, 4)]
    spread = moments[1] / 16 - (moments[0] / 4) ** 2
    t = schemes._bernstein(Scheme("", TRUNCATED_NORMAL, 1.0), 10**8, 0.01)[1] - 1
    expected = math.sqrt(2 * spread * math.log(200) / 1e8) / (moments[0] / 4)
    assert t == pytest.approx(expected, rel=1e-3)


def test_what_is_not_drawn_has_a_name() -> None:
    ones = of(np.ones(1200))
    assert schemes.fixed_scheme(ones) == "ones"
    assert schemes.fixed_scheme(of(np.full(1200, 0.25))) == "constant 0.25"
    assert schemes.fixed_scheme(replace(ones, nonfinite=1)) == "not finite"
    assert schemes.fixed_scheme(replace(ones, identity=True)) == "identity"
    drawn = of(draw(NORMAL, 1.0, np.random.default_rng(1)))
    assert schemes.fixed_scheme(drawn) is None
    assert schemes.fixed_scheme(replace(drawn, scale=2.0)) == "orthogonal, gain 2"
    assert schemes.fixed_scheme(replace(drawn, zeros=600)) == "sparse, 50% zeros"
    assert schemes.consistent(replace(drawn, zeros=600), 0.5) == []


def test_grouped_convolutions_that_count_all_channels_are_called_wrong() -> None:
    counted = fans((64, 8, 3, 3), layout="torch", groups=8)
    w = draw(NORMAL, 2 / (64 * 9), np.random.default_rng(2), 64 * 72)
    fitting = schemes.consistent(of(w, fans=counted, role="weight"), 1e-4)
    assert fitting and all(one.wrong for one in fitting)
    right = draw(NORMAL, 2 / 72, np.random.default_rng(2), 64 * 72)
    assert any(not one.wrong for one in schemes.consistent(of(right, fans=counted), 1e-4))


def test_intervals_cover_as_stated() -> None:
    """At level 0.1, of 1,000 normal draws 100 ± 50 miss: outside of it with probability 4e-7."""
    generator = np.random.default_rng(9)
    missed = [0, 0]
    for _ in range(1000):
        drawn = of(generator.standard_normal(50))
        low, high = schemes.variance_interval(drawn, 0.1)
        missed[0] += not low <= 1 <= high
        low, high = schemes.mean_interval(drawn, 0.1)
        missed[1] += not low <= 0 <= high
    assert all(50 <= count <= 150 for count in missed)


@pytest.mark.parametrize("count", [10**4, 10**7, 2 * 10**8])
def test_limits_of_the_variance_hold_for_any_number_of_entries(count: int) -> None:
    """Against Wilson and Hilferty's approximation, whose error is of the order 1/count."""
    drawn = replace(of(np.array([1.0, -1.0])), count=count)
    for end, z in zip(
        schemes.variance_interval(drawn, 2e-7), (5.199337582, -5.199337582), strict=True
    ):
        cube = (1 - 2 / (9 * count) + z * math.sqrt(2 / (9 * count))) ** 3
        assert (1 / end - 1) == pytest.approx(cube - 1, rel=1e-3)


def test_the_f_test_keeps_its_level_for_large_samples() -> None:
    first = of(np.ones(2))
    many = replace(first, count=10**8, square=1.0, constant=False)
    assert schemes.ratio_is_chance(many, many, 1.0, 1e-6)
    assert not schemes.ratio_is_chance(replace(many, square=1.01), many, 1.0, 1e-6)
    assert not schemes.ratio_is_chance(many, many, 1.01, 1e-6)
