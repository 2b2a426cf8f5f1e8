"""Real input: the digits images through deep networks, predicted against sampled.

Every image passes through one sampled network, and each network gets its own share of the images.
Images that share a network share one draw of W: independent are the *networks*, and both the
standard errors and the predicted deviations here count them so. The output gradient is drawn
independently of the weights (standard normal entries); in training it is not independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xavier_theory.activations.catalogue import Activation, get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.digits_images import DigitsImages, load_digits_images
from xavier_theory.monte_carlo.digits_predictions import PathPrediction, predict_paths
from xavier_theory.monte_carlo.gram_law import GramLaw, gram_law
from xavier_theory.monte_carlo.networks import ForwardPass, backward, forward

ACTIVATIONS = ("linear", "tanh", "relu", "sigmoid")
WIDTH_TIMES_VARIANCE = {"too small": 0.25, "Xavier": 1.0, "He": 2.0, "too large": 4.0}
"""fan_in·Var(W) by the scheme's name."""


@dataclass(frozen=True)
class Comparison:
    """A second moment, averaged over units, images and networks: predicted and sampled.

    ``standard_error`` is that of ``sampled``, estimated from how far the independent networks miss
    the predictions for their own images (unreliable where the tails are heavy).
    """

    predicted: float
    sampled: float
    standard_error: float


@dataclass(frozen=True)
class DigitsLayer:
    """One layer of one combination.

    ``pre_activation`` is about z^[l], ``activation`` about a^[l], ``gradient`` about ∂J/∂a^[l-1].
    ``deviation`` bounds the standard deviation of the sampled mean of z², relative to its
    prediction (the images' deviations are added as if images of one network were fully
    dependent); see ``PathPrediction`` for when it is exact. ``law`` is the exact law of this layer
    given the one before.
    """

    layer: int
    fan_in: int
    fan_out: int
    weight_variance: float
    pre_activation: Comparison
    activation: Comparison
    gradient: Comparison
    deviation: float
    law: GramLaw


@dataclass(frozen=True)
class DigitsCombination:
    """All layers of one activation under one scheme; ``is_exact`` as in ``PathPrediction``."""

    activation: str
    scheme: str
    scale: float
    is_exact: bool
    layers: tuple[DigitsLayer, ...]


@dataclass(frozen=True)
class DigitsRun:
    """The whole experiment; ``input_moment`` is the mean square of the standardized pixels."""

    seed: int
    widths: tuple[int, ...]
    images: int
    networks: int
    input_moment: float
    combinations: tuple[DigitsCombination, ...]


def run_digits(
    seed: int = 0,
    *,
    depth: int = 10,
    width: int = 128,
    networks: int = 16,
    activations: tuple[str, ...] = ACTIVATIONS,
    schemes: tuple[str, ...] = tuple(WIDTH_TIMES_VARIANCE),
    law_networks: int = 4,
    data: DigitsImages | None = None,
) -> DigitsRun:
    """Run every activation under every scheme, each with fresh weights.

    ``networks`` share the images out among them; the exact law is kept for the first
    ``law_networks`` of them. The result depends on the arguments alone. Raises
    ``InvalidInputError`` for a count below 1, fewer than two networks (their spread is the standard
    error) or more than there are images, and ``UnknownNameError`` for a name not on the lists.
    """
    images = load_digits_images() if data is None else data
    for name, value in {"depth": depth, "width": width, "law_networks": law_networks}.items():
        integer_at_least(1, value, name)
    if integer_at_least(2, networks, "networks") > images.pixels.shape[1]:
        raise InvalidInputError(f"{networks} networks cannot share {images.pixels.shape[1]} images")
    for scheme in schemes:
        if scheme not in WIDTH_TIMES_VARIANCE:
            raise UnknownNameError("scheme", scheme, WIDTH_TIMES_VARIANCE)
    widths = (images.pixels.shape[0],) + (width,) * depth
    order_seed, *seeds = np.random.SeedSequence(seed).spawn(1 + len(activations) * len(schemes))
    order = np.random.default_rng(order_seed).permutation(images.pixels.shape[1])
    batches = np.array_split(order, networks)
    pairs = [(get_activation(name), scheme) for name in activations for scheme in schemes]
    combinations = tuple(
        _combination(pair_seed, images.pixels, batches, widths, phi, scheme, law_networks)
        for pair_seed, (phi, scheme) in zip(seeds, pairs, strict=True)
    )
    return DigitsRun(
        seed, widths, images.pixels.shape[1], networks, images.second_moment, combinations
    )


