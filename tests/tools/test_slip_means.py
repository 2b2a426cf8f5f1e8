"""E[X] = 0, found by the kernel where the assumptions give it, and nowhere else."""

import pytest
from sympy import Integer

from tools.slips.means import zero_mean
from xavier_theory.symbolic.assumptions import (
    equation,
    finite_moment,
    independent,
)
from xavier_theory.symbolic.assumptions import (
    zero_mean as centred,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import EVERY, E, random_family, scalar

W, a, z, b = (
    random_family(name, arity) for name, arity in (("W", 2), ("a", 1), ("z", 1), ("b", 1))
)
i, j, n, s = scalar("i", "width"), scalar("j", "width"), scalar("n", "width"), scalar("s")
APART = independent("apart", [W[EVERY, EVERY]], [a[EVERY]])
CENTRED = centred("weights are centred", W[i, j], i, j)
CONTEXT = Context(
    (
        CENTRED,
        APART,
        centred("biases are centred", b[i], i),
        equation("inputs have mean one", E(a[j]), Integer(1), j),
        finite_moment("weights", W[i, j], 2, i, j),
        finite_moment("inputs", a[j], 2, j),
        finite_moment("biases", b[i], 2, i),
    ),
    (define("layer", z[i], sum_over(j, n, W[i, j] * a[j]) + b[i], i),),
)


def without(name: str) -> Context:
    kept = tuple(a for a in CONTEXT.assumptions if a.name != name)
    return Context(kept, CONTEXT.definitions)


@pytest.mark.parametrize(
    "term",
    [
        W[1, 2],
        z[i],
        W[i, 1] * a[1] * a[2],
        s * z[1] - b[2],
        sum_over(i, n, s * z[i]),
        W[i, 1] * a[i],
    ],
)
def test_what_has_mean_zero(term):
    step = zero_mean(Proof("means", CONTEXT), term)
    assert step is not None
    assert (step.relation, step.left, step.right) == ("=", E(term), 0)


@pytest.mark.parametrize(
    "term", [a[1], z[i] + 1, z[i] + a[1], W[1, 1] * W[1, 2], W[1, 1] ** 2, z[i] ** 2]
)
def test_what_need_not_have_mean_zero(term):
    assert zero_mean(Proof("means", CONTEXT), term) is None


@pytest.mark.parametrize("name", ["apart", "weights are centred", "biases are centred"])
def test_a_layer_is_not_centred_without(name):
    assert zero_mean(Proof("means", CONTEXT), z[i]) is not None
    assert zero_mean(Proof("means", without(name)), z[i]) is None


def test_only_so_many_definitions_are_unfolded():
    x, layer = random_family("x", 1), scalar("l", "natural")
    start = (centred("start", x[0]), finite_moment("x", x[layer], 2, layer))
    grown = Context(start, (define("x", x[layer + 1], 2 * x[layer], layer),))
    assert zero_mean(Proof("means", grown), x[2]) is not None
    assert zero_mean(Proof("means", grown), x[20]) is None
