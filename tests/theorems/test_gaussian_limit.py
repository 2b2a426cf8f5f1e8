"""gaussian-limit, against all outcomes of small layers, and the kurtosis of known sums."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.theorems import derive, theorem_folder
from xavier_theory.theorems.gaussian_limit.experiment import even_moments, pre_activation

NAME = "gaussian-limit"
SKEW = ((Fraction(2), Fraction(1, 3)), (Fraction(-1), Fraction(2, 3)))
"""A weight of mean 0, variance 2 and third moment 2."""
INPUTS = (((1, 3), Fraction(1, 4)), ((2, 0), Fraction(1, 2)), ((-1, 1), Fraction(1, 4)))
"""Two inputs that depend on each other and have a mean."""
BIAS = ((Fraction(1), Fraction(1, 2)), (Fraction(-1), Fraction(1, 2)))


def mean(power: int, of_inputs: bool = False) -> Fraction:
    """E z^power, or that of the sum of the squared inputs."""
    total = Fraction(0)
    for (a, p), (w, r), (u, s), (b, t) in product(INPUTS, SKEW, SKEW, BIAS):
        value = Fraction(a[0] ** 2 + a[1] ** 2) if of_inputs else b + w * a[0] + u * a[1]
        total += p * r * s * t * value**power
    return total


@pytest.mark.parametrize("n", [1, 2, 5, 50])
def test_the_kurtosis_of_independent_products(n: int) -> None:
    """Uniform weights of variance 1/n behind relu: moments of the sum, term by term."""
    moments = [Fraction(3**k, 2 * k + 1) * Fraction(2**k * m, 2) / n**k
               for k, m in enumerate((1, 3, 15, 105), 1)]  # fmt: skip
    fourth = even_moments(n, moments, Fraction(0))[2]
    found = derive(NAME).predict(
        "uncorrelated_squares",
        width=n, weight_variance=Fraction(1, n), kurtosis=Fraction(9, 5), excess=5,
        mean_of_squares=1, bias_second_moment=0, bias_fourth_moment=0,
    )  # fmt: skip
    assert found == pytest.approx(float(fourth), rel=1e-12)
    assert found == pytest.approx(3 + (Fraction(9, 5) * 6 - 3) / n, rel=1e-12)


def test_one_product_has_the_product_of_the_kurtoses() -> None:
    values = {"weight_variance": 2, "kurtosis": 4, "excess": 2, "mean_of_squares": 3}
    found = derive(NAME).predict(
        "uncorrelated_squares", width=1, bias_second_moment=0, bias_fourth_moment=0, **values
    )
    assert found == pytest.approx(4 * 3 * (2 * 3) ** 2, rel=1e-12)


def test_moments_that_are_not_those_of_the_law_are_refused() -> None:
    stated = theorem_folder(NAME).experiments[0]
    wrong = {**stated.parameters, "kurtosis": 3}
    with pytest.raises(InvalidInputError, match="moments are not those"):
        pre_activation(**wrong, **stated.settings)
