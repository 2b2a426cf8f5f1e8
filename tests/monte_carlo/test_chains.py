"""The identity chain, multiplied out: exactly, in floats, and a million layers deep."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.chains import identity_chain, random_dyadics, run_chain
from xavier_theory.theorems.identity_chain.deep_chains import deep_identity_chain, scaled_product


def closed_forms(chain, power=None):
    """ŷ and ∂J/∂W^[l] by the textbook's formulas, with c^(L-1) unless told another power."""
    c, depth = chain.factor, chain.depth
    growth = c ** (depth - 1 if power is None else power)
    last, x = chain.weights[-1], chain.exact.activations[0]
    output = growth * (last @ x)
    delta = chain.exact.output_gradient
    hidden = growth / c * ((last.T @ delta) @ x.T)
    return output, [hidden] * (depth - 1) + [growth * (delta @ x.T)]


@pytest.mark.parametrize("factor", [Fraction(3, 2), Fraction(1, 2), 1.5, 0.5])
@pytest.mark.parametrize("seed", range(20))
def test_the_articles_chain_is_exact_in_fractions_and_in_floats(factor, seed):
    chain = identity_chain(np.random.default_rng(seed), factor)
    output, gradients = closed_forms(chain)
    assert chain.depth == 10 and chain.floats_are_exact
    assert np.array_equal(chain.exact.output, output)
    for found, expected in zip(chain.exact.weight_gradients, gradients, strict=True):
        assert np.array_equal(found, expected)
    assert np.array_equal(chain.floats.output, output.astype(float))


@settings(deadline=None, max_examples=30)
@given(
    st.fractions(-3, 3, max_denominator=7).filter(bool),
    st.integers(2, 14),
    st.integers(1, 3),
    st.integers(0, 2**32 - 1),
)
def test_any_factor_depth_and_width(factor, depth, width, seed):
    chain = identity_chain(np.random.default_rng(seed), factor, depth, width)
    output, gradients = closed_forms(chain)
    assert np.array_equal(chain.exact.output, output)
    assert all(map(np.array_equal, chain.exact.weight_gradients, gradients))
    if abs(factor) != 1 and np.any(output != 0):
        wrong, wrong_gradients = closed_forms(chain, power=depth)
        assert not np.array_equal(chain.exact.output, wrong)
        if np.any(chain.exact.output_gradient != 0):
            assert not np.array_equal(chain.exact.weight_gradients[-1], wrong_gradients[-1])


def test_a_factor_of_zero_kills_the_output_and_floats_may_be_inexact():
    dead = identity_chain(np.random.default_rng(0), 0)
    assert not np.any(dead.exact.output != 0)
    third = identity_chain(np.random.default_rng(0), Fraction(1, 3))
    assert not third.floats_are_exact


def test_gradients_are_those_of_the_cost():
    rng = np.random.default_rng(5)
    shapes = [(3, 2), (2, 3), (4, 2)]
    weights = [random_dyadics(rng, shape) for shape in shapes]
    x, y = random_dyadics(rng, (2, 1)), random_dyadics(rng, (4, 1))
    run = run_chain(weights, x, y)

    def cost(matrices):
        gap = run_chain(matrices, x, y).output_gradient
        return sum(value**2 for value in gap.ravel()) / 2

    step = Fraction(1, 7)
    for index, gradient in enumerate(run.weight_gradients):
        for place in np.ndindex(gradient.shape):
            values = []
            for sign in (1, -1):
                changed = [matrix.copy() for matrix in weights]
                changed[index][place] += sign * step
                values.append(cost(changed))
            # J is quadratic in one entry: central differences are exact.
            assert (values[0] - values[1]) / (2 * step) == gradient[place]


def test_dyadics_are_never_zero_and_have_four_bits():
    values = random_dyadics(np.random.default_rng(0), (40, 40))
    assert {abs(value) * 8 for value in values.ravel()} == set(range(1, 16))
    assert np.any(values > 0) and np.any(values < 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"factor": math.nan}, "factor must be finite"),
        ({"factor": math.inf}, "factor must be finite"),
        ({"factor": 1.5, "depth": 1}, "depth must be at least 2"),
        ({"factor": 1.5, "depth": 2.5}, "depth must be an integer"),
        ({"factor": 1.5, "width": 0}, "width must be at least 1"),
    ],
)
def test_bad_chains_are_refused(arguments, says):
    with pytest.raises(InvalidInputError, match=says):
        identity_chain(np.random.default_rng(0), **arguments)


