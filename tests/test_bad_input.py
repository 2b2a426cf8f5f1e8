"""What users get wrong: each refusal is one line that says what, where, and what would be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import xavier_theory as xt
from xavier_theory.errors import XavierTheoryError

FANS = "fans are those of a shape such as (64, 3, 3, 3), or of a layer of torch, Keras or Flax; got"
VECTORIZE = "a function f of one number is given as np.vectorize(f, otypes=[float])"
OTHERS = "depends on the other points or on earlier calls"


def counting() -> Callable[[Any], Any]:
    """A function that changes from call to call."""
    calls = [0]

    def function(x: Any) -> Any:
        calls[0] += 1
        return x * calls[0]

    return function


REFUSALS: list[tuple[Callable[[], Any], str]] = [
    # shapes
    (lambda: xt.fans((64, 32, 3, 3), layout="torch", groups=5),
     "64 output channels cannot be split into 5 groups: shape (64, 32, 3, 3), layout 'torch'"),
    (lambda: xt.fans((64, 0, 3, 3), layout="torch"),
     "an axis of the shape must be at least 1, got 0"),
    (lambda: xt.fans((64, -1), layout="keras"), "an axis of the shape must be at least 1, got -1"),
    (lambda: xt.fans((64.0, 32), layout="torch"), "must be an integer of at least 1, got 64.0"),
    (lambda: xt.fans((64,), layout="torch"), "at least 2 axes are needed (a bias has none)"),
    (lambda: xt.fans((64, 32)), "a shape needs a layout, 'torch', 'keras', 'jax'"),
    (lambda: xt.fans((64, 32), layout="pytorch"), "its axes are those of 'torch'"),
    (lambda: xt.fans((64, 32), layout="tf"), "its axes are those of 'keras'"),
    (lambda: xt.fans((64, 32), layout="kears"), "did you mean 'keras'?"),
    (lambda: xt.fans(64, layout="torch"), f"{FANS} 64"),
    (lambda: xt.fans("64,32", layout="torch"), f"{FANS} '64,32'"),
    (lambda: xt.fans(np.zeros((64, 32)), layout="torch"), "got an array; give its shape, (64, 32)"),
    (lambda: xt.fans((64, 32, 3, 3), layout="torch", stride=(2, 2, 2)),
     "stride has 3 numbers, the kernel has 2 dimensions"),
    (lambda: xt.fans((64, 32, 3, 3), layout="torch", input_size=2), "there would be no output"),
    (lambda: xt.initialization("relu", (4, 4), group=2), "got 'group'; did you mean 'groups'?"),
    (lambda: xt.initialization("relu", (4, 4), law="gaussian"), "known: normal, uniform"),
    (lambda: xt.variance("relu"), "mode 'fan_in' needs fan_in"),
    (lambda: xt.variance("relu", fan_in=64.0), "fan_in must be an integer of at least 1, got 64.0"),
    # callables
    (lambda: xt.gain(lambda x: x.sum()), "must keep the shape (256,), it returned ()"),
    (lambda: xt.gain(counting()), OTHERS), (lambda: xt.gain(lambda x: x / x.max()), OTHERS),
    (lambda: xt.gain(np.sqrt), "is not a finite real number in floating point at z = -0.0"),
    (lambda: xt.gain(lambda x: None), "must return real numbers, got NoneType"),
    (lambda: xt.gain(lambda x: x + 1j), "must return real numbers, got complex128"),
    (lambda: xt.gain(lambda x: x if x > 0 else 0), VECTORIZE),
    (lambda: xt.gain(math.tanh), VECTORIZE),
    (lambda: xt.gain(lambda x, y: x), "missing 1 required positional argument: 'y'"),
    # texts
    (lambda: xt.gain("2z"), "a product is written 2*z"),
    (lambda: xt.gain("3(z + 1)"), "a product is written with *, as in 3*(z + 1) (column 1"),
    (lambda: xt.gain("z^2"), "a power is written **"),
    (lambda: xt.gain("lambda x: x"), "leave lambda out: an expression is what it returns"),
    (lambda: xt.gain("x*y"), "unknown name 'y'; the variable is z (or x)"),
    (lambda: xt.gain("gleu"), "did you mean 'gelu'?"),
    (lambda: xt.gain(""), "the expression is empty"),
    (lambda: xt.gain("1/z"), "division by zero at z = 0"),
    (lambda: xt.gain("log(z)"), "log(z) is not a real number at z = "),
    (lambda: xt.gain("0*z"), "has no second-moment gain: E[φ(Z)²] is 0"),
    (lambda: xt.gain("exp(z**2)"), "it is finite only for q < 1/4"),
    (lambda: xt.gain("relu", q="one"), "the variance q is a number such as 1.5, 3/2 or sqrt(2)/30"),
    # numbers and names
    (lambda: xt.phase("relu", -1), "must be positive, got -1"),
    (lambda: xt.phase("relu", "hee"), "unknown initialization 'hee'; did you mean 'he'?"),
    (lambda: xt.phase("relu", "std=0.1"), "give σ_w: a number such as 1.5, 3/2 or sqrt(2)/30"),
    (lambda: xt.phase("relu", "constant=1"), "constant weights are not random"),
    (lambda: xt.sample(0, 3, "relu"), "width must be at least 1, got 0"),
    (lambda: xt.sample(4, 3, "relu", law="truncted"), "did you mean 'truncated-normal'?"),
    (lambda: xt.sample(10**7, 3, "tanh", law="uniform"), "3e+14 weights, which takes days"),
    (lambda: xt.derive("he"), "did you mean 'he-variance'?"),
    (lambda: xt.derive("he-variance").predict(512),
     "quantities are named, as in predict(fan_in=…)"),
    (lambda: xt.derive("he-variance").predict(fan=3), "he-variance takes fan_in: unknown fan"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "says"), REFUSALS, ids=[says for _, says in REFUSALS])
def test_a_mistake_is_told_in_a_line(ask: Callable[[], Any], says: str) -> None:
    with pytest.raises(XavierTheoryError, match=re.escape(says)) as refused:
        ask()
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400
