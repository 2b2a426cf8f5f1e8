"""Counterexamples to `dropout-depth` that are beyond the search in finite models.

They have one layer and few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

SIGNS = (-1, 1)


def _mean(values: Sequence[object]) -> mpmath.mpf:
    """The mean over equally likely outcomes."""
    return mpmath.fsum(values) / len(values)


def _second_moment(
    text: str, values: Sequence[object], said: int, left: int, *, q: int = 1, p: str = "1"
) -> Continuous:
    """E[a_1²] over equally likely ``values`` of a_1, and κ n Var(W) q/p, which is ``said``."""
    start = f"depth = 1\nshare = 1\nsecond_moment = {q}\np[0] = {p}\n"

    def check() -> tuple[mpmath.mpf, mpmath.mpf]:
        return _mean([mpmath.mpmathify(value) ** 2 for value in values]), mpmath.mpf(said)

    return Continuous(start + text, sympy.Integer(left), sympy.Integer(said), check)


def _of_means(text: str, found: Callable[[], object], said: int, left: int) -> Continuous:
    """E[h_L], and what the network computes without dropout."""

    def check() -> tuple[mpmath.mpf, mpmath.mpf]:
        return mpmath.mpmathify(found()), mpmath.mpf(said)

    return Continuous(text, sympy.Integer(left), sympy.Integer(said), check)


_ROOT = mpmath.sqrt(2)
_ONE = "n[0] = 1, a[0, 1] = 1, m[0, 1] = 1, a[1, i] = z[1, i]\n"
_SIGN = "W[1, i, 1] is 1 or -1, with probability 1/2 each"

CONTINUOUS = {
    "weights_have_zero_mean": _second_moment(
        _ONE + "W[1, i, 1] = 1, variance[1] = 0", [1], said=0, left=1
    ),
    "weights_of_a_layer_share_one_variance": _second_moment(
        _ONE + "W[1, i, 1] = 0, variance[1] = 1", [0], said=1, left=0
    ),
    "weights_of_a_unit_are_uncorrelated": _second_moment(
        "n[0] = 2, a[0, j] = 1, m[0, j] = 1, a[1, i] = z[1, i]\n"
        "W[1, i, 1] = W[1, i, 2] is 1 or -1, with probability 1/2 each",
        [w + w for w in SIGNS],
        said=2,
        left=4,
    ),
    "weights_are_independent_of_masks_and_layers_below": _second_moment(
        "n[0] = 1, m[0, 1] = 1, a[1, i] = z[1, i]\n"
        "W[1, i, 1] = a[0, 1] is 0 with probability 1/2, sqrt(2) and -sqrt(2) with 1/4 each",
        [w * w for w in (0, 0, _ROOT, -_ROOT)],
        said=1,
        left=2,
    ),
    "masks_are_independent_of_the_layers_below": _second_moment(
        "n[0] = 1, a[1, i] = z[1, i]\n"
        "m[0, 1] is 0 or 1, with probability 1/2 each, and a[0, 1] = sqrt(2) m[0, 1]\n" + _SIGN,
        [2 * w * m * _ROOT * m for w in SIGNS for m in (0, 1)],
        said=2,
        left=4,
        p="1/2",
    ),
    "masks_equal_their_squares_on_average": _second_moment(
        "n[0] = 1, a[0, 1] = 1, a[1, i] = z[1, i]\n"
        "m[0, 1] is 0 or 2, with probability 1/2 each\n" + _SIGN,
        [w * m for w in SIGNS for m in (0, 2)],
        said=1,
        left=2,
    ),
    "inputs_share_one_second_moment": _second_moment(
        "n[0] = 1, a[0, 1] = 2, m[0, 1] = 1, a[1, i] = z[1, i]\n" + _SIGN,
        [2 * w for w in SIGNS],
        said=1,
        left=4,
    ),
    "activations_keep_a_share_of_the_mean_square": _second_moment(
        "n[0] = 1, a[0, 1] = 1, m[0, 1] = 1, a[1, i] = 2 z[1, i]\n" + _SIGN,
        [2 * w for w in SIGNS],
        said=1,
        left=4,
    ),
    "every_factor_is_the_ratio": _second_moment(
        "ratio = 1\n" + _ONE + "W[1, i, 1] = 0, variance[1] = 0", [0], said=1, left=0
    ),
    "masks_keep_with_the_probability_of_their_layer": _of_means(
        "depth = 1\np[0] = 1/2\nn[0] = 1, w[1, i, 1] = 1, h[0, 1] = y[0, 1] = 1, m[0, 1] = 1",
        lambda: 1 * 1 / mpmath.mpf("0.5"),
        said=1,
        left=2,
    ),
    "masks_are_independent_of_what_they_drop": _of_means(
        "depth = 1\np[0] = 1/2\nn[0] = 1, w[1, i, 1] = 1, y[0, 1] = 1\n"
        "m[0, 1] is 0 or 1, with probability 1/2 each, and h[0, 1] = 2 m[0, 1]",
        lambda: _mean([m * (2 * m) / mpmath.mpf("0.5") for m in (0, 1)]),
        said=1,
        left=2,
    ),
    "the_input_is_what_it_is_on_average": _of_means(
        "depth = 0\nh[0, i] = 0, y[0, i] = 1", lambda: 0, said=1, left=0
    ),
}
