"""What is refused without a framework, the shapes, the report; and the command."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import xavier_theory as xt
from tests.conformance.drawing import LECUN, NumpyDrawer, normal_draw
from xavier_theory.conformance.cases import CASES, main_case, matrix_of, taken
from xavier_theory.conformance.report import Conformance, theory
from xavier_theory.conformance.trials import Trial
from xavier_theory.errors import InvalidInputError, UnknownNameError

ROOT = Path(__file__).resolve().parent.parent.parent
Run = Callable[..., tuple[int, str, str]]


def fill(tensor: Any, generator: Any = None) -> None: ...


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: xt.conformance("tensorflow"), "unknown framework 'tensorflow'; did you mean"),
        (lambda: xt.conformance("torch", "xavier_normal"[:-1]), "did you mean 'xavier_normal'"),
        (lambda: xt.conformance("torch", alpha=0.0), "alpha must lie strictly between 0 and 1"),
        (lambda: xt.conformance("torch", seed=-1), "a seed is a whole number from 0"),
        (lambda: xt.conformance("torch", seed=True), "a seed is a whole number from 0"),
        (lambda: xt.conformance("torch", law="normal"),
         "law is for an initializer of your own; what torch documents is known"),
        (lambda: xt.conformance(fill, "he_normal", law="normal"), "follow a framework's name"),
        (lambda: xt.conformance(lambda a, b: 0, law="normal"), "this one takes (a, b): say"),
        (lambda: xt.conformance(3.0, law="normal"), "is a framework's name or can be called"),
        (lambda: xt.conformance(fill, framework="tensorflow"), "unknown framework"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_a_framework_is_imported(call: Any, says: str) -> None:
    with pytest.raises((InvalidInputError, UnknownNameError)) as refused:
        call()
    assert says in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(("name", "extra"), [("torch", "torch"), ("keras", "keras"),
                                              ("jax", "jax"), ("flax", "jax")])  # fmt: skip
def test_a_framework_that_is_missing_is_named_with_its_extra(name: str, extra: str) -> None:
    program = f"import sys; sys.modules[{name!r}] = None\n"
    program += f"from xavier_theory.cli import main; main(['conformance', {name!r}])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and f"pip install 'xavier_theory[{extra}]'" in done.stderr


def test_no_framework_is_imported_for_the_room() -> None:
    program = """
import sys, xavier_theory as xt
from xavier_theory.conformance import trials, run, report
report.theory("torch"); xt.conformance
sys.exit(bool({"torch", "keras", "jax", "flax"} & sys.modules.keys()))
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0


def test_every_case_has_enough_entries_and_fans() -> None:
    for case in CASES:
        for layout, shape in case.shapes.items():
            assert math.prod(shape) >= 2**15
            inward, outward = taken(layout, shape)
            assert inward >= 1 and outward >= 1
            assert case.theory(layout)[0] > 0
    assert math.prod(main_case("bfloat16").shapes["torch"]) == 2**23
    assert matrix_of("torch", (2, 3, 5)) == (2, 15) and matrix_of("flax", (2, 3, 5)) == (6, 5)


def test_the_theory_beside_it() -> None:
    """A grouped fan_out counts all groups; a transposed weight has its fans swapped in torch."""
    found = {each["layer"]: each for each in theory("torch")}
    assert found["convolution, 8 groups"]["fan_in"] == 1
    assert found["convolution, 8 groups"]["fan_out"] == 8
    # (128 in, 96 out, 4, 4) at stride 2: an output sums 128·16/4 products, and torch takes 96·16
    assert found["convolution, transposed, stride 2"]["fan_in"] == float(Fraction(96 * 16, 512))
    assert "dense" not in found and "convolution, 2-d" not in found
    # Keras takes the channels of a depthwise kernel for its fan_in: 7·7·512, of which 49 are summed
    depthwise = {each["layer"]: each for each in theory("keras")}["convolution, depthwise"]
    assert depthwise["fan_in"] == 512


def report(draw: Any) -> Conformance:
    drawer = NumpyDrawer(draw)
    case = main_case("float32")
    trial = Trial("torch", LECUN, "float32", drawer, (case, *CASES[:2]), 3)
    return Conformance("torch", "", "2.0", 3, 1e-6, tuple(trial.run(1e-6)))


def test_a_report_says_what_deviates_and_by_how_much() -> None:
    right = report(normal_draw(lambda shape: shape[1] ** -0.5))
    assert right.passed and right.verdicts() == {("lecun_normal", "float32"): "conforms"}
    assert right.consequence("lecun_normal", "float32") is None
    wrong = report(normal_draw(lambda shape: 1.1 * shape[1] ** -0.5))
    assert not wrong.passed
    assert "deviates" in str(wrong) and "variance 1.2" in str(wrong)
    consequence = wrong.consequence("lecun_normal", "float32")
    assert consequence is not None and consequence.many_layers == pytest.approx(1.21**12, rel=0.1)
    data = json.loads(json.dumps(wrong.to_json(), allow_nan=False))
    assert data["verdicts"] == [
        {"initializer": "lecun_normal", "dtype": "float32", "verdict": "deviates"}
    ]
    first = next(c for c in data["checks"] if c["quantity"] == "variance")
    low, high = first["interval"]
    assert low < 1.21 < high and first["documented"][1] < low


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    from xavier_theory.cli import main

    def go(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["conformance", *arguments])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return go


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["tensorflow"], "unknown framework 'tensorflow'"),
        (["jax", "he_noraml"], "did you mean 'he_normal'"),
        (["torch", "--alpha", "2"], "alpha must lie strictly between 0 and 1"),
        (["torch", "--seed", "-4"], "a seed is a whole number"),
        ([], "Missing argument"),
    ],
)
def test_the_command_refuses_in_one_line(run: Run, arguments: list[str], says: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "") and says in err and err.count("\n") == 1
