"""The enumeration: each law once, in order, nothing left out."""

from itertools import product

from flint import fmpq
from sympy import Function, Integer, Rational

from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.finite_models.search.laws import height, laws, numbers, weightings
from xavier_theory.finite_models.search.smallest import Bounds, smallest_counterexample
from xavier_theory.symbolic.assumptions import equation, same_law, zero_mean
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import E, Var, random_variable

X, Y = random_variable("X"), random_variable("Y")


def test_numbers_are_all_of_bounded_height_simplest_first():
    every = {fmpq(p, q) for p in range(-4, 5) for q in range(1, 5) if abs(p) <= 4}
    assert set(numbers(4)) == {x for x in every if height(x) <= 4}
    assert list(map(height, numbers(4))) == sorted(map(height, numbers(4)))
    assert numbers(2) == tuple(fmpq(*pair) for pair in _FIRST)


_FIRST = ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2))


def test_weightings_are_all_ways_to_share_one():
    fractions = [x for x in numbers(4) if x > 0]
    every = {w for w in product(fractions, repeat=3) if sum(w) == 1}
    assert set(weightings(3, 4)) == every
    assert len(weightings(3, 4)) == len(every)


def test_laws_of_a_block_are_all_up_to_the_names_of_atoms():
    found = list(laws(2, 2, [False, False], [False, False], lambda weights, rows: True))
    laws_found = {
        frozenset(zip(zip(*law.rows, strict=True), law.weights, strict=True)) for law in found
    }
    pairs = list(product(numbers(2), repeat=2))
    half = fmpq(1, 2)
    every = {frozenset([(a, half), (b, half)]) for a in pairs for b in pairs if a != b}
    assert laws_found == every
    assert len(found) == len(every)


def test_centred_and_symmetric_laws_are_the_filtered_ones():
    every = list(laws(3, 3, [False], [False], lambda weights, rows: True))
    centred = list(laws(3, 3, [True], [False], lambda weights, rows: True))
    mean = [sum(w * x for w, x in zip(law.weights, law.rows[0], strict=True)) for law in every]
    assert centred == [law for law, m in zip(every, mean, strict=True) if m == 0]
    symmetric = list(laws(3, 3, [False], [True], lambda weights, rows: True))
    assert symmetric == [law for law in every if set(law.rows[0]) == {-x for x in law.rows[0]}]


def test_a_true_claim_has_no_counterexample():
    context = Context((zero_mean("x_has_zero_mean", X),))
    claim = Claim("claim", "=", Var(X), E(X**2), frozenset(context.assumptions), context)
    found, tally = smallest_counterexample(claim, context.assumptions, None, Bounds(height=3))
    assert found is None
    assert tally.exhausted and tally.models > 10


def _about_exchanged(left, right, *more):
    """The search for a failing ``left = right`` where (X, Y) has the law of (-Y, -X)."""
    given = (same_law("exchanged", [X, Y], [-Y, -X]), *more)
    claim = Claim("claim", "=", left, right, frozenset(given), Context(given))
    found, tally = smallest_counterexample(claim, given, None, Bounds(height=2, atoms=3))
    assert tally.exhausted and tally.models
    return found


def test_joint_laws_are_kept_in_the_search():
    assert _about_exchanged(E(X**3), -E(Y**3)) is None
    found = _about_exchanged(E(X), E(Y))
    assert found.model.table().split("\n")[1].split() == ["1", "1", "-1"]
    assert (found.left, found.right) == (1, -1)
    found = _about_exchanged(E(X**3), Integer(0), equation("given", E(X * Y), 0))
    assert found.left != 0


def _skewed(second_moment, height):
    """The search for E X³ != 0 with mean 0 and the given second moment, of at most 3 atoms."""
    given = equation("x_has_this_second_moment", E(X**2), second_moment)
    context = Context((given, zero_mean("x_has_zero_mean", X)))
    claim = Claim("claim", "=", E(X**3), Integer(0), frozenset(context.assumptions), context)
    bounds = Bounds(atoms=3, height=height)
    found, tally = smallest_counterexample(claim, context.assumptions, None, bounds)
    assert tally.exhausted
    return found


def test_the_smallest_counterexample_is_found():
    """One atom of mean 0 has no second moment 1. Two have values a, -1/a with product -1.

    a has the probability 1/(a² + 1): ±1, which is symmetric, then 2 or 1/2 with 1/5 or 4/5, which
    is of height 5; all others are of height 10 or more.
    """
    found = _skewed(1, height=5)
    assert (found.atoms, found.height) == (2, 5)
    assert abs(found.left) == fmpq(3, 2)
    assert _skewed(1, height=4) is None


def test_fewer_atoms_come_before_less_height():
    """Two atoms with second moment 3/2 have values a, -3/(2a): 1, -3/2 with 3/5, 2/5 at least.

    Three do with height 4: -2, 0, 1 with 1/4, 1/4, 1/2, but not with height 3.
    """
    assert (_skewed(Rational(3, 2), 5).atoms, _skewed(Rational(3, 2), 5).height) == (2, 5)
    assert (_skewed(Rational(3, 2), 4).atoms, _skewed(Rational(3, 2), 4).height) == (3, 4)
    assert _skewed(Rational(3, 2), 3) is None
    for weights, values in product(weightings(3, 3), product(numbers(3), repeat=3)):
        first, second, third = (
            sum(w * x**k for w, x in zip(weights, values, strict=True)) for k in (1, 2, 3)
        )
        assert (first, second) != (0, fmpq(3, 2)) or third == 0


def test_functions_may_depend_on_any_of_their_arguments():
    F, one = Function("F", real=True), Integer(1)
    claim = Claim("claim", "=", E(F(one, X)), E(F(one, 2 * X)), frozenset(), Context(()))
    found, _ = smallest_counterexample(claim, (), None, Bounds(height=1))
    assert found is not None
    assert [exponents for _, exponents in found.model.functions["F"].terms] == [(0, 1)]
