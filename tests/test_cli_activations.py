"""``gain`` and ``phase`` on the command line."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from xavier_theory.documents import phase_figures
from xavier_theory.errors import MissingExtraError

Run = Callable[..., tuple[int, str, str]]
KEYS = ["activation", "value", "lower", "upper", "certified", "closed_form", "convention"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    from xavier_theory.cli import main

    def go(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return go


def test_an_unstable_gain_says_what_to_do_instead(run: Run) -> None:
    status, out, err = run("gain", "gelu")
    assert (status, err) == (0, "")
    assert "V'(1) = 1.14406, unstable" in out and "after about 15 layers" in out
    assert "fan_in·Var(W) = 1.976109765" in out and "1.481114413·(φ - 0.6140689694)" in out
    marginal = run("gain", "relu")[1]
    assert "marginal" in marginal and "instead" not in marginal


def test_gain_as_json_has_seven_keys_and_depth(run: Run) -> None:
    data = json.loads(run("gain", "silu", "--json")[1])
    assert list(data)[:7] == KEYS
    depth = data["over_depth"]
    assert depth["stability"] == "unstable" and depth["drift"]["width"] == 1000
    assert set(depth["instead"]) == {"variances", "affine"}
    jump = json.loads(run("gain", "sign", "--json")[1])["over_depth"]
    assert jump["gradient_factor"] is None and "jumps" in jump["reason"]
    assert "over_depth" not in json.loads(
        run("gain", "gelu", "--convention", "backward", "--json")[1]
    )


def test_digits_are_shown_everywhere(run: Run) -> None:
    out = run("gain", "relu", "--digits", "30")[1]
    assert "gain 1.41421356237309504880168872421\n" in out  # √2
    data = json.loads(run("gain", "z*1000000", "--digits", "30", "--json")[1])
    assert list(data)[:7] == KEYS and data["value"] == 1e-6
    ends = data["decimals"]
    assert ends["value"] == "0.00000100000000000000000000000000000"
    assert Fraction(ends["lower"]) <= Fraction(1, 10**6) <= Fraction(ends["upper"])


def test_what_is_not_known_over_depth_says_why(run: Run) -> None:
    out = run("gain", "log(abs(z))")[1]
    assert "the drift of log(abs(z)) is not certified: log(-z) is not bounded near z = 0" in out
    assert "the gradient factor is not known" in out and "needs an expression" not in out


def test_just_above_is_not_shown_as_equal(run: Run) -> None:
    out = run("phase", "relu", "--weights-std", "1.4142135623730951")[1]
    assert "fan_in·Var(W) = 2 + 1.45e-16" in out and "χ₁ = 1 + 7.24e-17" in out
    assert "if that is a rounded number, write gain, or the exact one such as sqrt(2)" in out
    assert "V(q) = (1 + 7.24e-17)·q, and" in out  # no "+ 0"
    below = run("phase", "relu", "--weights-std", "1.4142135623730950", "--bias-std", "0.1")[1]
    assert "2 - 1.38e-16" in below and "·q + 1/100, and" in below


def test_phases_of_jumps_have_every_number(run: Run) -> None:
    out = run("phase", "step")[1]
    assert "q* = 1, V'(q*) = 0\n" in out and "ξ_q = 0 layers" in out
    assert "ξ_c = 1.525 layers" in out and "c* = 0.78983, C'(c*) = 0.519" in out
    data = json.loads(run("phase", "step", "--json")[1])
    assert data["length_scale"] == [0.0, 0.0] and data["unsettled"] == []


def test_phase_as_text_and_as_json(run: Run) -> None:
    status, out, _ = run("phase", "relu", "--weights-std", "sqrt(2)")
    assert status == 0 and "critical" in out and "infinite" in out
    assert run("phase", "relu")[1] == out  # the gain of relu is exactly that
    data = json.loads(
        run("phase", "tanh", "--weights-std", "3/2", "--bias-std", "0.1", "--json")[1]
    )
    assert data["phase"] == "chaotic" and data["certified"] is True
    low, high = data["fixed_point"]["q"]
    assert low <= 0.813322326872871 <= high
    assert data["weight_variance"] == 2.25 and data["infinite"] == []
    jump = json.loads(run("phase", "sign", "--weights-std", "1", "--json")[1])
    assert jump["gradient_factor"] is None and "gradient_factor" in jump["infinite"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["tanhh"], "tanh"),
        (["tanh", "--weights-std", "-1"], "--weights-std must not be negative"),
        (
            ["tanh", "--weights-std", "sqrt(x)"],
            "--weights-std is a number such as 1.5, 3/2 or sqrt(2)/30; got 'sqrt(x)'",
        ),
        (["tanh", "--weights-std", "abc"], "unknown initialization 'abc'; known: xavier, glorot"),
        (
            ["tanh", "--bias-std", "gain"],
            "--bias-std is a number such as 1.5, 3/2 or sqrt(2)/30; got 'gain'",
        ),
        (["tanh", "--weights-std", "1." + "1" * 900], "is out of range"),
        (["leaky_relu", "-p", "slope=1", "-p", "slope=2"], "slope is given twice"),
        (["leaky_relu", "-p", "slope=steep"], "the parameter slope is a number such as 1.5"),
        (["tanh", "--bias-std", "1e400"], "bias"),
        (["tanh", "--weights-std", "0"], "weight variance"),
        (["tanh", "--start", "0"], "start"),
        (["tanh", "--out", "picture.png"], ".svg"),
        (["tanh", "--out", "no-such-folder/picture.svg"], "no folder"),
        (["1/z"], "division by zero"),
    ],
)
def test_bad_input_is_one_line(run: Run, arguments: list[str], says: str) -> None:
    status, out, err = run("phase", *arguments)
    assert (status, out) == (2, "")
    assert says in err and err.count("\n") == 1 and "Traceback" not in err


def test_the_picture_is_whole_and_the_same_each_time(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "phase.svg"
    arguments = ("phase", "tanh", "--weights-std", "1.5", "--bias-std", "0.1", "--out", str(path))
    assert run(*arguments)[0] == 0
    first = path.read_bytes()
    run(*arguments)
    assert path.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == ["phase.svg"]
    root = ElementTree.fromstring(first.decode())
    texts = " ".join(t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}text"))
    for word in ("ordered", "chaotic", "this point", "c* = 0.1801", "length map"):
        assert word in texts


def test_an_interruption_leaves_what_was_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "phase.svg"
    path.write_text("before", encoding="utf-8")

    def interrupted(_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(phase_figures, "phase_svg", interrupted)
    assert run("phase", "relu", "--out", str(path))[0] == 130
    assert path.read_text(encoding="utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["phase.svg"]


def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match="figures"):
        phase_figures.require_drawing(tmp_path / "phase.svg")
