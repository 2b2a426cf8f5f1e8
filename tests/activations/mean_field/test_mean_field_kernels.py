"""Dual kernels: derived closed forms, enclosures by Hermite's polynomials, and integrals in two."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.closed_forms import ClosedFormError
from xavier_theory.activations.mean_field import kernels
from xavier_theory.activations.mean_field.kernels import C, dual_kernel
from xavier_theory.errors import InvalidInputError, XavierTheoryError

PI = sympy.pi
ROOT = sympy.sqrt(1 - C**2)
TEXTBOOK = {
    "relu": (ROOT + (PI - sympy.acos(C)) * C) / (2 * PI),  # Cho & Saul 2009, degree 1
    "step": (PI - sympy.acos(C)) / (2 * PI),  # degree 0
    "relu_power": (3 * ROOT * C + (PI - sympy.acos(C)) * (1 + 2 * C**2)) / (2 * PI),  # degree 2
    "erf": 2 / PI * sympy.asin(2 * C / 3),  # Williams 1997, equation 11
    "sign": 2 / PI * sympy.asin(C),
    "abs": 2 / PI * (ROOT + C * sympy.asin(C)),
    "sin": sympy.exp(-1) * sympy.sinh(C),
    "cos": sympy.exp(-1) * sympy.cosh(C),
    "exp": sympy.exp(1 + C),
    "gaussian": 1 / sympy.sqrt(9 - 4 * C**2),
    "square": 1 + 2 * C**2,
    "linear": C,
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTBOOK)
def test_closed_forms_are_those_of_textbooks(name):
    found = dual_kernel(name).closed_form
    for place in (-0.9, -0.2, 0.0, 0.4, 0.95):
        ours, theirs = (
            complex(sympy.N(form.subs(C, place), 20)) for form in (found, TEXTBOOK[name])
        )
        assert abs(ours - theirs) < 1e-15


@pytest.mark.parametrize("name", ["tanh", "gelu", "silu"])
def test_enclosures_hold_an_integral_in_two_variables(name):
    """Gauss–Hermite in two independent variables: exact to 1e-11 for these."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    phi = get_activation(name).function
    found = dual_kernel(name, 1)
    for c in (-0.7, 0.25, 0.8):
        second = c * nodes[:, None] + math.sqrt(1 - c * c) * nodes[None, :]
        value = float(weights @ (phi(nodes)[:, None] * phi(second)) @ weights)
        ends = found.at(c)
        assert ends.lower_float - 1e-10 <= value <= ends.upper_float + 1e-10
        assert ends.width < Fraction(1, 10**4)


def test_the_kernel_of_gelu_holds_at_its_ends():
    form = dual_kernel("gelu", 1).closed_form
    variance = sympy.Rational(1, 3) + sympy.sqrt(3) / (6 * PI)  # E[gelu²], at c = 1
    assert abs(sympy.N(form.subs(C, 1) - variance, 30)) < 1e-25
    mean = 1 / sympy.sqrt(4 * PI)  # E[gelu] = 1/√(4π): its square at c = 0
    assert abs(sympy.N(form.subs(C, 0) - mean**2, 30)) < 1e-25


def test_a_wrong_closed_form_does_not_pass(monkeypatch):
    right = kernels._arc_cosine
    monkeypatch.setattr(
        kernels, "_arc_cosine", lambda degree: right(degree) * sympy.Rational(1001, 1000)
    )
    with pytest.raises(ClosedFormError, match="contradicts"):
        dual_kernel("relu", Fraction(7, 5)).closed_form  # noqa: B018 (computed when asked for)


def test_what_has_no_closed_form_has_none():
    for name in ("tanh", "hardtanh", "selu", "max(z - 1, 0)"):
        assert dual_kernel(name).closed_form is None


@pytest.mark.parametrize("c", [1.5, -2, float("nan"), "z"])
def test_bad_correlations_are_refused(c):
    with pytest.raises(InvalidInputError, match="correlation"):
        dual_kernel("tanh").at(c)


def test_infinite_and_unknown_kernels_are_refused():
    with pytest.raises(InvalidInputError, match="infinite"):
        dual_kernel("exp(z**2/4)").at(0)
    with pytest.raises(XavierTheoryError, match="callable"):
        dual_kernel(np.tanh).at(0)
