"""What public objects print at a prompt and in a notebook."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import xavier_theory as xt
from xavier_theory.activations import (
    Enclosure,
    Infinity,
    dual_kernel,
    gaussian_moments,
    get_activation,
    length_map_of,
)
from xavier_theory.activations.enclosures import nearest_float
from xavier_theory.cli import main
from xavier_theory.symbolic.predictions import PredictionError
from xavier_theory.verification import Check, Report, TheoremReport

SHORT = 120  # characters of a line that is read at a glance
STEPS = Check("finite-model", "steps", "consistent")
WRONG = Check("monte-carlo", "n for <n + 1>", "consistent", "refuted")


def report_of(*theorems: TheoremReport) -> Report:
    return Report(0, theorems, (), 1e-6)


@pytest.mark.parametrize("found", [
    get_activation("leaky_relu", slope=0.2), length_map_of("tanh", 2), gaussian_moments("gelu"),
    dual_kernel("tanh", 2), xt.phase("tanh", 2.25, 0.01), xt.derive("he-variance"),
    report_of(TheoremReport("he-variance", (STEPS,))), xt.gain("gelu"),
    xt.gain("gelu").second_moment,
], ids=lambda found: type(found).__name__)  # fmt: skip
def test_a_prompt_shows_one_line(found: Any) -> None:
    shown = repr(found)
    assert len(shown) <= SHORT and "\n" not in shown and " at 0x" not in shown
    assert shown.startswith(type(found).__name__ + "(")
    assert repr(pickle.loads(pickle.dumps(found))) == shown


def test_reprs_say_what_is_known() -> None:
    told = repr(get_activation("leaky_relu", slope=0.2)), repr(xt.phase("tanh", 2.25, 0.01))
    assert told == (
        "Activation('leaky_relu', slope=1/5)",
        "Phase('tanh', weight_variance=9/4, bias_variance=1/100, 'chaotic')",
    )


@pytest.mark.parametrize(("lower", "upper", "shown"), [
    (Fraction(1, 2), Fraction(1, 2), "1/2"), (Fraction(-1), Fraction(1), "0 ± 1"),
    (Fraction(333, 1000), Fraction(334, 1000), "0.3335 ± 0.0005"),
    (Fraction(31415, 10**4), Fraction(31416, 10**4), "3.14155 ± 5e-05"),
    (Fraction(1, 10**400), Fraction(1, 10**400), "about 10^-400"),
    (Fraction(-(10**400)), Fraction(-(10**400)), "about 10^400"),
])  # fmt: skip
def test_an_enclosure_prints_the_digits_that_are_certain(
    lower: Fraction, upper: Fraction, shown: str
) -> None:
    assert str(Enclosure(lower, upper)) == shown


def test_an_enclosure_goes_where_a_number_goes() -> None:
    third = Enclosure(Fraction(1, 3), Fraction(1, 3))
    assert (float(third), f"{third:.3f}", f"{third}") == (1 / 3, "0.333", "1/3")
    jump = xt.gain("sign").backward_factor
    assert isinstance(jump, Infinity) and (float(jump), f"{jump:.2f}") == (math.inf, "inf")
    assert nearest_float(Fraction(-(10**400))) == -math.inf


def test_a_phase_prints_what_the_command_line_prints(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["phase", "tanh", "--weights-std", "3/2", "--bias-std", "0.1"])
    found = xt.phase("tanh", 2.25, 0.01)
    assert capsys.readouterr().out == str(found) + "\n"
    cell = found._repr_markdown_()
    assert "| gradient factor | χ₁ = 1.12905269866 per layer |" in cell and "chaotic" in cell


def test_a_derivation_prints_conclusion_assumptions_and_steps() -> None:
    he = xt.derive("he-variance")
    assert repr(he) == "Derivation('he-variance': Eq(weight_variance, 2/fan_in))"
    lines = str(he).splitlines()
    assert lines[:3] == [
        "he-variance: weight_variance = 2/fan_in", "assumptions:", "  weights_have_zero_mean",
    ]  # fmt: skip
    assert sum(line.startswith("  (") for line in lines) == len(he.steps)
    assert lines[-1] == "rests on theorems: layer-variance"
    assert he._repr_latex_() == r"$\displaystyle \sigma_W^2 = \frac{2}{n^{[l-1]}}$"
    cell = he._repr_markdown_()
    assert cell.index("- weights have zero mean") < cell.index("<details>") < cell.index("\n1. $")
    assert "rests on literature: logarithm-below-tangent" in str(xt.derive("glorot-variance"))


def test_a_report_prints_its_checks_and_its_failures() -> None:
    report = report_of(TheoremReport("he-variance", (STEPS, WRONG)))
    lines = str(report).splitlines()
    assert lines[0].split() == ["theorem", "kind", "check", "verdict"]
    assert lines[2].startswith("he-variance  monte-carlo   n for <n + 1>  check failed")
    assert lines[3] == "FAILED: n for <n + 1>: consistent, expected refuted"
    assert repr(report) == "Report(seed=0, 1 of 2 checks passed)"
    html = report._repr_html_()
    assert html.count("<tr>") == 3 and "n for &lt;n + 1&gt;" in html and "FAILED" in html
    several = str(report_of(*(TheoremReport(name, (STEPS,)) for name in ("one", "two"))))
    assert several.splitlines()[2].split() == ["two", "1", "-", "-", "-", "-", "verified"]


def test_predict_takes_arrays() -> None:
    layer = xt.derive("layer-variance")
    fans, variances = np.array([[1], [2], [512]]), np.array([0.5, 0.25])
    found = layer.predict(fan_in=fans, weight_variance=variances, input_variance=3)
    np.testing.assert_array_equal(found, 3 * fans * variances)
    lower, upper = xt.derive("depth-scale").predict(
        depth=np.array([1, 2]), smallest_slope=0.5, largest_slope=0.75, first_deviation=1
    )
    assert (lower.tolist(), upper.tolist()) == ([0.5, 0.25], [0.75, 0.5625])
    assert xt.derive("he-variance").predict(fan_in=np.int32(4)) == 0.5
    assert xt.derive("he-variance").predict(fan_in=np.array([], dtype=int)).shape == (0,)


@pytest.mark.parametrize(("given", "says"), [
    (np.array([1, 0]), "fan_in must be > 0, got 0"),
    (np.array([1.5]), "fan_in must be a whole number, got 1.5"),
    (np.array(["many"]), "fan_in must be a number, got 'many'"),
    ([1, 2], r"fan_in must be a number, got \[1, 2\]"),
])  # fmt: skip
def test_predict_refuses_bad_arrays(given: Any, says: str) -> None:
    with pytest.raises(PredictionError, match=says):
        xt.derive("he-variance").predict(fan_in=given)


def test_predict_still_takes_symbols_that_are_numbers() -> None:
    assert xt.derive("he-variance").predict(fan_in=sympy.Integer(8)) == 0.25
