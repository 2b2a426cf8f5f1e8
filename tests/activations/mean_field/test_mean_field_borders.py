"""The borders of the phases in a picture, against exact ones."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from xavier_theory.activations.mean_field import fast
from xavier_theory.activations.mean_field.borders import bands


def _code(found, weight, bias):
    band = next(band for band in found if band.heights[0] <= bias <= band.heights[-1])
    inner = [np.interp(bias, band.heights, edge) for edge in band.edges[1:-1]]
    return band.codes[int(np.searchsorted(inner, weight))]


def test_the_border_of_relu_is_a_vertical_line():
    found = bands(fast.length_table("relu"), 3.0, 1.0, least=0.003)
    for band in found:
        assert band.codes == (fast.ORDERED, fast.UNBOUNDED)
        # up to 2e-6: where the fixed point σ_b²/(1 − σ_w²/2) is beyond the table's end, 1e6
        assert np.allclose(band.edges[1], np.sqrt(2.0), atol=2e-6)
    assert found[0].heights[0] == 0.0 and found[-1].heights[-1] == 1.0


def test_the_border_of_tanh_is_its_edge_of_chaos():
    table = fast.length_table("tanh")
    (band,) = bands(table, 3.0, 1.0, least=0.003)
    _, weight, bias = fast.edge_of_chaos(table)
    exact = np.interp(band.heights[1:], np.sqrt(bias), np.sqrt(weight))
    assert np.allclose(band.edges[1, 1:], exact, atol=1e-4)  # a column is a hundred times wider


@pytest.mark.parametrize("name", ["gelu", "selu", "tanhshrink", "z**2", "where(z > 1, z, -1)"])
def test_bands_cover_the_plane_with_the_phases_that_the_maps_have(name):
    table = fast.length_table(name)
    found = bands(table, 3.0, 1.0, least=0.003)
    for lower, upper in pairwise(found):
        assert lower.heights[-1] == upper.heights[0]
    for band in found:
        assert np.all(np.diff(band.edges, axis=0) >= 0) and len(band.edges) == len(band.codes) + 1
    rng = np.random.default_rng(20260)
    weight, bias = rng.uniform(0.01, 3.0, 400), rng.uniform(0.0, 1.0, 400)
    codes = fast.phases_at(table, weight**2, bias**2)
    drawn = np.array([_code(found, w, b) for w, b in zip(weight, bias, strict=True)])
    wrong = np.flatnonzero(drawn != codes)
    # where the picture differs the true border is within a fiftieth of a row or of a column
    for k in wrong:
        shifts = np.array([[-1, 0], [1, 0], [0, -1], [0, 1]]) * 0.003
        near = np.maximum(np.array([weight[k], bias[k]]) + shifts, 0.0)
        assert drawn[k] in fast.phases_at(table, near[:, 0] ** 2, near[:, 1] ** 2)
    assert wrong.size <= 4


def test_a_phase_thinner_than_a_column_is_found():
    # gelu at σ_b = 1: just below √2 lengths are large, and χ₁ is above 1
    found = bands(fast.length_table("gelu"), 3.0, 1.0, least=0.003)
    assert found[-1].codes == (fast.ORDERED, fast.CHAOTIC, fast.UNBOUNDED)
    low, high = found[-1].edges[1:3, -1]
    assert 0 < high - low < 3.0 / 241
    middle = np.array([((low + high) / 2) ** 2])
    assert fast.phases_at(fast.length_table("gelu"), middle, np.array([1.0])) == [fast.CHAOTIC]


def test_a_table_leaves_out_what_rounding_spoils():
    table = fast.length_table("tanhshrink")  # z − tanh z is all rounding near 0
    assert table.q[0] < 1e-3 and table.q[-1] == 1e6
    assert fast.length_table("hardshrink").q[0] == pytest.approx(1e-9)
