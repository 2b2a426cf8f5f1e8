"""An initializer in NumPy, right or with one thing wrong: for checks that need no framework."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from xavier_theory.conformance.cases import Case
from xavier_theory.conformance.distribution import PARTS
from xavier_theory.conformance.documented import Entry
from xavier_theory.conformance.trials import Trial

Draw = Callable[[np.random.Generator, tuple[int, ...]], Any]
TRUNCATED = 0.87962566103423978  # std of N(0, 1) between −2 and 2: weight-laws


def rounded(values: Any, dtype: str) -> Any:
    """Values rounded to nearest, ties to even, in float32 where that holds them."""
    if dtype.startswith("complex"):
        parts = PARTS[dtype]
        return rounded(values.real, parts) + 1j * rounded(values.imag, parts).astype(float)
    if dtype == "float64":
        return values
    if dtype != "bfloat16":
        return values.astype(dtype).astype(np.float32)
    bits = values.astype(np.float32).view(np.uint32)
    kept = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16)
    return (kept << np.uint32(16)).view(np.float32)


class NumpyDrawer:
    """Calls of ``draw`` with a generator of their seed."""

    repeats = False

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def calls(self, seed: int, shape: tuple[int, ...], dtype: str, count: int) -> list[Any]:
        generator = np.random.default_rng(seed)
        return [rounded(self.draw(generator, shape), dtype) for _ in range(count)]

    def once(self, seed: int, shape: tuple[int, ...], dtype: str, count: int = 1) -> list[Any]:
        return self.calls(seed, shape, dtype, count)

    def given_dtype(self, shape: tuple[int, ...], dtype: str) -> str:
        return dtype


def normal_draw(std: Callable[[tuple[int, ...]], float]) -> Draw:
    return lambda rng, shape: rng.standard_normal(shape) * std(shape)


def cut_normal(rng: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> Any:
    """N(0, 1) between ``low`` and ``high``, by inversion."""
    return special.ndtri(rng.uniform(special.ndtr(low), special.ndtr(high), shape))


def complex_normal(rng: np.random.Generator, shape: tuple[int, ...], part: float) -> Any:
    return part * (rng.standard_normal(shape) + 1j * rng.standard_normal(shape))


def haar(rng: np.random.Generator, shape: tuple[int, ...], signed: bool = True) -> Any:
    """An orthogonal matrix as (axis 0, all others), in torch's way."""
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    if signed:
        q = q * np.sign(np.diagonal(r))
    return (q if rows >= columns else q.T).reshape(shape)


LECUN = Entry("lecun_normal", law="normal", variance=("1", "fan_in"))
LECUN_UNIFORM = Entry("lecun_uniform", law="uniform", bound_squared=("3", "fan_in"))
LECUN_CUT = Entry("lecun_cut", law="truncated-normal", variance=("1", "fan_in"), cut=2.0)
COMPLEX = Entry("lecun_normal", law="normal", variance=("1", "fan_in"), complex="normal")
ORTHOGONAL = Entry("orthogonal", kind="orthogonal")


def findings(
    entry: Entry, draw: Draw | Any, dtype: str, shape: tuple[int, ...] = (256, 1024),
    alpha: float = 1e-6, seed: int = 0,
) -> dict[str, str]:  # fmt: skip
    """The worst verdict on each quantity of one trial, at one shape."""
    drawer = draw if hasattr(draw, "calls") else NumpyDrawer(draw)
    case = Case("as asked", {"torch": shape})
    found: dict[str, str] = {}
    for check in Trial("torch", entry, dtype, drawer, (case,), seed).run(alpha):
        if found.get(check.quantity) != "deviates":
            found[check.quantity] = check.verdict
    return found


def deviating(*given: Any, **told: Any) -> set[str]:
    """The quantities that deviate."""
    return {quantity for quantity, verdict in findings(*given, **told).items()
            if verdict == "deviates"}  # fmt: skip
