"""Initializers with one thing wrong are caught, in every type that shows it; right ones are not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.conformance.drawing import (
    COMPLEX,
    LECUN,
    LECUN_CUT,
    LECUN_UNIFORM,
    ORTHOGONAL,
    TRUNCATED,
    NumpyDrawer,
    complex_normal,
    cut_normal,
    deviating,
    findings,
    haar,
    normal_draw,
    rounded,
)
from xavier_theory.conformance.documented import Entry

REAL = ["float64", "float32", "float16", "bfloat16"]
COMPLEX_TYPES = ["complex64", "complex128"]
every_real = pytest.mark.parametrize("dtype", REAL)
every_complex = pytest.mark.parametrize("dtype", COMPLEX_TYPES)


def right(shape: tuple[int, ...]) -> float:
    return 1 / math.sqrt(shape[1])


RIGHT = {
    "normal": (LECUN, normal_draw(right)),
    "uniform": (LECUN_UNIFORM, lambda rng, shape: math.sqrt(3) * right(shape)
                * rng.uniform(-1, 1, shape)),
    "cut": (LECUN_CUT, lambda rng, shape: cut_normal(rng, shape, -2, 2)
            * right(shape) / TRUNCATED),
    "one-sided": (Entry("one-sided", law="truncated-normal", mean=0.0, std=1.0, low=1.0, high=3.0),
                  lambda rng, shape: cut_normal(rng, shape, 1, 3)),
    "unit": (Entry("unit", law="uniform", low=0.0, high=1.0),
             lambda rng, shape: rng.random(shape)),
}  # fmt: skip


@every_real
@pytest.mark.parametrize("law", RIGHT)
def test_what_is_right_conforms(dtype: str, law: str) -> None:
    found = findings(*RIGHT[law], dtype)
    assert set(found.values()) == {"conforms"}
    told = {"variance", "mean", "distribution", "support", "tails", "exact zeros",
            "distinct values", "independence of entries", "independence of calls",
            "independence of neighbouring seeds", "reproducible"}  # fmt: skip
    assert told <= set(found)


@every_complex
def test_right_complex_entries_conform(dtype: str) -> None:
    part = 1 / math.sqrt(2 * 1024)
    found = findings(COMPLEX, lambda rng, shape: complex_normal(rng, shape, part), dtype)
    assert set(found.values()) == {"conforms"} and "distribution of the phase" in found


@every_real
def test_the_constant_of_truncation_the_wrong_way_round(dtype: str) -> None:
    found = deviating(LECUN_CUT, lambda rng, shape: cut_normal(rng, shape, -2, 2)
                      * right(shape) * TRUNCATED, dtype)  # fmt: skip
    assert {"variance", "distribution", "tails"} <= found and "mean" not in found


@every_real
def test_the_other_fan(dtype: str) -> None:
    draw = normal_draw(lambda shape: 1 / math.sqrt(shape[0]))
    assert {"variance", "distribution"} <= deviating(LECUN, draw, dtype)


@every_real
def test_the_variance_in_place_of_the_deviation(dtype: str) -> None:
    draw = normal_draw(lambda shape: 1 / shape[1])
    assert {"variance", "distribution"} <= deviating(LECUN, draw, dtype)


@every_real
def test_a_support_without_one_end(dtype: str) -> None:
    open_above = lambda rng, shape: cut_normal(rng, shape, -2, np.inf) * right(shape) / TRUNCATED  # noqa: E731
    assert "support" in deviating(LECUN_CUT, open_above, dtype)
    short = lambda rng, shape: cut_normal(rng, shape, -2, 1.9) * right(shape) / TRUNCATED  # noqa: E731
    assert "tails" in deviating(LECUN_CUT, short, dtype)


@every_real
def test_a_mean_of_a_hundredth_of_the_deviation(dtype: str) -> None:
    draw = lambda rng, shape: (rng.standard_normal(shape) + 0.01) * right(shape)  # noqa: E731
    assert "mean" in deviating(LECUN, draw, dtype, shape=(1024, 1024))


@every_complex
def test_the_whole_variance_in_both_parts_of_a_complex_entry(dtype: str) -> None:
    part = 1 / math.sqrt(1024)
    found = deviating(COMPLEX, lambda rng, shape: complex_normal(rng, shape, part), dtype)
    assert {"variance", "distribution of |w|²"} <= found


@every_complex
def test_a_phase_that_is_not_uniform(dtype: str) -> None:
    """E|w|² is right, but the imaginary part has twice the variance of the real one."""

    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
        real, imaginary = rng.standard_normal((2, *shape))
        return (real + math.sqrt(2) * 1j * imaginary) / math.sqrt(3 * 1024)

    assert "distribution of the phase" in deviating(COMPLEX, draw, dtype)


def repeating(period: int) -> Any:
    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
        count = math.prod(shape)
        once = rng.standard_normal(min(period, count)) * right(shape)
        return np.resize(once, count).reshape(shape)

    return draw


@every_real
@pytest.mark.parametrize("period", [2**16, 2**12])
def test_entries_that_repeat(dtype: str, period: int) -> None:
    assert "independence of entries" in deviating(LECUN, repeating(period), dtype)


@every_real
def test_rows_that_repeat_with_other_signs(dtype: str) -> None:
    """Neighbouring rows have the same absolute values: uncorrelated, and not independent."""

    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
        half = np.repeat(rng.standard_normal((shape[0] // 2, shape[1])), 2, axis=0)
        return half * rng.choice([-1, 1], shape) * right(shape)

    assert "independence of entries" in deviating(LECUN, draw, dtype)


class Forgetful(NumpyDrawer):
    """Its second call gives what the first one gave."""

    def calls(self, seed: int, shape: tuple[int, ...], dtype: str, count: int) -> list[Any]:
        return super().calls(seed, shape, dtype, 1) * count


class Adding(NumpyDrawer):
    """The seed of a call is the first one plus the number of calls."""

    def calls(self, seed: int, shape: tuple[int, ...], dtype: str, count: int) -> list[Any]:
        return [super(Adding, self).calls(seed + k, shape, dtype, 1)[0] for k in range(count)]


class Alike(NumpyDrawer):
    """Even seeds and the odd ones after them are one."""

    def calls(self, seed: int, shape: tuple[int, ...], dtype: str, count: int) -> list[Any]:
        return super().calls(seed // 2, shape, dtype, count)


class Wild(NumpyDrawer):
    """Without regard to the seed."""

    asked = 0

    def calls(self, seed: int, shape: tuple[int, ...], dtype: str, count: int) -> list[Any]:
        Wild.asked += 1
        return super().calls(10_000 + Wild.asked, shape, dtype, count)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Forgetful, "independence of calls"),
        (Alike, "independence of neighbouring seeds"),
        (Wild, "reproducible"),
    ],
)
def test_calls_and_seeds(kind: type[NumpyDrawer], told: str) -> None:
    assert told in deviating(LECUN, kind(normal_draw(right)), "float32")


def test_streams_of_neighbouring_seeds_that_meet() -> None:
    """Nothing is documented of it: it is told, and is no deviation."""
    found = findings(LECUN, Adding(normal_draw(right)), "float32")
    told = "independence of calls of neighbouring seeds"
    assert found.pop(told) == "undocumented" and set(found.values()) == {"conforms"}


def test_an_object_that_is_documented_to_repeat_and_does_not() -> None:
    class Documented(NumpyDrawer):
        repeats = True

    assert "repeats itself" in deviating(LECUN, Documented(normal_draw(right)), "float32")


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_a_coarse_grid_is_seen(dtype: str) -> None:
    """Uniform numbers of as many bits as the type has: an atom at 0, and a mean below it."""
    bits = {"float16": 11, "bfloat16": 8}[dtype]

    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
        return (
            (rng.integers(0, 2**bits, shape) * 2.0 ** (1 - bits) - 1) * math.sqrt(3) * right(shape)
        )

    found = deviating(LECUN_UNIFORM, draw, dtype, shape=(2048, 2048))
    assert {"exact zeros", "distinct values"} <= found
    assert ("mean" in found) == (dtype == "bfloat16")  # of half a grid step, 2^-11 deviations


@every_real
def test_skewed_entries_with_the_right_moments(dtype: str) -> None:
    """Exponential entries, shifted to mean 0: variance and mean are right."""
    draw = lambda rng, shape: (rng.standard_exponential(shape) - 1) * right(shape)  # noqa: E731
    assert {"distribution", "symmetry", "tails"} <= deviating(LECUN, draw, dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_orthogonal_matrices(dtype: str) -> None:
    found = findings(ORTHOGONAL, haar, dtype)
    assert set(found.values()) == {"conforms"} and "sign of the determinant" in found
    unsigned = deviating(ORTHOGONAL, lambda rng, shape: haar(rng, shape, signed=False), dtype)
    assert {"sign of the first entry", "mean of the trace"} <= unsigned
    scaled = deviating(ORTHOGONAL, lambda rng, shape: 1.01 * haar(rng, shape), dtype)
    assert "orthogonality" in scaled
    mirrored = deviating(ORTHOGONAL, _proper, dtype)
    assert "sign of the determinant" in mirrored


def _proper(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Rotations alone: Haar on the smaller group."""
    q = haar(rng, shape)
    if q.ndim == 2 and q.shape[0] == q.shape[1]:
        q[0] *= np.linalg.det(q)
    return q


