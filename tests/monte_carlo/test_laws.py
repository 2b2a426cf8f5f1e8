import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy import integrate, stats

from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.laws import (
    LAWS,
    law,
    preactivation_bound,
    preactivation_fourth_moment,
    preactivation_kurtosis,
)
from xavier_theory.statistics import (
    BoundedMeanTest,
    ErrorRates,
    HeavyTailedMeanTest,
    Verdict,
)

DENSITIES: dict[str, tuple[Callable[[float], float], float]] = {
    "normal": (stats.norm.pdf, np.inf),
    "uniform": (lambda w: stats.uniform.pdf(w, -math.sqrt(3), 2 * math.sqrt(3)), math.sqrt(3)),
    "truncated-normal-uncorrected": (lambda w: stats.truncnorm.pdf(w, -2, 2), 2.0),
    "student-t": (lambda w: stats.t.pdf(w / math.sqrt(0.6), 5) / math.sqrt(0.6), np.inf),
}


@pytest.mark.parametrize("name", sorted(DENSITIES))
def test_moments_agree_with_quadrature(name: str) -> None:
    density, end = DENSITIES[name]
    second, fourth = (
        2 * integrate.quad(lambda w, p=p: w**p * density(w), 0.0, end)[0] for p in (2, 4)
    )
    entry = law(name)
    assert second == pytest.approx(entry.variance_factor, rel=1e-7)
    assert fourth / second**2 == pytest.approx(float(entry.kurtosis), rel=1e-7)


def test_the_truncated_laws_differ_by_the_known_factor_only() -> None:
    plain, corrected = law("truncated-normal-uncorrected"), law("truncated-normal")
    assert math.sqrt(plain.variance_factor) == pytest.approx(0.87962566103423978, rel=1e-14)
    assert corrected.variance_factor == 1.0
    assert plain.kurtosis == corrected.kurtosis
    a, b = (x.sample(np.random.default_rng(1), 1000, 4.0) for x in (plain, corrected))
    np.testing.assert_allclose(a, b * 0.87962566103423978, rtol=1e-14)
    assert np.abs(a).max() <= 4.0


def test_exact_kurtoses_and_bounds() -> None:
    assert {name: entry.kurtosis for name, entry in LAWS.items() if "trunc" not in name} == {
        "normal": 3,
        "uniform": Fraction(9, 5),
        "rademacher": 1,
        "student-t": 9,
    }
    assert law("uniform").bound == math.sqrt(3)
    assert law("rademacher").bound == 1.0
    assert math.isinf(law("normal").bound)
    assert math.isinf(law("student-t").bound)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_samples_have_the_stated_variance_and_a_planted_error_is_refuted(name: str) -> None:
    entry = law(name)
    rates = ErrorRates(0.08, 1e-9, 1e-9)
    test = HeavyTailedMeanTest(relative_variance_bound=max(float(entry.kurtosis) - 1, 0.01))
    weights = entry.sample(np.random.default_rng(81), test.sample_size(rates), 0.25)
    truth = 0.25 * entry.variance_factor
    assert test.run(np.square(weights), truth, rates).verdict is Verdict.CONSISTENT
    assert test.run(np.square(weights), truth * 1.1, rates).verdict is Verdict.REFUTED
    assert np.abs(weights).max() <= entry.bound * math.sqrt(truth) * (1 + 1e-12)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_samples_are_symmetric(name: str) -> None:
    rates = ErrorRates(0.1, 1e-9, 1e-9)
    test = BoundedMeanTest(0.0, 1.0, None, "hoeffding")
    n = test.sample_size(rates, 0.5)
    weights = law(name).sample(np.random.default_rng(82), n, 1.0)
    assert law(name).symmetric
    assert test.run(weights > 0, 0.5, rates).verdict is Verdict.CONSISTENT


def test_shapes_variances_and_reproducibility() -> None:
    for entry in LAWS.values():
        first = entry.sample(np.random.default_rng(3), (2, 3), 2.0)
        assert first.shape == (2, 3)
        assert first.dtype == np.float64
        np.testing.assert_array_equal(first, entry.sample(np.random.default_rng(3), (2, 3), 2.0))
        assert not entry.sample(np.random.default_rng(3), 4, 0.0).any()


def test_the_fourth_moment_is_exact_for_rademacher_weights() -> None:
    inputs, variance = np.array([1.0, -2.0, 0.5]), 0.25
    z = [math.sqrt(variance) * np.dot(signs, inputs) for signs in product((-1, 1), repeat=3)]
    expected = np.mean(np.power(z, 4))
    entry = law("rademacher")
    assert preactivation_fourth_moment(entry, variance, inputs) == pytest.approx(expected)
    kurtosis = expected / np.mean(np.square(z)) ** 2
    assert preactivation_kurtosis(entry, inputs) == pytest.approx(kurtosis)
    assert preactivation_bound(entry, variance, inputs) == pytest.approx(np.max(np.abs(z)))


def test_the_fourth_moment_agrees_with_quadrature_for_two_uniform_weights() -> None:
    end, entry = math.sqrt(3 * 0.7), law("uniform")
    value, _ = integrate.dblquad(
        lambda u, w: (1.5 * u - 0.4 * w) ** 4 / (2 * end) ** 2, -end, end, -end, end
    )
    assert preactivation_fourth_moment(entry, 0.7, [1.5, -0.4]) == pytest.approx(value)
    assert preactivation_bound(entry, 0.7, [1.5, -0.4]) == pytest.approx(1.9 * end)


def test_preactivations_take_batches() -> None:
    inputs = np.random.default_rng(4).standard_normal((5, 2, 7))
    for entry in LAWS.values():
        fourth = preactivation_fourth_moment(entry, 0.3, inputs)
        second = 0.3 * entry.variance_factor * np.square(inputs).sum(axis=-1)
        kurtosis = preactivation_kurtosis(entry, inputs)
        assert fourth.shape == kurtosis.shape == (5, 2)
        np.testing.assert_allclose(fourth / second**2, kurtosis)
        low, high = sorted((3.0, float(entry.kurtosis)))
        assert ((low <= kurtosis) & (kurtosis <= high)).all()
    assert np.isinf(preactivation_bound(law("normal"), 1.0, [1.0, 0.0]))
    assert preactivation_bound(law("normal"), 1.0, [0.0, 0.0]) == 0.0


@pytest.mark.parametrize("variance", [-1.0, math.nan, math.inf, "1", True])
@pytest.mark.parametrize("name", sorted(LAWS))
def test_bad_variances_are_refused(name: str, variance: float) -> None:
    with pytest.raises(InvalidInputError, match="variance must be"):
        law(name).sample(np.random.default_rng(0), 3, variance)


def test_unknown_laws_and_empty_inputs_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'uniform'"):
        law("unifrom")
    for inputs in (1.0, [], [math.nan]):
        with pytest.raises(InvalidInputError, match="fan_in"):
            preactivation_kurtosis(law("normal"), inputs)
    with pytest.raises(InvalidInputError, match="all zero"):
        preactivation_kurtosis(law("normal"), [0.0, 0.0])
