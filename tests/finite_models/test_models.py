"""Drawn models satisfy the assumptions exactly, and nothing else on purpose."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings

from tests.finite_models.drawing import drawn
from xavier_theory.finite_models import (
    CannotBuildModelError,
    FiniteModelError,
    Model,
    Shape,
    evaluate,
    models,
    satisfies,
)
from xavier_theory.finite_models.arithmetic import fraction
from xavier_theory.finite_models.checking.check import check_derivation
from xavier_theory.finite_models.checking.claims import beyond
from xavier_theory.finite_models.drawing.choices import Choices
from xavier_theory.finite_models.drawing.laws import (
    orthonormal_family,
    rotated,
    two_levels,
    unit_vector,
)
from xavier_theory.symbolic.assumptions import (
    Assumption,
    at_most,
    common_variance,
    density,
    equation,
    finite_moment,
    independent,
    law,
    positive,
    same_law,
    symmetric,
    uncorrelated,
    zero_mean,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Proof
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.judgements import Context, define
from xavier_theory.symbolic.terms import (
    EVERY,
    E,
    Var,
    random_family,
    random_variable,
    scalar,
)

W, a = random_family("W", 2), random_family("a", 1)
W3, act = random_family("W", 3), random_family("act", 2)
X = random_variable("X")
i, j, k = (scalar(name, "width") for name in ("i", "j", "k"))
l = scalar("l", "natural")  # noqa: E741  # the layer, as everywhere in the theory
n = scalar("n", "width")
s, q, bound = scalar("s", "positive"), scalar("q", "nonnegative"), scalar("bound", "positive")

ROWS = (
    zero_mean("centred", W[i, j], i, j),
    common_variance("one variance", W[i, j], s, i, j),
    uncorrelated("uncorrelated rows", W[i, j], W[i, k], i, j, k, distinct=[(j, k)]),
    independent("independent of a", [W[i, EVERY]], [a[EVERY]], i),
    zero_mean("a centred", a[j], j),
    common_variance("a of one variance", a[j], q, j),
)
WEAKER = {
    1: equation("equal variances", Var(W[i, j]), Var(W[i, k]), i, j, k),
    5: equation("equal variances", Var(a[j]), Var(a[k]), j, k),
}
MEMBERS = [*(W[p, r] for p in (1, 2) for r in (1, 2, 3)), *(a[r] for r in (1, 2, 3))]
SHAPE = Shape.of({n: 3}, units=3)


def test_models_of_a_layer_satisfy_every_assumption() -> None:
    for model in drawn(ROWS, MEMBERS, SHAPE):
        for assumption in ROWS:
            assert satisfies(model, assumption), assumption.name


@pytest.mark.parametrize("dropped", range(len(ROWS)))
def test_some_model_violates_each_assumption_that_is_dropped(dropped: int) -> None:
    kept = [assumption for place, assumption in enumerate(ROWS) if place != dropped]
    found = list(drawn(kept, MEMBERS, SHAPE, count=8))
    assert all(satisfies(model, assumption) for model in found for assumption in kept)
    assert not all(satisfies(model, WEAKER.get(dropped, ROWS[dropped])) for model in found)


@pytest.mark.parametrize(
    "unwanted",
    [
        independent("independent rows", [W[1, EVERY]], [W[2, EVERY]]),
        uncorrelated("uncorrelated columns", W[i, j], W[k, j], i, j, k, distinct=[(i, k)]),
        independent("independent entries of a row", [W[1, 1]], [W[1, 2]]),
        independent("independent activations", [a[1]], [a[2]]),
        uncorrelated("uncorrelated activations", a[j], a[k], j, k, distinct=[(j, k)]),
        symmetric("symmetric weights", W[i, j], i, j),
        symmetric("symmetric activations", a[j], j),
        equation("equal fourth moments", E(a[j] ** 4), E(a[k] ** 4), j, k),
    ],
    ids=lambda assumption: assumption.name,
)
def test_models_of_a_layer_have_no_further_property(unwanted: Assumption) -> None:
    assert not all(satisfies(model, unwanted) for model in drawn(ROWS, MEMBERS, SHAPE, count=8))


EXCHANGED = same_law("exchanged", [W[1, j], W[2, j]], [-W[2, j], -W[1, j]], j)
ONE_SIZE = equation("one size", E(W[i, j] ** 2), s, i, j)
PAIRS = [W[1, 1], W[2, 1], W[1, 2], W[2, 2]]
CASES = {
    "symmetric": ([symmetric("s", W[i, j], i, j)], [W[1, 1], W[1, 2], W[2, 1]]),
    "symmetric with variance": (
        [symmetric("s", a[j], j), common_variance("v", a[j], s, j)], [a[1], a[2]],
    ),
    "exchanged by a sign": ([EXCHANGED, ONE_SIZE], PAIRS),
    "of one law with the negatives": ([same_law("n", [X, a[1]], [-X, -a[1]])], [X, a[1]]),
    "exchanged": ([same_law("e", [X, a[1]], [a[1], X]), ONE_SIZE], [X, a[1], W[1, 1]]),
    "exchanged beside others": (
        [same_law("e", [X, act[1, 1]], [-act[1, 1], -X]), *ROWS],
        [X, act[1, 1], W[1, 1], W[1, 2], a[1]],
    ),
    "exchanged beside a positive one": (
        [same_law("e", [X, a[1]], [-a[1], -X]), positive("p", W[1, 1])], [X, a[1], W[1, 1]],
    ),
    "second moment": ([equation("m", E(a[j] ** 2), s, j)], [a[1], a[2], a[3]]),
    "second moment and mean": (
        [equation("m", E(a[j] ** 2), s, j), zero_mean("z", a[j], j)], [a[1], a[2]],
    ),
    "orthogonal": (
        [equation("o", E(a[j] * a[k]), 0, j, k, distinct=[(j, k)])], [a[1], a[2], a[3]],
    ),
    "variance without a root": ([common_variance("v", W[i, j], 2 / n, i, j)], [W[1, 1], W[1, 2]]),
    "equal variances": ([equation("e", Var(a[j]), Var(a[k]), j, k)], [a[1], a[2], a[3]]),
    "equal means": ([equation("e", E(a[j]), E(a[k]), j, k)], [a[1], a[2]]),
    "prescribed mean": ([equation("e", E(a[j]), s, j)], [a[1], a[2]]),
    "constant members": ([equation("c", W[i, j], s, i, j)], [W[1, 1], W[2, 1]]),
    "equal rows": ([equation("r", W[i, j], W[k, j], i, j, k)], [W[1, 1], W[2, 1], W[1, 2]]),
    "positive variance": ([positive("p", Var(a[j]), j)], [a[1], a[2]]),
    "positive member": ([positive("p", X)], [X]),
    "bounded": ([at_most("b", sympy.Abs(a[j]), bound, j)], [a[1], a[2]]),
    "moment below a scalar": ([at_most("b", E(X**4), bound)], [X]),
    "defined scalar": ([equation("d", s, 1 / n + q), common_variance("v", X, s)], [X]),
    "scalar from moments": (
        [equation("d", n * sum_over(j, n, E(a[j] ** 2)), q)], [a[1], a[2], a[3], X * q],
    ),
    "moment": ([finite_moment("f", X, 4)], [X]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_assumption_holds_by_construction(case: str) -> None:
    assumptions, members = CASES[case]
    for model in drawn(assumptions, members, SHAPE):
        for assumption in assumptions:
            assert satisfies(model, assumption)


@pytest.mark.parametrize(
    "unwanted",
    [
        symmetric("symmetric", W[1, 1]),
        same_law("exchanged", [W[1, 1], W[2, 1]], [W[2, 1], W[1, 1]]),
        same_law("joint negatives", [W[1, 1], W[2, 1]], [-W[1, 1], -W[2, 1]]),
        independent("independent pieces", [W[1, 1]], [W[2, 1]]),
        independent("independent pairs", [W[1, 1], W[2, 1]], [W[1, 2], W[2, 2]]),
        same_law("pairs of one law", [W[1, 1], W[2, 1]], [W[1, 2], W[2, 2]]),
        zero_mean("centred", W[1, 1]),
        equation("equal fourth moments", E(W[1, 1] ** 4), E(W[1, 2] ** 4)),
    ],
    ids=lambda assumption: assumption.name,
)
def test_models_of_exchanged_pairs_have_no_further_property(unwanted: Assumption) -> None:
    found = drawn([EXCHANGED, ONE_SIZE], PAIRS, SHAPE, count=8)
    assert not all(satisfies(model, unwanted) for model in found)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (independent("apart", [W[1, 1]], [W[2, 1]]), "must be independent"),
        (zero_mean("centred", W[1, 1]), "more is asked"),
        (common_variance("of one variance", W[i, j], s, i, j), "more is asked"),
        (equation("of two sizes", E(W[1, 1] ** 2), q), "more is asked"),
        (symmetric("symmetric", W[2, 1]), "more is asked"),
        (uncorrelated("uncorrelated", W[1, 1], W[1, 2], distinct=[]), "more is asked"),
        (positive("positive", W[1, 1]), "more is asked"),
        (same_law("twice", [W[1, 1], W[1, 2]], [W[1, 2], W[1, 1]]), "also said elsewhere"),
        (same_law("round", [*PAIRS[:3]], [*PAIRS[1:3], PAIRS[0]]), "no exchange or change"),
        (same_law("apart", [W[1, 1]], [W[2, 1]]), "no exchange or change"),
        (same_law("signs", [-W[1, 1]], [W[1, 1]]), "a sign stands"),
        (same_law("squares", [W[1, 1] ** 2], [W[2, 1] ** 2]), "other terms than base members"),
    ],
    ids=lambda value: value.name if isinstance(value, Assumption) else "",
)
def test_a_joint_law_that_would_not_survive_is_refused(more: Assumption, said: str) -> None:
    with pytest.raises(CannotBuildModelError, match=said):
        list(drawn([EXCHANGED, more], PAIRS, SHAPE, count=1))


def test_layers_are_independent_of_all_that_is_below() -> None:
    network = define("layer", act[l + 1, i], sum_over(j, n, W3[l + 1, i, j] * act[l, j]), l, i)
    assumption = independent("fresh weights", [W3[l + 1, i, EVERY]], [act[l, EVERY]], l, i)
    centred = zero_mean("centred", W3[l, i, j], l, i, j)
    shape = Shape.of({n: 2}, units=2, layers=1)
    for model in drawn([assumption, centred], [act[2, 1], act[2, 2]], shape, [network], count=4):
        assert satisfies(model, assumption, [network])
        assert satisfies(model, centred)


CONTRADICTIONS = {
    "an uncorrelated pair that may be one": [
        uncorrelated("u", W[i, j], W[i, k], i, j, k, distinct=[]),
        common_variance("v", W[i, j], 1, i, j),
    ],
    "an orthogonal pair that may be one": [
        equation("o", E(a[j] * a[k]), 0, j, k), equation("m", E(a[j] ** 2), 1, j),
    ],
    "two variances": [common_variance("v", X, s), common_variance("w", X, 2 * s)],
    "two means": [equation("e", E(X), 1), equation("f", E(X), 2)],
    "two second moments": [equation("m", E(X**2), 1), equation("n", E(X**2), 2)],
    "variance, mean and second moment": [
        common_variance("v", X, 1), equation("e", E(X), 1), equation("m", E(X**2), 3),
    ],
    "equal variances of two sizes": [
        equation("e", Var(X), Var(a[1])), common_variance("v", X, 1), common_variance("w", a[1], 2),
    ],
    "one member of two variances": [
        equation("e", X, a[1]), common_variance("v", X, 1), common_variance("w", a[1], 2),
    ],
    "a symmetric member with a mean": [symmetric("s", X), equation("e", E(X), 1)],
    "one with a variance as well": [
        symmetric("s", X), equation("e", E(X), 1), common_variance("v", X, 1),
    ],
    "an orthogonal pair with means": [
        equation("o", E(X * a[1]), 0), equation("e", E(X), 1), equation("f", E(a[1]), 1),
        independent("i", [X], [a[EVERY]]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_assumptions_that_contradict_each_other_get_no_model(case: str) -> None:
    """Each of them alone is built into the laws: together they are looked at in each model."""
    with pytest.raises(CannotBuildModelError, match=r"contradicts it|not symmetric"):
        list(drawn(CONTRADICTIONS[case], [X, *MEMBERS], SHAPE, count=1))


NOT_BUILT_TOGETHER = {
    "a variance that is a second moment": [equation("e", Var(X), E(a[1] ** 2))],
    "a mean that is a variance": [equation("e", E(X), Var(a[1]))],
    "a variance that is a bound": [common_variance("v", X, s), at_most("b", E(X**4), s)],
    "a symmetric member with another's mean": [symmetric("s", X), equation("e", E(X), E(a[1]))],
}


@pytest.mark.parametrize("case", NOT_BUILT_TOGETHER)
def test_what_is_not_built_together_is_refused(case: str) -> None:
    with pytest.raises(CannotBuildModelError, match="not built together"):
        list(drawn(NOT_BUILT_TOGETHER[case], [X, *MEMBERS], SHAPE))


@pytest.mark.parametrize("place", [0, 1])
def test_bounds_that_move_each_other_hold_in_the_models_that_are_drawn(place: int) -> None:
    """Each is raised once, to what the other was: where that is not enough, there is no draw."""
    r = scalar("r", "positive")
    low, high = ((s, bound), (bound, s))[place]
    chain = [at_most("a", low, r), at_most("b", r, high)]
    for model in drawn(chain, [X * s * r * bound], SHAPE, count=8):
        assert all(satisfies(model, assumption) for assumption in chain)


def test_what_has_no_finite_model_is_named() -> None:
    t = scalar("t")
    cases = [
        (law("Gaussian weights", "gaussian", [X], [0, s]), "Gaussian weights"),
        (density("uniform X", X, t, sympy.Rational(1, 2), -1, 1), "uniform X"),
        (equation("curious", E(X) * E(X**3), E(X**2) + 1), "curious"),
        (equation("correlated", sympy.Integer(1), E(a[1] * a[2])), "correlated"),
        (independent("of itself", [X], [X]), "of itself"),
    ]
    for assumption, name in cases:
        with pytest.raises(CannotBuildModelError, match=name):
            list(drawn([assumption], [X, a[1], a[2]], SHAPE, count=1))


def test_a_solution_is_built_in_and_its_assumption_verified() -> None:
    kept = equation("variance kept", n * Var(X) * q, q)
    variance = common_variance("v", X, s)
    solved = {"variance kept": (s, "=", 1 / n)}
    for model in drawn([kept, variance], [X], SHAPE, solved=solved, count=3):
        assert fraction(evaluate(Var(X), model)) == Fraction(1, 3)
    wrong = {"variance kept": (s, "=", 2 / n)}
    with pytest.raises(CannotBuildModelError, match="variance kept"):
        list(drawn([kept, variance], [X], SHAPE, solved=wrong, count=1))


@given(models(Context(ROWS), MEMBERS, shape=SHAPE))
@settings(max_examples=20)
def test_the_strategy_draws_models_of_its_context(model: Model) -> None:
    assert all(satisfies(model, assumption) for assumption in ROWS)


def test_uncorrelated_laws_are_orthonormal_with_unequal_weights() -> None:
    choices = Choices(bytes(range(7, 120)))
    for length in (2, 3, 4, 5):
        base = unit_vector(choices, length)
        weights = [x * x for x in base]
        family = rotated(choices, orthonormal_family(base))
        assert sum(weights) == 1
        for place, vector in enumerate(family):
            assert sum(w * x for w, x in zip(weights, vector, strict=True)) == 0
            for other, vector2 in enumerate(family):
                inner = sum(w * x * y for w, x, y in zip(weights, vector, vector2, strict=True))
                assert inner == (place == other)


@pytest.mark.parametrize("value", [(2, 1), (1, 7), (9, 4), (1, 1000), (1234, 5)])
def test_two_levels_have_the_second_moment(value: tuple[int, int]) -> None:
    for data in (bytes(4), b"\x01\x02\x03", b"\xff\x05\x77"):
        target = evaluate(sympy.Rational(*value), Model.of([1], {}))
        chances, levels = two_levels(Choices(data), target)
        assert min(chances) > 0
        assert sum(chances) == 1
        assert levels[0] != levels[1]
        assert sum(p * x * x for p, x in zip(chances, levels, strict=True)) == target


def test_a_model_checks_its_own_table() -> None:
    with pytest.raises(FiniteModelError, match="sum 1"):
        Model.of([Fraction(1, 2), Fraction(1, 3)], {})
    with pytest.raises(FiniteModelError, match="3 values on 2 atoms"):
        Model.of([Fraction(1, 2), Fraction(1, 2)], {X: [1, 2, 3]})


def test_satisfaction_needs_something_to_look_at() -> None:
    model = Model.of([1], {W[1, 1]: [0]})
    with pytest.raises(FiniteModelError, match="no value for anything"):
        satisfies(model, zero_mean("a centred", a[j], j))


def test_a_range_that_ends_at_a_product_of_sizes_is_covered() -> None:
    """Members beyond all sizes obey the assumptions too, or a true step would look wrong."""
    m = scalar("m", "width")
    whole = sum_over(j, n * m, E(a[j]))
    shape = Shape.of({n: 3, m: 2})
    assert beyond([encode(whole), encode(sum_over(j, n, a[j]))], shape) == 6 - 3
    assert beyond([encode(sum_over(j, n + m, a[j]))], shape) == 5 - 3
    assert beyond([encode(sum_over(j, n, a[j]))], shape) == 0
    finite = finite_moment("all_have_a_mean", a[j], 1, j)
    context = Context((zero_mean("all_have_zero_mean", a[j], j), finite))
    proof = Proof("product-range", context)
    mean = proof.chain(proof.expectation_is_linear(E(sum_over(j, n * m, a[j] + 1))))
    mean = mean.by(proof.by_assumption("all_have_zero_mean", j))
    derivation = proof.conclude(mean.by(proof.sum_is_linear(mean.right)).step)
    assert {step.verdict for step in check_derivation(derivation, 20).steps} == {"held"}
