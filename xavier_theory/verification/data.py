"""Real images through sampled networks: each layer held against its law given the layer before.

Given the activations A of shape (n, B) that enter a layer, and Gaussian weights of variance v, the
outputs are Z = W A. With the eigenvectors V and positive eigenvalues Λ of AᵀA, the columns of
A V Λ^(-1/2) are orthonormal, so the entries of Z V Λ^(-1/2) are independent N(0, v): images of one
network share its weights, and this is what they have to say about them. It holds whatever
the layers below did, so that the squares of all layers and networks add up to one χ². Backward
there is no such law: the gradient that arrives depends on the weights through the forward pass.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import MissingExtraError
from xavier_theory.monte_carlo.digits import ACTIVATIONS, WIDTH_TIMES_VARIANCE
from xavier_theory.monte_carlo.digits_images import DigitsImages, load_digits_images
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.networks import forward, sample_weights
from xavier_theory.statistics import ErrorRates, GaussianVarianceTest
from xavier_theory.verification.budget import check_rates, seed_sequence
from xavier_theory.verification.reports import Check

__all__ = ["data_checks"]

_DEPTH, _WIDTH, _NETWORKS = 10, 128, 8
_TESTED = 64  # images of each network that its law is tested on; all of them pass through
_DELTA = 0.022
_OFF = 0.05  # of the planted wrong variance
_NEGLIGIBLE = 1e-10  # eigenvalues below this share of the largest are rounding


def data_checks(seed: int) -> list[Check]:
    """One check and one control for each activation under each scheme.

    Without scikit-learn, which brings the images, the only check is ``undecided`` and says so.
    """
    try:
        images = load_digits_images()
    except MissingExtraError as error:
        return [Check("monte-carlo", "digits", "undecided", detail={"reason": str(error)})]
    pairs = [(activation, scheme) for activation in ACTIVATIONS for scheme in WIDTH_TIMES_VARIANCE]
    rates = check_rates(_DELTA)
    return [check for pair in pairs for check in _combination(images, *pair, rates, seed)]


def _combination(
    images: DigitsImages, activation: str, scheme: str, rates: ErrorRates, seed: int
) -> list[Check]:
    name = f"digits through {_DEPTH} layers, {activation}, {scheme}"
    generator = np.random.default_rng(seed_sequence(seed, "digits", name))
    predictions = {name: 1.0, f"{name}: variance 5 % off": 1.0 + _OFF}
    test = GaussianVarianceTest()
    runs = {label: test.start(value, rates) for label, value in predictions.items()}
    remaining = test.sample_size(rates)
    for pivots in _pivots(generator, images, activation, WIDTH_TIMES_VARIANCE[scheme]):
        for run in runs.values():
            run.update(pivots.ravel()[:remaining])
        remaining -= pivots.size
        if remaining <= 0:
            break
    checks = []
    for label, run in runs.items():
        outcome = run.outcome()
        detail = {
            "prediction": predictions[label],
            "images": images.pixels.shape[1],
            "samples": outcome.n,
            "delta": rates.delta,
            "alpha": rates.alpha,
            "beta": rates.beta,
            "guarantee": outcome.guarantee,
        }
        expected = "consistent" if label == name else "refuted"
        estimate = outcome.estimate
        checks.append(
            Check("monte-carlo", label, outcome.verdict.value, expected, detail, estimate)
        )
    return checks


def _pivots(
    generator: np.random.Generator, images: DigitsImages, activation: str, scale: float
) -> Iterator[NDArray[np.float64]]:
    """The entries of Z V (v Λ)^(-1/2), layer by layer, network by network, without end.

    Each round of networks shares out all the images. Images that a network makes
    alike have less to say about its weights, and it takes more rounds to hear enough.
    """
    pixels = images.pixels
    widths = (pixels.shape[0],) + (_WIDTH,) * _DEPTH
    variances = [scale / fan_in for fan_in in widths[:-1]]
    while True:
        order = generator.permutation(pixels.shape[1])
        for batch in np.array_split(order, _NETWORKS):
            yield from _network(generator, pixels[:, batch], widths, variances, activation)


def _network(
    generator: np.random.Generator,
    x: NDArray[np.float64],
    widths: tuple[int, ...],
    variances: list[float],
    activation: str,
) -> Iterator[NDArray[np.float64]]:
    weights = sample_weights(generator, law("normal"), widths, variances)
    passed = forward(x, weights, activation)
    layers = zip(passed.activations[:-1], passed.pre_activations, variances, strict=True)
    for a, z, variance in layers:
        chosen = a[0][:, :_TESTED]
        values, vectors = np.linalg.eigh(chosen.T @ chosen)
        kept = values > _NEGLIGIBLE * values[-1]
        directions = vectors[:, kept] / np.sqrt(variance * values[kept])
        yield z[0][:, :_TESTED] @ directions
