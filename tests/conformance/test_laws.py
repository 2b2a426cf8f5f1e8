"""The laws' closed forms against quadrature, and documented formulas against those by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from scipy import integrate, stats

from xavier_theory.conformance import laws
from xavier_theory.conformance.documented import (
    FRAMEWORKS,
    aliases,
    chosen,
    entries,
    entry_of,
    version,
)
from xavier_theory.errors import InvalidInputError, UnknownNameError

REAL = [
    laws.normal(0.3, 2.0),
    laws.uniform(-0.5, 2.0),
    laws.truncated_normal(0.0, 1.0, -2.0, 2.0),
    laws.truncated_normal(0.0, 0.5, -1.5, 0.5),
    laws.truncated_normal(0.0, 1.0, 2.0, 10.0),
    laws.truncated_normal(5.0, 1.0, -7.0, -6.0),
    laws.haar_entry(5, complex_=False),
    laws.haar_entry(4, complex_=True),
    laws.complex_normal(3.0).squared,
    laws.disk(3.0).squared,
    laws.complex_truncated(3.0, 2.0).squared,
]


@pytest.mark.parametrize("law", REAL, ids=lambda law: law.name)
def test_moments_are_those_of_the_distribution_function(law: laws.Law) -> None:
    """E g(X) = ∫ g(Q(p)) dp over the quantiles, in 40,000 equal parts."""
    p = (np.arange(40_000) + 0.5) / 40_000
    x = law.quantile(p)
    assert np.mean(x) == pytest.approx(law.mean, rel=1e-3, abs=1e-4)
    assert np.std(x) == pytest.approx(law.std, rel=2e-3)
    assert law.cdf(x) == pytest.approx(p, abs=1e-9)
    squares = np.square((x - law.mean) / law.std)
    assert np.var(squares) <= law.square_variance * 1.001
    assert np.all(x >= law.low) and np.all(x <= law.high)


@pytest.mark.parametrize("ends", [(-2.0, 2.0), (-3.0, 1.0), (2.0, 10.0), (-7.0, -6.5)])
def test_a_normal_law_that_is_cut(ends: tuple[float, float]) -> None:
    law = laws.truncated_normal(0.0, 1.0, *ends)
    with mpmath.workdps(40):
        mass = mpmath.quad(mpmath.npdf, ends)
        mean = mpmath.quad(lambda z: z * mpmath.npdf(z), ends) / mass
        second = mpmath.quad(lambda z: (z - mean) ** 2 * mpmath.npdf(z), ends) / mass
    assert law.mean == pytest.approx(float(mean), rel=1e-9, abs=1e-15)
    assert law.std == pytest.approx(float(mpmath.sqrt(second)), rel=1e-7)


def test_the_square_of_a_symmetric_law_that_is_cut() -> None:
    law = laws.truncated_normal(0.0, 1.0, -2.0, 2.0)
    density = lambda z: stats.norm.pdf(z) / (1 - 2 * stats.norm.sf(2))  # noqa: E731
    fourth = integrate.quad(lambda z: z**4 * density(z), -2, 2)[0]
    assert law.square_variance == pytest.approx(fourth / law.std**4 - 1, rel=1e-10)


def test_a_complex_law_that_is_cut() -> None:
    """E r² of 1 − e^(−r²) below 2: what a shipped constant has without the mass 1 − e^(−4)."""
    law = laws.complex_truncated(1.0, 2.0)
    mass = 1 - math.exp(-4)
    kept = integrate.quad(lambda t: t * math.exp(-t), 0, 4)[0] / mass
    assert kept == pytest.approx(1 - 4 * math.exp(-4) / mass, rel=1e-12)
    assert law.squared.high == pytest.approx(4 / kept, rel=1e-12)
    shipped = 0.95311164380491208
    assert shipped**2 == pytest.approx(kept * mass, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: laws.normal(0.0, 0.0), "std of a law is positive and finite, got 0.0"),
        (lambda: laws.uniform(1.0, 1.0), "high - low of a law is positive"),
        (lambda: laws.truncated_normal(0.0, 1.0, 90.0, 99.0), "no mass of N(0, 1²) lies between"),
        (lambda: laws.disk(-1.0), "E|w|² of a law is positive"),
        (lambda: entry_of({"name": "x", "loww": 1}), "did you mean 'low'"),
        (lambda: chosen("jax", ("he_noraml",)), "did you mean 'he_normal'"),
        (lambda: entries("tensorflow"), "unknown framework 'tensorflow'"),
        (lambda: entry_of({"name": "x", "law": "normal", "variance": ["1", "fan"]})
         .real_law("torch", (2, 2)), "unknown fan 'fan'"),
        (lambda: entry_of({"name": "x", "law": "cauchy"}).real_law("torch", (2, 2)),
         "unknown law 'cauchy'"),
        (lambda: entry_of({"name": "x", "law": "normal", "std": 1.0}).complex_law("torch", (2, 2)),
         "no law of complex entries is documented"),
        (lambda: entry_of({"name": "x", "law": "truncated-normal", "std": 1.0})
         .real_law("torch", (2, 2)), "a law that is cut needs its ends"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_words(call: Callable[[], object], says: str) -> None:
    with pytest.raises((InvalidInputError, UnknownNameError)) as refused:
        call()
    assert says in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_entry_names_a_law_a_place_and_words(framework: str) -> None:
    for entry in entries(framework):
        assert entry.where and entry.says
        if entry.kind == "entries":
            law = entry.real_law(framework, (30, 20))
            assert law.std == pytest.approx(entry.standard_deviation(framework, (30, 20)))
        if entry.kind == "entries" and entry.complex:
            assert entry.complex_law(framework, (30, 20)).energy == pytest.approx(law.std**2)
    assert version(framework)
    for name, other in aliases(framework).items():
        assert chosen(framework, (name,)) == chosen(framework, (other,))


@pytest.mark.parametrize(
    ("framework", "name", "variance"),
    [  # of shapes (out, in, 3, 5) = (30, 20, 3, 5), and (3, 5, 20, 30)
        ("torch", "kaiming_normal_", 2 / 300),
        ("torch", "kaiming_normal_(mode=fan_out, relu)", 2 / 450),
        ("torch", "kaiming_uniform_(a=sqrt(5))", 1 / (3 * 300)),
        ("torch", "kaiming_uniform_(tanh)", (5 / 3) ** 2 / 300),
        ("torch", "kaiming_normal_(selu)", (3 / 4) ** 2 / 300),
        ("torch", "xavier_uniform_", 2 / 750),
        ("torch", "xavier_normal_(gain=2)", 8 / 750),
        ("keras", "HeNormal", 2 / 300),
        ("keras", "GlorotUniform", 2 / 750),
        ("keras", "LecunUniform", 1 / 300),
        ("keras", "VarianceScaling(scale=2, fan_out, uniform)", 2 / 450),
        ("jax", "he_uniform", 2 / 300),
        ("jax", "glorot_normal", 2 / 750),
        ("jax", "variance_scaling(scale=2, fan_geo_avg, normal)", 2 / math.sqrt(300 * 450)),
        ("flax", "lecun_normal", 1 / 300),
    ],
)
def test_documented_formulas_by_hand(framework: str, name: str, variance: float) -> None:
    shape = (30, 20, 3, 5) if framework == "torch" else (3, 5, 20, 30)
    (entry,) = [entry for entry in entries(framework) if entry.title == name]
    assert entry.real_law(framework, shape).std ** 2 == pytest.approx(variance, rel=1e-12)