def test_orthogonal_matrices_that_prefer_an_axis() -> None:
    """Near the identity: orthogonal, with both signs of the determinant, and not Haar."""

    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
        rows, columns = shape[0], math.prod(shape[1:])
        n, k = max(rows, columns), min(rows, columns)
        q = np.linalg.qr(3 * np.eye(n)[:, :k] + rng.standard_normal((n, k)))[0]
        q = q * rng.choice([-1.0, 1.0], k)
        return (q if rows >= columns else q.T).reshape(shape)

    assert {"law of the first entry", "law of the last entry"} <= deviating(
        ORTHOGONAL, draw, "float32"
    )


def test_zeros_of_a_sparse_initializer() -> None:
    entry = Entry("sparse", kind="sparse", sparsity="0.1", std=0.01, shape=(100, 500))

    def draw(rng: np.random.Generator, shape: tuple[int, ...], zeros: int = 10) -> Any:
        values = rng.standard_normal(shape) * 0.01
        values[np.argsort(rng.random(shape), axis=0) < zeros] = 0
        return values

    assert deviating(entry, draw, "float32") == set()
    assert deviating(entry, lambda *given: draw(*given, zeros=11), "float32") == {
        "zeros of a column"
    }


def test_a_constant_and_a_kernel() -> None:
    third = Entry("constant", kind="constant", value=0.3)
    assert deviating(third, lambda rng, shape: np.full(shape, 0.3), "bfloat16") == set()
    assert deviating(third, lambda rng, shape: np.full(shape, 0.31), "bfloat16") == {"values"}
    eye = Entry("eye", kind="identity", gain=2.0, shape=(3, 5))
    assert deviating(eye, lambda rng, shape: 2 * np.eye(*shape), "float32") == set()
    assert deviating(eye, lambda rng, shape: np.eye(*shape), "float32") == {"values"}


def test_what_is_no_weight() -> None:
    """Infinite entries, and another shape: told, and no error."""
    third = lambda rng, shape: np.where(rng.random(shape) < 0.3, np.inf, 1.0)  # noqa: E731
    assert findings(LECUN, third, "float32") == {"finite entries": "deviates"}
    turned = lambda rng, shape: rng.standard_normal(shape[::-1])  # noqa: E731
    assert findings(LECUN, turned, "float32") == {"finite entries": "deviates"}


def test_rounding_here_is_to_nearest_even() -> None:
    # 1 + 2^-8 lies between two numbers of 8 bits, 1 and 1 + 2^-7; 1 + 3·2^-8 between odd and even
    assert list(rounded(np.array([1 + 2**-8, 1 + 3 * 2**-8]), "bfloat16")) == [1, 1 + 2**-6]


def test_right_ones_stay_at_a_rate_that_is_loose(capsys: pytest.CaptureFixture[str]) -> None:
    """Ten runs of the script that draws a thousand."""
    from tests.conformance.many_right_samples import kinds, main

    assert len(kinds()) == 23
    assert main(10) == 0
    assert "10 runs: {0.05: " in capsys.readouterr().out