@pytest.mark.parametrize(
    ("weights", "y", "says"),
    [
        ([], (1, 1), "at least one matrix"),
        ([(2, 3)], (2, 1), r"W\^\[1\] has shape \(2, 3\), a\^\[0\] has shape \(2, 1\)"),
        ([(2, 2)], (3, 1), r"y has shape \(3, 1\)"),
    ],
)
def test_shapes_that_do_not_fit_are_named(weights, y, says):
    with pytest.raises(InvalidInputError, match=says):
        run_chain([np.ones(shape) for shape in weights], np.ones((2, 1)), np.ones(y))


@pytest.mark.parametrize("factor", [1.5, 0.5, 1 / 3, -7.3, 1.0, 1e200, 5e-324])
def test_a_million_layers_agree_in_logarithms(factor):
    chain = deep_identity_chain(factor, 10**6)
    assert chain.agrees and math.isfinite(chain.log_growth)
    assert chain.error_bound <= 1e-9 * max(1.0, abs(chain.predicted))
    assert chain.predicted == (10**6 - 1) * math.log(abs(factor))
    if abs(factor) != 1:
        assert abs(chain.log_growth - 10**6 * math.log(abs(factor))) > chain.error_bound
        assert abs(chain.log_growth - (10**6 - 2) * math.log(abs(factor))) > chain.error_bound


def test_shallow_products_are_those_of_numpy():
    rng = np.random.default_rng(6)
    for count in (1, 2, 3, 7, 8, 33):
        matrices = rng.standard_normal((count, 3, 3))
        expected = np.eye(3)
        for matrix in matrices:
            expected = matrix @ expected
        found = scaled_product(matrices)
        np.testing.assert_allclose(
            np.ldexp(found.mantissa, found.exponent), expected, rtol=1e-11, atol=1e-12
        )
        reversed_product = scaled_product(matrices[::-1])
        if count > 1:
            other = np.ldexp(reversed_product.mantissa, reversed_product.exponent)
            assert not np.allclose(other, expected)


def test_order_survives_the_borders_between_blocks():
    # A rotation everywhere, and one shear on either side of the border: they do not commute.
    count = 2**16 + 3
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    matrices = np.broadcast_to(quarter, (count, 2, 2)).copy()
    matrices[2**16 - 1] = [[1.0, 1.0], [0.0, 1.0]]
    matrices[2**16] = [[1.0, 0.0], [3.0, 1.0]]
    found = scaled_product(matrices)
    before = np.linalg.matrix_power(quarter, (2**16 - 1) % 4)
    after = np.linalg.matrix_power(quarter, 2)
    expected = after @ matrices[2**16] @ matrices[2**16 - 1] @ before
    assert np.array_equal(np.ldexp(found.mantissa, found.exponent), expected)


def test_a_product_that_vanishes_has_no_growth():
    nilpotent = np.array([[0.0, 1.0], [0.0, 0.0]])
    assert scaled_product(np.stack([nilpotent] * 3)).log_gain(np.ones(2)) == -math.inf


@pytest.mark.parametrize(
    ("matrices", "says"),
    [
        (np.ones((2, 2)), "shape"),
        (np.ones((0, 2, 2)), "shape"),
        (np.ones((2, 2, 3)), "shape"),
        (np.full((2, 2, 2), np.inf), "finite"),
        (np.full((1, 2, 2), np.nan), "finite"),
    ],
)
def test_bad_matrices_are_refused(matrices, says):
    with pytest.raises(InvalidInputError, match=says):
        scaled_product(matrices)


@pytest.mark.parametrize(
    ("factor", "depth", "says"),
    [(0.0, 5, "not be zero"), (math.nan, 5, "finite"), (2.0, 1, "depth"), (2.0, 1e6, "depth")],
)
def test_bad_deep_chains_are_refused(factor, depth, says):
    with pytest.raises(InvalidInputError, match=says):
        deep_identity_chain(factor, depth)