def _combination(
    seed: np.random.SeedSequence,
    pixels: np.ndarray,
    batches: list[np.ndarray],
    widths: tuple[int, ...],
    phi: Activation,
    scheme: str,
    law_networks: int,
) -> DigitsCombination:
    scale = WIDTH_TIMES_VARIANCE[scheme]
    predicted = predict_paths(phi, scale, np.mean(pixels**2, axis=0), widths)
    variances = [scale / fan_in for fan_in in widths[:-1]]
    sampled: list[np.ndarray] = []
    passes: list[ForwardPass] = []
    for child, batch in zip(seed.spawn(len(batches)), batches, strict=True):
        passed, moments = _one_network(
            np.random.default_rng(child), pixels[:, batch], widths, variances, phi
        )
        sampled.append(moments)
        if len(passes) < law_networks:
            passes.append(passed)
    table = np.stack(sampled)
    layers = tuple(
        DigitsLayer(
            layer=index + 1,
            fan_in=widths[index],
            fan_out=widths[index + 1],
            weight_variance=variances[index],
            pre_activation=_compare(predicted.pre_activation[index], table[:, 0, index], batches),
            activation=_compare(predicted.activation[index], table[:, 1, index], batches),
            gradient=_compare(predicted.gradient[index], table[:, 2, index], batches),
            deviation=_deviation(predicted, index, batches),
            law=gram_law(passes, index, variances[index]),
        )
        for index in range(len(variances))
    )
    return DigitsCombination(phi.name, scheme, scale, predicted.is_exact, layers)


def _one_network(
    rng: np.random.Generator,
    x: np.ndarray,
    widths: tuple[int, ...],
    variances: list[float],
    phi: Activation,
) -> tuple[ForwardPass, np.ndarray]:
    """The pass, and its second moments of z, a and ∂J/∂a (l − 1), each averaged: ``(3, L)``."""
    weights = [
        np.sqrt(variance) * rng.standard_normal((1, fan_out, fan_in))
        for fan_in, fan_out, variance in zip(widths[:-1], widths[1:], variances, strict=True)
    ]
    passed = forward(x, weights, phi)
    back = backward(passed, weights, rng.standard_normal(passed.activations[-1].shape))
    moments = (
        passed.pre_activation_moments(),
        passed.activation_moments()[1:],
        back.activation_gradient_moments()[:-1],
    )
    return passed, np.stack([np.mean(moment, axis=(1, 2)) for moment in moments])


def _compare(predicted: np.ndarray, sampled: np.ndarray, batches: list[np.ndarray]) -> Comparison:
    """``predicted`` has an entry per image, ``sampled`` one per network (a mean over its batch)."""
    shares = np.array([len(batch) for batch in batches]) / len(predicted)
    misses = sampled - np.array([np.mean(predicted[batch]) for batch in batches])
    error = float(np.std(misses, ddof=1) / np.sqrt(len(batches)))
    return Comparison(float(np.mean(predicted)), float(shares @ sampled), error)


def _deviation(predicted: PathPrediction, index: int, batches: list[np.ndarray]) -> float:
    """Within a network deviations add up (Minkowski); between networks variances do."""
    single = predicted.pre_activation[index] * predicted.deviation[index]
    total = np.sqrt(sum(float(np.sum(single[batch])) ** 2 for batch in batches))
    return float(total / np.sum(predicted.pre_activation[index]))
