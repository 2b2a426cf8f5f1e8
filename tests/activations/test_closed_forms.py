"""Closed forms: derived for every activation that has one, and right to 50 digits at several q."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from xavier_theory.activations import closed_forms
from xavier_theory.activations.catalogue import activation_names, get_activation, template_of
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.expressions.parsing import parse
from xavier_theory.activations.gains import CONVENTIONS, gain
from xavier_theory.activations.moments import gaussian_moments
from xavier_theory.errors import InvalidInputError

WITHOUT_FORM = {
    "gelu_tanh", "log_sigmoid", "mish", "sigmoid", "silu", "softplus", "softplus_threshold",
    "softsign", "tanh", "tanhshrink",
}  # fmt: skip
WITH_FORM = [name for name in activation_names() if name not in WITHOUT_FORM]
Z = sympy.Symbol("z")


def require_same(form, enclosure: Enclosure) -> None:
    value = Fraction(str(sympy.N(form, 70)))
    slack = Fraction(1, 10**52) * (1 + abs(value))
    assert enclosure.lower - slack <= value <= enclosure.upper + slack
    assert value + Fraction(1, 10**45) * (1 + abs(value)) not in enclosure


@pytest.mark.parametrize("q", [Fraction(1), Fraction(2), Fraction(1, 3)])
@pytest.mark.parametrize("name", WITH_FORM)
def test_forms_agree_with_enclosures_to_fifty_digits(name, q):
    tree = get_activation(name).expression
    found = gaussian_moments(name, q, digits=50)
    require_same(closed_forms.second_moment(tree, q), found.second_moment)
    require_same(closed_forms.mean(tree, q), found.mean)
    slope = closed_forms.derivative_second_moment(tree, q)
    if slope == sympy.oo:
        assert found.derivative_second_moment.value == float("inf")
    else:
        require_same(slope, found.derivative_second_moment)


TEXTS = [
    "z**3 - 2*z + 1", "z**9", "z**2*exp(-z)", "where(z > 1, exp(-z), z**2)", "relu(z - 1)**3",
    "z*erf(z)", "z**2*Phi(2*z)", "erf(2*z + 1)*z", "sin(z)*cos(2*z)", "z*sin(z)*exp(-z**2)",
    "sinh(z)/4", "cosh(z/2)", "exp(-(z - 1)**2)*z", "where(abs(z) < 1, z**2, 1)", "pi*z + e",
    "erfc(z)", "erf(z)*erf(2*z)*0 + erf(z)", "max(z, z/3) - 1/7",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_users_expressions_get_forms_too(text):
    for q in (Fraction(1), Fraction(3, 4)):
        found = gaussian_moments(text, q, digits=50)
        require_same(closed_forms.mean(parse(text), q), found.mean)
        form = closed_forms.second_moment(parse(text), q)
        if form is None:
            assert text == "erf(2*z + 1)*z", "off centre no closed form is known"
        else:
            require_same(form, found.second_moment)


@pytest.mark.parametrize("name", sorted(WITHOUT_FORM))
def test_no_form_is_invented(name):
    assert gain(name).closed_form is None


def test_known_forms():
    sqrt, pi = sympy.sqrt, sympy.pi
    third = sympy.Rational(1, 3)
    assert gain("gelu").closed_form ** -2 == third + sqrt(3) / (6 * pi)
    assert sympy.simplify(gain("erf").closed_form ** -2 - 2 * sympy.asin(2 * third) / pi) == 0
    assert gain("selu").closed_form == 1
    assert closed_forms.mean(get_activation("selu").expression) == 0
    assert gain("square").closed_form == 1 / sqrt(3)
    assert gain("relu", convention="standard-deviation").closed_form.equals(sqrt(2 / (1 - 1 / pi)))
    assert gain("relu", convention="backward").closed_form == sqrt(2)


def test_parameters_stay_symbols():
    q = sympy.Symbol("q", positive=True)
    slope, alpha = sympy.symbols("slope alpha", real=True)
    for name in ("leaky_relu", "prelu"):
        form = closed_forms.second_moment(template_of(name), q)
        assert sympy.expand(form - q * (1 + slope**2) / 2) == 0
    form = closed_forms.second_moment(template_of("elu"), q)
    value = form.subs({alpha: 1, q: 1})
    assert abs(sympy.N(value - gain("elu").closed_form ** -2, 40)) < 1e-35
    assert closed_forms.second_moment(template_of("hardtanh"), q) is None


def test_even_moments_of_any_degree():
    for degree in (1, 4, 9, 16):
        form = closed_forms.second_moment(parse(f"z**{degree}"))
        assert form == sympy.factorial2(2 * degree - 1)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_convention_has_its_form(convention):
    for name in ("elu", "hardtanh", "gelu", "sin"):
        found = gain(name, convention=convention, q=2, digits=30)
        require = Fraction(str(sympy.N(found.closed_form, 50)))
        assert abs(require - found.enclosure.midpoint) < Fraction(1, 10**28)


def test_a_wrong_form_is_caught():
    found = gain("gelu")
    with pytest.raises(closed_forms.ClosedFormError, match="contradicts"):
        closed_forms.require_agreement(
            found.closed_form + sympy.Rational(1, 10**12), found.enclosure
        )


def test_what_jumps_has_no_backward_form():
    assert closed_forms.derivative_second_moment(parse("sign(z)")) == sympy.oo
    with pytest.raises(InvalidInputError, match="no backward gain"):
        gain("sign", convention="backward")
