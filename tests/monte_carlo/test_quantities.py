"""What experiments draw: what is refused, and that a broken sample is found out."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.experiments import Experiment, quantity_of
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity, SampledQuantity
from xavier_theory.monte_carlo.sums_of_squares import sum_moments
from xavier_theory.statistics import ErrorRates
from xavier_theory.statistics.squares import SquaresTest
from xavier_theory.theorems import derive, theorem_folder, theorems
from xavier_theory.theorems.deferred_answers.experiment import matrix_answers
from xavier_theory.theorems.depth_product.experiment import variance_at_depth
from xavier_theory.theorems.finite_width.experiment import layer_fluctuation, network_fluctuation
from xavier_theory.theorems.glorot_variance.experiment import glorot
from xavier_theory.theorems.he_variance.experiment import relu_half, relu_layer
from xavier_theory.theorems.identity_chain.experiment import chain_output
from xavier_theory.theorems.layer_variance.experiment import layer
from xavier_theory.theorems.log_norm_spread.experiment import log_spread
from xavier_theory.theorems.product_variance.experiment import product
from xavier_theory.theorems.random_chain_growth.experiment import random_chain
from xavier_theory.theorems.sigmoid_gradient.experiment import sigmoid_gradient
from xavier_theory.theorems.tanh_linearization.experiment import tanh_ratio
from xavier_theory.theorems.unit_fluctuation.experiment import squared_unit
from xavier_theory.theorems.update_size.experiment import first_update
from xavier_theory.theorems.weight_laws.experiment import weight_law
from xavier_theory.theorems.xavier_variance.experiment import kept_variance

RATES = ErrorRates(0.01, 1e-6, 1e-6)
EXPERIMENTS = [(name, e) for name in theorems() for e in theorem_folder(name).experiments]
SAMPLED = [pair for pair in EXPERIMENTS if isinstance(quantity_of(pair[1]), SampledQuantity)]
LAYER = {"layer_width": 5, "mean": 1, "excess": 5, "activation": "relu"}
NETWORK = {"width": 20, "depth": 2, "excess": 5, "activation": "relu"}
UNIT = {"left_slope": 0, "right_slope": 1, "second_moment": 1, "fourth_moment": 3}
ANSWERS = {
    "weight_variance": 1,
    "left_product": 0.5,
    "right_product": 0.5,
    "fan_in": 4,
    "fan_out": 4,
}
UPDATE = {"width": 4, "step_size": 1, "slope": 1, "second_moment": 1, "excess": 2}
WIDE = {"fan_in": 9, "weight_variance": 1, "input_variance": 1}
INTERVALS = (tanh_ratio, sigmoid_gradient)  # of these the theorem only bounds the mean


@pytest.fixture
def rng(run_seed: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(run_seed))


def label(value: Any) -> str:
    return value.name if isinstance(value, Experiment) else str(value)


def sampled_quantity(experiment: Experiment) -> SampledQuantity:
    found = quantity_of(experiment)
    assert isinstance(found, SampledQuantity)
    return found


def is_bounded(theorem: str, experiment: Experiment) -> bool:
    """Whether the theorem only bounds the mean, on one side or on both."""
    both = experiment.result is None and len(derive(theorem).main) > 1
    return both or experiment.quantity in INTERVALS


def scaled(made: SampledQuantity, factor: float) -> Callable[..., NDArray[np.float64]]:
    """The quantity's draws with their tested mean multiplied by ``factor``."""
    of_draws = math.sqrt(factor) if isinstance(made.test, SquaresTest) else factor
    return lambda generator, n: of_draws * made.draw(generator, n)


@pytest.mark.parametrize(
    ("theorem", "experiment"),
    [pair for pair in SAMPLED if not is_bounded(*pair) and pair[1].quantity is not random_chain],
    ids=label,
)
def test_a_quantity_whose_variance_is_off_by_delta_is_refuted(
    theorem: str, experiment: Experiment, rng: np.random.Generator
) -> None:
    made = sampled_quantity(experiment)
    broken = dataclasses.replace(made, draw=scaled(made, 1 - experiment.delta))
    derived = derive(theorem).predict(experiment.result, **experiment.parameters)
    rates = ErrorRates(experiment.delta, 1e-6, 1e-6)
    assert broken.judge({"derived": derived}, rates, rng)["derived"].outcome.verdict == "refuted"


@pytest.mark.parametrize("width", [2, 8])
def test_a_chain_that_grows_by_delta_too_much_is_refuted(
    width: int, rng: np.random.Generator
) -> None:
    made = random_chain(width=width, weight_variance=1 / width)
    assert isinstance(made, SampledQuantity)
    broken = dataclasses.replace(made, draw=lambda g, n: made.draw(g, n) + 0.02)
    derived = derive("random-chain-growth").predict(width=width, weight_variance=1 / width)
    assert broken.judge({"derived": derived}, RATES, rng)["derived"].outcome.verdict == "refuted"


