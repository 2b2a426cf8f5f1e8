"""``variance_``, ``truncated_normal_`` and ``orthogonal_``, in every type of torch."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from scipy.stats import kstest, truncnorm

import xavier_theory as xt
from xavier_theory.errors import InvalidInputError
from xavier_theory.frameworks.torch import orthogonal_, truncated_normal_, variance_

REAL = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
COMPLEX = [torch.complex64, torch.complex128, torch.complex32]
SHAPE = (300, 40, 3, 5)  # (out, in, *k), 180,000 entries
COUNT = math.prod(SHAPE)
# Six standard errors, a false alarm of 2e-9. The square of an entry varies by √2 of its mean at
# most: a normal one's does.
SQUARE = 6 * math.sqrt(2 / COUNT)
ROUNDING = {torch.float16: 2**-11, torch.bfloat16: 2**-8, torch.complex32: 2**-11}


def generator(seed: int = 5) -> Any:
    return torch.Generator().manual_seed(seed)


def wide(tensor: Any) -> Any:
    return tensor.to(torch.complex128 if tensor.is_complex() else torch.float64).numpy()


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
@pytest.mark.parametrize("law", ["normal", "uniform", "truncated-normal", "orthogonal"])
@pytest.mark.parametrize("dtype", REAL + COMPLEX, ids=str)
def test_the_variance_is_that_of_the_theory(dtype: Any, law: str) -> None:
    tensor = torch.empty(SHAPE, dtype=dtype)
    assert variance_(tensor, "gelu", law=law, groups=4, generator=generator()) is tensor
    expected = 1 / (1 / 3 + 1 / (2 * math.sqrt(3) * math.pi)) / 600  # E GELU², 40·3·5 products
    values = wide(tensor)
    assert np.mean(np.abs(values) ** 2) == pytest.approx(expected, rel=SQUARE)
    assert abs(np.mean(values)) < 6 * math.sqrt(expected / COUNT)
    if tensor.is_complex():  # both parts alike, and uncorrelated
        assert np.var(values.real) == pytest.approx(expected / 2, rel=2 * SQUARE)
        assert abs(np.mean(values.real * values.imag)) < 6 * expected / 2 / math.sqrt(COUNT)


@pytest.mark.parametrize("law", ["normal", "uniform", "truncated-normal", "orthogonal"])
@pytest.mark.parametrize("narrow", [torch.float16, torch.bfloat16], ids=str)
def test_a_narrow_type_is_the_single_precision_draw_rounded(narrow: Any, law: str) -> None:
    single, rounded = torch.empty(64, 48), torch.empty(64, 48, dtype=narrow)
    for tensor in (single, rounded):
        variance_(tensor, "relu", law=law, generator=generator())
    assert torch.equal(rounded, single.to(narrow))
    # Rounding moves an entry by at most half a unit of its last place, and beside 0 by 2^-25.
    off = (rounded.double() - single.double()).abs()
    assert (off <= ROUNDING[narrow] * single.double().abs() + 2**-25).all()


def test_the_generator_decides() -> None:
    again = [variance_(torch.empty(9, 7), "relu", generator=generator(s)) for s in (1, 1, 2)]
    assert torch.equal(again[0], again[1]) and not torch.equal(again[0], again[2])
    torch.manual_seed(3)
    before = torch.get_rng_state()
    orthogonal_(torch.empty(5, 4), generator=generator())
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("cut", [0.5, 1.0, 2.0, 3.0, 5.0])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_a_cut_normal_law_is_one(dtype: Any, cut: float) -> None:
    values = wide(truncated_normal_(torch.empty(SHAPE, dtype=dtype), 0.02, cut=cut,
                                    generator=generator()))  # fmt: skip
    with mpmath.workdps(30):
        mass = mpmath.ncdf(cut) - mpmath.ncdf(-cut)
        after = mpmath.quad(lambda z: z * z * mpmath.npdf(z), [-cut, 0, cut]) / mass
        before = float(mpmath.mpf("0.02") / mpmath.sqrt(after))
    assert np.mean(values**2) == pytest.approx(0.02**2, rel=SQUARE)
    assert np.max(np.abs(values)) <= cut * before * (1 + 1e-6)
    law = truncnorm(-cut, cut, scale=before)
    assert kstest(values.ravel(), law.cdf).pvalue > 1e-7


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (8, 3, 2)])
@pytest.mark.parametrize("dtype", [*REAL, torch.complex64, torch.complex128], ids=str)
def test_an_orthogonal_weight_is_orthogonal(dtype: Any, shape: Any) -> None:
    matrix = wide(orthogonal_(torch.empty(shape, dtype=dtype), 2.0, generator=generator()))
    matrix = matrix.reshape(shape[0], -1)
    small = matrix @ matrix.conj().T if matrix.shape[0] <= matrix.shape[1] else None
    product = matrix.conj().T @ matrix if small is None else small
    # Rows of length 2 whose entries are off by a part u have products that are off by 2·4·u.
    close = 9 * ROUNDING.get(dtype, 1e-6)
    assert np.allclose(product, 4 * np.eye(len(product)), atol=close, rtol=0)


def test_groups_are_orthogonal_each() -> None:
    weight = wide(orthogonal_(torch.empty(8, 3, 2, dtype=torch.float64), groups=2)).reshape(8, 6)
    for block in (weight[:4], weight[4:]):
        assert np.allclose(block @ block.T, np.eye(4))
    grouped = torch.empty(64, 8, 3, dtype=torch.float64)
    variance_(grouped, "relu", groups=8, law="orthogonal")
    assert grouped.square().mean().item() == pytest.approx(2 / 24, rel=1e-12)


def test_orthogonal_matrices_are_haar() -> None:
    """E[tr Q] = 0 and E[(tr Q)²] = 1 for the orthogonal group."""
    draws = generator(11)
    traces = np.array(
        [torch.trace(orthogonal_(torch.empty(4, 4), generator=draws)).item() for _ in range(4000)]
    )
    assert abs(np.mean(traces)) < 6 / math.sqrt(4000)
    assert np.mean(traces**2) == pytest.approx(1, abs=6 * math.sqrt(2 / 4000))
    signs = np.array([torch.det(orthogonal_(torch.empty(3, 3), generator=draws)).item()
                      for _ in range(1000)])  # fmt: skip
    assert abs(np.mean(np.sign(signs))) < 6 / math.sqrt(1000)  # both signs alike


def test_a_layer_is_filled_by_its_fans() -> None:
    layer = torch.nn.Conv2d(32, 64, 3, groups=4, stride=2)
    variance_(layer.weight, torch.nn.ReLU(), fans=xt.fans(layer), mode="fan_out",
              generator=generator())  # fmt: skip
    # 64/4 channels and 9 taps, of which each input meets a quarter; 4,608 weights
    assert layer.weight.square().mean().item() == pytest.approx(2 / 36, rel=6 * math.sqrt(2 / 4608))
    assert layer.weight.requires_grad and layer.weight.grad_fn is None


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: variance_(np.zeros((3, 3)), "relu"), "only a tensor can be filled, got ndarray"),
        (lambda: variance_(torch.zeros(3, 3, dtype=torch.int64), "relu"), "int64 cannot hold"),
        (lambda: variance_(torch.zeros(3), "relu"), "at least 2 axes"),
        (lambda: variance_(torch.zeros(0, 3), "relu"), "must be at least 1, got 0"),
        (lambda: variance_(torch.zeros(3, 3), "relu", fans=xt.fans((4, 3), layout="torch")),
         "the fans are of a weight (4, 3), the tensor is (3, 3)"),
        (lambda: variance_(torch.zeros(3, 3), "relu", law="cauchy"), "unknown law 'cauchy'"),
        (lambda: orthogonal_(torch.zeros(4)), "an orthogonal weight has at least 2 axes"),
        (lambda: orthogonal_(torch.zeros(4, 4), groups=3), "cannot be split into 3 groups"),
        (lambda: orthogonal_(torch.zeros(4, 4), 0.0), "positive and finite, got 0.0"),
        (lambda: truncated_normal_(torch.zeros(4), -1.0), "positive and finite, got -1"),
        (lambda: truncated_normal_(torch.zeros(4), math.nan), "positive and finite, got nan"),
        (lambda: truncated_normal_(torch.zeros(4), cut=0.0), "cut between 0.01 and 8"),
        (lambda: truncated_normal_(torch.zeros(4), cut=math.inf), "cut between 0.01 and 8"),
        (lambda: truncated_normal_(torch.zeros(4, dtype=torch.float16), 1e-6),
         "beyond the range of torch.float16"),
        (lambda: truncated_normal_(torch.zeros(4, dtype=torch.float16), 1e4), "beyond the range"),
        (lambda: variance_(torch.nn.LazyLinear(3).weight, "relu"), "shape from the first input"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_words(call: Any, says: str) -> None:
    with pytest.raises((InvalidInputError, xt.UnknownNameError)) as refused:
        call()
    assert says in str(refused.value) and "\n" not in str(refused.value)
