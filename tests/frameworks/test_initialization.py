"""``xt.initialization``: against closed forms, mpmath and what frameworks flatten."""

from __future__ import annotations

import json
import math
import pickle
from fractions import Fraction
from typing import Any

import mpmath
import pytest

import xavier_theory as xt
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.frameworks.initialization import Initialization, remembered

GELU = 1 / 3 + 1 / (2 * math.sqrt(3) * math.pi)  # E[GELU(Z)²], gated-gain


def test_the_variance_is_the_gains_square_over_the_products() -> None:
    found = xt.initialization("gelu", shape=(64, 32, 3, 3), groups=4, law="uniform")
    assert found.fan == 288  # 32 channels of its own group, 9 positions
    assert found.variance == pytest.approx(1 / GELU / 288, rel=1e-15)
    assert found.bound == pytest.approx(math.sqrt(3 / GELU / 288), rel=1e-15)
    assert found.std == pytest.approx(math.sqrt(1 / GELU / 288), rel=1e-15)
    assert (found.std_before_truncation, found.scales) == (None, None)
    assert found.theorem == "general-gain" and found.stability == "unstable"


def test_it_agrees_with_variance() -> None:
    for name, mode in (("relu", "fan_in"), ("silu", "fan_out"), ("tanh", "fan_avg")):
        expected = xt.variance(name, fan_in=20, fan_out=10, mode=mode)
        found = xt.initialization(name, (10, 20), mode=mode)
        assert found.variance == pytest.approx(expected, rel=4e-16)
    slope = xt.initialization("leaky_relu", (10, 20), slope=0.2)
    assert slope.variance == pytest.approx(2 / 1.04 / 20, rel=4e-16)
    assert slope.theorem == "leaky-relu-variance"


def test_stride_and_borders_count() -> None:
    strided = xt.initialization("relu", (64, 32, 3, 3), mode="fan_out", stride=2)
    assert strided.variance == pytest.approx(2 / (64 * 9 / 4), rel=1e-15)
    small = xt.initialization("relu", (8, 4, 3), padding=1, input_size=4)
    # of 4 outputs 2 meet 2 taps and 2 meet 3
    assert small.fan == 10 and small.variance == pytest.approx(0.2, rel=1e-15)


def test_factors_are_what_one_layer_makes_of_signal_and_gradient() -> None:
    relu = xt.initialization("relu", (64, 32, 3, 3), groups=2, stride=2)
    assert relu.signal_factor == pytest.approx(1, rel=1e-15)
    # g²/(32·9) · (64/2 · 9/4) · ½
    assert relu.gradient_factor == pytest.approx(2 / 288 * 72 / 2, rel=1e-15)
    square = xt.initialization("relu", (64, 64))
    assert square.gradient_factor == pytest.approx(1, rel=1e-15) and square.stability == "marginal"
    assert xt.initialization("sign", (4, 4)).gradient_factor == math.inf
    lookup = xt.initialization("linear", (100, 8), kind="embedding")
    assert lookup.gradient_factor is None and lookup.variance == 1
    assert "none goes further back" in str(lookup)


def test_the_truncation_is_made_up_for() -> None:
    found = xt.initialization("linear", (50, 40), law="truncated-normal")
    with mpmath.workdps(30):
        mass = mpmath.ncdf(2) - mpmath.ncdf(-2)
        after = mpmath.quad(lambda z: z * z * mpmath.npdf(z), [-2, 0, 2]) / mass
        before = mpmath.sqrt(mpmath.mpf(1) / 40 / after)
    assert found.std_before_truncation == pytest.approx(float(before), rel=1e-15)
    assert found.std == pytest.approx(math.sqrt(1 / 40), rel=1e-15)


@pytest.mark.parametrize(
    ("shape", "told", "matrices"),
    [
        ((64, 64), {}, {"torch": (64, 64), "keras": (64, 64), "jax": (64, 64)}),
        ((100, 40), {}, {"torch": (100, 40), "keras": (40, 100), "jax": (40, 100)}),
        ((16, 8, 3, 3), {}, {"torch": (16, 72), "keras": (72, 16), "jax": (72, 16)}),
        ((16, 8, 3), {"transposed": True},
         {"torch": (16, 24), "keras": (24, 16), "jax": (48, 8)}),
        ((5, 7, 2), {"layout": "jax", "equation": "ab,abc->c"}, {"jax": (35, 2)}),
    ],
)  # fmt: skip
def test_an_orthogonal_matrix_gets_the_variance(
    shape: Any, told: Any, matrices: dict[str, tuple[int, int]]
) -> None:
    """The squares of s·Q add up to s²·min(r, c), over r·c entries."""
    found = xt.initialization("silu", shape, law="orthogonal", **told)
    assert found.scales is not None and found.scales.keys() == matrices.keys()
    for name, (rows, columns) in matrices.items():
        mean_square = found.scales[name] ** 2 * min(rows, columns) / (rows * columns)
        assert mean_square == pytest.approx(found.variance, rel=1e-14)
        assert repr(found.scales[name]) in getattr(found, name)


def test_lines_are_those_of_layers_that_a_framework_has() -> None:
    found = xt.initialization("relu", (8, 4, 3), transposed=True, groups=2)
    assert found.torch == f"torch.nn.init.normal_(layer.weight, std={found.std!r})"
    assert found.keras is None and found.jax is None and "keras" not in str(found)