def test_a_mean_beyond_its_bound_is_refuted(rng: np.random.Generator) -> None:
    values = {"fan_out": 16, "weight_variance": 1 / 16, "second_moment": 1}
    made = sigmoid_gradient(**values, pre_activation_variance=0.0001)
    assert isinstance(made, SampledQuantity)
    broken = dataclasses.replace(made, draw=scaled(made, 1.02))
    bound = derive("sigmoid-gradient").predict(**values)
    assert broken.judge({"derived": bound}, RATES, rng)["derived"].outcome.verdict == "refuted"


@pytest.mark.parametrize(("theorem", "experiment"), SAMPLED, ids=label)
def test_draws_have_the_size_asked_for(
    theorem: str, experiment: Experiment, rng: np.random.Generator
) -> None:
    made = sampled_quantity(experiment)
    sizes = [1, 7, min(1000, made.block)]
    assert [made.draw(rng, n).size for n in sizes] == sizes


@pytest.mark.parametrize(("theorem", "experiment"), SAMPLED, ids=label)
def test_reports_undo_measurements(theorem: str, experiment: Experiment) -> None:
    made = sampled_quantity(experiment)
    derived = derive(theorem).predict(experiment.result, **experiment.parameters)
    if not is_bounded(theorem, experiment):
        measured = made.measured(derived)
        assert isinstance(measured, float)
        assert made.reported(measured) == pytest.approx(float(derived), rel=1e-9)


@pytest.mark.parametrize(("theorem", "experiment"), EXPERIMENTS, ids=label)
def test_an_unknown_argument_is_refused(theorem: str, experiment: Experiment) -> None:
    wrong = dataclasses.replace(experiment, settings={**experiment.settings, "colour": 1})
    with pytest.raises(InvalidInputError, match=r"takes .*: unknown colour"):
        quantity_of(wrong)


@pytest.mark.parametrize(
    ("parameters", "settings", "message"),
    [
        ({"fan_in": 3}, {"law": "normal"}, "missing input_variance, weight_variance"),
        (WIDE, {"fan_in": 3}, "given twice fan_in"),
    ],
)
def test_an_argument_that_is_missing_or_given_twice_is_named(
    parameters: dict[str, Any], settings: dict[str, Any], message: str
) -> None:
    experiment = Experiment("a layer", layer, parameters, 0.01, settings)
    with pytest.raises(InvalidInputError, match=rf"'a layer' takes fan_in, .*: {message}$"):
        quantity_of(experiment)


@pytest.mark.parametrize(
    ("quantity", "values", "message"),
    [
        (layer, {"fan_in": 0, "weight_variance": 1, "input_variance": 1}, "fan"),
        (kept_variance, {"fan_in": 3, "law": "cauchy"}, "unknown weight law 'cauchy'"),
        (glorot, {"fan_in": 3, "fan_out": 4, "law": "uniform"}, "normal weights only"),
        (relu_half, {"second_moment": 1, "law": "student-t"}, "bounded and symmetric"),
        (weight_law, {"law": "uniform"}, "limit > 0"),
        (weight_law, {"law": "normal"}, "unknown weight law 'normal'"),
        (
            variance_at_depth,
            {"depth": 2, "ratio": 1, "input_variance": 1, "widths": (3, 4)},
            "3 widths",
        ),
        (
            product,
            {"mean_x": 0, "variance_x": 1, "mean_y": 0, "variance_y": 1, "laws": ("normal",)},
            "two factors",
        ),
        (
            product,
            {"mean_x": 0, "variance_x": 1, "mean_y": 0, "variance_y": 1, "laws": ("normal",) * 2},
            "not bounded",
        ),
        (layer_fluctuation, {**LAYER, "activation": "tanh"}, "tanh has none"),
        (layer_fluctuation, {**LAYER, "sampler": "streamed"}, "not streamed"),
        (network_fluctuation, {**NETWORK, "depth": 500}, "no evidence"),
        (log_spread, {"width": 3, "depth": 1, "input_spread": 1}, "spread is 0"),
        (squared_unit, {**UNIT, "law": "student-t"}, "not written down"),
        (matrix_answers, {**ANSWERS, "left_product": 1.5}, "cosines lie in"),
        (matrix_answers, {**ANSWERS, "sampler": "norm-chain"}, "one input, forward only"),
        (matrix_answers, {**ANSWERS, "sampler": "streamed"}, "deferred or dense"),
        (first_update, UPDATE, "either the output variance or"),
        (first_update, {**UPDATE, "parametrization": "mup"}, "unknown parametrization 'mup'"),
        (layer, {**WIDE, "sampler": "auto", "law": "uniform"}, "have normal weights"),
        (relu_layer, {"fan_in": 9, "sampler": "auto", "law": "uniform"}, "have normal weights"),
        (
            tanh_ratio,
            {
                "variance": 1,
                "covariance_with_cube": 4,
                "covariance_with_fifth_power": 15,
                "variance_of_cube": 15,
            },
            "has the moments",
        ),
    ],
)
def test_impossible_values_are_one_clear_line(
    quantity: Callable[..., Quantity], values: dict[str, Any], message: str
) -> None:
    with pytest.raises((InvalidInputError, UnknownNameError), match=message) as caught:
        quantity(**values)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shape", [(5, 5), (7, 3)])
