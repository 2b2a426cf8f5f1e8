"""The scalar chain of ‖a‖²: exact laws, dense networks, dead layers, any depth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.monte_carlo.layers.two_samples import RATE, ks_differs, ks_differs_from
from xavier_theory.activations import get_activation
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.layers import NormChain
from xavier_theory.monte_carlo.networks import forward, sample_weights

NETWORKS = 40_000


def one_layer(activation, width: int, seed, variance: float = 0.5) -> np.ndarray:
    chain = NormChain((3, width), (variance,), activation)
    return chain.sample(np.random.default_rng(seed), NETWORKS)[1] - math.log(variance)


def test_a_linear_layer_is_chi_square(run_seed) -> None:
    found = one_layer("linear", 5, np.random.SeedSequence(run_seed))
    assert not ks_differs_from(found, lambda x: stats.chi2.cdf(np.exp(x), 5))
    assert ks_differs_from(found + 0.1, lambda x: stats.chi2.cdf(np.exp(x), 5))


def test_a_relu_layer_is_a_binomial_mixture_of_chi_squares(run_seed) -> None:
    width = 6
    found = one_layer("relu", width, np.random.SeedSequence(run_seed))
    dead = np.isneginf(found)
    alive = [math.comb(width, k) / (2**width - 1) for k in range(1, width + 1)]

    def mixture(x: np.ndarray) -> np.ndarray:
        return sum(p * stats.chi2.cdf(np.exp(x), k) for k, p in enumerate(alive, start=1))

    assert not ks_differs_from(found[~dead], mixture)
    result = stats.binomtest(int(dead.sum()), NETWORKS, 2.0**-width)
    assert result.pvalue > RATE


@pytest.mark.parametrize("activation", ["linear", "relu", "abs", "leaky_relu"])
def test_the_chain_has_the_law_of_dense_networks(activation, run_seed) -> None:
    ours, dense = (np.random.default_rng(s) for s in np.random.SeedSequence(run_seed).spawn(2))
    phi = get_activation("leaky_relu", slope=0.3) if activation == "leaky_relu" else activation
    widths, variances = (2, 3, 4, 2), (0.7, 0.5, 0.6)
    chain = NormChain(widths, variances, phi).sample(ours, NETWORKS, math.log(2.0))
    weights = sample_weights(dense, law("normal"), widths, variances, NETWORKS)
    passed = forward(np.ones((2, 1)), weights, phi)
    squares = np.stack([np.square(a).sum(axis=1)[:, 0] for a in passed.activations])
    with np.errstate(divide="ignore"):  # dead relu layers
        logs = np.log(squares)
    first, second = (np.maximum(path[1:].T, -20.0) for path in (chain, logs))
    assert not ks_differs(first, second)
    assert ks_differs(first + 0.2, second)


def test_a_dead_network_stays_dead_and_is_no_number_less() -> None:
    path = NormChain((1,) * 41, (2.0,) * 40).sample(np.random.default_rng(0), 200)
    dead = np.isneginf(path)
    assert dead[-1].all()
    assert (dead[1:] >= dead[:-1]).all()
    assert not np.isnan(path).any()


def test_a_million_layers_do_not_overflow() -> None:
    depth = 10**6
    chain = NormChain((100,) * (depth + 1), (0.04,) * depth, "linear")
    path = chain.sample(np.random.default_rng(0), 1)
    assert np.isfinite(path).all()
    rate = math.log(2 * 0.04) + float(stats.loggamma.mean(50))  # log 2v + ψ(n/2)
    assert path[-1, 0] == pytest.approx(depth * rate, rel=1e-3)


def test_the_final_norm_alone_has_the_same_numbers() -> None:
    chain = NormChain((9,) * 6, (0.2,) * 5, "linear")
    path = chain.sample(np.random.default_rng(3), 50, 1.0)
    last = chain.final(np.random.default_rng(3), 50, 1.0)
    np.testing.assert_allclose(last, path[-1], rtol=1e-12)


def test_widths_beyond_any_memory_are_sampled() -> None:
    chain = NormChain((10**15,) * 4, (2e-15,) * 3)
    assert abs(chain.final(np.random.default_rng(0), 5)).max() < 1e-5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (((3,), ()), "L \\+ 1 widths and L variances"),
        (((3, 0), (1.0,)), "a width must be at least 1"),
        (((3, 2.5), (1.0,)), "a width must be an integer"),
        (((3, 2**60), (1.0,)), "at most 2\\^53"),
        (((3, 2), (-1.0,)), "must not be negative"),
        (((3, 2), (math.nan,)), "must be finite"),
        (((3, 2), (1.0,), "tanh"), "take the sampler 'deferred'"),
    ],
)
def test_bad_chains_are_refused(arguments, says) -> None:
    with pytest.raises(InvalidInputError, match=says):
        NormChain(*arguments)


@pytest.mark.parametrize("start", [math.nan, math.inf, np.zeros(3)])
def test_bad_starts_are_refused(start) -> None:
    with pytest.raises(InvalidInputError, match="log_input"):
        NormChain((2, 2), (1.0,)).sample(np.random.default_rng(0), 2, start)