def test_names_are_taken_as_people_write_them() -> None:
    for law in ("truncated-normal", "truncated_normal", "trunc_normal"):
        assert xt.initialization("relu", (4, 4), law=law).law == "truncated-normal"
    assert xt.sample(4, 1, "relu", law="truncated_normal").law == "truncated-normal"
    strided = xt.fans((64, 32, 3, 3), layout="torch", stride=2)
    found = xt.variance("relu", fan_out=strided.effective_out, mode="fan_out")
    assert found == pytest.approx(2 / 144, rel=1e-15)
    with pytest.raises(InvalidInputError, match="fan_in must be an integer of at least 1"):
        xt.variance("relu", fan_in=Fraction(1, 2))


def test_the_line_names_the_weight_and_the_heading_its_article() -> None:
    fans = xt.fans((128, 32), layout="torch")
    found = Initialization(xt.gain("tanh"), fans, "orthogonal", "fan_in", "weight_hh_l0")
    assert "orthogonal_(layer.weight_hh_l0, gain=" in str(found.torch)
    assert "before a dense weight" in str(found)
    assert "before an embedding weight" in str(xt.initialization("relu", (4, 4), kind="embedding"))


def test_theorems_are_those_of_the_package() -> None:
    told = [
        ("relu", {}), ("linear", {}), ("prelu", {}), ("silu", {}), ("relu", {"mode": "fan_out"}),
        ("relu", {"mode": "fan_avg"}), ("tanh", {"convention": "backward"}),
    ]  # fmt: skip
    found = [xt.initialization(name, (6, 5), **further).theorem for name, further in told]
    assert found == [
        "he-variance", "xavier-variance", "leaky-relu-variance", "general-gain",
        "backward-variance", "glorot-variance", "correlation-map",
    ]  # fmt: skip
    assert set(found) <= set(xt.theorems())


def test_it_is_shown_pickled_and_written() -> None:
    found = xt.initialization("relu", (64, 32, 3, 3), law="truncated-normal")
    assert "signal                kept, marginal over depth" in str(found)
    assert "| torch | `torch.nn.init.trunc_normal_(layer.weight, std=" in found._repr_markdown_()
    again = pickle.loads(pickle.dumps(found))
    assert str(again) == str(found) and again.variance == found.variance
    assert json.loads(json.dumps(found.to_json()))["fans"]["fan_in"] == 288


def test_fans_can_be_given() -> None:
    fans = xt.fans((3, 3, 32, 64), layout="keras", stride=2)
    found = xt.initialization("relu", fans, mode="fan_out")
    assert found.fans is fans and found.variance == pytest.approx(2 / 144, rel=1e-15)


@pytest.mark.parametrize(
    ("arguments", "told", "says"),
    [
        (("relu", (4, 4)), {"law": "gaussian"}, "unknown law 'gaussian'"),
        (("relu", (4, 4)), {"mode": "fanin"}, "did you mean 'fan_in'"),
        (("relu", (4, 4)), {"slop": 2}, "relu takes no parameters, got 'slop'"),
        (("relu", (4,)), {}, "at least 2 axes"),
        (("rleu", (4, 4)), {}, "did you mean 'relu'"),
        (("relu", 512), {}, "fans are those of a shape"),
        (("relu", (9, 4)), {"kind": "embedding", "mode": "fan_out"}, "use mode 'fan_in'"),
        (("relu", (9, 4)), {"convention": "forward"}, "unknown convention"),
    ],
)
def test_mistakes_are_told_in_words(arguments: Any, told: Any, says: str) -> None:
    with pytest.raises((InvalidInputError, UnknownNameError)) as refused:
        xt.initialization(*arguments, **told)
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_fans_say_already_what_the_stride_is() -> None:
    fans = xt.fans((4, 4, 3), layout="torch")
    with pytest.raises(InvalidInputError, match="say already what stride is"):
        xt.initialization("relu", fans, stride=2)


def test_what_is_kept_is_certified_and_asked_for_by_plain_values() -> None:
    told = {"groups": 1, "layout": "torch"}
    first = remembered("gelu", (8, 4), "normal", "fan_in", told)
    assert remembered("gelu", (8, 4), "normal", "fan_in", dict(told)) is first
    assert first.std == xt.initialization("gelu", (8, 4)).std
    assert remembered("gelu", (8, 4), "normal", "fan_out", told) is not first
    for wrong in (True, 1.0):  # equal to 1, and no number of groups
        with pytest.raises(InvalidInputError):
            remembered("gelu", (8, 4), "normal", "fan_in", told | {"groups": wrong})
    estimated = "sin(1/z)*exp(-z**2)"  # nothing certified: worked out anew
    again = [remembered(estimated, (8, 4), "normal", "fan_in", {}) for _ in range(2)]
    assert again[0].gain.enclosure is None and again[0] is not again[1]
    lists = {"stride": [2, 2]}  # not plain: worked out anew
    kernels = [remembered("relu", (8, 4, 3, 3), "normal", "fan_in", lists) for _ in range(2)]
    assert kernels[0].std == kernels[1].std and kernels[0] is not kernels[1]