def test_orthonormal_columns_are_orthonormal(
    shape: tuple[int, int], rng: np.random.Generator
) -> None:
    columns = orthonormal(rng, *shape)
    assert np.allclose(columns.T @ columns, np.eye(shape[1]), atol=1e-12)


def test_clustered_mean_squares_obey_the_stated_variance_bound(rng: np.random.Generator) -> None:
    """The bound that the Catoni test of non-Gaussian layers rests on, by its exact formula."""
    for name in ("uniform", "rademacher", "student-t", "truncated-normal"):
        kurtosis = float(law(name).kurtosis)
        for width, inputs in ((3, 1), (8, 4), (9, 4)):
            basis = orthonormal(rng, width, inputs)
            projection = np.sum(np.square(np.diag(basis @ basis.T)))
            relative = (2 * inputs + (kurtosis - 3) * projection) / inputs**2
            assert relative <= max(2.0, kurtosis - 1) / inputs * (1 + 1e-12)


def test_exact_quantities_refute_any_other_number(rng: np.random.Generator) -> None:
    made = chain_output(factor=1.5, depth=10)
    assert isinstance(made, ExactQuantity)
    found = made.judge({"derived": 1.5**9, "next float": math.nextafter(1.5**9, 99)}, RATES, rng)
    assert [f.outcome.verdict for f in found.values()] == ["consistent", "refuted"]


def test_a_power_that_is_no_float_is_compared_within_its_rounding(
    rng: np.random.Generator,
) -> None:
    made = chain_output(factor=1.1, depth=30)
    found = made.judge({"derived": 1.1**29, "off": 1.1**29 * (1 + 1e-12)}, RATES, rng)
    assert [f.outcome.verdict for f in found.values()] == ["consistent", "refuted"]


@pytest.mark.parametrize(
    ("quantity", "values", "took"),
    [
        (layer_fluctuation, LAYER, "norm-chain"),
        (layer_fluctuation, {**LAYER, "sampler": "dense"}, "dense"),
        (network_fluctuation, NETWORK, "norm-chain"),
        (matrix_answers, ANSWERS, "deferred"),
        (first_update, {**UPDATE, "output_variance": 1}, "deferred"),
        (layer, {**WIDE, "sampler": "auto"}, "deferred"),
        (relu_layer, {"fan_in": 9, "sampler": "dense"}, "dense"),
        (weight_law, {"law": "uniform", "limit": 1}, None),
    ],
)
def test_a_quantity_says_which_sampler_it_took(
    quantity: Callable[..., Quantity], values: dict[str, Any], took: str | None
) -> None:
    assert quantity(**values).sampler == took


@pytest.mark.parametrize("activation", ["linear", "relu", "leaky_relu", "abs"])
def test_moments_of_sums_are_those_of_enumerated_hermite_points(activation: str) -> None:
    """Gauss–Hermite quadrature is exact for these polynomials on either side of zero."""
    known = get_activation(activation)
    points, weights = np.polynomial.hermite_e.hermegauss(40)
    weights /= weights.sum()
    squares = np.square(known.function(points))
    for width in (1, 2):
        sums = squares if width == 1 else (squares[:, None] + squares).ravel()
        chances = weights if width == 1 else np.outer(weights, weights).ravel()
        wanted = [float(chances @ sums**k) for k in range(1, 5)]
        np.testing.assert_allclose(sum_moments(width, activation), wanted, rtol=1e-9)


@pytest.mark.parametrize("sampler", ["dense", "auto"])
def test_a_planted_layer_that_fluctuates_too_little_is_refuted(
    sampler: str, rng: np.random.Generator
) -> None:
    """Linear units in place of relu's: the same mean and two fifths of the variance."""
    made = layer_fluctuation(**{**LAYER, "sampler": sampler})
    linear = layer_fluctuation(**{**LAYER, "activation": "linear", "sampler": sampler})
    assert isinstance(made, SampledQuantity) and isinstance(linear, SampledQuantity)
    planted = dataclasses.replace(made, draw=linear.draw)
    rates = ErrorRates(0.1, 1e-6, 1e-6)
    derived = derive("finite-width").predict("fluctuation", layer_width=5, mean=1, excess=5)
    assert made.judge({"derived": derived}, rates, rng)["derived"].outcome.verdict == "consistent"
    assert planted.judge({"derived": derived}, rates, rng)["derived"].outcome.verdict == "refuted"


def test_equal_predictions_cannot_be_told_apart() -> None:
    made = layer(fan_in=3, weight_variance=1, input_variance=1)
    assert not made.tells_apart(3.0, 3.0, 0.01)
    assert not made.tells_apart(3.0, 3.02, 0.01)
    assert made.tells_apart(3.0, 3.03, 0.01)
    assert made.tells_apart(3.0, 2.97, 0.01)
